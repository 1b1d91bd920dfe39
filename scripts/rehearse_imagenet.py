#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Rehearses an ImageNet evaluation: ours against timm's, on the same files with the same weights.

Usage: rehearse_imagenet.py draw DIR [--per-class 50]
       rehearse_imagenet.py weights DIR
       rehearse_imagenet.py compare DIR [--per-class 1] [--logits 64] [--batch-size 50] [--threads N]
       rehearse_imagenet.py golden

`draw` makes DIR/val/<wnid>/<number>.jpg, 50,000 small pictures in the 1,000 class folders. Every
class has colours, stripes and a direction of its own by formula; a picture adds its own size, phase,
brightness and noise. `weights` fills a Swin-T from the formula of the tests, and computes its head
from one more picture of each class: whitened features as class prototypes, since with a head of
random values all pictures get nearly the same answer. So accuracy is neither chance nor perfect.
`compare` links a sample of the pictures into DIR/sample-N, evaluates it with the code that timm's
validate.py is made of (create_dataset, create_loader, resolve_data_config, accuracy) and with
`swin eval --protocol timm`, and prints a table; it fails unless top-1 and top-5 counts are the same
and logits agree within 1e-3. `golden` makes the small version for the tests.

Needs timm, torch, pillow and safetensors; `compare` needs the built program.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import timm
import timm.utils
import torch
from PIL import Image
from safetensors.torch import load_file, save_file

import formula
import references

_ROOT = Path(__file__).resolve().parent.parent
_MODEL = "swin_tiny_patch4_window7_224"
_LABELS = _ROOT / "swin-djl-zoo/src/main/resources/io/github/swindjl/zoo/imagenet1k.txt"
_TOLERANCE = 1e-3
_GOLDEN = references.GOLDENS / "rehearsal"
_SMALL = {
    "img_size": 32,
    "patch_size": 4,
    "window_size": 4,
    "embed_dim": 16,
    "depths": (2, 2),
    "num_heads": (2, 4),
}
_SMALL_CLASSES = 12
_SMALL_PER_CLASS = 5
_HEAD_GAIN = 1.5


def wnids():
    return [line.split(" ", 1)[0] for line in _LABELS.read_text(encoding="utf-8").splitlines()]


def picture(wnid, number, noise):
    """Stripes between two colours; number -1 is the class's prototype."""
    style = formula.values(f"class.{wnid}", 8).astype(np.float64)
    own = formula.values(f"picture.{wnid}.{number}", 8).astype(np.float64)
    width = 88 + int(20 * own[0])
    height = 72 + int(16 * own[1])
    low = 110 + 90 * style[0:3]
    high = 130 + 110 * style[3:6]
    angle = np.pi * style[6] + 0.12 * own[2]
    waves = (4.5 + 3 * style[7]) * 2 * np.pi / 80
    y, x = np.mgrid[0:height, 0:width]
    stripes = np.sin(waves * (x * np.cos(angle) + y * np.sin(angle)) + np.pi * own[3])
    share = (0.5 + 0.5 * stripes)[..., None]
    seed = formula.seed(f"noise.{wnid}.{number}")
    grain = np.random.default_rng(seed).standard_normal((height, width, 1))
    pixels = low + (high - low) * share + 22 * own[4] + noise * grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _jpeg(image):
    out = io.BytesIO()
    image.save(out, "jpeg", quality=85)
    return out.getvalue()


def draw(folder, per_class):
    begin = time.perf_counter()
    for wnid in wnids():
        place = folder / "val" / wnid
        place.mkdir(parents=True, exist_ok=True)
        for number in range(per_class):
            data = _jpeg(picture(wnid, number, 12))
            (place / f"{number:05d}.jpg").write_bytes(data)
    print(f"{1000 * per_class} pictures in {time.perf_counter() - begin:.0f} s")


def _features(model, images, transform):
    rows = []
    with torch.inference_mode():
        for begin in range(0, len(images), 50):
            batch = torch.stack([transform(image) for image in images[begin : begin + 50]])
            rows.append(model.forward_head(model.forward_features(batch), pre_logits=True))
    return torch.cat(rows).double()


def fit_head(model, images, transform):
    """Sets the head to prototypes in whitened feature space: one class for each image."""
    features = _features(model, images, transform)
    mean = features.mean(0)
    centred = features - mean
    values, vectors = torch.linalg.eigh(centred.T @ centred / len(images))
    ridge = 1e-3 * values.max()
    whiten = vectors @ torch.diag((values.clamp(min=0) + ridge).rsqrt()) @ vectors.T
    prototypes = centred @ whiten
    prototypes = prototypes / prototypes.norm(dim=1, keepdim=True)
    weight = _HEAD_GAIN * prototypes @ whiten
    with torch.no_grad():
        model.get_classifier().weight.copy_(weight)
        model.get_classifier().bias.copy_(-weight @ mean)


