"""The trainings that a project stores, of which some may be damaged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, Int8Array, IntArray, Scores
from ahsml_app.session.pipeline.array_checks import run_problem, sound_added
from ahsml_app.session.pipeline.run_arrays import RunArrays, judged_of, scores_of, unscored
from ahsml_app.store.project_folder import ProjectFolder


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
