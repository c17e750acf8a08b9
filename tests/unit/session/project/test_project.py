"""Projects: decisions, classes, runs, screen state, locks."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from running import result_of
from sample_projects import CLASSES, add_run, make_images, make_project, scanned

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.options.run_options import Source
from ahsml_app.core.geometry.poincare import distance
from ahsml_app.session.project.library import create_project, free_project_folder, open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.recent import forget_project, recent_projects
from ahsml_app.session.review import evidence
from ahsml_app.session.review.evidence import evidence_for, trusted_of_class
from ahsml_app.session.review.queue import (
    SORTS,
    ChosenRows,
    QueueFilter,
    queue_rows,
)
from ahsml_app.session.review.review_progress import ReviewTimeline

KEEP, RELABEL, DROP = DecisionKind.KEEP, DecisionKind.RELABEL, DecisionKind.DROP


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_images(tmp_path_factory.mktemp("pictures"))


@pytest.fixture
def project(image_folder: Path, cache: Path) -> Project:
    return make_project(image_folder)


def test_decisions_change_labels_and_are_there_after_reopening(project: Project) -> None:
    assert project.decide([0], RELABEL, "cross").tolist() == [0]
    assert project.decide([1, 2], RELABEL, "hexagon").tolist() == [1, 2]
    project.decide([3], DROP)
    assert project.class_names == (*CLASSES, "hexagon")
    assert [project.label_name(int(i)) for i in project.labels[:4]] == [
        "cross",
        "hexagon",
        "hexagon",
        "circle",
    ]
    kinds, labels, folder = project.kinds.copy(), project.labels.copy(), project.folder
    project.close()
    again = open_project(folder)
    assert (again.kinds == kinds).all()
    assert (again.labels == labels).all()
    assert again.class_names == (*CLASSES, "hexagon")
    assert again.undo().tolist() == [3]
    assert [step.name for step in again.steps()] == [
        "Relabel circle-00.png to cross",
        "Relabel 2 images to hexagon",
        "Drop circle-03.png",
    ]
    again.close()


def test_the_label_that_an_image_came_with_means_keeping_it(project: Project) -> None:
    project.decide([0], RELABEL, "circle")
    assert project.kinds[0] == KEEP


def test_each_image_takes_its_own_suggestion(project: Project) -> None:
    assert project.scores is not None
    rows = np.flatnonzero(project.scores.flagged)
    project.decide(rows, RELABEL)
    assert (project.labels[rows] == project.scores.suggested[rows]).all()
    assert len(project.steps()) == 1
    assert project.undo() is not None
    assert (project.labels == project.table.labels).all()


def test_a_decision_that_changes_nothing_is_no_step(project: Project) -> None:
    project.decide([0], KEEP)
    assert project.decide([0], KEEP).tolist() == []
    assert len(project.steps()) == 1


def test_progress_counts_what_was_found(project: Project) -> None:
    project.decide([0, 3], KEEP)
    project.decide([1], DROP)  # no verdict: nothing was wrong with its label
    project.decide([2], RELABEL, "cross")
    project.decide([4], RELABEL, "hexagon")  # no verdict: no image came with this class
    progress = ReviewTimeline(project).progress()
    assert (progress.decided, progress.errors_found) == (5, 1)
    assert progress.hit_rate == pytest.approx(1 / 3)
    low, best, high = progress.errors_left
    assert low <= best <= high


def test_a_later_training_knows_the_classes_that_decisions_added(project: Project) -> None:
    project.decide([0], RELABEL, "hexagon")
    add_run(project, seed=1)
    assert project.run is not None
    assert project.run["number"] == 2
    folder = project.folder
    project.close()
    again = open_project(folder)
    assert again.class_names == (*CLASSES, "hexagon")
    assert again.scores is not None
    assert again.run is not None
    assert again.run["number"] == 2
    again.close()


def test_screen_state_and_a_moved_image_folder_are_kept(project: Project, tmp_path: Path) -> None:
    project.set_state("filters", {"low": 0.5, "names": ["a"]})
    project.relocate(tmp_path)
    folder = project.folder
    project.close()
    again = open_project(folder)
    assert again.state("filters") == {"low": 0.5, "names": ["a"]}
    assert again.state("nothing", 7) == 7
    assert again.table.root == tmp_path
    again.close()


def test_a_manifests_columns_survive(image_folder: Path, tmp_path: Path, cache: Path) -> None:
    manifest = tmp_path / "m.csv"
    manifest.write_text(
        "path,label,split,who\ncircle/circle-00.png,circle,train,Zoë\n"
        "cross/cross-00.png,cross,test,\ncross/cross-01.png,cross,train,\n",
        "utf-8",
    )
    from ahsml_app.session.pipeline.scan_source import scan_source

    source = Source(image_folder, labels=manifest)
    result = result_of(scan_source(source))
    project = create_project(free_project_folder("m"), "m", source, result)
    folder = project.folder
    project.close()
    again = open_project(folder)
    assert again.table.columns == result.table.columns
    assert again.table.source_columns == ("path", "label", "split", "who")
    assert again.source == source
    assert queue_rows(again, QueueFilter(split="test")).tolist() == [1]
    again.close()


def test_a_project_never_takes_a_folder_that_is_in_use(
    image_folder: Path, tmp_path: Path, cache: Path
) -> None:
    (tmp_path / "mine.txt").write_text("x", "utf-8")
    with pytest.raises(OutputError, match="not empty"):
        create_project(tmp_path, "p", Source(image_folder), scanned(image_folder))
    with pytest.raises(ProjectError, match="no project"):
        open_project(tmp_path)


def test_recent_projects_are_listed_and_forgotten(project: Project) -> None:
    folder = project.folder
    project.close()
    (recent,) = recent_projects()
    assert (recent.folder, recent.images, recent.missing) == (folder, 60, False)
    assert all(path.is_file() for path in recent.thumbnails)
    forget_project(folder)
    assert recent_projects() == []
    assert (folder / "project.sqlite").is_file()


def test_a_second_process_reads_only_and_a_killed_one_frees_the_project(
    project: Project, tmp_path: Path
) -> None:
    folder = project.folder
    project.close()
    code = (
        "import sys,time; from pathlib import Path\n"
        "from ahsml_app.session.project.library import open_project\n"
        "p = open_project(Path(sys.argv[1])); print(p.read_only, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline().strip() == "False"
        second = open_project(folder)
        assert second.read_only
        assert not second.can_undo
        with pytest.raises(ProjectError, match="another window"):
            second.decide([0], KEEP)
        second.set_state("a", 1)
        second.close()
        holder.send_signal(signal.SIGKILL if os.name == "posix" else signal.SIGTERM)
        holder.wait()
    third = open_project(folder)
    assert not third.read_only
    assert third.state("a") is None
    third.close()


def test_every_decision_that_was_told_survives_a_kill(project: Project) -> None:
    folder = project.folder
    project.close()
    code = (
        "import sys; from pathlib import Path\n"
        "from ahsml_app.base.decisions import DecisionKind\n"
        "from ahsml_app.session.project.library import open_project\n"
        "p = open_project(Path(sys.argv[1]))\n"
        "for n in range(500):\n"
        "    row, kind = n % 60, DecisionKind(1 + n // 60 % 2 * 2)\n"
        "    p.decide([row], kind); print(row, int(kind), flush=True)\n"
    )
    told: dict[int, int] = {}
    with subprocess.Popen(
        [sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout
        for count, line in enumerate(child.stdout):
            row, kind = map(int, line.split())
            told[row] = kind
            if count == 217:
                child.kill()
                break
    again = open_project(folder)
    # The child may have written a little more than it told, never less.
    more = len(again.steps()) - 218
    assert more >= 0
    late = {(218 + n) % 60 for n in range(more)}
    wrong = [row for row, kind in told.items() if again.kinds[row] != kind and row not in late]
    assert not wrong
    again.close()


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("descending", [True, False])
def test_every_order_holds_every_image_and_missing_scores_come_last(
    project: Project, sort: str, descending: bool
) -> None:
    assert project.scores is not None
    wrong = project.scores.error_probability.copy()
    wrong[5] = np.nan
    project.scores = replace(project.scores, error_probability=wrong)
    rows = queue_rows(project, QueueFilter(sort=sort, descending=descending))
    assert sorted(rows.tolist()) == list(range(60))
    if sort == "error_probability":
        assert rows[-1] == 5
        known = wrong[rows[:-1]]
        assert (np.diff(known) <= 0).all() if descending else (np.diff(known) >= 0).all()
    if sort == "path" and not descending:
        names = [project.table.paths[row] for row in rows]
        assert names == sorted(names)


@pytest.mark.parametrize("descending", [True, False])
def test_equal_images_stay_in_the_order_of_the_table(project: Project, descending: bool) -> None:
    assert project.scores is not None
    wrong = np.tile(np.array([0.5, -0.0, 1, 0, np.nan, 0.25], dtype=np.float32), 10)
    project.scores = replace(project.scores, error_probability=wrong)
    rows = queue_rows(project, QueueFilter(descending=descending))
    expected = np.argsort(-wrong if descending else wrong, kind="stable")
    assert rows.tolist() == expected.tolist()


def test_filters_narrow_the_queue(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    project.decide([0, 1], KEEP)
    project.decide([2], RELABEL, "square")
    cases = {
        QueueFilter(flagged=True): scores.flagged,
        QueueFilter(low=0.1, high=0.6): (scores.error_probability >= 0.1)
        & (scores.error_probability <= 0.6),
        QueueFilter(given=frozenset({2})): project.labels == 2,
        QueueFilter(suggested=frozenset({1})): scores.suggested == 1,
        QueueFilter(kinds=frozenset({0})): project.kinds == 0,
        QueueFilter(duplicates=True): scores.duplicate_group >= 0,
        QueueFilter(quadrants=frozenset({1})): scores.quadrant == 1,
        QueueFilter(text="CIRCLE-0"): np.array(["circle-0" in p for p in project.table.paths]),
        QueueFilter(rows=ChosenRows(np.array([3, 4]))): np.isin(np.arange(60), (3, 4)),
    }
    for view, expected in cases.items():
        assert sorted(queue_rows(project, view)) == np.flatnonzero(expected).tolist(), view
        assert view.filtered
    assert not QueueFilter(sort="path").filtered


def test_evidence_is_the_nearest_trusted_of_both_classes(project: Project) -> None:
    import torch

    scores, embeddings = project.scores, project.embeddings
    assert scores is not None
    assert embeddings is not None
    row = int(np.flatnonzero(scores.flagged)[0])
    found = evidence_for(project, row)
    assert found is not None
    points = torch.from_numpy(np.array(embeddings.points, dtype=np.float64))
    for neighbours, label in (
        (found.given, int(project.labels[row])),
        (found.suggested, int(scores.suggested[row])),
    ):
        trusted = trusted_of_class(project, label)
        trusted = trusted[trusted != row]
        wanted = distance(points[row][None], points[trusted], embeddings.curvature).numpy()
        order = np.argsort(wanted, kind="stable")[: len(neighbours)]
        assert [n.row for n in neighbours] == trusted[order].tolist()
        assert [n.distance for n in neighbours] == pytest.approx(wanted[order].tolist(), rel=1e-5)
    assert evidence_for(project, 0) is not None
    assert [n.row for n in evidence_for(project, 0).duplicates] == [1]


def test_only_trusted_images_are_evidence(project: Project) -> None:
    before = set(trusted_of_class(project, 0).tolist())
    gone = min(before)
    project.decide([gone], DROP)
    assert set(trusted_of_class(project, 0).tolist()) == before - {gone}
    scores = project.scores
    assert scores is not None
    doubtful = int(np.flatnonzero(scores.flagged & (project.labels == 0))[0])
    assert doubtful not in before
    project.decide([doubtful], KEEP)
    assert doubtful in trusted_of_class(project, 0)


def test_a_flagged_image_is_no_evidence_whatever_its_weight(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    doubtful = int(np.flatnonzero(scores.flagged)[0])
    weights = scores.adaptive_weight.copy()
    weights[doubtful] = 1
    project.scores = replace(scores, adaptive_weight=weights)
    assert doubtful not in trusted_of_class(project, int(project.labels[doubtful]))


def test_a_confirmed_image_is_no_evidence_of_itself(project: Project) -> None:
    project.decide([0], KEEP)
    assert 0 in trusted_of_class(project, int(project.labels[0]))
    found = evidence_for(project, 0)
    assert found is not None
    assert 0 not in [neighbour.row for neighbour in (*found.given, *found.duplicates)]


def test_a_copy_of_an_image_is_no_evidence_of_its_label(project: Project) -> None:
    """Copies come with the same label, right or wrong."""
    assert project.scores is not None
    copies = np.flatnonzero(project.labels == project.labels[0])[:4]
    groups = np.full(len(project.table), -1)
    groups[copies] = 7
    project.decide(copies.tolist(), KEEP)
    project.scores = replace(project.scores, fold_group=groups)
    result = evidence_for(project, int(copies[0]))
    assert result is not None
    assert result.given
    assert not {neighbour.row for neighbour in result.given} & set(copies.tolist())


def test_before_a_training_there_is_no_suggestion_to_take(image_folder: Path, cache: Path) -> None:
    project = make_project(image_folder, trained=False)
    with pytest.raises(ProjectError, match="no suggestion"):
        project.decide([0], DecisionKind.RELABEL)
    assert not project.kinds.any()
    project.close()


def test_of_many_trusted_images_those_of_most_weight_are_evidence(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = trusted_of_class(project, 0)
    monkeypatch.setattr(evidence, "MOST_CANDIDATES", 2)
    few = trusted_of_class(project, 0)
    assert project.scores is not None
    weights = project.scores.adaptive_weight
    assert len(few) == 2 < len(every)
    assert weights[few].min() >= weights[np.setdiff1d(every, few)].max()
