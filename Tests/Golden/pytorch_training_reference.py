#!/usr/bin/env python3
"""Writes pytorch_training.safetensors: losses, optimisers, schedules and ten steps of a small network as PyTorch
computes them, for Tests/TrainingTests.

    pip install -r requirements.txt && python pytorch_training_reference.py

Computed in double precision, so that the errors found are ours alone. Tensors, float32:

- `loss/CASE/scores` [rows, classes], `labels` [rows] (-1: not known), `loss`, `gradient`, and `class_weights`.
- `multi_task/…`: three heads side by side, their labels as `labels/HEAD`.
- `optimizer/NAME/weights_after` [steps, 10] from `optimizer/weights` and `optimizer/gradients`; the first six decay.
- `penalty/…`, `clip/…`, `average/…`, `schedule/…`.
- `steps/NAME/losses` [10] of a network with `steps/weights`, over the batches `steps/BATCH/…`.
- `padded/…`: loss and gradients of such a network for one batch, which PyTorch has padded and masked.
"""

import pathlib

import torch
from torch import nn
from torch.nn import functional
from torch.optim import swa_utils

from pytorch_reference import LSTM, AttentionPooling, BatchNorm, Each, Residual, Sequence
from pytorch_reference import flat, gradient, pack, unpack, value, write_safetensors

CLASS_WEIGHTS = torch.tensor([0.5, 2.0, 1.0, 0.25, 3.0])


