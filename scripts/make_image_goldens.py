# SPDX-License-Identifier: Apache-2.0
"""Makes the test pictures and what Pillow, torchvision, timm and Transformers make of them.

Usage: python scripts/make_image_goldens.py

Needs numpy, pillow, torch, torchvision, timm and transformers; their versions are noted in the
results. Everything is drawn from fixed seeds, so a second run with the same versions changes
nothing. Writes src-test-data/images (inputs) and src-test-data/goldens/images (results).
"""

import hashlib
import json
import struct
import warnings
import zlib
from pathlib import Path

import numpy as np
import PIL
import timm
import torch
import torchvision
import transformers
from PIL import Image, ImageFile
from timm.data import create_transform
from torchvision import transforms
from torchvision.transforms import InterpolationMode
from torchvision.transforms._presets import ImageClassification

ROOT = Path(__file__).resolve().parent.parent / "src-test-data"
IMAGES = ROOT / "images"
GOLDENS = ROOT / "goldens" / "images"
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)
FILTERS = ["NEAREST", "BOX", "BILINEAR", "HAMMING", "BICUBIC", "LANCZOS"]
# Outputs of at most this many pixels are stored whole, so that a failure can be looked at.
WHOLE_PIXELS = 160

# Progressive files of a few pixels would outgrow Pillow's default output buffer.
ImageFile.MAXBLOCK = 1 << 20
warnings.filterwarnings("ignore", message="Palette images with Transparency")


def draw(width, height, noise=12, seed=0):
    """Waves, a disc and some noise: smooth parts, an edge and detail."""
    rng = np.random.default_rng(seed + 1000 * width + height)
    y, x = np.mgrid[0:height, 0:width]
    picture = np.stack(
        [128 + 90 * np.sin(x / 9 + y / 23), 128 + 90 * np.cos(x / 31 - y / 7), (3 * x + 2 * y) % 256],
        -1,
    )
    inside = (x - width / 3) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 4) ** 2
    picture[inside] = 255 - picture[inside]
    picture += rng.normal(0, noise, picture.shape)
    return Image.fromarray(picture.clip(0, 255).astype(np.uint8))


def without_segment(data, identifier):
    """Removes the JPEG segment whose content begins with the identifier."""
    start = data.index(identifier) - 4
    length = struct.unpack(">H", data[start + 2 : start + 4])[0]
    return data[:start] + data[start + 2 + length :]


def make_jpegs():
    for width, height in [(1, 1), (3, 40), (41, 2), (37, 29)]:
        for subsampling in ["4:4:4", "4:2:2", "4:2:0", "4:1:1"]:
            progressive = subsampling != "4:2:2"
            name = f"{width}x{height}-{subsampling.replace(':', '')}.jpg"
            draw(width, height).save(
                IMAGES / name, quality=90, subsampling=subsampling, progressive=progressive
            )
    small = draw(37, 29)
    small.save(IMAGES / "baseline.jpg", quality=75)
    small.convert("L").save(IMAGES / "grey.jpg")
    small.save(IMAGES / "stored-as-rgb.jpg", keep_rgb=True)
    small.save(IMAGES / "restart.jpg", restart_marker_blocks=2)
    exif = Image.Exif()
    exif[0x0112] = 6
    small.save(IMAGES / "exif-rotated.jpg", exif=exif)
    small.save(IMAGES / "plain.jpg", quality=90, subsampling=0)
    plain = (IMAGES / "plain.jpg").read_bytes()
    (IMAGES / "plain.jpg").unlink()
    (IMAGES / "without-jfif.jpg").write_bytes(without_segment(plain, b"JFIF"))
    profile = b"\xff\xe2\x00\x20ICC_PROFILE\x00\x01\x01" + b"x" * 16
    (IMAGES / "broken-profile.jpg").write_bytes(plain[:2] + profile + plain[2:])
    (IMAGES / "bytes-after-end.jpg").write_bytes(plain + b"more" * 50)

    red, green, blue = small.split()
    Image.merge("CMYK", [red, green, blue, draw(37, 29, seed=1).split()[0]]).save(
        IMAGES / "cmyk.jpg", quality=90
    )
    cmyk = (IMAGES / "cmyk.jpg").read_bytes()
    (IMAGES / "cmyk-without-adobe.jpg").write_bytes(without_segment(cmyk, b"Adobe"))
    ycck = bytearray(cmyk)
    ycck[cmyk.index(b"Adobe") + 11] = 2
    (IMAGES / "ycck.jpg").write_bytes(ycck)

    draw(500, 375, noise=4).save(IMAGES / "photo.jpg", quality=80)
    draw(97, 211).save(IMAGES / "portrait.jpg", quality=85)


