"""What is left, recalibrated: simple cases by hand, the interval by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.analysis.errors_remaining import (
    CELLS,
    Shift,
    cells_of,
    errors_left,
    fit_shift,
    look_ahead,
    share_interval,
)

NOTHING = np.zeros(CELLS)


def counts(p: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    return np.bincount(cells_of(p), weights, minlength=CELLS).astype(float)


def learnt(p: np.ndarray, wrong: np.ndarray) -> Shift:
    return fit_shift(counts(p), counts(p, p), counts(p, wrong.astype(float)))


def left(p: np.ndarray, shift: Shift) -> tuple[float, float, float]:
    low, best, high = errors_left(counts(p), counts(p, p), shift)
    return low, best, high


UNTAUGHT = fit_shift(NOTHING, NOTHING, NOTHING)


def made_up(random: np.random.Generator, size: int) -> np.ndarray:
    suspect = random.random(size) < 0.12
    p = np.where(suspect, random.beta(5, 2, size), random.beta(0.7, 14, size))
    return np.clip(p, 1e-5, 1 - 1e-5).astype(np.float32)


def test_without_decisions_the_probabilities_count_as_they_are() -> None:
    p = made_up(np.random.default_rng(0), 2000)
    low, best, high = left(p, UNTAUGHT)
    assert best == pytest.approx(p.sum(), rel=0.01)
    assert 0 < low < best < high < 2000


def test_nothing_left_is_nothing() -> None:
    assert left(np.empty(0, np.float32), UNTAUGHT) == (0.0, 0.0, 0.0)


def test_more_found_than_expected_raises_what_is_left_of_the_same_probability() -> None:
    p = np.full(400, 0.3, np.float32)
    more = learnt(p, np.arange(400) < 240)
    fewer = learnt(p, np.arange(400) < 40)
    rest = np.full(100, 0.3, np.float32)
    assert left(rest, more)[1] == pytest.approx(60, abs=4)
    assert left(rest, fewer)[1] == pytest.approx(10, abs=4)
    far = np.full(1000, 0.01, np.float32)
    # Elsewhere it teaches less, and the interval stays wide.
    _, best, high = left(far, more)
    assert 10 < best < 80
    assert high > 1.5 * best


def test_many_decisions_narrow_the_interval() -> None:
    random = np.random.default_rng(1)
    p = made_up(random, 20_000)
    wrong = random.random(20_000) < p
    few, many = learnt(p[:20], wrong[:20]), learnt(p[:10_000], wrong[:10_000])
    widths = [np.ptp(left(p[10_000:], shift)) for shift in (UNTAUGHT, few, many)]
    assert widths[0] > 2 * widths[2]
    assert widths[1] > 2 * widths[2]


@pytest.mark.parametrize("reviewed", [0, 100, 1000])
def test_the_interval_holds_about_as_often_as_it_says(reviewed: int) -> None:
    random = np.random.default_rng(2)
    held, draws = 0, 150
    for _ in range(draws):
        p = made_up(random, 5000)
        # The program's probabilities are off: too bold or too timid, too high or too low.
        factor, shift = np.exp(random.normal(0, 0.15)), random.normal(0, 0.25)
        true = 1 / (1 + np.exp(-(factor * np.log(p / (1 - p)) + shift)))
        wrong = random.random(5000) < true
        order = np.argsort(-p)
        seen, rest = order[:reviewed], order[reviewed:]
        low, _, high = left(p[rest], learnt(p[seen], wrong[seen]))
        held += np.floor(low) <= wrong[rest].sum() <= np.ceil(high)
    assert held / draws >= 0.9


@pytest.mark.parametrize("reviewed", [0, 20, 100, 300])
def test_it_holds_where_the_surest_probabilities_are_too_bold(reviewed: int) -> None:
    random = np.random.default_rng(5)
    held, draws = 0, 60
    for _ in range(draws):
        suspect = random.random(3000) < 0.12
        p = np.where(suspect, random.beta(60, 1, 3000), random.beta(0.3, 40, 3000))
        p = np.clip(p, 1e-5, 1 - 1e-5).astype(np.float32)
        wrong = random.random(3000) < 0.9 * p
        order = np.argsort(-p)
        seen, rest = order[:reviewed], order[reviewed:]
        low, _, high = left(p[rest], learnt(p[seen], wrong[seen]))
        held += np.floor(low) <= wrong[rest].sum() <= np.ceil(high)
    assert held / draws >= 0.9


def test_a_person_who_errs_once_in_ten_does_not_find_a_tenth_wrong() -> None:
    random = np.random.default_rng(6)
    calm, suspect = np.full(400, 0.004, np.float32), np.full(100, 0.97, np.float32)
    p = np.concatenate([calm, suspect])
    said = (random.random(500) < p) ^ (random.random(500) < 0.1)
    _, best, _ = left(np.full(2000, 0.004, np.float32), learnt(p, said))
    assert said[:400].mean() > 0.07
    assert best < 60


def test_looking_ahead_ends_at_all_that_is_left_and_never_falls() -> None:
    p = made_up(np.random.default_rng(3), 3000)
    shift = learnt(p[:200], p[:200] > 0.3)
    ahead = look_ahead(counts(p), counts(p, p), shift)
    assert ahead.at(0) == (0, 0, 0)
    assert ahead.images[-1] == 3000
    assert ahead.at(3000) == pytest.approx(left(p, shift))
    assert (np.diff(ahead.best) >= 0).all()
    assert (ahead.low <= ahead.best).all()
    assert (ahead.best <= ahead.high).all()
    # The most suspect come first, so the first hundred hold more than any other.
    first = np.sort(p)[::-1][:100]
    assert look_ahead(counts(p), counts(p, p), UNTAUGHT).at(100)[1] == pytest.approx(
        first.sum(), rel=0.02
    )


def test_the_band_of_the_next_images_does_not_fall_where_the_sure_suspects_end() -> None:
    p = np.concatenate([np.full(170, 0.9999), np.linspace(0.99, 0.01, 20), np.full(1600, 0.001)])
    ahead = look_ahead(counts(p), counts(p, p), learnt(np.full(4, 0.9999), np.ones(4, dtype=bool)))
    assert (np.diff(ahead.low) >= 0).all()
    assert (np.diff(ahead.high) >= 0).all()
    assert (ahead.low <= ahead.best).all()
    assert (ahead.best <= ahead.high).all()


def test_the_surest_suspects_are_not_said_to_be_right_perhaps_all_of_them() -> None:
    p = np.concatenate([np.full(150, 0.9999), np.full(1600, 0.001)])
    shift = learnt(np.full(4, 0.9999), np.ones(4, dtype=bool))
    ahead = look_ahead(counts(p), counts(p, p), shift)
    low, best, high = ahead.at(100)
    assert best == pytest.approx(100, abs=1)
    assert 50 < low < best
    assert high == pytest.approx(100, abs=1)


def test_moments_are_fitted_together_as_one_by_one() -> None:
    random = np.random.default_rng(4)
    p = made_up(random, 600)
    wrong = random.random(600) < p
    parts = [learnt(p[:n], wrong[:n]) for n in (0, 50, 600)]
    tables = [
        np.stack([counts(p[:n], w[:n]) for n in (0, 50, 600)])
        for w in (np.ones(600), p, wrong.astype(float))
    ]
    together = fit_shift(*tables)
    for place, one in enumerate(parts):
        assert together.mean[place] == pytest.approx(one.mean, abs=1e-4)
        assert together.covariance[place] == pytest.approx(one.covariance, abs=1e-4)


def test_cells_rise_with_the_probability_and_miss_nothing() -> None:
    p = np.array([0.0, 1e-6, 0.01, 0.4, 0.6, 0.99, 1.0, np.nan], np.float32)
    cells = cells_of(p)
    assert cells[-1] == -1
    assert (np.diff(cells[:-1]) >= 0).all()
    assert cells[0] == 0
    assert cells[-2] == CELLS - 1


def test_the_interval_of_a_share() -> None:
    low, high = share_interval(np.array([5.0, 0.0]), np.array([10.0, 20.0]))
    assert low == pytest.approx([0.2366, 0.0], abs=1e-3)
    assert high == pytest.approx([0.7634, 0.1611], abs=1e-3)
