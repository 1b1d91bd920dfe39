#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Optimizer, schedule, loss and whole training steps, by PyTorch, timm and the official code.

Usage: make_training_goldens.py --swin-transformer CHECKOUT

Steps count from 1 in every name and list made here.
"""

import argparse
import functools

import numpy as np
import timm
import timm.optim
import torch
from timm.data.mixup import mixup_target
from timm.loss import LabelSmoothingCrossEntropy, SoftTargetCrossEntropy
from timm.scheduler import CosineLRScheduler, StepLRScheduler
from timm.utils import ModelEmaV2, ModelEmaV3

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


def _cosine(optimizer, updates, warmup_updates, warmup_rate, minimum_rate, prefix=True):
    """With the arguments of the official build_scheduler."""
    return CosineLRScheduler(
        optimizer,
        t_initial=updates - warmup_updates if prefix else updates,
        lr_min=minimum_rate,
        warmup_lr_init=warmup_rate,
        warmup_t=warmup_updates,
        cycle_limit=1,
        t_in_epochs=False,
        warmup_prefix=prefix,
    )


def _step(optimizer, updates, warmup_updates, warmup_rate, decay_updates, prefix=False):
    """By default decay is counted from the start of training, as in the timm that the official code
    was made for.
    """
    return StepLRScheduler(
        optimizer,
        decay_t=decay_updates,
        decay_rate=0.1,
        warmup_lr_init=warmup_rate,
        warmup_t=warmup_updates,
        warmup_prefix=prefix,
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
        "cosine_from_the_start": (
            [1e-3, 1e-4],
            lambda o: _cosine(o, 70, minimum_rate=1e-5, prefix=False, **warmup),
            {"minimumRate": 1e-5, "warmupPrefix": False},
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
            {"decayUpdates": 21, "decayRate": 0.1, "warmupPrefix": False},
        ),
        "step_after_warmup": (
            [1e-3],
            lambda o: _step(o, 70, decay_updates=21, prefix=True, **warmup),
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
            {"milestones": [28, 56], "decayRate": 0.1, "warmupPrefix": False},
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
            "warmupPrefix": True,
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


def _tensors(dtype):
    return [
        torch.nn.Parameter(
            torch.from_numpy(formula.values(f"p{k}", int(np.prod(shape))).reshape(shape)).to(dtype)
        )
        for k, shape in enumerate(_SHAPES)
    ]


def _groups(tensors):
    return [{"params": tensors[:1]}, {"params": tensors[1:], "weight_decay": 0.0}]


def _adamw(tensors):
    return torch.optim.AdamW(
        _groups(tensors), lr=1e-3, betas=_BETAS, eps=_EPSILON, weight_decay=0.05
    )


_SGD = {
    "plain": {"momentum": 0.0, "nesterov": False},
    "momentum": {"momentum": 0.9, "nesterov": False},
    "nesterov": {"momentum": 0.9, "nesterov": True},
}


def _hundred_steps(build, dtype):
    """100 steps of formula-filled gradients; parameters after some, norms of all."""
    tensors = _tensors(dtype)
    optimizer = build(tensors)
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
    kept, norms, rates = _hundred_steps(_adamw, torch.float32)
    exact, exact_norms, _ = _hundred_steps(_adamw, torch.float64)
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


def _make_sgd():
    kept, entries = {}, {}
    for name, settings in _SGD.items():

        def build(tensors, settings=settings):
            return torch.optim.SGD(_groups(tensors), lr=1e-3, weight_decay=0.05, **settings)

        values, _, rates = _hundred_steps(build, torch.float32)
        exact, _, _ = _hundred_steps(build, torch.float64)
        kept |= {f"{name}.{key}": value for key, value in values.items()}
        error = max(float(np.abs(values[key] - exact[key]).max()) for key in values)
        entries[name] = settings | {"float32_vs_float64": error}
    references.write_tensors(_FOLDER / "sgd.safetensors", kept)
    references.write_json(
        _FOLDER / "sgd.json",
        _document(
            {
                "project": "https://github.com/pytorch/pytorch",
                "version": torch.__version__,
                "class": "torch.optim.SGD, torch.nn.utils.clip_grad_norm_",
            },
            note="Parameters, gradients, weight decays and clipping are those of adamw.json. The "
            "tensor file has '{case}.step{s}.p{k}' after some steps.",
            rates=rates,
            cases=entries,
        ),
    )
    print("sgd:", entries)


_SCALER_STEPS = 4100
_SCALER_OVERFLOWS = [3, 4, 5, 60, 2100]


def _make_loss_scale():
    """The scale after each step that changes it, gradients overflowing in some."""
    parameter = torch.nn.Parameter(torch.zeros(3))
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    scaler = torch.amp.GradScaler("cpu")
    changes, skipped, former = [], [], scaler.get_scale()
    for step in range(1, _SCALER_STEPS + 1):
        before = parameter.detach().clone()
        optimizer.zero_grad()
        scaler.scale((parameter * torch.ones(3)).sum()).backward()
        if step in _SCALER_OVERFLOWS:
            parameter.grad[1] = float("inf")
        scaler.step(optimizer)
        scaler.update()
        if torch.equal(before, parameter):
            skipped.append(step)
        if scaler.get_scale() != former:
            former = scaler.get_scale()
            changes.append([step, former])
    references.write_json(
        _FOLDER / "loss_scale.json",
        _document(
            {
                "project": "https://github.com/pytorch/pytorch",
                "version": torch.__version__,
                "class": "torch.amp.GradScaler",
            },
            note="changes are [step, scale from then on]; the first scale is firstScale.",
            firstScale=65536.0,
            steps=_SCALER_STEPS,
            overflows=_SCALER_OVERFLOWS,
            skipped=skipped,
            changes=changes,
        ),
    )
    print("loss scale:", changes)


_AVERAGES = {
    "constant": lambda model: (ModelEmaV2(model, decay=0.9), False),
    "warmup": lambda model: (ModelEmaV3(model, decay=0.7, use_warmup=True), True),
    "delayed": lambda model: (ModelEmaV3(model, decay=0.9, update_after_step=10), True),
    "delayed_warmup": lambda model: (
        ModelEmaV3(model, decay=0.7, update_after_step=10, use_warmup=True),
        True,
    ),
}


class _Holder(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.from_numpy(formula.values("ema0", 6).copy()))


def _make_averages():
    tensors, entries = {}, {}
    for name, build in _AVERAGES.items():
        model = _Holder()
        average, counts = build(model)
        decays = []
        for update in range(1, 31):
            with torch.no_grad():
                model.weight.copy_(torch.from_numpy(formula.values(f"ema{update}", 6).copy()))
            if counts:
                average.update(model, step=update)
                decays.append(average.get_decay(update))
            else:
                average.update(model)
                decays.append(average.decay)
            if update in (1, 12, 30):
                tensors[f"{name}.update{update}"] = average.module.weight.detach().numpy().copy()
        entries[name] = {
            "decay": average.decay,
            "warmup": counts and average.use_warmup,
            "after": average.update_after_step if counts else 0,
            "decays": decays,
        }
    references.write_tensors(_FOLDER / "averages.safetensors", tensors)
    references.write_json(
        _FOLDER / "averages.json",
        _document(
            {
                "project": "https://github.com/huggingface/pytorch-image-models",
                "version": timm.__version__,
                "class": "timm.utils.ModelEmaV2 (constant), timm.utils.ModelEmaV3 (the others)",
            },
            note="The parameter begins as the formula's first 6 values of 'ema0' and is 'ema{u}' at "
            "update u.",
            cases=entries,
        ),
    )
    print("averages:", {name: entry["decays"][-1] for name, entry in entries.items()})


def _make_layers(official):
    """Learning-rate scales of layer-wise decay, by the official rule and timm's."""
    module = official.module("optimizer.py")
    depths, decay = [2, 3, 2], 0.75
    entries = {}
    for version in (1, 2):
        arguments = {
            "img_size": 64,
            "embed_dim": 8,
            "depths": depths,
            "num_heads": [1, 2, 4],
            "window_size": 4,
            "num_classes": 3,
        }
        layers = sum(depths) + 2
        if version == 1:
            arguments["ape"] = True
        model = official.model(version, **arguments)
        groups = module.get_finetune_param_groups(
            model,
            1.0,
            0.05,
            functools.partial(module.get_swin_layer, num_layers=layers, depths=depths),
            [decay**i for i in reversed(range(layers))],
            model.no_weight_decay(),
            model.no_weight_decay_keywords(),
        )
        names = {id(parameter): name for name, parameter in model.named_parameters()}
        found = {names[id(p)]: g["lr_scale"] for g in groups for p in g["params"]}
        undecayed = [names[id(p)] for g in groups if g["weight_decay"] == 0 for p in g["params"]]
        arguments.pop("ape", None)
        other = (timm.models.SwinTransformer if version == 1 else timm.models.SwinTransformerV2)(
            **arguments
        )
        names = {
            id(parameter): references.TIMM.microsoft_name(name)
            for name, parameter in other.named_parameters()
        }
        groups = timm.optim.param_groups_layer_decay(other, layer_decay=decay)
        entries[f"v{version}"] = {
            "official": found,
            "undecayed": sorted(undecayed),
            "timm": {names[id(p)]: g["lr_scale"] for g in groups for p in g["params"]},
        }
    references.write_json(
        _FOLDER / "layers.json",
        _document(
            {
                "project": f"{references.OFFICIAL_PROJECT}, "
                "https://github.com/huggingface/pytorch-image-models",
                "version": f"{references.OFFICIAL_COMMIT}, {timm.__version__}",
                "class": "optimizer.py:get_finetune_param_groups, "
                "timm.optim.param_groups_layer_decay",
            },
            note="The factor of each parameter's learning rate, by Microsoft names.",
            depths=depths,
            layerDecay=decay,
            networks=entries,
        ),
    )
    print("layers:", {name: len(entry["official"]) for name, entry in entries.items()})


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


