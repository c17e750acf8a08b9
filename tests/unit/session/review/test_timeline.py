"""The review over time, against what a plain count of the decisions gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_projects import add_run, made_up_outcome, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.class_edits import merge_classes
from ahsml_app.session.project.library import (
    create_project,
    free_project_folder,
    open_project,
)
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.review_progress import ReviewTimeline
from ahsml_app.session.review.timeline import (
    MOMENTS,
    MOST_INDIVIDUALLY_REVIEWED,
    Timeline,
    TimelineSource,
    read_timeline,
)
from ahsml_app.store.project_folder import ProjectFolder

KEEP, DROP, RELABEL = DecisionKind.KEEP, DecisionKind.DROP, DecisionKind.RELABEL
AMBIGUOUS, UNDECIDED = DecisionKind.AMBIGUOUS, DecisionKind.UNDECIDED


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_images(tmp_path_factory.mktemp("shapes"), per_class=20, side=8)


@pytest.fixture
def project(image_folder: Path, cache: Path) -> Iterator[Project]:
    project = make_project(image_folder)
    yield project
    project.close()


@pytest.fixture
def large_project(cache: Path) -> Iterator[Project]:
    """1,500 images that nobody opens, one in ten without an error probability."""
    count = 1500
    labels = np.arange(count) % 4
    paths = tuple(f"{row:04d}.png" for row in range(count))
    table = SampleTable(Path("images"), paths, labels, ("a", "b", "c", "d", "other"))
    scanned = ScannedSource(table, (), (), np.zeros(5, np.int64), ("",) * 5)
    source = Source(table.root)
    project = create_project(free_project_folder("large"), "large", source, scanned)
    add_run(project)
    assert project.scores is not None
    wrong = project.scores.error_probability.copy()
    wrong[::10] = np.nan
    project.scores = replace(project.scores, error_probability=wrong)
    yield project
    project.close()


def timeline(project: Project) -> Timeline:
    source = read_timeline(project)
    assert isinstance(source, TimelineSource)
    return Timeline(source)


def suspects(project: Project) -> list[int]:
    assert project.scores is not None
    return np.argsort(-project.scores.error_probability, kind="stable").tolist()


def find_wrong(project: Project, rows: Sequence[int]) -> None:
    """Relabels images to another class that images came with, as one step if one class will do."""
    names = project.original.class_names
    given = {project.original.labels[row] for row in rows}
    label = next((name for index, name in enumerate(names) if index not in given), "")
    for step in [list(rows)] if label else [[row] for row in rows]:
        project.decide(step, RELABEL, label or names[project.original.labels[step[0]] - 1])


def figures(found: Timeline) -> tuple[object, ...]:
    return found.decided, found.individually_reviewed, found.errors_found, round(found.expected, 4)


def test_before_the_first_training_there_is_none(image_folder: Path) -> None:
    untrained = make_project(image_folder, trained=False)
    assert read_timeline(untrained) is None
    untrained.close()


def test_decisions_are_counted_with_what_was_expected_of_them(project: Project) -> None:
    rows = suspects(project)
    assert project.scores is not None
    p = project.scores.error_probability
    fresh = timeline(project)
    assert figures(fresh) == (0, 0, 0, 0)
    assert fresh.left[1] == pytest.approx(p.sum(), rel=0.01)
    find_wrong(project, rows[:3])
    project.decide([rows[3]], KEEP)
    find_wrong(project, rows[4:5])
    project.decide([rows[5]], AMBIGUOUS)
    found = timeline(project)
    assert found.decided == 6
    assert (found.individually_reviewed, found.errors_found) == (5, 4)
    assert found.expected == pytest.approx(p[rows[:5]].sum(), rel=1e-4)
    assert found.ahead.images[-1] == len(p) - 6
    x, hits, stated = found.found_curve()
    assert x.tolist() == [0, 1, 2, 3, 4, 5]
    assert hits.tolist() == [0, 1, 2, 3, 3, 4]
    assert stated[-1] == pytest.approx(found.expected)
    shown, rate, low, high, expected = found.hit_rates()
    assert shown[-1] == 5
    assert rate[-1] == pytest.approx(4 / 5)
    assert low[-1] < rate[-1] < high[-1]
    assert expected[-1] == pytest.approx(found.expected / 5)


def test_what_is_decided_in_bulk_teaches_nothing(project: Project) -> None:
    rows = suspects(project)
    project.decide(rows[: MOST_INDIVIDUALLY_REVIEWED + 1], DROP)
    found = timeline(project)
    assert figures(found) == (MOST_INDIVIDUALLY_REVIEWED + 1, 0, 0, 0)
    project.decide([rows[0]], KEEP)  # one of them is looked at after all
    found.follow(project)
    assert (found.decided, found.individually_reviewed, found.errors_found) == (
        MOST_INDIVIDUALLY_REVIEWED + 1,
        1,
        0,
    )


def test_following_gives_what_reading_anew_gives(project: Project) -> None:
    random = np.random.default_rng(0)
    follower = timeline(project)
    kinds = [KEEP, DROP, RELABEL, AMBIGUOUS, UNDECIDED]
    for number in range(120):
        choice = random.random()
        if choice < 0.2:
            project.undo()
        elif choice < 0.3:
            project.redo()
        else:
            size = 1 if choice < 0.9 else int(random.integers(2, 70))
            rows = random.choice(80, size, replace=False)
            kind = kinds[int(random.integers(0, 5))]
            project.decide(rows, kind, "cross" if kind == RELABEL else "")
        follower.follow(project)
        if number == 60:
            add_run(project, seed=3)
            follower = timeline(project)
    again = timeline(project)
    assert figures(follower) == figures(again)
    assert follower.left == pytest.approx(again.left, abs=1e-3)
    for mine, other in zip(follower.found_curve(), again.found_curve(), strict=True):
        assert mine == pytest.approx(other, abs=1e-3)
    assert follower.decided == int((project.kinds != UNDECIDED).sum())


def test_undo_takes_the_curves_back(project: Project) -> None:
    rows = suspects(project)
    found = timeline(project)
    for row in rows[:8]:
        find_wrong(project, [row])
        found.follow(project)
    before = found.left_curve()
    project.decide([rows[8]], KEEP)
    found.follow(project)
    project.undo()
    found.follow(project)
    assert figures(found)[:3] == (8, 8, 8)
    assert found.left_curve() == pytest.approx(before)
    project.decide([rows[9]], KEEP)
    found.follow(project)
    assert found.found_curve()[0].tolist() == list(range(10))


def test_the_curves_of_a_long_review_are_thinned_but_reach_from_start_to_end(
    large_project: Project,
) -> None:
    follower = timeline(large_project)
    rows = suspects(large_project)
    # A moment is kept after every 96th part of the decisions.
    while follower.decided < 1300:
        size = max(1, follower.decided // (MOMENTS - 4))
        find_wrong(large_project, rows[follower.decided : follower.decided + size])
        follower.follow(large_project)
        assert follower.left_curve().shape[1] <= 4 * MOMENTS + 1
    curve, again = follower.left_curve(), timeline(large_project).left_curve()
    assert curve[0].tolist() == sorted(set(curve[0]))
    assert (curve[0, 0], curve[0, -1]) == (again[0, 0], again[0, -1]) == (0, follower.decided)
    assert curve[:, -1] == pytest.approx(again[:, -1], abs=1e-2)
    reviewed, errors, _ = follower.found_curve(most=10)
    assert len(reviewed) == 10
    assert (reviewed[0], reviewed[-1], errors[-1]) == (0, follower.decided, follower.decided)


def test_errors_found_are_those_that_decisions_and_undos_left(project: Project) -> None:
    assert project.scores is not None
    random = np.random.default_rng(1)
    found, kinds = timeline(project), [KEEP, RELABEL, RELABEL, UNDECIDED]
    for _ in range(40):
        if random.random() < 0.3:
            project.undo()
        else:
            kind = kinds[int(random.integers(4))]
            rows = random.choice(80, 3, replace=False)
            if kind == RELABEL:
                find_wrong(project, rows.tolist())
            else:
                project.decide(rows, kind)
        found.follow(project)
    for each in (found, timeline(project)):
        assert each.errors_found == (project.kinds == RELABEL).sum() > 5
        reviewed = project.kinds != UNDECIDED
        assert each.individually_reviewed == reviewed.sum() > each.errors_found
        stated = project.scores.error_probability[reviewed].sum()
        assert each.expected == pytest.approx(stated, rel=1e-4)


def test_the_hit_rate_is_that_of_the_latest_twenty_images(project: Project) -> None:
    assert project.scores is not None
    rows = suspects(project)
    for row in rows[:35]:
        find_wrong(project, [row])
    for row in rows[35:65]:
        project.decide([row], KEEP)
    reviewed, rate, low, high, expected = timeline(project).hit_rates()
    at = {int(count): index for index, count in enumerate(reviewed)}
    assert [rate[at[count]] for count in (20, 35, 45, 60)] == pytest.approx([1, 1, 0.5, 0])
    assert ((low < rate + 1e-9) & (rate - 1e-9 < high)).all()
    stated = project.scores.error_probability[rows[40:60]].mean()
    assert expected[at[60]] == pytest.approx(stated, rel=1e-4)


def test_several_steps_with_an_undo_are_followed_at_once(project: Project) -> None:
    rows = suspects(project)
    follower = timeline(project)
    for row in rows[:9]:
        project.decide([row], DROP)
    follower.follow(project)
    project.undo()
    project.undo()
    project.decide([rows[10]], KEEP)
    follower.follow(project)
    for mine, other in zip(follower.found_curve(), timeline(project).found_curve(), strict=True):
        assert mine == pytest.approx(other, abs=1e-3)


def test_a_retraining_does_not_change_what_was_expected_before(project: Project) -> None:
    rows = suspects(project)[:10]
    project.decide(rows, DROP)
    before = timeline(project)
    add_run(project, seed=7)
    after = timeline(project)
    assert figures(after) == figures(before)
    curve = after.left_curve()
    # One estimate by the earlier scores and one by the later, both after ten decisions.
    here = curve[2, curve[0] == 10]
    assert here.min() == pytest.approx(min(before.left[1], after.left[1]))
    assert here.max() == pytest.approx(max(before.left[1], after.left[1]))
    assert curve[0].tolist() == sorted(curve[0])


def test_a_training_whose_decisions_were_all_undone_leaves_no_moment(project: Project) -> None:
    first, second = suspects(project)[:2]
    project.decide([first], DROP)
    add_run(project, seed=3)
    project.decide([second], DROP)
    add_run(project, seed=4)
    project.undo()
    project.undo()
    curve = timeline(project).left_curve()
    assert curve[0].tolist() == [0]
    assert curve[1:, 0] == pytest.approx(timeline(project).left)


def test_a_training_that_names_no_step_is_placed_by_its_time(
    image_folder: Path, cache: Path
) -> None:
    project = make_project(image_folder, trained=False)
    outcome = made_up_outcome(project)
    finished = dt.datetime.fromisoformat(outcome.facts["finished"])
    for row, hours in ((0, -2), (1, -1), (2, 1)):
        project._files.journal._clock = lambda hours=hours: finished + dt.timedelta(hours=hours)
        project.decide([row], DROP)
    project.close()
    files = ProjectFolder.open(project.folder)
    files.add_run(outcome.facts)
    files.close()
    project = open_project(project.folder)
    source = read_timeline(project)
    assert source is not None
    assert [step for step, _ in source.trainings] == [2]
    assert Timeline(source).decided == 3
    assert Timeline(source).individually_reviewed == 1
    project.close()


def test_a_training_before_the_first_step_needs_no_step(project: Project) -> None:
    facts = {name: value for name, value in project.runs()[-1].items() if name != "step"}
    project._files.add_run(facts)
    source = read_timeline(project)
    assert source is not None
    assert [step for step, _ in source.trainings] == [0]


def test_it_is_the_same_after_a_restart(project: Project) -> None:
    project.decide(suspects(project)[:10], DROP)
    before = figures(timeline(project))
    folder = project.folder
    project.close()
    again = open_project(folder)
    assert figures(timeline(again)) == before
    again.close()


def test_the_times_of_the_journal_are_read_in_any_zone(project: Project) -> None:
    zone = dt.timezone(dt.timedelta(hours=-7))
    then = dt.datetime(2026, 3, 1, 23, 59, 58, 250_000, zone)
    project._files.journal._clock = lambda: then
    project.decide([0], KEEP)
    columns = project.changes()
    assert columns.times[0] == pytest.approx(then.timestamp(), abs=0.002)
    assert project.changes(int(columns.numbers[-1])).rows.tolist() == []


def test_a_merge_of_classes_is_no_decision_but_takes_its_errors_away(project: Project) -> None:
    found = timeline(project)
    before = found.left
    merge_classes(project, ["circle", "cross"], "square")
    found.follow(project)
    assert figures(found) == (0, 0, 0, 0.0)
    assert found.throughput.images == 0
    merged = ReviewTimeline(project).progress().errors_left
    assert merged[1] < before[1]
    assert timeline(project).left == merged
    project.undo()
    assert ReviewTimeline(project).progress().errors_left == before


def test_dropping_unsuspicious_images_says_nothing_about_labels(large_project: Project) -> None:
    rows = suspects(large_project)
    calm = [row for row in rows[::-1] if not np.isnan(probability(large_project, row))][:40]
    before = timeline(large_project)
    for row in calm[:20]:
        large_project.decide([row], DROP)
    large_project.decide(calm[20:40], RELABEL, "split off")
    found = timeline(large_project)
    assert figures(found) == (40, 0, 0, 0)
    assert found.left == pytest.approx(before.left, rel=0.08)
    add_run(large_project, seed=3)
    assert figures(timeline(large_project)) == (40, 0, 0, 0)


def test_dropping_a_suspect_says_that_its_label_is_wrong(project: Project) -> None:
    rows = [row for row in suspects(project) if probability(project, row) > 0.5]
    find_wrong(project, rows[:1])
    expected = figures(timeline(project))
    project.undo()
    project.decide(rows[:1], DROP)
    assert figures(timeline(project)) == expected
    project.undo()
    project.decide(rows[:1], RELABEL, "hexagon")
    assert figures(timeline(project)) == expected
    assert expected[2] == 1


def test_a_split_class_counts_once_it_is_merged_into_a_given_one(project: Project) -> None:
    calm = suspects(project)[-1]
    other = project.class_names[int(project.original.labels[calm]) - 1]
    project.decide([calm], RELABEL, "hexagon")
    assert timeline(project).errors_found == 0
    merge_classes(project, ["hexagon"], other)
    assert timeline(project).errors_found == 1


def probability(project: Project, row: int) -> float:
    assert project.scores is not None
    return float(project.scores.error_probability[row])
