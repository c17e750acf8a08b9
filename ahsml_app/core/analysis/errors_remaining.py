"""How many wrong labels are left, by the probabilities and by what people found so far.

The probabilities of a run are calibrated without anybody's help, so they can be wrong together.
Decisions show by how much: among images with a stated probability of 0.3 a person finds 45 wrong
labels of 100, say. All of this is ours:

- The true log odds of an error are the stated ones plus a shift, which is smooth in the stated
  log odds: a Gaussian process with a part that all probabilities share and a part that fades with
  the distance. Where many were decided the found share counts; where none was, the stated
  probability, moved by what its neighbourhood tells and with an interval that says so.
- The posterior of the shift is Laplace's approximation (Rasmussen and Williams, Gaussian Processes
  for Machine Learning, MIT Press 2006, algorithm 3.1, with a binomial in place of a Bernoulli).
- Images count by `CELLS` cells of equal width in the log odds, so that a decision changes two
  numbers and nothing here depends on how many images there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.types import Float64Array, FloatArray, Int16Array, RealArray

CELLS, KNOTS = 128, 16
"""Cells that images are counted in; knots of the shift, each for as many neighbouring cells."""

LARGEST = 9.2
"""Log odds at which the outermost cells end: probabilities of 0.0001 and 0.9999."""

SHARED, SLOPE, BOLD, LOCAL, REACH = 0.25, 0.2, 0.5, 0.3, 2.0
"""Prior of the shift: standard deviations of the part that all probabilities share (it equals
`noise.RATE_ERROR`), of the factor of the log odds, of a further factor above one half (0.99 may
well be 0.9), and of the part that fades, and the distance in log odds over which it fades.