def png_chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def raw_png(name, depth, color_type, samples, extra=b""):
    """Writes a 9x7 PNG of random bits, of a kind that Pillow does not write."""
    rng = np.random.default_rng(depth * 10 + color_type)
    row_bytes = (9 * samples * depth + 7) // 8
    rows = b"".join(b"\0" + rng.bytes(row_bytes) for _ in range(7))
    header = struct.pack(">IIBBBBB", 9, 7, depth, color_type, 0, 0, 0)
    (IMAGES / name).write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + extra
        + png_chunk(b"IDAT", zlib.compress(rows))
        + png_chunk(b"IEND", b"")
    )


def interlaced_png(name):
    """Writes a 9x7 RGB PNG in the seven passes of Adam7."""
    pixels = np.random.default_rng(7).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    data = b""
    for y, x, dy, dx in [(0, 0, 8, 8), (0, 4, 8, 8), (4, 0, 8, 4), (0, 2, 4, 4), (2, 0, 4, 2), (0, 1, 2, 2), (1, 0, 2, 1)]:
        for row in pixels[y::dy, x::dx]:
            if len(row):
                data += b"\0" + row.tobytes()
    header = struct.pack(">IIBBBBB", 9, 7, 8, 2, 0, 0, 1)
    (IMAGES / name).write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(data))
        + png_chunk(b"IEND", b"")
    )


def make_pngs():
    small = draw(37, 29)
    small.save(IMAGES / "rgb.png")
    small.convert("L").save(IMAGES / "grey.png")
    small.convert("1").save(IMAGES / "bits.png")
    small.quantize(200).save(IMAGES / "palette.png")
    small.quantize(200).save(IMAGES / "palette-transparent.png", transparency=5)
    small.quantize(7).save(IMAGES / "palette-4bit.png")
    alpha = np.random.default_rng(3).integers(0, 256, (29, 37), dtype=np.uint8)
    rgba = small.copy()
    rgba.putalpha(Image.fromarray(alpha))
    rgba.save(IMAGES / "rgba.png")
    rgba.convert("LA").save(IMAGES / "grey-alpha.png")
    small.save(IMAGES / "rgb-transparent.png", transparency=(10, 20, 30))
    for depth in (1, 2, 4, 16):
        raw_png(f"grey-{depth}bit.png", depth, 0, 1)
    raw_png("grey-4bit-transparent.png", 4, 0, 1, png_chunk(b"tRNS", b"\0\1"))
    raw_png("rgb-16bit.png", 16, 2, 3)
    raw_png("grey-alpha-16bit.png", 16, 4, 2)
    raw_png("rgba-16bit.png", 16, 6, 4)
    raw_png("rgb-gamma.png", 8, 2, 3, png_chunk(b"gAMA", struct.pack(">I", 100000)))
    interlaced_png("rgb-interlaced.png")
    # Few colours and no noise, or the file would be too large.
    draw(20000, 20, noise=0).quantize(8, dither=Image.Dither.NONE).save(IMAGES / "wide-20000x20.png")
    for width, height in [(1, 1), (300, 2), (2, 300), (1, 31), (31, 1), (17, 13), (64, 48)]:
        draw(width, height, noise=60).save(IMAGES / f"noise-{width}x{height}.png")


