"""What a stratified sample alone says: by hand, and by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.analysis.stratified_total import strata_of, stratified_total


def test_each_judged_image_stands_for_its_share_of_the_stratum() -> None:
    total = stratified_total(np.array([100.0, 40.0]), np.array([5.0, 5.0]), np.array([1.0, 4.0]))
    assert total is not None
    low, best, high = total
    assert best == pytest.approx(100 / 5 + 40 * 4 / 5)
    assert 5 <= low < best < high <= 130 + 5


def test_all_judged_is_known_and_a_stratum_without_a_verdict_is_not() -> None:
    everything = np.array([5.0, 3.0])
    assert stratified_total(everything, everything, np.array([1.0, 3.0])) == (4, 4, 4)
    assert stratified_total(everything, np.array([5.0, 0.0]), np.array([1.0, 0.0])) is None


def test_suspects_get_more_looks_than_their_number() -> None:
    p = np.concatenate([np.full(900, 0.001), np.full(100, 0.5)]).astype(np.float32)
    strata = strata_of(p, 10)
    assert np.bincount(strata).min() > 0
    assert (np.diff(strata) >= 0).all()
    assert strata[900] <= 7


def test_the_estimate_is_unbiased_and_its_interval_holds() -> None:
    random = np.random.default_rng(0)
    best, held = [], []
    p = np.where(random.random(2000) < 0.1, random.beta(5, 2, 2000), random.beta(0.7, 14, 2000))
    strata = strata_of(p, 10)
    wrong = random.random(2000) < np.clip(2 * p + 0.02, 0, 1)  # the scores are far off
    for _ in range(300):
        judged, errors = np.zeros(10), np.zeros(10)
        for stratum in range(10):
            rows = random.permutation(np.flatnonzero(strata == stratum))[:5]
            judged[stratum], errors[stratum] = len(rows), wrong[rows].sum()
        total = stratified_total(np.bincount(strata).astype(float), judged, errors)
        assert total is not None
        best.append(total[1])
        held.append(total[0] <= wrong.sum() <= total[2])
    assert np.mean(best) == pytest.approx(wrong.sum(), rel=0.06)
    assert np.mean(held) >= 0.9
