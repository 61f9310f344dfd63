"""Times everything from samples to a label in this program, in ordinary Python code, and with openSMILE;
and start-up and memory of each as a program.

usage: compare.py PROGRAM FOLDER ROUNDS     FOLDER: the output of export.py

All programs process the recordings of the project at 16 kHz in chunks of a hop, on one thread. Times are processor time per
hop, without loading. openSMILE processes the last three seconds again at each hop, or only once a second.
"""

import json
import pathlib
import statistics
import subprocess
import sys
import time

import numpy
import scipy.signal
import soundfile

import python_pipeline
import smile_pipeline

RATE = 16000
HERE = pathlib.Path(__file__).resolve().parent
GOAL = 30


def speech():
    pieces = []
    for name in ("angry", "sad"):
        samples, rate = soundfile.read(HERE.parent.parent / "Recordings" / f"{name}.flac", dtype="float32")
        pieces.append(scipy.signal.resample_poly(samples, RATE, rate).astype(numpy.float32))
    return numpy.concatenate(pieces)


def per_hop(pipeline, chunks, rounds):
    """Microseconds a hop in each round; the first hops are a warm-up."""
    for chunk in chunks[:10]:
        pipeline.push(chunk)
    figures = []
    for _ in range(rounds):
        start = time.process_time()
        for chunk in chunks:
            pipeline.push(chunk)
        figures.append((time.process_time() - start) / len(chunks) * 1e6)
    return figures


def ours(program, wav, rounds):
    run = subprocess.run(
        [program, "bench", "--streams", "1", "--no-largest", "--rounds", str(rounds), "--input", wav, "--format", "jsonl"],
        check=True, capture_output=True, text=True)
    cost = json.loads(run.stdout.splitlines()[0])
    return cost["median_us"], cost["least_us"], cost["most_us"]


def started(command, raw):
    """Seconds to the first line and to the end, and peak resident bytes, of a program that processes one second of sound."""
    # In a separate process, because a new process inherits the peak memory of its parent.
    run = subprocess.run(
        [sys.executable, "-I", "-S", HERE / "start.py", *command], input=raw, stdout=subprocess.PIPE, check=True)
    return tuple(map(float, run.stdout.split()))


def text(figures):
    median = statistics.median(figures)
    return f"{median:.1f} ({min(figures):.1f} … {max(figures):.1f})"


def main():
    program, folder, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
    samples = speech()
    wav = f"{folder}/speech.wav"
    soundfile.write(wav, samples, RATE, subtype="FLOAT")
    pipeline = python_pipeline.Pipeline(folder)
    hop = pipeline.hop
    chunks = [samples[i : i + hop] for i in range(0, len(samples) - hop + 1, hop)]
    before = ours(program, wav, rounds)
    python = per_hop(pipeline, chunks, rounds)
    # An update costs at least a tenth of a second, so a few are enough.
    smile = per_hop(smile_pipeline.Pipeline(), chunks[::8], max(1, rounds // 3))
    after = ours(program, wav, rounds)
    own = statistics.mean((before[0], after[0]))
    print(f"Samples to label: µs of processor time per hop of {1000 * hop / RATE:g} ms, median (minimum … maximum).\n")
    print("| pipeline | µs a hop | ser-live is faster by | goal |\n|---|---|---|---|")
    print(f"| ser-live, before and after the others | {before[0]:.1f} ({before[1]:.1f} … {before[2]:.1f}), "
          f"{after[0]:.1f} ({after[1]:.1f} … {after[2]:.1f}) | | |")
    print(f"| Python: librosa and ONNX Runtime, networks in {pipeline.spoken / pipeline.hops:.0%} of the hops | {text(python)} "
          f"| {statistics.median(python) / own:.0f} | {GOAL} |")
    print(f"| openSMILE's eGeMAPSv02 and logistic regression, at each hop | {text(smile)} "
          f"| {statistics.median(smile) / own:.0f} | |")
    second = [figure * hop / RATE for figure in smile]
    print(f"| the same, once a second | {text(second)} | {statistics.median(second) / own:.0f} | |")

    # The end of the speech, so that there is a result.
    raw = (numpy.clip(samples[RATE : 2 * RATE], -1, 1) * 32767).astype("<i2").tobytes()
    programs = {
        "ser-live live": [program, "live", "--device", "-", "--rate", str(RATE), "--encoding", "s16le", "--format", "jsonl",
                          "--every", "0.04"],
        "Python: librosa and ONNX Runtime": [sys.executable, HERE / "python_pipeline.py", folder],
        "openSMILE and scikit-learn": [sys.executable, HERE / "smile_pipeline.py"],
    }
    print("\nThe whole program processes a second of speech from a pipe: medians of five runs, with files already in memory.\n")
    print("| program | s to the first result | s to the end | peak MB resident |\n|---|---|---|---|")
    for name, command in programs.items():
        runs = [started(command, raw) for _ in range(6)][1:]
        first, end, memory = (statistics.median(column) for column in zip(*runs))
        print(f"| {name} | {first:.3f} | {end:.3f} | {memory / 1e6:.0f} |")


if __name__ == "__main__":
    main()
