"""A project follows its image folder: what is new is judged, and what is known keeps its row."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from changed_folder import CLASSES, PER_CLASS, SHARES, make_folder, work_a_week, write_image
from running import finish, result_of
from sample_projects import add_run, made_up_head, make_images, make_project, scanned
from test_train_project import trained

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import Notice
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline.update_project import UpdateOutcome, update_project
from ahsml_app.session.project.library import create_project, open_project, update_request
from ahsml_app.session.project.log_state import state_after
from ahsml_app.session.project.project import Project
from ahsml_app.store.decision_log import steps_of
from ahsml_app.store.files.training_arrays import run_folder

KEEP, RELABEL, UNDECIDED = DecisionKind.KEEP, DecisionKind.RELABEL, DecisionKind.UNDECIDED


def updated(project: Project) -> tuple[Project, UpdateOutcome]:
    outcome = result_of(update_project(update_request(project)))
    return project.accept_update(outcome), outcome


def rows_of(project: Project, *paths: str) -> list[int]:
    rows = [project.paths.row_of(path) for path in paths]
    assert -1 not in rows, paths
    return rows


@pytest.fixture
def small(tmp_path: Path) -> Project:
    """A project of 40 images whose content is known, before its first training."""
    project = make_project(make_folder(tmp_path / "images", per_class=10), trained=False)
    return updated(project)[0]


@pytest.mark.parametrize("share", SHARES)
def test_a_week_of_changes(share: int, tmp_path: Path) -> None:
    folder, count = make_folder(tmp_path / "images", PER_CLASS // share), 2000 // share
    project = make_project(folder, trained=False)
    add_run(project, head=made_up_head(project))
    project.decide(rows_of(project, *(f"dog/{n:04d}.png" for n in range(100 // share))), KEEP)
    before = project.scores
    week = work_a_week(folder, share)

    project, outcome = updated(project)

    happened = {"new": 100, "renamed": 50, "changed": 20, "missing": 30}
    assert outcome.changes.counts == {kind: number // share for kind, number in happened.items()}
    assert (outcome.embedded, outcome.judged) == (120 // share, 120 // share)
    assert len(project.table) == 2100 // share
    renamed = rows_of(project, *week.renamed.values())
    assert (project.kinds[renamed] == KEEP).all()
    assert renamed == list(range(PER_CLASS // share, (PER_CLASS + 50) // share))  # those of before
    changed, missing = rows_of(project, *week.changed), rows_of(project, *week.deleted)
    assert (project.kinds[changed] == UNDECIDED).all()
    assert (project.states[changed] == SampleState.CHANGED).all()
    assert (project.kinds[missing] == KEEP).all()
    assert (project.states[missing] == SampleState.MISSING).all()
    kept = [e for e in project.journal() if e.sample in changed and e.action == "decide"]
    assert len(kept) == 20 // share  # the old decisions stay in the journal
    new = rows_of(project, *week.new)
    assert new == list(range(count, 2100 // share))
    wrong = project.scores.error_probability
    assert not np.isnan(wrong[[*new, *changed]]).any()
    assert np.isnan(wrong[missing]).all()
    others = np.setdiff1d(np.arange(count), [*changed, *missing])
    np.testing.assert_array_equal(wrong[others], before.error_probability[others])
    assert not project.scores.flagged[missing].any()

    project.close()
    project = open_project(project.folder)
    np.testing.assert_array_equal(project.scores.error_probability, wrong)
    assert result_of(update_project(update_request(project))).changes.counts == {}
    project.close()


def test_swapped_names_keep_their_decisions(small: Project) -> None:
    one, two = small.path(3), small.path(17)
    small.decide([3], KEEP)
    content = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(content)
    (two.parent / "0000.png").rename(two.parent / "first.png")
    project, outcome = updated(small)
    assert outcome.changes.counts == {"renamed": 3, "relabelled": 2}
    assert project.path(3) == two
    # The person said that it is a cat, and it lies in the folder of the dogs now.
    assert project.decision(3).kind == RELABEL
    assert project.label_name(int(project.labels[3])) == "cat"
    project.close()


def test_a_file_that_came_back_is_the_sample_that_was_missing(small: Project) -> None:
    small.decide([3], KEEP)
    path, content = small.path(3), small.path(3).read_bytes()
    path.unlink()
    project, _ = updated(small)
    assert project.states[3] == SampleState.MISSING
    write_image(path, 999)  # another picture of that name
    project, outcome = updated(project)
    assert outcome.changes.counts == {"changed": 1, "returned": 1}
    assert (project.states[3], project.kinds[3]) == (SampleState.CHANGED, UNDECIDED)
    (path.parent / "copy.png").write_bytes(content)
    project, outcome = updated(project)
    assert outcome.changes.counts == {"new": 1}
    assert len(project.table) == 41
    project.close()


def test_a_missing_sample_gives_up_a_name_that_another_one_takes(small: Project) -> None:
    small.decide([3, 4], KEEP)
    small.path(4).replace(small.path(3))
    project, outcome = updated(small)
    assert outcome.changes.counts == {"renamed": 1, "missing": 1}
    assert project.table.paths[3:5] == ("cat/0003.png (gone, 3)", "cat/0003.png")
    assert project.kinds[3:5].tolist() == [KEEP, KEEP]
    project.close()


def test_a_new_class_comes_last_and_labels_keep_their_meaning(small: Project) -> None:
    folder = small.table.root / "ant"
    folder.mkdir()
    write_image(folder / "a.png", 1234)
    write_image(small.table.root / "dog" / "b.png", 1235)
    project, _ = updated(small)
    assert project.class_names == (*CLASSES, "ant")
    names = [project.label_name(int(label)) for label in project.labels[[0, 10, 40, 41]]]
    assert names == ["cat", "dog", "ant", "dog"]
    project.close()


def test_an_unreadable_folder_is_an_error_and_no_loss(small: Project) -> None:
    small.table.root.rename(small.table.root.with_name("elsewhere"))
    with pytest.raises(Exception, match="does not exist"):
        updated(small)
    small.table.root.mkdir()  # an empty mount point
    with pytest.raises(Exception, match="There are no images"):
        updated(small)
    assert set(small.states.tolist()) == {SampleState.PRESENT}
    small.close()


def test_a_renamed_file_that_the_manifest_does_not_list_is_found(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "images", per_class=2)
    paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.png"))
    manifest = folder / "labels.csv"
    lines = [f"{path},{path[:3]},camera-{n}" for n, path in enumerate(paths)]
    manifest.write_text("\n".join(["path,label,annotator", *lines[:-1]]))
    source = Source(folder, labels=manifest)
    scan = scanned(source)
    project, _ = updated(create_project(tmp_path / "p", "p", source, scan))
    assert len(project.table) == 7  # the last one is not listed, and no new sample either
    (folder / "cat/0000.png").rename(folder / "renamed.png")
    manifest.write_text(manifest.read_text().replace("dog/0000.png,dog", "dog/0000.png,owl"))
    project, outcome = updated(project)
    assert outcome.changes.counts == {"renamed": 1, "relabelled": 1}
    assert project.table.paths[0] == "renamed.png"
    assert project.table.label_name(0) == "cat"
    manifest.write_text(manifest.read_text() + f"\n{lines[-1]}")
    project, outcome = updated(project)
    assert outcome.changes.counts == {"new": 1}
    assert project.table.columns["annotator"][-1] == "camera-7"
    project.close()


def test_new_images_are_judged_by_the_models_of_the_newest_training(tmp_path: Path) -> None:
    folder = make_images(tmp_path / "images", per_class=6)
    # The cache knows an engine by the device that was asked for; an update asks for any.
    training = trained(make_project(folder, trained=False), device="auto")
    project = training.project
    for name in ("circle/copy.png", "cross/wrong.png"):
        (folder / name).write_bytes((folder / "circle/circle-01.png").read_bytes())
    project, outcome = updated(project)
    assert (outcome.embedded, outcome.judged) == (0, 2)  # the content is known
    right, wrong = rows_of(project, "circle/copy.png", "cross/wrong.png")
    scores, arrays = project.scores, project.arrays()
    assert scores.error_probability[wrong] > scores.error_probability[right]
    np.testing.assert_allclose(arrays["vectors"][right], arrays["vectors"][1], atol=2e-3)
    np.testing.assert_allclose(arrays["points"][right], arrays["points"][1], atol=1e-3)
    assert np.isnan(scores.outlier_probability[right])
    assert (arrays["judged"][[right, wrong]] == [0, 1]).all()
    assert not arrays["scored"][[right, wrong]].any()
    again = trained(project)
    assert again.project.scores.error_probability.shape == (26,)
    assert not np.isnan(again.project.scores.error_probability).any()
    again.project.close()


def test_an_image_that_was_missing_at_the_training_is_judged_when_it_is_there_again(
    tmp_path: Path,
) -> None:
    folder = make_folder(tmp_path / "images", per_class=6)
    project, _ = updated(make_project(folder, trained=False))
    path, content = project.path(1), project.path(1).read_bytes()
    path.unlink()
    project, _ = updated(project)
    project = trained(project).project
    before = project.scores.error_probability
    assert np.isnan(before[1])
    path.write_bytes(content)
    project, outcome = updated(project)
    assert (outcome.changes.counts, outcome.judged) == ({"returned": 1}, 1)
    assert not np.isnan(project.scores.error_probability).any()
    path.unlink()
    project, _ = updated(project)
    path.write_bytes(content)
    project, outcome = updated(project)
    assert (outcome.changes.counts, outcome.judged) == ({"returned": 1}, 0)  # it has scores
    assert not np.isnan(project.scores.error_probability).any()
    others = np.delete(np.arange(24), 1)
    np.testing.assert_array_equal(project.scores.error_probability[others], before[others])
    project.close()


def test_without_its_backbone_new_images_wait_for_the_training(tmp_path: Path) -> None:
    project = make_project(make_folder(tmp_path / "images", per_class=6), trained=False)
    add_run(project, head=made_up_head(project), backbone="no_such_network")
    write_image(project.table.root / "cat/new.png", 5)
    events, outcome = finish(update_project(update_request(project)))
    assert any(isinstance(e, Notice) and "before the next training" in str(e) for e in events)
    project = project.accept_update(outcome)
    assert np.isnan(project.scores.error_probability[24])
    assert project.scores.suggested[24] == -1
    project.close()


def test_a_training_does_not_trust_decisions_about_another_content(tmp_path: Path) -> None:
    project = make_project(make_folder(tmp_path / "images", per_class=6), trained=False)
    project, _ = updated(project)
    project.decide([1], RELABEL, "owl")
    project.decide([2], KEEP)
    write_image(project.path(1), 77)
    write_image(project.path(2), 78)
    project.path(3).unlink()
    training = trained(project)
    assert training.project.kinds[[1, 2]].tolist() == [UNDECIDED, UNDECIDED]
    assert training.project.label_name(int(training.project.labels[1])) == "cat"
    assert training.arrays["judged"][1] == 0
    assert training.arrays["kinds"].tolist() == [0] * 24
    weights = training.arrays["score-adaptive_weight"]
    assert (weights[[1, 2]] < 1).all()
    training.project.close()


def test_rows_of_an_update_that_was_never_recorded_are_ignored(tmp_path: Path) -> None:
    project = make_project(make_folder(tmp_path / "images", per_class=6), trained=False)
    add_run(project, head=made_up_head(project))
    write_image(project.table.root / "cat/new.png", 5)
    result_of(update_project(update_request(project)))
    project.close()
    project = open_project(project.folder)
    assert len(project.scores.error_probability) == len(project.table) == 24
    for field in dataclasses.fields(project.scores):
        if field.name not in ("noise_matrix", "class_distances", "expected_errors"):
            assert len(getattr(project.scores, field.name)) == 24, field.name
    project.close()


@pytest.mark.parametrize("back", ["redo", "undo"])
def test_no_undo_or_redo_puts_a_verdict_on_another_content(small: Project, back: str) -> None:
    """Such an image has no decision when the folder changes, but had one before."""
    small.decide([5], KEEP)
    small.decide([3], DecisionKind.DROP)
    if back == "redo":
        small.undo()
    else:
        small.decide([3], UNDECIDED)
    write_image(small.path(3), 999)
    before = len(small.journal())
    project, _ = updated(small)
    assert not (project.can_redo or project.can_undo) or back == "redo"
    (project.redo if back == "redo" else project.undo)()
    assert project.kinds[3] == UNDECIDED
    assert len(project.journal()) == before  # nothing was decided
    project.close()
    project = open_project(project.folder)  # and the same when it is read again
    assert project.kinds[3] == UNDECIDED
    assert not project.can_redo
    state = state_after(steps_of(project.log(), project.folder))
    assert (state.stacks.done, state.stacks.undone) == ([1] if back == "redo" else [], [])
    project.close()


def test_no_redo_keeps_a_label_that_is_another_one_now(small: Project) -> None:
    small.decide([3], KEEP)
    small.decide([4], DecisionKind.DROP)
    small.undo()
    small.undo()
    for row in (3, 4):
        small.path(row).rename(small.table.root / "owl" / f"moved-{row}.png")
    project, outcome = updated(small)
    assert outcome.changes.counts == {"renamed": 2, "relabelled": 2}
    assert project.redo() is None
    project.close()


def test_an_image_that_was_dropped_and_moved_can_be_taken_back(small: Project) -> None:
    small.decide([3], DecisionKind.DROP)
    small.path(3).rename(small.table.root / "owl" / "moved.png")
    project, _ = updated(small)
    project.undo()
    assert project.kinds[3] == UNDECIDED
    project.close()


def test_a_change_of_unreadable_files_alone_is_taken_in(small: Project) -> None:
    broken = small.table.root / "cat" / "broken.png"
    broken.symlink_to(small.folder / "nowhere")
    project, outcome = updated(small)
    assert not outcome.changes.counts
    assert [item.path for item in project.quarantined] == ["cat/broken.png"]
    broken.unlink()
    changes = result_of(update_project(update_request(project))).changes
    project.accept_hashes(changes)  # as the check at the opening does
    assert not project.quarantined
    assert not project.steps()
    project.close()


@pytest.mark.parametrize(
    "damaged",
    [
        {"points": np.zeros(3)},
        {"rows": np.zeros(1, dtype=np.int64)},
        {"rows": np.array(["a"])},
        {"rows": np.array([24]), "points": np.zeros((1, 3))},
        {"rows": np.array([24]), "judged": np.array([99])},
        {"rows": np.array([24]), "map": np.zeros((5, 5))},
        {"rows": np.array([24]), "map": np.array(["x"])},
    ],
)
def test_damaged_scores_of_earlier_updates_stop_no_later_one(
    tmp_path: Path, damaged: dict[str, np.ndarray]
) -> None:
    project = make_project(make_folder(tmp_path / "images", per_class=6), trained=False)
    add_run(project, head=made_up_head(project))
    np.savez(run_folder(project.folder, 1) / "added.npz", **damaged)
    write_image(project.table.root / "cat/new.png", 5)
    project, _ = updated(project)
    assert not np.isnan(project.scores.error_probability[24])
    assert (project.scores.image_findings >= 0).all()
    project.close()
    open_project(project.folder).close()