def _model(official, version, dtype):
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
    return model.to(dtype).train()


def _train(official, version, dtype):
    model = _model(official, version, dtype)
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


_RECIPE = {
    "seed": 5,
    "epochs": 4,
    "updatesPerEpoch": 5,
    "accumulate": 2,
    "warmupEpochs": 1,
    "rate": 2e-3,
    "warmupRate": 1e-6,
    "minimumRate": 1e-5,
    "weightDecay": 0.05,
    "clipNorm": 2.0,
    "layerDecay": 0.8,
    "labelSmoothing": 0.1,
    "dropPath": 0.3,
}
_DROP_PATH_STREAM = 3
_MASK = 0xFFFFFFFFFFFFFFFF
_GAMMA = 0x9E3779B97F4A7C15


def _scramble(value):
    z = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def _mixed(*parts):
    """Seeds.mix of the project's Java code."""
    state = _GAMMA
    for part in parts:
        state = _scramble(((state ^ part) + _GAMMA) & _MASK)
    return state


class _GivenDropPath(torch.nn.Module):
    """Drops the branches that the project's DropPath drops: by (seed of the pass, branch, sample)."""

    def __init__(self, block, probability, dtype):
        super().__init__()
        self._branch = 2 * block
        self._probability = probability
        self._dtype = dtype
        self.dropped = 0

    def start(self, seed):
        self._seed, self._calls = seed, 0

    def forward(self, x):
        first = (self._branch + self._calls) * len(x)
        self._calls += 1
        kept = [
            (_scramble((self._seed + (first + i + 1) * _GAMMA) & _MASK) >> 11) * 2.0**-53
            >= self._probability
            for i in range(len(x))
        ]
        self.dropped += len(x) - sum(kept)
        factors = torch.tensor(kept, dtype=self._dtype) / (1 - self._probability)
        return x * factors.view(-1, *[1] * (x.dim() - 1))


