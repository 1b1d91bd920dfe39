# SPDX-License-Identifier: Apache-2.0
"""Published architectures in each library, with random weights, and what is needed to compare them."""

import types

import torch
from safetensors.torch import save_model

import formula
import references

DIALECTS = ("microsoft", "timm", "torchvision", "huggingface")
PRETRAINING = "simmim"  # a dialect to read only
_SIZES = {
    "tiny": (96, [2, 2, 6, 2], [3, 6, 12, 24]),
    "small": (96, [2, 2, 18, 2], [3, 6, 12, 24]),
    "base": (128, [2, 2, 18, 2], [4, 8, 16, 32]),
    "large": (192, [2, 2, 18, 2], [6, 12, 24, 48]),
}
# name: version, size, image side, window, windows of the pre-training
MODELS = {
    **{f"swin_{size}_patch4_window7_224": (1, size, 224, 7, None) for size in _SIZES},
    **{f"swinv2_{size}_window8_256": (2, size, 256, 8, None) for size in _SIZES if size != "large"},
    "swinv2_large_window12to16_192to256": (2, "large", 256, 16, [12, 12, 12, 6]),
    "swin_base_patch4_window6_192.simmim_in1k_800e": (1, "base", 192, 6, None),
    "swinv2_base_window12_192.simmim_1k_500k": (2, "base", 192, 12, None),
}
_SEED = 20260204
_CLASSES = 1000


def is_pretraining(model):
    """Whether the published file is SimMIM's encoder and decoder, without a head."""
    return f".{PRETRAINING}" in model


def exists(model, dialect):
    """torchvision has no large model and no windows of a pre-training; SimMIM is Microsoft's."""
    if is_pretraining(model):
        return dialect in ("microsoft", PRETRAINING)
    if dialect == "torchvision":
        return MODELS[model][1] != "large"
    return dialect != PRETRAINING


def build(model, dialect, official):
    """The library's own network, its parameters not yet meaningful."""
    torch.manual_seed(_SEED)
    version, size, side, window, pretrained = MODELS[model]
    if dialect == "timm":
        import timm

        return timm.create_model(model, pretrained=False, drop_path_rate=0.0).eval()
    if dialect == "torchvision":
        import torchvision

        name = f"swin_{'' if version == 1 else 'v2_'}{size[0]}"
        return getattr(torchvision.models, name)(weights=None).eval()
    width, depths, heads = _SIZES[size]
    arguments = {"embed_dim": width, "depths": depths, "num_heads": heads, "window_size": window}
    if dialect == PRETRAINING:
        module = official.package_module("models/simmim.py")
        kind = getattr(module, f"SwinTransformer{'' if version == 1 else 'V2'}ForSimMIM")
        encoder = kind(img_size=side, num_classes=0, **arguments)
        targets = types.SimpleNamespace(ENABLE=False, PATCH_SIZE=47)
        return module.SimMIM(types.SimpleNamespace(NORM_TARGET=targets), encoder, 32, 3, 4).eval()
    if dialect == "microsoft":
        if pretrained:
            arguments["pretrained_window_sizes"] = pretrained
        classes = 0 if is_pretraining(model) else _CLASSES
        return official.model(version, img_size=side, num_classes=classes, **arguments).eval()
    import transformers

    if pretrained:
        arguments["pretrained_window_sizes"] = pretrained
    prefix = "Swin" if version == 1 else "Swinv2"
    config = getattr(transformers, f"{prefix}Config")(
        image_size=side, num_labels=_CLASSES, **arguments
    )
    return getattr(transformers, f"{prefix}ForImageClassification")(config).eval()


def randomise(model):
    """Moves every parameter well away from where it starts, keeping activations near order 1."""
    generator = torch.Generator().manual_seed(_SEED)
    with torch.no_grad():
        for parameter in model.parameters():
            noise = torch.randn(parameter.shape, generator=generator)
            if parameter.dim() == 1:
                parameter.add_(noise, alpha=0.1)
            elif parameter.dim() == 3:
                parameter.add_(noise, alpha=0.5)
            else:
                parameter.copy_(noise / parameter[0].numel() ** 0.5)
    return model


def logits(model, name):
    """What a network makes of the formula's picture; pooled features where there is no head."""
    side = MODELS[name][2]
    images = torch.from_numpy(formula.images("input", (1, 3, side, side)))
    with torch.inference_mode():
        if hasattr(model, "encoder") and hasattr(model, "decoder"):
            return model.encoder(images, torch.zeros(1, side // 4, side // 4)).mean((2, 3))
        result = model(images)
    return getattr(result, "logits", result)


def save(model, dialect, file):
    """Writes the format in which the library's weights are published; returns the file."""
    if dialect in ("microsoft", PRETRAINING):
        target = file.with_name(file.name + ".pth")
        torch.save({"model": model.state_dict(), "epoch": 299}, target)
    elif dialect == "torchvision":
        target = file.with_name(file.name + ".pth")
        torch.save(model.state_dict(), target)
    else:
        target = file.with_name(file.name + ".safetensors")
        if dialect == "timm":
            save_model(model, target, {"format": "pt"})
        else:
            model.save_pretrained(file)
            (file / "model.safetensors").rename(target)
            (file / "config.json").unlink()
            file.rmdir()
    return target


def versions():
    import transformers

    return {**references.versions(), "transformers": transformers.__version__}
