#!/usr/bin/env python3
"""Writes functionals.safetensors: statistics over the last rows as NumPy and SciPy compute them, and their gradients as PyTorch
does, for Tests/ModelsTests.

    pip install -r requirements.txt && python functionals_reference.py

Computed in double precision, so that the errors found are ours alone. Tensors, float32:

- `CASE/capacity` [1], `CASE/input` [rows, columns], `CASE/output` [rows, statistics * columns]: after each row, the
  statistics of the last `capacity` rows, in the order of STATISTICS, the first of each column first.
- `pooling/WINDOW/…`: a ragged batch as in pytorch_reference.py; no window is 0.
"""

import json
import pathlib
import struct

import numpy as np
import scipy.stats
import torch

STATISTICS = (
    "mean deviation minimum maximum range interquartile_range slope curvature change skewness p0 p10 p37.5 p50 p90 p100"
).split()
LENGTHS = [7, 4, 4, 1]


def percentile(name):
    return float(name[1:])


def slope(values):
    return 0.0 if len(values) == 1 else np.polyfit(np.arange(len(values)), values, 1)[0]


def curvature(values):
    return 0.0 if len(values) < 3 else np.polyfit(np.linspace(-1, 1, len(values)), values, 2)[0]


def statistic(name, values):
    match name:
        case "mean":
            return np.mean(values)
        case "deviation":
            return np.std(values)
        case "minimum":
            return np.min(values)
        case "maximum":
            return np.max(values)
        case "range":
            return np.ptp(values)
        case "interquartile_range":
            return np.subtract(*np.percentile(values, [75, 25]))
        case "slope":
            return slope(values)
        case "curvature":
            return curvature(values)
        case "change":
            return 0.0 if len(values) == 1 else np.mean(np.abs(np.diff(values)))
        case "skewness":
            return 0.0 if np.ptp(values) == 0 else scipy.stats.skew(values)
        case _:
            return np.percentile(values, percentile(name))


def sequences():
    rng = np.random.default_rng(46)
    normal = rng.standard_normal
    return {
        "random": (100, normal((40, 3))),
        "wrapping": (25, normal((110, 3))),
        "constant": (20, np.tile([[0.1, -3.7, 0.0]], (50, 1))),
        "single": (10, normal((1, 3))),
        "two": (10, normal((2, 3))),
        "last row only": (1, normal((8, 3))),
        "ties": (16, rng.integers(-2, 3, (60, 3)).astype(float)),
        # Small deviations far from zero, as of a level in decibels or a frequency in hertz.
        "far": (25, [1000, -60, 4000] + 0.01 * normal((60, 3))),
        "trend": (25, np.outer(np.arange(60), [1, -0.5, 0.01]) + 0.1 * normal((60, 3))),
        # Clicks ten million times as large as the rest, which leave no trace behind.
        "clicks": (12, normal((60, 3)) * np.where(np.arange(60) % 20 == 3, 1e7, 1)[:, None]),
    }


def torch_statistic(name, x):
    """Of [time, columns]."""
    match name:
        case "mean":
            return x.mean(0)
        case "deviation":
            return x.std(0, unbiased=False)
        case "minimum":
            return x.amin(0)
        case "maximum":
            return x.amax(0)
        case "range":
            return x.amax(0) - x.amin(0)
        case "interquartile_range":
            return x.quantile(0.75, 0) - x.quantile(0.25, 0)
        case "slope":
            time = torch.arange(len(x), dtype=x.dtype)
            design = torch.stack([time, torch.ones_like(time)], 1)
            return x.new_zeros(x.shape[1]) * x[0] if len(x) == 1 else torch.linalg.lstsq(design, x).solution[0]
        case "curvature":
            time = torch.linspace(-1, 1, len(x), dtype=x.dtype)
            design = torch.stack([time**2, time, torch.ones_like(time)], 1)
            return 0 * x[0] if len(x) < 3 else torch.linalg.lstsq(design, x).solution[0]
        case "change":
            return 0 * x[0] if len(x) == 1 else x.diff(dim=0).abs().mean(0)
        case "skewness":
            distance = x - x.mean(0)
            return 0 * x[0] if len(x) == 1 else (distance**3).mean(0) / (distance**2).mean(0) ** 1.5
        case _:
            return x.quantile(percentile(name) / 100, 0)


def record_pooling(tensors, window):
    rows = torch.randn(sum(LENGTHS), 4).double().requires_grad_()
    pooled = []
    for sequence, length in enumerate(LENGTHS):
        # Row `time` of a sequence lies behind the rows of all earlier times.
        indices = [sum(min(t, n) for n in LENGTHS) + sequence for t in range(length)]
        x = rows[indices][-window:]
        pooled.append(torch.cat([torch_statistic(name, x) for name in STATISTICS]))
    output = torch.stack(pooled)
    output_gradient = torch.randn(output.shape).double()
    output.backward(output_gradient)
    case = f"pooling/{window}"
    tensors[f"{case}/lengths"] = np.array(LENGTHS)
    tensors[f"{case}/input"] = rows.detach().numpy()
    tensors[f"{case}/output"] = output.detach().numpy()
    tensors[f"{case}/output_gradient"] = output_gradient.numpy()
    tensors[f"{case}/input_gradient"] = rows.grad.numpy()


def main():
    torch.manual_seed(46)
    tensors = {}
    for case, (capacity, rows) in sequences().items():
        rows = rows.astype(np.float32).astype(np.float64)
        tensors[f"{case}/capacity"] = np.array([capacity])
        tensors[f"{case}/input"] = rows
        tensors[f"{case}/output"] = np.array(
            [
                [statistic(name, column) for name in STATISTICS for column in rows[max(0, end - capacity) : end].T]
                for end in range(1, len(rows) + 1)
            ]
        )
    for window in (0, 3):
        record_pooling(tensors, window)
    header, offset = {"__metadata__": {"numpy": np.__version__, "scipy": scipy.__version__, "torch": torch.__version__}}, 0
    values = {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in tensors.items()}
    for name, array in values.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(array.tobytes() for array in values.values())
    pathlib.Path(__file__).with_name("functionals.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


if __name__ == "__main__":
    main()
