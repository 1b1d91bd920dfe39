#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Labels: what timm counts by reassessed ones (ReaL), and a small meta.mat as ILSVRC's kit has it."""

import json
import random
import tempfile

import numpy as np
import scipy.io
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


def _real(folder):
    """Counts for logits that a formula gives."""
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
        "script": "scripts/make_label_goldens.py",
        "seed": _SEED,
        "logits": "((picture + 1) * 7919 * (class + 1) * 104729) mod 1000003",
        "judged": len(judge.is_correct[1]),
        "top1": accuracy[1],
        "top5": accuracy[5],
        "labels": labels,
    }
    (folder / "real.json").write_text(json.dumps(document) + "\n")


def _meta(file):
    """Seven synsets with the fields of ILSVRC's, numbers as whole ones and as floating ones."""
    numbers = [1.0, 2.0, 3.0, np.int32(4), np.uint16(700), np.uint8(200), np.uint16(1001)]
    names = ["n00000050", "n00000040", "n00000030", "n00000020", "n00000010", "n00000060", "n9"]
    fields = ["ILSVRC2012_ID", "WNID", "words", "gloss", "num_children", "children",
              "wordnet_height", "num_train_images"]
    synsets = np.zeros((len(names), 1), dtype=[(field, "O") for field in fields])
    for row, number, name in zip(synsets, numbers, names):
        row[0] = (number, name, "words", "gloss", 0.0, np.zeros((0, 0)), 0.0, 1300.0)
    scipy.io.savemat(file, {"other": 1.0, "synsets": synsets}, do_compression=True)


def main():
    folder = references.GOLDENS / "labels"
    folder.mkdir(exist_ok=True)
    _real(folder)
    _meta(folder / "meta.mat")


if __name__ == "__main__":
    main()
