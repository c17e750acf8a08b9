"""Two classes become one while a view is shown, and two again: what each view shows then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np
import pytest
from main_windows import PATIENCE, kinds
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.widgets.format import interval
from ahsml_app.session.project.class_edits import merge_classes
from ahsml_app.session.review.queue import QueueFilter

Seen = Callable[[MainWindow], object]


def review(window: MainWindow) -> object:
    """Names in the filter, and how many images it lets through."""
    model, project = window.model, window.model.project
    assert project is not None
    model.refresh_queue()
    return sorted(project.label_name(place) for place in model.queue_filter.given), len(model.queue)


def disc(window: MainWindow) -> object:
    """Names on the map, where the image under review is, and its colour."""
    panel, row = window.map, window.model.current
    if not panel.view.is_settled or panel._colours is None:
        return None
    codes, palette, classes, _ = panel._colours
    at = panel.view.position_of(row)
    assert at is not None
    assert np.isfinite(classes.z).all()
    names = [classes.names[place] for place in range(len(classes.z))]
    return sorted(names), at.toTuple(), names[codes[row]], len(palette)


def confusion(window: MainWindow) -> object:
    """Names of the rows, and how many images each holds."""
    view = window.confusion
    if not view.is_ready() or view._confusion is None:
        return None
    return sorted(zip(view._names, view._confusion.totals().tolist(), strict=True))


def classes(window: MainWindow) -> object:
    """Names and counts."""
    overview = window.classes.items.overview
    if overview is None or window.classes.busy:
        return None
    return sorted(zip(overview.names, overview.facts.count.tolist(), strict=True))


def progress(window: MainWindow) -> object:
    """What is left, which the status bar and the view say alike."""
    if window.progress.review.busy or window.model.project is None:
        return None
    status = next(
        w.text()
        for w in window.review_status.findChildren(QLabel)
        if w.accessibleName() == "Errors left"
    )
    left = status.split()[1]
    assert window.progress.review.fact("left").startswith(f"about {left} ")
    low, _, high = window.model.review.progress().errors_left
    assert left == interval(low, high)
    return high


@pytest.mark.parametrize("seen", [review, disc, confusion, classes, progress])
def test_a_merge_and_its_undo_are_shown(
    seen: Seen,
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    model, project = reviewing.model, reviewing.model.project
    assert project is not None
    square = project.class_names.index("square")
    model.set_queue_filter(QueueFilter(given=frozenset({square})))
    reviewing.show_view({"disc": "map"}.get(seen.__name__, seen.__name__))
    qtbot.waitUntil(lambda: seen(reviewing) is not None, timeout=PATIENCE)
    before = seen(reviewing)
    assert model.apply(partial(merge_classes, names=["circle"], into="square"))
    qtbot.waitUntil(lambda: seen(reviewing) not in (None, before), timeout=PATIENCE)
    merged = seen(reviewing)
    if seen is review:
        assert (before, merged) == ((["square"], 15), (["square"], 30))
    elif seen is disc:
        assert isinstance(before, tuple)
        assert isinstance(merged, tuple)
        assert merged[0] == [name for name in before[0] if name != "circle"]
        assert merged[1:3] == before[1:3], "the map stays where it is"
    elif seen is progress:
        assert isinstance(before, float)
        assert isinstance(merged, float)
        assert merged < before, "what is mistaken for its own class is no error"
    else:
        rest = [("cross", 15), ("triangle", 15)]
        assert merged == sorted([*rest, ("square", 30)])
    qtbot.keyClick(reviewing, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: seen(reviewing) == before, timeout=PATIENCE)


@pytest.mark.parametrize("view", ["train", "confusion", "classes", "progress"])
def test_keys_decide_nothing_where_no_evidence_is_seen(
    view: str,
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    reviewing.show_view(view)
    for key in (Qt.Key.Key_Q, Qt.Key.Key_W, Qt.Key.Key_E, Qt.Key.Key_N, Qt.Key.Key_1):
        qtbot.keyClick(reviewing, key)
    assert kinds(reviewing) == []
    qtbot.keyClick(reviewing, Qt.Key.Key_M)
    assert reviewing.shown_view == "map"
    qtbot.keyClick(reviewing, Qt.Key.Key_Q)
    assert kinds(reviewing) == [1]


def test_without_the_evidence_panel_only_the_large_image_is_decided_about(
    reviewing: MainWindow,
    qtbot: QtBot,
) -> None:
    gallery = reviewing.gallery.view
    reviewing.evidence_dock.close()
    qtbot.keyClick(gallery, Qt.Key.Key_Q)
    assert kinds(reviewing) == []
    qtbot.keyClick(gallery, Qt.Key.Key_Space)
    preview = reviewing.window_actions.covers.preview
    assert preview is not None
    qtbot.keyClick(preview, Qt.Key.Key_Q)
    assert kinds(reviewing) == [1]
    qtbot.keyClick(preview, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not reviewing.actions_.action("keep").isEnabled())
