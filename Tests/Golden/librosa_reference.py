#!/usr/bin/env python3
"""Writes librosa.safetensors: test signals and librosa's features of them, for Tests/StreamingTests.

    pip install -r requirements.txt && python librosa_reference.py

Tensors: `SIGNAL` [samples] and `SIGNAL/GEOMETRY/FEATURE` [rows, columns], all float32 at 16 kHz. GEOMETRY is `80/40`
(window 80 ms, hop 40 ms, FFT 2048, 80 mel bands) or `25/10` (window 25 ms, hop 10 ms, FFT 512, 64 mel bands).
"""

import json
import pathlib
import struct

import librosa
import numpy as np
import scipy.signal

RATE = 16000
SECONDS = 0.4


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


def features(signal, window, hop, fft, bands):
    # librosa centres the window in the FFT's frame: zeros before the signal make its frame i start at sample i · hop.
    before = (fft - window) // 2
    padded = np.pad(signal, (before, fft - window - before))
    spectrum = librosa.stft(padded, n_fft=fft, hop_length=hop, win_length=window, window="hann", center=False)
    magnitude = np.abs(spectrum)
    power = magnitude**2
    mel = librosa.feature.melspectrogram(S=power, sr=RATE, n_fft=fft, n_mels=bands, fmin=0, fmax=8000)
    log_mel = librosa.power_to_db(mel, ref=1.0, amin=1e-10, top_db=None)
    shape = {"S": magnitude, "sr": RATE, "n_fft": fft}
    frames = {"frame_length": window, "hop_length": hop, "center": False}
    return {
        "log_mel": log_mel,
        "mfcc": librosa.feature.mfcc(S=log_mel, n_mfcc=40, dct_type=2, norm="ortho"),
        "chroma": librosa.feature.chroma_stft(S=power, sr=RATE, n_fft=fft, tuning=0, norm=np.inf, n_chroma=12),
        "centroid": librosa.feature.spectral_centroid(**shape),
        "bandwidth": librosa.feature.spectral_bandwidth(**shape),
        "rolloff": librosa.feature.spectral_rolloff(**shape, roll_percent=0.85),
        "flatness": librosa.feature.spectral_flatness(S=magnitude),
        "zero_crossing_rate": librosa.feature.zero_crossing_rate(signal, **frames),
        "rms": librosa.feature.rms(y=signal, **frames),
    }


def write_safetensors(path, tensors):
    header, offset = {}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    header["__metadata__"] = {"librosa": librosa.__version__, "numpy": np.__version__}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for values in tensors.values():
            file.write(values.tobytes())


def main():
    tensors = {}
    for name, signal in signals().items():
        signal = signal.astype(np.float32)
        tensors[name] = signal
        for geometry, settings in {"80/40": (1280, 640, 2048, 80), "25/10": (400, 160, 512, 64)}.items():
            # In double precision, so that the errors found are ours alone.
            for feature, values in features(signal.astype(np.float64), *settings).items():
                rows = np.ascontiguousarray(np.atleast_2d(values).T, dtype=np.float32)
                tensors[f"{name}/{geometry}/{feature}"] = rows
    write_safetensors(pathlib.Path(__file__).with_name("librosa.safetensors"), tensors)


if __name__ == "__main__":
    main()