def randn(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def targets(labels, classes, smoothing):
    known = labels.clamp(min=0)
    return (1 - smoothing) * functional.one_hot(known, classes).double() + smoothing / classes


def cross_entropy(scores, labels, smoothing=0.0, weights=None):
    return functional.cross_entropy(scores, labels, weight=weights, label_smoothing=smoothing, ignore_index=-1)


def focal(scores, labels, gamma, smoothing=0.0, weights=None):
    """(1 - p)^gamma on each term of the cross-entropy (Lin et al. 2017)."""
    weights = torch.ones(scores.shape[1]) if weights is None else weights
    known = labels >= 0
    logarithms = functional.log_softmax(scores, 1)
    terms = targets(labels, scores.shape[1], smoothing) * weights * (1 - logarithms.exp()) ** gamma * -logarithms
    return terms[known].sum() / weights[labels[known]].sum()


def squared_error(scores, labels, smoothing=0.0, weights=None):
    weights = torch.ones(scores.shape[1]) if weights is None else weights
    known = labels >= 0
    probabilities, expected = torch.softmax(scores, 1), targets(labels, scores.shape[1], smoothing)
    rows = functional.mse_loss(probabilities, expected, reduction="none").mean(1)
    return (rows * weights[labels.clamp(min=0)])[known].sum() / weights[labels[known]].sum()


def record_losses(tensors):
    cases = {
        "plain": (cross_entropy, {}, None),
        "smoothed": (cross_entropy, {"smoothing": 0.1}, None),
        "weighted": (cross_entropy, {}, CLASS_WEIGHTS),
        "weighted_smoothed": (cross_entropy, {"smoothing": 0.2}, CLASS_WEIGHTS),
        "focal": (focal, {"gamma": 2.0}, None),
        "focal_weighted_smoothed": (focal, {"gamma": 1.5, "smoothing": 0.1}, CLASS_WEIGHTS),
        "squared": (squared_error, {}, None),
        "squared_weighted_smoothed": (squared_error, {"smoothing": 0.1}, CLASS_WEIGHTS),
    }
    for case, (loss, settings, weights) in cases.items():
        scores = randn(9, 5, scale=3.0).requires_grad_()
        labels = torch.tensor([0, 1, 2, -1, 3, 4, 4, -1, 1])
        result = loss(scores, labels, weights=weights, **settings)
        result.backward()
        tensors[f"loss/{case}/scores"] = scores
        tensors[f"loss/{case}/labels"] = labels
        tensors[f"loss/{case}/loss"] = result[None]
        tensors[f"loss/{case}/gradient"] = scores.grad
    tensors["loss/class_weights"] = CLASS_WEIGHTS

    scores = randn(6, 9, scale=2.0).requires_grad_()
    labels = [torch.tensor(head) for head in ([0, 4, 2, 1, 3, 0], [0, 1, -1, 1, 0, -1], [-1] * 6)]
    first, second, _ = scores.split([5, 2, 2], dim=1)
    # Of the third head nothing is known.
    result = cross_entropy(first, labels[0], 0.1) + 0.3 * cross_entropy(second, labels[1], 0.1)
    result.backward()
    tensors["multi_task/scores"] = scores
    for head, known in enumerate(labels):
        tensors[f"multi_task/labels/{head}"] = known
    tensors["multi_task/loss"] = result[None]
    tensors["multi_task/gradient"] = scores.grad


OPTIMIZERS = {
    "sgd": lambda groups, rate: torch.optim.SGD(groups, lr=rate),
    "momentum": lambda groups, rate: torch.optim.SGD(groups, lr=rate, momentum=0.8),
    "nesterov": lambda groups, rate: torch.optim.SGD(groups, lr=rate, momentum=0.8, nesterov=True),
    "rmsprop": lambda groups, rate: torch.optim.RMSprop(groups, lr=rate, alpha=0.9, eps=1e-7),
    "adam": lambda groups, rate: torch.optim.Adam(groups, lr=rate, betas=(0.8, 0.99), eps=1e-7),
    "adamw": lambda groups, rate: torch.optim.AdamW(groups, lr=rate, betas=(0.8, 0.99), eps=1e-7),
}


def groups(matrices, others, decay):
    return [{"params": matrices, "weight_decay": decay}, {"params": others, "weight_decay": 0.0}]


def record_optimizers(tensors):
    start, gradients = randn(10), randn(12, 10)
    tensors["optimizer/weights"] = start
    tensors["optimizer/gradients"] = gradients
    for name, make in OPTIMIZERS.items():
        weights = [nn.Parameter(start[:6].clone()), nn.Parameter(start[6:].clone())]
        optimizer, after = make(groups(weights[:1], weights[1:], 0.1), 0.05), []
        for gradient in gradients:
            weights[0].grad, weights[1].grad = gradient[:6].clone(), gradient[6:].clone()
            optimizer.step()
            after.append(flat(weights).clone())
        tensors[f"optimizer/{name}/weights_after"] = torch.stack(after)


def record_regularization(tensors):
    weights = torch.tensor([0.5, -2.0, 0.0, 3.0, -0.1, 1e-3]).float().double().requires_grad_()
    (0.01 * weights.abs().sum() + 0.05 * (weights**2).sum()).backward()
    tensors["penalty/weights"], tensors["penalty/gradient"] = weights, weights.grad

    for name, scale in (("short", 0.1), ("long", 10.0)):
        parameter = nn.Parameter(torch.zeros(8))
        parameter.grad = randn(8, scale=scale)
        tensors[f"clip/{name}/before"] = parameter.grad.clone()
        nn.utils.clip_grad_norm_([parameter], 2.0)
        tensors[f"clip/{name}/after"] = parameter.grad

    model = nn.Linear(3, 2)
    average = swa_utils.AveragedModel(model, multi_avg_fn=swa_utils.get_ema_multi_avg_fn(0.9))
    seen, averages = randn(5, 8), []
    for weights in seen:
        nn.utils.vector_to_parameters(weights, model.parameters())
        average.update_parameters(model)
        averages.append(nn.utils.parameters_to_vector(average.module.parameters()).detach().clone())
    tensors["average/weights"], tensors["average/averages"] = seen, torch.stack(averages)


def record_schedules(tensors):
    schedules = {
        "step": lambda optimizer: torch.optim.lr_scheduler.StepLR(optimizer, step_size=6, gamma=0.3),
        "cosine": lambda optimizer: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=24, eta_min=2e-4),
    }
    for name, make in schedules.items():
        optimizer = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=2e-3)
        schedule, rates = make(optimizer), []
        for _ in range(24):
            rates.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            schedule.step()
        tensors[f"schedule/{name}"] = torch.tensor(rates)


