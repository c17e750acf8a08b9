"""Consistency: 1 where all augmentations agree with the plain image, 0 where they share nothing."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from ahsml_app.core.head.consistency import consistency, divergence


def posteriors(seed: int, *shape: int) -> torch.Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed)).softmax(-1)


@given(st.integers(0, 1000))
def test_the_divergence_is_that_of_scipy_and_symmetric(seed: int) -> None:
    first, second = posteriors(seed, 5, 4) ** 3, posteriors(seed + 1, 5, 4)
    first = first / first.sum(1, keepdim=True)
    expected = jensenshannon(first.numpy(), second.numpy(), axis=1, base=2) ** 2
    assert divergence(first, second).numpy() == pytest.approx(expected, abs=1e-5)
    assert divergence(second, first).numpy() == pytest.approx(expected, abs=1e-5)


def test_the_same_views_are_consistent_and_opposite_ones_are_not() -> None:
    certain = torch.eye(3)
    assert consistency(torch.stack([certain, certain, certain])).tolist() == [1, 1, 1]
    turned = certain.roll(1, dims=1)
    assert consistency(torch.stack([certain, turned])).numpy() == pytest.approx(0, abs=1e-6)
    half = consistency(torch.stack([certain, certain, turned]))
    assert half.numpy() == pytest.approx(0.5, abs=1e-6)


def test_a_single_view_is_consistent() -> None:
    assert consistency(posteriors(0, 1, 4, 3)).tolist() == [1, 1, 1, 1]
