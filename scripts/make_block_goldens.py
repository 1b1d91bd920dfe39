#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logits and all gradients of small networks, by the official code and by torchvision.

Usage: make_block_goldens.py --swin-transformer CHECKOUT [CASE...]

The official code covers everything that needs no padding; torchvision covers the rest: windows that
do not divide the grid, odd grids before a merging, images that the patch does not divide. The two
differ on purpose in when they shrink windows and cancel shifts, which the configuration states.
"""

import argparse
import copy

import numpy as np
import torch
from torchvision.models import swin_transformer as torchvision_swin

import formula
import references

_DEFAULTS = {
    "version": 1,
    "imageHeight": 32,
    "imageWidth": 32,
    "patchSize": 4,
    "inChannels": 3,
    "embedDim": 8,
    "depths": [2, 2],
    "heads": [2, 4],
    "window": 4,
    "pretrainedWindows": [0, 0],
    "mlpRatio": 4.0,
    "numClasses": 5,
    "absolutePosition": False,
    "patchNorm": True,
    "qkvBias": True,
}
_OFFICIAL = {"shrink": "MIN_BOTH_AXES", "cancelShift": "AT_CONSTRUCTION", "edges": "STRICT"}
_TORCHVISION = {"shrink": "NEVER", "cancelShift": "WHEN_COVERED", "edges": "DROP_STEM_REMAINDER"}
# Wider heads than V1's: the cosine of very short vectors amplifies rounding.
_V2 = {"version": 2, "embedDim": 16}
_THREE_STAGES = {
    "imageHeight": 32,
    "imageWidth": 32,
    "patchSize": 2,
    "depths": [2, 1, 2],
    "heads": [1, 2, 4],
    "pretrainedWindows": [0, 0, 0],
}


def _image(height, width=None):
    return {"imageHeight": height, "imageWidth": width or height}


# Name: (batch, what differs from the defaults). Grids are those of the first and second stage.
_CASES = {
    # 14 and 7: shift and mask in the first stage, shift cancelled in the second.
    "v1_window7": (2, _image(56) | {"window": 7, "embedDim": 16}),
    # 16 and 8: several windows, shifted, in both stages.
    "v1_window4": (2, _image(64)),
    # 6 and 3: smaller than the window in both stages.
    "v1_shrunk": (2, _image(24) | {"window": 7}),
    # 8x16 and 4x8: the smaller axis cancels the shift on both.
    "v1_non_square": (2, _image(32, 64)),
    # 6x12 and 3x6: the smaller axis shrinks the window on both.
    "v1_non_square_shrunk": (2, _image(24, 48) | {"window": 7}),
    # 16x8: rows and columns of the position table cannot be confused.
    "v1_absolute_position": (2, _image(64, 32) | {"absolutePosition": True}),
    "v1_no_patch_norm": (2, {"patchNorm": False}),
    "v1_no_qkv_bias": (2, {"qkvBias": False}),
    # One block per stage: nothing is shifted.
    "v1_unshifted": (2, {"depths": [1, 1]}),
    # Odd window, one channel, three images, everything else unusual too.
    "v1_other_sizes": (
        3,
        _image(20)
        | {
            "patchSize": 2,
            "inChannels": 1,
            "embedDim": 12,
            "depths": [3, 1],
            "heads": [3, 2],
            "window": 5,
            "mlpRatio": 2.0,
            "numClasses": 3,
        },
    ),
    "v1_three_stages": (2, _THREE_STAGES),
    # 16 and 8: shift and mask in the first stage, shift cancelled in the second.
    "v2_window8": (2, _V2 | _image(64) | {"window": 8}),
    "v2_window4": (2, _V2 | _image(64)),
    # Reference windows smaller and larger than the window itself.
    "v2_pretrained_windows": (
        2,
        _V2 | _image(64) | {"window": 8, "pretrainedWindows": [4, 12]},
    ),
    # 6 and 3: the coordinates follow the shrunk window where no reference window is given.
    "v2_shrunk": (2, _V2 | _image(24) | {"window": 8}),
    "v2_shrunk_pretrained_windows": (
        2,
        _V2 | _image(24) | {"window": 8, "pretrainedWindows": [8, 6]},
    ),
    # One stage of 8, see _LOGIT_SCALE_OFFSETS; more would amplify rounding too much.
    "v2_logit_scale_cap": (2, _V2 | {"depths": [2], "heads": [4], "pretrainedWindows": [0]}),
    "v2_non_square": (2, _V2 | _image(64, 32)),
    "v2_absolute_position": (2, _V2 | {"absolutePosition": True} | _image(32, 64)),
    "v2_no_patch_norm_no_qkv_bias": (2, _V2 | {"patchNorm": False, "qkvBias": False}),
    "v2_three_stages": (2, _V2 | _THREE_STAGES | {"embedDim": 8}),
}
# Added to logit_scale, so that some heads exceed the cap of ln 100, have no gradient there, and a
# mask of -100 no longer hides everything.
_LOGIT_SCALE_OFFSETS = {"v2_logit_scale_cap": 2.25}
_PADDED = {
    # 8 and 4: nothing to pad; shift cancelled where one window covers the grid.
    "divisible": (3, {}),
    # 11x13 and 6x7, after one and one more pixel of the image were dropped: every edge is padded.
    "odd": (2, _image(45, 53)),
    # 6 and 3: one window, larger than the grid.
    "window_larger_than_grid": (2, _image(24) | {"window": 7}),
    # 6x16 and 3x8: one window covers the rows, the columns are shifted.
    "rows_covered": (2, _image(24, 64) | {"window": 7}),
    # 16x6 and 8x3: the other way round.
    "columns_covered": (2, _image(64, 24) | {"window": 7}),
}


def _official_model(official, config):
    arguments = {
        "img_size": (config["imageHeight"], config["imageWidth"]),
        "patch_size": config["patchSize"],
        "in_chans": config["inChannels"],
        "num_classes": config["numClasses"],
        "embed_dim": config["embedDim"],
        "depths": config["depths"],
        "num_heads": config["heads"],
        "window_size": config["window"],
        "mlp_ratio": config["mlpRatio"],
        "qkv_bias": config["qkvBias"],
        "drop_path_rate": 0.0,
        "ape": config["absolutePosition"],
        "patch_norm": config["patchNorm"],
    }
    if config["version"] == 2:
        arguments["pretrained_window_sizes"] = config["pretrainedWindows"]
    return official.model(config["version"], **arguments)


def _torchvision_model(config):
    kinds = {
        1: (torchvision_swin.SwinTransformerBlock, torchvision_swin.PatchMerging),
        2: (torchvision_swin.SwinTransformerBlockV2, torchvision_swin.PatchMergingV2),
    }
    block, merging = kinds[config["version"]]
    return torchvision_swin.SwinTransformer(
        patch_size=[config["patchSize"]] * 2,
        embed_dim=config["embedDim"],
        depths=config["depths"],
        num_heads=config["heads"],
        window_size=[config["window"]] * 2,
        mlp_ratio=config["mlpRatio"],
        stochastic_depth_prob=0.0,
        num_classes=config["numClasses"],
        block=block,
        downsample_layer=merging,
    )


def _run(model, dialect, dtype, shape):
    """Logits and gradients of sum(logits * cotangent)."""
    model = copy.deepcopy(model).to(dtype).eval()
    images = torch.from_numpy(formula.images("input", shape)).to(dtype).requires_grad_(True)
    logits = model(images)
    factors = torch.from_numpy(formula.cotangent(logits.shape)).to(dtype)
    (logits * factors).sum().backward()
    result = {"logits": logits.detach().numpy(), "grad.input": images.grad.numpy()}
    for name, gradient in references.gradients(model, dialect).items():
        result["grad." + name] = gradient
    return result


def _make(case, batch, config, model, dialect, reference):
    references.fill(model, dialect)
    offset = _LOGIT_SCALE_OFFSETS.get(case, 0.0)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if name.endswith("logit_scale"):
                parameter += offset
    shape = (batch, config["inChannels"], config["imageHeight"], config["imageWidth"])
    single = _run(model, dialect, torch.float32, shape)
    double = _run(model, dialect, torch.float64, shape)

    def difference(name):
        return float(np.abs(single[name] - double[name]).max())

    def largest(name):
        return float(np.abs(double[name]).max())

    grads = [name for name in single if name != "logits"]
    document = {
        "case": case,
        "reference": reference,
        "versions": references.versions(),
        "script": "scripts/make_block_goldens.py",
        "batch": batch,
        "config": config,
        "logitScaleOffset": offset,
        "float32_vs_float64": {
            "logits": difference("logits"),
            "gradients": max(map(difference, grads)),
            "gradientsRelativeToLargestOfTensor": max(
                difference(name) / largest(name) for name in grads
            ),
        },
        "sizes": {
            "logitsStandardDeviation": float(double["logits"].std()),
            "largestLogit": largest("logits"),
            "largestGradient": max(map(largest, grads)),
            "smallestOfTensorsLargestGradients": min(map(largest, grads)),
        },
    }
    # Gradients near a norm of zero or the cap of the scale lose digits in float32: keep the exact ones.
    exact = {name: double[name].astype(np.float32) for name in grads}
    references.write_tensors(_file(case, ".safetensors"), {"logits": single["logits"]} | exact)
    references.write_json(_file(case, ".json"), document)
    error, size = document["float32_vs_float64"], document["sizes"]
    print(
        f"{case:38} logits std {size['logitsStandardDeviation']:.3f} error {error['logits']:.1e}"
        f"  gradients max {size['largestGradient']:8.3g}"
        f" min {size['smallestOfTensorsLargestGradients']:.1e} error {error['gradients']:.1e}"
        f" relative {error['gradientsRelativeToLargestOfTensor']:.1e}"
        f"  {_file(case, '.safetensors').stat().st_size // 1024} KiB"
    )


def _file(case, suffix):
    return references.GOLDENS / "blocks" / (case + suffix)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="default: all")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    official = references.Official(arguments.swin_transformer)
    known = set(_CASES) | {f"torchvision_v{version}_{name}" for version in (1, 2) for name in _PADDED}
    if unknown := set(arguments.cases) - known:
        parser.error(f"unknown cases {sorted(unknown)}; known: {sorted(known)}")
    wanted = set(arguments.cases) or known

    for case, (batch, changes) in _CASES.items():
        if case in wanted:
            config = _DEFAULTS | changes | _OFFICIAL
            model = _official_model(official, config)
            reference = references.official_reference(config["version"])
            _make(case, batch, config, model, references.MICROSOFT, reference)
    for version in (1, 2):
        for name, (batch, changes) in _PADDED.items():
            case = f"torchvision_v{version}_{name}"
            if case in wanted:
                config = _DEFAULTS | (_V2 if version == 2 else {}) | changes | _TORCHVISION
                model = _torchvision_model(config)
                reference = references.torchvision_reference()
                _make(case, batch, config, model, references.TORCHVISION[version], reference)


if __name__ == "__main__":
    main()
