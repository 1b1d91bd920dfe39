# SPDX-License-Identifier: Apache-2.0
"""Writes src-test-data/goldens/weights with the reference safetensors library.

mixed.safetensors holds one tensor per element type; for each type that widens to float32, the
tensor "<name>.float32" holds what PyTorch makes of it.

Usage: python scripts/make_weights_goldens.py [output directory]
"""
import pathlib
import sys

import safetensors
import torch
from safetensors.torch import save_file

SEED = 20260101


def main() -> None:
    root = pathlib.Path(__file__).resolve().parent.parent
    default = root / "src-test-data" / "goldens" / "weights"
    out = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else default
    out.mkdir(parents=True, exist_ok=True)
    generator = torch.Generator().manual_seed(SEED)
    bits = torch.randint(-32768, 32768, (16, 16), generator=generator, dtype=torch.int16)
    special = torch.tensor([0, -32768, 1, -32767, 0x3FF, 0x400, 0x7BFF, 0x7C00, -1024, 0x7F80, -128])
    bits.view(-1)[: len(special)] = special.to(torch.int16)
    counting = torch.arange(-6, 6).reshape(3, 4)
    tensors = {
        "half": bits.view(torch.float16),
        "brain": bits.clone().view(torch.bfloat16),
        "single": torch.randn(5, 7, generator=generator),
        "double": torch.randn(3, 2, 2, generator=generator, dtype=torch.float64) * 1e3,
        "i64": counting.to(torch.int64) * (1 << 40),
        "i32": counting.to(torch.int32) * (1 << 20),
        "i16": counting.to(torch.int16) * 1000,
        "i8": counting.to(torch.int8),
        "u8": (counting + 200).to(torch.uint8),
        "u16": (counting + 60000).to(torch.uint16),
        "u32": (counting + 4000000000).to(torch.uint32),
        "u64": (counting + 6).to(torch.uint64),
        "bool": counting % 2 == 0,
        "f8_e4m3": counting.to(torch.float8_e4m3fn),
        "f8_e5m2": counting.to(torch.float8_e5m2),
        "scalar": torch.tensor(1.5),
        "empty": torch.zeros(0, 3),
    }
    for name in ("half", "brain", "double"):
        tensors[name + ".float32"] = tensors[name].to(torch.float32)
    metadata = {
        "format": "pt",
        "torch": torch.__version__,
        "safetensors": safetensors.__version__,
        "seed": str(SEED),
        "text": 'quote " backslash \\ umlaut \u00e4 clef \U0001d11e',
    }
    save_file(tensors, out / "mixed.safetensors", metadata)


if __name__ == "__main__":
    main()