def _transform(model):
    return timm.data.create_transform(**timm.data.resolve_data_config({}, model=model))


def weights(folder):
    model = timm.create_model(_MODEL, pretrained=False).eval()
    references.fill(model, references.TIMM)
    images = [Image.open(io.BytesIO(_jpeg(picture(wnid, -1, 0)))) for wnid in wnids()]
    fit_head(model, images, _transform(model))
    save_file(model.state_dict(), folder / "swin_tiny.safetensors", {"format": "pt"})


def validate(model, root, batch_size, config=None):
    """What timm's validate.py does, and the logits."""
    config = config or timm.data.resolve_data_config({}, model=model)
    dataset = timm.data.create_dataset("", root=str(root))
    loader = timm.data.create_loader(
        dataset,
        input_size=config["input_size"],
        batch_size=batch_size,
        use_prefetcher=False,
        interpolation=config["interpolation"],
        mean=config["mean"],
        std=config["std"],
        num_workers=0,
        crop_pct=config["crop_pct"],
        crop_mode=config["crop_mode"],
        device=torch.device("cpu"),
    )
    top1, top5 = timm.utils.AverageMeter(), timm.utils.AverageMeter()
    logits, targets = [], []
    with torch.inference_mode():
        for images, target in loader:
            output = model(images)
            one, five = timm.utils.accuracy(output, target, topk=(1, 5))
            top1.update(one.item(), images.size(0))
            top5.update(five.item(), images.size(0))
            logits.append(output)
            targets.append(target)
    names = [dataset.filename(i) for i in range(len(dataset))]
    return {
        "names": [name.replace(os.sep, "/") for name in names],
        "logits": torch.cat(logits).numpy(),
        "targets": torch.cat(targets).numpy(),
        "top1": round(top1.sum / 100),
        "top5": round(top5.sum / 100),
    }


def _link(folder, per_class):
    sample = folder / f"sample-{1000 * per_class}"
    for wnid in wnids():
        place = sample / "val" / wnid
        place.mkdir(parents=True, exist_ok=True)
        for number in range(per_class):
            target = place / f"{number:05d}.jpg"
            if not target.exists():
                os.link(folder / "val" / wnid / target.name, target)
    return sample


