"""The opened project as the views see it: saved before they hear, and what follows."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from pytestqt.qtbot import QtBot
from sample_projects import made_up_outcome

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.project.library import open_project
from ahsml_app.session.review.queue import QueueFilter


def test_a_decision_is_in_the_journal_before_any_view_hears_of_it(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    heard: list[tuple[list[int], int, int]] = []

    def hear(rows: np.ndarray) -> None:
        kinds = project.kinds[rows]
        heard.append((rows.tolist(), int(kinds[0]), len(project.journal())))

    model.decisions_changed.connect(hear)
    assert model.decide(DecisionKind.DROP, rows=[7])
    model.undo()
    assert heard == [([7], DecisionKind.DROP, 1), ([7], DecisionKind.UNDECIDED, 2)]


def test_what_cannot_be_saved_changes_nothing(model: ProjectModel, qtbot: QtBot) -> None:
    assert model.project is not None
    second = ProjectModel()
    second.open(open_project(model.project.folder))
    assert second.project is not None
    assert second.project.read_only
    heard: list[object] = []
    second.decisions_changed.connect(heard.append)
    current = second.current
    with qtbot.waitSignal(second.failed):
        assert not second.decide(DecisionKind.KEEP)
    assert second.current == current
    assert not heard
    second.close()


def test_a_decision_leads_to_the_next_undecided_image(model: ProjectModel) -> None:
    first, second, third = (int(row) for row in model.queue[:3])
    model.decide(DecisionKind.KEEP, rows=[second])
    assert model.current == first  # decisions about other images lead nowhere
    model.decide(DecisionKind.KEEP)
    assert model.current == third
    model.set_current(first)
    model.decide(DecisionKind.UNDECIDED)
    assert model.current == first


def test_undo_and_redo_show_the_image_that_they_concern(model: ProjectModel) -> None:
    first = model.current
    model.decide(DecisionKind.DROP)
    model.set_current(int(model.queue[20]))
    model.undo()
    assert model.current == first
    assert model.project is not None
    assert not model.project.kinds.any()
    model.set_current(int(model.queue[20]))
    model.redo()
    assert model.current == first
    assert model.project.kinds[first] == DecisionKind.DROP


def test_filters_keep_the_image_where_they_show_it(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    row = int(model.queue[5])
    label = int(project.labels[row])
    model.set_current(row)
    model.set_queue_filter(QueueFilter(given=frozenset({label})))
    assert model.current == row
    assert (project.labels[model.queue] == label).all()
    other = (label + 1) % len(project.class_names)
    model.set_queue_filter(QueueFilter(given=frozenset({other})))
    assert model.current == model.queue[0]
    assert [model.position(int(row)) for row in model.queue] == list(range(len(model.queue)))
    assert model.position(row) == -1


def test_a_training_orders_the_queue_anew(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    model.set_current(int(model.queue[9]))
    model.accept_training(made_up_outcome(project, seed=5))
    assert project.scores is not None
    order = np.argsort(-project.scores.error_probability, kind="stable")
    assert model.queue.tolist() == order.tolist()
    assert model.current == order[0]


def test_the_history_is_gone_to_in_both_directions(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    for row in (0, 1, 2):
        model.decide(DecisionKind.KEEP, rows=[row])
    first, second, third = (step.number for step in project.steps())
    for number, kept in ((first, 1), (third, 3), (0, 0), (second, 2)):
        model.go_to(number)
        assert int(project.kinds.sum()) == kept


def test_a_project_opens_with_the_filter_and_image_it_was_closed_with(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    queue_filter = QueueFilter(suggested=frozenset({1}), sort="path", descending=False)
    model.set_queue_filter(queue_filter)
    current = int(model.queue[3])
    model.set_current(current)
    model.close()
    assert model.current == -1
    model.open(open_project(project.folder))
    assert model.queue_filter == queue_filter
    assert model.current == current


def test_the_queue_stays_as_it_is_until_it_is_refreshed(model: ProjectModel) -> None:
    model.set_queue_filter(QueueFilter(kinds=frozenset({int(DecisionKind.UNDECIDED)})))
    before, row = model.queue.tolist(), int(model.queue[0])
    assert not model.stale
    model.decide(DecisionKind.KEEP, rows=[row])
    assert model.stale
    assert model.queue.tolist() == before
    model.refresh_queue()
    assert not model.stale
    assert model.queue.tolist() == before[1:]


def test_the_digit_keys_offer_the_likely_classes_and_then_the_nearest_to_the_best(
    model: ProjectModel,
) -> None:
    project = model.project
    assert project is not None
    assert project.scores is not None
    tops = project.scores.top_labels.copy()
    tops[0] = [5, 2, -1]
    distances = np.abs(np.subtract.outer(np.arange(14.0), np.arange(14.0)))
    project.scores = replace(
        project.scores, top_labels=tops, class_distances=distances.astype(np.float32)
    )
    choices = model.choices(0)
    assert [label for label, _ in choices] == [5, 2, 4, 6, 3, 7, 8, 1, 9]
    shares = project.scores.top_confidences[0, :2].tolist()
    assert [share for _, share in choices[:2]] == shares
    assert all(math.isnan(share) for _, share in choices[2:])
    assert model.choices(-1) == []


def test_a_stored_order_by_a_score_of_earlier_versions_is_left(model: ProjectModel) -> None:
    project = model.project
    assert project is not None
    stored = {"sort": "out_of_set", "out_of_set": True, "flagged": True, "findings": [3]}
    model.close()
    project = open_project(project.folder)
    project.set_state("queue-view", stored)
    model.open(project)
    assert model.queue_filter == QueueFilter(flagged=True, findings=frozenset({3}))
