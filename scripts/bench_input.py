# SPDX-License-Identifier: Apache-2.0
"""Compares the input of an evaluation with Pillow and torchvision.

Usage: python scripts/bench_input.py CLASSPATH [--rounds 3] [--seconds 5] [--pictures DIR]

The class path is that of the tests of swin-djl-cli, for the program InputSpeed. Both sides decode
500x375 JPEG files from memory, resize the short side to 256 with the bicubic filter, crop 224 from
the middle and normalise (torchvision's Resize, CenterCrop, ToTensor, Normalize); Python also without
the last two, as timm's loader hands bytes to the device. All run in turns, each on one processor.
Then our loader reads files with one and with two workers, and PyTorch's DataLoader beside it with
one and two processes, on all processors. Prints tables in Markdown.

Needs pillow, torchvision and torch.
"""

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench_augment import draw

_BATCH = 32


def _transform(floats):
    from torchvision import transforms
    from torchvision.transforms import InterpolationMode

    steps = [
        transforms.Resize(256, interpolation=InterpolationMode.BICUBIC),
        transforms.CenterCrop(224),
    ]
    if floats:
        steps += [
            transforms.ToTensor(),
            transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225)),
        ]
    else:
        steps += [transforms.PILToTensor()]
    return transforms.Compose(steps)


def _memory(folder, floats):
    from PIL import Image

    transform = _transform(floats)
    files = [path.read_bytes() for path in sorted(folder.rglob("*.jpg"))]

    def run_once():
        for data in files:
            transform(Image.open(io.BytesIO(data)).convert("RGB"))
        return len(files)

    return run_once


def _loader(folder, workers):
    import torch
    from torchvision.datasets import ImageFolder

    data = ImageFolder(folder, _transform(False))
    loader = torch.utils.data.DataLoader(
        data, _BATCH, num_workers=workers, persistent_workers=True, prefetch_factor=2
    )

    def run_once():
        return sum(len(labels) for _, labels in loader)

    return run_once


def measure(folder, seconds, what):
    import torch

    torch.set_num_threads(1)
    if what in ("floats", "bytes"):
        run_once = _memory(folder, what == "floats")
    else:
        run_once = _loader(folder, int(what))
    run_once()
    done = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        done += run_once()
    print(f"{done / (time.perf_counter() - begin):.1f}")


def _call(command, processors):
    prepare = (lambda: os.sched_setaffinity(0, processors)) if processors else None
    output = subprocess.run(
        command, check=True, capture_output=True, text=True, preexec_fn=prepare
    ).stdout
    return float(output.split()[-1])


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("classpath")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--measure", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.pictures, args.seconds, args.measure)
        return
    one = {min(os.sched_getaffinity(0))}
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.pictures or Path(temporary)
        pictures = folder / "class"
        pictures.mkdir(exist_ok=True)
        if not any(pictures.glob("*.jpg")):
            draw(pictures)
        common = [str(folder), str(args.seconds)]
        java = ["java", "-cp", args.classpath, "io.github.swindjl.data.InputSpeed", *common]
        pinned = ["java", "-XX:+UseSerialGC", *java[1:]]
        python = [sys.executable, __file__, "-", "--pictures", common[0]]
        python += ["--seconds", common[1], "--measure"]
        print("| | this project | Python | ratio |")
        print("|---|---|---|---|")
        for what in ("floats", "bytes", "1", "2"):
            alone = what in ("floats", "bytes")
            ours, theirs = [], []
            for _ in range(args.rounds):
                ours.append(_call((pinned if alone else java) + [what], one if alone else None))
                theirs.append(_call(python + [what], one if alone else None))
            ratio = statistics.median(a / b for a, b in zip(ours, theirs))
            name = what if alone else f"loader, workers: {what}"
            print(f"| {name} | {_shown(ours)} | {_shown(theirs)} | {ratio:.2f} |", flush=True)


def _shown(values):
    return f"{statistics.median(values):.0f} ({min(values):.0f} to {max(values):.0f})"


if __name__ == "__main__":
    main()
