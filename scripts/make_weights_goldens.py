# SPDX-License-Identifier: Apache-2.0
"""Writes src-test-data/goldens/weights with PyTorch and the reference safetensors library.

mixed.safetensors holds one tensor per element type; for each type that widens to float32, the
tensor "<name>.float32" holds what PyTorch makes of it.

torch_*.pth hold the same training state in every form that torch.save writes; torch.safetensors
holds its tensors under the flattened names, contiguous, and its scalars as metadata.

sharded/ holds a dictionary split into two files, with its index.

The seeds of the fuzz tests, in the resources of swin-djl-zoo's tests, are small files of each kind.

Usage: python scripts/make_weights_goldens.py [output directory]
"""
import argparse
import collections
import json
import pathlib
import sys
import warnings
import zipfile

import numpy
import safetensors
import torch
from safetensors.torch import save_file

SEED = 20260101


def training_state(generator: torch.Generator) -> dict:
    """What training scripts save: model, optimizer, moving average, schedule, scalars, options."""
    base = torch.randn(6, 5, 4, generator=generator)
    network = torch.nn.Sequential(
        collections.OrderedDict(
            embed=torch.nn.Conv2d(3, 4, 2), norm=torch.nn.BatchNorm2d(4), head=torch.nn.Linear(4, 3)
        )
    )
    with torch.no_grad():
        for parameter in network.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    optimizer = torch.optim.AdamW(network.parameters(), lr=1e-3)
    for parameter in network.parameters():
        parameter.grad = torch.randn(parameter.shape, generator=generator)
    optimizer.step()
    counting = torch.arange(-6, 6).reshape(3, 4)
    return {
        "model": network.state_dict(),
        "optimizer": optimizer.state_dict(),
        "state_dict_ema": {"module." + k: v.half() for k, v in network.state_dict().items()},
        "views": {
            "whole": base,
            "part": base[2:4],
            "from_offset": base[1, 2:, 1:],
            "transposed": base.permute(2, 0, 1),
            "stepped": base[::2, 1::2, ::3],
            "expanded": base[0, :, :1].expand(5, 7),
            "column": base[:, 0, 0],
            "one": base[3, 2, 1],
            "none": base[0:0],
        },
        "types": {
            "double": base.double()[0] / 3,
            "half": base[0].half(),
            "brain": base[0].bfloat16(),
            "brain_transposed": base[0].bfloat16().t(),
            "complex": torch.complex(base[0], base[1]),
            "i64": counting << 40,
            "i32": (counting << 20).to(torch.int32),
            "i16": (counting * 1000).to(torch.int16),
            "i8": counting.to(torch.int8),
            "i8_transposed": counting.to(torch.int8).t(),
            "u8": (counting + 200).to(torch.uint8),
            "bool": counting % 2 == 0,
            "u16": (counting + 60000).to(torch.uint16),
            "u32": (counting + 4000000000).to(torch.uint32),
            "u64": (counting + 6).to(torch.uint64),
            "f8_e4m3": counting.to(torch.float8_e4m3fn),
            "f8_e5m2": counting.to(torch.float8_e5m2),
            "scalar": torch.tensor(1.5),
            "empty": torch.zeros(0, 3),
            "parameter": torch.nn.Parameter(base[5].clone()),
        },
        "list": [torch.tensor([1, 2]), (torch.tensor([3.0]), "text")],
        "lr_scheduler": {"milestones": collections.Counter([30, 60]), "last": 2.5, "big": 1 << 40},
        "defaults": collections.defaultdict(list, {"a": [1]}),
        "config": argparse.Namespace(model="swin", device=torch.device("cpu"), kinds={1, 2}),
        "numpy": {"scalar": numpy.float32(0.5), "array": numpy.arange(3)},
        "shape": torch.Size([1, 2]),
        "epoch": 299,
        "max_accuracy": 81.25,
        "amp": True,
        "nothing": None,
        "note": "umlaut \u00e4 clef \U0001d11e",
    }


