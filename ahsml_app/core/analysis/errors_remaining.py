"""Estimates the number of remaining wrong labels from probabilities and decisions.

The probabilities of a run are calibrated without decisions, so they can share an error. Decisions
show its size: among 100 images with a stated probability of 0.3, a person may find 45 wrong labels.
All of this is ours:

- The true log odds of an error are the stated ones plus a shift, which is smooth in the stated
  log odds: a Gaussian process with a part that all probabilities share and a part that fades with
  the distance. Where many images are decided, the observed share counts; where none is, the
  stated probability, shifted like its neighbourhood and with a wider interval.
- People err too. A share of verdicts, equal for right and wrong labels, is the other way round; it
  is unknown, so several shares are fitted and weighed by how well they explain the verdicts. Else
  someone who errs once in ten would seem to find a tenth of all labels wrong.
- The posterior of the shift is Laplace's approximation (Rasmussen and Williams, Gaussian Processes
  for Machine Learning, MIT Press 2006, algorithm 3.1, with a binomial in place of a Bernoulli and
  Fisher scoring in place of Newton's steps), averaged over the shares of slips by their evidence.
- Verdicts on a random sample count like all others, as which images are judged depends on nothing
  but their stated probability (`stratified_total` is what such a sample says alone).
- Images are binned in `CELLS` cells of equal width in the log odds, so that a decision changes two
  numbers and the cost does not depend on the number of images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.base.types import AnyArray, Float64Array, FloatArray, Int16Array, RealArray

CELLS, KNOTS = 128, 16
"""Number of cells that images are binned in, and of knots of the shift."""

LARGEST = 9.2
"""Log odds at which the outermost cells end: probabilities of 0.0001 and 0.9999."""

SHARED, SLOPE, BOLD, LOCAL, REACH = 0.7, 0.6, 0.5, 0.6, 2.0
"""Prior of the shift: standard deviations of the part that all probabilities share, of the factor
of the log odds, of a further factor above one half (0.99 may well be 0.9), and of the part that
fades, and the distance in log odds over which it fades.

