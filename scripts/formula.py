#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Fills any tensor from (name, index), the same way as the Java tests do.

Goldens of whole networks need weights on both sides without shipping them, so both sides compute
them. The values come from a counter-based generator (SplitMix64 seeded with the FNV-1a hash of the
tensor's name), hence any element can be computed alone and in any order, and every step after the
integer arithmetic is one correctly rounded float32 operation, hence the bits agree everywhere.

Run as a program it writes check values: `formula.py src-test-data/goldens/formula.json`.
"""

import hashlib
import json
import math
import sys

import numpy as np

_MASK = 0xFFFFFFFFFFFFFFFF
_GOLDEN = 0x9E3779B97F4A7C15
_CHUNK = 1 << 18  # values per step, so that the temporaries stay in the processor's cache


def seed(name):
    """FNV-1a, 64 bits, of the name's UTF-8 bytes."""
    state = 0xCBF29CE484222325
    for byte in name.encode("utf-8"):
        state = ((state ^ byte) * 0x100000001B3) & _MASK
    return state


def values(name, count):
    """The first `count` values of a name: float32, multiples of 2^-23 in [-1, 1)."""
    result = np.empty(count, np.float32)
    start = np.uint64(seed(name))
    for begin in range(0, count, _CHUNK):
        end = min(begin + _CHUNK, count)
        z = np.arange(begin + 1, end + 1, dtype=np.uint64)
        z *= np.uint64(_GOLDEN)
        z += start
        z ^= z >> np.uint64(30)
        z *= np.uint64(0xBF58476D1CE4E5B9)
        z ^= z >> np.uint64(27)
        z *= np.uint64(0x94D049BB133111EB)
        z ^= z >> np.uint64(31)
        z >>= np.uint64(40)
        part = result[begin:end]
        part[:] = z
        part *= np.float32(2.0**-23)
        part -= np.float32(1)
    return result


def parameter(name, shape):
    """A parameter by its Microsoft name: scaled so that activations and logits stay near order 1."""
    shape = tuple(shape)
    value = values(name, math.prod(shape))
    if name.endswith("logit_scale"):
        value *= np.float32(0.5)
        value += np.float32(math.log(10))
    elif name.endswith(("relative_position_bias_table", "absolute_pos_embed")):
        value *= np.float32(0.5)
    elif len(shape) == 1:
        norm = any(
            element.startswith("norm") or element == "bn" for element in name.split(".")
        )
        if norm and name.endswith((".weight", ".running_var")):
            value *= np.float32(0.2)
            value += np.float32(1)
        else:
            value *= np.float32(0.1)
    else:
        value *= np.float32(math.sqrt(3 / math.prod(shape[1:])))
    return value.reshape(shape)


def images(name, shape):
    """Network input, uniform in [-2, 2): about the range of normalised pictures."""
    return (np.float32(2) * values(name, math.prod(shape))).reshape(shape)


def cotangent(shape):
    """The factors that make a scalar loss of the logits: sum(logits * cotangent)."""
    return values("cotangent", math.prod(shape)).reshape(shape)


_CHECKED = [
    ("layers.0.blocks.1.attn.logit_scale", (4, 1, 1)),
    ("layers.0.blocks.1.attn.relative_position_bias_table", (169, 3)),
    ("absolute_pos_embed", (1, 196, 8)),
    ("patch_embed.norm.weight", (96,)),
    ("layers.1.blocks.0.norm2.bias", (192,)),
    ("layers.1.blocks.0.attn.q_bias", (192,)),
    ("patch_embed.proj.weight", (96, 3, 4, 4)),
    ("head.weight", (1000, 768)),
    ("decode_head.bottleneck.bn.weight", (512,)),
    ("decode_head.bottleneck.bn.running_var", (512,)),
    ("decode_head.bottleneck.bn.running_mean", (512,)),
]


def _check_values():
    def entry(name, array):
        return {
            "name": name,
            "shape": list(array.shape),
            "first": [float(x) for x in array.ravel()[:4]],
            "sha256OfLittleEndianFloat32": hashlib.sha256(
                np.ascontiguousarray(array, "<f4").tobytes()
            ).hexdigest(),
        }

    return {
        "script": "scripts/formula.py",
        "seeds": {name: f"{seed(name):016x}" for name in ("", "input", "cotangent")},
        "parameters": [entry(name, parameter(name, shape)) for name, shape in _CHECKED],
        "inputs": [entry("input", images("input", (2, 3, 56, 56)))],
        "cotangents": [entry("cotangent", cotangent((2, 5)))],
    }


def main(arguments):
    if len(arguments) != 1:
        sys.exit("usage: formula.py FILE.json")
    with open(arguments[0], "w", encoding="utf-8") as file:
        json.dump(_check_values(), file, indent=2)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
