#!/usr/bin/env python3
"""Writes sklearn.safetensors: scikit-learn's figures for random answers, for Tests/TrainingTests.

    pip install -r requirements.txt && python sklearn_reference.py

`CASE/said` and `CASE/heard` [n] are labels (-1: nothing was heard), `CASE/uar` and `CASE/accuracy` [1]
balanced_accuracy_score and accuracy_score, `CASE/confusion` [classes, classes + 1] the confusion matrix, the last
column for what was not heard.
"""

import json
import pathlib
import struct
import warnings

import numpy as np
import sklearn
from sklearn.metrics import accuracy_score, balanced_accuracy_score, confusion_matrix


def cases():
    rng = np.random.default_rng(46)
    said = rng.integers(8, size=200)
    good = np.where(rng.random(200) < 0.6, said, rng.integers(8, size=200))
    skewed = rng.choice(4, size=150, p=[0.85, 0.1, 0.04, 0.01])
    return {
        "eight": (8, said, good),
        "skewed": (4, skewed, np.zeros(150, dtype=int)),
        "absent": (8, said % 3, np.where(rng.random(200) < 0.5, said % 3, 5)),
        "unheard": (8, said, np.where(rng.random(200) < 0.3, -1, good)),
    }


def main():
    tensors = {}
    warnings.simplefilter("ignore")  # labels that are answered but never said
    for name, (classes, said, heard) in cases().items():
        confusion = confusion_matrix(said, heard, labels=[*range(classes), -1])[:classes]
        tensors |= {
            f"{name}/said": said,
            f"{name}/heard": heard,
            f"{name}/uar": np.array([balanced_accuracy_score(said, heard)]),
            f"{name}/accuracy": np.array([accuracy_score(said, heard)]),
            f"{name}/confusion": confusion,
        }
    header, offset = {"__metadata__": {"scikit-learn": sklearn.__version__}}, 0
    values = {name: np.ascontiguousarray(tensor, dtype=np.float32) for name, tensor in tensors.items()}
    for name, array in values.items():
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    body = b"".join(array.tobytes() for array in values.values())
    pathlib.Path(__file__).with_name("sklearn.safetensors").write_bytes(struct.pack("<Q", len(text)) + text + body)


if __name__ == "__main__":
    main()
