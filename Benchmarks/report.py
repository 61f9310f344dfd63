"""Puts what the parts of Benchmarks/run printed into one page.

usage: report.py FOLDER SECONDS PART…     FOLDER holds PART.md of each
"""

import datetime
import importlib.metadata
import os
import pathlib
import platform
import re
import subprocess
import sys

TITLES = {
    "front-end": "Front end", "inference": "Networks, step by step", "pipeline": "Samples to label",
    "stages": "Where the time goes", "scale": "Scale", "footprint": "Footprint", "training": "Training",
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


def page(part, text):
    """A part's tables, with its pictures where they lie."""
    text = text.strip() or "Nothing was measured."
    # The page lies beside the pictures' folder.
    text = re.sub(r"\]\(([^/)]+\.png)\)", r"](pictures/\1)", text)
    return text


def main():
    folder, seconds, parts = pathlib.Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    load = os.getloadavg()[2]
    print("# Benchmarks\n")
    print("Written by `Benchmarks/run`. Each side does the same work on the same sound, on one thread and one core unless it says\n"
          "otherwise, after a warm-up; times are processor time, as median with least and most of the rounds.\n")
    print("| | |\n|---|---|")
    for key, value in {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "processor": f"{processor()}, {os.cpu_count()} cores", "memory": memory(),
        "system": f"{platform.freedesktop_os_release().get('PRETTY_NAME', 'Linux')}, kernel {platform.release()}",
        "ser-live": f"{output('.build/release/ser-live', '--version')}, commit {output('git', 'rev-parse', '--short', 'HEAD')}",
        "Swift": output("swift", "--version").splitlines()[0], "compared with": f"Python {platform.python_version()}, {versions}",
        "load of the machine over the last quarter of an hour": f"{load:.1f}; 1 is this run alone",
        "this run took": f"{seconds / 60:.0f} minutes, builds included",
    }.items():
        print(f"| {key} | {value} |")
    for part in parts:
        print(f"\n## {TITLES[part]}\n\n`Benchmarks/{part}`\n")
        print(page(part, (folder / f"{part}.md").read_text()))


main()