def make_gifs():
    small = draw(37, 29).quantize(60)
    small.save(IMAGES / "plain.gif")
    small.save(IMAGES / "animated.gif", save_all=True, append_images=[draw(37, 29, seed=2).quantize(40)])
    small.save(IMAGES / "transparent.gif", transparency=7)
    for name in ["plain", "transparent"]:
        data = bytearray((IMAGES / f"{name}.gif").read_bytes())
        frame = data.index(b",\0\0\0\0" + struct.pack("<HH", 37, 29))
        data[6:10] = struct.pack("<HH", 50, 40)
        data[frame + 1 : frame + 5] = struct.pack("<HH", 5, 6)
        (IMAGES / f"{name}-on-larger-screen.gif").write_bytes(data)
    data = bytearray((IMAGES / "plain.gif").read_bytes())
    data[6:10] = struct.pack("<HH", 20, 10)
    (IMAGES / "frame-beyond-screen.gif").write_bytes(data)


def raw_bmp(name, bits, compression=0, masks=b"", top_down=False):
    """Writes a 10x7 BMP of random bits, of a kind that Pillow does not write."""
    content = np.random.default_rng(bits + compression).bytes(7 * 10 * bits // 8)
    offset = 54 + len(masks)
    header = struct.pack("<IHHI", offset + len(content), 0, 0, offset)
    info = struct.pack(
        "<IiiHHIIiiII", 40, 10, -7 if top_down else 7, 1, bits, compression, 0, 0, 0, 0, 0
    )
    (IMAGES / name).write_bytes(b"BM" + header + info + masks + content)


def make_bmps():
    small = draw(37, 29)
    small.save(IMAGES / "rgb.bmp")
    small.convert("L").save(IMAGES / "grey.bmp")
    small.convert("1").save(IMAGES / "bits.bmp")
    small.quantize(16).save(IMAGES / "palette.bmp")
    raw_bmp("rgb-555.bmp", 16)
    raw_bmp("rgb-565.bmp", 16, 3, struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    raw_bmp("rgb-32bit-top-down.bmp", 32, top_down=True)


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def load(name):
    return Image.open(IMAGES / name).convert("RGB")


def result(case, picture):
    """Adds size and digest; small pictures are also stored whole."""
    case.update(width=picture.width, height=picture.height, sha256=sha256(picture.tobytes()))
    if picture.width * picture.height <= WHOLE_PIXELS:
        case["rgb"] = picture.tobytes().hex()
    return case


def decoded():
    return [result({"file": p.name}, load(p.name)) for p in sorted(IMAGES.iterdir()) if p.suffix != ".md"]


def resized():
    cases = []
    rng = np.random.default_rng(11)
    for name in sorted(p.name for p in IMAGES.glob("noise-*.png")):
        picture = load(name)
        width, height = picture.size
        for filter_name in FILTERS:
            sizes = [(7, 5), (5, 40), (1, 1), (width, 3), (4, height), (2 * width, 3 * height)]
            boxes = [None] * len(sizes)
            for _ in range(3):
                x = sorted(float(v) for v in rng.uniform(0, width, 2).astype(np.float32))
                y = sorted(float(v) for v in rng.uniform(0, height, 2).astype(np.float32))
                boxes.append((x[0], y[0], x[1], y[1]))
                sizes.append(tuple(int(v) for v in rng.integers(1, 60, 2)))
            for size, box in zip(sizes, boxes):
                case = {"file": name, "filter": filter_name}
                if box:
                    case["box"] = box
                resample = getattr(Image.Resampling, filter_name)
                cases.append(result(case, picture.resize(size, resample, box)))
    return cases


def official(height, width):
    """The evaluation transform that the official repository describes, for square inputs."""
    bicubic = InterpolationMode.BICUBIC
    if height >= 384:
        steps = [transforms.Resize((height, width), interpolation=bicubic)]
    else:
        steps = [
            transforms.Resize(int((256 / 224) * height), interpolation=bicubic),
            transforms.CenterCrop((height, width)),
        ]
    return transforms.Compose(steps)


def pixels_of(transform):
    """Returns the steps of a transform that come before the conversion to a tensor."""
    kinds = (transforms.Normalize,)
    steps = [s for s in transform.transforms if not isinstance(s, kinds)]
    return transforms.Compose([s for s in steps if "ToTensor" not in type(s).__name__])


def protocols():
    tensor = transforms.Compose([transforms.ToTensor(), transforms.Normalize(MEAN, STD)])
    processors = {
        size: transformers.ViTImageProcessor(
            size={"height": size, "width": size},
            resample=Image.Resampling.BICUBIC,
            image_mean=list(MEAN),
            image_std=list(STD),
        )
        for size in (224, 256, 384)
    }
    cases = []
    for name in ["photo.jpg", "portrait.jpg", "noise-64x48.png", "noise-2x300.png", "wide-20000x20.png"]:
        picture = load(name)

        def add(protocol, height, width, pixels, values, **more):
            values = np.ascontiguousarray(values, dtype="<f4")
            case = {"file": name, "protocol": protocol, **more}
            result(case, pixels)
            assert (pixels.height, pixels.width) == (height, width) == values.shape[1:]
            if protocol == "HF":
                # Its float32 steps differ, so that only closeness can be asked for.
                case["values"] = [float(f"{v:.7g}") for v in values.ravel()[::997]]
            else:
                case["tensorSha256"] = sha256(values.tobytes())
            cases.append(case)

        for size in (192, 224, 256, 384):
            pixels = official(size, size)(picture)
            add("OFFICIAL", size, size, pixels, tensor(pixels).numpy())
        for height, width, share in [(224, 224, 0.9), (256, 256, 0.9), (384, 384, 1.0), (192, 256, 0.9), (180, 100, 0.9), (100, 169, 0.9)]:
            whole = create_transform(
                (3, height, width), interpolation="bicubic", crop_pct=share, mean=MEAN, std=STD
            )
            add("TIMM", height, width, pixels_of(whole)(picture), whole(picture).numpy())
        for size, resize in [(224, 232), (224, 246), (224, 238), (256, 260), (256, 272)]:
            preset = ImageClassification(
                crop_size=size, resize_size=resize, interpolation=InterpolationMode.BICUBIC
            )
            pixels = transforms.functional.center_crop(
                transforms.functional.resize(picture, [resize], InterpolationMode.BICUBIC), [size]
            )
            add("TORCHVISION", size, size, pixels, preset(picture).numpy(), resize=resize)
        for size, processor in processors.items():
            pixels = picture.resize((size, size), Image.Resampling.BICUBIC)
            values = processor(picture, return_tensors="np")["pixel_values"][0]
            add("HF", size, size, pixels, values)
    return cases


def write(name, cases):
    document = {
        "madeBy": "scripts/make_image_goldens.py",
        "versions": {
            "pillow": PIL.__version__,
            "torch": torch.__version__,
            "torchvision": torchvision.__version__,
            "timm": timm.__version__,
            "transformers": transformers.__version__,
        },
    }
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    head = json.dumps(document, indent=2)[:-2]
    (GOLDENS / name).write_text(f'{head},\n  "cases": [\n{lines}\n  ]\n}}\n')


def main():
    IMAGES.mkdir(parents=True, exist_ok=True)
    GOLDENS.mkdir(parents=True, exist_ok=True)
    make_jpegs()
    make_pngs()
    make_gifs()
    make_bmps()
    write("decode.json", decoded())
    write("resize.json", resized())
    write("protocols.json", protocols())


if __name__ == "__main__":
    main()
