"""This program's networks as PyTorch modules, in the way in which PyTorch's users run them on streams: recurrent ones
with their state, convolutional ones on the window that their newest result depends on."""

import torch
from torch import nn
from torch.nn import functional

EPSILON = 1e-5  # of batch norm and of attention pooling


def tensor(array):
    return torch.from_numpy(array)


def lstm(arrays, prefix):
    """nn.LSTM with our weights; the gates lie in the same order, and its second bias is zero."""
    wide = arrays[prefix + "input_weight"]
    layer = nn.LSTM(wide.shape[1], wide.shape[0] // 4)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(tensor(wide))
        layer.weight_hh_l0.copy_(tensor(arrays[prefix + "recurrent_weight"]))
        layer.bias_ih_l0.copy_(tensor(arrays[prefix + "bias"]))
        layer.bias_hh_l0.zero_()
    return layer


def scale_and_shift(arrays, prefix):
    """What a batch norm comes down to."""
    scale = arrays[prefix + "scale"] / (arrays[prefix + "running_variance"] + EPSILON) ** 0.5
    return tensor(scale), tensor(arrays[prefix + "shift"] - arrays[prefix + "running_mean"] * scale)


class LSTMStep(nn.Module):
    """One LSTM."""

    def __init__(self, arrays):
        super().__init__()
        self.lstm = lstm(arrays, "")
        self.window = None

    def start(self, streams=1):
        zero = torch.zeros(1, streams, self.lstm.hidden_size)
        return (zero, zero)

    def forward(self, rows, state):
        output, state = self.lstm(rows[None], state)
        return output[0], state


class RecurrentStep(nn.Module):
    """[x + LSTM(x)] → batch norm → LSTM → attention pooling → batch norm → dense → softmax."""

    def __init__(self, arrays, name, temperature):
        super().__init__()
        prefix = f"networks.{name}."
        self.first = lstm(arrays, prefix + "0.0.")
        self.scale, self.shift = scale_and_shift(arrays, prefix + "1.")
        self.second = lstm(arrays, prefix + "2.")
        self.attention = tensor(arrays[prefix + "3.attention"])
        self.pooled_scale, self.pooled_shift = scale_and_shift(arrays, prefix + "4.")
        self.weight = tensor(arrays[prefix + "6.weight"])
        self.bias = tensor(arrays[prefix + "6.bias"])
        self.temperature = float(temperature)
        self.window = None

    def start(self):
        zero = torch.zeros(1, 1, self.first.hidden_size)
        wide = torch.zeros(1, 1, self.second.hidden_size)
        pooled = torch.zeros(1, self.second.hidden_size)
        return (zero, zero), (wide, wide), (torch.full((1,), -1e30), torch.zeros(1), pooled, pooled)

    def forward(self, row, state):
        first, second, (highest, total, mean, square) = state
        change, first = self.first(row[None], first)
        hidden, second = self.second(((row + change[0]) * self.scale + self.shift)[None], second)
        hidden = hidden[0]
        score = hidden @ self.attention
        top = torch.maximum(highest, score)
        fade, weight = torch.exp(highest - top), torch.exp(score - top)
        total = total * fade
        share = weight / (total + weight)
        distance = hidden - mean
        square = square * fade + total * share * distance * distance
        mean = mean + share * distance
        total = total + weight
        pooled = torch.cat([mean, torch.sqrt(square / total + EPSILON)], dim=1) * self.pooled_scale + self.pooled_shift
        scores = functional.linear(pooled, self.weight, self.bias) / self.temperature
        return torch.softmax(scores, dim=1), (first, second, (top, total, mean, square))


class ConvolutionalWindow(nn.Module):
    """dense → residuals of two dilated convolutions, each with batch norm and ReLU → attention over the last rows, or their
    mean and deviation → batch norm → dense → softmax, on a window just long enough; no row is computed that does not
    count."""

    def __init__(self, arrays, name, layers, temperature):
        super().__init__()
        prefix = f"networks.{name}."
        self.weight = tensor(arrays[prefix + "0.weight"])
        self.bias = tensor(arrays[prefix + "0.bias"])
        self.blocks = []
        reach = 0
        for index, layer in enumerate(layers):
            if layer["layer"] == "residual":
                block = []
                for inner in (0, 3):
                    path = f"{prefix}{index}.{inner}."
                    scale, shift = scale_and_shift(arrays, f"{prefix}{index}.{inner + 1}.")
                    weight = tensor(arrays[path + "weight"]).permute(0, 2, 1) * scale[:, None, None]
                    bias = tensor(arrays[path + "bias"]) * scale + shift
                    dilation = layer["body"][inner]["dilation"]
                    reach += (weight.shape[2] - 1) * dilation
                    block.append((weight.contiguous(), bias, dilation))
                self.blocks.append(block)
            elif layer["layer"] == "functionals" and layer["statistics"] != ["mean", "deviation"]:
                raise KeyError(layer["statistics"])
            elif layer["layer"] in ("attention_pooling", "functionals"):
                self.pooled = layer["window"]
                # No attention looks at all rows alike.
                alike = torch.zeros(len(self.bias))
                self.attention = alike if layer["layer"] == "functionals" else tensor(arrays[f"{prefix}{index}.attention"])
                self.pooled_scale, self.pooled_shift = scale_and_shift(arrays, f"{prefix}{index + 1}.")
        last = len(layers) - 1
        self.last_weight = tensor(arrays[f"{prefix}{last}.weight"])
        self.last_bias = tensor(arrays[f"{prefix}{last}.bias"])
        self.temperature = float(temperature)
        self.window = self.pooled + reach

    def forward(self, rows):
        x = functional.linear(rows, self.weight, self.bias).T[None]
        for block in self.blocks:
            y = x
            for weight, bias, dilation in block:
                y = torch.relu(functional.conv1d(y, weight, bias, dilation=dilation))
            x = x[:, :, x.shape[2] - y.shape[2] :] + y
        x = x[0]
        share = torch.softmax(self.attention @ x, dim=0)
        mean = x @ share
        square = (x - mean[:, None]) ** 2 @ share
        pooled = torch.cat([mean, torch.sqrt(square + EPSILON)]) * self.pooled_scale + self.pooled_shift
        return torch.softmax(functional.linear(pooled[None], self.last_weight, self.last_bias) / self.temperature, dim=1)


class Perceptron:
    """[batch norm → dense → … → ReLU …] → dense, on one row: matrices and biases with each batch norm in the dense layer next
    to it. `part` of the network's layers."""

    def __init__(self, arrays, name, layers, part, temperature=1):
        self.layers = []
        scale = shift = None
        for index in part:
            layer = layers[index]
            prefix = f"networks.{name}.{index}."
            if layer["layer"] == "batch_norm":
                ahead_scale, ahead_shift = scale_and_shift(arrays, prefix)
                if self.layers:
                    weight, bias = self.layers[-1]
                    self.layers[-1] = (weight * ahead_scale[:, None], bias * ahead_scale + ahead_shift)
                else:
                    scale, shift = ahead_scale, ahead_shift
            elif layer["layer"] == "dense":
                weight, bias = tensor(arrays[prefix + "weight"]), tensor(arrays[prefix + "bias"])
                if scale is not None:
                    weight, bias, scale = weight * scale, bias + weight @ shift, None
                self.layers.append((weight, bias))
        weight, bias = self.layers[-1]
        self.layers[-1] = (weight / float(temperature), bias / float(temperature))
