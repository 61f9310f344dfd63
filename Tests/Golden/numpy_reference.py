#!/usr/bin/env python3
"""Writes numpy.npy: an array as numpy.save writes it, for Tests/SerLiveTests.

    pip install -r requirements.txt && python numpy_reference.py

[3 × 2] float32: 1, -2.5; 0, 3; the smallest and the largest number.
"""

import pathlib

import numpy as np

limits = np.finfo(np.float32)
array = np.array([[1, -2.5], [0, 3], [limits.smallest_subnormal, limits.max]], dtype="<f4")
np.save(pathlib.Path(__file__).with_name("numpy.npy"), array)
