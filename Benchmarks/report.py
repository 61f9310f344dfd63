"""Combines the output of the parts of Benchmarks/run into one page.

usage: report.py FOLDER SECONDS PICTURES PART…     FOLDER holds PART.md of each, PICTURES is a folder beside the page
"""

import datetime
import importlib.metadata
import os
import pathlib
import platform
import re
import subprocess
import sys

from ser_live import draw

TITLES = {
    "front-end": "Front end", "inference": "Networks, step by step", "pipeline": "Samples to label",
    "stages": "Where the time goes", "scale": "Scale", "reduced": "Reduced models", "footprint": "Footprint", "training": "Training",
}
PACKAGES = ["librosa", "numpy", "onnxruntime", "opensmile", "kaldi-native-fbank", "scikit-learn", "torch"]


def output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def processor():
    match = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    return match.group(1) if match else platform.machine()


def memory():
    match = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return f"{int(match.group(1)) / 1e6:.0f} GB" if match else "unknown"


def page(text):
    """A part's tables, with the paths of its pictures."""
    text = text.strip() or "No results."
    # The page is next to the pictures' folder.
    text = re.sub(r"\]\(([^/)]+\.png)\)", r"](pictures/\1)", text)
    return text


def tables(text):
    """Each table of a page as a list of rows, each {column: cell}."""
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        lines = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in block.splitlines()]
        yield [dict(zip(lines[0], line)) for line in lines[2:]]


def number(cell):
    match = re.match(r"[\d.]+", cell or "")
    return float(match.group()) if match else None


def ratios(text):
    """(other program, speed-up of ser-live, goal or None) for each row with a speed-up."""
    for rows in tables(text):
        for row in rows:
            ratio = next((key for key in row if "faster" in key or "/ ser-live" in key), None)
            if not ratio or number(row[ratio]) is None:
                continue
            names = {key: row[key] for key in ("side", "there", "pipeline", "network", "lengths") if key in row}
            if "lengths" in row:
                names = {"side": "PyTorch, an epoch"} | names
            if "streams" in row:
                names["streams"] = f"streams: {row['streams']}"
            yield ", ".join(names.values()), number(row[ratio]), number(row.get("goal"))


def draw_ratios(path, entries):
    """Bars from 1 on a logarithmic axis; a goal is a red line. entries: (name, value, goal or None), from the top."""
    count = len(entries)
    # Quotes within quotes and percent signs are doubled.
    quoted = [name.replace("'", "''").replace("%", "%%") for name, _, _ in entries]
    names = ", ".join(f"'{name}' {count - place}" for place, name in enumerate(quoted))
    script = [
        "set title 'Speed-up of ser-live, and the goal'", "set xlabel 'times'", "set logscale x", f"set yrange [0.4:{count + 0.6}]", "set grid x",
        f"set ytics ({names}) scale 0", "set key off", "set style fill solid 0.7", "set xrange [0.5:*]",
        "plot '-' using 1:2:3:4:5:6 with boxxyerror linecolor rgb '#0072B2', '-' using 1:2:3 with labels left offset 0.5,0, "
        "'-' using 1:2:3:4 with vectors nohead linewidth 3 linecolor rgb '#D55E00'",
    ]
    for place, (_, value, _) in enumerate(entries):
        y = count - place
        script.append(f"{value} {y} {min(value, 1)} {max(value, 1)} {y - 0.35} {y + 0.35}")
    script += ["e"] + [f"{max(value, 1)} {count - place} {value:g}" for place, (_, value, _) in enumerate(entries)] + ["e"]
    script += [f"{goal} {count - place - 0.45} 0 0.9" for place, (_, _, goal) in enumerate(entries) if goal] + ["e"]
    return draw(path, 1000, 60 + 22 * count, script)


def main():
    folder, seconds, shown, parts = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    load = os.getloadavg()[2]
    print("# Benchmarks\n")
    print("Written by `Benchmarks/run`. All programs do the same work on the same sound, on one thread and one core unless stated\n"
          "otherwise, after a warm-up. Times are processor time: the median, with minimum and maximum of the rounds.\n")
    print("| | |\n|---|---|")
    for key, value in {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor()}, {os.cpu_count()} cores", "memory": memory(),
        "system": f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}, kernel {platform.release()}",
        "ser-live": f"{output('.build/release/ser-live', '--version')}, commit {output('git', 'rev-parse', '--short', 'HEAD')}",
        "Swift": output("swift", "--version").splitlines()[0], "compared with": f"Python {platform.python_version()}, {versions}",
        "load average over 15 minutes": f"{load:.1f}; 1 is this run alone",
        "duration": f"{seconds / 60:.0f} minutes, including builds",
    }.items():
        print(f"| {key} | {value} |")
    texts = {part: (folder / f"{part}.md").read_text() for part in parts}
    compared = [entry for text in texts.values() for entry in ratios(text)]
    if compared and draw_ratios(f"{shown}/faster.png", compared):
        print("\n![Speed-up over other programs](pictures/faster.png)")
    for part, text in texts.items():
        print(f"\n## {TITLES[part]}\n\n`Benchmarks/{part}`\n")
        print(page(text))


main()
