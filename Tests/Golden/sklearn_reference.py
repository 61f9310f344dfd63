#!/usr/bin/env python3
"""Writes sklearn.safetensors: scikit-learn's figures for random answers, for Tests/TrainingTests.

    pip install -r requirements.txt && python sklearn_reference.py

Inputs of each case, float32: `CASE/said` [n], the labels, and `CASE/probabilities` [n, classes], all 0 where nothing was
heard. The label that was heard is the first of the most probable ones, -1 where nothing was heard; probability figures
take even probabilities there. Figures:

- `CASE/confusion` [classes, classes + 1]: confusion_matrix, the last column for what was not heard.
- `CASE/uar`, `CASE/accuracy` [1]: balanced_accuracy_score, accuracy_score.
- `CASE/precision`, `CASE/recall`, `CASE/f1` [classes], and `CASE/macro`, `CASE/weighted` [3] of these:
  precision_recall_fscore_support with zero_division=0, the means over the labels that occur.
- `CASE/areas` [classes]: roc_auc_score of each label against the rest, -1 where all clips have it or none;
  `CASE/area` [1]: their mean, and roc_auc_score(multi_class="ovr") where that is defined.
- `CASE/roc` [points, 3]: roc_curve of label 0 without dropping points: false and true positives, thresholds; 2 in place
  of the infinite one.
- `CASE/log_loss` [1]: log_loss. `CASE/calibration_error` [1]: the expected calibration error over 15 bins of equal width
  (Guo et al. 2017), in NumPy.
- `wilson` [cases, 4]: successes, trials and the bounds of scipy.stats' 95 % Wilson interval.
"""

import json
import pathlib
import struct
import warnings

import numpy as np
import scipy
import sklearn
from sklearn.metrics import (
    accuracy_score,
    balanced_accuracy_score,
    confusion_matrix,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
    roc_curve,
)


def softmax(scores):
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def cases():
    """Classes, labels and probabilities."""
    rng = np.random.default_rng(46)

    def answers(said, classes, lead):
        """Probabilities in which the true label leads."""
        scores = rng.normal(size=(len(said), classes))
        scores[np.arange(len(said)), said] += lead
        return softmax(2 * scores)

    said = rng.integers(8, size=200)
    good = answers(said, 8, 1.5)
    skewed = rng.choice(4, size=150, p=[0.85, 0.1, 0.04, 0.01])
    unheard = good.copy()
    unheard[rng.random(200) < 0.3] = 0
    extreme = answers(said, 8, 1.0) ** 40
    extreme /= extreme.sum(axis=1, keepdims=True)
    extreme[extreme < 1e-9] = 0
    binary = rng.integers(2, size=120)
    return {
        "eight": (8, said, good),
        "skewed": (4, skewed, np.tile([0.4, 0.3, 0.2, 0.1], (150, 1))),
        "absent": (8, said % 3, answers(said % 3, 8, 1.0)),
        "unheard": (8, said, unheard),
        "silent": (3, said[:20] % 3, np.zeros((20, 3))),
        "ties": (5, said % 5, rng.multinomial(4, [0.2] * 5, size=200) / 4),
        "one": (4, np.full(40, 2), answers(np.full(40, 2), 4, 0.5)),
        "extreme": (8, said, extreme),
        "two": (2, binary, answers(binary, 2, 0.8)),
    }


def calibration_error(right, confidence, bins=15):
    error = 0.0
    for low, high in zip(np.linspace(0, 1, bins + 1)[:-1], np.linspace(0, 1, bins + 1)[1:]):
        within = (confidence > low) & (confidence <= high)
        if within.any():
            error += within.mean() * abs(confidence[within].mean() - right[within].mean())
    return error


def figures(classes, said, probabilities):
    silent = ~probabilities.any(axis=1)
    heard = np.where(silent, -1, probabilities.argmax(axis=1))
    known = np.where(silent[:, None], np.float32(1 / classes), probabilities)
    present = np.unique(said)
    labels = list(range(classes))

    def scores(labels, average):
        return precision_recall_fscore_support(said, heard, labels=labels, average=average, zero_division=0)[:3]

    areas = [roc_auc_score(said == k, known[:, k]) if 0 < (said == k).sum() < len(said) else -1 for k in labels]
    defined = [area for area in areas if area >= 0]
    area = np.mean(defined) if defined else -1
    if len(present) == classes > 2:
        assert abs(area - roc_auc_score(said, known.astype(np.float64), multi_class="ovr", labels=labels)) < 1e-12
    precision, recall, f1 = scores(labels, None)
    curve = roc_curve(said == 0, known[:, 0], drop_intermediate=False)
    confidence = known.max(axis=1).astype(np.float64)
    return {
        "confusion": confusion_matrix(said, heard, labels=[*labels, -1])[:classes],
        "uar": [balanced_accuracy_score(said, heard)],
        "accuracy": [accuracy_score(said, heard)],
        "precision": precision,
        "recall": recall,
        "f1": f1,
        "macro": scores(present, "macro"),
        "weighted": scores(present, "weighted"),
        "areas": areas,
        "area": [area],
        "roc": np.stack(curve, axis=1).clip(max=2) if areas[0] >= 0 else [],
        "log_loss": [log_loss(said, known, labels=labels)],
        "calibration_error": [calibration_error(heard == said, confidence)],
    }


def wilson():
    trials = [(0, 1), (1, 1), (0, 12), (12, 12), (8, 10), (33, 60), (211, 300), (1, 4481)]
    intervals = [scipy.stats.binomtest(k, n).proportion_ci(0.95, method="wilson") for k, n in trials]
    return np.array([(k, n, i.low, i.high) for (k, n), i in zip(trials, intervals)])


def main():
    # Labels that are answered but never said, and probabilities that sum to 1 in single precision only.
    warnings.simplefilter("ignore")
    tensors = {"wilson": wilson()}
    for name, (classes, said, probabilities) in cases().items():
        probabilities = probabilities.astype(np.float32)
        tensors |= {f"{name}/said": said, f"{name}/probabilities": probabilities}
        tensors |= {f"{name}/{figure}": value for figure, value in figures(classes, said, probabilities).items()}
    header, offset = {"__metadata__": {"scikit-learn": sklearn.__version__, "scipy": scipy.__version__}}, 0
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