def network():
    return Sequence(
        Residual(LSTM(6, 6)), BatchNorm(6), LSTM(6, 8), AttentionPooling(8), BatchNorm(16), Each(nn.Linear(16, 4))
    )


def fresh_network():
    model = network()
    for name, parameter in model.named_parameters():
        # Our LSTM has one bias.
        if "bias_hh" in name:
            nn.init.zeros_(parameter)
        parameter.data = parameter.data.float().double()
    for name, buffer in model.named_buffers():
        buffer.copy_(buffer.float().double() if buffer.is_floating_point() else buffer)
    return model


def record_steps(tensors):
    model = fresh_network()
    tensors["steps/weights"] = flat(model.ours(value)).clone()
    batches = []
    for batch in range(10):
        lengths = sorted(torch.randint(1, 9, (8,)).tolist(), reverse=True)
        rows, labels = randn(sum(lengths), 6), torch.randint(4, (8,))
        tensors[f"steps/{batch}/lengths"] = torch.tensor(lengths)
        tensors[f"steps/{batch}/rows"] = rows
        tensors[f"steps/{batch}/labels"] = labels
        batches.append((lengths, rows, labels))
    start = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    for name, make in OPTIMIZERS.items():
        model.load_state_dict(start)
        trained = [(n, p) for n, p in model.named_parameters() if "bias_hh" not in n]
        matrices = [p for n, p in trained if p.dim() > 1]
        others = [p for n, p in trained if p.dim() == 1]
        optimizer, losses = make(groups(matrices, others, 0.05), 0.01), []
        model.train()
        for lengths, rows, labels in batches:
            optimizer.zero_grad()
            scores = pack(model(unpack(rows, lengths)))
            loss = cross_entropy(scores, labels, 0.1)
            loss.backward()
            nn.utils.clip_grad_norm_(matrices + others, 1.0)
            optimizer.step()
            losses.append(loss.detach())
        tensors[f"steps/{name}/losses"] = torch.stack(losses)


def record_padded(tensors):
    """The usual way: all sequences as long as the longest, and a mask that keeps what fills them up from taking part."""
    model = fresh_network()
    lengths, labels = [9, 6, 6, 2, 1], torch.tensor([0, 3, 1, 2, 3])
    rows = randn(sum(lengths), 6)
    tensors["padded/lengths"], tensors["padded/labels"] = torch.tensor(lengths), labels
    tensors["padded/rows"], tensors["padded/weights"] = rows, flat(model.ours(value)).clone()
    mask = torch.arange(lengths[0])[:, None] < torch.tensor(lengths)
    # Filled up with anything but zeros, so that a row that slipped through would show.
    padded = torch.full((*mask.shape, 6), 7.0).masked_scatter(mask[..., None], rows).requires_grad_()
    residual, norm, lstm, pooling, pooled_norm, dense = model.layers
    x = padded + residual.body.layers[0].module(padded)[0]
    x = torch.full_like(x, -3.0).masked_scatter(mask[..., None], norm.module(x[mask]))
    x = lstm.module(x)[0]
    share = torch.softmax((x @ pooling.attention).masked_fill(~mask, -torch.inf), 0)[..., None]
    mean = (share * x).sum(0)
    variance = (share * (x - mean) ** 2).sum(0)
    scores = dense.module(pooled_norm.module(torch.cat([mean, torch.sqrt(variance + 1e-5)], 1)))
    loss = cross_entropy(scores, labels, 0.1)
    loss.backward()
    assert not padded.grad[~mask].any()
    tensors["padded/loss"] = loss[None]
    tensors["padded/gradients"] = flat(model.ours(gradient))


def main():
    torch.manual_seed(46)
    tensors = {}
    record_losses(tensors)
    record_optimizers(tensors)
    record_regularization(tensors)
    record_schedules(tensors)
    record_steps(tensors)
    record_padded(tensors)
    write_safetensors(pathlib.Path(__file__).with_name("pytorch_training.safetensors"), tensors)


if __name__ == "__main__":
    main()
