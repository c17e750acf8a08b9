"""The isometries of the disc: what has to hold for every point."""

from __future__ import annotations

import cmath
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.base.disc import (
    Isometry,
    distance,
    dragging,
    fit_rotation,
    geodesics,
    midpoints,
    rotation,
    translation,
)

points = st.builds(
    cmath.rect, st.floats(0, 0.98), st.floats(-math.pi, math.pi, allow_subnormal=False)
)
angles = st.floats(-math.pi, math.pi, allow_subnormal=False)


@st.composite
def isometries(draw: st.DrawFn) -> Isometry:
    flip = Isometry(mirrored=draw(st.booleans()))
    return translation(draw(points)).after(rotation(draw(angles))).after(flip)


def apart(x: complex, y: complex) -> float:
    return float(distance(np.array([x]), np.array([y]))[0])


@given(isometries(), points, points)
def test_distances_stay(move: Isometry, x: complex, y: complex) -> None:
    assert apart(move.point(x), move.point(y)) == pytest.approx(apart(x, y), abs=1e-6)


@given(isometries(), points)
def test_the_inverse_undoes(move: Isometry, x: complex) -> None:
    assert move.inverse().point(move.point(x)) == pytest.approx(x, abs=1e-7)


@given(isometries(), isometries(), points)
def test_one_after_the_other(second: Isometry, first: Isometry, x: complex) -> None:
    together = second.after(first)
    assert together.point(x) == pytest.approx(second.point(first.point(x)), abs=1e-7)
    assert together(np.array([x]))[0] == pytest.approx(together.point(x))


@given(points, points)
def test_a_drag_takes_the_point_along(start: complex, end: complex) -> None:
    move = dragging(start, end)
    assert move.point(start) == pytest.approx(end, abs=1e-6)
    assert move.alpha.imag == pytest.approx(0)


@given(points, points)
def test_a_line_is_the_shortest_way(x: complex, y: complex) -> None:
    line = geodesics(np.array([x]), np.array([y]), 9)[0]
    assert line[0] == pytest.approx(x, abs=1e-9)
    assert line[-1] == pytest.approx(y, abs=1e-6)
    parts = distance(line[:-1], line[1:])
    assert parts == pytest.approx(np.full(8, apart(x, y) / 8), abs=1e-5)


@given(st.lists(points, min_size=1, max_size=6), isometries())
def test_the_midpoint_moves_with_the_points(places: list[complex], move: Isometry) -> None:
    z, weights = np.array(places), np.arange(1.0, len(places) + 1)
    moved = complex(midpoints(move(z), weights))
    assert apart(moved, move.point(complex(midpoints(z, weights)))) < 1e-4


@given(angles, st.booleans(), st.integers(0, 99))
def test_a_turn_is_found_again_beside_points_that_moved(
    angle: float, mirrored: bool, seed: int
) -> None:
    random = np.random.default_rng(seed)
    z = np.sqrt(random.random(60)) * 0.9 * np.exp(2j * np.pi * random.random(60))
    target = rotation(angle).after(Isometry(mirrored=mirrored))(z)
    target[:6] = 0.9 * np.exp(2j * np.pi * random.random(6))
    found = fit_rotation(z, target)
    assert np.median(distance(found(z), target)) < 0.1


def test_single_precision_stays_single() -> None:
    z = np.array([0.1 + 0.2j], dtype=np.complex64)
    assert translation(0.3j)(z).dtype == np.complex64
