"""The time of a hop by stage: each stage alone, its instructions, and its distance from the limit of the core.

usage: measure.py PROGRAM PEAK ROUNDS     PEAK: the built peak.c

A roofline (Williams, Waterman and Patterson 2009): a stage can be no faster than its floating-point work at the core's
peak, nor than its bytes at the rate at which the core reads as many bytes again and again. Work and bytes are those of the
algorithm, counted here from the model's configuration; everything else in the code counts against it.
"""

import json
import math
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "Inference"))
import safetensors  # the project's own, not the package

sys.path.insert(0, str(HERE.parent))
from ser_live import bench

RECORDING = str(HERE.parent.parent / "Recordings" / "angry.flac")
GOAL = 3


def instructions(program, stage, calls):
    """Instructions a call, from two runs that differ only in the number of rounds."""
    counts = []
    for rounds in (2, 6):
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program, "bench", "--stages", "--stage", stage,
             "--rounds", str(rounds), "--input", RECORDING], check=True, capture_output=True, text=True)
        counts.append(int(re.search(r"Collected : (\d+)", run.stderr).group(1)))
    return (counts[1] - counts[0]) / (4 * calls)


def front_end_work(front):
    """Floating-point operations and bytes of tables and buffers of a row, for the features in use."""
    size, bands = front["fftSize"], front["melBands"]
    bins = size // 2 + 1
    window = round(front["windowMilliseconds"] * front["sampleRate"] / 1000)
    features = set(front["features"])
    transform = 2.5 * size * math.log2(size)  # of real numbers: half of the 5 n log n of complex ones
    flops, floats = window + transform + 3 * bins, 2 * window + 2 * size + bins
    if features & {"mel", "mfcc"}:
        # Each bin is in two triangles.
        flops, floats = flops + 4 * bins + 10 * bands, floats + 2 * bins + bands
    if "mfcc" in features:
        products = bands * front["cepstralCoefficients"]
        flops, floats = flops + 2 * products, floats + products
    if "chroma" in features:
        flops, floats = flops + 24 * bins, floats + 12 * bins
    if features & {"centroid", "bandwidth", "rolloff", "contrast"}:
        flops, floats = flops + 10 * bins, floats + 2 * bins
    # The gate always needs these: the logarithm of each bin counts ten operations, voicing an inverse transform.
    flops, floats = flops + 12 * bins, floats + bins
    flops, floats = flops + transform + 8 * bins, floats + 4 * size
    return flops, 4 * floats


def work(stage, model):
    """Floating-point operations and bytes of a call; None for a stage without arithmetic."""
    width = sum(feature["columns"] for feature in model["features"])
    labels = len(model["emotions"])
    if stage == "normaliser":
        return 16 * width, 4 * 10 * width
    if stage == "ensemble":
        voters = sum(network["target"] == "emotion" for network in model["networks"])
        return 12 * voters * labels + 14 * labels, 4 * (voters + 2) * labels
    if stage.startswith("network "):
        network = next(n for n in model["networks"] if n["name"] == stage.removeprefix("network "))
        return 2 * network["multiply_adds_per_hop"], 4 * network["parameters"]
    return None


def main():
    program, peak, rounds = sys.argv[1:]
    model = json.loads(subprocess.run([program, "model", "--format", "json"], check=True, capture_output=True, text=True).stdout)
    # Settings of the front end that `model` does not print are in the built-in model's checkpoint.
    _, metadata = safetensors.read(HERE.parent.parent / "Sources/CLibs/CDefaultModel/default.safetensors")
    configuration = json.loads(metadata["configuration"])["frontEnd"]
    found = bench(program, "--stages", "--input", RECORDING, "--rounds", rounds)
    sound, costs = found[0], found[1:]
    works = {cost["stage"]: work(cost["stage"], model) for cost in costs} | {"front end": front_end_work(configuration)}
    # Smaller data are in the first-level cache anyway, and are read too fast to be timed.
    reach = {stage: max(int(entry[1]), 1 << 15) for stage, entry in works.items() if entry}
    sizes = sorted(set(reach.values()) | {1 << 28})
    measured = dict(line.split() for line in subprocess.run(
        [peak, *map(str, sizes)], check=True, capture_output=True, text=True).stdout.splitlines())
    flops = float(measured["flops"])
    whole = next(cost for cost in costs if cost["stage"] == "whole pipeline")["us_per_hop"]
    has_valgrind = bool(shutil.which("valgrind"))
    print(
        f"One stream processes a recording of {sound['hops']} hops, {sound['speech']} of them speech. This core performs "
        f"{flops / 1e9:.0f} billion floating-point operations a second and reads {float(measured[str(1 << 28)]) / 1e9:.0f} "
        "GB a second from memory, more from its caches.\n")
    print("| stage | µs a call: median (minimum … maximum) | µs a hop | instructions a call | operations | kB | "
          f"roofline, µs | times the roofline (goal {GOAL}) |")
    print("|---|---|---|---|---|---|---|---|")
    others = 0.0
    for cost in costs:
        stage = cost["stage"]
        is_speech = stage not in ("front end", "speech gate", "smoother", "whole pipeline")
        calls = sound["speech"] if is_speech else sound["hops"]
        count = f"{instructions(program, stage, calls):.0f}" if has_valgrind else "no valgrind"
        cells = ["–"] * 4
        if works[stage]:
            operations, size = works[stage]
            bound = max(operations / flops, size / float(measured[str(reach[stage])])) * 1e6
            cells = [f"{operations:.0f}", f"{size / 1000:.1f}", f"{bound:.2f}", f"{cost['median_us'] / bound:.1f}"]
        if stage != "whole pipeline":
            others += cost["us_per_hop"]
        print(
            f"| {stage} | {cost['median_us']:.2f} ({cost['least_us']:.2f} … {cost['most_us']:.2f}) | {cost['us_per_hop']:.2f} "
            f"| {count} | " + " | ".join(cells) + " |", flush=True)
    print(f"\nThe stages alone take {others:.1f} µs a hop, the whole pipeline {whole:.1f}. The difference is the code between "
          "the stages, and caches that other stages have used.")


main()
