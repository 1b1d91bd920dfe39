#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logits and gradients of UperNet on Swin backbones, by Transformers.

Usage: make_segmentation_goldens.py [CASE...]

Small networks: logits, logits at the picture's size, and of a training pass with batch statistics
the logits of both heads, all gradients and the running statistics. Transformers has no norms on the
maps of a V2 backbone; the script adds them.

A checkpoint: a state dictionary as Transformers writes it, and its logits.

Published networks: every 16th row and column of the logits, and their means.
"""

import argparse
import json
import re

import numpy as np
import torch
import transformers
from safetensors.torch import save_file
from transformers import SwinConfig, Swinv2Config, UperNetConfig, UperNetForSemanticSegmentation

import formula
import references

_FOLDER = references.GOLDENS / "segmentation"
_STRIDE = 16
_SMALL = {
    "version": 1,
    "batch": 2,
    "imageHeight": 64,
    "imageWidth": 64,
    "embedDim": 8,
    "depths": [2, 1, 2],
    "heads": [1, 2, 4],
    "mlpRatio": 2.0,
    "window": 4,
    "channels": 8,
    "auxiliaryChannels": 6,
    "numClasses": 5,
}
# Grids of the stages first.
_CASES = {
    # 16, 8, 4, 2: windows cover the last two, and their shifts stay.
    "v1_square": {"depths": [1, 1, 2, 2], "heads": [1, 2, 2, 4], "embedDim": 4},
    # 12x14, 6x7, 3x4: everything is padded.
    "v1_odd": {"imageHeight": 45, "imageWidth": 53, "window": 5},
    # 10x23, 5x12, 3x6.
    "v1_wide": {"imageHeight": 40, "imageWidth": 90},
    # 20x25, 10x13, 5x7: Transformers would shrink V2's windows on smaller grids.
    "v2_odd": {"version": 2, "imageHeight": 80, "imageWidth": 100},
}
_CHECKPOINTS = {"huggingface": {"depths": [1, 1, 2, 1], "heads": [1, 2, 2, 4], "embedDim": 4}}
_SEED = 7
_PUBLISHED = {
    f"upernet_swin_{size}_{height}x{width}": {
        "batch": 1,
        "imageHeight": height,
        "imageWidth": width,
        "embedDim": embed,
        "depths": [2, 2, depth, 2],
        "heads": heads,
        "mlpRatio": 4.0,
        "window": window,
    }
    for size, embed, depth, heads, window in (
        ("tiny_window7", 96, 6, [3, 6, 12, 24], 7),
        ("base_window7", 128, 18, [4, 8, 16, 32], 7),
        ("base_window12", 128, 18, [4, 8, 16, 32], 12),
    )
    for height, width in ((512, 512), (511, 397))
    if window == 7 or height == 511
}
_PARTS = {"query": 0, "key": 1, "value": 2}
_RENAMED = (
    (r"^backbone\.backbone\.", "backbone."),
    (r"^backbone\.norms\.", "backbone.norm"),
    (r"\.embeddings\.patch_embeddings\.projection\.", ".patch_embed.proj."),
    (r"\.embeddings\.norm\.", ".patch_embed.norm."),
    (r"\.encoder\.layers\.", ".layers."),
    (r"layernorm_before", "norm1"),
    (r"layernorm_after", "norm2"),
    (r"attention\.self\.continuous_position_bias_mlp\.", "attn.cpb_mlp."),
    (r"attention\.self\.", "attn."),
    (r"attention\.output\.dense", "attn.proj"),
    (r"intermediate\.dense", "mlp.fc1"),
    (r"output\.dense", "mlp.fc2"),
    (r"hidden_states_norms\.stage(\d+)", lambda match: f"norm{int(match[1]) - 1}"),
    (r"\.batch_norm\.", ".bn."),
    (r"_head\.classifier\.", "_head.conv_seg."),
)


def _official(name):
    """The official name, and which third of it a tensor is (or None)."""
    for pattern, target in _RENAMED:
        name = re.sub(pattern, target, name)
    match = re.fullmatch(r"(.*\.attn\.)(query|key|value)\.(weight|bias)", name)
    if not match:
        return name, None
    return f"{match[1]}qkv.{match[3]}", _PARTS[match[2]]


def _parts(model):
    """V2 has two biases of their own instead of parts of a joined one."""
    for kind, tensors in (("parameter", model.named_parameters()), ("buffer", model.named_buffers())):
        for name, tensor in tensors:
            if kind == "buffer" and not name.endswith(("running_mean", "running_var")):
                continue
            official, part = _official(name)
            if isinstance(model.config.backbone_config, Swinv2Config) and official.endswith("qkv.bias"):
                official, part = official.replace("qkv.bias", ("q_bias", None, "v_bias")[part]), None
            yield official, part, tensor


def _fill(model):
    with torch.no_grad():
        for name, part, tensor in _parts(model):
            shape = tuple(tensor.shape)
            if part is not None:
                shape = (3 * shape[0], *shape[1:])
            values = torch.from_numpy(formula.parameter(name, shape))
            tensor.copy_(values if part is None else values.chunk(3)[part])


def _gradients(model):
    whole = {}
    thirds = {}
    for name, part, tensor in _parts(model):
        if not tensor.requires_grad:
            continue
        gradient = tensor.grad.numpy().copy()
        if part is None:
            whole[name] = gradient
        else:
            thirds.setdefault(name, [None] * 3)[part] = gradient
    return whole | {name: np.concatenate(parts) for name, parts in thirds.items()}


class _NormedMaps(torch.nn.Module):
    """The norms that Transformers lacks on the maps of a V2 backbone."""

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.channels = backbone.channels
        self.norms = torch.nn.ModuleList(torch.nn.LayerNorm(width) for width in backbone.channels)

    def forward_with_filtered_kwargs(self, images, **_):
        outputs = self.backbone(images)
        outputs.feature_maps = [
            norm(maps.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
            for norm, maps in zip(self.norms, outputs.feature_maps)
        ]
        return outputs


def _model(config):
    stages = len(config["depths"])
    arguments = {
        "image_size": (config["imageHeight"], config["imageWidth"]),
        "embed_dim": config["embedDim"],
        "depths": config["depths"],
        "num_heads": config["heads"],
        "window_size": config["window"],
        "mlp_ratio": config["mlpRatio"],
        "drop_path_rate": 0.0,
        "out_features": [f"stage{stage + 1}" for stage in range(stages)],
    }
    second = config.get("version", 1) == 2
    backbone = Swinv2Config(**arguments) if second else SwinConfig(**arguments)
    model = UperNetForSemanticSegmentation(
        UperNetConfig(
            backbone_config=backbone,
            num_labels=config.get("numClasses", 150),
            hidden_size=config.get("channels", 512),
            auxiliary_channels=config.get("auxiliaryChannels", 256),
            auxiliary_in_channels=config["embedDim"] << (stages - 2),
        )
    )
    model.auxiliary_head.in_index = stages - 2
    if second:
        model.backbone = _NormedMaps(model.backbone)
    return model


def _heads(model, images):
    """Logits of both heads at their own size, and of the first at the picture's."""
    found = {}
    hooks = [
        getattr(model, name).register_forward_hook(
            lambda module, inputs, output, name=name: found.__setitem__(name, output)
        )
        for name in ("decode_head", "auxiliary_head")
    ]
    resized = model(images).logits
    for hook in hooks:
        hook.remove()
    return found["decode_head"], found["auxiliary_head"], resized


