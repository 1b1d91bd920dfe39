#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Small checkpoints with random weights, as each library writes them, and the library's logits.

Usage: make_dialect_goldens.py --swin-transformer CHECKOUT [CASE...]

Naming cases updates those and leaves the others as they are. Some need another release of a
library, to be put first on PYTHONPATH: timm_old_v1 a timm before 0.9, huggingface5_* a
Transformers 5, openmmlab_* mmpretrain, geometric a SciPy before 1.14. Without names, the program
makes all cases that the present releases can make.
"""

import argparse
import importlib.metadata
import json
import logging
import sys
import types

import numpy as np
import timm
import torch
import torchvision
from safetensors.torch import load_file

import formula
import references

_FOLDER = references.GOLDENS / "dialects"
_SEED = 20260203
_SIZE = 64
_WIDTH = 4
_DEPTHS = [1, 2, 1]
_HEADS = [1, 2, 4]
_WINDOW = 4
_CLASSES = 5
_PRETRAINED = [6, 6, 3]
_OFFICIAL_ARGUMENTS = {
    "img_size": _SIZE,
    "embed_dim": _WIDTH,
    "depths": _DEPTHS,
    "num_heads": _HEADS,
    "window_size": _WINDOW,
    "num_classes": _CLASSES,
    "drop_path_rate": 0.0,
}


def _release(package):
    return {"package": package, "release": importlib.metadata.version(package)}


def _randomise(model):
    """Moves every parameter well away from where it starts, keeping activations near order 1."""
    generator = torch.Generator().manual_seed(_SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(0.2 * noise)
            elif parameter.dim() == 3:  # logit scale, absolute position, mask token
                parameter.add_(0.5 * noise)
            else:
                parameter.copy_(noise / parameter[0].numel() ** 0.5)
    return model.eval()


def _images(size=_SIZE):
    return torch.from_numpy(formula.images("input", (1, 3, size, size)))


def _outputs(model, *arguments):
    with torch.inference_mode():
        return model(*arguments)


def _case(source, version, state, logits, **more):
    config = {
        "version": version,
        "imageSize": _SIZE,
        "width": _WIDTH,
        "depths": _DEPTHS,
        "heads": _HEADS,
        "window": _WINDOW,
        "referenceWindows": [0, 0, 0],
        "classes": _CLASSES,
        "absolutePosition": False,
        "patchNorm": True,
        "shrink": "BOTH_AXES",
    }
    return {"source": source, **config, **more}, state, logits


def _official_source():
    return {"package": references.OFFICIAL_PROJECT, "release": references.OFFICIAL_COMMIT}


def _microsoft(official, version, **arguments):
    model = _randomise(official.model(version, **_OFFICIAL_ARGUMENTS, **arguments))
    return _case(
        _official_source(),
        version,
        model.state_dict(),
        _outputs(model, _images()),
        absolutePosition=arguments.get("ape", False),
        referenceWindows=arguments.get("pretrained_window_sizes", [0, 0, 0]),
    )


def _timm(_, version):
    name = "SwinTransformer" if version == 1 else "SwinTransformerV2"
    module = f"swin_transformer{'' if version == 1 else '_v2'}"
    kind = getattr(getattr(timm.models, module), name)
    model = _randomise(kind(**_OFFICIAL_ARGUMENTS))
    return _case(_release("timm"), version, model.state_dict(), _outputs(model, _images()))


def _old_timm(official, version):
    if tuple(map(int, timm.__version__.split(".")[:2])) >= (0, 9):
        sys.exit(f"timm_old_v{version} needs a timm before 0.9, found {timm.__version__}")
    return _timm(official, version)


def _torchvision(_, version):
    swin = torchvision.models.swin_transformer
    more = (
        {}
        if version == 1
        else {"block": swin.SwinTransformerBlockV2, "downsample_layer": swin.PatchMergingV2}
    )
    model = _randomise(
        swin.SwinTransformer(
            patch_size=[4, 4],
            embed_dim=_WIDTH,
            depths=_DEPTHS,
            num_heads=_HEADS,
            window_size=[_WINDOW, _WINDOW],
            stochastic_depth_prob=0.0,
            num_classes=_CLASSES,
            **more,
        )
    )
    logits = _outputs(model, _images())
    return _case(_release("torchvision"), version, model.state_dict(), logits, shrink="NEVER")


def _hugging_face_model(version, kind, **more):
    import transformers

    prefix = "Swin" if version == 1 else "Swinv2"
    config = getattr(transformers, f"{prefix}Config")(
        image_size=_SIZE,
        embed_dim=_WIDTH,
        depths=_DEPTHS,
        num_heads=_HEADS,
        window_size=_WINDOW,
        num_labels=_CLASSES,
        drop_path_rate=0.0,
        **more,
    )
    return _randomise(getattr(transformers, f"{prefix}{kind}")(config))


def _hugging_face(_, version, **more):
    model = _hugging_face_model(version, "ForImageClassification", **more)
    return _case(
        _release("transformers"),
        version,
        model.state_dict(),
        _outputs(model, _images()).logits,
        referenceWindows=more.get("pretrained_window_sizes", [0, 0, 0]),
    )


def _hugging_face_5(official, version):
    case = _hugging_face(official, version)
    if int(case[0]["source"]["release"].split(".")[0]) < 5:
        sys.exit("huggingface5 needs Transformers 5")
    return case


def _hugging_face_bare(_, version):
    model = _hugging_face_model(version, "Model")
    return _case(
        _release("transformers"),
        version,
        model.state_dict(),
        _outputs(model, _images()).pooler_output,
        classes=0,
    )


def _simmim(official, version):
    module = official.package_module("models/simmim.py")
    kind = getattr(module, f"SwinTransformer{'' if version == 1 else 'V2'}ForSimMIM")
    encoder = kind(**{**_OFFICIAL_ARGUMENTS, "num_classes": 0})
    targets = types.SimpleNamespace(ENABLE=False, PATCH_SIZE=47)
    model = module.SimMIM(types.SimpleNamespace(NORM_TARGET=targets), encoder, 16, 3, 4)
    _randomise(model)
    tokens = _SIZE // 4
    features = _outputs(model.encoder, _images(), torch.zeros(1, tokens, tokens))
    return _case(
        _official_source(), version, model.state_dict(), features.mean((2, 3)), classes=0
    )


def _open_mmlab(_, version):
    if version == 1:
        from mmpretrain.models.backbones.swin_transformer import SwinTransformer as Kind
    else:
        from mmpretrain.models.backbones.swin_transformer_v2 import SwinTransformerV2 as Kind
    from mmpretrain.models.heads import LinearClsHead
    from mmpretrain.models.necks import GlobalAveragePooling

    arch = {"embed_dims": _WIDTH, "depths": _DEPTHS, "num_heads": _HEADS}
    if version == 2:
        arch["extra_norm_every_n_blocks"] = 0
    last = len(_DEPTHS) - 1
    backbone = Kind(
        arch=arch,
        img_size=_SIZE,
        window_size=_WINDOW,
        drop_path_rate=0.0,
        out_indices=(last,),
        **({} if version == 1 else {"pretrained_window_sizes": [0] * len(_DEPTHS)}),
    )
    head = LinearClsHead(num_classes=_CLASSES, in_channels=_WIDTH << last)
    model = _randomise(torch.nn.ModuleDict({"backbone": backbone, "head": head}))
    with torch.inference_mode():
        logits = head(GlobalAveragePooling()(backbone(_images())))
    return _case(_release("mmpretrain"), version, model.state_dict(), logits)


def _loaded_elsewhere(official, version, name, **arguments):
    """The logits after the official loader took another case's file to a larger network."""
    state = load_file(_FOLDER / f"{name}.safetensors")
    size, window = 96, 6
    windows = {} if version == 1 else {"pretrained_window_sizes": [_WINDOW] * len(_DEPTHS)}
    model = official.model(
        version,
        **{**_OFFICIAL_ARGUMENTS, "img_size": size, "window_size": window},
        **arguments,
        **windows,
    )
    file = _FOLDER / "official.pth"
    torch.save({"model": state}, file)
    try:
        config = types.SimpleNamespace(MODEL=types.SimpleNamespace(PRETRAINED=str(file)))
        official.module("utils.py").load_pretrained(config, model, logging.getLogger("silent"))
    finally:
        file.unlink()
    return _case(
        _official_source(),
        version,
        None,
        _outputs(model.eval(), _images(size)),
        file=name,
        absolutePosition=arguments.get("ape", False),
        loadImageSize=size,
        loadWindow=window,
    )


