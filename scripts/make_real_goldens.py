#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What timm counts by reassessed labels (ReaL), for logits that a formula gives."""

import json
import random
import tempfile

import torch
from timm.data.real_labels import RealLabelsImagenet

import references

_PICTURES = 60
_OFFICIAL = 50_000
_CLASSES = 1000
_SEED = 6


def _logits(picture):
    """Whole numbers below 2**24, each once, as they are in float32."""
    return [(picture + 1) * 7919 * (c + 1) * 104729 % 1000003 for c in range(_CLASSES)]


def _labels(source, logits):
    """No class, right ones, ones among the first five, wrong ones, in turns of chance."""
    ranked = sorted(range(_CLASSES), key=lambda c: -logits[c])
    chosen = source.sample(ranked[5:], source.randrange(4))
    kind = source.randrange(4)
    if kind == 0:
        return []
    if kind == 1:
        chosen.append(ranked[0])
    if kind == 2:
        chosen.extend(source.sample(ranked[1:5], 2))
    source.shuffle(chosen)
    return chosen


def main():
    source = random.Random(_SEED)
    logits = [_logits(picture) for picture in range(_PICTURES)]
    labels = [_labels(source, row) for row in logits]
    names = [f"ILSVRC2012_val_{number:08d}.JPEG" for number in range(1, _OFFICIAL + 1)]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(labels + [[]] * (_OFFICIAL - _PICTURES), file)
        file.flush()
        judge = RealLabelsImagenet(names, real_json=file.name)
    judge.add_result(torch.tensor(logits, dtype=torch.float32))
    accuracy = judge.get_accuracy()
    document = {
        "reference": "timm.data.real_labels.RealLabelsImagenet",
        "versions": references.versions(),
        "script": "scripts/make_real_goldens.py",
        "seed": _SEED,
        "logits": "((picture + 1) * 7919 * (class + 1) * 104729) mod 1000003",
        "judged": len(judge.is_correct[1]),
        "top1": accuracy[1],
        "top5": accuracy[5],
        "labels": labels,
    }
    file = references.GOLDENS / "real" / "labels.json"
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