Chosen so that the interval held in simulations where the log odds were off by a factor (0.75 to
1.3) or by a constant (-0.5 to 0.4), or no image was wrong with more than 0.8 or 0.9. Without the
factors it did not: what the most suspect images teach would be carried on to all others."""

Z = 1.96
ROUNDS, LARGEST_STEP = 12, 2.0


_WIDTH = 2 * LARGEST / CELLS
_PER_KNOT = CELLS // KNOTS
_CENTRES: Float64Array = (np.arange(CELLS, dtype=np.float64) + 0.5) * _WIDTH - LARGEST
_KNOTS = _CENTRES.reshape(KNOTS, _PER_KNOT).mean(1)


def _prior() -> Float64Array:
    apart = np.abs(_KNOTS[:, None] - _KNOTS[None, :])
    slope = SLOPE**2 * np.outer(_KNOTS, _KNOTS)
    above = np.maximum(_KNOTS, 0)
    slope += BOLD**2 * np.outer(above, above)
    covariance: Float64Array = SHARED**2 + slope + LOCAL**2 * np.exp(-apart / REACH)
    return covariance


def _spreading() -> Float64Array:
    """(CELLS, KNOTS) weights that carry the shift from the knots to the cells, linearly."""
    place = np.clip((_CENTRES - _KNOTS[0]) / (_KNOTS[1] - _KNOTS[0]), 0, KNOTS - 1)
    low = np.minimum(place.astype(np.int64), KNOTS - 2)
    weights = np.zeros((CELLS, KNOTS))
    weights[np.arange(CELLS), low] = 1 - (place - low)
    weights[np.arange(CELLS), low + 1] = place - low
    return weights


_PRIOR, _SPREADING = _prior(), _spreading()


@dataclass(frozen=True, slots=True)
class Shift:
    """How far the true log odds of an error lie above the stated ones, at the knots.

    Attributes:
        mean: (..., KNOTS) best guess.
        covariance: (..., KNOTS, KNOTS) how sure it is.
    """

    mean: Float64Array
    covariance: Float64Array


@dataclass(frozen=True, slots=True)
class Ahead:
    """What reviewing on would find, most suspect first.

    Attributes:
        images: (M,) numbers of images, from 0 to all that are left, rising.
        low: (M,) wrong labels among the first so many: low end (95 %).
        best: (M,) best guess.
        high: (M,) high end.
    """

    images: Float64Array
    low: Float64Array
    best: Float64Array
    high: Float64Array

    def at(self, images: float) -> tuple[float, float, float]:
        """Low end, best guess and high end for a number of images."""
        low, best, high = (
            float(np.interp(images, self.images, part)) for part in (self.low, self.best, self.high)
        )
        return low, best, high


def cells_of(probabilities: RealArray) -> Int16Array:
    """(N,) cell of each probability; -1 for NaN."""
    known: FloatArray = np.nan_to_num(probabilities, nan=0.5).astype(np.float32)
    known = np.clip(known, 1e-6, 1 - 1e-6)
    place = (np.log(known / (1 - known)) + LARGEST) * (1 / _WIDTH)
    cells: Int16Array = np.clip(place, 0, CELLS - 1).astype(np.int16)
    cells[np.isnan(probabilities)] = -1
    return cells


def fit_shift(judged: Float64Array, stated: Float64Array, wrong: Float64Array) -> Shift:
    """Learn the shift from decisions.

    Args:
        judged: (..., CELLS) how many images were judged, by the cell of their probability.
        stated: (..., CELLS) sum of their probabilities.
        wrong: (..., CELLS) how many were found wrong.

    Returns:
        The posterior of the shift; the prior where nothing was judged.
    """
    count, expected, errors = (_by_knot(part) for part in (judged, stated, wrong))
    share = np.where(count > 0, expected / np.maximum(count, 1), _logistic(_KNOTS))
    offset = _log_odds(share)
    shift = np.zeros_like(offset)
    eye = np.eye(KNOTS)
    for _ in range(ROUNDS):
        q = _logistic(offset + shift)
        weight = count * q * (1 - q)
        root = np.sqrt(weight)[..., None]
        inner = eye + root * _PRIOR * root.swapaxes(-1, -2)
        b = weight * shift + errors - count * q
        pulled = root * (_PRIOR @ b[..., None])
        a = b[..., None] - root * np.linalg.solve(inner, pulled)
        step = (_PRIOR @ a)[..., 0] - shift
        shift = shift + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(step).max(initial=0.0) < 1e-6:
            break
    q = _logistic(offset + shift)
    root = np.sqrt(count * q * (1 - q))[..., None]
    inner = eye + root * _PRIOR * root.swapaxes(-1, -2)
    known = np.linalg.solve(inner, root * _PRIOR)
    covariance = _PRIOR - (root * _PRIOR).swapaxes(-1, -2) @ known
    return Shift(shift, covariance)


def errors_left(left: Float64Array, stated: Float64Array, shift: Shift) -> Float64Array:
    """Wrong labels among the undecided images, with an interval meant to hold in 95 of 100 cases.

    Two errors add up: chance, as if each label were drawn, and the shift, as far as it is not
    known. The interval is symmetric in the arcsine of the root of the share (Anscombe 1948), which
    keeps it between none and all and makes it longer upwards where few are left.

    Args:
        left: (..., CELLS) how many images are undecided, by the cell of their probability.
        stated: (..., CELLS) sum of their probabilities.
        shift: Of `fit_shift`.

    Returns:
        (..., 3) low end, best guess, high end.
    """
    q, slope = _chances(left, stated, shift)
    mean = (left * q).sum(-1)
    by_knot = (left * slope) @ _SPREADING
    together = np.einsum("...k,...kl,...l->...", by_knot, shift.covariance, by_knot)
    return _interval(left.sum(-1), mean, (left * q * (1 - q)).sum(-1) + together)


def look_ahead(left: Float64Array, stated: Float64Array, shift: Shift) -> Ahead:
    """How many wrong labels the next images hold, for any number of images.

    Args:
        left: (CELLS,) how many images are undecided, by the cell of their probability.
        stated: (CELLS,) sum of their probabilities.
        shift: Of `fit_shift`, of one moment.
    """
    used = np.flatnonzero(left)[::-1]
    q, slope = _chances(left, stated, shift)
    # Within a cell the probabilities are as good as equal, so the curve may be straight there;
    # some points in each keep the band, which is not straight, in shape.
    parts = np.repeat(used, 4)
    share = np.tile((0.25, 0.5, 0.75, 1.0), len(used))
    sums = (left, left * q, left * q * (1 - q))
    images, mean, chance = (
        np.repeat(np.cumsum(part[used]) - part[used], 4) + part[parts] * share for part in sums
    )
    weights = (left * slope)[:, None] * _SPREADING
    earlier = np.cumsum(weights[used], axis=0) - weights[used]
    by_knot = np.repeat(earlier, 4, axis=0) + weights[parts] * share[:, None]
    together = np.einsum("mk,kl,ml->m", by_knot, shift.covariance, by_knot)
    low, best, high = _interval(images, mean, chance + together).T
    nothing = np.zeros(1)
    return Ahead(*(np.concatenate([nothing, part]) for part in (images, low, best, high)))


def share_interval(found: Float64Array, count: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Wilson's interval of a share (Wilson 1927), 95 %.

    Args:
        found: How many of them.
        count: Of how many; above 0.
    """
    share, room = found / count, Z**2 / count
    middle = (share + room / 2) / (1 + room)
    reach = Z * np.sqrt(share * (1 - share) / count + room / (4 * count)) / (1 + room)
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _chances(
    left: Float64Array, stated: Float64Array, shift: Shift
) -> tuple[Float64Array, Float64Array]:
    """Probability of an error in each cell, and how fast it changes with the shift.

    The latter over the whole range where the shift may lie: near 0 and 1 the curve is bent so much
    that its slope in one point would promise too narrow an interval.
    """
    share = np.where(left > 0, stated / np.maximum(left, 1), _logistic(_CENTRES))
    place = _log_odds(share) + shift.mean @ _SPREADING.T
    spread = ((_SPREADING @ shift.covariance) * _SPREADING).sum(-1)
    reach = np.sqrt(np.maximum(spread, 1e-6))
    return _logistic(place), (_logistic(place + reach) - _logistic(place - reach)) / (2 * reach)


def _interval(count: Float64Array, mean: Float64Array, variance: Float64Array) -> Float64Array:
    """(..., 3) ends and middle of a number between 0 and `count`."""
    whole = np.maximum(count, 1e-9)
    share = np.clip(mean / whole, 0.0, 1.0)
    angle = np.arcsin(np.sqrt(share))
    slope = 2 * whole * np.sqrt(np.maximum(share * (1 - share), 1e-12))
    reach = Z * np.sqrt(np.maximum(variance, 0.0)) / slope
    low, high = np.maximum(angle - reach, 0.0), np.minimum(angle + reach, np.pi / 2)
    ends = np.stack([np.sin(low) ** 2 * count, mean, np.sin(high) ** 2 * count], axis=-1)
    return np.where((count > 0)[..., None], ends, 0.0)


def _by_knot(cells: Float64Array) -> Float64Array:
    by_knot: Float64Array = cells.reshape(*cells.shape[:-1], KNOTS, _PER_KNOT).sum(-1)
    return by_knot


def _logistic(x: Float64Array) -> Float64Array:
    return 1 / (1 + np.exp(-x))


def _log_odds(p: Float64Array) -> Float64Array:
    inside = np.clip(p, 1e-6, 1 - 1e-6)
    odds: Float64Array = np.log(inside / (1 - inside))
    return odds