_CASES = {
    "microsoft_v1": lambda official: _microsoft(official, 1),
    "microsoft_v2": lambda official: _microsoft(official, 2),
    "microsoft_v1_absolute": lambda official: _microsoft(official, 1, ape=True),
    "microsoft_v2_pretrained": lambda official: _microsoft(
        official, 2, pretrained_window_sizes=_PRETRAINED
    ),
    "microsoft_v1_resized": lambda official: _loaded_elsewhere(
        official, 1, "microsoft_v1_absolute", ape=True
    ),
    "microsoft_v2_resized": lambda official: _loaded_elsewhere(official, 2, "microsoft_v2"),
    "timm_v1": lambda official: _timm(official, 1),
    "timm_v2": lambda official: _timm(official, 2),
    "torchvision_v1": lambda official: _torchvision(official, 1),
    "torchvision_v2": lambda official: _torchvision(official, 2),
    "huggingface_v1": lambda official: _hugging_face(official, 1),
    "huggingface_v2": lambda official: _hugging_face(
        official, 2, pretrained_window_sizes=_PRETRAINED
    ),
    "huggingface_v1_bare": lambda official: _hugging_face_bare(official, 1),
    "huggingface_v2_bare": lambda official: _hugging_face_bare(official, 2),
    "simmim_v1": lambda official: _simmim(official, 1),
    "simmim_v2": lambda official: _simmim(official, 2),
}
_ELSEWHERE = {
    "timm_old_v1": lambda official: _old_timm(official, 1),
    "huggingface5_v1": lambda official: _hugging_face_5(official, 1),
    "openmmlab_v1": lambda official: _open_mmlab(official, 1),
    "openmmlab_v2": lambda official: _open_mmlab(official, 2),
}


