"""Reads the events of ser-live and starts it again where it fails.

usage: reader.py [OPTION…]     options of `ser-live live`, such as --device hw:1,0
"""

import json
import subprocess
import sys
import time

LONGEST_WAIT = 60


def events(options):
    """The events as dictionaries, until ser-live ends by itself."""
    wait = 1
    while True:
        command = ["ser-live", "live", "--format", "jsonl", *options]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8") as program:
            for line in program.stdout:
                wait = 1
                yield json.loads(line)
        if program.returncode == 0:
            return
        print(f"ser-live ended with {program.returncode}; again in {wait} s", file=sys.stderr)
        time.sleep(wait)
        wait = min(2 * wait, LONGEST_WAIT)


for event in events(sys.argv[1:]):
    if event["type"] == "utterance":
        print(f"{event['start']:.2f} to {event['end']:.2f} s: {event['label']}", flush=True)
