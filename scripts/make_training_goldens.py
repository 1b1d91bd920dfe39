#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Optimizer, schedule, loss and whole training steps, by PyTorch, timm and the official code.

Usage: make_training_goldens.py --swin-transformer CHECKOUT

Steps count from 1 in every name and list made here.
"""

import argparse

import numpy as np
import timm
import torch
from timm.data.mixup import mixup_target
from timm.loss import LabelSmoothingCrossEntropy, SoftTargetCrossEntropy
from timm.scheduler import CosineLRScheduler, StepLRScheduler

import formula
import references

_SCRIPT = "scripts/make_training_goldens.py"
_FOLDER = references.GOLDENS / "training"
_BETAS = (0.9, 0.999)
_EPSILON = 1e-8


def _document(reference, **content):
    return {
        "reference": reference,
        "versions": references.versions(),
        "script": _SCRIPT,
    } | content


def _cosine(optimizer, updates, warmup_updates, warmup_rate, minimum_rate):
    """With the arguments of the official build_scheduler."""
    return CosineLRScheduler(
        optimizer,
        t_initial=updates - warmup_updates,
        lr_min=minimum_rate,
        warmup_lr_init=warmup_rate,
        warmup_t=warmup_updates,
        cycle_limit=1,
        t_in_epochs=False,
        warmup_prefix=True,
    )


def _step(optimizer, updates, warmup_updates, warmup_rate, decay_updates):
    """Decay counted from the start of training, as in the timm that the official code was made for."""
    return StepLRScheduler(
        optimizer,
        decay_t=decay_updates,
        decay_rate=0.1,
        warmup_lr_init=warmup_rate,
        warmup_t=warmup_updates,
        warmup_prefix=False,
        t_in_epochs=False,
    )


def _dummy_optimizer(rates):
    groups = [{"params": [torch.nn.Parameter(torch.zeros(1))], "lr": rate} for rate in rates]
    return torch.optim.SGD(groups)


def _rates(optimizer):
    return [group["lr"] for group in optimizer.param_groups]


def _make_schedules(official):
    schedulers = official.module("lr_scheduler.py")
    warmup = {"warmup_updates": 14, "warmup_rate": 1e-6}
    kinds = {
        "cosine": (
            [1e-3],
            lambda o: _cosine(o, 70, minimum_rate=1e-5, **warmup),
            {"minimumRate": 1e-5},
        ),
        # Peaks of layer-wise decay; warm-up start and minimum are shared, above the smallest peak.
        "cosine_groups": (
            [1e-3 * 0.75**layer for layer in (0, 1, 6, 25)],
            lambda o: _cosine(o, 70, minimum_rate=1e-5, **warmup),
            {"minimumRate": 1e-5},
        ),
        "cosine_without_warmup": (
            [1e-3],
            lambda o: _cosine(o, 70, 0, 1e-6, 1e-5),
            {"minimumRate": 1e-5, "warmupUpdates": 0},
        ),
        "linear": (
            [1e-3],
            lambda o: schedulers.LinearLRScheduler(
                o,
                t_initial=70,
                lr_min_rate=0.01,
                warmup_lr_init=1e-6,
                warmup_t=14,
                t_in_epochs=False,
            ),
            {"minimumFractionOfPeak": 0.01},
        ),
        "step": (
            [1e-3],
            lambda o: _step(o, 70, decay_updates=21, **warmup),
            {"decayUpdates": 21, "decayRate": 0.1},
        ),
        "multistep": (
            [1e-3],
            lambda o: schedulers.MultiStepLRScheduler(
                o,
                milestones=[28, 56],
                gamma=0.1,
                warmup_lr_init=1e-6,
                warmup_t=14,
                t_in_epochs=False,
            ),
            {"milestones": [28, 56], "decayRate": 0.1},
        ),
    }
    entries = {}
    for name, (peaks, build, settings) in kinds.items():
        optimizer = _dummy_optimizer(peaks)
        scheduler = build(optimizer)
        initial = _rates(optimizer)
        values = []
        for update in range(74):
            scheduler.step_update(update)
            values.append(_rates(optimizer))
        entries[name] = {
            "updates": 70,
            "warmupUpdates": 14,
            "warmupRate": 1e-6,
            "peakRates": peaks,
            **settings,
            "initialRates": initial,
            "ratesByUpdate": values,
        }
    references.write_json(
        _FOLDER / "schedules.json",
        _document(
            {
                "project": "https://github.com/huggingface/pytorch-image-models",
                "version": timm.__version__,
                "class": "timm.scheduler, with the arguments of the official lr_scheduler.py; "
                "linear and multistep are that file's own",
            },
            note="ratesByUpdate[t][group] is the value of the schedule at update t, from 0, a few "
            "updates beyond the end included. usedByUpdates lists the rates that the official loop "
            "really uses: it asks the schedule after each update, with (epoch * batchesPerEpoch + "
            "batch) // accumulation.",
            schedules=entries,
            loops=[_loop(*sizes) for sizes in ((5, 7, 1), (5, 8, 2), (5, 7, 2))],
        ),
    )


def _loop(epochs, batches, accumulation):
    """The rate that each update of the official training loop uses."""
    optimizer = _dummy_optimizer([1e-3])
    per_epoch = batches // accumulation
    scheduler = _cosine(optimizer, epochs * per_epoch, per_epoch, 1e-6, 1e-5)
    used = []
    for epoch in range(epochs):
        for batch in range(batches):
            if (batch + 1) % accumulation == 0:
                used.extend(_rates(optimizer))
                scheduler.step_update((epoch * batches + batch) // accumulation)
    return {
        "epochs": epochs,
        "warmupEpochs": 1,
        "batchesPerEpoch": batches,
        "accumulation": accumulation,
        "peakRate": 1e-3,
        "warmupRate": 1e-6,
        "minimumRate": 1e-5,
        "usedByUpdates": used,
    }


_SHAPES = [(7, 5), (11,), (3, 4, 2)]


def _adamw(dtype):
    """100 steps of formula-filled gradients; parameters after some, norms of all."""
    tensors = [
        torch.nn.Parameter(
            torch.from_numpy(formula.values(f"p{k}", int(np.prod(shape))).reshape(shape)).to(dtype)
        )
        for k, shape in enumerate(_SHAPES)
    ]
    optimizer = torch.optim.AdamW(
        [{"params": tensors[:1]}, {"params": tensors[1:], "weight_decay": 0.0}],
        lr=1e-3,
        betas=_BETAS,
        eps=_EPSILON,
        weight_decay=0.05,
    )
    scheduler = _cosine(optimizer, 100, 20, 1e-6, 1e-5)
    kept, norms, rates = {}, [], []
    for step in range(1, 101):
        for k, tensor in enumerate(tensors):
            values = formula.values(f"g{step}.{k}", tensor.numel()) * np.float32(0.1)
            tensor.grad = torch.from_numpy(values.reshape(tensor.shape)).to(dtype)
        norms.append(torch.nn.utils.clip_grad_norm_(tensors, 0.5).item())
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step_update(step - 1)
        if step in (1, 10, 100):
            for k, tensor in enumerate(tensors):
                kept[f"step{step}.p{k}"] = tensor.detach().numpy().copy()
    return kept, norms, rates


def _make_adamw():
    kept, norms, rates = _adamw(torch.float32)
    exact, exact_norms, _ = _adamw(torch.float64)
    references.write_tensors(_FOLDER / "adamw.safetensors", kept)
    clipped = sum(norm > 0.5 for norm in norms)
    error = max(float(np.abs(kept[name] - exact[name]).max()) for name in kept)
    references.write_json(
        _FOLDER / "adamw.json",
        _document(
            {
                "project": "https://github.com/pytorch/pytorch",
                "version": torch.__version__,
                "class": "torch.optim.AdamW, torch.nn.utils.clip_grad_norm_",
            },
            note="Parameter k starts as the formula's values of 'p{k}'; its gradient in step s is "
            "0.1 times the values of 'g{s}.{k}'. The tensor file has 'step{s}.p{k}' after some "
            "steps. gradientNorms are from before the clipping.",
            shapes=[list(shape) for shape in _SHAPES],
            weightDecays=[0.05, 0.0, 0.0],
            betas=list(_BETAS),
            epsilon=_EPSILON,
            gradientFactor=0.1,
            clipNorm=0.5,
            rates=rates,
            gradientNorms=norms,
            float32_vs_float64={
                "parameters": error,
                "gradientNorms": float(np.abs(np.subtract(norms, exact_norms)).max()),
            },
        ),
    )
    print(f"adamw: {clipped} of 100 steps clipped, error {error:.1e}")


def _loss(criterion, logits, target, dtype):
    logits = torch.from_numpy(logits).to(dtype).requires_grad_(True)
    loss = criterion(logits, target.to(dtype) if target.is_floating_point() else target)
    loss.backward()
    return loss.item(), logits.grad.numpy()


def _make_losses():
    shape = (4, 7)
    logits = (np.float32(4) * formula.values("loss.logits", 28)).reshape(shape)
    labels = torch.tensor([(i * 3 + 1) % 7 for i in range(4)])
    cases = {
        "smoothing0.1": ({"smoothing": 0.1}, LabelSmoothingCrossEntropy(0.1), labels),
        "smoothing0": ({"smoothing": 0.0}, LabelSmoothingCrossEntropy(0.0), labels),
        "mixed": (
            {"smoothing": 0.1, "lambda": 0.3},
            SoftTargetCrossEntropy(),
            mixup_target(labels, 7, lam=0.3, smoothing=0.1),
        ),
    }
    tensors, entries = {"logits": logits}, {}
    for name, (settings, criterion, target) in cases.items():
        loss, gradient = _loss(criterion, logits, target, torch.float32)
        exact, exact_gradient = _loss(criterion, logits, target, torch.float64)
        tensors[f"{name}.gradient"] = gradient
        if target.is_floating_point():
            tensors[f"{name}.target"] = target.numpy()
        entries[name] = settings | {
            "loss": loss,
            "float32_vs_float64": {
                "loss": abs(loss - exact),
                "gradient": float(np.abs(gradient - exact_gradient).max()),
            },
        }
    references.write_tensors(_FOLDER / "losses.safetensors", tensors)
    references.write_json(
        _FOLDER / "losses.json",
        _document(
            {
                "project": "https://github.com/huggingface/pytorch-image-models",
                "version": timm.__version__,
                "class": "timm.loss, timm.data.mixup",
            },
            note="logits are 4 times the formula's values of 'loss.logits'; 'mixed' mixes the "
            "targets of each sample (lambda) with those of the batch reversed (1 - lambda).",
            labels=labels.tolist(),
            losses=entries,
        ),
    )
    print("losses:", {name: entry["loss"] for name, entry in entries.items()})


_STEPS = 20
# Wide heads and eight images keep the steps well conditioned: with half of each, V2's rounding
# errors grow a thousandfold in twenty steps.
_BATCH = 8
_CONFIG = {
    "imageHeight": 32,
    "imageWidth": 32,
    "patchSize": 4,
    "inChannels": 3,
    "embedDim": 32,
    "depths": [2, 2],
    "heads": [2, 4],
    "window": 4,
    "pretrainedWindows": [0, 0],
    "mlpRatio": 4.0,
    "numClasses": 5,
    "absolutePosition": False,
    "patchNorm": True,
    "qkvBias": True,
    "shrink": "MIN_BOTH_AXES",
    "cancelShift": "AT_CONSTRUCTION",
    "edges": "STRICT",
}
# Not V1's attn.qkv.bias: softmax ignores the key part, whose gradient is thus rounding noise, which
# AdamW scales to full steps.
_KEPT = {
    1: [
        "patch_embed.proj.weight",
        "layers.0.blocks.0.norm1.weight",
        "layers.0.blocks.1.attn.qkv.weight",
        "layers.0.blocks.1.attn.relative_position_bias_table",
        "layers.0.downsample.reduction.weight",
        "layers.1.blocks.1.mlp.fc2.bias",
        "head.weight",
    ],
    2: [
        "patch_embed.proj.weight",
        "layers.0.blocks.0.norm1.weight",
        "layers.0.blocks.1.attn.q_bias",
        "layers.0.blocks.1.attn.logit_scale",
        "layers.0.blocks.1.attn.cpb_mlp.2.weight",
        "layers.0.downsample.reduction.weight",
        "layers.1.blocks.1.mlp.fc2.bias",
        "head.weight",
    ],
}


def _train(official, version, dtype):
    model = official.model(
        version,
        img_size=_CONFIG["imageHeight"],
        patch_size=_CONFIG["patchSize"],
        num_classes=_CONFIG["numClasses"],
        embed_dim=_CONFIG["embedDim"],
        depths=_CONFIG["depths"],
        num_heads=_CONFIG["heads"],
        window_size=_CONFIG["window"],
        drop_path_rate=0.0,
    )
    references.fill(model, references.MICROSOFT)
    model = model.to(dtype).train()
    groups = official.module("optimizer.py").set_weight_decay(
        model, model.no_weight_decay(), model.no_weight_decay_keywords()
    )
    optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=_BETAS, eps=_EPSILON, weight_decay=0.05)
    criterion = LabelSmoothingCrossEntropy(0.1)
    losses, norms = [], []
    shape = (_BATCH, _CONFIG["inChannels"], _CONFIG["imageHeight"], _CONFIG["imageWidth"])
    for step in range(1, _STEPS + 1):
        images = torch.from_numpy(formula.images(f"batch{step}", shape)).to(dtype)
        labels = torch.tensor([(step * 3 + i * 7) % _CONFIG["numClasses"] for i in range(_BATCH)])
        loss = criterion(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), 5.0).item())
        optimizer.step()
        losses.append(loss.item())
    values = {name: parameter.detach().numpy() for name, parameter in model.named_parameters()}
    decayed = {id(parameter) for parameter in groups[0]["params"]}
    names = [name for name, parameter in model.named_parameters() if id(parameter) in decayed]
    return losses, norms, values, names


def _make_steps(official, version):
    losses, norms, values, decayed = _train(official, version, torch.float32)
    exact_losses, exact_norms, exact_values, _ = _train(official, version, torch.float64)
    case = f"steps_v{version}"
    references.write_tensors(
        _FOLDER / f"{case}.safetensors", {name: values[name] for name in _KEPT[version]}
    )
    error = {
        "losses": float(np.abs(np.subtract(losses, exact_losses)).max()),
        "gradientNorms": float(np.abs(np.subtract(norms, exact_norms)).max()),
        "parameters": max(
            float(np.abs(values[name] - exact_values[name]).max()) for name in _KEPT[version]
        ),
    }
    references.write_json(
        _FOLDER / f"{case}.json",
        _document(
            references.official_reference(version),
            note="Step s trains on the formula's images of 'batch{s}' with the labels (3 s + 7 i) "
            "mod classes, i from 0. The tensor file has some parameters after the last step.",
            batch=_BATCH,
            config={"version": version} | _CONFIG,
            rate=1e-3,
            weightDecay=0.05,
            betas=list(_BETAS),
            epsilon=_EPSILON,
            clipNorm=5.0,
            labelSmoothing=0.1,
            decayed=decayed,
            losses=losses,
            gradientNorms=norms,
            float32_vs_float64=error,
        ),
    )
    print(
        f"{case}: loss {losses[0]:.4f} to {losses[-1]:.4f}, norms {min(norms):.2f} to"
        f" {max(norms):.2f}, errors {error}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    official = references.Official(arguments.swin_transformer)
    _make_schedules(official)
    _make_adamw()
    _make_losses()
    for version in (1, 2):
        _make_steps(official, version)


if __name__ == "__main__":
    main()
