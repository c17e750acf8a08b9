"""The whole job as one generator: scan, embed, train, fine-tune, score, export."""

from __future__ import annotations

import json
from collections.abc import Generator
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import Cancelled, OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress
from ahsml_app.base.options.option_table import OPTIONS, value_of, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import SampleTable, Scores
from ahsml_app.session.pipeline.job_summary import JobSummary
from ahsml_app.session.pipeline.stages import (
    FINETUNE,
    Findings,
    embed,
    find_samples,
    finetune,
    now,
    score,
    train,
)
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.run_folder import RunFolder, claim

OPTIONS_FILE = "options.json"

USED_FOR_PROJECTS = ("source", "seed", "out", "class_folders")
"""Options that the export of a project's state takes; the others belong to a training."""


def run_job(
    options: RunOptions,
    *,
    resume: bool = False,
    force: bool = False,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, JobSummary]:
    """Run the whole job: scan, embed, train, score, export.

    Args:
        options: What to do; `output.folder` receives the results, whole or not at all.
        resume: Continue an interrupted run into the same folder.
        force: Replace the results of an earlier run in that folder.
        cancel: Asks the run to stop; what was done so far can be resumed.

    Yields:
        Progress, notices and epochs.

    Returns:
        The summary.

    Raises:
        AppError: With a message, a hint and an exit code.
        Cancelled: When asked to stop.
    """
    source, out = options.source, options.output.folder
    if source is None or out is None:
        raise OptionError("A run needs an image folder and a folder for the results.")
    if is_project(source.folder):
        return (yield from _export_state(options, source.folder, out, force=force, cancel=cancel))
    found = Findings(options, now(), cancel or CancelToken())
    with claim(out, source=source.folder, resume=resume, force=force) as run:
        if run.notice:
            yield Notice(run.notice)
        table = yield from find_samples(found, source)
        _remember_options(run, options)
        backbone, table, features = yield from embed(found, table)
        place = run.checkpoints / "training"
        result = yield from train(found, table, features, place, alone=True)
        backbone, result = yield from finetune(
            found, table, (backbone, features), result, run.checkpoints / FINETUNE, alone=True
        )
        scores = yield from score(found, table, features, result)
        # Here, because the exports load pyarrow and jinja.
        from ahsml_app.session.export.run_results import write_outputs

        yield Progress("write", 0, 0)
        applied = yield from write_outputs(
            found, run.staging, table, scores, result, backbone, features
        )
        if found.cancel.cancelled:
            raise Cancelled
        run.publish()
    return _summary(found, out, table, scores, applied)


def _summary(
    found: Findings, out: Path, table: SampleTable, scores: Scores, applied: int
) -> JobSummary:
    return JobSummary(
        out=out,
        images=len(table),
        classes=len(table.class_names),
        quarantined=len(found.quarantined),
        flagged=int(scores.flagged.sum()),
        expected_errors=scores.expected_errors,
        applied=applied,
        queue=_queue(table, scores),
        timings=found.timings,
    )


def _export_state(
    options: RunOptions, folder: Path, out: Path, *, force: bool, cancel: CancelToken | None
) -> Generator[Event, None, JobSummary]:
    """Export a project as it is; nothing is trained.

    Raises:
        OptionError: An option belongs to a training.
    """
    from ahsml_app.session.export.project_results import USUAL_PARTS, export_project, export_request
    from ahsml_app.session.project.project import open_project

    used = {name: value_of(options, name) for name in USED_FOR_PROJECTS}
    if options != with_values(RunOptions(), used):
        raise OptionError(
            f"{folder} is a project: its state is exported, nothing is trained.",
            hint="Leave the options of labels and training out, or give the image folder.",
        )
    project = open_project(folder)
    try:
        parts = USUAL_PARTS | ({"manifest"} if project.source.labels is not None else set())
        parts |= {"tree"} if options.output.class_folders is not None else set()
        mode = options.output.class_folders or "copy"
        request = export_request(project, out, parts, tree_mode=mode, force=force)
        progress = project.progress()
    finally:
        project.close()
    yield from export_project(request, cancel)
    scores = request.scores
    return JobSummary(
        out=out,
        images=len(request.table),
        classes=len(request.class_names),
        quarantined=len(request.quarantined),
        flagged=0 if scores is None else int(scores.flagged.sum()),
        expected_errors=progress.errors_left,
        applied=progress.errors_found,
        queue=() if scores is None else _queue(request.table, scores),
        timings={},
    )


def _remember_options(run: RunFolder, options: RunOptions) -> None:
    """Keep the options beside the checkpoints; refuse to continue a run that had others.

    Raises:
        OutputError: The interrupted run had other options.
    """
    path = run.checkpoints / OPTIONS_FILE
    names = [name for name, option in OPTIONS.items() if option.in_command and name != "out"]
    asked = {name: _text(value_of(options, name)) for name in names}
    if run.resumed and path.is_file():
        # Version 0.1.0 wrote null for a default.
        defaults = {name: _text(OPTIONS[name].default) for name in names}
        written = json.loads(path.read_text("utf-8"))
        earlier = {name: written.get(name) or defaults[name] for name in names}
        changed = sorted(name for name in names if earlier[name] != asked[name])
        if changed:
            before = ", ".join(f"{name} was {earlier[name] or 'the default'}" for name in changed)
            raise OutputError(
                f"The interrupted run in {run.partial} had other options: {before}.",
                hint="Pass the same options with --resume, or start anew with --force.",
            )
    with atomic_write(path, "w", encoding="utf-8") as stream:
        json.dump(asked, stream, indent=1)


def _text(value: object) -> str | None:
    if isinstance(value, Path):
        return str(value.resolve())
    return None if value is None else str(value)


def _queue(table: SampleTable, scores: Scores) -> tuple[str, ...]:
    """Labelled samples, the most suspect first; equal ones in the order of the table."""
    known = np.flatnonzero(~np.isnan(scores.error_probability))
    order = known[np.argsort(-scores.error_probability[known], kind="stable")]
    return tuple(table.paths[row] for row in order)
