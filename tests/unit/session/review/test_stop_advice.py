"""The advice on when reviewing can stop."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.analysis.errors_remaining import CELLS, Ahead, cells_of, fit_shift, look_ahead
from ahsml_app.session.review.stop_advice import advise


def test_the_advice_is_to_go_on_while_it_is_worth_it() -> None:
    busy = advise(_ahead([0.6] * 100 + [0.3] * 100 + [0.01] * 800))
    assert not busy.may_stop
    assert busy.until == pytest.approx(200, abs=1)
    assert busy.errors[1] == pytest.approx(60, rel=0.05)
    calm = advise(_ahead([0.02] * 500))
    assert calm.may_stop
    assert calm.until == 0
    assert advise(_ahead([])).images == 0


def _ahead(rates: list[float]) -> Ahead:
    p = np.array(rates, np.float32)
    nothing = np.zeros(CELLS)
    left = np.bincount(cells_of(p), minlength=CELLS).astype(float)
    stated = np.bincount(cells_of(p), p, minlength=CELLS)
    return look_ahead(left, stated, fit_shift(nothing, nothing, nothing))
