"""The decision bar: what its buttons say and do, for one image and for many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.decision_counts import changed_by


@pytest.fixture
def bar(qtbot: QtBot, model: ProjectModel) -> DecisionBar:
    theme = Theme("light")
    bar = DecisionBar(model, theme)
    theme.setParent(bar)
    bar.resize(410, 120)
    qtbot.addWidget(bar)
    bar.show()
    qtbot.waitExposed(bar)
    return bar


def project_of(model: ProjectModel) -> Project:
    assert model.project is not None
    return model.project


def click(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()  # the bar follows once all signals of a decision have come


def go_to(model: ProjectModel, row: int) -> None:
    model.set_current(row)
    QApplication.processEvents()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("keep", DecisionKind.KEEP),
        ("take-suggestion", DecisionKind.RELABEL),
        ("drop", DecisionKind.DROP),
        ("ambiguous", DecisionKind.AMBIGUOUS),
    ],
)
def test_each_button_decides_and_goes_on(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot, name: str, kind: DecisionKind
) -> None:
    row, next_row = model.current, int(model.queue[1])
    click(qtbot, bar.buttons[name])
    assert project_of(model).kinds[row] == kind
    assert model.current == next_row


def test_the_suggestion_is_named_on_its_button(bar: DecisionBar, model: ProjectModel) -> None:
    project = project_of(model)
    assert project.scores is not None
    suggested = project.label_name(int(project.scores.suggested[model.current]))
    assert bar.buttons["take-suggestion"].label == f"Take “{suggested}”"
    assert bar.buttons["take-suggestion"].key == "W"


def test_the_digits_are_the_likely_classes(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project, row = project_of(model), model.current
    choices = model.choices(row)
    assert len(choices) == 4
    names = [project.label_name(label) for label, _ in choices]
    assert [chip.label for chip in bar.digits if chip.isVisible()] == names
    assert bar.digits[0].note == f"{choices[0][1]:.0%}"
    click(qtbot, bar.digits[2])
    assert project.decision(row).label == names[2]


def test_the_present_decision_is_marked_and_taken_back(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project, row = project_of(model), model.current
    assert not bar.undecided.isVisible()
    click(qtbot, bar.buttons["keep"])
    go_to(model, row)
    assert bar.buttons["keep"].isChecked()
    assert not bar.buttons["drop"].isChecked()
    click(qtbot, bar.buttons["keep"])  # the same again changes nothing, and stays marked
    go_to(model, row)
    assert bar.buttons["keep"].isChecked()
    assert bar.undecided.isVisible()
    click(qtbot, bar.undecided)
    assert project.kinds[row] == DecisionKind.UNDECIDED
    assert model.current == row
    assert not bar.buttons["keep"].isChecked()


def test_a_taken_class_is_marked_among_the_digits(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    row = model.current
    click(qtbot, bar.digits[3])
    go_to(model, row)
    assert [chip.isChecked() for chip in bar.digits[:4]] == [False, False, False, True]
    assert not bar.buttons["take-suggestion"].isChecked()


def test_with_a_selection_the_buttons_say_how_many_they_change(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    model.decide(DecisionKind.DROP, rows=model.queue[:2])
    model.set_selection(model.queue[:6])
    QApplication.processEvents()
    assert bar.status.text() == "6 selected, 2 of them decided"
    assert bar.buttons["drop"].note == "4"
    assert bar.buttons["keep"].note == "6"
    assert bar.undecided.note == "2"
    click(qtbot, bar.buttons["drop"])
    assert (project.kinds[model.queue[:6]] == DecisionKind.DROP).all()
    assert project.steps()[-1].samples == 4
    assert not bar.buttons["drop"].isEnabled()


def test_a_selection_is_relabelled_by_digit(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project = project_of(model)
    model.set_selection(model.queue[:6])
    name = project.label_name(model.choices(model.current)[0][0])
    click(qtbot, bar.digits[0])
    assert {project.label_name(int(i)) for i in project.labels[model.queue[:6]]} == {name}


@pytest.mark.parametrize("label", ["", "circle", "hexagon"])
def test_the_count_is_what_the_decision_changes(sample_project: Project, label: str) -> None:
    rows = np.arange(0, 60, 2)
    sample_project.decide(rows[:5], DecisionKind.KEEP)
    sample_project.decide(rows[5:9], DecisionKind.RELABEL, "circle")
    sample_project.decide(rows[9:12], DecisionKind.RELABEL)
    foreseen = changed_by(sample_project, rows, DecisionKind.RELABEL, label)
    changed = sample_project.decide(rows, DecisionKind.RELABEL, label)
    assert foreseen == len(changed)


def test_the_keys_follow_the_actions(qtbot: QtBot, model: ProjectModel) -> None:
    theme = Theme("light")
    actions = ActionSet(Settings(), theme)
    bar = DecisionBar(model, theme, actions)
    qtbot.addWidget(bar)
    theme.setParent(bar)
    actions.setParent(bar)
    actions.remap("keep", ["G"])
    assert bar.buttons["keep"].key == "G"


def test_read_only_says_why_nothing_can_be_decided(
    qtbot: QtBot, sample_project: Project, cache: object
) -> None:
    second = open_project(sample_project.folder)
    assert second.read_only
    model = ProjectModel()
    model.open(second)
    theme = Theme("light")
    bar = DecisionBar(model, theme)
    theme.setParent(bar)
    qtbot.addWidget(bar)
    bar.show()
    assert bar.status.isVisible()
    assert bar.status.text().startswith("Read-only")
    assert not any(button.isEnabled() for button in bar.buttons.values())
    click(qtbot, bar.buttons["drop"])
    assert not second.kinds.any()
    model.close()


def test_the_bar_takes_no_focus_by_click_but_by_tab(
    bar: DecisionBar, model: ProjectModel, qtbot: QtBot
) -> None:
    project, row = project_of(model), model.current
    button = bar.buttons["drop"]
    assert button.focusPolicy() == Qt.FocusPolicy.TabFocus
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    assert project.kinds[row] == DecisionKind.DROP


def test_long_names_are_cut_and_few_choices_shown(
    qtbot: QtBot, image_folder: object, cache: object
) -> None:
    project = make_project(image_folder)  # type: ignore[arg-type]
    model = ProjectModel()
    model.open(project)
    long = "a very long name of a class that nobody would want to type by hand, " * 3
    model.decide(DecisionKind.RELABEL, long, rows=[model.current])
    theme = Theme("dark")
    bar = DecisionBar(model, theme)
    theme.setParent(bar)
    qtbot.addWidget(bar)
    bar.resize(340, 120)
    bar.show()
    assert bar.minimumSizeHint().width() <= 340
    bar.grab()
    model.close()


def test_no_suggestion_is_offered_for_what_does_not_belong(
    bar: DecisionBar, model: ProjectModel
) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    row = int(np.flatnonzero(project.scores.flagged)[0])
    model.set_current(row)
    bar.refresh()
    assert bar.buttons["take-suggestion"].isVisibleTo(bar)
    outlier = project.scores.outlier_probability.copy()
    outlier[row] = 0.9
    project.scores = replace(project.scores, outlier_probability=outlier)
    bar.refresh()
    assert not bar.buttons["take-suggestion"].isVisibleTo(bar)
    assert bar.digits[0].label == project.label_name(model.choices(row)[0][0])
    assert bar.digits[0].note == ""
    model.decide(DecisionKind.RELABEL)
    assert project.kinds[row] == DecisionKind.UNDECIDED
    model.decide(DecisionKind.DROP)
    assert project.kinds[row] == DecisionKind.DROP
