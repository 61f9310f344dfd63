#!/usr/bin/env python3
"""Writes pytorch.safetensors: layers, networks, the loss and the optimiser as PyTorch computes them, for
Tests/ModelsTests and Tests/TrainingTests.

    pip install -r requirements.txt && python pytorch_reference.py

Computed in double precision, so that the errors found are ours alone. Tensors, float32:

- `CASE/lengths` [sequences], `CASE/input` [rows, columns], `CASE/weights` [n], `CASE/output`, `CASE/output_gradient`,
  `CASE/input_gradient`, `CASE/weight_gradients` [n]. Rows of a ragged batch lie time by time, the longest sequence
  first; weights lie in the order of the layers' parameters, each row-major. `CASE/weights_after` and
  `CASE/inference`, where there are running statistics, are these weights after the pass, and the output with them.
- `cross_entropy/SMOOTHING/…`, `adamw/…`, `one_cycle/…`.
"""

import json
import pathlib
import struct

import torch
from torch import nn

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)  # sums in the same order each time
LENGTHS = [7, 4, 4, 1]


def pack(sequences):
    """Rows time by time."""
    return torch.stack([s[t] for t in range(len(sequences[0])) for s in sequences if t < len(s)])


def unpack(rows, lengths):
    sequences, row = [[] for _ in lengths], 0
    for time in range(lengths[0]):
        for sequence, length in enumerate(lengths):
            if time < length:
                sequences[sequence].append(rows[row])
                row += 1
    return [torch.stack(s) for s in sequences]


class Each(nn.Module):
    """A module applied to each sequence, [time, columns], alone."""

    def __init__(self, module):
        super().__init__()
        self.module = module

    def forward(self, sequences):
        return [self.module(s) for s in sequences]

    def ours(self, of):
        """What corresponds to our parameters, in their order: the values, or the gradients, of PyTorch's."""
        return [of(p) for p in self.module.parameters()]


class CausalConv(Each):
    def __init__(self, columns, units, kernel, dilation):
        super().__init__(nn.Conv1d(columns, units, kernel, dilation=dilation))
        self.padding = (kernel - 1) * dilation

    def forward(self, sequences):
        return [self.module(nn.functional.pad(s.T, (self.padding, 0))[None])[0].T for s in sequences]

    def ours(self, of):
        return [of(self.module.weight).permute(0, 2, 1), of(self.module.bias)]


class LSTM(Each):
    """Our one bias is the sum of PyTorch's two, and its gradient that of either."""

    def __init__(self, columns, units):
        super().__init__(nn.LSTM(columns, units))

    def forward(self, sequences):
        return [self.module(s)[0] for s in sequences]

    def ours(self, of):
        m = self.module
        biases = [of(m.bias_ih_l0), of(m.bias_hh_l0)]
        bias = biases[0] if of is gradient else biases[0] + biases[1]
        return [of(m.weight_ih_l0), of(m.weight_hh_l0), bias]


class BatchNorm(Each):
    """Over all rows of the batch together."""

    def __init__(self, columns):
        super().__init__(nn.BatchNorm1d(columns))
        with torch.no_grad():
            self.module.weight.uniform_(0.5, 1.5)
            self.module.bias.uniform_(-0.5, 0.5)
            self.module.running_mean.uniform_(-0.5, 0.5)
            self.module.running_var.uniform_(0.5, 1.5)

    def forward(self, sequences):
        return unpack(self.module(pack(sequences)), [len(s) for s in sequences])

    def ours(self, of):
        m = self.module
        return [of(m.weight), of(m.bias), of(m.running_mean), of(m.running_var)]


class AttentionPooling(nn.Module):
    """Mean and deviation of the last `window` rows, weighted by a softmax over time."""

    def __init__(self, columns, window=None):
        super().__init__()
        self.attention = nn.Parameter(torch.empty(columns).uniform_(-1, 1))
        self.window = window

    def forward(self, sequences):
        pooled = []
        for s in sequences:
            s = s if self.window is None else s[-self.window:]
            share = torch.softmax(s @ self.attention, 0)[:, None]
            mean = (share * s).sum(0)
            variance = (share * (s - mean) ** 2).sum(0)
            pooled.append(torch.cat([mean, torch.sqrt(variance + 1e-5)])[None])
        return pooled

    def ours(self, of):
        return [of(self.attention)]


class Residual(nn.Module):
    def __init__(self, *body):
        super().__init__()
        self.body = Sequence(*body)

    def forward(self, sequences):
        return [s + change for s, change in zip(sequences, self.body(sequences))]

    def ours(self, of):
        return self.body.ours(of)