Chosen so that the interval held in simulated reviews of trained scores, by people who err never,
once in twenty and once in seven. Without the factors it did not: what the most suspect images teach
would be carried on to all others."""

SLIPS = np.array([0.0, 0.01, 0.03, 0.06, 0.1, 0.15, 0.2])
"""Shares of verdicts that may be the other way round."""

SLIP_WEIGHTS = np.array([4.0, 3.0, 2.0, 2.0, 1.0, 1.0, 1.0]) / 14
"""How probable each of them is before any verdict."""

Z = 1.96

LARGEST_REACH = 0.5
"""Half width of an interval in radians, after the arcsine, up to which the arcsine is taken."""

ROUNDS, LARGEST_STEP = 25, 2.0


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
    """Returns (CELLS, KNOTS) weights that interpolate the shift from knots to cells linearly."""
    position = np.clip((_CENTRES - _KNOTS[0]) / (_KNOTS[1] - _KNOTS[0]), 0, KNOTS - 1)
    low = np.minimum(position.astype(np.int64), KNOTS - 2)
    weights = np.zeros((CELLS, KNOTS))
    weights[np.arange(CELLS), low] = 1 - (position - low)
    weights[np.arange(CELLS), low + 1] = position - low
    return weights


_PRIOR, _SPREADING = _prior(), _spreading()


@dataclass(frozen=True, slots=True)
class Shift:
    """Posterior of the shift: true minus stated log odds of an error, at the knots.

    Attributes:
        mean: (..., KNOTS) posterior mean.
        covariance: (..., KNOTS, KNOTS) posterior covariance.
    """

    mean: Float64Array
    covariance: Float64Array


@dataclass(frozen=True, slots=True)
class Ahead:
    """Wrong labels that further review would find, most suspect images first.

    Attributes:
        images: (M,) numbers of images, rising from 0 to all undecided ones.
        low: (M,) wrong labels among that many images: low end (95 %).
        best: (M,) best guess.
        high: (M,) high end.
    """

    images: Float64Array
    low: Float64Array
    best: Float64Array
    high: Float64Array

    def at(self, images: float) -> tuple[float, float, float]:
        """Interpolates low end, best guess and high end for a number of images."""
        low, best, high = (
            float(np.interp(images, self.images, curve))
            for curve in (self.low, self.best, self.high)
        )
        return low, best, high


def cells_of(probabilities: RealArray) -> Int16Array:
    """Returns the (N,) cell of each probability; -1 for NaN."""
    clipped: FloatArray = np.nan_to_num(probabilities, nan=0.5).astype(np.float32)
    clipped = np.clip(clipped, 1e-6, 1 - 1e-6)
    position = (np.log(clipped / (1 - clipped)) + LARGEST) * (1 / _WIDTH)
    cells: Int16Array = np.clip(position, 0, CELLS - 1).astype(np.int16)
    cells[np.isnan(probabilities)] = -1
    return cells


def counts_in(cells: Int16Array, weights: AnyArray | None = None) -> Float64Array:
    """Counts images, or sums their weights, by cell.

    Args:
        cells: (N,) cells of `cells_of`; -1 is left out.
        weights: (N,) weights; None counts each image once.

    Returns:
        (CELLS,) counts or sums.
    """
    scored = cells >= 0
    if not scored.all():
        cells = cells[scored]
        weights = None if weights is None else weights[scored]
    return np.bincount(cells, weights, minlength=CELLS).astype(np.float64)


def fit_shift(judged: Float64Array, stated: Float64Array, wrong: Float64Array) -> Shift:
    """Fits the shift to decisions.

    Args:
        judged: (..., CELLS) number of decided images, by the cell of their probability.
        stated: (..., CELLS) sum of their probabilities.
        wrong: (..., CELLS) number of wrong labels among them.

    Returns:
        The posterior of the shift; the prior where no image is decided.
    """
    count, expected, errors = (_by_knot(counts)[..., None, :] for counts in (judged, stated, wrong))
    share = np.where(count > 0, expected / np.maximum(count, 1), _logistic(_KNOTS))
    offset = _log_odds(share)
    shift = np.zeros((*count.shape[:-2], len(SLIPS), KNOTS))
    for _ in range(ROUNDS):
        weight, pull, _ = _likelihood(count, errors, offset + shift)
        root = np.sqrt(weight)[..., None]
        b = weight * shift + pull
        pulled = root * (_PRIOR @ b[..., None])
        a = b[..., None] - root * np.linalg.solve(_inner(root), pulled)
        step = (_PRIOR @ a)[..., 0] - shift
        shift = shift + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
        if np.abs(step).max(initial=0.0) < 1e-5:
            break
    weight, _, likelihood = _likelihood(count, errors, offset + shift)
    root = np.sqrt(weight)[..., None]
    inner = _inner(root)
    covariance = _PRIOR - (root * _PRIOR).swapaxes(-1, -2) @ np.linalg.solve(inner, root * _PRIOR)
    evidence = likelihood - (shift * a[..., 0]).sum(-1) / 2 - np.linalg.slogdet(inner)[1] / 2
    chances = SLIP_WEIGHTS * np.exp(evidence - evidence.max(-1, keepdims=True))
    return _mixed(chances / chances.sum(-1, keepdims=True), shift, covariance)


def _likelihood(
    count: Float64Array, errors: Float64Array, log_odds: Float64Array
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Returns Fisher information, slope and sum of the log likelihood of the verdicts.

    Args:
        count: (..., 1, KNOTS) number of verdicts.
        errors: (..., 1, KNOTS) number of those that say "wrong".
        log_odds: (..., E, KNOTS) log odds of an error, for each of `SLIPS`.
    """
    slips = SLIPS[:, None]
    q = _logistic(log_odds)
    said = np.clip(slips + (1 - 2 * slips) * q, 1e-9, 1 - 1e-9)  # share of verdicts "wrong"
    slope = (1 - 2 * slips) * q * (1 - q)
    variance = said * (1 - said)
    likelihood = errors * np.log(said) + (count - errors) * np.log(1 - said)
    pull = (errors - count * said) / variance * slope
    return count * slope**2 / variance, pull, likelihood.sum(-1)


def _inner(root: Float64Array) -> Float64Array:
    inner: Float64Array = np.eye(KNOTS) + root * _PRIOR * root.swapaxes(-1, -2)
    return inner


def _mixed(chances: Float64Array, mean: Float64Array, covariance: Float64Array) -> Shift:
    """Returns mean and covariance of a mixture over the shares of slips."""
    centre = (chances[..., None] * mean).sum(-2)
    apart = mean - centre[..., None, :]
    spread = covariance + apart[..., :, None] * apart[..., None, :]
    return Shift(centre, (chances[..., None, None] * spread).sum(-3))


def errors_left(left: Float64Array, stated: Float64Array, shift: Shift) -> Float64Array:
    """Estimates wrong labels among the undecided images, with a 95 % interval.

    Two variances add up: chance, as if each label were drawn, and the uncertainty of the shift. The
    interval is symmetric in the arcsine of the root of the share (Anscombe 1948), which keeps it
    between none and all and extends it upwards where few errors are left.

    Args:
        left: (..., CELLS) number of undecided images, by the cell of their probability.
        stated: (..., CELLS) sum of their probabilities.
        shift: Result of `fit_shift`.

    Returns:
        (..., 3) low end, best guess, high end.
    """
    q, slope = _chances(left, stated, shift)
    mean = (left * q).sum(-1)
    by_knot = (left * slope) @ _SPREADING
    shared = np.einsum("...k,...kl,...l->...", by_knot, shift.covariance, by_knot)
    return _interval(left.sum(-1), mean, (left * q * (1 - q)).sum(-1) + shared)


