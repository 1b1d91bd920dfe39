# SPDX-License-Identifier: Apache-2.0
"""Makes what Pillow, timm and torchvision make of pictures by random operations.

Usage: python scripts/make_augment_goldens.py

Needs numpy, pillow, torch, torchvision and timm; their versions are noted in the results. Pictures
are drawn by the same formulas as in the tests. Everything random comes from fixed seeds, so a second
run with the same versions changes nothing. Writes src-test-data/goldens/augment.
"""

import json
import random
import zlib
from pathlib import Path
from unittest import mock

import numpy as np
import PIL
import timm
import torch
import torchvision
from PIL import Image
from timm.data import auto_augment, mixup, random_erasing, transforms
from torchvision.transforms import InterpolationMode, autoaugment
from torchvision.transforms import functional as F

GOLDENS = Path(__file__).resolve().parent.parent / "src-test-data" / "goldens" / "augment"
SEED = 0
FILL = (124, 116, 104)
SIZES = [(1, 1), (1, 7), (9, 1), (2, 2), (2, 5), (3, 3), (4, 3), (13, 8), (37, 29), (64, 48), (31, 90)]
FILTERS = {"BILINEAR": Image.Resampling.BILINEAR, "BICUBIC": Image.Resampling.BICUBIC}
VERSIONS = {
    "pillow": PIL.__version__,
    "timm": timm.__version__,
    "torchvision": torchvision.__version__,
    "torch": torch.__version__.split("+")[0],
    "numpy": np.__version__,
    "seed": SEED,
}


def pixels(kind, width, height):
    """Pictures that a test can draw without floating point; see AugmentPictures in the tests."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    noise = ((x * 7919 + y * 104729 + c * 1299709 + 12345) * 2654435761 % 2**32) >> 24
    if kind == "noise":
        value = noise
    elif kind == "grey":
        value = (100 + (3 * x + 2 * y) % 60) + 0 * c
    elif kind == "greyish":
        value = 90 + (x + y) % 40 + (noise % 4)
    elif kind == "smooth":
        value = (255 * x // max(1, width - 1) * (c + 1) + 255 * y // max(1, height - 1)) // (c + 2)
    elif kind == "flat":
        value = 200 - 40 * c + 0 * x
    elif kind == "black":
        value = 0 * x
    elif kind == "two":
        value = np.where((x // 3 + y // 2) % 2 == 0, 30 + c, 220 - c)
    return Image.fromarray(value.astype(np.uint8).reshape(height, width, 3))


KINDS = ["noise", "grey", "greyish", "smooth", "flat", "black", "two"]
PICTURES = [(kind, size) for size in SIZES for kind in (KINDS if size in [(13, 8), (37, 29)] else ["noise"])]


def crc(image):
    return zlib.crc32(np.asarray(image).tobytes())


def over_pictures(operation):
    return [crc(operation(pixels(kind, *size))) for kind, size in PICTURES]


def rand_arguments():
    """Arguments of timm's operations for magnitudes, both signs; the sign is mocked."""
    magnitudes = [0, 0.3, 1, 2.5, 3.7, 5, 6.66, 7.5, 8.1, 9, 9.4321, 10, 12.5, 17]
    table = {}
    for increasing, names in [(False, auto_augment._RAND_TRANSFORMS), (True, auto_augment._RAND_INCREASING_TRANSFORMS)]:
        for name in names:
            level = auto_augment.LEVEL_TO_ARG[name]
            rows = []
            for magnitude in magnitudes:
                row = []
                for draw in [0.1, 0.9]:
                    with mock.patch.object(random, "random", lambda: draw):
                        row.append(float(level(magnitude, {})[0]) if level else 0.0)
                rows.append(row)
            short = name.replace("Increasing", "").replace("Rel", "")
            table[f"{short}{'+' if increasing else ''}"] = rows
    weights = {k.replace("Increasing", "").replace("Rel", ""): v for k, v in auto_augment._RAND_WEIGHTED_0.items()}
    return {"magnitudes": magnitudes, "arguments": table, "weights": weights}


