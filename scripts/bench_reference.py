#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Measures the Swin Transformers of other projects as `swin bench` measures ours.

The same protocol, the same columns. A peer is a library, alone (PyTorch eager) or with a suffix:

    timm, torchvision, official, transformers    eager
    <library>-compile                            torch.compile in its default mode
    <library>-freezing                           the same with torch._inductor.config.freezing

Precisions: fp32; bf16, the whole model and its input in bfloat16; amp_bf16, float32 parameters
under torch.autocast. A training step is forward pass, cross-entropy with smoothing, backward pass,
clip_grad_norm_, torch.optim.AdamW (fused unless --optimizer default), zero_grad.
"""

import argparse
import csv
import gc
import importlib.metadata
import json
import os
import platform
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import torch
import torch._inductor.config

PRECISIONS = ("fp32", "bf16", "amp_bf16")
LIBRARIES = ("timm", "torchvision", "official", "transformers")
VARIANTS = ("", "-compile", "-freezing")
LABEL_SMOOTHING = 0.1
CLIP_NORM = 5.0
LEARNING_RATE = 1e-4
WEIGHT_DECAY = 0.05
CLASSES = 1000
FEATURES = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16", "asimd", "bf16")

# width, depths, heads
SIZES = {
    "tiny": (96, (2, 2, 6, 2), (3, 6, 12, 24)),
    "small": (96, (2, 2, 18, 2), (3, 6, 12, 24)),
    "base": (128, (2, 2, 18, 2), (4, 8, 16, 32)),
    "large": (192, (2, 2, 18, 2), (6, 12, 24, 48)),
}


class Skipped(Exception):
    """A peer cannot be measured here; the message says why."""


class Model:
    """What a name such as swin_tiny_patch4_window7_224 or swinv2_base_window8_256 says."""

    def __init__(self, name):
        self.name = name.split(".")[0]
        parts = self.name.split("_")
        windows = [part for part in parts if part.startswith("window")]
        known = (
            len(parts) >= 3
            and parts[0] in ("swin", "swinv2")
            and parts[1] in SIZES
            and len(windows) == 1
            and windows[0][6:].isdigit()
            and parts[-1].isdigit()
        )
        if not known:
            sys.exit(
                f"--model {name}: expected a name such as swin_tiny_patch4_window7_224 or"
                " swinv2_tiny_window8_256"
            )
        self.version = 2 if parts[0] == "swinv2" else 1
        self.size = parts[1]
        self.width, self.depths, self.heads = SIZES[self.size]
        self.window = int(windows[0][6:])
        self.side = int(parts[-1])


def build(library, model, side, drop_path, official):
    """The network, and a function that takes the logits from its output."""
    makers = {
        "timm": _timm,
        "torchvision": _torchvision,
        "official": _official,
        "transformers": _transformers,
    }
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return makers[library](model, side, drop_path, official)


def _timm(model, side, drop_path, official):
    import timm

    network = timm.create_model(
        model.name, pretrained=False, img_size=side, drop_path_rate=drop_path
    )
    return network, lambda output: output


def _torchvision(model, side, drop_path, official):
    import torchvision

    names = {
        (1, "tiny", 7): "swin_t",
        (1, "small", 7): "swin_s",
        (1, "base", 7): "swin_b",
        (2, "tiny", 8): "swin_v2_t",
        (2, "small", 8): "swin_v2_s",
        (2, "base", 8): "swin_v2_b",
    }
    name = names.get((model.version, model.size, model.window))
    if name is None:
        raise Skipped(f"torchvision has no {model.name}")
    network = torchvision.models.get_model(name)
    # Its builders do not take the share: grows linearly with the depth.
    drops = [part for part in network.modules() if hasattr(part, "stochastic_depth")]
    for index, block in enumerate(drops):
        block.stochastic_depth.p = drop_path * index / (len(drops) - 1)
    return network, lambda output: output


def _official(model, side, drop_path, official):
    if official is None:
        raise Skipped("--official names no checkout of the official code")
    import references

    network = references.Official(official).model(
        model.version,
        img_size=side,
        window_size=model.window,
        embed_dim=model.width,
        depths=list(model.depths),
        num_heads=list(model.heads),
        num_classes=CLASSES,
        drop_path_rate=drop_path,
    )
    return network, lambda output: output


def _transformers(model, side, drop_path, official):
    import transformers

    version = "v2" if model.version == 2 else ""
    config = getattr(transformers, f"Swin{version}Config")(
        image_size=side,
        window_size=model.window,
        embed_dim=model.width,
        depths=list(model.depths),
        num_heads=list(model.heads),
        num_labels=CLASSES,
        drop_path_rate=drop_path,
    )
    network = getattr(transformers, f"Swin{version}ForImageClassification")(config)
    return network, lambda output: output.logits


class Memory:
    """The most memory in use since this was made: the process's on a CPU, as the kernel counts it
    (which is asked to forget the peak before); on a GPU what the device has given away from then
    until all steps have been done once, before others may take theirs."""

    def __init__(self, device):
        self._device = device
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
            self.before = self._given_away()
            return
        self._former_peak = 0
        try:
            Path("/proc/self/clear_refs").write_text("5")
        except OSError:
            self._former_peak = _status("VmHWM") or 0
        self.before = _status("VmRSS")

    def warm(self):
        if self._device.type == "cuda":
            self._peak = self._given_away() - self.before

    def _given_away(self):
        free, total = torch.cuda.mem_get_info(self._device)
        return total - free

    def peak(self):
        if self._device.type == "cuda":
            return self._peak
        peak = _status("VmHWM")
        return peak if peak is not None and peak > self._former_peak else None


def _status(name):
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
    except OSError:
        return None
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name + ":"))


class Run:
    """A case that is built and warm, to be timed in one or several rounds."""

    def __init__(self, arguments, peer, model, side, precision, batch_size):
        self._arguments = arguments
        self._peer = peer
        self._model = model
        self._side = side
        self._precision = precision
        self._asked = batch_size
        self._times = []
        self._device = torch.device(arguments.device)
        while True:
            self._memory = Memory(self._device)
            try:
                self._start(batch_size)
                break
            except RuntimeError as error:
                following = smaller(batch_size)
                if following == 0 or not is_memory_shortage(error):
                    raise
            note(f"A batch of {batch_size} does not fit into memory, trying {following}.")
            self._network = self._optimizer = self._input = None
            batch_size = following

    def _start(self, batch_size):
        torch.manual_seed(self._arguments.seed)
        self._batch_size = batch_size
        library, _, variant = self._peer.partition("-")
        network, self._logits = build(
            library,
            self._model,
            self._side,
            self._arguments.drop_path,
            self._arguments.official,
        )
        type_ = torch.bfloat16 if self._precision == "bf16" else torch.float32
        network = network.to(self._device, type_)
        self._input = torch.randn(
            batch_size, 3, self._side, self._side, device=self._device, dtype=type_
        )
        self._labels = torch.randint(CLASSES, (batch_size,), device=self._device)
        self._parameters = [value for value in network.parameters() if value.requires_grad]
        self._optimizer = None
        if self._arguments.mode == "train":
            network.train()
            self._optimizer = torch.optim.AdamW(
                self._parameters,
                lr=LEARNING_RATE,
                weight_decay=WEIGHT_DECAY,
                fused=self._arguments.optimizer == "fused",
            )
            self._loss = torch.nn.CrossEntropyLoss(label_smoothing=LABEL_SMOOTHING)
        else:
            network.eval()
        torch._inductor.config.freezing = variant == "freezing"
        self._network = torch.compile(network) if variant else network
        for _ in range(self._arguments.warm_up):
            self._step()
        self._memory.warm()

    def _step(self):
        if self._arguments.mode == "train":
            self._train()
        else:
            # Freezing wants gradients off, and does not know inference mode.
            with torch.no_grad() if "-" in self._peer else torch.inference_mode():
                self._forward()
        if self._device.type == "cuda":
            torch.cuda.synchronize(self._device)

    def _forward(self):
        with torch.autocast(
            self._device.type, torch.bfloat16, enabled=self._precision == "amp_bf16"
        ):
            return self._logits(self._network(self._input))

    def _train(self):
        output = self._forward()
        self._loss(output.float(), self._labels).backward()
        torch.nn.utils.clip_grad_norm_(self._parameters, CLIP_NORM)
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)

    def round(self, steps):
        milliseconds = []
        for _ in range(steps):
            begin = time.perf_counter()
            self._step()
            milliseconds.append((time.perf_counter() - begin) * 1000)
        self._times += milliseconds
        return milliseconds

    def row(self):
        prefix = self._arguments.mode + "_"
        times = np.array(self._times)
        median = float(np.median(times))
        settings = []
        if self._arguments.mode == "train":
            settings.append(f"adamw={self._arguments.optimizer}")
        row = {
            "model": self._model.name,
            prefix + "samples_per_sec": round(self._batch_size * 1000 / median, 2),
            prefix + "step_time": round(median, 3),
            prefix + "batch_size": self._batch_size,
            prefix + "img_size": self._side,
            prefix + "gmacs": None,
            "param_count": round(sum(p.numel() for p in self._parameters) / 1e6, 2),
            "library": self._peer,
            "precision": self._precision,
            "settings": " ".join(settings),
            "device": self._arguments.device,
            "threads": torch.get_num_threads(),
            "asked_batch_size": self._asked,
            "warm_up": self._arguments.warm_up,
            "steps": len(self._times),
            "mean": round(float(times.mean()), 3),
        }
        for percent in (0, 10, 90, 95, 99, 100):
            row[f"p{percent}"] = round(float(np.percentile(times, percent)), 3)
        row["memory_before"] = megabytes(self._memory.before)
        row["memory_peak"] = megabytes(self._memory.peak())
        row["outside"] = None
        return row


def smaller(batch_size):
    """The next smaller batch, of the form 2^n or 3*2^n; 0 if there is none."""
    if batch_size == 1:
        return 0
    power = 1 << ((batch_size - 1).bit_length() - 1)
    between = power + power // 2
    return between if between < batch_size else power


def is_memory_shortage(error):
    return "out of memory" in str(error) or "can't allocate memory" in str(error)


def megabytes(bytes_):
    return None if bytes_ is None else round(bytes_ / 1e6, 1)


def machine():
    processor, flags = None, []
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name" and processor is None:
                processor = value.strip()
            elif name.strip() in ("flags", "Features") and not flags:
                flags = value.split()
    except OSError:
        pass
    # Importing all of them would count as memory.
    version = importlib.metadata.version
    return {
        "processor": processor,
        "features": [flag for flag in FEATURES if flag in flags],
        "processors": len(os.sched_getaffinity(0)),
        "memory": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        "system": f"{platform.system()}, {platform.machine()}",
        "python": platform.python_version(),
        "libtorch": torch.__version__.split("+")[0],
        "timm": version("timm"),
        "torchvision": version("torchvision"),
        "transformers": version("transformers"),
    }


def note(text):
    print(text, file=sys.stderr, flush=True)


def answer(name, value):
    print(json.dumps({name: value}), flush=True)


def pace(run):
    """Answers until the end is asked for, as PacedBench of swin-djl does."""
    answer("ready", machine())
    for line in sys.stdin:
        word, _, count = line.strip().partition(" ")
        if word == "round" and count.isdigit() and int(count) > 0:
            answer("milliseconds", run.round(int(count)))
        elif line.strip() == "end":
            answer("result", run.row())
            return
        else:
            sys.exit(f"'{line.strip()}' was read, expected 'round N' or 'end'.")


def show(rows, mode):
    columns = {
        "library": "library",
        "model": "model",
        f"{mode}_img_size": "image",
        "precision": "precision",
        f"{mode}_batch_size": "batch",
        f"{mode}_samples_per_sec": "images/s",
        f"{mode}_step_time": "median ms",
        "p10": "p10",
        "p90": "p90",
        "p95": "p95",
        "p99": "p99",
        "memory_peak": "peak MB",
    }
    lines = [list(columns.values())]
    lines += [["-" if row[key] is None else str(row[key]) for key in columns] for row in rows]
    widths = [max(len(line[i]) for line in lines) for i in range(len(columns))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())


def numbers(text):
    values = [int(part) for part in text.split(",")]
    if min(values) < 1:
        raise argparse.ArgumentTypeError(f"{text}: expected numbers of at least 1")
    return values


def precisions(text):
    values = text.split(",")
    for value in values:
        if value not in PRECISIONS:
            raise argparse.ArgumentTypeError(f"{value}: expected one of {', '.join(PRECISIONS)}")
    return values


def peers(text):
    known = [library + variant for library in LIBRARIES for variant in VARIANTS]
    values = text.split(",")
    for value in values:
        if value not in known:
            raise argparse.ArgumentTypeError(f"{value}: expected one of {', '.join(known)}")
    return values


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--mode", choices=("infer", "train"), default="infer")
    parser.add_argument("--peer", type=peers, default=["timm"], metavar="A,B")
    parser.add_argument("--model", required=True, metavar="A,B")
    parser.add_argument("--batch-size", type=numbers, default=[1, 8], metavar="1,8")
    parser.add_argument("--precision", type=precisions, default=["fp32"], metavar="P,Q")
    parser.add_argument("--img-size", type=numbers, metavar="N,…")
    parser.add_argument("--drop-path", type=float, default=0.1)
    parser.add_argument("--optimizer", choices=("fused", "default"), default="fused")
    parser.add_argument("--threads", type=int, help="default: what libtorch chooses")
    parser.add_argument("--device", default="cpu", help="cpu, cuda or cuda:N")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--warm-up", type=int, default=10)
    parser.add_argument("--repeats", type=int, default=20)
    parser.add_argument("--official", metavar="DIR", help="a checkout of the official code")
    parser.add_argument("--csv", metavar="FILE")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    parser.add_argument("--paced", action="store_true", help="see docs/benchmarks.md")
    arguments = parser.parse_args()
    if arguments.warm_up < 1 or arguments.repeats < 1:
        parser.error("--warm-up and --repeats must be at least 1")
    if arguments.threads is not None:
        torch.set_num_threads(arguments.threads)
    cases = [
        (peer, model, side, precision, batch_size)
        for peer in arguments.peer
        for model in map(Model, arguments.model.split(","))
        for side in arguments.img_size or [model.side]
        for precision in arguments.precision
        for batch_size in arguments.batch_size
    ]
    if arguments.paced:
        if len(cases) != 1:
            parser.error(f"--paced measures one case, found {len(cases)}")
        try:
            pace(Run(arguments, *cases[0]))
        except Skipped as reason:
            answer("skipped", str(reason))
        return
    rows = []
    for case in cases:
        torch._dynamo.reset()
        try:
            run = Run(arguments, *case)
        except Skipped as reason:
            note(f"{case[0]} is skipped: {reason}")
            continue
        run.round(arguments.repeats)
        rows.append(run.row())
        del run
    if not rows:
        sys.exit("Nothing was measured.")
    if arguments.csv:
        with open(arguments.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    if arguments.format == "json":
        print(json.dumps({"machine": machine(), "results": rows}, indent=2))
    else:
        show(rows, arguments.mode)


if __name__ == "__main__":
    main()
