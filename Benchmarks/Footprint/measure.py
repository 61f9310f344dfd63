"""Size of the program and its parts, time to the first frame, and memory over a long stream.

usage: measure.py PROGRAM MAP     MAP: the linker's map of the program

The stream is the recordings of the project, repeated, written as fast as the program reads it.
"""

import collections
import json
import pathlib
import re
import statistics
import subprocess
import sys
import time

import numpy
import scipy.signal
import soundfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RATE = 16000
SECONDS = [("10 s", 10), ("a minute", 60), ("ten minutes", 600), ("an hour", 3600), ("six hours", 6 * 3600)]


def command(program, *more):
    return [program, "live", "--device", "-", "--rate", str(RATE), "--encoding", "s16le", "--format", "jsonl", *more]


def sound(seconds):
    """Raw samples of speech with pauses."""
    pieces = []
    for name in ("angry", "sad"):
        samples, rate = soundfile.read(ROOT / "Recordings" / f"{name}.flac", dtype="float32")
        pieces.append(scipy.signal.resample_poly(samples, RATE, rate))
    raw = (numpy.clip(numpy.concatenate(pieces), -1, 1) * 32767).astype("<i2").tobytes()
    return (raw * (1 + seconds * 2 * RATE // len(raw)))[: seconds * 2 * RATE]


def status(process, key):
    text = pathlib.Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(rf"{key}:\s+(\d+) kB", text).group(1)) * 1024


def memory_over_time(program, piece):
    """Resident bytes after each amount of sound; `frame` events show the progress."""
    process = subprocess.Popen(
        command(program, "--every", "1"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=False)
    heard, figures = 0, []
    seconds = len(piece) // (2 * RATE)
    for name, point in SECONDS:
        while heard < point:
            process.stdin.write(piece)
            process.stdin.flush()
            heard += seconds
            # Events are read as they come, so that the program never blocks.
            while True:
                event = json.loads(process.stdout.readline())
                if event["type"] == "frame" and event["time"] > heard - 1.5:
                    break
        figures.append((name, status(process, "VmRSS")))
    figures.append(("maximum", status(process, "VmHWM")))
    process.stdin.close()
    process.stdout.read()
    process.wait()
    return figures


def first_frame(program, raw):
    """Milliseconds from start to the first frame, which is written at the next whole hop after the first window."""
    figures = []
    for _ in range(11):
        start = time.monotonic()
        process = subprocess.Popen(command(program, "--every", "0.04"), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        process.stdin.write(raw[: 2 * RATE // 5])
        process.stdin.flush()
        process.stdout.readline()
        figures.append((time.monotonic() - start) * 1000)
        process.stdin.close()
        process.stdout.read()
        process.wait()
    return figures[1:]


def kind(path):
    """The part of the program that a linked file belongs to."""
    module = re.search(r"/([A-Za-z_]+)(-tool)?\.build/", path)
    if module:
        return module.group(1)
    library = re.search(r"lib([A-Za-z_0-9]+)\.a", path)
    if library:
        name = library.group(1)
        if "Foundation" in name or "icu" in name.lower():
            return "Swift's Foundation"
        return "Swift's runtime and standard library"
    return "the linker, C start-up code and shared sections"


def parts(path):
    """Bytes of the program by part, from a map of lld: address, load address, size, alignment, name."""
    total = collections.Counter()
    for line in pathlib.Path(path).read_text(errors="replace").splitlines():
        fields = re.match(r"\s*([0-9a-f]+)\s+[0-9a-f]+\s+([0-9a-f]+)\s+\d+ {9}(\S.*):\((\.?[^)]*)\)", line)
        # Sections at address 0 are not loaded.
        if fields and int(fields[1], 16) and not fields[4].startswith(".bss"):
            total[kind(fields[3])] += int(fields[2], 16)
    return total


def main():
    program, linker_map = sys.argv[1:]
    size = pathlib.Path(program).stat().st_size
    print(f"The program is a single executable of {size / 1e6:.1f} MB, stripped, including the model and Swift's libraries.\n")
    print("| part | kB |\n|---|---|")
    found = parts(linker_map)
    if not found:
        sys.exit("footprint: the linker's map could not be read")
    for name, count in found.most_common(12):
        print(f"| {name} | {count / 1000:.0f} |")
    print(f"| all others | {sum(sorted(found.values(), reverse=True)[12:]) / 1000:.0f} |")
    libraries = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    names = sorted({line.split(".so")[0].strip() for line in libraries.splitlines() if "=>" in line})
    swift = [name for name in names if "swift" in name.lower() or "Foundation" in name]
    print(f"\nIt loads {len(names)} shared libraries ({'none' if not swift else ', '.join(swift)} of Swift): {', '.join(names)}.\n")
    print("| section | kB |\n|---|---|")
    sections = subprocess.run(["size", "-A", program], check=True, capture_output=True, text=True).stdout
    rows = [line.split() for line in sections.splitlines() if re.match(r"\.[\w.]+\s+\d", line)]
    for name, count, *_ in sorted(rows, key=lambda row: -int(row[1]))[:8]:
        print(f"| `{name}` | {int(count) / 1000:.0f} |")
    piece = sound(10)
    frames = first_frame(program, piece)
    print(f"\nStart to the first frame: median {statistics.median(frames):.0f} ms ({min(frames):.0f} … {max(frames):.0f}) of ten; "
          "goal 100 ms.\n")
    print("| sound processed by one `ser-live live` | MB resident |\n|---|---|")
    for name, count in memory_over_time(program, piece):
        print(f"| {name} | {count / 1e6:.1f} |", flush=True)


main()
