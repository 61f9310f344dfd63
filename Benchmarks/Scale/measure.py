"""How the cost of a hop grows with the number of streams, the networks' windows, the hop and the networks' size.

usage: measure.py PROGRAM ROUNDS PICTURE

All figures are those of `ser-live bench`: processor time of one thread, median of the rounds. Networks other than the
built-in ones are written as configurations and measured untrained.
"""

import json
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from ser_live import bench, draw, stages, table

STREAMS = [1, 3, 10, 30, 100, 300, 1000]
WINDOWS = [25, 75, 300, 1200]
HOPS = [10, 20, 40, 80]
UNITS = [16, 32, 64, 128, 256]


def experiment(folder, window=75, hop=40, lstm=96, cnn=64, reach=16):
    """A recurrent and a convolutional network like the built-in ones, in the given sizes."""
    dilations = [d for d in (1, 2, 4, 8, 16, 32, 64) if d <= reach]
    layers = [{"layer": "dense", "units": cnn}]
    for dilation in dilations:
        convolution = {"layer": "conv", "units": cnn, "kernel": 3, "dilation": dilation}
        layers.append({"layer": "residual", "body": [convolution, {"layer": "relu"}, convolution, {"layer": "relu"}]})
    layers += [{"layer": "attention_pooling", "window": window}, {"layer": "dense"}]
    recurrent = [{"layer": "lstm", "units": lstm}, {"layer": "attention_pooling"}, {"layer": "dense"}]
    recognizer = {
        "frontEnd": {"hopMilliseconds": hop},
        "networks": [
            {"name": "lstm", "target": "emotion", "adaptive": True, "layers": recurrent},
            {"name": "cnn", "target": "emotion", "adaptive": True, "layers": layers},
        ],
    }
    path = pathlib.Path(folder) / "experiment.yaml"
    path.write_text(json.dumps({"recognizer": recognizer}))  # JSON is YAML
    return path


def measured(program, rounds, path):
    return stages(program, "--rounds", rounds, "--config", path)


def picture(path, panels):
    """Each panel: title, label of x, label of y, {curve: [(x, y)]}."""
    script = ["set multiplot layout 2,2", "set grid", "set offsets 0, 0, graph 0.2, 0", "set logscale x", "set yrange [0:*]",
              "set key top left"]
    for title, x, y, curves in panels:
        script += [f"set title '{title}'", f"set xlabel '{x}'", f"set ylabel '{y}'"]
        script.append("plot " + ", ".join(f"'-' using 1:2 with linespoints pointtype 7 title '{name}'" for name in curves))
        for points in curves.values():
            script += [f"{a} {b}" for a, b in points] + ["e"]
    if draw(path, 1000, 720, script):
        print(f"\n![Cost over streams, windows, hop and size]({pathlib.Path(path).name})")
    else:
        print("\nThere is no picture, because gnuplot is missing.")


def main():
    program, rounds, path = sys.argv[1:]
    found = bench(program, "--rounds", rounds, "--streams", ",".join(map(str, STREAMS)))
    table(
        "The built-in model with streams in turn on one core. The cost is linear in the number of streams as long as µs per hop "
        "and stream are constant; they rise where the caches are too small.",
        ["streams", "µs per hop and stream: median (minimum … maximum)", "load of a core, %", "kB a stream"],
        [[
            ("maximum in real time: " if cost["type"] == "largest" else "") + str(cost["streams"]),
            f"{cost['median_us']:.1f} ({cost['least_us']:.1f} … {cost['most_us']:.1f})", f"{cost['load_percent']:.2f}",
            f"{cost['stream_bytes'] / 1000:.0f}" if "stream_bytes" in cost else "–",
        ] for cost in found])
    streams = [(cost["streams"], cost["median_us"]) for cost in found if cost["type"] == "streams"]

    with tempfile.TemporaryDirectory() as folder:
        windows = {w: measured(program, rounds, experiment(folder, window=w)) for w in WINDOWS}
        reaches = {r: measured(program, rounds, experiment(folder, reach=r)) for r in (1, 16, 64)}
        hops = {h: measured(program, rounds, experiment(folder, hop=h)) for h in HOPS}
        sizes = {u: measured(program, rounds, experiment(folder, lstm=u, cnn=u)) for u in UNITS}
    cnn = [(w, windows[w]["network cnn"]) for w in WINDOWS]
    table(
        "A step of a convolutional network of 64 units that pools the last rows: independent of the length of the window.",
        ["rows of the window", "µs a step", "relative to the shortest"],
        [[w, f"{cost:.2f}", f"{cost / cnn[0][1]:.2f}"] for w, cost in cnn])
    blocks = {1: 1, 16: 5, 64: 7}
    table(
        "The same with more blocks of increasing dilation: each block costs the same for any reach.",
        ["blocks", "reach, rows", "µs a step", "µs a block"],
        [[blocks[r], 4 * (2 * r - 1), f"{cost['network cnn']:.2f}", f"{cost['network cnn'] / blocks[r]:.2f}"]
         for r, cost in reaches.items()])
    table(
        "The whole pipeline by hop: the work is proportional to the rows per second.",
        ["hop, ms", "µs a hop", "µs a second of sound"],
        [[h, f"{cost['whole pipeline']:.1f}", f"{cost['whole pipeline'] * 1000 / h:.0f}"] for h, cost in hops.items()])
    table(
        "By units of the networks: the work grows with their square.",
        ["units", "LSTM, µs a step", "CNN, µs a step"],
        [[u, f"{cost['network lstm']:.2f}", f"{cost['network cnn']:.2f}"] for u, cost in sizes.items()])
    picture(path, [
        ("Streams in turn on a core", "streams", "µs per hop and stream", {"built-in model": streams}),
        ("Window of the pooling", "rows", "µs a step", {"CNN, 64 units": cnn}),
        ("Hop", "ms", "µs a second of sound", {
            "whole pipeline": [(h, cost["whole pipeline"] * 1000 / h) for h, cost in hops.items()]}),
        ("Size of the networks", "units", "µs a step", {
            "LSTM": [(u, cost["network lstm"]) for u, cost in sizes.items()],
            "CNN": [(u, cost["network cnn"]) for u, cost in sizes.items()]}),
    ])


main()