class Sequence(nn.Module):
    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.ModuleList(layers)

    def forward(self, sequences):
        for layer in self.layers:
            sequences = layer(sequences)
        return sequences

    def ours(self, of):
        return [p for layer in self.layers for p in layer.ours(of)]


def value(parameter):
    return parameter.detach()


def gradient(parameter):
    return torch.zeros_like(parameter) if parameter.grad is None else parameter.grad


def flat(parts):
    return torch.cat([p.reshape(-1) for p in parts]) if parts else torch.zeros(0)


def record(tensors, case, module, columns, scale=1.0, lengths=LENGTHS):
    rows = (scale * torch.randn(sum(lengths), columns)).float().double().requires_grad_()
    with torch.no_grad():
        for p in list(module.parameters()) + list(module.buffers()):
            p.copy_(p.float().double() if p.is_floating_point() else p)
    tensors[f"{case}/lengths"] = torch.tensor(lengths)
    tensors[f"{case}/input"] = rows
    tensors[f"{case}/weights"] = flat(module.ours(value)).clone()
    output = pack(module(unpack(rows, lengths)))
    output_gradient = torch.randn(output.shape).float().double()
    output.backward(output_gradient)
    tensors[f"{case}/output"] = output
    tensors[f"{case}/output_gradient"] = output_gradient
    tensors[f"{case}/input_gradient"] = rows.grad
    tensors[f"{case}/weight_gradients"] = flat(module.ours(gradient))
    if any(isinstance(m, nn.BatchNorm1d) for m in module.modules()):
        tensors[f"{case}/weights_after"] = flat(module.ours(value)).clone()
        module.eval()
        tensors[f"{case}/inference"] = pack(module(unpack(rows, lengths)))


def record_layers(tensors):
    record(tensors, "dense", Each(nn.Linear(5, 3)), 5)
    record(tensors, "conv", CausalConv(3, 4, kernel=3, dilation=1), 3)
    record(tensors, "conv_dilated", CausalConv(3, 4, kernel=3, dilation=2), 3)
    record(tensors, "lstm", LSTM(3, 4), 3)
    record(tensors, "batch_norm", BatchNorm(4), 4)
    # Wide inputs reach the flat ends of the curves.
    record(tensors, "relu", Each(nn.ReLU()), 4, scale=5)
    record(tensors, "sigmoid", Each(nn.Sigmoid()), 4, scale=5)
    record(tensors, "tanh", Each(nn.Tanh()), 4, scale=5)
    record(tensors, "attention_pooling", AttentionPooling(4), 4)
    record(tensors, "attention_pooling_window", AttentionPooling(4, window=3), 4)
    lstm = Sequence(
        Residual(LSTM(6, 6)), BatchNorm(6), LSTM(6, 8), AttentionPooling(8), BatchNorm(16), Each(nn.Linear(16, 5))
    )
    record(tensors, "lstm_network", lstm, 6)

    def block(dilation):
        layers = [
            layer
            for _ in range(2)
            for layer in (CausalConv(8, 8, 3, dilation), BatchNorm(8), Each(nn.ReLU()))
        ]
        return Residual(*layers)

    cnn = Sequence(
        Each(nn.Linear(6, 8)), block(1), block(2), AttentionPooling(8, window=5), BatchNorm(16),
        Each(nn.Linear(16, 5)),
    )
    record(tensors, "cnn_network", cnn, 6)


