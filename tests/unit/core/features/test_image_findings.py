"""Findings about pictures, each on images that are made to have it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageFilter

from ahsml_app.base.types import IMAGE_FINDINGS
from ahsml_app.core.data.decode import decode
from ahsml_app.core.features.augment import augment_image
from ahsml_app.core.features.image_findings import image_findings, measure

SIDE = 128


def scene(seed: int, size: tuple[int, int] = (200, 160)) -> Image.Image:
    """Boxes and discs on a gradient with a little noise, somewhat like a photograph."""
    random = np.random.default_rng(seed)
    width, height = size
    pixels = np.linspace(60, 180, width)[None, :, None] + np.zeros((height, width, 3))
    for _ in range(12):
        x, y = random.integers(0, width - 20), random.integers(0, height - 20)
        pixels[y : y + random.integers(8, 60), x : x + random.integers(8, 60)] = random.integers(
            0, 256, 3
        )
    return Image.fromarray(np.clip(pixels + random.normal(0, 6, pixels.shape), 0, 255).astype("u1"))


def drawing() -> Image.Image:
    """A black box on white."""
    image = Image.new("RGB", (200, 160), "white")
    image.paste("black", (40, 40, 110, 100))
    return image


def findings(image: Image.Image, others: int = 30) -> set[str]:
    """The findings about an image among ordinary ones."""
    images = [*(scene(seed) for seed in range(others)), image]
    measures = [
        measure(augment_image(each, SIDE, (0,), "ab" * 16)[0], each.size) for each in images
    ]
    bits = image_findings(np.array(measures))
    assert not bits[:-1].any()
    return {name for bit, name in enumerate(IMAGE_FINDINGS) if bits[-1] >> bit & 1}


def test_an_ordinary_picture_has_none() -> None:
    assert findings(scene(99)) == set()


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (Image.new("RGB", (200, 160), (90, 120, 30)), {"blank"}),
        (Image.new("RGB", (200, 160)), {"blank"}),
        (ImageEnhance.Brightness(scene(99)).enhance(0.2), {"dark"}),
        (Image.eval(scene(99), lambda level: 236 + level // 13), {"bright"}),
        (scene(99).filter(ImageFilter.GaussianBlur(6)), {"blurred"}),
        (drawing(), {"low_information"}),
        (scene(99, (1000, 800)), {"odd_size"}),
        (scene(99, (40, 32)), {"odd_size"}),
        (scene(99, (400, 100)), {"odd_aspect_ratio"}),
    ],
    ids=["blank", "black", "dark", "bright", "blurred", "drawing", "large", "small", "narrow"],
)
def test_each_finding(image: Image.Image, expected: set[str]) -> None:
    found = findings(image)
    assert expected <= found
    assert found - expected <= {"blurred"}  # what is enlarged is soft, too


def test_what_many_images_have_is_how_the_set_is() -> None:
    dark = [ImageEnhance.Brightness(scene(seed)).enhance(0.2) for seed in range(20)]
    images = [*dark, *(scene(seed) for seed in range(20, 60))]
    measures = [
        measure(augment_image(each, SIDE, (0,), "ab" * 16)[0], each.size) for each in images
    ]
    assert not image_findings(np.array(measures)).any()
    few = image_findings(np.array([*measures[:4], *measures[20:]]))
    assert np.flatnonzero(few >> IMAGE_FINDINGS.index("dark") & 1).tolist() == [0, 1, 2, 3]


def test_blank_images_are_named_however_many_they_are() -> None:
    measures = np.array([measure(np.full((3, SIDE, SIDE), 7, np.uint8), (50, 50))] * 9)
    assert (image_findings(measures) == 1).all()


@pytest.mark.parametrize("orientation", [1, 6])
def test_the_size_is_that_of_the_file_upright(tmp_path: Path, orientation: int) -> None:
    exif = Image.Exif()
    exif[274] = orientation
    scene(1, (1200, 400)).save(tmp_path / "large.jpg", exif=exif)
    image = decode(tmp_path / "large.jpg", box=64)
    assert max(image.size) < 1200
    assert image.info["stored_size"] == ((1200, 400) if orientation == 1 else (400, 1200))
