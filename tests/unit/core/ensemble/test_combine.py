from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ahsml_app.core.ensemble.combine import combine_members, geometric_mean, later_share


def members_of(samples: int, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    random = np.random.default_rng(seed)
    members = {
        name: random.dirichlet(np.full(3, 0.4), samples).astype(np.float32)
        for name in ("linear", "head")
    }
    return members, random.integers(0, 3, samples)


@settings(deadline=None, max_examples=25)
@given(samples=st.integers(5, 300), seed=st.integers(0, 1000), noise=st.booleans())
def test_a_posterior_is_a_distribution_over_the_classes(
    samples: int, seed: int, noise: bool
) -> None:
    members, labels = members_of(samples, seed)
    every = np.ones(samples, dtype=bool)
    first = combine_members(members, labels, every, noise=noise)
    for posterior in (first, combine_members(members, labels, every, noise=noise, first=first)):
        for matrix in (posterior.clean, posterior.corrected, posterior.noise_matrix):
            assert (matrix >= 0).all()
            np.testing.assert_allclose(matrix.sum(1), 1, atol=1e-4)


@pytest.mark.parametrize(("samples", "low", "high"), [(100, 0.0, 0.1), (20_000, 0.6, 0.7)])
def test_the_head_counts_more_the_more_samples_there_are(
    samples: int, low: float, high: float
) -> None:
    members, labels = members_of(samples)
    posterior = combine_members(members, labels, np.ones(samples, dtype=bool), noise=False)
    assert low < posterior.shares["head"] <= high
    assert sum(posterior.shares.values()) == pytest.approx(1)


def test_members_that_agree_keep_their_posterior() -> None:
    members, labels = members_of(200)
    same = {"linear": members["linear"], "head": members["linear"]}
    posterior = combine_members(same, labels, np.ones(200, dtype=bool), noise=False)
    np.testing.assert_allclose(posterior.clean, members["linear"], atol=1e-4)


def test_a_later_pass_keeps_the_noise_matrix_of_the_first() -> None:
    members, labels = members_of(400)
    every = np.ones(400, dtype=bool)
    first = combine_members(members, labels, every, noise=True)
    sharper = {name: p**3 for name, p in members.items()}
    sharper = {name: p / p.sum(1, keepdims=True) for name, p in sharper.items()}
    later = combine_members(sharper, labels, every, noise=True, first=first)
    np.testing.assert_array_equal(later.noise_matrix, first.noise_matrix)


def test_the_error_probabilities_of_a_later_pass_add_up_to_the_count() -> None:
    members, labels = members_of(400)
    every = np.ones(400, dtype=bool)
    first = combine_members(members, labels, every, noise=True)
    later = combine_members(members, labels, every, noise=True, first=first)
    wrong = 1 - later.corrected[np.arange(400), labels]
    assert float(wrong.sum()) == pytest.approx(first.wrong, rel=1e-3)
    alone = first.counted(labels, every)
    assert float((1 - alone.corrected[np.arange(400), labels]).sum()) == pytest.approx(
        first.wrong, rel=1e-3
    )


def test_a_sample_without_label_keeps_what_its_picture_says() -> None:
    members, labels = members_of(300)
    labels[:10] = -1
    posterior = combine_members(members, labels, labels >= 0, noise=True)
    np.testing.assert_allclose(posterior.corrected[:10], posterior.clean[:10], atol=1e-5)


def test_later_passes_count_for_little_where_samples_are_few() -> None:
    assert later_share(100) < 0.1 < 0.9 < later_share(10_000) < 1


def test_the_mean_of_many_posteriors_takes_little_more_memory_than_one_of_them() -> None:
    random = np.random.default_rng(0)
    members = {name: 0.1 + random.random((24_000, 100), dtype=np.float32) for name in "ab"}
    tracemalloc.start()
    mixed = geometric_mean(members, {"a": 0.3, "b": 0.7})
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * mixed.nbytes
    expected = members["a"] ** 0.3 * members["b"] ** 0.7
    np.testing.assert_allclose(mixed, expected / expected.sum(1, keepdims=True), rtol=1e-4)
