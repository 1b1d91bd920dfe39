# SPDX-License-Identifier: Apache-2.0
"""Compares the training input of ImageNet recipes with Pillow and timm, one thread against one.

Usage: python scripts/bench_augment.py CLASSPATH [--rounds 5] [--seconds 8] [--pictures DIR]

The class path is that of the tests of swin-djl-cli, for the program AugmentSpeed. Both sides decode
500x375 JPEG files from memory, cut out and resize a random part to 224, flip, apply
rand-m9-mstd0.5-inc1 and erase. Python runs timm's create_transform, once as for its prefetcher
(bytes out, as here, without erasing, which timm then does on the GPU), once whole (float tensors,
normalised and erased). All run in turns, each on one processor. Prints a table in Markdown.

Needs pillow, timm and torch.
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

PICTURES = 120


def draw(folder):
    """Photo-like pictures: noise with a spectrum of 1/f, as photographs have, about 90 kB each."""
    import numpy as np
    from PIL import Image

    rng = np.random.default_rng(0)
    fy = np.fft.fftfreq(375)[:, None]
    fx = np.fft.fftfreq(500)[None]
    spectrum = 1 / np.maximum(np.hypot(fy, fx), 1 / 500) ** 1.15
    for i in range(PICTURES):
        field = rng.standard_normal((3, 375, 500))
        waves = np.fft.ifft2(np.fft.fft2(field) * spectrum).real
        waves[1:] = 0.7 * waves[:1] + 0.3 * waves[1:]
        waves = (waves - waves.mean((1, 2), keepdims=True)) / waves.std((1, 2), keepdims=True)
        pixels = (120 + 55 * waves).clip(0, 255).astype(np.uint8).transpose(1, 2, 0)
        Image.fromarray(pixels).save(folder / f"{i:03d}.jpg", quality=92)


def measure(folder, seconds, prefetcher):
    import torch
    from PIL import Image
    from timm.data import create_transform

    torch.set_num_threads(1)
    files = [path.read_bytes() for path in sorted(folder.glob("*.jpg"))]
    transform = create_transform(
        224,
        is_training=True,
        use_prefetcher=prefetcher,
        auto_augment="rand-m9-mstd0.5-inc1",
        interpolation="bicubic",
        re_prob=0.25,
        re_mode="pixel",
        re_count=1,
    )

    def run_once():
        failed = 0
        for data in files:
            try:
                transform(Image.open(io.BytesIO(data)).convert("RGB"))
            except ValueError:
                # Posterize with 0 bits, which timm draws now and then, is refused by Pillow 13.
                failed += 1
        return failed

    run_once()
    done = 0
    begin = time.perf_counter()
    while time.perf_counter() - begin < seconds:
        done += len(files) - run_once()
    print(f"{done / (time.perf_counter() - begin):.1f}")


def call(command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("classpath")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=8)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--measure", choices=["bytes", "floats"], help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.measure:
        measure(args.pictures, args.seconds, args.measure == "bytes")
        return
    with tempfile.TemporaryDirectory() as temporary:
        folder = args.pictures or Path(temporary)
        if not any(folder.glob("*.jpg")):
            draw(folder)
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
        java = ["java", "-XX:+UseSerialGC", "-cp", args.classpath]
        java += ["io.github.swindjl.data.AugmentSpeed", str(folder), str(args.seconds)]
        python = [sys.executable, __file__, "-", "--pictures", str(folder)]
        python += ["--seconds", str(args.seconds), "--measure"]
        ours, bytes_out, floats_out = [], [], []
        for _ in range(args.rounds):
            ours.append([float(value) for value in call(java)])
            bytes_out.append(float(call(python + ["bytes"])[0]))
            floats_out.append(float(call(python + ["floats"])[0]))
    speeds = [row[0] for row in ours]
    print("| pictures/s of one processor | median | range | ours is faster by |")
    print("|---|---|---|---|")
    for name, values in [
        ("this project", speeds),
        ("Pillow and timm, bytes", bytes_out),
        ("Pillow and timm, normalised floats", floats_out),
    ]:
        ratio = statistics.median(a / b for a, b in zip(speeds, values))
        shown = "" if values is speeds else f"{ratio:.2f}"
        print(f"| {name} | {statistics.median(values):.0f} | {min(values):.0f} to {max(values):.0f} | {shown} |")
    parts = [statistics.median(row[i] for row in ours) for i in range(1, 5)]
    names = ["decode, crop and resize", "flip", "RandAugment", "erasing and copy"]
    print("microseconds:", ", ".join(f"{name} {value:.0f}" for name, value in zip(names, parts)))


if __name__ == "__main__":
    main()
