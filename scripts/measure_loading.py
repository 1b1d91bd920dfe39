#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""How long Swin-L's weights take from a file into memory that the program owns, way by way.

Usage: measure_loading.py --swin-transformer CHECKOUT --folder DIR [--rounds N] [--cold]

Writes the network of the official code at 384 pixels with random weights to DIR (1.6 GB, once) and
lets every way read it in turns, each time in a new process that has done nothing else but start its
libraries. With --cold, the file is dropped from the page cache before each. Prints a table of the
medians and extremes in seconds. Needs Linux, `mvn test-compile` and a first start of scripts/swin.
"""

import argparse
import os
import pathlib
import statistics
import subprocess
import sys

_ROOT = pathlib.Path(__file__).resolve().parent.parent
_MODEL = "swin_large_patch4_window12_384.ms_in22k_ft_in1k"
_ARGUMENTS = {
    "img_size": 384,
    "embed_dim": 192,
    "depths": [2, 2, 18, 2],
    "num_heads": [6, 12, 24, 48],
    "window_size": 12,
}
_PYTHON = {
    "Python, open().read()": "open(file, 'rb').read()",
    "torch, into memory": "load(file)",
    "torch, load_state_dict": "model.load_state_dict(load(file))",
}
_JAVA = {
    "one read into new memory (the reference)": ("read", "-Xmx200m"),
    "Java, Files.readAllBytes": ("bytes", "-Xmx2g"),
    "swin-djl, into a network": ("load", "-Xmx200m"),
    "swin-djl, Swin.model(..).load()": ("model", "-Xmx200m"),
}


def _official(checkout):
    import references

    return references.Official(checkout).model(1, **_ARGUMENTS)


def _write(folder, checkout):
    import torch
    from safetensors.torch import save_file

    state = _official(checkout).state_dict()
    torch.save({"model": state}, folder / "swin_large.pth")
    save_file(state, folder / "swin_large.safetensors", {"format": "pt"})


def _time_python(way, file, checkout):
    """Runs in a process of its own."""
    import time

    names = {"file": file}
    if way.startswith("torch"):
        import torch
        from safetensors.torch import load_file

        pickled = file.endswith(".pth")
        names["load"] = (lambda f: torch.load(f)["model"]) if pickled else load_file
        torch.zeros(1)
        if way.endswith("dict"):
            names["model"] = _official(checkout)
    code = compile(_PYTHON[way], way, "eval")
    start = time.perf_counter()
    kept = eval(code, names)
    print(time.perf_counter() - start, 0, file=sys.stdout if kept else sys.stderr)


def _class_path():
    dist = _ROOT / "swin-djl-cli/target/dist"
    native = (dist / "native-cpu.path").read_text().strip()
    tests = _ROOT / "swin-djl-zoo/target/test-classes"
    classes = _ROOT / "swin-djl-zoo/target/classes"
    return f"{tests}:{classes}:{dist}/swin-djl-cli.jar:{dist}/lib/*:{native}"


def _measure(way, file, arguments):
    """Seconds, and the peak of Java's heap in MB."""
    if arguments.cold:
        descriptor = os.open(file, os.O_RDONLY)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(descriptor)
    if way in _JAVA:
        name, heap = _JAVA[way]
        program = "io.github.swindjl.zoo.weights.LoadingSpeed"
        command = ["java", heap, "-cp", _class_path(), program, name, _MODEL, file, "1"]
    elif way in _PYTHON:
        command = [sys.executable, __file__, "--swin-transformer", arguments.swin_transformer]
        command += ["--folder", arguments.folder, "--way", way, file]
    else:
        size = "1M" if way == "dd bs=1M" else "1G"
        command = ["dd", f"if={file}", "of=/dev/null", f"bs={size}"]
        environment = {**os.environ, "LC_ALL": "C"}
        text = subprocess.run(command, check=True, capture_output=True, env=environment).stderr
        return float(text.decode().split(" s,")[0].split()[-1]), 0
    output = subprocess.run(command, check=True, capture_output=True).stdout.split()
    return float(output[0]), int(output[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("--folder", required=True, type=pathlib.Path, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    parser.add_argument("--way", nargs=2, metavar=("WAY", "FILE"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.way:
        _time_python(*arguments.way, arguments.swin_transformer)
        return
    files = [arguments.folder / f"swin_large.{kind}" for kind in ("pth", "safetensors")]
    if not all(file.exists() for file in files):
        _write(arguments.folder, arguments.swin_transformer)
        os.sync()
    for file in files:
        file.read_bytes()
    ways = [*_JAVA, "dd bs=1G", "dd bs=1M", *_PYTHON]
    found = {(way, file): [] for way in ways for file in files}
    for _ in range(arguments.rounds):
        for way, file in found:
            found[way, file].append(_measure(way, str(file), arguments))
    print("| way | .pth | .safetensors | peak heap, MB |")
    print("|---|---|---|---|")
    for way in ways:
        cells = []
        for file in files:
            seconds = [second for second, _ in found[way, file]]
            cells.append(
                f"{statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"
            )
        heap = max(heap for file in files for _, heap in found[way, file])
        print(f"| {way} | {' | '.join(cells)} | {heap if way in _JAVA else '–'} |")


if __name__ == "__main__":
    main()
