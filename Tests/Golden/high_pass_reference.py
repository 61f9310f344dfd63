#!/usr/bin/env python3
"""Writes high_pass.safetensors: SciPy's Butterworth high-pass of second order, for Tests/StreamingTests.

    pip install -r requirements.txt && python high_pass_reference.py

`RATE/input` and `RATE/output` [samples] at each rate: noise on a constant offset with a slow drift, and what
`scipy.signal.sosfilt` makes of it, begun in the state of the first sample (`sosfilt_zi`). The cutoff is 40 Hz.
"""

import json
import pathlib
import struct

import numpy as np
import scipy.signal

RATES = [8000, 16000, 44100, 192000]
CUTOFF = 40


def main():
    rng = np.random.default_rng(46)
    tensors = {}
    for rate in RATES:
        time = np.arange(2000) / rate
        x = (0.1 + 0.05 * np.exp(-time / 0.02) + 0.02 * rng.standard_normal(len(time))).astype(np.float32)
        sections = scipy.signal.butter(2, CUTOFF, "highpass", fs=rate, output="sos")
        state = scipy.signal.sosfilt_zi(sections) * float(x[0])
        y, _ = scipy.signal.sosfilt(sections, x.astype(np.float64), zi=state)
        tensors[f"{rate}/input"] = x
        tensors[f"{rate}/output"] = y.astype(np.float32)
    header, data = {}, b""
    for name, values in tensors.items():
        start = len(data)
        data += values.astype("<f4").tobytes()
        header[name] = {"dtype": "F32", "shape": list(values.shape), "data_offsets": [start, len(data)]}
    header["__metadata__"] = {"scipy": scipy.__version__}
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path = pathlib.Path(__file__).with_name("high_pass.safetensors")
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


main()
