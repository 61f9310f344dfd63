"""Runs a program on its own standard input and prints the seconds to the program's first line and to its end, and its
peak resident bytes.

usage: start.py PROGRAM [ARGUMENT…] <SOUND
"""

import resource
import subprocess
import sys
import time


def main():
    start = time.monotonic()
    process = subprocess.Popen(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    line = process.stdout.readline()
    first = time.monotonic() - start
    process.stdout.read()
    if process.wait() != 0 or not line:
        sys.exit(f"start.py: {' '.join(sys.argv[1:])} failed")
    print(first, time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)


main()
