"""The gain of `ser-live compress`: size of the file and time of a step for each kind of reduction and the built-in model, in turns.

usage: measure.py PROGRAM ROUNDS

The loss of accuracy is in docs/compress.md; measuring it needs labelled recordings.
"""

import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from ser_live import stages, table

KINDS = [["--int8"], ["--prune", "0.5"], ["--prune", "0.8"], ["--prune", "0.8", "--int8"]]
NETWORKS = ["lstm", "cnn"]


def main():
    program, rounds = sys.argv[1], int(sys.argv[2])
    original = pathlib.Path(__file__).resolve().parent.parent.parent / "Sources/CLibs/CDefaultModel/default.safetensors"
    models = {"built-in model": original}
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            name = " ".join(kind)
            models[f"`{name}`"] = path = pathlib.Path(folder) / f"{name}.safetensors"
            run = subprocess.run([program, "compress", *kind, "--output", path], capture_output=True, text=True)
            if run.returncode != 0:
                sys.exit(f"ser-live compress {name} failed: {run.stderr.strip()}")
        sizes = {name: os.path.getsize(path) for name, path in models.items()}
        names = [f"--stage=network {network}" for network in NETWORKS]
        # One turn each as a warm-up.
        turns = [{name: stages(program, *names, "--rounds", 3, "--model", path) for name, path in models.items()}
                 for _ in range(rounds + 1)][1:]
    rows, first = [], None
    for name in models:
        steps = [[turn[name][f"network {network}"] for turn in turns] for network in NETWORKS]
        both = statistics.median(sum(pair) for pair in zip(*steps))
        first = first or both
        rows.append([name, f"{sizes[name] / 1000:.0f}"] + [
            f"{statistics.median(step):.2f} ({min(step):.2f} … {max(step):.2f})" for step in steps] + [f"{first / both:.2f}"])
    table(
        f"The built-in model without further training; µs a step, median (minimum … maximum) of {rounds} rounds in turns. "
        "[docs/compress.md](../docs/compress.md) gives the loss of accuracy, and how training compensates for it.",
        ["model", "kB", *NETWORKS, "both, speed-up"], rows)


main()
