from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hostile import (
    ORIENTATION,
    huge_png,
    let_everybody_reach,
    make_hostile_folder,
    sample_image,
    tiff_of,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, TiffImagePlugin

from ahsml_app.core.data.decode import UnreadableImage, decode, is_image_name, thumbnail_jpeg

# The left half red, the right half blue, the top row of both darker: every turn shows.
CORNERS = np.zeros((20, 30, 3), np.uint8)
CORNERS[:, :15, 0] = CORNERS[:, 15:, 2] = 250
CORNERS[:10] //= 2


def pixels(path: Path, **options) -> np.ndarray:
    image = decode(path, **options)
    assert image.mode == "RGB"
    return np.asarray(image)


def reason(path: Path) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(path)
    assert str(path) not in str(caught.value.reason)
    return str(caught.value.reason)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif", "gif", "PNG", "Tiff"])
def test_lossless_formats_come_back_exactly(tmp_path, suffix):
    Image.fromarray(CORNERS).save(tmp_path / f"a.{suffix}")
    assert np.array_equal(pixels(tmp_path / f"a.{suffix}"), CORNERS)


@pytest.mark.parametrize("suffix", ["png", "bmp", "tif"])
def test_a_large_file_comes_back_exactly_and_says_what_is_wrong_with_it(tmp_path, suffix):
    noise = np.random.default_rng(0).integers(0, 256, (700, 800, 3), dtype=np.uint8)
    path = tmp_path / f"a.{suffix}"
    Image.fromarray(noise).save(path)
    assert path.stat().st_size > 1.5 * 2**20
    assert np.array_equal(pixels(path), noise)
    path.write_bytes(path.read_bytes()[: 5 * 2**18])
    assert "cut off" in reason(path)


@pytest.mark.parametrize("suffix", ["jpg", "jpeg", "jpe", "jfif", "webp"])
def test_lossy_formats_come_back_nearly(tmp_path, suffix):
    kind = "WEBP" if suffix == "webp" else "JPEG"
    image = sample_image(1)
    image.save(tmp_path / f"a.{suffix}", kind, quality=95)
    difference = pixels(tmp_path / f"a.{suffix}").astype(int) - np.asarray(image)
    assert np.abs(difference).mean() < 5


@pytest.mark.parametrize("suffix", ["jpg", "png", "webp", "tif"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_turns_every_format_upright(tmp_path, suffix, orientation):
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    stored = Image.fromarray(CORNERS)
    options = {"quality": 95} if suffix == "jpg" else {"lossless": True} if suffix == "webp" else {}
    stored.save(tmp_path / f"a.{suffix}", exif=exif, **options)
    # Rows and columns of the stored picture, as the EXIF standard (tag 274) names the sides.
    upright = {
        1: CORNERS,
        2: CORNERS[:, ::-1],
        3: CORNERS[::-1, ::-1],
        4: CORNERS[::-1],
        5: CORNERS.transpose(1, 0, 2),
        6: CORNERS[::-1].transpose(1, 0, 2),
        7: CORNERS[::-1, ::-1].transpose(1, 0, 2),
        8: CORNERS[:, ::-1].transpose(1, 0, 2),
    }[orientation]
    found = pixels(tmp_path / f"a.{suffix}").astype(int)
    assert found.shape == upright.shape
    assert np.abs(found - upright).mean() < 12


def test_damaged_exif_does_not_cost_a_sound_picture(tmp_path):
    sample_image(1).save(tmp_path / "a.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert decode(tmp_path / "a.jpg").size == (48, 48)


@pytest.mark.parametrize("suffix", ["gif", "webp", "png", "tif"])
def test_only_the_first_frame_is_read(tmp_path, suffix):
    frames = [Image.new("RGB", (9, 9), colour) for colour in ("red", "lime", "blue")]
    options = {"lossless": True} if suffix == "webp" else {}
    frames[0].save(tmp_path / f"a.{suffix}", save_all=True, append_images=frames[1:], **options)
    assert (pixels(tmp_path / f"a.{suffix}") == (255, 0, 0)).all()


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white_and_hides_the_colours_under_it(tmp_path, mode):
    image = Image.new("RGBA", (4, 1), (0, 0, 0, 255)).convert(mode)
    image.putalpha(Image.fromarray(np.array([[0, 128, 255, 255]], np.uint8)))
    image.save(tmp_path / "a.png")
    assert pixels(tmp_path / "a.png")[0, :, 0].tolist() == [255, 127, 0, 0]


@pytest.mark.parametrize("suffix", ["png", "gif"])
def test_a_transparent_palette_entry_becomes_white(tmp_path, suffix):
    image = Image.new("P", (2, 1))
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.putdata([0, 1])
    image.save(tmp_path / f"a.{suffix}", transparency=0)
    assert pixels(tmp_path / f"a.{suffix}").tolist() == [[[255, 255, 255], [0, 0, 255]]]


def test_an_alpha_channel_of_zeros_is_taken_for_an_unused_one(tmp_path):
    Image.new("RGBA", (2, 2), (10, 200, 30, 0)).save(tmp_path / "a.png")
    assert (pixels(tmp_path / "a.png") == (10, 200, 30)).all()


def test_cmyk_has_the_right_colours_whether_adobe_inverted_or_not(tmp_path):
    red = Image.new("RGB", (32, 32), (250, 10, 10)).convert("CMYK")
    red.save(tmp_path / "adobe.jpg", quality=95)  # Pillow writes the inverted Adobe form
    red.save(tmp_path / "plain.tif")
    for name in ("adobe.jpg", "plain.tif"):
        assert np.abs(pixels(tmp_path / name).astype(int) - (250, 10, 10)).max() < 12


@pytest.mark.parametrize("mode", ["L", "1", "P"])
def test_gray_one_bit_and_palette_become_rgb(tmp_path, mode):
    image = Image.linear_gradient("L").convert(mode)
    image.save(tmp_path / "a.png")
    assert np.array_equal(pixels(tmp_path / "a.png"), np.asarray(image.convert("RGB")))


def ramp(low: float, high: float, kind: str) -> np.ndarray:
    return np.linspace(low, high, 4000).reshape(50, 80).astype(kind)


@pytest.mark.parametrize(
    ("values", "suffix"),
    [
        (ramp(300, 4095, "uint16"), "tif"),
        (ramp(300, 4095, "uint16"), "png"),
        (ramp(-70_000, 900_000, "int32"), "tif"),
        (ramp(0.001, 0.002, "float32"), "tif"),
        (ramp(-1e30, 1e30, "float32"), "tif"),
    ],
)
def test_deep_samples_are_stretched_over_the_full_range(tmp_path, values, suffix):
    Image.fromarray(values).save(tmp_path / f"a.{suffix}")
    found = pixels(tmp_path / f"a.{suffix}").astype(int)
    assert np.ptp(found, axis=2).max() == 0
    assert (np.diff(found[..., 0].ravel()) >= 0).all()
    expected = np.clip((np.linspace(0, 1, 4000) - 0.005) / 0.99 * 255, 0, 255)
    assert np.abs(found[..., 0].ravel() - expected).max() <= 1


def test_big_endian_and_white_is_zero_tiffs_are_read_in_the_right_sense(tmp_path):
    values = ramp(0, 4095, "uint16")
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[262] = 0
    Image.fromarray(values).save(tmp_path / "inverted.tif", tiffinfo=tags)
    with Image.open(tmp_path / "inverted.tif") as image:
        assert image.tag_v2[262] == 0
    Image.fromarray(values.astype(">u2")).save(tmp_path / "big.tif")
    rising = pixels(tmp_path / "big.tif")[..., 0].astype(int)
    assert (rising[0, 0], rising[-1, -1]) == (0, 255)
    assert np.abs(255 - pixels(tmp_path / "inverted.tif")[..., 0] - rising).max() <= 1


def test_outliers_nan_and_infinities_do_not_darken_the_rest(tmp_path):
    values = ramp(1, 2, "float32")
    values[0, 0], values[0, 1], values[0, 2], values[0, 3] = np.nan, np.inf, -np.inf, 1e30
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = pixels(tmp_path / "a.tif")[..., 0]
    assert found[0, :4].tolist() == [0, 255, 0, 255]
    assert 120 < found[25, 0] < 135


def test_a_few_bright_spots_on_an_even_ground_are_kept(tmp_path):
    values = np.full((100, 100), 500, np.uint16)
    values[50, 50] = 40_000
    Image.fromarray(values).save(tmp_path / "a.tif")
    found = pixels(tmp_path / "a.tif")[..., 0]
    assert found[50, 50] == 255
    assert found[0, 0] == 0


def test_a_constant_deep_picture_is_gray_and_one_without_values_is_unreadable(tmp_path):
    Image.fromarray(np.full((5, 5), 77, np.uint16)).save(tmp_path / "constant.tif")
    Image.fromarray(np.full((5, 5), np.nan, np.float32)).save(tmp_path / "nothing.tif")
    assert (pixels(tmp_path / "constant.tif") == 128).all()
    assert "no finite sample" in reason(tmp_path / "nothing.tif")


def test_colour_tiff_of_is_stretched_not_blackened(tmp_path):
    values = np.stack([ramp(0, 4095, "uint16")] * 3, axis=-1)
    path = tmp_path / "a.tif"
    path.write_bytes(tiff_of(values))
    found = pixels(path)
    assert found.shape == values.shape
    assert found.max() > 240


def test_unsigned_samples_of_32_bits_do_not_turn_negative(tmp_path):
    (tmp_path / "a.tif").write_bytes(tiff_of(ramp(0, 2**32 - 1, "uint32")[..., None]))
    found = pixels(tmp_path / "a.tif")[..., 0].astype(int)
    assert (np.diff(found.ravel()) >= 0).all()
    assert (found[0, 0], found[-1, -1]) == (0, 255)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    width=st.integers(1, 700),
    height=st.integers(1, 700),
    box=st.integers(1, 300),
    suffix=st.sampled_from(["jpg", "png"]),
)
def test_a_box_never_makes_the_picture_too_small_or_bends_it(tmp_path, width, height, box, suffix):
    path = tmp_path / f"a.{suffix}"
    Image.new("RGB", (width, height), "teal").save(path)
    found = decode(path, box=box).size
    assert min(found) >= min(box, width, height)
    assert min(found) <= max(4 * box + 1, 1)
    assert abs(found[0] / found[1] - width / height) <= 2 * max(width, height) / (
        min(width, height) * min(found)
    )


@pytest.mark.parametrize("suffix", ["jpg", "png"])
def test_the_fast_path_looks_like_the_slow_one(tmp_path, suffix):
    path = tmp_path / f"a.{suffix}"
    sample_image(4, side=1600).save(path)
    slow = decode(path).resize((100, 100), Image.Resampling.BICUBIC)
    quick = decode(path, box=100)
    assert max(quick.size) <= 400
    quick = quick.resize((100, 100), Image.Resampling.BICUBIC)
    difference = np.asarray(slow, float) - np.asarray(quick, float)
    assert np.sqrt((difference**2).mean()) < 1.5


def test_a_rotated_picture_keeps_its_box_after_turning(tmp_path):
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    Image.new("RGB", (1600, 800)).save(tmp_path / "a.jpg", exif=exif)
    width, height = decode(tmp_path / "a.jpg", box=100).size
    assert height == 2 * width
    assert width >= 100


def test_the_hostile_folder_decodes_or_gives_the_expected_reason(tmp_path):
    expected = make_hostile_folder(tmp_path, plain=1)
    for path in expected.good:
        assert decode(tmp_path / path, box=32).mode == "RGB"
    for path, part in expected.bad.items():
        if (tmp_path / path).exists():
            assert part in reason(tmp_path / path), path


def test_an_absurd_size_is_refused_from_the_header_alone(tmp_path):
    (tmp_path / "a.png").write_bytes(huge_png())
    assert reason(tmp_path / "a.png") == "it is too large: more than 500 million pixels"


def test_files_that_cannot_be_opened_have_plain_reasons(tmp_path):
    assert reason(tmp_path / "gone.jpg") == "the file has vanished"
    (tmp_path / "folder.jpg").mkdir()
    assert reason(tmp_path / "folder.jpg") == "it is not a regular file"


@pytest.mark.skipif(os.name == "nt", reason="permissions of Windows differ")
def test_a_file_without_permission_has_a_plain_reason(tmp_path):
    path = tmp_path / "a.png"
    sample_image(1).save(path)
    path.chmod(0)
    let_everybody_reach(tmp_path)
    was_root = os.geteuid() == 0
    if was_root:  # root may read everything, so step down for a moment
        os.seteuid(65534)
    try:
        assert reason(path) == "permission denied"
    finally:
        if was_root:
            os.seteuid(0)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data(), kind=st.sampled_from(["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP"]))
def test_no_damage_raises_anything_else(tmp_path, data, kind):
    buffer = io.BytesIO()
    sample_image(2).save(buffer, kind)
    content = bytearray(buffer.getvalue())
    for position in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=6)):
        content[position] = data.draw(st.integers(0, 255))
    path = tmp_path / "a.jpg"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])
    with contextlib.suppress(UnreadableImage):
        assert decode(path, box=16).mode == "RGB"