def _train_recipe(official, version, dtype):
    model = _model(official, version, dtype)
    blocks = [block for layer in model.layers for block in layer.blocks]
    drops = []
    for index, block in enumerate(blocks):
        probability = _RECIPE["dropPath"] * index / (len(blocks) - 1)
        block.drop_path = _GivenDropPath(index, probability, dtype)
        drops.append(block.drop_path)
    module = official.module("optimizer.py")
    layers = sum(_CONFIG["depths"]) + 2
    groups = module.get_finetune_param_groups(
        model,
        _RECIPE["rate"],
        _RECIPE["weightDecay"],
        functools.partial(module.get_swin_layer, num_layers=layers, depths=_CONFIG["depths"]),
        [_RECIPE["layerDecay"] ** i for i in reversed(range(layers))],
        model.no_weight_decay(),
        model.no_weight_decay_keywords(),
    )
    for group in groups:
        del group["lr_scale"]  # a second scaling to the timm of today, none to that of the code
    optimizer = torch.optim.AdamW(groups, lr=_RECIPE["rate"], betas=_BETAS, eps=_EPSILON)
    per_epoch, accumulate = _RECIPE["updatesPerEpoch"], _RECIPE["accumulate"]
    scheduler = _cosine(
        optimizer,
        _RECIPE["epochs"] * per_epoch,
        _RECIPE["warmupEpochs"] * per_epoch,
        _RECIPE["warmupRate"],
        _RECIPE["minimumRate"],
    )
    criterion = LabelSmoothingCrossEntropy(_RECIPE["labelSmoothing"])
    losses, norms = [], []
    shape = (_BATCH, _CONFIG["inChannels"], _CONFIG["imageHeight"], _CONFIG["imageWidth"])
    for update in range(_RECIPE["epochs"] * per_epoch):
        parts = []
        for micro in range(accumulate):
            number = update * accumulate + micro
            for drop in drops:
                drop.start(_mixed(_DROP_PATH_STREAM, _RECIPE["seed"], number))
            images = torch.from_numpy(formula.images(f"batch{number + 1}", shape)).to(dtype)
            labels = torch.tensor(
                [((number + 1) * 3 + i * 7) % _CONFIG["numClasses"] for i in range(_BATCH)]
            )
            loss = criterion(model(images), labels)
            (loss / accumulate).backward()
            parts.append(loss.item())
        norms.append(
            torch.nn.utils.clip_grad_norm_(model.parameters(), _RECIPE["clipNorm"]).item()
        )
        optimizer.step()
        optimizer.zero_grad()
        scheduler.step_update(update)
        losses.append(sum(parts) / accumulate)
    values = {name: parameter.detach().numpy() for name, parameter in model.named_parameters()}
    return losses, norms, values, sum(drop.dropped for drop in drops)


