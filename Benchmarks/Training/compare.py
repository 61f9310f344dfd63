"""Times epochs of the default networks in ser-live and in PyTorch, in turns, and prints a table.

Each network is written in the best way for PyTorch: recurrent layers on packed and on padded sequences, of which the faster
counts, convolutions on padded ones. Batch norm uses only real rows, as in ser-live: for sequences of different lengths this
needs a gather. Sequences of one length ("equal") need neither padding nor a gather. AdamW is the fused one.
"""

import argparse
import json
import os
import statistics
import struct
import subprocess
import sys
import tempfile
import time

import numpy
import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence


def read_safetensors(path):
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {
        name: torch.from_numpy(
            numpy.frombuffer(data[slice(*entry["data_offsets"])], dtype="<f4").reshape(entry["shape"]).copy()
        )
        for name, entry in header.items()
    }


class Batch:
    """Rows as ser-live packs them, time by time, and padded: [sequences, time, columns]."""

    def __init__(self, tensors, name):
        self.rows = tensors[f"{name}/rows"]
        self.lengths = tensors[f"{name}/lengths"].long()
        self.labels = tensors[f"{name}/labels"].long()
        longest = int(self.lengths[0])
        self.sizes = torch.tensor([int((self.lengths > time).sum()) for time in range(longest)])
        self.mask = torch.arange(longest)[None] < self.lengths[:, None]
        self.even = bool(self.mask.all())
        self.real = self.mask.flatten().nonzero()[:, 0]
        self.padded, _ = pad_packed_sequence(PackedSequence(self.rows, self.sizes), batch_first=True)


def normalize(norm, x, batch):
    """Batch norm over the real rows of [sequences, time, columns]."""
    if batch.even:
        return norm(x.transpose(1, 2)).transpose(1, 2)
    flat = x.reshape(-1, x.shape[2])
    real = norm(flat.index_select(0, batch.real))
    return torch.zeros_like(flat).index_copy(0, batch.real, real).view(x.shape)


class AttentionPooling(nn.Module):
    """Mean and deviation of the last `window` rows, weighted by a softmax over time."""

    def __init__(self, columns, window=None):
        super().__init__()
        self.attention, self.window = nn.Parameter(torch.zeros(columns)), window

    def forward(self, x, batch):
        scores = x @ self.attention
        if not batch.even:
            scores = scores.masked_fill(~batch.mask, -torch.inf)
        if self.window is not None and x.shape[1] > self.window:
            old = torch.arange(x.shape[1])[None] < batch.lengths[:, None] - self.window
            scores = scores.masked_fill(old, -torch.inf)
        share = torch.softmax(scores, 1)
        mean = torch.einsum("st,stc->sc", share, x)
        variance = torch.einsum("st,stc->sc", share, (x - mean[:, None]) ** 2)
        return torch.cat([mean, torch.sqrt(variance + 1e-5)], 1)


class Recurrent(nn.Module):
    def __init__(self, columns, is_packed, dropout):
        super().__init__()
        self.is_packed = is_packed
        self.first, self.second = nn.LSTM(columns, columns, batch_first=True), nn.LSTM(columns, 96, batch_first=True)
        self.norm, self.pooling, self.pooled_norm = nn.BatchNorm1d(columns), AttentionPooling(96), nn.BatchNorm1d(192)
        self.dropout, self.dense = nn.Dropout(dropout), nn.Linear(192, 8)

    def forward(self, batch):
        if self.is_packed:
            x = PackedSequence(batch.rows, batch.sizes)
            x = PackedSequence(self.norm(x.data + self.first(x)[0].data), batch.sizes)
            x, _ = pad_packed_sequence(self.second(x)[0], batch_first=True)
        else:
            x = batch.padded
            x = self.second(normalize(self.norm, x + self.first(x)[0], batch))[0]
        return self.dense(self.dropout(self.pooled_norm(self.pooling(x, batch))))

    def load(self, tensors):
        for layer, name in ((self.first, "0.0"), (self.second, "2")):
            layer.weight_ih_l0.data = tensors[f"networks.lstm.{name}.input_weight"].clone()
            layer.weight_hh_l0.data = tensors[f"networks.lstm.{name}.recurrent_weight"].clone()
            layer.bias_ih_l0.data = tensors[f"networks.lstm.{name}.bias"].clone()
            # Ours has one bias.
            layer.bias_hh_l0.data.zero_()
            layer.bias_hh_l0.requires_grad_(False)
        self.pooling.attention.data = tensors["networks.lstm.3.attention"].clone()
        self.dense.weight.data = tensors["networks.lstm.6.weight"].clone()
        self.dense.bias.data = tensors["networks.lstm.6.bias"].clone()


