"""What the benchmarks in Python share: figures of `ser-live bench`, tables and pictures."""

import json
import shutil
import subprocess
import sys


def bench(program, *arguments):
    """The lines that `ser-live bench` prints, each a dictionary."""
    words = ["bench", "--format", "jsonl", *map(str, arguments)]
    run = subprocess.run([program, *words], capture_output=True, text=True)
    if run.returncode != 0:
        sys.exit(f"ser-live {' '.join(words)} failed: {run.stderr.strip()}")
    return [json.loads(line) for line in run.stdout.splitlines()]


def stages(program, *arguments):
    """Microseconds a call, by stage."""
    lines = bench(program, "--stages", *arguments)
    return {line["stage"]: line["median_us"] for line in lines if line["type"] == "stage"}


def table(title, columns, rows):
    print(f"\n{title}\n\n| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|")
    for row in rows:
        print("| " + " | ".join(cell if isinstance(cell, str) else f"{cell:g}" for cell in row) + " |")
    sys.stdout.flush()


def draw(path, width, height, script):
    """Draws a picture, if there is gnuplot: whether there is.

    script: lines for gnuplot, data among them.
    """
    if not shutil.which("gnuplot"):
        return False
    lines = [f"set terminal pngcairo size {width},{height} font 'sans,10'", f"set output '{path}'", *script]
    run = subprocess.run(["gnuplot"], input="\n".join(lines), text=True, capture_output=True)
    if run.returncode != 0:
        sys.exit(f"gnuplot failed: {run.stderr.strip()}")
    return True