def rand_operations():
    """Results of timm's operations; one CRC-32 of the bytes for each picture."""
    angles = [-30.0, -13.37, -0.5, 0.0, 0.001, 4.9, 27.0, 29.999, 90.0, 135.0, 180.0, 270.0, -90.0]
    shears = [-0.3, -0.123, -0.01, 0.0, 0.07, 0.27, 0.3, 0.99]
    shifts = [-0.45, -0.2, -0.013, 0.0, 0.1, 0.405, 0.45]
    factors = [-0.5, 0.0, 0.1, 0.19, 0.5, 0.9, 1.0, 1.000001, 1.1, 1.81, 1.9, 2.0, 3.5]
    arguments = {
        "AutoContrast": [0.0],
        "Equalize": [0.0],
        "Invert": [0.0],
        "Rotate": angles,
        "Posterize": [1, 2, 3, 4, 5, 6, 7, 8],
        "Solarize": [0, 1, 26, 128, 255, 256],
        "SolarizeAdd": [0, 1, 99, 110, 128],
        "Color": factors,
        "Contrast": factors,
        "Brightness": factors,
        "Sharpness": factors,
        "ShearX": shears,
        "ShearY": shears,
        "TranslateXRel": shifts,
        "TranslateYRel": shifts,
    }
    geometric = {"Rotate", "ShearX", "ShearY", "TranslateXRel", "TranslateYRel"}
    cases = []
    for name, values in arguments.items():
        operation = auto_augment.NAME_TO_OP[name]
        for filter_name in FILTERS if name in geometric else ["BICUBIC"]:
            for value in values:
                given = [] if name in {"AutoContrast", "Equalize", "Invert"} else [value]

                def apply(image):
                    return operation(image, *given, fillcolor=FILL, resample=FILTERS[filter_name])

                cases.append(
                    {
                        "operation": name.replace("Rel", ""),
                        "argument": float(value),
                        "filter": filter_name,
                        "crc": over_pictures(apply),
                    }
                )
    return cases


def trivial():
    policy = autoaugment.TrivialAugmentWide()
    space = policy._augmentation_space(policy.num_magnitude_bins)
    arguments = {name: [float(v) for v in m.reshape(-1)] for name, (m, _) in space.items()}
    cases = []
    for name, (magnitudes, signed) in space.items():
        bins = range(0, 31, 5) if magnitudes.ndim else [0]
        for bin_ in bins:
            for sign in [1, -1] if signed else [1]:
                value = float(magnitudes[bin_]) * sign if magnitudes.ndim else 0.0
                for mode in ["BILINEAR", "BICUBIC"]:

                    def apply(image):
                        return autoaugment._apply_op(image, name, value, InterpolationMode[mode], None)

                    cases.append(
                        {
                            "operation": name,
                            "argument": value,
                            "filter": mode,
                            "crc": over_pictures(apply),
                        }
                    )
    signed = [name for name, (_, s) in space.items() if s]
    return {"arguments": arguments, "signed": signed, "cases": cases}


def jitter():
    cases = []
    for factor in [0.0, 0.6, 0.77, 1.0, 1.4, 2.0]:
        for name in ["brightness", "contrast", "saturation"]:
            adjust = getattr(F, f"adjust_{name}")
            cases.append({"operation": name, "value": factor, "crc": over_pictures(lambda i: adjust(i, factor))})
    for share in [-0.5, -0.31, -0.1, -0.003, 0.0, 0.004, 0.05, 0.2, 0.4, 0.5]:
        cases.append({"operation": "hue", "value": share, "crc": over_pictures(lambda i: F.adjust_hue(i, share))})
    return cases


def all_colours():
    """Hue and saturation of every colour with eight bits, one 256x256 picture for each red."""
    results = {}
    green, blue = np.meshgrid(np.arange(256), np.arange(256), indexing="ij")
    for name, adjust in [
        ("hue 0", lambda i: F.adjust_hue(i, 0.0)),
        ("hue 0.3", lambda i: F.adjust_hue(i, 0.3)),
        ("saturation 1.37", lambda i: F.adjust_saturation(i, 1.37)),
    ]:
        value = 0
        for red in range(256):
            rgb = np.stack([np.full_like(green, red), green, blue], -1).astype(np.uint8)
            value = zlib.crc32(np.asarray(adjust(Image.fromarray(rgb))).tobytes(), value)
        results[name] = value
    return results