class Convolutional(nn.Module):
    def __init__(self, columns, _, dropout):
        super().__init__()
        self.start = nn.Linear(columns, 64)
        self.convolutions = nn.ModuleList(nn.Conv1d(64, 64, 3, dilation=2 ** (i // 2)) for i in range(10))
        self.norms = nn.ModuleList(nn.BatchNorm1d(64) for _ in range(10))
        self.pooling, self.pooled_norm = AttentionPooling(64, window=75), nn.BatchNorm1d(128)
        self.dropout, self.dense = nn.Dropout(dropout), nn.Linear(128, 8)

    def forward(self, batch):
        x = self.start(batch.padded).transpose(1, 2)
        for block in range(5):
            change = x
            for i in (2 * block, 2 * block + 1):
                convolution, norm = self.convolutions[i], self.norms[i]
                change = convolution(functional.pad(change, (2 * convolution.dilation[0], 0)))
                if batch.even:
                    change = norm(change)
                else:
                    change = normalize(norm, change.transpose(1, 2), batch).transpose(1, 2)
                change = torch.relu(change)
            x = x + change
        return self.dense(self.dropout(self.pooled_norm(self.pooling(x.transpose(1, 2), batch))))

    def load(self, tensors):
        self.start.weight.data = tensors["networks.cnn.0.weight"].clone()
        self.start.bias.data = tensors["networks.cnn.0.bias"].clone()
        for i, convolution in enumerate(self.convolutions):
            name = f"networks.cnn.{1 + i // 2}.{3 * (i % 2)}"
            convolution.weight.data = tensors[f"{name}.weight"].permute(0, 2, 1).contiguous()
            convolution.bias.data = tensors[f"{name}.bias"].clone()
        self.pooling.attention.data = tensors["networks.cnn.6.attention"].clone()
        self.dense.weight.data = tensors["networks.cnn.9.weight"].clone()
        self.dense.bias.data = tensors["networks.cnn.9.bias"].clone()


class PyTorch:
    """Trains one network in one way of writing it."""

    def __init__(self, network, is_packed, tensors, dropout=0.3):
        self.model = network(tensors["ragged/0/rows"].shape[1], is_packed, dropout)
        self.model.load(tensors)
        self.parameters = [p for p in self.model.parameters() if p.requires_grad]
        groups = [
            {"params": [p for p in self.parameters if p.dim() > 1], "weight_decay": 0.01},
            {"params": [p for p in self.parameters if p.dim() == 1], "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=0.002, fused=True)

    def epoch(self, batches):
        start, losses = time.perf_counter(), []
        for batch in batches:
            self.optimizer.zero_grad()
            loss = functional.cross_entropy(self.model(batch), batch.labels, label_smoothing=0.1)
            loss.backward()
            nn.utils.clip_grad_norm_(self.parameters, 5.0)
            self.optimizer.step()
            losses.append(loss.detach())
        return time.perf_counter() - start, float(torch.stack(losses).mean())


class SerLive:
    def __init__(self, program, path):
        self.process = subprocess.Popen(
            [program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
        )
        if self.process.stdout.readline() != "ready\n":
            sys.exit("compare.py: the other side did not start")

    def epoch(self, network, case, mode, threads):
        self.process.stdin.write(f"{network} {case} {mode} {threads}\n")
        seconds, loss = self.process.stdout.readline().split()
        return float(seconds), float(loss)


def spread(times):
    quarter = statistics.quantiles(times, n=4)
    return f"{1e3 * statistics.median(times):.0f} ({1e3 * quarter[0]:.0f}-{1e3 * quarter[2]:.0f})"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.threads])  # both sides: the other one inherits it
    torch.manual_seed(46)
    with tempfile.TemporaryDirectory() as folder:
        ours = SerLive(options.program, f"{folder}/data.safetensors")
        tensors = read_safetensors(f"{folder}/data.safetensors")
    cases = {
        case: [Batch(tensors, f"{case}/{i}") for i in range(sum(name.startswith(f"{case}/") for name in tensors) // 3)]
        for case in ("ragged", "equal")
    }
    ways = {"lstm": (Recurrent, {"packed": True, "padded": False}), "cnn": (Convolutional, {"padded": False})}
    print(f"PyTorch {torch.__version__}, {options.threads} thread(s), {len(os.sched_getaffinity(0))} core(s); an epoch of "
          f"{sum(len(b.labels) for b in cases['ragged'])} utterances in batches of 32; ms: median (quartiles) of "
          f"{options.rounds} rounds in turns, after a warm-up round.\n")
    print("| network | lengths | ser-live | PyTorch | as written | PyTorch / ser-live | goal |\n|---|---|---|---|---|---|---|")
    for network, (model, written) in ways.items():
        for case, batches in cases.items():
            check(ours, network, case, options.threads, model, written, tensors, batches)
            theirs = {way: PyTorch(model, is_packed, tensors) for way, is_packed in written.items()}
            times = {way: [] for way in [*theirs, "ours"]}
            for _ in range(1 + options.rounds):
                times["ours"].append(ours.epoch(network, case, "epoch", options.threads)[0])
                for way, side in theirs.items():
                    times[way].append(side.epoch(batches)[0])
            times = {way: seconds[1:] for way, seconds in times.items()}
            best = min(theirs, key=lambda way: statistics.median(times[way]))
            ratio = statistics.median(times[best]) / statistics.median(times["ours"])
            print(f"| {network} | {case} | {spread(times['ours'])} | {spread(times[best])} | {best} | {ratio:.2f} | 1 |", flush=True)


def check(ours, network, case, threads, model, written, tensors, batches):
    """Without dropout both sides must have the same losses; otherwise they do not train the same network."""
    if threads > 1:
        return  # Our batch norm then takes each shard for a batch.
    _, loss = ours.epoch(network, case, "plain", 1)
    for way, is_packed in written.items():
        _, theirs = PyTorch(model, is_packed, tensors, dropout=0.0).epoch(batches)
        # Single precision on both sides, after 36 steps.
        if abs(theirs - loss) > 1e-3 * loss:
            sys.exit(f"compare.py: the mean loss of {network} is {loss}, PyTorch's ({way}) {theirs}")


if __name__ == "__main__":
    main()
