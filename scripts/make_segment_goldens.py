# SPDX-License-Identifier: Apache-2.0
"""Makes what OpenCV makes of pictures and masks, and what mmsegmentation's formulas make of labels.

Usage: python scripts/make_segment_goldens.py

Needs numpy below 2 and opencv-python-headless; their versions are noted in the results. Pictures are
drawn by the formulas of make_augment_goldens.py. Everything random comes from a fixed seed, so a
second run with the same versions changes nothing. Writes src-test-data/goldens/segment.
"""

import json
import zlib
from pathlib import Path

import cv2
import numpy as np

GOLDENS = Path(__file__).resolve().parent.parent / "src-test-data" / "goldens" / "segment"
SEED = 0
SIZES = [(1, 1), (1, 7), (9, 1), (2, 2), (3, 3), (13, 8), (37, 29), (64, 48), (128, 128)]
TARGETS = [(1, 1), (2, 3), (7, 5), (16, 16), (32, 24), (61, 97), (128, 96), (200, 150)]


def noise(width, height):
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return (((x * 7919 + y * 104729 + c * 1299709 + 12345) * 2654435761 % 2**32) >> 24).astype(np.uint8)


def crc(array):
    return zlib.crc32(np.ascontiguousarray(array).tobytes())


def resizes():
    cases = []
    for width, height in SIZES:
        rgb = noise(width, height)
        for target in TARGETS:
            cases.append(
                {
                    "from": [width, height],
                    "to": list(target),
                    "bilinear": crc(cv2.resize(rgb, target, interpolation=cv2.INTER_LINEAR)),
                    "nearest": crc(
                        cv2.resize(
                            np.ascontiguousarray(rgb[:, :, 0]), target, interpolation=cv2.INTER_NEAREST
                        )
                    ),
                }
            )
    return cases


def hsv_crc():
    r, g, b = np.meshgrid(np.arange(256), np.arange(256), np.arange(256), indexing="ij")
    image = np.stack([b, g, r], -1).astype(np.uint8).reshape(4096, 4096, 3)
    return crc(cv2.cvtColor(image, cv2.COLOR_BGR2HSV))


def convert(image, alpha=1, beta=0):
    return np.clip(image.astype(np.float32) * alpha + beta, 0, 255).astype(np.uint8)


def distort(image, brightness, contrast_first, contrast, saturation, hue):
    """The formulas of mmsegmentation's distortion, with what it draws given."""
    image = convert(image, beta=brightness)
    if contrast_first:
        image = convert(image, alpha=contrast)
    if saturation is not None:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        image[:, :, 1] = convert(image[:, :, 1], alpha=saturation)
        image = cv2.cvtColor(image, cv2.COLOR_HSV2BGR)
    if hue is not None:
        image = cv2.cvtColor(image, cv2.COLOR_BGR2HSV)
        image[:, :, 0] = (image[:, :, 0].astype(int) + hue) % 180
        image = cv2.cvtColor(image, cv2.COLOR_HSV2BGR)
    if not contrast_first:
        image = convert(image, alpha=contrast)
    return image


def distortions():
    random = np.random.RandomState(SEED)
    cases = []
    # A multiple of 32 columns: in the last pixels of other rows OpenCV rounds where it truncates.
    bgr = np.ascontiguousarray(noise(32, 12)[:, :, ::-1])
    for i in range(24):
        drawn = {
            "brightness": float(np.float32(random.uniform(-32, 32))) if i % 2 else 0.0,
            "contrast_first": bool(i & 4),
            "contrast": float(np.float32(random.uniform(0.5, 1.5))) if i % 3 else 1.0,
            "saturation": float(np.float32(random.uniform(0.5, 1.5))) if i % 4 > 1 else None,
            "hue": int(random.randint(-18, 18)) if i % 5 > 1 else None,
        }
        out = distort(bgr, **drawn)[:, :, ::-1]
        cases.append({**drawn, "rgb": np.ascontiguousarray(out).tobytes().hex()})
    return cases


def metrics():
    """mmsegmentation's areas and ratios, with ignored labels, absent classes and label 0 reduced."""
    random = np.random.RandomState(SEED)
    cases = []
    for classes, reduce_zero, absent in [(5, False, []), (5, True, [2]), (4, True, [0, 3]), (3, False, [1])]:
        stored = random.randint(0, classes + (1 if reduce_zero else 0), (3, 11, 7))
        stored[random.rand(*stored.shape) < 0.1] = 255
        for gone in absent:
            stored[stored == gone + (1 if reduce_zero else 0)] = 255
        prediction = random.randint(0, classes, stored.shape)
        for gone in absent[:1]:
            prediction[prediction == gone] = (gone + 1) % classes
        label = stored.astype(np.uint8)
        if reduce_zero:
            label[label == 0] = 255
            label = label - 1
            label[label == 254] = 255
        kept = label != 255
        p, t = prediction[kept], label[kept]
        intersect = np.histogram(p[p == t], bins=np.arange(classes + 1))[0]
        predicted = np.histogram(p, bins=np.arange(classes + 1))[0]
        labelled = np.histogram(t, bins=np.arange(classes + 1))[0]
        with np.errstate(invalid="ignore"):
            iou = intersect / (predicted + labelled - intersect)
            acc = intersect / labelled
        cases.append(
            {
                "classes": classes,
                "reduce_zero_label": reduce_zero,
                "stored": stored.reshape(-1).tolist(),
                "prediction": prediction.reshape(-1).tolist(),
                "iou": [None if np.isnan(v) else v for v in iou.tolist()],
                "acc": [None if np.isnan(v) else v for v in acc.tolist()],
                "miou": float(np.nanmean(iou)),
                "macc": float(np.nanmean(acc)),
                "aacc": float(intersect.sum() / labelled.sum()),
            }
        )
    return cases


def main():
    GOLDENS.mkdir(parents=True, exist_ok=True)
    versions = {"opencv": cv2.__version__, "numpy": np.__version__, "seed": SEED}
    files = {
        "changes.json": {"resizes": resizes(), "hsv": hsv_crc(), "distortions": distortions()},
        "metrics.json": {"cases": metrics()},
    }
    for name, content in files.items():
        text = json.dumps({"versions": versions, **content}, separators=(",", ":"))
        (GOLDENS / name).write_text(text + "\n")


main()