def test_many_threads_get_the_same_pictures(tmp_path):
    paths = []
    for number in range(12):
        paths.append(tmp_path / f"{number}.{('jpg', 'png', 'tif')[number % 3]}")
        sample_image(number, side=300).save(paths[-1])
    alone = [pixels(path, box=32).tobytes() for path in paths]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda path: pixels(path, box=32).tobytes(), paths * 5))
    assert together == alone * 5


def test_no_warning_of_pillow_gets_out_and_those_of_others_do(tmp_path):
    (tmp_path / "huge.png").write_bytes(huge_png(20_000, 20_000))  # within Pillow's warning zone
    sample_image(1).save(tmp_path / "exif.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    script = f"""
import warnings, pathlib
with warnings.catch_warnings():  # as around somebody's lazy import; its end forgets all filters
    from ahsml_app.core.data import decode
for name in ("huge.png", "exif.jpg"):
    try:
        decode.decode(pathlib.Path({str(tmp_path)!r}) / name)
    except decode.UnreadableImage:
        pass
warnings.warn("one of ours")
"""
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stderr.count("Warning") == 1
    assert "one of ours" in done.stderr


def test_decoding_leaves_the_warning_filters_of_the_caller_in_force(tmp_path):
    sample_image(1).save(tmp_path / "a.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        decode(tmp_path / "a.png")
        with pytest.raises(UserWarning):
            warnings.warn("still an error", stacklevel=1)


@pytest.mark.parametrize(
    ("size", "expected"),
    [((400, 200), (64, 32)), ((200, 400), (32, 64)), ((20, 10), (20, 10)), ((900, 2), (64, 1))],
)
def test_a_thumbnail_is_a_jpeg_that_fits_the_square(tmp_path, size, expected):
    Image.new("RGBA", size, (255, 0, 0, 255)).save(tmp_path / "a.png")
    data = thumbnail_jpeg(tmp_path / "a.png", 64)
    with Image.open(io.BytesIO(data)) as image:
        assert image.format == "JPEG"
        assert image.size == expected


def test_thumbnail_quality_counts_and_broken_files_are_refused(tmp_path):
    sample_image(1, side=300).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(b"")
    assert len(thumbnail_jpeg(tmp_path / "a.png", 200, quality=20)) < len(
        thumbnail_jpeg(tmp_path / "a.png", 200, quality=90)
    )
    with pytest.raises(UnreadableImage, match="empty"):
        thumbnail_jpeg(tmp_path / "b.png", 64)


def test_picture_names_are_known_by_suffix_in_any_case():
    assert all(map(is_image_name, ["a.jpg", "b.JPEG", "c.d.Tiff", "é.WebP", "x.jfif"]))
    assert not any(map(is_image_name, ["a.txt", "jpg", "a.jpg.part", "b.svg", ""]))


def test_decoding_changes_neither_the_file_nor_its_time(tmp_path):
    sample_image(1).save(tmp_path / "a.jpg")
    before = (tmp_path / "a.jpg").read_bytes(), (tmp_path / "a.jpg").stat().st_mtime_ns
    decode(tmp_path / "a.jpg", box=8)
    assert before == ((tmp_path / "a.jpg").read_bytes(), (tmp_path / "a.jpg").stat().st_mtime_ns)