def _images(config):
    return torch.from_numpy(
        formula.images("input", (config["batch"], 3, config["imageHeight"], config["imageWidth"]))
    )


def _reference():
    return {
        "project": "https://github.com/huggingface/transformers",
        "version": transformers.__version__,
        "class": "UperNetForSemanticSegmentation",
    }


def _document(case, config):
    return {
        "case": case,
        "reference": _reference(),
        "versions": references.versions(),
        "script": "scripts/make_segmentation_goldens.py",
        "config": config,
    }


def _train(model, images):
    """Logits of both heads, gradients of sum(logits * cotangent) of both, statistics."""
    model.train()
    logits, auxiliary, _ = _heads(model, images.requires_grad_(True))
    loss = 0
    for output in (logits, auxiliary):
        factors = torch.from_numpy(formula.cotangent(output.shape)).to(output.dtype)
        loss = loss + (output * factors).sum()
    loss.backward()
    result = {"train.logits": logits.detach().numpy(), "train.auxiliary": auxiliary.detach().numpy()}
    result["grad.input"] = images.grad.numpy().copy()
    result |= {"grad." + name: gradient for name, gradient in _gradients(model).items()}
    for name, _, tensor in _parts(model):
        if not tensor.requires_grad:
            result["after." + name] = tensor.numpy().copy()
    return result


