"""The switch of the honest sample, by real clicks."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QCheckBox
from pytestqt.qtbot import QtBot

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.progress.progress_view import ProgressView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.review.queue import queue_rows

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel) -> Iterator[GalleryPanel]:
    thumbnails = Thumbnails(model)
    panel = GalleryPanel(model, thumbnails, Theme("light"))
    qtbot.addWidget(panel)
    panel.resize(1100, 700)
    panel.show()
    yield panel
    thumbnails.stop()


def switch(panel: GalleryPanel, qtbot: QtBot) -> QCheckBox:
    box = panel.findChild(QCheckBox, "honest-sample")
    assert box is not None
    qtbot.mouseClick(box, LEFT, pos=QPoint(8, box.height() // 2))
    return box


def test_the_switch_blends_the_sample_in_and_takes_it_out(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    plain = model.queue.tolist()
    box = switch(panel, qtbot)
    assert box.isChecked()
    assert "50 random images" in box.toolTip()
    assert model.review is not None
    assert model.review.sample is not None
    assert model.queue.tolist() != plain
    assert sorted(model.queue.tolist()) == sorted(plain)
    assert not switch(panel, qtbot).isChecked()
    assert model.queue.tolist() == plain


def test_the_gallery_is_blind_until_the_sample_is_decided(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    assert model.project is not None
    assert model.project.scores is not None
    suspect = int(np.argmax(model.project.scores.error_probability))
    assert "suspect" in panel.items.badges(suspect)
    switch(panel, qtbot)
    assert model.review is not None
    assert model.review.sample is not None
    for row in model.queue.tolist():  # a sampled image looks like any other
        assert np.isnan(panel.items.facts(np.array([row]))[0].wrong)
        assert "suspect" not in panel.items.badges(row)
        assert "error probability" not in panel.items.description(row)
    model.decide(DecisionKind.KEEP, rows=model.review.sample.rows)
    assert not model.review.blind
    assert not np.isnan(panel.items.facts(np.array([suspect]))[0].wrong)


def test_any_other_order_stays_as_it_is(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    assert model.project is not None
    switch(panel, qtbot)
    panel._sort.setCurrentIndex(panel._sort.findData("path"))
    panel._on_sort()
    assert model.queue.tolist() == queue_rows(model.project, model.queue_filter).tolist()


def test_the_progress_tells_what_the_sample_alone_says(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    switch(panel, qtbot)
    assert model.review is not None
    assert model.review.sample is not None
    model.decide(DecisionKind.KEEP, rows=model.review.sample.rows)
    thumbnails = Thumbnails(model)
    view = ProgressView(model, thumbnails, Theme("light"))
    qtbot.addWidget(view)
    view.resize(1100, 720)
    view.show()
    qtbot.waitUntil(lambda: not view.review.busy, timeout=20_000)
    size = len(model.review.sample.rows)
    text = view.review._sample.text()
    assert text.startswith(f"Honest sample: {size} of {size} images judged.")
    assert "Wrong labels by these alone, when it was drawn: about 0 (0" in text
    view.hide()
    view.stop()
    thumbnails.stop()
