"""The whole job as one generator: scan, extract features, train, fine-tune, score, export."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import SampleTable, Scores
from ahsml_app.session.pipeline.run_options import JobOptions, JobSummary
from ahsml_app.session.pipeline.stages import (
    FINETUNE,
    PipelineState,
    check_loss,
    compute_features,
    find_samples,
    finetune,
    score,
    start_job,
    train,
    training_data,
)
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.run_folder import RunFolder, claim

OPTIONS_FILE = "options.json"


def run_job(
    options: JobOptions,
    out: Path,
    *,
    resume: bool = False,
    force: bool = False,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, JobSummary]:
    """Run the whole job: scan, extract features, train, score, export.

    Args:
        options: What to do.
        out: Folder that receives the results, whole or not at all.
        resume: Continue an interrupted run into the same folder.
        force: Replace the results of an earlier run in `out`.
        cancel: Asks the run to stop; what was done so far can be resumed.

    Yields:
        Progress, notices and epochs.

    Returns:
        The summary.

    Raises:
        AppError: With a message, a hint and an exit code.
        Cancelled: When asked to stop.
    """
    if is_project(options.source):
        return (yield from _export_state(options, out, force=force, cancel=cancel))
    job = start_job(options, cancel, exclusive=True)
    check_loss(options.loss)
    with claim(out, source=options.source, resume=resume, force=force) as run:
        if run.notice:
            yield Notice(run.notice)
        table = yield from find_samples(job)
        _remember_options(run, options)
        backbone, table, features = yield from compute_features(job, table)
        data = training_data(table, features)
        result = yield from train(job, data, run.checkpoints / "training")
        if options.finetune:
            from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs

            inputs = FinetuneInputs(table, backbone, data, result)
            backbone, result = yield from finetune(job, inputs, run.checkpoints / FINETUNE)
        scores = yield from score(job, table, features, result)
        # Here, because the exports load pyarrow and jinja.
        from ahsml_app.session.export.run_results import write_outputs

        yield Progress("write", 0, 0)
        applied = yield from write_outputs(
            job, run.staging, table, scores, result, backbone, features
        )
        job.context.cancel.check()
        run.publish()
    return _summary(job, out, table, scores, applied)


def _summary(
    job: PipelineState, out: Path, table: SampleTable, scores: Scores, applied: int
) -> JobSummary:
    return JobSummary(
        out=out,
        images=len(table),
        classes=len(table.class_names),
        quarantined=len(job.quarantined),
        flagged=int(scores.flagged.sum()),
        expected_errors=scores.expected_errors,
        applied=applied,
        queue=_queue(table, scores),
        timings=job.context.timings,
    )


def _export_state(
    options: JobOptions, out: Path, *, force: bool, cancel: CancelToken | None
) -> Generator[Event, None, JobSummary]:
    """Export a project as it is; nothing is trained.

    Raises:
        OptionError: An option belongs to a training.
    """
    from ahsml_app.session.export.project_results import USUAL_PARTS, export_project, export_request
    from ahsml_app.session.project.library import open_project
    from ahsml_app.session.review.review_progress import ReviewTimeline

    plain = JobOptions(options.source, seed=options.seed, class_folders=options.class_folders)
    if replace(options, seed=plain.seed) != plain:
        raise OptionError(
            f"{options.source} is a project: its state is exported, nothing is trained.",
            hint="Leave the options of labels and training out, or give the image folder.",
        )
    project = open_project(options.source)
    try:
        parts = USUAL_PARTS | ({"manifest"} if project.source.labels is not None else set())
        parts |= {"tree"} if options.class_folders is not None else set()
        mode = options.class_folders or "copy"
        request = export_request(project, out, parts, tree_mode=mode, force=force)
        progress = ReviewTimeline(project).progress()
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


def _remember_options(run: RunFolder, options: JobOptions) -> None:
    """Keep the options beside the checkpoints; refuse to continue a run that had others.

    Raises:
        OutputError: The interrupted run had other options.
    """
    path = run.checkpoints / OPTIONS_FILE
    asked = {name: _text(value) for name, value in asdict(options).items()}
    if run.resumed and path.is_file():
        earlier = json.loads(path.read_text("utf-8"))
        changed = sorted(name for name in asked if earlier.get(name) != asked[name])
        if changed:
            before = ", ".join(
                f"{name} was {earlier.get(name) or 'the default'}" for name in changed
            )
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
