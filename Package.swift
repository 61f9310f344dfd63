// swift-tools-version: 6.2
import PackageDescription

let swift: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// A C library of the system, found by pkg-config; `scripts/setup` installs what is missing.
func library(_ name: String, pkgConfig: String, package: String) -> Target {
  .systemLibrary(name: name, path: "Sources/CLibs/\(name)", pkgConfig: pkgConfig, providers: [.apt([package])])
}

let package = Package(
  name: "ser-live",
  products: [
    .executable(name: "ser-live", targets: ["ser-live"]),
    // For other packages: samples from devices, files and pipes; samples in, events out; training.
    .library(name: "Capture", targets: ["Capture", "Support"]),
    .library(name: "Streaming", targets: ["Streaming", "Models"]),
    .library(name: "Training", targets: ["Training"]),
    // libasound loads it in tests.
    .library(name: "ALSAFaultPlugin", type: .dynamic, targets: ["ALSAFaultPlugin"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
  ],
  targets: [
    library("CALSA", pkgConfig: "alsa", package: "libasound2-dev"),
    library("CFFTW", pkgConfig: "fftw3f", package: "libfftw3-dev"),
    library("COpenBLAS", pkgConfig: "openblas", package: "libopenblas-dev"),
    library("CSndfile", pkgConfig: "sndfile", package: "libsndfile1-dev"),
    library("CSoxr", pkgConfig: "soxr", package: "libsoxr-dev"),
    library("CSpeexDSP", pkgConfig: "speexdsp", package: "libspeexdsp-dev"),
    library("CEBUR128", pkgConfig: "libebur128", package: "libebur128-dev"),
    library("CSoundTouchLibrary", pkgConfig: "soundtouch", package: "libsoundtouch-dev"),
    .target(name: "CSoundTouch", dependencies: ["CSoundTouchLibrary"], path: "Sources/CLibs/CSoundTouch"),
    .target(name: "CKernels", path: "Sources/CLibs/CKernels", cSettings: [.unsafeFlags(["-O3", "-fno-math-errno"])]),
    .target(name: "CTerminalGuard", path: "Sources/CLibs/CTerminalGuard"),
    .target(name: "CProcess", path: "Sources/CLibs/CProcess"),
    .target(
      name: "CDefaultModel", path: "Sources/CLibs/CDefaultModel", exclude: ["default.safetensors"]),

    .target(name: "Support", swiftSettings: swift),
    .target(name: "Capture", dependencies: ["Support", "CALSA", "CSndfile", "CEBUR128"], swiftSettings: swift),
    .target(name: "Models", dependencies: ["Support", "COpenBLAS", "CKernels"], swiftSettings: swift),
    .target(
      name: "Streaming",
      dependencies: ["Support", "Models", "CDefaultModel", "CFFTW", "CSoxr", "CSpeexDSP", "CKernels"],
      swiftSettings: swift),
    .target(
      name: "Training", dependencies: ["Support", "Capture", "Streaming", "Models", "CSoundTouch"], swiftSettings: swift
    ),
    .executableTarget(
      name: "ser-live",
      dependencies: [
        "Support", "Capture", "Streaming", "Models", "Training", "CProcess", "CTerminalGuard",
        "BenchmarkSupport", "Yams",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      swiftSettings: swift),

    .executableTarget(
      name: "LabelFile", dependencies: ["Capture", "Streaming"], path: "Examples/LabelFile", swiftSettings: swift),
    .executableTarget(
      name: "LabelMicrophone", dependencies: ["Capture", "Streaming"], path: "Examples/LabelMicrophone",
      swiftSettings: swift),
    .executableTarget(
      name: "TrainSmallNetwork", dependencies: ["Support", "Capture", "Models", "Streaming", "Training"],
      path: "Examples/TrainSmallNetwork", swiftSettings: swift),

    .target(name: "BenchmarkSupport", path: "Benchmarks/Support", swiftSettings: swift),
    .executableTarget(
      name: "FrontEndBenchmark", dependencies: ["BenchmarkSupport", "Capture", "Streaming", "CFFTW"],
      path: "Benchmarks/FrontEnd",
      exclude: ["compare.py", "mfcc.conf"],
      swiftSettings: swift),

    .executableTarget(
      name: "InferenceBenchmark", dependencies: ["Support", "BenchmarkSupport", "Streaming", "Models"],
      path: "Benchmarks/Inference",
      exclude: ["compare.py", "onnx_networks.py", "safetensors.py", "torch_networks.py"],
      swiftSettings: swift),
    .executableTarget(
      name: "TrainingBenchmark", dependencies: ["Support", "Models", "Streaming", "Training", "Yams"],
      path: "Benchmarks/Training",
      exclude: ["compare.py"],
      swiftSettings: swift),

    .testTarget(
      name: "ModelsTests", dependencies: ["Support", "Models", "TestSupport", "AllocationCounter"], swiftSettings: swift
    ),
    .testTarget(
      name: "StreamingTests",
      dependencies: ["Support", "Capture", "Streaming", "CKernels", "TestSupport", "AllocationCounter"],
      swiftSettings: swift),
    .testTarget(
      name: "TrainingTests", dependencies: ["Support", "Training", "TestSupport"], swiftSettings: swift
    ),
    .testTarget(
      name: "SerLiveTests", dependencies: ["ser-live", "Support", "Capture", "Streaming", "Training"],
      swiftSettings: swift),
    .target(
      name: "TestSupport", dependencies: ["Support", "Capture", "Models", "Streaming"],
      path: "Tests/Support",
      exclude: ["ALSAFaultPlugin", "AllocationCounter", "virtual-microphone"], swiftSettings: swift),
    .target(name: "AllocationCounter", path: "Tests/Support/AllocationCounter"),
    .target(
      name: "ALSAFaultPlugin", dependencies: ["CALSA"], path: "Tests/Support/ALSAFaultPlugin",
      cSettings: [.define("PIC")]),
    .testTarget(
      name: "CaptureTests",
      dependencies: ["Support", "Capture", "CSndfile", "TestSupport", "AllocationCounter"],
      swiftSettings: swift),
    .testTarget(
      name: "ProcessTests",
      dependencies: [
        "ser-live", "LabelFile", "LabelMicrophone", "TrainSmallNetwork", "Support", "Capture", "Streaming", "CSndfile",
        "TestSupport",
      ],
      swiftSettings: swift),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .gnu2x,
  cxxLanguageStandard: .cxx17
)

// To test one module alone, as scripts/test does under ThreadSanitizer, nothing else needs to be built.
if let module = Context.environment["TESTS_ONLY"] {
  package.targets.removeAll {
    ([.test, .executable].contains($0.type) || $0.name == "Training") && $0.name != module
  }
  package.products.removeAll { ["ser-live", "Training"].contains($0.name) }
}