def flatten(name: str, value, tensors: dict, scalars: dict) -> None:
    if isinstance(value, torch.Tensor):
        tensors[name] = value.detach().clone().contiguous()
    elif isinstance(value, dict):
        for key, item in value.items():
            flatten(f"{name}.{key}" if name else str(key), item, tensors, scalars)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            flatten(f"{name}.{index}", item, tensors, scalars)
    elif isinstance(value, bool):
        scalars[name] = str(value).lower()
    elif isinstance(value, (int, float, str)):
        scalars[name] = str(value)


def write_torch(out: pathlib.Path, generator: torch.Generator) -> None:
    state = training_state(generator)
    for protocol in (2, 3, 4, 5):
        torch.save(state, out / f"torch_zip_{protocol}.pth", pickle_protocol=protocol)
    tensors, scalars = {}, {}
    flatten("", state, tensors, scalars)
    save_file(tensors, out / "torch.safetensors", scalars)
    for protocol in (2, 4):
        torch.save(
            state,
            out / f"torch_legacy_{protocol}.pth",
            pickle_protocol=protocol,
            _use_new_zipfile_serialization=False,
        )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.save(torch.nn.Linear(2, 2), out / "refused_module.pth")
        torch.save({"a": torch.eye(2).to_sparse()}, out / "refused_sparse.pth")
        torch.save({"a": torch.randn(2, dtype=torch.cfloat).conj()}, out / "refused_conj.pth")
        torch.save({"a": torch.zeros(2, dtype=torch.cdouble)}, out / "refused_complex128.pth")
        torch.save(torch.zeros(2), out / "refused_tensor.pth")
        torch.jit.script(torch.nn.Linear(2, 2)).save(str(out / "refused_script.pt"))


def write_sharded(out: pathlib.Path, generator: torch.Generator) -> None:
    out.mkdir(exist_ok=True)
    names = ["model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors"]
    weight_map, total = {}, 0
    for number, name in enumerate(names):
        tensors = {f"layer{number}.{k}": torch.randn(3, generator=generator) for k in "ab"}
        save_file(tensors, out / name, {"format": "pt"})
        weight_map.update(dict.fromkeys(tensors, name))
        total += sum(t.nbytes for t in tensors.values())
    index = {"metadata": {"total_size": total}, "weight_map": weight_map}
    (out / "model.safetensors.index.json").write_text(json.dumps(index, indent=2) + "\n")


def write_seeds(out: pathlib.Path) -> None:
    """The smallest useful file of every kind; the shards named by the index do not exist."""
    matrix = torch.tensor([[1.0, 2.0], [3.0, 4.0]])
    state = collections.OrderedDict(
        a=matrix, b=matrix.t(), c=torch.tensor([1, 2], dtype=torch.uint16), d=[matrix[1].half(), 7]
    )
    for kind in ("safetensors", "torchZip", "torchLegacy", "torchPickle", "index"):
        (out / kind).mkdir(parents=True, exist_ok=True)
    save_file({"a": matrix, "b": matrix[1].half()}, out / "safetensors" / "small", {"k": "v"})
    index = {"metadata": {"total_size": 4}, "weight_map": {"a": "one", "b": "two"}}
    (out / "index" / "small").write_text(json.dumps(index))
    for protocol in (2, 4, 5):
        name = f"small_{protocol}"
        torch.save(state, out / "torchZip" / name, pickle_protocol=protocol)
        torch.save(
            state,
            out / "torchLegacy" / name,
            pickle_protocol=protocol,
            _use_new_zipfile_serialization=False,
        )
        with zipfile.ZipFile(out / "torchZip" / name) as archive:
            (out / "torchPickle" / name).write_bytes(archive.read(f"{name}/data.pkl"))


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
    write_torch(out, generator)
    write_sharded(out / "sharded", generator)
    if len(sys.argv) == 1:
        tests = root / "swin-djl-zoo" / "src" / "test" / "resources"
        write_seeds(tests / "io/github/swindjl/zoo/weights/StateFuzzTestInputs")


if __name__ == "__main__":
    main()
