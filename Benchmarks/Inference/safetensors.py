"""Reads safetensors files of single-precision arrays."""

import json

import numpy


def read(path):
    """The arrays by name, and the metadata."""
    data = open(path, "rb").read()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + size])
    metadata = header.pop("__metadata__", {})
    arrays = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        values = numpy.frombuffer(data, "<f4", (end - start) // 4, 8 + size + start)
        arrays[name] = values.reshape(entry["shape"]).copy()
    return arrays, metadata