def _make_recipe_steps(official, version):
    losses, norms, values, dropped = _train_recipe(official, version, torch.float32)
    exact_losses, exact_norms, exact_values, _ = _train_recipe(official, version, torch.float64)
    case = f"recipe_v{version}"
    kept = _KEPT[version]
    references.write_tensors(_FOLDER / f"{case}.safetensors", {name: values[name] for name in kept})
    error = {
        "losses": float(np.abs(np.subtract(losses, exact_losses) / exact_losses).max()),
        "gradientNorms": float(np.abs(np.subtract(norms, exact_norms) / exact_norms).max()),
        "parameters": max(float(np.abs(values[n] - exact_values[n]).max()) for n in kept),
    }
    references.write_json(
        _FOLDER / f"{case}.json",
        _document(
            references.official_reference(version),
            note="Batch n, from 1, is that of steps_v{version}.json; 'accumulate' of them make an "
            "update, its loss is their mean. Paths are dropped as the project's DropPath does, with "
            "the seed of each forward pass. Rates are those that the official loop uses. The first "
            "two errors of float32_vs_float64 are relative.",
            batch=_BATCH,
            config={"version": version} | _CONFIG,
            recipe=_RECIPE,
            betas=list(_BETAS),
            epsilon=_EPSILON,
            clippedUpdates=sum(norm > _RECIPE["clipNorm"] for norm in norms),
            droppedBranches=dropped,
            losses=losses,
            gradientNorms=norms,
            float32_vs_float64=error,
        ),
    )
    print(
        f"{case}: loss {losses[0]:.4f} to {losses[-1]:.4f}, norms {min(norms):.2f} to"
        f" {max(norms):.2f}, dropped {dropped}, errors {error}"
    )


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
    _make_sgd()
    _make_loss_scale()
    _make_averages()
    _make_layers(official)
    _make_losses()
    for version in (1, 2):
        _make_steps(official, version)
        _make_recipe_steps(official, version)


if __name__ == "__main__":
    main()
