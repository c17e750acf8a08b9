"""The trainings that a project stores, of which some may be damaged."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message, dump_message, stored_message
from ahsml_app.base.options.own_files import features_of_run
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import AnyArray, Int8Array, IntArray, SampleTable, Scores
from ahsml_app.session.pipeline.array_checks import run_problem, sound_added
from ahsml_app.session.pipeline.run_arrays import RunArrays, judged_of, scores_of, unscored
from ahsml_app.session.pipeline.train_project import TrainOutcome
from ahsml_app.session.project.path_index import PathIndex
from ahsml_app.store.files.training_arrays import run_folder
from ahsml_app.store.files.training_folder import checkpoint_files
from ahsml_app.store.project_folder import ProjectFolder
from ahsml_app.store.self_test_file import CHECKPOINTS, SELF_TEST_FILE, read_self_test


def sound_runs(
    files: ProjectFolder, count: int
) -> tuple[list[dict[str, Any]], tuple[Message, ...]]:
    """The trainings that can be used, oldest first, and what is wrong with the others.

    Args:
        files: The opened project.
        count: Number of its samples.
    """
    sound, damage = [], []
    for facts in files.runs():
        reason: Message | None
        try:
            reason = run_problem(facts, files.load_run(facts["number"]), count)
        except ProjectError as error:
            reason = error.message
        if reason is None:
            sound.append(facts)
        else:
            number = facts["number"]
            damage.append(Message("Training {number}: {reason}", number=number, reason=reason))
    return sound, tuple(damage)


def stored_arrays(files: ProjectFolder, number: int, count: int) -> RunArrays:
    """The arrays of a training, with a row for each sample.

    Args:
        files: The opened project.
        number: Number of a sound training.
        count: Number of samples of the project.

    Raises:
        ProjectError: If an array has been damaged since the project was opened.
    """
    stored = files.load_run(number)
    # What is damaged of later samples, the next training scores anew.
    return RunArrays(stored, count, sound_added(files.added_scores(number), stored))


def judged_scores(arrays: Mapping[str, AnyArray], states: Int8Array) -> tuple[Scores, IntArray]:
    """The scores of a training, none for missing images, and the labels that they judge.

    Args:
        arrays: Its arrays.
        states: (N,) `SampleState` of each sample.
    """
    missing = np.flatnonzero(states == SampleState.MISSING)
    return unscored(scores_of(arrays), missing), judged_of(arrays)


def stored_self_test(project: Path, run: Mapping[str, Any] | None) -> SelfTest | None:
    """The self-test of a training; None if none was made.

    Args:
        project: Folder of the project.
        run: Properties of the training; None for none.
    """
    if run is None:
        return None
    return read_self_test(run_folder(project, run["number"]) / SELF_TEST_FILE)


def has_unfinished_training(project: Path) -> bool:
    """Whether checkpoints are left of a training that ended before it was recorded.

    Args:
        project: Folder of the project.
    """
    with contextlib.suppress(
        OSError, ValueError, ProjectError
    ):  # none that we made, or none can be
        files = checkpoint_files(project)
        return any(path.relative_to(project).parts[1] != CHECKPOINTS for path in files)
    return False


def run_facts(outcome: TrainOutcome, paths: PathIndex, newest: int) -> dict[str, Any]:
    """The properties of a training as the project stores them.

    Args:
        outcome: The training.
        paths: Finds the rows of the files that it set aside.
        newest: Number of the newest step; decisions after it saw the scores of this training.
    """
    set_aside: list[dict[str, Any]] = []
    for item in outcome.quarantined:
        row, reason = paths.row_of(item.path), item.reason
        digest = outcome.hashes[row] if 0 <= row < len(outcome.hashes) else ""
        facts = {"path": item.path, "reason": str(reason), "hash": digest, "row": row}
        message = {"message": dump_message(reason)} if isinstance(reason, Message) else {}
        set_aside.append(facts | message)
    return dict(outcome.facts) | {"quarantined": set_aside, "step": newest}


def unreadable_rows(
    run: Mapping[str, Any] | None, table: SampleTable, paths: PathIndex
) -> dict[int, Message | str]:
    """Why each image cannot be read that a training set aside, by its row.

    An image whose file holds another content since is not among them.

    Args:
        run: Properties of the training; None for none.
        table: The samples with the content hashes that are known.
        paths: Finds the rows of the samples.
    """
    rows: dict[int, Message | str] = {}
    for item in (run or {}).get("quarantined", ()):
        row = int(item.get("row", paths.row_of(item["path"])))
        if not 0 <= row < len(table):
            continue
        digest = table.hashes[row] if table.hashes else ""
        if item.get("hash", "") in ("", digest):  # older trainings told no hash
            rows[row] = stored_message(item["reason"], item.get("message"))
    return rows


def contents_not_to_try(
    run: Mapping[str, Any] | None, rows: Mapping[int, Message | str], hashes: Sequence[str]
) -> dict[str, Message | str]:
    """Why each content cannot be read that the next training need not try again, by its hash.

    Where the features of the newest training came from a file, an image may have been set aside
    because the file did not have it.

    Args:
        run: Properties of the newest training; None for none.
        rows: Why images cannot be read, by their row.
        hashes: The content hashes that are known; may be empty.
    """
    if run is None:  # what was only seen to be unreadable is tried once
        return {}
    if features_of_run(run).file is not None:
        return {}
    return unreadable_contents(rows, hashes)


def unreadable_contents(
    rows: Mapping[int, Message | str], hashes: Sequence[str]
) -> dict[str, Message | str]:
    """Why each content cannot be read, by its hash.

    Args:
        rows: Why images cannot be read, by their row.
        hashes: The content hashes that are known; may be empty.
    """
    return {hashes[row]: reason for row, reason in rows.items() if hashes and hashes[row]}
