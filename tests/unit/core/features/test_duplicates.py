import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image, ImageEnhance, ImageFilter

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.features import duplicates
from ahsml_app.core.features.duplicates import duplicate_groups, gray_thumbnails, near_pairs
from ahsml_app.core.geometry.knn import unit_rows

torch.set_num_threads(1)
SHARED = Path(__file__).resolve().parents[5] / "shared" / "data"


def picture(seed: int, size: int = 160) -> Image.Image:
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 200, (9, 9, 3), dtype=np.uint8))
    return coarse.resize((size, size), Image.Resampling.BICUBIC)


def reencoded(image: Image.Image) -> Image.Image:
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=75)
    return Image.open(stream).convert("RGB")


def halved(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.LANCZOS)


def brightened(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(1.05)


def thumbnails(images: list[Image.Image]) -> np.ndarray:
    resized = [np.asarray(i.convert("RGB").resize((128, 128), 2)) for i in images]
    return gray_thumbnails(np.stack(resized).transpose(0, 3, 1, 2))


def names(count: int) -> list[str]:
    return [f"hash{i}" for i in range(count)]


def unlike(count: int, width: int = 96, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(count, width)).astype(np.float16)


@pytest.mark.parametrize("edit", [reencoded, halved, brightened])
def test_edits_are_near_duplicates_and_other_pictures_are_not(edit):
    originals = [picture(seed) for seed in range(6)]
    images = originals + [edit(i) for i in originals]
    group, _ = duplicate_groups(
        names(12), None, np.zeros(12, dtype=np.int64), thumbnails=thumbnails(images)
    )
    np.testing.assert_array_equal(group, np.tile(np.arange(6), 2))


def test_exact_duplicates_are_found_without_features_or_thumbnails():
    group, conflict = duplicate_groups(list("abacbd"), None, np.array([0, 1, 0, 1, 2, 2]))
    np.testing.assert_array_equal(group, [0, 1, 0, -1, 1, -1])
    np.testing.assert_array_equal(conflict, [False, True, False, False, True, False])


def test_an_unlabelled_copy_is_no_conflict():
    group, conflict = duplicate_groups(list("aabb"), None, np.array([0, -1, -1, -1]))
    np.testing.assert_array_equal(group, [0, 0, 1, 1])
    assert not conflict.any()


def test_a_dispute_marks_the_labelled_members_of_its_group_only():
    _, conflict = duplicate_groups(list("aaab"), None, np.array([0, 1, -1, 1]))
    np.testing.assert_array_equal(conflict, [True, True, False, False])


def test_nothing_given_gives_nothing():
    group, conflict = duplicate_groups([], None, np.zeros(0, dtype=np.int64))
    assert group.shape == conflict.shape == (0,)


def test_features_alone_must_all_but_coincide():
    features = unlike(8).astype(np.float32)
    features[5] = features[1] * 1.3
    features[6] = features[2] + 0.5 * features[3]
    group, _ = duplicate_groups(names(8), features, np.zeros(8, dtype=np.int64))
    np.testing.assert_array_equal(group, [-1, 0, -1, -1, -1, 0, -1, -1])


def test_copies_join_the_near_duplicates_of_their_original():
    features = unlike(4)
    features[1], features[3] = features[0], features[0]
    hashes = ["a", "b", "c", "a"]
    group, _ = duplicate_groups(hashes, features, np.zeros(4, dtype=np.int64))
    np.testing.assert_array_equal(group, [0, 0, -1, 0])


def test_pictures_without_detail_are_never_near_duplicates():
    blank = [Image.new("RGB", (64, 64), (level, level, level)) for level in (0, 128, 250, 252)]
    group, _ = duplicate_groups(
        names(4), None, np.zeros(4, dtype=np.int64), thumbnails=thumbnails(blank)
    )
    assert (group == -1).all()


def test_features_that_disagree_veto_alike_thumbnails():
    image = picture(0)
    small = thumbnails([image, reencoded(image)])
    labels = np.zeros(2, dtype=np.int64)
    apart = np.eye(2, 8, dtype=np.float32)
    assert (duplicate_groups(names(2), apart, labels, thumbnails=small)[0] == -1).all()
    together = np.ones((2, 8), dtype=np.float32)
    assert (duplicate_groups(names(2), together, labels, thumbnails=small)[0] == 0).all()


def test_a_chain_of_small_steps_does_not_join_unlike_ends():
    angles = np.linspace(0, np.pi / 2, 30)  # each step has cosine 0.9985
    features = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    group, _ = duplicate_groups(names(30), features, np.zeros(30, dtype=np.int64))
    unit = unit_rows(features)
    for number in range(group.max() + 1):
        members = unit[group == number]
        assert float((members @ members.T).min()) > 0.9
    assert group[0] == -1
    assert group[-1] == -1


def test_many_copies_of_one_picture_form_one_group():
    rng = np.random.default_rng(0)
    features = unlike(1, 64) + 0.01 * rng.normal(size=(200, 64))
    group, _ = duplicate_groups(names(200), features, np.zeros(200, dtype=np.int64))
    assert (group == 0).all()


def test_pairs_equal_a_full_comparison():
    rng = np.random.default_rng(3)
    x = rng.normal(size=(300, 100))
    x[200:] = x[:100] + 0.3 * rng.normal(size=(100, 100)) * rng.random((100, 1))
    unit = unit_rows(x)
    cosine = unit @ unit.T
    first, second = np.nonzero(np.triu(cosine >= 0.98, 1))
    expected = np.stack([first, second], axis=1)
    assert 10 < len(expected) < 100
    np.testing.assert_array_equal(
        near_pairs(unit.__getitem__, np.arange(len(unit)), 0.98), expected
    )


def test_a_cancelled_search_stops():
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        duplicate_groups(names(9), unlike(9), np.zeros(9, dtype=np.int64), cancel=cancel)


def test_thumbnails_are_area_means_whatever_the_size():
    ramp = np.broadcast_to(np.arange(160, dtype=np.uint8), (1, 3, 160, 160))
    rows = gray_thumbnails(ramp).reshape(16, 16)
    assert np.abs(rows[0].astype(float) - (np.arange(16) * 10 + 4.5)).max() <= 0.5
    assert gray_thumbnails(np.zeros((2, 3, 37, 91), np.uint8)).shape == (2, 256)


@pytest.mark.data
@pytest.mark.parametrize("folder", ["caltech101", "plankton"])
def test_real_pictures_of_one_class_are_no_near_duplicates_but_their_reencodings_are(folder: str):
    if not (SHARED / folder).is_dir():
        pytest.skip("no image folders beside the checkout")
    one_class = sorted((SHARED / folder / "images").iterdir())[3]
    originals = [Image.open(p).convert("RGB") for p in sorted(one_class.iterdir())[:40]]
    edited = [reencoded(i) for i in originals]
    blurred = [i.filter(ImageFilter.GaussianBlur(0.5)) for i in originals]
    count = len(originals)
    group, _ = duplicate_groups(
        names(3 * count),
        None,
        np.zeros(3 * count, dtype=np.int64),
        thumbnails=thumbnails(originals + edited + blurred),
    )
    found = group >= 0
    assert found[count : 2 * count].mean() > 0.95
    assert len(np.unique(group[:count][found[:count]])) == found[:count].sum()
    np.testing.assert_array_equal(
        group[:count][found[:count]], group[count : 2 * count][found[:count]]
    )


def test_thumbnails_are_widened_a_part_at_a_time():
    thumbnails = np.random.default_rng(0).integers(0, 255, (40_000, 256), dtype=np.uint8)
    tracemalloc.start()
    positions = duplicates._usable(None, thumbnails, np.arange(len(thumbnails)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(positions) == len(thumbnails)
    assert peak < 4 * thumbnails.nbytes / 2  # all of them in float32 take four times their bytes
