"""Every kind of image file that is read, and what is said of the others."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest
from hostile import sample_image
from PIL import Image

from ahsml_app.core.data.decode import UnreadableImage, decode, is_image_name

COLOURS = np.asarray(sample_image(3))
HAS_JPEG_XL = importlib.util.find_spec("imagecodecs") is not None
JPEG_XL_REASON = "damaged" if HAS_JPEG_XL else 'pip install "ahsml-app[jxl]"'


def reason(path: Path) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(path)
    return str(caught.value.reason)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        *(("a.ppm", {}), ("a.pnm", {}), ("a.tga", {}), ("a.TGA", {"compression": "tga_rle"})),
        *(("a.pcx", {}), ("a.dib", {}), ("a.jp2", {"irreversible": False}), ("a.j2k", {})),
        ("a.ico", {"sizes": [(48, 48)]}),
    ],
)
def test_formats_without_loss_come_back_exactly(tmp_path: Path, name: str, options: dict) -> None:
    Image.fromarray(COLOURS).save(tmp_path / name, **options)
    assert is_image_name(name)
    assert np.array_equal(np.asarray(decode(tmp_path / name)), COLOURS)


@pytest.mark.parametrize(("name", "kind"), [("a.avif", "AVIF"), ("a.mpo", "MPO")])
def test_formats_with_loss_come_back_nearly(tmp_path: Path, name: str, kind: str) -> None:
    options = {"save_all": True, "append_images": [sample_image(4)]} if kind == "MPO" else {}
    Image.fromarray(COLOURS).save(tmp_path / name, kind, quality=95, **options)
    assert is_image_name(name)
    found = np.asarray(decode(tmp_path / name)).astype(int)
    assert np.abs(found - COLOURS).mean() < 5


@pytest.mark.parametrize(("name", "mode"), [("a.pgm", "L"), ("a.pbm", "1")])
def test_gray_and_black_and_white_anymaps(tmp_path: Path, name: str, mode: str) -> None:
    image = sample_image(5).convert(mode)
    image.save(tmp_path / name)
    assert np.array_equal(np.asarray(decode(tmp_path / name)), np.asarray(image.convert("RGB")))


@pytest.mark.parametrize("name", ["a.HEIC", "a.tga", "a.pcx", "a.png", "a.jp2", "a.jxl"])
def test_the_bytes_decide_and_not_the_name(tmp_path: Path, name: str) -> None:
    sample_image(3).save(tmp_path / name, "JPEG", quality=95)
    found = np.asarray(decode(tmp_path / name)).astype(int)
    assert np.abs(found - COLOURS).mean() < 5


def heic_bytes() -> bytes:
    return b"\0\0\0\x1cftypheic" + bytes(12) + b"mif1heic" + bytes(40)


def test_heic_without_its_package_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "a.heic").write_bytes(heic_bytes())
    if importlib.util.find_spec("pillow_heif") is None:
        assert 'pip install "ahsml-app[heif]"' in reason(tmp_path / "a.heic")
    else:
        assert "HEIC" in reason(tmp_path / "a.heic")


def test_heic_is_read_with_its_package(tmp_path: Path) -> None:
    plugin = pytest.importorskip("pillow_heif")
    stream = io.BytesIO()
    plugin.from_pillow(sample_image(3)).save(stream, quality=90)
    (tmp_path / "a.heic").write_bytes(stream.getvalue())
    found = np.asarray(decode(tmp_path / "a.heic")).astype(int)
    assert np.abs(found - COLOURS).mean() < 8


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\xff\x0a" + bytes(50), JPEG_XL_REASON),
        (b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(50), JPEG_XL_REASON),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(50), "JPEG 2000"),
        (b"P6\n2 2\n255\nab", "cut off"),
        (b"no image at all", "not a JPEG"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, data: bytes, expected: str) -> None:
    (tmp_path / "a.png").write_bytes(data)
    assert expected in reason(tmp_path / "a.png")
