"""How many labels of a result are probably wrong, for a script that decides about them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError, OptionError, ProjectError
from ahsml_app.base.message import Message, some
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.export.result_counts import ExportSummary, RunSummary
from ahsml_app.session.pipeline.scan_source import source_inside
from ahsml_app.store.project_folder import is_project


@dataclass(frozen=True, slots=True)
class LabelCounts:
    """Labels that count, and those that are probably wrong.

    Attributes:
        labels: Number of labels that count.
        flagged: Labels among them that are more probably wrong than right.
        errors: Estimated wrong labels among them: low end, best guess, high end (95 %).
    """

    labels: int
    flagged: int
    errors: tuple[float, float, float]


def label_counts(
    summary: RunSummary | ExportSummary, among: frozenset[str] | None = None
) -> LabelCounts:
    """Counts the labels of a run, or those that an export of a project leaves.

    Args:
        summary: The end of the job. Of a project, labels that were decided are not wrong.
        among: Paths of the images whose labels count; None for all.

    Raises:
        ProjectError: If no training has judged the labels of a project.
    """
    from ahsml_app.core.ensemble.error_count import expected_errors

    if isinstance(summary, ExportSummary):
        if not math.isfinite(summary.errors_left[1]):
            raise ProjectError(
                "No training has told yet which labels of the project are wrong.",
                hint="Open the project and train first, or give the image folder.",
            )
        counts = summary.counts
        return LabelCounts(counts.labelled, counts.suspects_left, summary.errors_left)
    wrong = summary.error_probability
    if among is None:
        return LabelCounts(len(wrong), summary.counts.flagged, summary.expected_errors)
    wrong = wrong[np.array([path in among for path in summary.queue], dtype=bool)]
    return LabelCounts(len(wrong), int((wrong > 0.5).sum()), expected_errors(wrong))


def listed_paths(file: Path, source: Source) -> frozenset[str]:
    """Reads a list of files, a path in each line or, as of `git diff -z`, ended by zero bytes.

    Args:
        file: The list.
        source: The image folder, from which the paths count, or from the one inside that is read.

    Returns:
        The paths from the folder that is read.

    Raises:
        InputError: If it cannot be read, or names what is not in the folder: the paths would
            count from elsewhere, and no label would be looked at.
        OptionError: If the folder is a project, which knows no new labels.
    """
    folder = source.folder
    if is_project(folder):
        raise OptionError(
            Message("{folder} is a project, and a list of images needs a run.", folder=folder),
            hint="Give the image folder, or leave the list out.",
        )
    try:
        content = file.read_bytes()
    except OSError as error:
        raise InputError(
            Message("{file} cannot be read: {reason}", file=file, reason=error.strerror or error),
            hint="Name a file with the path of an image in each line.",
        ) from error
    text = content.decode("utf-8-sig", "surrogateescape")
    lines = text.split("\0") if "\0" in text else [line.rstrip("\r") for line in text.split("\n")]
    paths = sorted({Path(line).as_posix() for line in lines if line.strip()})
    inner = source_inside(source).source.folder
    prefix = "" if inner == folder else f"{inner.relative_to(folder).as_posix()}/"
    elsewhere = [path for path in paths if not (folder / path).exists()]
    inside = {path for path in elsewhere if (inner / path).exists()}
    missing = [path for path in elsewhere if path not in inside]
    if missing:
        raise InputError(
            Message(
                "{file} names what is not in {folder}: {names}",
                file=file,
                folder=folder,
                names=some(missing),
            ),
            hint="Paths count from the image folder. With git: "
            "git diff -z --relative --name-only --diff-filter=d, run in that folder.",
        )
    return frozenset(path if path in inside else path.removeprefix(prefix) for path in paths)