def _swin(*arguments):
    command = [str(_ROOT / "scripts" / "swin"), *map(str, arguments)]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def compare(folder, per_class, all_logits, batch_size):
    file = folder / "swin_tiny.safetensors"
    sample = _link(folder, per_class)
    model = timm.create_model(_MODEL, pretrained=False).eval()
    model.load_state_dict(load_file(file))
    begin = time.perf_counter()
    theirs = validate(model, sample / "val", batch_size)
    timm_seconds = time.perf_counter() - begin

    each = folder / "predictions.json"
    common = ["--model", _MODEL, "--weights", file, "--protocol", "timm", "--device", "cpu"]
    common += ["--batch-size", batch_size]
    begin = time.perf_counter()
    document = json.loads(
        _swin(
            "eval", *common, "--data", sample, "--predictions", each, "--format", "json",
            "--out", folder / "report",
        )
    )
    our_seconds = time.perf_counter() - begin
    ours = json.loads(each.read_text(encoding="utf-8"))

    assert [row["picture"] for row in ours] == theirs["names"], "another order of pictures"
    assert [row["index"] for row in ours] == theirs["targets"].tolist(), "other labels"
    logits = theirs["logits"]
    log_sum = np.log(np.exp(logits.astype(np.float64) - logits.max(1, keepdims=True)).sum(1))
    losses = log_sum + logits.max(1) - logits[np.arange(len(logits)), theirs["targets"]]
    first = max(
        abs(entry["logit"] - logits[i, entry["index"]])
        for i, row in enumerate(ours)
        for entry in row["predictions"]
    )
    loss = max(abs(row["loss"] - losses[i]) for i, row in enumerate(ours))
    same = sum(row["predictions"][0]["index"] == logits[i].argmax() for i, row in enumerate(ours))

    step = max(1, len(ours) // all_logits)
    chosen = list(range(0, len(ours), step))[:all_logits]
    paths = [sample / "val" / theirs["names"][i] for i in chosen]
    predicted = json.loads(_swin("predict", *common, "--format", "json", "--logits", *paths))
    every = max(
        float(np.abs(np.array(row["logits"]) - logits[i]).max())
        for i, row in zip(chosen, predicted)
    )

    table = [
        ("pictures", len(logits), document["count"]),
        ("top-1 right", theirs["top1"], document["top1_correct"]),
        ("top-5 right", theirs["top5"], document["top5_correct"]),
        ("classes predicted at all", len(set(logits.argmax(1).tolist())),
         len({row["predictions"][0]["index"] for row in ours})),
        ("loss", f"{losses.mean():.6f}", f"{document['loss']:.6f}"),
        ("seconds", f"{timm_seconds:.0f}", f"{our_seconds:.0f}"),
    ]
    print("| | timm | this project |\n|---|---|---|")
    for name, timm_value, our_value in table:
        print(f"| {name} | {timm_value} | {our_value} |")
    print()
    print(f"same first class: {same} of {len(ours)}")
    print(f"range of logits: {logits.min():.2f} to {logits.max():.2f}")
    print(f"largest difference of the five largest logits of every picture: {first:.2e}")
    print(f"largest difference of a picture's loss: {loss:.2e}")
    print(f"largest difference of all logits of {len(chosen)} pictures: {every:.2e}")
    failed = []
    if (theirs["top1"], theirs["top5"]) != (document["top1_correct"], document["top5_correct"]):
        failed.append("counts differ")
    if max(first, loss, every) > _TOLERANCE:
        failed.append(f"logits differ by more than {_TOLERANCE}")
    if failed:
        sys.exit("; ".join(failed))
    print("identical counts, logits within", _TOLERANCE)


def golden():
    """A small network, pictures of some classes, and what timm says about them."""
    names = wnids()[:: 1000 // _SMALL_CLASSES][:_SMALL_CLASSES]
    model = timm.models.swin_transformer.SwinTransformer(
        num_classes=_SMALL_CLASSES, **_SMALL
    ).eval()
    references.fill(model, references.TIMM)
    config = {
        "input_size": (3, _SMALL["img_size"], _SMALL["img_size"]),
        "interpolation": "bicubic",
        "mean": timm.data.IMAGENET_DEFAULT_MEAN,
        "std": timm.data.IMAGENET_DEFAULT_STD,
        "crop_pct": 0.9,
        "crop_mode": "center",
    }
    images = [Image.open(io.BytesIO(_jpeg(picture(wnid, -1, 0)))) for wnid in names]
    fit_head(model, images, timm.data.create_transform(**config))
    _GOLDEN.mkdir(exist_ok=True)
    pictures = _GOLDEN / "pictures.zip"
    with zipfile.ZipFile(pictures, "w") as archive:
        for wnid in names:
            for number in range(_SMALL_PER_CLASS):
                entry = zipfile.ZipInfo(f"val/{wnid}/{number:05d}.jpg")
                archive.writestr(entry, _jpeg(picture(wnid, number, 40)))
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(pictures) as archive:
            archive.extractall(folder)
        theirs = validate(model, Path(folder) / "val", 7, config)
    state = {
        references.TIMM.microsoft_name(name): value.detach().contiguous()
        for name, value in model.named_parameters()
    }
    save_file(state, _GOLDEN / "model.safetensors", {"format": "pt"})
    references.write_json(
        _GOLDEN / "validate.json",
        {
            "script": "scripts/rehearse_imagenet.py golden",
            "versions": references.versions(),
            "seed": "pictures, weights and noise by formula of their names",
            "classes": names,
            "pictures": theirs["names"],
            "top1Correct": theirs["top1"],
            "top5Correct": theirs["top5"],
            "logits": [[float(x) for x in row] for row in theirs["logits"]],
        },
    )
    print(theirs["top1"], theirs["top5"], "of", len(theirs["names"]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("step", choices=["draw", "weights", "compare", "golden"])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--per-class", type=int)
    parser.add_argument("--logits", type=int, default=64)
    parser.add_argument("--batch-size", type=int, default=50)
    parser.add_argument("--threads", type=int)
    args = parser.parse_args()
    if args.threads:
        torch.set_num_threads(args.threads)
    if args.step == "golden":
        golden()
        return
    if args.folder is None:
        parser.error("DIR is missing")
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.step == "draw":
        draw(args.folder, args.per_class or 50)
    elif args.step == "weights":
        weights(args.folder)
    else:
        compare(args.folder, args.per_class or 1, args.logits, args.batch_size)


if __name__ == "__main__":
    main()
