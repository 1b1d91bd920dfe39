# SPDX-License-Identifier: Apache-2.0
"""What the golden makers share: reference implementations, names, versions, files."""

import contextlib
import dataclasses
import hashlib
import importlib
import importlib.util
import io
import json
import platform
import re
import sys
import warnings
from pathlib import Path
from typing import Callable

import numpy as np
import timm
import torch
import torchvision
from safetensors.numpy import save_file

import formula

GOLDENS = Path(__file__).resolve().parent.parent / "src-test-data" / "goldens"

OFFICIAL_PROJECT = "https://github.com/microsoft/Swin-Transformer"
OFFICIAL_COMMIT = "f82860bfb5225915aca09c3227159ee9e1df874d"
# Git's names of the files' contents at that commit.
_OFFICIAL_FILES = {
    "models/swin_transformer.py": "dde06bc5b4c4e56f5c09adf84679b01e5eeaf488",
    "models/swin_transformer_v2.py": "a429d0a2c16aeb6127e9872709a97d1fbbe83645",
    "lr_scheduler.py": "a2122e5d4fcb50933870b770df401bd8c8b33b08",
    "optimizer.py": "4431701986aed78fcb9acc26d3b7e224f80dc7a4",
    "utils.py": "328ad09d14b4791bb62e2c97a4f0c027a0978ede",
    "utils_simmim.py": "2643fa4404a939c5e354f61fac311423cba71451",
    "models/simmim.py": "fc482b80f507fcfd625c2023f711ba7b78174d9c",
    "data/data_simmim_pt.py": "0f2503a7593f32d0c812886f225604ca68ba853e",
}
_OFFICIAL_CLASSES = {
    1: ("models/swin_transformer.py", "SwinTransformer"),
    2: ("models/swin_transformer_v2.py", "SwinTransformerV2"),
}


class Official:
    """The official code, imported from a checkout after its contents were compared."""

    def __init__(self, checkout):
        self._checkout = Path(checkout)
        self._modules = {}

    def module(self, path):
        if path not in self._modules:
            self._modules[path] = _load(self._verified(path))
        return self._modules[path]

    def package_module(self, path):
        """A file that imports its neighbours by their package."""
        self._verified(path)
        sys.path.insert(0, str(self._checkout))
        try:
            with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return importlib.import_module(path.removesuffix(".py").replace("/", "."))
        finally:
            sys.path.pop(0)

    def _verified(self, path):
        file = self._checkout / path
        content = file.read_bytes()
        found = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        if found != _OFFICIAL_FILES[path]:
            sys.exit(
                f"{file}: content {found}, expected {_OFFICIAL_FILES[path]}; "
                f"check out {OFFICIAL_PROJECT} at {OFFICIAL_COMMIT}"
            )
        return file

    def model(self, version, **arguments):
        path, name = _OFFICIAL_CLASSES[version]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return getattr(self.module(path), name)(**arguments)


def official_reference(version):
    path, name = _OFFICIAL_CLASSES[version]
    return {
        "project": OFFICIAL_PROJECT,
        "version": OFFICIAL_COMMIT,
        "class": f"{path}:{name}",
    }


def _load(file):
    spec = importlib.util.spec_from_file_location(f"official_{file.stem}", file)
    module = importlib.util.module_from_spec(spec)
    path = list(sys.path)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spec.loader.exec_module(module)
    sys.path[:] = path  # the V1 file extends it
    return module


def torchvision_reference():
    return {
        "project": "https://github.com/pytorch/vision",
        "version": torchvision.__version__,
        "class": "torchvision/models/swin_transformer.py:SwinTransformer",
    }


def versions():
    return {
        "torch": torch.__version__,
        "torchvision": torchvision.__version__,
        "timm": timm.__version__,
        "python": platform.python_version(),
    }


@dataclasses.dataclass(frozen=True)
class Dialect:
    """How a reference implementation names its parameters.

    With `joint_bias`, `attn.qkv.bias` holds query, key and value bias of a V2 block, of which the
    key part has no effect; Microsoft stores `q_bias` and `v_bias`.
    """

    microsoft_name: Callable[[str], str]
    joint_bias: bool = False

    def splits(self, name):
        return self.joint_bias and name.endswith("attn.qkv.bias")

    def part(self, name, part):
        return self.microsoft_name(name).removesuffix("qkv.bias") + part


def _from_timm(name):
    """timm numbers a merging by the stage it leads to and wraps the head."""
    name = re.sub(
        r"^layers\.(\d+)\.downsample\.",
        lambda match: f"layers.{int(match[1]) - 1}.downsample.",
        name,
    )
    return name.replace("head.fc.", "head.")


def _from_torchvision(name):
    """torchvision counts stem, stages and mergings through one list."""
    for pattern, target in (
        (r"^features\.0\.0\.", "patch_embed.proj."),
        (r"^features\.0\.2\.", "patch_embed.norm."),
        (
            r"^features\.(\d+)\.(reduction|norm)\.",
            lambda match: f"layers.{int(match[1]) // 2 - 1}.downsample.{match[2]}.",
        ),
        (
            r"^features\.(\d+)\.(\d+)\.",
            lambda match: f"layers.{int(match[1]) // 2}.blocks.{match[2]}.",
        ),
        (r"\.mlp\.0\.", ".mlp.fc1."),
        (r"\.mlp\.3\.", ".mlp.fc2."),
    ):
        name = re.sub(pattern, target, name)
    return name


MICROSOFT = Dialect(lambda name: name)
TIMM = Dialect(_from_timm)
TORCHVISION = {1: Dialect(_from_torchvision), 2: Dialect(_from_torchvision, joint_bias=True)}


def fill(model, dialect):
    """Sets every parameter from the formula."""
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            if dialect.splits(name):
                query, key, value = parameter.chunk(3)
                query.copy_(_formula_tensor(dialect.part(name, "q_bias"), query.shape))
                key.zero_()
                value.copy_(_formula_tensor(dialect.part(name, "v_bias"), value.shape))
            else:
                parameter.copy_(_formula_tensor(dialect.microsoft_name(name), parameter.shape))


def _formula_tensor(name, shape):
    return torch.from_numpy(formula.parameter(name, shape))


def gradients(model, dialect):
    """The gradients that the last backward pass left, by Microsoft name."""
    found = {}
    for name, parameter in model.named_parameters():
        gradient = parameter.grad.numpy()
        if dialect.splits(name):
            query, key, value = np.split(gradient, 3)
            if key.any():
                sys.exit(f"{name}: the key part has a gradient, so it is not without effect")
            found[dialect.part(name, "q_bias")] = query
            found[dialect.part(name, "v_bias")] = value
        else:
            found[dialect.microsoft_name(name)] = gradient
    return found


def write_tensors(file, tensors):
    file.parent.mkdir(parents=True, exist_ok=True)
    save_file({name: np.ascontiguousarray(array) for name, array in tensors.items()}, file)


def write_json(file, document):
    file.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(document, indent=2)
    # Lists of numbers on one line: people read these files, too.
    text = re.sub(
        r"\[[-+.e\d\s,]+\]",
        lambda match: "[" + ", ".join(match[0][1:-1].replace(",", " ").split()) + "]",
        text,
    )
    file.write_text(text + "\n", encoding="utf-8")
