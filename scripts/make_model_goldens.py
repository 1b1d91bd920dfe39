#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Logits of whole published architectures with formula-filled weights, by timm.

Usage: make_model_goldens.py --swin-transformer CHECKOUT [MODEL...]

For some models the official code computes the same, and the program stops where the two differ.
Naming models updates those and leaves the others as they are.
"""

import argparse
import json
import sys

import numpy as np
import timm
import torch

import formula
import references

_CLASSES = {"swinv2_base_window12_192": 21841, "swinv2_large_window12_192": 21841}
_BATCHES = {
    "swin_tiny_patch4_window7_224": 2,
    "swinv2_tiny_window8_256": 2,
    "swinv2_tiny_window16_256": 2,
}
_MODELS = (
    [f"swin_{size}_patch4_window7_224" for size in ("tiny", "small", "base", "large")]
    + [f"swin_{size}_patch4_window12_384" for size in ("base", "large")]
    + [f"swinv2_{size}_window8_256" for size in ("tiny", "small", "base")]
    + [f"swinv2_{size}_window16_256" for size in ("tiny", "small", "base")]
    + [f"swinv2_{size}_window12_192" for size in ("base", "large")]
    + [f"swinv2_{size}_window12to16_192to256" for size in ("base", "large")]
    + [f"swinv2_{size}_window12to24_192to384" for size in ("base", "large")]
)
_T = {"embed_dim": 96, "depths": [2, 2, 6, 2], "num_heads": [3, 6, 12, 24]}
_B = {"embed_dim": 128, "depths": [2, 2, 18, 2], "num_heads": [4, 8, 16, 32]}
_TRANSFERRED = {"pretrained_window_sizes": [12, 12, 12, 6]}
# Models that the official code computes, too: version and arguments.
_OFFICIAL = {
    "swin_tiny_patch4_window7_224": (1, _T | {"img_size": 224, "window_size": 7}),
    "swin_base_patch4_window12_384": (1, _B | {"img_size": 384, "window_size": 12}),
    "swinv2_tiny_window8_256": (2, _T | {"img_size": 256, "window_size": 8}),
    "swinv2_tiny_window16_256": (2, _T | {"img_size": 256, "window_size": 16}),
    "swinv2_base_window12to16_192to256": (
        2,
        _B | _TRANSFERRED | {"img_size": 256, "window_size": 16},
    ),
}
_TOLERANCE = 1e-5
_FOLDER = references.GOLDENS / "models"


def _logits(model, images):
    with torch.inference_mode():
        return model(images).numpy()


def _make(name, official):
    classes = _CLASSES.get(name, 1000)
    model = timm.create_model(name, pretrained=False, num_classes=classes).eval()
    references.fill(model, references.TIMM)
    height, width = model.patch_embed.img_size
    shape = (_BATCHES.get(name, 1), 3, height, width)
    images = torch.from_numpy(formula.images("input", shape))
    logits = _logits(model, images)
    entry = {
        "parameters": sum(parameter.numel() for parameter in model.parameters()),
        "inputShape": list(shape),
        "classes": classes,
        "logitsStandardDeviation": float(logits.std()),
        "top1": logits.argmax(1).tolist(),
        "top1Margin": [float(x) for x in np.diff(np.sort(logits, 1)[:, -2:])[:, 0]],
    }
    if name in _OFFICIAL:
        version, arguments = _OFFICIAL[name]
        other = official.model(version, num_classes=classes, **arguments).eval()
        references.fill(other, references.MICROSOFT)
        difference = float(np.abs(_logits(other, images) - logits).max())
        if difference > _TOLERANCE:
            sys.exit(f"{name}: official logits differ by {difference:g} > {_TOLERANCE:g}")
        entry["officialCodeDifference"] = difference
        del other
    double = _logits(model.double(), images.double())
    entry["float32_vs_float64"] = float(np.abs(double - logits).max())
    references.write_tensors(_FOLDER / f"{name}.safetensors", {"logits": logits})
    print(name, json.dumps(entry), flush=True)
    return entry


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("models", nargs="*", metavar="MODEL", help="default: all")
    arguments = parser.parse_args()
    if unknown := set(arguments.models) - set(_MODELS):
        parser.error(f"unknown models {sorted(unknown)}; known: {_MODELS}")
    torch.set_num_threads(2)
    official = references.Official(arguments.swin_transformer)
    file = _FOLDER / "models.json"
    entries = json.loads(file.read_text("utf-8"))["models"] if file.exists() else {}
    for name in arguments.models or _MODELS:
        entries[name] = _make(name, official)
        document = {
            "reference": {
                "project": "https://github.com/huggingface/pytorch-image-models",
                "version": timm.__version__,
                "class": "timm.create_model",
            },
            "crossCheck": {
                "project": references.OFFICIAL_PROJECT,
                "version": references.OFFICIAL_COMMIT,
                "tolerance": _TOLERANCE,
            },
            "versions": references.versions(),
            "script": "scripts/make_model_goldens.py",
            "models": {known: entries[known] for known in _MODELS if known in entries},
        }
        references.write_json(file, document)


if __name__ == "__main__":
    main()
