"""The evidence panel on a real project: picture, verdict, neighbours, states."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.evidence.evidence_panel import EvidencePanel
from ahsml_app.gui.evidence.score_history import Sparkline
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.evidence import evidence_for
from ahsml_app.session.review.verdict import Finding, judge


@pytest.fixture
def empty_model(qtbot: QtBot) -> Iterator[ProjectModel]:
    model = ProjectModel()
    yield model
    model.close()


def make_panel(qtbot: QtBot, model: ProjectModel) -> tuple[EvidencePanel, Thumbnails]:
    theme = Theme("light")
    thumbnails = Thumbnails(model)
    actions = ActionSet(Settings(), theme)
    panel = EvidencePanel(model, thumbnails, theme, actions)
    actions.setParent(panel)
    theme.setParent(panel)
    panel.resize(440, 720)
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitExposed(panel)
    return panel, thumbnails


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel) -> Iterator[EvidencePanel]:
    panel, thumbnails = make_panel(qtbot, model)
    qtbot.waitUntil(panel.is_ready)
    yield panel
    panel.stop()
    thumbnails.stop()


@pytest.fixture
def empty_panel(qtbot: QtBot, empty_model: ProjectModel) -> Iterator[EvidencePanel]:
    panel, thumbnails = make_panel(qtbot, empty_model)
    yield panel
    panel.stop()
    thumbnails.stop()


def project_of(model: ProjectModel) -> Project:
    assert model.project is not None
    return model.project


def shown_colour(panel: EvidencePanel) -> np.ndarray:
    """Colour in the corner of the picture, which is the ground of the drawn shape."""
    image = panel.image.grab().toImage()
    target = panel.image._picture_rect().toRect()
    colour = image.pixelColor(target.left() + 4, target.top() + 4)
    return np.array(colour.getRgb()[:3])


def true_colour(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.array(image.convert("RGB").getpixel((1, 1)))


def test_without_a_project_it_says_what_it_will_show(
    empty_panel: EvidencePanel, sample_project: Project
) -> None:
    assert empty_panel._empty.isVisible()
    assert not empty_panel._content.isVisible()
    assert empty_panel.is_ready()


def test_it_shows_the_picture_of_the_current_image(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    for place in (0, 7, 3, 20):
        row = int(model.queue[place])
        model.set_current(row)
        qtbot.waitUntil(panel.is_ready)
        assert abs(shown_colour(panel) - true_colour(project.path(row))).max() <= 2
        assert panel.image_panel.name.toolTip() == project.table.paths[row]


def test_a_late_picture_of_another_image_is_not_shown(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    panel.loader.clear()
    rows = [int(row) for row in model.queue[[30, 40, 50]]]
    for row in rows:
        model.set_current(row)
    seen = []
    panel.loader.loaded.connect(seen.append)
    qtbot.waitUntil(lambda: not panel.loader.busy)
    qtbot.waitUntil(panel.is_ready)
    assert project.path(rows[-1]) == panel.image_panel.follower.path
    assert abs(shown_colour(panel) - true_colour(project.path(rows[-1]))).max() <= 2


def test_the_next_images_are_decoded_ahead(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    model.set_current(int(model.queue[10]))
    near = [project.path(int(model.queue[place])) for place in (9, 10, 11, 12, 13)]
    qtbot.waitUntil(lambda: all(panel.loader.picture(path) is not None for path in near))
    model.decide(DecisionKind.KEEP)
    assert panel.is_ready()  # at once, without another look at the disk
    assert abs(shown_colour(panel) - true_colour(near[2])).max() <= 2


def test_an_unreadable_picture_tells_why(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot, tmp_path: Path
) -> None:
    project = project_of(model)
    row = int(model.queue[40])
    path = project.path(row)
    content = path.read_bytes()
    try:
        path.write_bytes(b"no picture at all")
        model.set_current(row)
        qtbot.waitUntil(lambda: bool(panel.image_panel.follower.reason))
        assert panel.is_ready()
        assert not panel.image.has_picture
        assert "not a JPEG" in panel.image.accessibleDescription()
        model.set_current(int(model.queue[0]))
    finally:
        path.write_bytes(content)
    model.set_current(row)  # mended meanwhile
    qtbot.waitUntil(lambda: panel.image.has_picture)


def test_the_verdict_names_what_is_wrong(panel: EvidencePanel, model: ProjectModel) -> None:
    project = project_of(model)
    assert project.scores is not None
    row = model.current
    wrong = float(project.scores.error_probability[row])
    suggested = project.label_name(int(project.scores.suggested[row]))
    verdict = panel.verdict
    assert verdict.labels.text() == f"{project.table.label_name(row)}  →  {suggested}"
    assert verdict.headline.text() == f"Probably wrong: {wrong:.0%}"
    assert verdict.bars.shares[0].name == suggested
    assert sum(share.given for share in verdict.bars.shares) == 1
    assert verdict.weight.value.text() == f"{1 - wrong:.0%}"
    assert len(verdict.weight.history.values) == 12
    assert len(verdict.consistency.history.values) == 12


def test_the_verdict_contradicts_neither_suggestion_nor_share(
    panel: EvidencePanel, model: ProjectModel
) -> None:
    project, row, verdict = project_of(model), model.current, panel.verdict
    scores = project.scores
    assert scores is not None
    suggested, flagged = scores.suggested.copy(), scores.flagged.copy()
    wrong = scores.error_probability.copy()
    suggested[row], wrong[row] = project.labels[row], 0.61
    project.scores = replace(scores, suggested=suggested, error_probability=wrong)
    verdict.show_row(row)
    assert verdict.headline.text() == "Fits its label badly: 61%"
    assert verdict.reason.text().startswith("No better label is known.")
    flagged[row], wrong[row] = False, 0.21
    project.scores = replace(project.scores, flagged=flagged)
    verdict.show_row(row)
    assert "21 in 100" in verdict.share.text()
    assert verdict.headline.text() == "Probably right"
    wrong[row] = 0.02
    verdict.show_row(row)
    assert verdict.headline.text() == "Looks right"
    other = int(np.flatnonzero(np.arange(len(project.class_names)) != project.labels[row])[0])
    suggested[row] = other
    verdict.show_row(row)
    assert "→" not in verdict.labels.text()
    assert verdict.reason.text() == f"“{project.label_name(other)}” would fit too."


def finding(project: Project, row: int, **values: object) -> Finding:
    """The finding of a row once some of its scores are changed."""
    scores = project.scores
    assert scores is not None
    changed = {name: getattr(scores, name).copy() for name in values}
    for name, value in values.items():
        changed[name][row] = value
    project.scores = replace(scores, **changed)
    found = judge(project, row).finding
    project.scores = scores
    return found


def test_the_findings_come_in_their_order(sample_project: Project) -> None:
    project, scores = sample_project, sample_project.scores
    assert scores is not None
    flagged, right = (int(np.flatnonzero(scores.flagged == f)[0]) for f in (True, False))
    assert finding(project, flagged, outlier_probability=0.4) == Finding.WRONG
    assert finding(project, flagged, outlier_probability=0.6) == Finding.OUTLIER
    assert finding(project, right, outlier_probability=0.4) == Finding.RIGHT
    assert finding(project, right, outlier_probability=0.6) == Finding.OUTLIER
    assert finding(project, right, outlier_probability=np.nan) == Finding.RIGHT
    unsure = {"outlier_probability": 0.4, "top_confidences": 0.4}
    assert finding(project, right, **unsure) == Finding.UNSURE
    assert finding(project, right, outlier_probability=0.4, quadrant=2) == Finding.UNSURE
    assert finding(project, right, **unsure, error_probability=np.nan) == Finding.UNLABELLED
    assert finding(project, right, **unsure, top_labels=-1) == Finding.UNREAD
    project.scores = None
    assert judge(project, right).finding == Finding.UNTRAINED


def test_neighbours_are_shown_and_lead_to_their_image(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    found = evidence_for(project, model.current)
    assert found is not None
    given = panel.strips.given.pictures
    assert given.rows == tuple(n.row for n in found.given)
    assert not given.notes  # a distance says nothing to a person; the order does
    suggested = panel.strips.suggested.pictures
    assert suggested.rows == tuple(n.row for n in found.suggested)
    qtbot.mouseMove(suggested, suggested.position_of(0))
    qtbot.mouseMove(suggested, suggested.position_of(1))
    assert suggested.toolTip() == project.table.paths[suggested.rows[1]]
    wanted = suggested.rows[1]
    qtbot.mouseClick(suggested, Qt.MouseButton.LeftButton, pos=suggested.position_of(1))
    assert project.table.paths[wanted] in panel.peek.path.text()
    qtbot.mouseClick(panel.peek.review, Qt.MouseButton.LeftButton)
    assert model.current == wanted


def test_neighbours_are_chosen_by_key(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    row = panel.strips.given.pictures
    wanted = row.rows[1]
    row.setFocus()
    qtbot.keyClick(row, Qt.Key.Key_Right)
    assert project_of(model).table.paths[wanted] in row.accessibleDescription()
    qtbot.keyClick(row, Qt.Key.Key_Return)
    assert project_of(model).table.paths[wanted] in panel.peek.path.text()
    assert model.current != wanted


def test_duplicates_are_shown_with_their_labels(
    qtbot: QtBot, panel: EvidencePanel, model: ProjectModel
) -> None:
    model.set_current(0)  # the first two images form a group
    strip = panel.strips.duplicates
    qtbot.waitUntil(strip.isVisible)  # a slow machine searches a moment later
    assert strip.pictures.rows == (1,)
    assert strip.pictures.notes == (project_of(model).table.label_name(1),)
    assert "looks the same" in panel.verdict.reason.text()


def test_an_empty_strip_says_why(panel: EvidencePanel, model: ProjectModel, qtbot: QtBot) -> None:
    project = project_of(model)
    others = np.flatnonzero(project.labels == project.labels[model.current])
    model.decide(DecisionKind.DROP, rows=others[others != model.current])
    strip = panel.strips.given
    qtbot.waitUntil(lambda: not strip.pictures.isVisible())
    assert "None yet" in strip.none.text()


def test_a_decision_changes_verdict_and_neighbours(
    panel: EvidencePanel, model: ProjectModel, qtbot: QtBot
) -> None:
    project, row = project_of(model), model.current
    model.decide(DecisionKind.RELABEL, "triangle", rows=[row])
    title = panel.strips.given.title
    qtbot.waitUntil(lambda: title.text() == "Trusted images of “triangle”")
    assert panel.verdict.headline.text() == "You changed this label to triangle"
    assert project.label_name(int(project.labels[row])) == "triangle"
    model.undo()
    qtbot.waitUntil(lambda: panel.verdict.headline.text().startswith("Probably wrong"))


def test_file_facts_open_on_demand(panel: EvidencePanel, model: ProjectModel, qtbot: QtBot) -> None:
    project = project_of(model)
    assert panel.facts.lines == []
    panel.facts.toggle.setFocus()
    qtbot.keyClick(panel.facts.toggle, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: bool(panel.facts.lines))
    assert dict(panel.facts.lines)["Size"] == "96 × 96 pixels"
    qtbot.mouseClick(panel.facts.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text() == str(project.path(model.current))


def test_a_selection_is_shown_as_a_mosaic(panel: EvidencePanel, model: ProjectModel) -> None:
    project = project_of(model)
    model.decide(DecisionKind.KEEP, rows=model.queue[:3])
    model.set_selection(model.queue[:12])
    assert panel.selection.isVisible()
    assert panel.selection.title.text() == "12 images selected"
    counts = dict(panel.selection.counts(project, model.selection))
    assert counts["Decided already"] == "3"
    named = [int(n) for name, n in counts.items() if name.startswith("Labelled")]
    assert sum(named) == 12
    model.set_selection(model.queue[:1])
    assert not panel.selection.isVisible()


def test_before_the_training_there_is_no_suggestion(
    qtbot: QtBot,
    empty_model: ProjectModel,
    empty_panel: EvidencePanel,
    image_folder: Path,
    cache: Path,
) -> None:
    empty_model.open(make_project(image_folder, trained=False))
    qtbot.waitUntil(empty_panel.is_ready)
    assert empty_panel.verdict.headline.text() == "Not judged yet"
    assert not empty_panel.strips.isVisible()
    with qtbot.waitSignal(empty_panel.train_requested):
        qtbot.mouseClick(empty_panel.verdict.train, Qt.MouseButton.LeftButton)
    assert not empty_panel.decisions.buttons["take-suggestion"].isVisible()
    assert empty_panel.decisions.buttons["keep"].isVisible()


def test_everything_can_be_named(panel: EvidencePanel) -> None:
    unnamed = [
        button
        for button in panel.findChildren(QAbstractButton)
        if button.isVisible() and not button.accessibleName()
    ]
    assert not unnamed
    for widget in (panel.image, panel.strips.given.pictures, panel.verdict.bars):
        assert widget.accessibleName()


@pytest.mark.parametrize("width", [345, 440, 560, 900])
def test_nothing_is_wider_than_the_panel(panel: EvidencePanel, width: int, qtbot: QtBot) -> None:
    panel.resize(width, 700)
    assert panel.width() == width
    assert panel.minimumSizeHint().width() <= 345
    for button in panel.decisions.buttons.values():
        assert button.geometry().right() < panel.decisions.width()


def test_a_sparkline_leaves_missing_epochs_out(qtbot: QtBot) -> None:
    line = Sparkline(Theme("light"))
    qtbot.addWidget(line)
    line.show_values([0.5, np.nan, 2.0])
    assert line.values.tolist() == [0.5, 1.0]
    line.resize(80, 18)
    line.grab()
    line.show_values([])
    line.grab()
    assert line.accessibleDescription() == "No history"
