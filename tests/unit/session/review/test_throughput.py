"""The pace of the review."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.session.review.throughput import Throughput


def test_pauses_do_not_count() -> None:
    pace = Throughput()
    work = np.concatenate([np.arange(60) * 4.0, 20_000 + np.arange(60) * 4.0])
    pace.add(work, np.ones(120, dtype=np.int64))
    assert pace.seconds == pytest.approx(120 * 4)
    assert pace.per_hour == pytest.approx(900)
    edges, heights = pace.bars()
    assert len(heights) == 8
    np.testing.assert_allclose(edges, np.arange(9) / 60)
    np.testing.assert_allclose(heights, 900)


def test_the_pace_grows_step_by_step_and_waits_for_enough() -> None:
    pace, whole = Throughput(), Throughput()
    times = np.cumsum(np.random.default_rng(0).gamma(2, 2, 50))
    for number, time in enumerate(times):
        if number == 5:
            assert np.isnan(pace.per_hour)
            assert len(pace.bars()[1]) == 0
        pace.add(np.array([time]), np.array([1]))
    whole.add(times, np.ones(50, dtype=np.int64))
    assert pace.images == whole.images == 50
    assert pace.seconds == pytest.approx(whole.seconds, rel=0.05)
    # A clock that was put back counts as a pause.
    pace.add(np.array([times[-1] - 5000]), np.array([1]))
    assert pace.seconds < whole.seconds + 10
