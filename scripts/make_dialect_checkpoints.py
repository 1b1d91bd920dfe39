#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Whole checkpoints with random weights, each written as its library writes them, with logits.

Usage: make_dialect_checkpoints.py --swin-transformer CHECKOUT --out DIR MODEL[:DIALECT]...

For each, DIR gets a checkpoint and a JSON file with the logits. DialectCheckpointTest reads them:
mvn test -pl swin-djl-zoo -am -Dtest=DialectCheckpointTest -Dexcluded.tests= -Dswin.checkpoints=DIR
"""

import argparse
import pathlib

import dialect_models
import references


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("--out", required=True, type=pathlib.Path, metavar="DIR")
    parser.add_argument("cases", nargs="+", metavar="MODEL[:DIALECT]")
    arguments = parser.parse_args()
    official = references.Official(arguments.swin_transformer)
    arguments.out.mkdir(parents=True, exist_ok=True)
    for case in arguments.cases:
        name, _, only = case.partition(":")
        for dialect in [only] if only else dialect_models.DIALECTS:
            if not dialect_models.exists(name, dialect):
                continue
            model = dialect_models.randomise(dialect_models.build(name, dialect, official))
            file = arguments.out / f"{dialect}-{name}"
            dialect_models.save(model, dialect, file)
            references.write_json(
                file.with_suffix(".json"),
                {
                    "model": name,
                    "dialect": dialect,
                    "versions": dialect_models.versions(),
                    "logits": dialect_models.logits(model, name)[0].tolist(),
                },
            )
            print(file.name, flush=True)


if __name__ == "__main__":
    main()
