#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets `swin convert` write every dialect, and every library load the result strictly.

Usage: check_conversions.py --swin-transformer CHECKOUT [--swin COMMAND] MODEL...

For each model, a checkpoint with random weights is written by one library, converted to all
dialects, loaded by the library of each with strict=True, and the logits are compared. Prints a
table; ends with 1 if anything differs by more than 1e-5 times the largest logit.
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

import torch
from safetensors.torch import load_file

import dialect_models
import references

_TOLERANCE = 1e-5


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("--swin", default=str(pathlib.Path(__file__).with_name("swin")))
    parser.add_argument("--source", default="microsoft", choices=dialect_models.DIALECTS)
    parser.add_argument("models", nargs="+", metavar="MODEL", choices=dialect_models.MODELS)
    arguments = parser.parse_args()
    official = references.Official(arguments.swin_transformer)
    failed = False
    print("| model | from | to | tensors loaded strictly | largest difference | largest logit |")
    print("|---|---|---|---|---|---|")
    for name in arguments.models:
        with tempfile.TemporaryDirectory() as folder:
            folder = pathlib.Path(folder)
            model = dialect_models.build(name, arguments.source, official)
            dialect_models.randomise(model)
            expected = dialect_models.logits(model, name)
            torch.save({"model": model.state_dict()}, folder / "source.pth")
            del model
            for dialect in dialect_models.DIALECTS:
                if not dialect_models.exists(name, dialect):
                    continue
                converted = folder / "converted.safetensors"
                command = [*shlex.split(arguments.swin), "convert", folder / "source.pth"]
                options = ["--model", name, "--to", dialect, "--force", "--quiet"]
                subprocess.run([*command, converted, *options], check=True, stdout=sys.stderr)
                state = load_file(converted)
                other = dialect_models.build(name, dialect, official)
                other.load_state_dict(state, strict=True)
                difference = (dialect_models.logits(other, name) - expected).abs().max()
                largest = expected.abs().max()
                failed |= not difference <= _TOLERANCE * max(1, largest)
                print(
                    f"| {name} | {arguments.source} | {dialect} | {len(state)} "
                    f"| {difference:.1e} | {largest:.1f} |",
                    flush=True,
                )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