def _make_small(case, config):
    model = _model(config)
    _fill(model)
    names = {name for name, _, _ in _parts(model)}
    images = _images(config)
    model.eval()
    with torch.inference_mode():
        logits, auxiliary, resized = _heads(model, images)
    single = _train(model, images.clone())
    _fill(model)
    model.zero_grad()
    double = _train(model.double(), images.double())
    document = _document(case, config) | {
        "parameters": len(names),
        "float32_vs_float64": {
            kind: max(
                float(np.abs(single[name] - double[name]).max())
                for name in single
                if name.startswith(kind)
            )
            for kind in ("train.", "grad.", "after.")
        },
        "logitsStandardDeviation": float(logits.std()),
        "largestGradient": max(
            float(np.abs(double[name]).max()) for name in double if name.startswith("grad.")
        ),
    }
    tensors = {"logits": logits.numpy(), "resized": resized.numpy()[:, :2]}
    tensors |= {name: array.astype(np.float32) for name, array in double.items()}
    file = _FOLDER / f"{case}.safetensors"
    references.write_tensors(file, tensors)
    references.write_json(_FOLDER / f"{case}.json", document)
    print(case, json.dumps(document["float32_vs_float64"]), document["logitsStandardDeviation"],
          document["largestGradient"], file.stat().st_size // 1024, "KiB", flush=True)


def _make_published(case, config):
    model = _model(config).eval()
    _fill(model)
    with torch.inference_mode():
        logits, _, _ = _heads(model, _images(config))
    document = _document(case, config) | {
        "parametersOf": {
            name: sum(parameter.numel() for parameter in getattr(model, name).parameters())
            for name in ("backbone", "decode_head", "auxiliary_head")
        },
        "stride": _STRIDE,
        "logitsShape": list(logits.shape),
        "logitsStandardDeviation": float(logits.std()),
    }
    sample = logits[:, :, _STRIDE // 2 :: _STRIDE, _STRIDE // 2 :: _STRIDE].numpy()
    means = logits.double().mean((2, 3)).float().numpy()
    references.write_tensors(_FOLDER / f"{case}.safetensors", {"sample": sample, "means": means})
    references.write_json(_FOLDER / f"{case}.json", document)
    print(case, json.dumps(document["parametersOf"]), document["logitsStandardDeviation"], flush=True)


def _make_checkpoint(case, config):
    """A state dictionary with random weights, as Transformers writes it, and its logits."""
    torch.manual_seed(_SEED)
    model = _model(config)
    with torch.no_grad():
        for name, tensor in model.state_dict().items():
            if tensor.is_floating_point():
                tensor.normal_(0, 0.2)
            if name.endswith("running_var"):
                tensor.abs_().add_(0.5)
    model.eval()
    with torch.inference_mode():
        logits, _, _ = _heads(model, _images(config))
    state = model.state_dict()
    save_file(state, _FOLDER / f"{case}.checkpoint.safetensors")
    references.write_tensors(_FOLDER / f"{case}.safetensors", {"logits": logits.numpy()})
    references.write_json(_FOLDER / f"{case}.json", _document(case, config) | {"seed": _SEED})
    print(case, len(state), "tensors, logits", float(logits.std()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("cases", nargs="*", metavar="CASE", help="default: all")
    arguments = parser.parse_args()
    known = {**_CASES, **_CHECKPOINTS, **_PUBLISHED}
    if unknown := set(arguments.cases) - set(known):
        parser.error(f"unknown cases {sorted(unknown)}; known: {list(known)}")
    torch.manual_seed(0)  # what is drawn is overwritten
    for case in arguments.cases or known:
        if case in _CASES:
            _make_small(case, _SMALL | _CASES[case])
        elif case in _CHECKPOINTS:
            _make_checkpoint(case, _SMALL | _CHECKPOINTS[case])
        else:
            _make_published(case, _PUBLISHED[case])


if __name__ == "__main__":
    main()