class Conv(Each):
    """Causal, same (TensorFlow's, which needs the length for a stride) or valid, by explicit zeros before and after."""

    def __init__(self, columns, units, kernel, padding, dilation=1, stride=1):
        super().__init__(nn.Conv1d(columns, units, kernel, dilation=dilation, stride=stride))
        self.padding, self.reach, self.stride = padding, (kernel - 1) * dilation, stride

    def zeros(self, length):
        if self.padding == "same":
            total = max((-(-length // self.stride) - 1) * self.stride + self.reach + 1 - length, 0)
            return total // 2, total - total // 2
        return (self.reach, 0) if self.padding == "causal" else (0, 0)

    def forward(self, sequences):
        return [self.module(nn.functional.pad(s.T, self.zeros(len(s)))[None])[0].T for s in sequences]

    def ours(self, of):
        return [of(self.module.weight).permute(0, 2, 1), of(self.module.bias)]


class Pool(Conv):
    """Maximum or mean of the rows that are there; explicit padding stands for rows that are not."""

    def __init__(self, kind, size, stride, padding):
        nn.Module.__init__(self)
        self.kind, self.size, self.stride, self.padding, self.reach = kind, size, stride, padding, size - 1

    def forward(self, sequences):
        pooled = []
        for s in sequences:
            zeros = self.zeros(len(s))
            if self.kind == "max":
                padded = nn.functional.pad(s.T, zeros, value=-torch.inf)
                pooled.append(nn.functional.max_pool1d(padded[None], self.size, self.stride)[0].T)
            else:
                there = nn.functional.pad(torch.ones(1, len(s)), zeros)
                sums = nn.functional.avg_pool1d(nn.functional.pad(s.T, zeros)[None], self.size, self.stride)[0]
                pooled.append((sums / nn.functional.avg_pool1d(there[None], self.size, self.stride)[0]).T)
        return pooled

    def ours(self, of):
        return []


class GlobalPool(Pool):
    def __init__(self, pool):
        nn.Module.__init__(self)
        self.pool = pool

    def forward(self, sequences):
        return [self.pool(s.T[None], 1)[0].T for s in sequences]


class GRU(Each):
    """Our bias is the sum of PyTorch's two, but for the candidate's, of which the gate r scales the second."""

    def __init__(self, columns, units):
        super().__init__(nn.GRU(columns, units))

    def forward(self, sequences):
        return [self.module(s)[0] for s in sequences]

    def ours(self, of):
        m = self.module
        inputs, recurrent = of(m.bias_ih_l0), of(m.bias_hh_l0)
        open_gates = 2 * m.hidden_size
        bias = inputs.clone()
        if of is not gradient:
            bias[:open_gates] += recurrent[:open_gates]
        return [of(m.weight_ih_l0), of(m.weight_hh_l0), bias, recurrent[open_gates:]]


class LayerNorm(Each):
    def __init__(self, columns):
        super().__init__(nn.LayerNorm(columns))
        with torch.no_grad():
            self.module.weight.uniform_(0.5, 1.5)
            self.module.bias.uniform_(-0.5, 0.5)


class SelfAttention(nn.Module):
    def __init__(self, columns, units, window=None):
        super().__init__()
        self.query, self.value = nn.Linear(columns, units), nn.Linear(columns, units)
        self.key = nn.Linear(columns, units, bias=False)
        self.window = window

    def forward(self, sequences):
        answers = []
        for s in sequences:
            ago = torch.arange(len(s))[:, None] - torch.arange(len(s))
            sight = None if self.window is None else (ago >= 0) & (ago < self.window)
            answers.append(
                nn.functional.scaled_dot_product_attention(
                    self.query(s)[None], self.key(s)[None], self.value(s)[None], attn_mask=sight
                )[0]
            )
        return answers

    def ours(self, of):
        weights = [of(m.weight) for m in (self.query, self.key, self.value)]
        return weights + [of(self.query.bias), of(self.value.bias)]


class Gating(nn.Module):
    def __init__(self, body, gate):
        super().__init__()
        self.body, self.gate = body, gate

    def forward(self, sequences):
        return [b * torch.sigmoid(g) for b, g in zip(self.body(sequences), self.gate(sequences))]

    def ours(self, of):
        return self.body.ours(of) + self.gate.ours(of)


class Flatten(nn.Module):
    def forward(self, sequences):
        return [s.reshape(1, -1) for s in sequences]

    def ours(self, of):
        return []


class Unroll(nn.Module):
    """Each row on its own, as a sequence of rows of one column."""

    def __init__(self, *body):
        super().__init__()
        self.body = Sequence(*body)

    def forward(self, sequences):
        rows = [row[:, None] for row in pack(sequences)]
        return unpack(torch.cat(self.body(rows)), [len(s) for s in sequences])

    def ours(self, of):
        return self.body.ours(of)


def record_more_layers(tensors):
    torch.manual_seed(47)
    record(tensors, "conv_same", Conv(3, 4, 4, "same"), 3)
    record(tensors, "conv_same_stride", Conv(3, 4, 3, "same", stride=2), 3)
    record(tensors, "conv_stride", Conv(3, 4, 3, "causal", dilation=2, stride=2), 3)
    record(tensors, "conv_valid", Conv(3, 4, 3, "valid", stride=2), 3, lengths=[7, 4, 4, 3])
    for kind in ("max", "average"):
        record(tensors, f"{kind}_pooling", Pool(kind, 3, 2, "causal"), 4)
        record(tensors, f"{kind}_pooling_same", Pool(kind, 3, 2, "same"), 4)
        record(tensors, f"{kind}_pooling_valid", Pool(kind, 2, 2, "valid"), 4, lengths=[7, 4, 4, 2])
    record(tensors, "global_average_pooling", GlobalPool(nn.functional.adaptive_avg_pool1d), 4)
    record(tensors, "global_max_pooling", GlobalPool(nn.functional.adaptive_max_pool1d), 4)
    record(tensors, "gru", GRU(3, 4), 3)
    record(tensors, "layer_norm", LayerNorm(5), 5)
    record(tensors, "gelu", Each(nn.GELU(approximate="tanh")), 4, scale=3)
    record(tensors, "softmax", Each(nn.Softmax(1)), 4, scale=3)
    record(tensors, "flatten", Flatten(), 3, lengths=[4, 4, 4])
    gate = Gating(Sequence(Conv(3, 4, 3, "causal"), Each(nn.Tanh())), Conv(3, 4, 3, "causal"))
    record(tensors, "gating", gate, 3)
    record(tensors, "self_attention", SelfAttention(5, 3), 5)
    record(tensors, "self_attention_window", SelfAttention(5, 3, window=3), 5)
    # Small ones of the kind that works along the columns of one row per utterance.
    cnn = Unroll(
        Conv(1, 4, 5, "valid"), Each(nn.ReLU()), Conv(4, 6, 5, "valid"), Each(nn.ReLU()), Pool("max", 4, 4, "valid"),
        Conv(6, 5, 3, "same"), Each(nn.ReLU()), Flatten(), Each(nn.Linear(20, 5)),
    )
    record(tensors, "unrolled_cnn", cnn, 24, lengths=[1, 1, 1])
    lstm = Unroll(BatchNorm(1), LSTM(1, 6), LSTM(6, 3), BatchNorm(3), Flatten(), Each(nn.Linear(30, 5)))
    record(tensors, "unrolled_lstm", lstm, 10, lengths=[2, 1])
    gru = Sequence(
        Conv(6, 8, 3, "causal", stride=2), LayerNorm(8), Each(nn.GELU(approximate="tanh")),
        Residual(SelfAttention(8, 8, window=2)), GRU(8, 7), GlobalPool(nn.functional.adaptive_avg_pool1d),
        Each(nn.Linear(7, 5)),
    )
    record(tensors, "gru_network", gru, 6)


def record_loss(tensors):
    for smoothing in (0.0, 0.1):
        scores = (4 * torch.randn(6, 5)).float().double().requires_grad_()
        labels = torch.randint(5, (6,))
        loss = nn.functional.cross_entropy(scores, labels, label_smoothing=smoothing)
        loss.backward()
        case = f"cross_entropy/{smoothing}"
        tensors[f"{case}/scores"] = scores
        tensors[f"{case}/labels"] = labels
        tensors[f"{case}/loss"] = loss[None]
        tensors[f"{case}/gradient"] = scores.grad


def record_optimizer(tensors):
    """Two arrays, the first with weight decay; gradients longer and shorter than the clip of 1."""
    steps, rates = 12, []
    weights = [nn.Parameter(torch.randn(6).float().double()), nn.Parameter(torch.randn(4).float().double())]
    groups = [{"params": weights[:1], "weight_decay": 0.1}, {"params": weights[1:], "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, lr=0.05)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimizer, max_lr=0.05, total_steps=steps, pct_start=0.3, cycle_momentum=False
    )
    gradients = torch.randn(steps, 10) * torch.logspace(-1.5, 1, steps)[:, None]
    gradients = gradients.float().double()
    tensors["adamw/weights"] = flat(weights).clone()
    tensors["adamw/gradients"] = gradients
    after = []
    for step in range(steps):
        weights[0].grad, weights[1].grad = gradients[step, :6].clone(), gradients[step, 6:].clone()
        nn.utils.clip_grad_norm_(weights, 1.0)
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step() if step + 1 < steps else None
        after.append(flat(weights).clone())
    tensors["adamw/rates"] = torch.tensor(rates)
    tensors["adamw/weights_after"] = torch.stack(after)
    for steps, warm_up in ((40, 0.15), (1000, 0.3), (7, 0.5)):
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=1)
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer, max_lr=2e-3, total_steps=steps, pct_start=warm_up, cycle_momentum=False
        )
        rates = []
        for step in range(steps):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step() if step + 1 < steps else None
        tensors[f"one_cycle/{steps}/{warm_up}"] = torch.tensor(rates)


def write_safetensors(path, tensors):
    header, offset, values = {}, 0, []
    for name, tensor in tensors.items():
        array = tensor.detach().float().contiguous().numpy()
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": [offset, offset + array.nbytes]}
        offset += array.nbytes
        values.append(array.tobytes())
    header["__metadata__"] = {"torch": torch.__version__}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(values))


def main():
    torch.manual_seed(46)
    tensors = {}
    record_layers(tensors)
    record_loss(tensors)
    record_optimizer(tensors)
    record_more_layers(tensors)
    write_safetensors(pathlib.Path(__file__).with_name("pytorch.safetensors"), tensors)


if __name__ == "__main__":
    main()
