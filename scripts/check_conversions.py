#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Lets `swin convert` write every dialect, and every library load the result strictly.

Usage: check_conversions.py --swin-transformer CHECKOUT [--swin COMMAND] [--from DIALECT]... MODEL...

For each model and source, the source's library writes a checkpoint with random weights, from which
`swin convert` makes every dialect; the library of each loads it with strict=True, and the logits of
one picture are compared with the source's. Microsoft's weights come from scripts/formula.py, those
of the others from a seeded generator. Sources and targets that have no such model are left out.

Prints a table as the pairs are done; ends with 1 if any differs by more than 1e-5 times the largest
logit, or 1e-5 where all logits are smaller than 1. Takes up to 3 GB of memory and 1.6 GB of disk space for the large models.
"""

import argparse
import pathlib
import shlex
import subprocess
import sys
import tempfile

from safetensors.torch import load_file

import dialect_models
import references

_TOLERANCE = 1e-5
_SOURCES = (*dialect_models.DIALECTS, dialect_models.PRETRAINING)


def _write_source(name, source, official, folder):
    """The checkpoint of the source's library and its logits."""
    model = dialect_models.build(name, source, official)
    if source == "microsoft":
        references.fill(model, references.MICROSOFT)
    else:
        dialect_models.randomise(model)
    return dialect_models.save(model, source, folder / "source"), dialect_models.logits(model, name)


def _convert(swin, name, file, dialect):
    converted = file.with_name("converted.safetensors")
    options = ["--model", name, "--to", dialect, "--force", "--quiet"]
    command = [*shlex.split(swin), "convert", file, converted, *options]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return load_file(converted)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("--swin", default=str(pathlib.Path(__file__).with_name("swin")))
    parser.add_argument(
        "--from", dest="sources", action="append", choices=_SOURCES, help="default: microsoft"
    )
    parser.add_argument("models", nargs="+", metavar="MODEL", choices=dialect_models.MODELS)
    arguments = parser.parse_args()
    official = references.Official(arguments.swin_transformer)
    failed = False
    print("| model | from | to | tensors loaded strictly | largest difference | largest logit |")
    print("|---|---|---|---|---|---|")
    for name in arguments.models:
        for source in arguments.sources or ["microsoft"]:
            if not dialect_models.exists(name, source):
                continue
            with tempfile.TemporaryDirectory() as folder:
                file, expected = _write_source(name, source, official, pathlib.Path(folder))
                largest = expected.abs().max().item()
                for dialect in dialect_models.DIALECTS:
                    if not dialect_models.exists(name, dialect):
                        continue
                    state = _convert(arguments.swin, name, file, dialect)
                    model = dialect_models.build(name, dialect, official)
                    model.load_state_dict(state, strict=True)
                    found = dialect_models.logits(model, name)
                    difference = (found - expected).abs().max().item()
                    failed |= not difference <= _TOLERANCE * max(1, largest)
                    print(
                        f"| {name} | {source} | {dialect} | {len(state)} "
                        f"| {difference:.1e} | {largest:.1f} |",
                        flush=True,
                    )
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
