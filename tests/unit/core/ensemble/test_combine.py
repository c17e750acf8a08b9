from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahsml_app.core.ensemble.combine import combine_experts, later_share


def experts(samples: int, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    random = np.random.default_rng(seed)
    opinions = {
        name: random.dirichlet(np.full(3, 0.4), samples).astype(np.float32)
        for name in ("linear", "head")
    }
    return opinions, random.integers(0, 3, samples)


@settings(deadline=None, max_examples=25)
@given(samples=st.integers(5, 300), seed=st.integers(0, 1000), noise=st.booleans())
def test_an_opinion_is_a_distribution_over_the_classes(
    samples: int, seed: int, noise: bool
) -> None:
    opinions, labels = experts(samples, seed)
    every = np.ones(samples, dtype=bool)
    first = combine_experts(opinions, labels, every, noise=noise)
    for opinion in (first, combine_experts(opinions, labels, every, noise=noise, first=first)):
        for matrix in (opinion.posterior, opinion.corrected, opinion.noise_matrix):
            assert (matrix >= 0).all()
            np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-4)


@pytest.mark.parametrize(("samples", "low", "high"), [(100, 0.0, 0.1), (20_000, 0.6, 0.7)])
def test_the_head_counts_more_the_more_samples_there_are(
    samples: int, low: float, high: float
) -> None:
    opinions, labels = experts(samples)
    opinion = combine_experts(opinions, labels, np.ones(samples, dtype=bool), noise=False)
    assert low < opinion.shares["head"] <= high
    assert sum(opinion.shares.values()) == pytest.approx(1)


def test_experts_of_one_mind_keep_it() -> None:
    opinions, labels = experts(200)
    same = {"linear": opinions["linear"], "head": opinions["linear"]}
    opinion = combine_experts(same, labels, np.ones(200, dtype=bool), noise=False)
    np.testing.assert_allclose(opinion.posterior, opinions["linear"], atol=1e-4)


def test_a_later_pass_keeps_the_noise_matrix_of_the_first() -> None:
    opinions, labels = experts(400)
    every = np.ones(400, dtype=bool)
    first = combine_experts(opinions, labels, every, noise=True)
    surer = {name: posterior**3 for name, posterior in opinions.items()}
    surer = {name: p / p.sum(1, keepdims=True) for name, p in surer.items()}
    later = combine_experts(surer, labels, every, noise=True, first=first)
    np.testing.assert_array_equal(later.noise_matrix, first.noise_matrix)


def test_a_sample_without_label_keeps_what_its_picture_says() -> None:
    opinions, labels = experts(300)
    labels[:10] = -1
    opinion = combine_experts(opinions, labels, labels >= 0, noise=True)
    np.testing.assert_allclose(opinion.corrected[:10], opinion.posterior[:10], atol=1e-5)


def test_later_passes_count_for_little_where_samples_are_few() -> None:
    assert later_share(100) < 0.1 < 0.9 < later_share(10_000) < 1