def _tables():
    """Single tensors before and after the functions that resize them."""
    generator = torch.Generator().manual_seed(_SEED)
    tensors = {}

    def table(window, heads=3):
        return torch.randn((2 * window - 1) ** 2, heads, generator=generator)

    for source, target in ((7, 12), (7, 8), (12, 7), (8, 16), (3, 5), (12, 24)):
        before = table(source)
        side = 2 * source - 1
        grid = before.T.reshape(1, -1, side, side)
        after = torch.nn.functional.interpolate(grid, size=(2 * target - 1,) * 2, mode="bicubic")
        tensors[f"bicubic.{source}.{target}.before"] = before
        tensors[f"bicubic.{source}.{target}.after"] = after.reshape(3, -1).T
        after = timm.layers.resize_rel_pos_bias_table(
            before, (target, target), ((2 * target - 1) ** 2, 3)
        )
        tensors[f"timm.{source}.{target}.after"] = after
    for channels in (1, 2, 4, 7):
        before = torch.randn(2, 3, 4, 4, generator=generator)
        tensors[f"channels.{channels}.before"] = before
        tensors[f"channels.{channels}.after"] = timm.models._manipulate.adapt_input_conv(
            channels, before.clone()
        )
    return tensors


def _geometric(official):
    """SimMIM's own function, for the tables that are there already."""
    import scipy

    remap = official.module("utils_simmim.py").remap_pretrained_keys_swin
    tensors = {}
    for name, before in load_file(_FOLDER / "tables.safetensors").items():
        kind, source, target, *_ = name.split(".")
        if kind == "bicubic" and name.endswith("before"):
            key = "relative_position_bias_table"
            rows = (2 * int(target) - 1) ** 2
            model = types.SimpleNamespace(state_dict=lambda: {key: torch.zeros(rows, 3)})
            checkpoint = {key: before}
            remap(model, checkpoint, logging.getLogger("silent"))
            tensors[f"simmim.{source}.{target}.after"] = checkpoint[key]
    return tensors, {"package": "scipy", "release": scipy.__version__}


def _save(name, tensors):
    arrays = {key: value.detach().numpy() for key, value in tensors.items()}
    references.write_tensors(_FOLDER / f"{name}.safetensors", arrays)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--swin-transformer", required=True, metavar="CHECKOUT")
    parser.add_argument("cases", nargs="*", metavar="CASE")
    arguments = parser.parse_args()
    known = {**_CASES, **_ELSEWHERE, "tables": None, "geometric": None}
    if unknown := set(arguments.cases) - set(known):
        parser.error(f"unknown cases {sorted(unknown)}; known: {list(known)}")
    torch.set_num_threads(1)
    _FOLDER.mkdir(parents=True, exist_ok=True)
    official = references.Official(arguments.swin_transformer)
    file = _FOLDER / "dialects.json"
    document = json.loads(file.read_text("utf-8")) if file.exists() else {"cases": {}}
    document |= {"script": "scripts/make_dialect_goldens.py", "seed": _SEED}
    for name in arguments.cases or [*_CASES, "tables"]:
        if name == "tables":
            _save(name, _tables())
            document["tables"] = references.versions()
        elif name == "geometric":
            tensors, document["geometric"] = _geometric(official)
            _save(name, tensors)
        else:
            torch.manual_seed(_SEED)  # for what the libraries initialise
            case, state, logits = known[name](official)
            case["torch"] = torch.__version__
            case["logits"] = [float(x) for x in logits.flatten()]
            document["cases"][name] = case
            if state is not None:
                _save(name, state)
        print(name, flush=True)
    document["cases"] = {
        name: document["cases"][name] for name in known if name in document["cases"]
    }
    references.write_json(file, document)


if __name__ == "__main__":
    main()
