#!/usr/bin/env python3
"""Writes librosa.safetensors: test signals and librosa's features of them, for Tests/StreamingTests.

    pip install -r requirements.txt && python librosa_reference.py RAVDESS

Signals are synthetic, from the recordings of the project, and from RAVDESS, whose folder is the argument. Those of
RAVDESS are not written, only where they come from: `SIGNAL` [samples] is there for the others, and the metadata's
`sources` tells the file. Of a recording at 48 kHz every third sample is taken, from the 1.0th second on, for half a
second: no resampler stands between. Everything is float32 at 16 kHz.

`SIGNAL/VARIANT/FEATURE` [rows, columns] holds every `row_step`th row of the variant, from the first on. Beside the
features, so that the rounding of single precision can be judged: `peak`, the largest magnitude of the spectrum, and
`valley`, the mean of the smallest magnitudes in each band of the contrast.
"""

import json
import pathlib
import struct
import sys

import librosa
import numpy as np
import scipy.signal

RATE = 16000
SECONDS = 0.4
DELTA_WINDOW = 9

# window and hop in samples; the rest as in librosa's functions
VARIANTS = {
    "80/40": dict(window=1280, hop=640, fft=2048, bands=80, coefficients=40, row_step=1),
    "25/10": dict(window=400, hop=160, fft=512, bands=64, coefficients=40, row_step=4),
    "options": dict(
        window=512, hop=200, fft=512, bands=26, coefficients=13, row_step=3, shape="hamming", exponent=1, scale="log",
        lifter=22, pre_emphasis=0.97, low=60, high=7600, roll_percent=0.95,
    ),
}
SPECTROGRAMS = {"25/10", "options"}

RAVDESS = [
    "03-01-01-01-01-01-01", "03-01-03-02-02-01-04", "03-01-05-02-01-02-09", "03-01-06-01-02-02-16",
    "03-01-08-02-01-01-22",
]


def speech_like(rng):
    """A gliding pulse train through four formant resonators, hissing at the end, and the noise of a quiet room."""
    count = int(RATE * SECONDS)
    pitch = np.linspace(180, 120, count)
    phase = np.cumsum(pitch / RATE)
    pulses = np.diff(np.floor(phase), prepend=0) + 0.02 * rng.standard_normal(count)
    voice = pulses
    for centre, width in [(650, 80), (1100, 90), (2500, 120), (3500, 175)]:
        radius = np.exp(-np.pi * width / RATE)
        angle = 2 * np.pi * centre / RATE
        voice = scipy.signal.lfilter([1 - radius], [1, -2 * radius * np.cos(angle), radius**2], voice)
    hiss = np.diff(rng.standard_normal(count + 1))
    envelope = np.clip(np.minimum(np.arange(count) / 800, 1), 0, 1)
    voiced = np.arange(count) < 0.7 * count
    speech = np.where(voiced, 0.5 * voice / np.max(np.abs(voice)), 0.03 * hiss) * envelope
    return speech + 1e-4 * rng.standard_normal(count)


def signals():
    count = int(RATE * SECONDS)
    time = np.arange(count) / RATE
    impulse = np.zeros(count)
    impulse[1000] = 1
    rng = np.random.default_rng(46)
    return {
        "impulse": impulse,
        "sine": 0.5 * np.sin(2 * np.pi * 440 * time),
        "chirp": 0.8 * scipy.signal.chirp(time, 50, SECONDS, 7500),
        "silence": np.zeros(count),
        "square": np.where(np.sin(2 * np.pi * 200 * (time + 0.5 / RATE)) >= 0, 1.0, -1.0),
        "dc": np.ones(count),
        "noise": 0.1 * rng.standard_normal(count),
        "speech": speech_like(rng),
    }


