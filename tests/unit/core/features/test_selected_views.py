"""Selected images are augmented, and the others borrow what an augmentation changed."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from running import result_of
from test_extract import DIMENSION, embed, make_images, small_backbone, table_of
from torch import nn

from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.features.extract import extract_features
from ahsml_app.core.features.selected_views import add_augmentations

SELECTED = np.arange(12) % 3 == 0


@pytest.fixture
def network() -> Backbone:
    torch.manual_seed(0)
    torch.set_num_threads(1)
    layers = (nn.Conv2d(3, 8, 3, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten())
    return small_backbone(nn.Sequential(*layers).eval())


@pytest.fixture
def table(tmp_path: Path) -> SampleTable:
    return table_of(make_images(tmp_path / "images", 12))


def augmented(
    plain: np.ndarray, table: SampleTable, network: Backbone, selected: np.ndarray, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    extract = partial(
        extract_features, backbone=network, augmentations=2, cache_folder=cache_folder()
    )
    features, mask, _ = result_of(add_augmentations(plain, table, selected, extract, seed))
    return features, mask


def test_the_others_borrow_the_shift_of_a_selected_image(
    table: SampleTable, network: Backbone, cache: Path
) -> None:
    plain = embed(table, network, cache, augmentations=0).features[0]
    features, mask = augmented(plain, table, network, SELECTED)
    everything = embed(table, network, cache).features

    assert features.shape == (3, 12, DIMENSION)
    assert np.array_equal(mask, SELECTED)
    assert np.array_equal(features[0], plain)
    assert np.array_equal(features[:, SELECTED], everything[:, SELECTED])
    for number in (1, 2):
        shifts = (everything[number].astype(float) - plain)[SELECTED]
        borrowed = (features[number].astype(float) - plain)[~SELECTED]
        distance = np.abs(borrowed[:, None] - shifts).max(2).min(1)
        assert distance.max() < 0.01 * np.abs(shifts).max()
        assert len(np.unique(np.abs(borrowed[:, None] - shifts).max(2).argmin(1))) > 1


def test_the_seed_draws_the_lenders(table: SampleTable, network: Backbone, cache: Path) -> None:
    plain = embed(table, network, cache, augmentations=0).features[0]
    once, again, other = (augmented(plain, table, network, SELECTED, n)[0] for n in (0, 0, 1))
    assert np.array_equal(once, again)
    assert not np.array_equal(once, other)


def test_an_image_that_vanishes_in_between_borrows(
    table: SampleTable, network: Backbone, cache: Path
) -> None:
    plain = embed(table, network, cache, augmentations=0).features[0]
    (table.root / table.paths[3]).unlink()
    features, mask = augmented(plain, table, network, SELECTED)
    assert np.flatnonzero(mask).tolist() == [0, 6, 9]
    assert np.array_equal(features[0, 3], plain[3])
    assert not np.array_equal(features[1, 3], plain[3])


def test_without_a_lender_augmentations_are_the_plain_image(
    table: SampleTable, network: Backbone, cache: Path
) -> None:
    plain = embed(table, network, cache, augmentations=0).features[0]
    features, mask = augmented(plain, table, network, np.zeros(12, dtype=bool))
    assert not mask.any()
    assert np.array_equal(features, np.stack([plain] * 3))