def mixing():
    """timm's Mixup of small batches with everything it draws noted, and its boxes."""
    torch.manual_seed(SEED)
    np.random.seed(SEED)
    cases = []
    for mode in ["batch", "pair", "elem"]:
        for mixup_alpha, cutmix_alpha, probability in [(0.8, 0.0, 1.0), (0.0, 1.0, 1.0), (0.8, 1.0, 0.7)]:
            boxes = []
            lambdas = []
            original = mixup.cutmix_bbox_and_lam
            per_batch = mixup.Mixup._params_per_batch
            per_elem = mixup.Mixup._params_per_elem

            def box_and_lam(*args, **kwargs):
                (yl, yh, xl, xh), lam = original(*args, **kwargs)
                boxes.append([int(yl), int(yh), int(xl), int(xh), float(lam)])
                return (yl, yh, xl, xh), lam

            def noted_batch(self):
                lam, cut = per_batch(self)
                lambdas.append([float(lam), bool(cut)])
                return lam, cut

            def noted_elem(self, size):
                lam, cut = per_elem(self, size)
                lambdas.extend([float(a), bool(b)] for a, b in zip(lam, cut))
                return lam, cut

            mixer = mixup.Mixup(mixup_alpha, cutmix_alpha, None, probability, 0.5, mode, True, 0.1, 5)
            x = torch.randn(6, 3, 5, 4)
            labels = torch.tensor([0, 1, 2, 3, 4, 2])
            with (
                mock.patch.object(mixup, "cutmix_bbox_and_lam", box_and_lam),
                mock.patch.object(mixup.Mixup, "_params_per_batch", noted_batch),
                mock.patch.object(mixup.Mixup, "_params_per_elem", noted_elem),
            ):
                mixed, target = mixer(x.clone(), labels)
            cases.append(
                {
                    "mode": mode,
                    "lambdas": lambdas,
                    "boxes": boxes,
                    "input": x.flatten().tolist(),
                    "labels": labels.tolist(),
                    "mixed": mixed.flatten().tolist(),
                    "target": target.flatten().tolist(),
                }
            )
    boxes = []
    for height, width in [(1, 1), (5, 4), (7, 7), (224, 224), (192, 256)]:
        for lam in [0.0, 0.1, 0.37, 0.5, 0.9, 0.999, 1.0]:
            for y, x in [(0, 0), (height // 2, width // 3), (height - 1, width - 1)]:
                with mock.patch.object(np.random, "randint", mock.Mock(side_effect=[y, x])):
                    (yl, yh, xl, xh), corrected = mixup.cutmix_bbox_and_lam((3, height, width), lam)
                boxes.append([height, width, lam, y, x, int(yl), int(yh), int(xl), int(xh), float(corrected)])
    return {"cases": cases, "boxes": boxes}


def statistics():
    """Moments and quantiles of what timm draws, for comparison with ours."""
    random.seed(SEED)
    np.random.seed(SEED)
    draws = 40000
    crops = []
    image = Image.new("RGB", (500, 375))
    for _ in range(draws):
        top, left, height, width = transforms.RandomResizedCropAndInterpolation.get_params(
            image, (0.08, 1.0), (3 / 4, 4 / 3)
        )
        crops.append([top, left, height, width])
    crops = np.array(crops, float)
    erased = []
    eraser = random_erasing.RandomErasing(0.25, mode="const", device="cpu")
    ones = torch.ones(1, 64, 64)
    for _ in range(draws):
        erased.append(float((eraser(ones.clone()) == 0).sum()))
    erased = np.array(erased)
    quantiles = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    return {
        "draws": draws,
        "quantiles": quantiles,
        "crop500x375": {
            name: np.quantile(crops[:, i], quantiles).tolist() for i, name in enumerate(["top", "left", "height", "width"])
        },
        "erasedShare": float((erased > 0).mean()),
        "erasedPixels64x64": np.quantile(erased[erased > 0], quantiles).tolist(),
    }


def write(name, content):
    text = json.dumps({"versions": VERSIONS, **content}, separators=(",", ":"))
    (GOLDENS / name).write_text(text.replace(',{"', ',\n{"') + "\n")


def main():
    GOLDENS.mkdir(parents=True, exist_ok=True)
    pictures = [[kind, width, height] for kind, (width, height) in PICTURES]
    write(
        "operations.json",
        {"pictures": pictures, "inputs": over_pictures(lambda i: i), "fill": FILL, "rand": rand_operations(),
         "trivial": trivial(), "jitter": jitter(), "colours": all_colours()},
    )
    write("arguments.json", rand_arguments())
    write("mixing.json", mixing())
    write("statistics.json", statistics())


if __name__ == "__main__":
    main()
