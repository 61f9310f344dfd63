#!/usr/bin/env python3
"""Times a streaming step of this program, of ONNX Runtime and of PyTorch, with the same weights, on one thread each.

usage: compare.py PROGRAM CHECKPOINT FOLDER ROUNDS

PROGRAM leaves weights, rows and its results in FOLDER; before anything is timed, the peers must agree with them to 1e-4.
Then in each round each side is timed in turn, in processor time of its thread. ONNX Runtime is called in both ways that
its Python interface has: `run` with arrays, and `run_with_iobinding` with buffers that are bound beforehand.
"""

import json
import statistics
import subprocess
import sys
import time

import numpy
import torch

import onnx_networks
import safetensors
import torch_networks

TOLERANCE = 1e-4
GOAL = 5  # times as fast as ONNX Runtime


class Ours:
    """This program, controlled through its standard input."""

    def __init__(self, program, folder):
        self.process = subprocess.Popen([program, folder], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout.readline() == "ready\n", "the program did not start"

    def time(self, case, streams):
        self.process.stdin.write(f"{case} {streams}\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def timed(step, count, streams=1):
    """Microseconds of processor time per step and stream."""
    step()
    start = time.thread_time_ns()
    for _ in range(count):
        step()
    return (time.thread_time_ns() - start) / count / streams / 1000


def check(name, ours, theirs):
    difference = float(numpy.abs(ours - theirs).max())
    if not difference <= TOLERANCE:
        sys.exit(f"{name} differs from this program by {difference:.2e}, more than {TOLERANCE}")
    return difference


def recurrent_onnx(session, row):
    """Steps of a session whose outputs `X_out` are its next inputs `X_in`: one with arrays, one with bound buffers."""
    shapes = {i.name: i.shape for i in session.get_inputs()}
    outputs = [o.name for o in session.get_outputs()]
    feeds = {name: numpy.zeros(shape, numpy.float32) for name, shape in shapes.items()}
    if "highest_in" in feeds:
        feeds["highest_in"].fill(-1e30)
    feeds["row"] = row

    def with_arrays():
        results = session.run(outputs, feeds)
        for name, result in zip(outputs, results):
            if name.endswith("_out"):
                feeds[name[:-3] + "in"] = result
        return results[0]

    # Two alternating sets of buffers: the next call reads what the previous one wrote.
    bindings = []
    buffers = [{k: v.copy() for k, v in feeds.items()} for _ in range(2)]
    for turn in range(2):
        binding = session.io_binding()
        for name, shape in shapes.items():
            source = buffers[turn if name != "row" else 0][name]
            binding.bind_input(name, "cpu", 0, numpy.float32, shape, source.ctypes.data)
        for output in session.get_outputs():
            if output.name.endswith("_out"):
                target = buffers[1 - turn][output.name[:-3] + "in"]
            else:
                target = buffers[turn].setdefault(output.name, numpy.zeros(output.shape, numpy.float32))
            binding.bind_output(output.name, "cpu", 0, numpy.float32, output.shape, target.ctypes.data)
        bindings.append(binding)
    turn = 0

    def with_buffers():
        nonlocal turn
        session.run_with_iobinding(bindings[turn])
        turn = 1 - turn

    with_buffers.buffers = buffers  # they must live as long as the bindings
    return with_arrays, with_buffers, feeds


def window_onnx(session, rows):
    feeds = {"rows": rows}
    binding = session.io_binding()
    output = session.get_outputs()[0]
    result = numpy.zeros(output.shape, numpy.float32)
    binding.bind_input("rows", "cpu", 0, numpy.float32, rows.shape, rows.ctypes.data)
    binding.bind_output("out", "cpu", 0, numpy.float32, output.shape, result.ctypes.data)

    def with_buffers():
        session.run_with_iobinding(binding)

    with_buffers.buffers = result
    return lambda: session.run(["out"], feeds)[0], with_buffers, feeds


def recurrent(case, module, session, rows, results, streams, calls):
    """Checks a recurrent network over all rows; returns its timers."""
    with_arrays, with_buffers, feeds = recurrent_onnx(session, numpy.repeat(rows[:1], streams, 0)[None].copy())
    state = module.start(streams) if streams > 1 else module.start()
    theirs, torchs = [], []
    for row in rows:
        feeds["row"] = numpy.repeat(row[None], streams, 0)[None].copy()
        theirs.append(with_arrays().reshape(streams, -1)[-1])
        output, state = module(torch.from_numpy(feeds["row"][0]), state)
        torchs.append(output.numpy()[-1])
    check(f"{case} in ONNX Runtime", results, numpy.array(theirs))
    check(f"{case} in PyTorch", results, numpy.array(torchs))
    row = torch.from_numpy(feeds["row"][0])

    def torch_step():
        nonlocal state
        _, state = module(row, state)

    return {
        "ONNX Runtime": lambda: timed(with_arrays, calls, streams),
        "ONNX Runtime, buffers bound beforehand": lambda: timed(with_buffers, calls, streams),
        "PyTorch": lambda: timed(torch_step, calls // 4, streams),
    }


def window(case, module, session, rows, results, calls):
    """Checks a network on windows, once every window is full; returns its timers."""
    length = module.window
    ends = range(length, len(rows) + 1, 20)
    windows = [rows[end - length : end].copy() for end in ends]
    expected = results[[end - 1 for end in ends]]
    with_arrays, with_buffers, feeds = window_onnx(session, windows[0])
    theirs = []
    for each in windows:
        feeds["rows"] = each
        theirs.append(with_arrays()[0])
    check(f"{case} in ONNX Runtime", expected, numpy.array(theirs))
    check(f"{case} in PyTorch", expected, numpy.array([module(torch.from_numpy(w))[0].numpy() for w in windows]))
    each = torch.from_numpy(windows[0])
    return {
        "ONNX Runtime": lambda: timed(with_arrays, calls),
        "ONNX Runtime, buffers bound beforehand": lambda: timed(with_buffers, calls),
        "PyTorch": lambda: timed(lambda: module(each), calls),
    }


def main():
    program, checkpoint, folder, rounds = sys.argv[1:]
    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    ours = Ours(program, folder)
    _, metadata = safetensors.read(checkpoint)
    layers = {n["name"]: n["layers"] for n in json.loads(metadata["configuration"])["networks"]}

    sides = []  # (case, streams, {side: time})
    arrays, _ = safetensors.read(f"{folder}/lstm_40_128.safetensors")
    module = torch_networks.LSTMStep(arrays)
    for streams in (1, 16, 64):
        session = onnx_networks.lstm_step(module, streams)
        peers = recurrent("the LSTM", module, session, arrays["rows"], arrays["results"], streams, 2000 // streams)
        sides.append(("LSTM 40 → 128", "lstm_40_128", streams, peers))
    arrays, _ = safetensors.read(f"{folder}/lstm.safetensors")
    module = torch_networks.RecurrentStep(arrays, "lstm", arrays["temperature"])
    session = onnx_networks.recurrent_step(module)
    peers = recurrent("network lstm", module, session, arrays["rows"], arrays["results"], 1, 1000)
    sides.append(("built-in LSTM network", "lstm", 1, peers))
    arrays, _ = safetensors.read(f"{folder}/cnn.safetensors")
    module = torch_networks.ConvolutionalWindow(arrays, "cnn", layers["cnn"], arrays["temperature"])
    session = onnx_networks.convolutional_window(module)
    peers = window("network cnn", module, session, arrays["rows"], arrays["results"], 40)
    sides.append((f"built-in CNN, {module.window} rows", "cnn", 1, peers))
    for case, title in (("lstm", "built-in LSTM network"), ("cnn", "built-in CNN")):
        sides += [(title, case, streams, {}) for streams in (16, 64)]
    print(f"All results agree to {TOLERANCE}. µs of processor time per step and stream, in {rounds} rounds in turns.\n")
    print("| network | streams | side | median (minimum … maximum) | ser-live is faster by | goal |\n|---|---|---|---|---|---|")

    figures = [{} for _ in sides]
    for _ in range(int(rounds)):
        for found, (_, case, streams, peers) in zip(figures, sides):
            found.setdefault("ser-live", []).append(ours.time(case, streams))
            for side, measure in peers.items():
                found.setdefault(side, []).append(measure())
    for found, (title, _, streams, _) in zip(figures, sides):
        ours = statistics.median(found["ser-live"])
        for name, values in found.items():
            median = statistics.median(values)
            ratio = "" if name == "ser-live" else f"{median / ours:.1f}"
            goal = GOAL if name == "ONNX Runtime" else ""
            print(f"| {title} | {streams} | {name} | {median:.2f} ({min(values):.2f} … {max(values):.2f}) | {ratio} | {goal} |")


main()
