"""What the heat map is drawn from: colours, blocks of cells, places on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.gui.confusion.colours import calm_ramp, heat_ramp, ink_on, oklab
from ahsml_app.gui.confusion.confusion_picture import number_text
from ahsml_app.gui.confusion.grid import LARGEST_CELL, Grid
from ahsml_app.gui.confusion.heat_raster import MOST_DENSE, Raster
from ahsml_app.gui.theme.tokens import DARK, LIGHT, Tokens, contrast
from ahsml_app.session.analysis.confusion_matrix import Confusion, ConfusionRequest


def made_confusion(classes: int, count: int = 4000, seed: int = 0) -> Confusion:
    random = np.random.default_rng(seed)
    given = random.integers(0, classes, count)
    suggested = np.where(random.random(count) < 0.5, given, random.integers(0, classes, count))
    wrong = random.random(count).astype(np.float32)
    kinds = np.zeros(count, dtype=np.int64)
    nothing = np.zeros((0, 0), dtype=np.float32)
    request = ConfusionRequest(given, kinds, suggested, wrong, nothing, classes)
    return Confusion(request, random.permutation(classes))


def dense(confusion: Confusion) -> np.ndarray:
    """The whole matrix without its diagonal, for few classes."""
    matrix = np.zeros((len(confusion), len(confusion)))
    matrix[confusion.rows, confusion.columns] = confusion.values("errors")
    np.fill_diagonal(matrix, 0)
    return matrix


def lab(ramp: np.ndarray) -> np.ndarray:
    parts = np.stack([ramp >> 16 & 255, ramp >> 8 & 255, ramp & 255], axis=1)
    return oklab(parts / 255.0)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_colours_change_evenly_and_always_in_lightness(tokens: Tokens) -> None:
    for ramp in (heat_ramp(tokens), calm_ramp(tokens)):
        found = lab(ramp[1:])
        way = np.linalg.norm(np.diff(found[::16], axis=0), axis=1)
        assert way.min() > 0.8 * way.max()
        steps = np.diff(found[::8, 0])
        assert (steps < 0).all() or (steps > 0).all()
    assert f"#{int(heat_ramp(tokens)[0]) & 0xFFFFFF:06X}" == tokens.surface


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_numbers_can_be_read_on_every_cell(tokens: Tokens) -> None:
    for ramp in (heat_ramp(tokens), calm_ramp(tokens)):
        for colour in ramp[1::5].tolist():
            ground = f"#{colour & 0xFFFFFF:06x}"
            assert contrast(ink_on(colour).name(), ground) >= 4.5


def test_a_block_shows_its_largest_cell() -> None:
    confusion = made_confusion(37)
    raster, matrix = Raster(confusion, "errors"), dense(confusion)
    fine = raster.shades(0, (0, 37, 0, 37))
    assert ((fine > 0) == (matrix > 0)).all()
    order = np.argsort(matrix[matrix > 0])
    assert (np.diff(fine[matrix > 0][order].astype(int)) >= 0).all()
    padded = np.zeros((40, 40), dtype=np.uint8)
    padded[:37, :37] = fine
    blocks = padded.reshape(10, 4, 10, 4).max(axis=(1, 3))
    assert (raster.shades(2, (0, 10, 0, 10)) == blocks).all()
    assert (raster.shades(2, (3, 5, 1, 9)) == blocks[3:5, 1:9]).all()


def test_what_is_too_large_to_keep_is_computed_where_one_looks() -> None:
    classes = MOST_DENSE + 50
    confusion = made_confusion(classes, 60_000)
    raster = Raster(confusion, "images")
    rows, columns, values, shades = raster.cells((100, 160, 0, classes), diagonal=False)
    seen = raster.shades(0, (100, 160, 0, classes))
    assert (seen[rows - 100, columns] == shades).all()
    assert np.count_nonzero(seen) == len(values)
    assert raster.hottest((100, 160, 0, classes)) is not None


def test_the_diagonal_has_colours_of_its_own_and_can_be_hidden() -> None:
    confusion = made_confusion(9)
    raster, block = Raster(confusion, "images"), (0, 9, 0, 9)
    ramp, calm = heat_ramp(LIGHT), calm_ramp(LIGHT)
    shown = raster.colours(0, block, ramp, calm)
    assert np.isin(np.diag(shown), calm).all()
    assert (np.diag(shown) != ramp[0]).all()
    assert (np.diag(raster.colours(0, block, ramp, None)) == ramp[0]).all()
    part = raster.colours(0, (2, 7, 4, 9), ramp, calm)
    assert (part == shown[2:7, 4:9]).all()
    hottest = raster.hottest(block)
    assert hottest == np.unravel_index(dense_images(confusion).argmax(), (9, 9))


def dense_images(confusion: Confusion) -> np.ndarray:
    matrix = np.zeros((len(confusion), len(confusion)))
    matrix[confusion.rows, confusion.columns] = confusion.images
    np.fill_diagonal(matrix, 0)
    return matrix


def test_few_large_values_are_drawn_by_their_logarithm() -> None:
    confusion = made_confusion(20)
    assert not Raster(confusion, "images").logarithmic
    apart = np.flatnonzero(confusion.rows != confusion.columns)
    confusion.images[apart[0]] = 100_000
    raster = Raster(confusion, "images")
    assert raster.logarithmic
    for position in (0.2, 0.5, 1.0):
        back = raster.position(np.array([raster.value_at(position)]))[0]
        assert back == pytest.approx(position)


@given(
    size=st.integers(1, 5000),
    width=st.floats(50, 2000),
    height=st.floats(50, 2000),
    factors=st.lists(st.tuples(st.floats(0.2, 5), st.floats(0, 1), st.floats(0, 1)), max_size=5),
)
def test_zooming_keeps_the_matrix_in_the_window(
    size: int, width: float, height: float, factors: list[tuple[float, float, float]]
) -> None:
    grid = Grid(size, width, height).fitted()
    assert grid.whole
    for factor, x, y in factors:
        grid = grid.zoomed(factor, x * width, y * height)
        assert grid.least_cell * 0.999 <= grid.cell <= LARGEST_CELL * 1.001
        assert grid.left >= 0
        assert grid.top >= 0
        if grid.size * grid.cell > width:
            assert (grid.size - grid.left) * grid.cell >= width * 0.999
    row, column = size // 2, size // 3
    grid = grid.showing(row, column)
    x, y, wide, high = grid.box((row, row + 1, column, column + 1))
    if 1 < grid.cell < min(width, height):
        assert grid.cell_at(x + wide / 2, y + high / 2) == (row, column)


def test_the_point_under_the_mouse_stays_where_it_is() -> None:
    grid = Grid(100, 800, 600).fitted().zoomed(3, 300, 200)
    before = grid.left + 300 / grid.cell, grid.top + 200 / grid.cell
    grid = grid.zoomed(1.7, 300, 200)
    after = grid.left + 300 / grid.cell, grid.top + 200 / grid.cell
    assert after == pytest.approx(before)


def test_numbers_are_short() -> None:
    assert number_text(3.14159, "errors") == "3.1"
    assert number_text(1234.5, "errors") == "1,234"
    assert number_text(1234, "images") == "1,234"
    assert number_text(0.031, "share") == "3.1%"
    assert number_text(0.31, "share") == "31%"
    assert number_text(0, "errors") == "0"
