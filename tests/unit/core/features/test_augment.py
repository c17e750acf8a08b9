from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from torchvision.transforms.v2 import functional

from ahsml_app.core.features.augment import augment_image, jittered

HASH = "0123456789abcdef" * 2


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


def picture(width: int, height: int, seed: int = 0) -> Image.Image:
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 256, (6, 7, 3), dtype=np.uint8)
    return Image.fromarray(coarse).resize((width, height), Image.Resampling.BICUBIC)


def ramp(width: int, height: int) -> Image.Image:
    """Red is the column and green the row, so that an augmentation tells which part it shows."""
    values = np.zeros((height, width, 3), dtype=np.uint8)
    values[..., 0] = np.linspace(0, 255, width)
    values[..., 1] = np.linspace(0, 255, height)[:, None]
    return Image.fromarray(values)


def test_the_plain_view_is_the_whole_picture_squeezed_into_the_square():
    image = picture(310, 170)
    (plain,) = augment_image(image, 64, [0], HASH)
    expected = np.asarray(image.resize((64, 64), Image.Resampling.BILINEAR))
    assert np.abs(plain.transpose(1, 2, 0).astype(int) - expected).max() <= 1


def test_the_plain_view_of_a_picture_of_the_right_size_is_the_picture():
    image = picture(64, 64)
    (plain,) = augment_image(image, 64, [0], HASH)
    np.testing.assert_array_equal(plain.transpose(1, 2, 0), np.asarray(image))


def test_a_view_is_the_same_alone_in_company_and_in_any_thread():
    image = picture(150, 120)
    together = augment_image(image, 32, [0, 1, 2, 3], HASH)
    with ThreadPoolExecutor(4) as pool:
        alone = list(
            pool.map(
                lambda augmentation: augment_image(image, 32, [augmentation], HASH)[0], [3, 1, 0, 2]
            )
        )
    np.testing.assert_array_equal(np.stack(alone), together[[3, 1, 0, 2]])


def test_the_seeds_of_torch_and_numpy_do_not_matter():
    image = picture(150, 120)
    augmentations = []
    for seed in (1, 2):
        torch.manual_seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - the generator that must not matter
        augmentations.append(augment_image(image, 32, [1, 2], HASH))
    np.testing.assert_array_equal(*augmentations)


def test_other_content_and_other_numbers_give_other_augmentations():
    image = picture(150, 120)
    augmentations = [
        *augment_image(image, 32, [0, 1, 2], HASH),
        *augment_image(image, 32, [1, 2], HASH[::-1]),
    ]
    assert len({augmentation.tobytes() for augmentation in augmentations}) == len(augmentations)


def test_the_plain_view_does_not_depend_on_the_seed():
    image = picture(90, 120)
    first, second = (augment_image(image, 32, [0], text) for text in (HASH, "another"))
    np.testing.assert_array_equal(first, second)


def test_parts_have_the_stated_area_and_aspect():
    image = ramp(400, 300)
    augmentations = augment_image(image, 48, range(1, 200), HASH).astype(float)
    # One factor and one offset change all colours of an augmentation, at most by half.
    red, green = augmentations[:, 0], augmentations[:, 1]
    wide = np.abs(red[:, :, -1].mean(1) - red[:, :, 0].mean(1))
    high = np.abs(green[:, -1].mean(1) - green[:, 0].mean(1))
    assert 0.55 < wide.mean() / 255 < 1.0
    aspects = (wide / high) * (400 / 300)
    assert np.quantile(aspects, 0.02) > 3 / 4 - 0.08
    assert np.quantile(aspects, 0.98) < 4 / 3 + 0.12
    assert aspects.std() > 0.1


def test_half_of_the_views_are_mirrored():
    augmentations = augment_image(ramp(200, 200), 24, range(1, 301), HASH).astype(float)
    mirrored = augmentations[:, 0, :, 0].mean(1) > augmentations[:, 0, :, -1].mean(1)
    assert 0.4 < mirrored.mean() < 0.6
    upright = augmentations[:, 1, 0].mean(1) < augmentations[:, 1, -1].mean(1)
    assert upright.all()


def test_brightness_varies_by_about_a_fifth():
    gray = Image.new("RGB", (50, 50), (100, 100, 100))
    augmentations = augment_image(gray, 16, range(1, 301), HASH)
    assert (augmentations == augmentations[:, :1, :1, :1]).all()  # one even gray stays one
    levels = augmentations[:, 0, 0, 0].astype(int)
    assert 79 <= levels.min() <= 83
    assert 117 <= levels.max() <= 121
    assert abs(levels.mean() - 100) < 3


@pytest.mark.parametrize("factors", [(1.2, 1, 1), (1, 0.8, 1), (1, 1, 1.2), (0.9, 1.15, 0.82)])
def test_colour_changes_are_those_of_torchvision(factors):
    dull = (augment_image(picture(64, 64), 64, [0], HASH)[0] * 0.4 + 70).astype(np.uint8)
    brightness, contrast, saturation = factors
    theirs = functional.adjust_brightness(torch.from_numpy(dull), brightness)
    theirs = functional.adjust_contrast(theirs, contrast)
    theirs = functional.adjust_saturation(theirs, saturation).numpy()
    difference = jittered(dull, *factors).astype(int) - theirs
    assert np.abs(difference).max() <= 3  # torchvision rounds down after each of the three
    assert np.abs(dull.astype(int) - theirs).mean() > 0.5


def test_colour_changes_stay_within_the_range_of_pixels():
    extremes = np.zeros((3, 8, 8), dtype=np.uint8)
    extremes[:, :4] = 255
    changed = jittered(extremes, 1.2, 1.2, 1.2)
    assert (changed[:, :4] == 255).all()
    assert (changed[:, 4:] == 0).all()


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 300),
    height=st.integers(1, 300),
    size=st.integers(1, 48),
    augmentations=st.lists(st.integers(0, 9), max_size=4),
)
def test_any_shape_gives_squares(width, height, size, augmentations):
    pixels = augment_image(Image.new("RGB", (width, height), "teal"), size, augmentations, HASH)
    assert pixels.shape == (len(augmentations), 3, size, size)
    assert pixels.dtype == np.uint8
    assert pixels.flags.c_contiguous


def test_a_very_long_picture_is_cut_in_its_middle():
    values = np.zeros((20, 2000, 3), dtype=np.uint8)
    values[:, 980:1020] = 200
    (augmentation,) = augment_image(Image.fromarray(values), 16, [1], HASH)
    assert augmentation.min() > 100
