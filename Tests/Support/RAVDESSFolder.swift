import Glibc

/// Where the recordings of RAVDESS are: `$SER_RAVDESS`, or `../shared/ravdess` beside the package; nil where neither
/// is there.
public let ravdessFolder: String? = {
  let package = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
  let named = getenv("SER_RAVDESS").map { String(cString: $0) }
  return [named, "\(package)/../shared/ravdess"].compactMap(\.self).first { access($0, R_OK) == 0 }
}()