def excerpt(path):
    samples, rate = librosa.load(path, sr=None, mono=True)
    assert rate == 3 * RATE, path
    return samples[rate : rate + rate // 2 : 3]


def spectral_contrast(magnitude, **arguments):
    """librosa's, but for the limit of 80 dB below the loudest peak of the whole recording; and the valleys."""
    whole = librosa.feature.spectral.power_to_db
    measured = []

    def unlimited(values):
        measured.append(values)
        return whole(values, top_db=None)

    librosa.feature.spectral.power_to_db = unlimited
    try:
        contrast = librosa.feature.spectral_contrast(S=magnitude, **arguments)
    finally:
        librosa.feature.spectral.power_to_db = whole
    _, valley = measured
    return contrast, valley


def causal_delta(values, order):
    """librosa's derivative in the middle of the window, given with the window's last row."""
    half = DELTA_WINDOW // 2
    before = np.repeat(values[:, :1], 2 * half, axis=1)
    padded = np.concatenate([before, values], axis=1)
    return librosa.feature.delta(padded, width=DELTA_WINDOW, order=order)[:, half:-half]


def features(
    name, signal, window, hop, fft, bands, coefficients, row_step, shape="hann", exponent=2, scale="decibels", lifter=0,
    pre_emphasis=0, low=0, high=8000, roll_percent=0.85,
):
    emphasized = signal
    if pre_emphasis:
        emphasized = librosa.effects.preemphasis(signal, coef=pre_emphasis, zi=np.zeros(1))
    # librosa centres the window in the FFT's frame: zeros before the signal make its frame i start at sample i · hop.
    before = (fft - window) // 2
    padded = np.pad(emphasized, (before, fft - window - before))
    spectrum = librosa.stft(padded, n_fft=fft, hop_length=hop, win_length=window, window=shape, center=False)
    magnitude = np.abs(spectrum)

    def scaled(values):
        if scale == "decibels":
            return librosa.power_to_db(values, ref=1.0, amin=1e-10, top_db=None)
        return np.log(np.maximum(values, 1e-10 if exponent == 2 else 1e-5))

    mel = librosa.feature.melspectrogram(
        S=magnitude**exponent, sr=RATE, n_fft=fft, n_mels=bands, fmin=low, fmax=high
    )
    mfcc = librosa.feature.mfcc(S=scaled(mel), n_mfcc=coefficients, dct_type=2, norm="ortho", lifter=lifter)
    of_spectrum = {"S": magnitude, "sr": RATE, "n_fft": fft}
    frames = {"frame_length": window, "hop_length": hop, "center": False}
    contrast, valley = spectral_contrast(magnitude, sr=RATE, n_fft=fft)
    result = {
        "peak": magnitude.max(axis=0),
        "valley": valley,
        "mel": scaled(mel),
        "mfcc": mfcc,
        "chroma": librosa.feature.chroma_stft(S=magnitude**2, sr=RATE, n_fft=fft, tuning=0, norm=np.inf, n_chroma=12),
        "centroid": librosa.feature.spectral_centroid(**of_spectrum),
        "bandwidth": librosa.feature.spectral_bandwidth(**of_spectrum),
        "rolloff": librosa.feature.spectral_rolloff(**of_spectrum, roll_percent=roll_percent),
        "contrast": contrast,
        "flatness": librosa.feature.spectral_flatness(S=magnitude),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(signal, **frames),
        "rms": librosa.feature.rms(y=signal, **frames),
        "delta_mfcc": causal_delta(mfcc, 1),
        "delta2_mfcc": causal_delta(mfcc, 2),
    }
    if name in SPECTROGRAMS:
        # Every eighth frequency, from 0 to the last.
        result["spectrogram"] = scaled(magnitude**exponent)[:: fft // 64]
    return {feature: np.atleast_2d(values)[:, ::row_step] for feature, values in result.items()}


def write_safetensors(path, tensors, metadata):
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    header["__metadata__"] = metadata
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(values.tobytes())


def main():
    here = pathlib.Path(__file__).resolve().parent
    recordings = here.parent.parent / "Recordings"
    inputs = signals()
    inputs |= {path.stem: excerpt(path) for path in sorted(recordings.glob("*.flac"))}
    tensors = {name: signal.astype(np.float32) for name, signal in inputs.items()}
    sources = {}
    for clip in RAVDESS:
        [path] = pathlib.Path(sys.argv[1]).rglob(f"{clip}.*")
        inputs[clip] = excerpt(path)
        sources[clip] = path.stem
    for name, signal in inputs.items():
        # In double precision, so that the errors found are ours alone.
        signal = signal.astype(np.float32).astype(np.float64)
        for variant, settings in VARIANTS.items():
            for feature, values in features(variant, signal, **settings).items():
                tensors[f"{name}/{variant}/{feature}"] = np.ascontiguousarray(values.T, dtype=np.float32)
    write_safetensors(
        here / "librosa.safetensors", tensors,
        {"librosa": librosa.__version__, "numpy": np.__version__, "sources": " ".join(sources)},
    )


if __name__ == "__main__":
    main()
