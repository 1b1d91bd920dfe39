#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Masks, guessed pictures, losses and gradients of SimMIM, by the official code.

Usage: make_simmim_goldens.py --swin-transformer CHECKOUT

Gradients are those of the loss, computed in float64, as in make_block_goldens.py. The bytes of the
masks depend on numpy's random numbers; what a test can compare is how many cells are hidden and how
often each, and each pair of neighbours.
"""

import argparse
import copy
import types

import numpy as np
import torch

import formula
import references

_FOLDER = references.GOLDENS / "simmim"
_SEED = 7
_DRAWS = 4000
# Side of the picture, of a cell, of a patch, and the share to hide.
_MASKS = [(192, 32, 4, 0.6), (64, 16, 4, 0.6), (64, 8, 4, 0.5), (48, 16, 8, 0.75), (96, 8, 4, 0.1)]
_SMALL = {
    "version": 1,
    "batch": 2,
    "image": 64,
    "maskPatch": 16,
    "maskRatio": 0.6,
    "patch": 4,
    "embedDim": 8,
    "depths": [2, 1],
    "heads": [2, 4],
    "window": 4,
    "mlpRatio": 2.0,
    "absolutePosition": False,
    "targetSide": 0,
}
_V2 = {"version": 2, "embedDim": 16}
# Grids of 16 and 8; the local normalisation of the published V2 models has a side of 47.
_CASES = {
    "v1": {},
    "v1_normalized": {"targetSide": 9},
    "v1_absolute_position": {"absolutePosition": True},
    "v2": _V2,
    "v2_normalized": _V2 | {"targetSide": 47},
}


def _generator(official, image, cell, patch, ratio):
    return official.module("data/data_simmim_pt.py").MaskGenerator(image, cell, patch, ratio)


def _masks(official):
    entries = []
    for image, cell, patch, ratio in _MASKS:
        np.random.seed(_SEED)
        generator = _generator(official, image, cell, patch, ratio)
        scale = cell // patch
        masks = np.stack([generator() for _ in range(_DRAWS)])
        cells = masks[:, ::scale, ::scale]
        assert (masks == cells.repeat(scale, 1).repeat(scale, 2)).all()
        counts = masks.sum((1, 2))
        assert (counts == counts[0]).all()
        pairs = (cells[:, :, 1:] * cells[:, :, :-1]).mean()
        entries.append(
            {
                "image": image,
                "cell": cell,
                "patch": patch,
                "ratio": ratio,
                "patches": int(masks.shape[1]),
                "hiddenPatches": int(counts[0]),
                "leastOftenHidden": float(cells.mean(0).min()),
                "mostOftenHidden": float(cells.mean(0).max()),
                "neighboursHidden": float(pairs),
            }
        )
    return entries


def _model(official, config):
    module = official.package_module("models/simmim.py")
    kind = getattr(module, f"SwinTransformer{'' if config['version'] == 1 else 'V2'}ForSimMIM")
    encoder = kind(
        img_size=config["image"],
        patch_size=config["patch"],
        num_classes=0,
        embed_dim=config["embedDim"],
        depths=config["depths"],
        num_heads=config["heads"],
        window_size=config["window"],
        mlp_ratio=config["mlpRatio"],
        ape=config["absolutePosition"],
        drop_path_rate=0.0,
    )
    side = config["targetSide"]
    targets = types.SimpleNamespace(ENABLE=side > 0, PATCH_SIZE=side)
    stride = config["patch"] * 2 ** (len(config["depths"]) - 1)
    settings = types.SimpleNamespace(NORM_TARGET=targets)
    model = module.SimMIM(settings, encoder, stride, 3, config["patch"])
    references.fill(model, references.MICROSOFT)
    return module, model.eval()


def _without_decay(official, model):
    """Names of what the official pre-training does not decay."""
    groups = official.module("optimizer.py").get_pretrain_param_groups(
        model, model.no_weight_decay(), model.no_weight_decay_keywords()
    )
    undecayed = {id(p) for g in groups if g.get("weight_decay") == 0.0 for p in g["params"]}
    return [name for name, parameter in model.named_parameters() if id(parameter) in undecayed]


def _run(model, module, dtype, images, mask, side):
    model = copy.deepcopy(model).to(dtype)
    images, mask = images.to(dtype), mask.to(dtype)
    loss = model(images, mask)
    loss.backward()
    guessed = model.decoder(model.encoder(images, mask)).detach()
    target = module.norm_targets(images, side) if side else images
    result = {"loss": loss.detach(), "guessed": guessed, "target": target}
    result = {name: tensor.numpy() for name, tensor in result.items()}
    for name, gradient in references.gradients(model, references.MICROSOFT).items():
        result["grad." + name] = gradient
    return result


def _make(name, official):
    config = _SMALL | _CASES[name]
    module, model = _model(official, config)
    shape = (config["batch"], 3, config["image"], config["image"])
    images = torch.from_numpy(formula.images("input", shape))
    np.random.seed(_SEED)
    generator = _generator(
        official, config["image"], config["maskPatch"], config["patch"], config["maskRatio"]
    )
    mask = torch.from_numpy(np.stack([generator() for _ in range(config["batch"])]))
    side = config["targetSide"]
    single = _run(model, module, torch.float32, images, mask, side)
    double = _run(model, module, torch.float64, images, mask, side)

    def difference(key):
        return float(np.abs(single[key] - double[key]).max())

    grads = [key for key in single if key.startswith("grad.")]
    document = {
        "case": name,
        "reference": {
            "project": references.OFFICIAL_PROJECT,
            "version": references.OFFICIAL_COMMIT,
            "class": "models/simmim.py:SimMIM",
        },
        "versions": references.versions(),
        "script": "scripts/make_simmim_goldens.py",
        "seed": _SEED,
        "config": config,
        "withoutDecay": _without_decay(official, model),
        "loss": float(double["loss"]),
        # A gradient of the loss jumps where a pixel is guessed exactly.
        "smallestDifference": float(
            np.abs(double["target"] - double["guessed"]).min(),
        ),
        "float32_vs_float64": {
            "loss": difference("loss"),
            "guessed": difference("guessed"),
            "target": difference("target"),
            "gradients": max(map(difference, grads)),
        },
    }
    # What is guessed does not depend on the target.
    shown = "target" if side else "guessed"
    tensors = {"mask": mask.numpy().astype(np.float32), shown: single[shown]}
    tensors |= {key: double[key].astype(np.float32) for key in grads}
    references.write_tensors(_FOLDER / f"{name}.safetensors", tensors)
    references.write_json(_FOLDER / f"{name}.json", document)
    print(name, document["loss"], document["smallestDifference"], document["float32_vs_float64"])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    official = references.Official(arguments.swin_transformer)
    for name in _CASES:
        _make(name, official)
    document = {
        "reference": {
            "project": references.OFFICIAL_PROJECT,
            "version": references.OFFICIAL_COMMIT,
            "class": "data/data_simmim_pt.py:MaskGenerator",
        },
        "versions": references.versions() | {"numpy": np.__version__},
        "script": "scripts/make_simmim_goldens.py",
        "seed": _SEED,
        "draws": _DRAWS,
        "masks": _masks(official),
    }
    references.write_json(_FOLDER / "masks.json", document)


if __name__ == "__main__":
    main()