def errors_among(probabilities: RealArray, shift: Shift) -> tuple[float, float, float]:
    """Applies `errors_left` to images by their stated probabilities; NaN is left out."""
    cells = cells_of(probabilities)
    low, best, high = errors_left(counts_in(cells), counts_in(cells, probabilities), shift)
    return float(low), float(best), float(high)


def look_ahead(left: Float64Array, stated: Float64Array, shift: Shift) -> Ahead:
    """Estimates the wrong labels among the next images, for any number of images.

    Args:
        left: (CELLS,) number of undecided images, by the cell of their probability.
        stated: (CELLS,) sum of their probabilities.
        shift: Result of `fit_shift`, for one point in time.
    """
    occupied = np.flatnonzero(left)[::-1]
    q, slope = _chances(left, stated, shift)
    # Within a cell the probabilities are almost equal, so the curve may be straight there. The
    # band is not straight, so each cell has several points.
    cells = np.repeat(occupied, 4)
    share = np.tile((0.25, 0.5, 0.75, 1.0), len(occupied))
    sums = (left, left * q, left * q * (1 - q))
    images, mean, chance = (
        np.repeat(np.cumsum(values[occupied]) - values[occupied], 4) + values[cells] * share
        for values in sums
    )
    weights = (left * slope)[:, None] * _SPREADING
    before = np.cumsum(weights[occupied], axis=0) - weights[occupied]
    by_knot = np.repeat(before, 4, axis=0) + weights[cells] * share[:, None]
    shared = np.einsum("mk,kl,ml->m", by_knot, shift.covariance, by_knot)
    low, best, high = _interval(images, mean, chance + shared).T
    # More images hold no fewer wrong labels. The ends alone may fall where `_interval` changes.
    low = np.maximum.accumulate(low)
    high = np.minimum.accumulate(high[::-1])[::-1]
    zero = np.zeros(1)
    return Ahead(*(np.concatenate([zero, curve]) for curve in (images, low, best, high)))


def share_interval(hits: Float64Array, count: Float64Array) -> tuple[Float64Array, Float64Array]:
    """Returns Wilson's 95 % interval of a share (Wilson 1927).

    Args:
        hits: Number of hits.
        count: Number of trials, above 0.

    Returns:
        Low ends and high ends.
    """
    share, room = hits / count, Z**2 / count
    middle = (share + room / 2) / (1 + room)
    reach = Z * np.sqrt(share * (1 - share) / count + room / (4 * count)) / (1 + room)
    return np.maximum(middle - reach, 0.0), np.minimum(middle + reach, 1.0)


def _chances(
    left: Float64Array, stated: Float64Array, shift: Shift
) -> tuple[Float64Array, Float64Array]:
    """Returns the error probability of each cell and its slope in the shift.

    The slope is a secant over the shift's range: near 0 and 1 the curve bends so much that a
    tangent would give too narrow an interval.
    """
    share = np.where(left > 0, stated / np.maximum(left, 1), _logistic(_CENTRES))
    log_odds = _log_odds(share) + shift.mean @ _SPREADING.T
    spread = ((_SPREADING @ shift.covariance) * _SPREADING).sum(-1)
    reach = np.sqrt(np.maximum(spread, 1e-6))
    return _logistic(log_odds), (_logistic(log_odds + reach) - _logistic(log_odds - reach)) / (
        2 * reach
    )


def _interval(count: Float64Array, mean: Float64Array, variance: Float64Array) -> Float64Array:
    """Returns (..., 3) low end, mean and high end of a number between 0 and `count`."""
    whole = np.maximum(count, 1e-9)
    share = np.clip(mean / whole, 0.0, 1.0)
    angle = np.arcsin(np.sqrt(share))
    slope = 2 * whole * np.sqrt(np.maximum(share * (1 - share), 1e-12))
    half = Z * np.sqrt(np.maximum(variance, 0.0))
    reach = half / slope
    low, high = np.maximum(angle - reach, 0.0), np.minimum(angle + reach, np.pi / 2)
    # Where nearly all or no images are wrong, the angle is no straight function of the number any
    # more: there the plain interval holds, cut at 0 and `count`.
    straight = reach <= LARGEST_REACH
    low_end = np.where(straight, np.sin(low) ** 2 * count, np.maximum(mean - half, 0.0))
    high_end = np.where(straight, np.sin(high) ** 2 * count, np.minimum(mean + half, count))
    ends = np.stack([low_end, mean, high_end], axis=-1)
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
