"""The whole job as one generator: scan, extract features, train, fine-tune, score, export."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.errors import LabelsError, OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS, record_of, value_of, with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.paths import read_json, write_json
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import IntArray, SampleTable, Scores
from ahsml_app.session.analysis.run_self_test import (
    MOST_TRAININGS,
    FeatureTraining,
    self_test,
)
from ahsml_app.session.export.other_forms import output_choice
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.replacement import check_replacement, files_read
from ahsml_app.session.export.result_counts import ExportSummary, RunSummary
from ahsml_app.session.export.results import USUAL_PARTS, Results
from ahsml_app.session.export.run_results import APPLIED_PRECISION, run_choice, run_results
from ahsml_app.session.export.write_results import publish_results
from ahsml_app.session.pipeline.first_look import augment
from ahsml_app.session.pipeline.scan_source import opened_source
from ahsml_app.session.pipeline.stages import (
    FINETUNE,
    PipelineState,
    SampleGroups,
    compute_features,
    find_groups,
    find_samples,
    finetune,
    score,
    start_job,
    train,
    training_data,
)
from ahsml_app.session.project.library import open_project, refuse_images
from ahsml_app.store.output.run_folder import RunFolder, claim
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.self_test_file import CHECKPOINTS

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.training_data import TrainData, TrainResult

OPTIONS_FILE = "options.json"

USED_FOR_PROJECTS = (
    "source",
    "seed",
    "out",
    "class_folders",
    "csv_safe",
    "formats",
    "undecided",
    "unsure",
)
"""Options that apply to the export of a project; the others belong to a training."""


def run_job(
    options: RunOptions,
    *,
    resume: bool = False,
    force: bool = False,
    trust_images: bool = False,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, RunSummary | ExportSummary]:
    """Runs the whole job, from scan to results; for a project, exports its state.

    Args:
        options: Options of the job; the results appear in `output.folder` atomically.
        resume: Continues an interrupted run into the same folder.
        force: Replaces the results of an earlier run in that folder.
        trust_images: Reads the images of a project that this user has not opened before.
        cancel: Requests that the run stop; it can be resumed.

    Yields:
        Progress, notices and epochs.

    Returns:
        The summary of the run, or of the export if the source is a project.

    Raises:
        AppError: With a message, a hint and an exit code.
        Cancelled: If a stop was requested.
    """
    source, out = options.source, options.output.folder
    if source is None or out is None:
        raise OptionError("A run needs an image folder and a folder for the results.")
    if is_project(source.folder):
        return (yield from _export_state(options, out, trust_images, force=force, cancel=cancel))
    _refuse_rules(options, source)
    job = start_job(options, cancel, exclusive=True)
    reads, choice = files_read(options), run_choice(options.output)
    with claim(out, reads=reads, resume=resume, force=force) as run:
        if run.notice:
            yield Notice(run.notice)
        job, source = yield from _unpacked(job, source, out)
        table = yield from find_samples(job, source)
        yield from check_replacement(run, table, choice.parts, job.context.cancel)
        yield from _remember_options(run, job.options)
        backbone, table, features = yield from compute_features(job, table)
        groups = yield from find_groups(job, table, features)
        data = yield from augment(job, table, backbone, training_data(table, features, groups))
        on_features = result = yield from _train(job, table, data, backbone, run.checkpoints)
        if options.tuning.enabled:
            from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs

            inputs = FinetuneInputs(table, backbone, data, result)
            backbone, result = yield from finetune(job, inputs, run.checkpoints / FINETUNE)
        scores = yield from score(job, table, result, groups)
        results = run_results(job, table, scores, result, backbone, features)
        if options.output.self_test:
            test = yield from _self_test(job, table, data, groups, on_features, run.checkpoints)
            results = replace(results, self_test=test)
        if options.output.apply == "confident":
            yield Notice(_applied_message(results.counts().applied))
        record = yield from publish_results(run, results, choice, job.context)
    return _summary(out, results, scores, record.timings)


def _refuse_rules(options: RunOptions, source: Source) -> None:
    """Refuses what is about decisions, of which a run has none."""
    if (options.output.undecided, options.output.unsure) != ("keep", "keep"):
        raise OptionError(
            Message(
                "{source} is no project, so nobody has decided about it.", source=source.folder
            ),
            hint="Leave --undecided and --unsure out, or give the project.",
        )


def _unpacked(
    job: PipelineState, source: Source, out: Path
) -> Generator[Event, None, tuple[PipelineState, Source]]:
    """Returns the job and the source that it reads, which is a new folder for an archive."""
    source = yield from opened_source(source, out, job.context.cancel)
    options = replace(job.options, source=source)
    record = record_of(options)
    settings = {**job.settings, "source": record["source"], "labels": record["labels"]}
    return replace(job, options=options, settings=settings), source


def _summary(
    out: Path, results: Results, scores: Scores, timings: Mapping[str, float]
) -> RunSummary:
    order = _queue(scores)
    return RunSummary(
        out,
        results.counts(),
        scores.expected_errors,
        queue=tuple(results.table.paths[row] for row in order),
        error_probability=scores.error_probability[order],
        timings=timings,
        self_test=results.self_test,
    )


def _train(
    job: PipelineState,
    table: SampleTable,
    data: TrainData,
    backbone: Backbone,
    checkpoints: Path,
) -> Generator[Event, None, TrainResult]:
    """Trains on features, and exports the backbone meanwhile unless it is going to be tuned."""
    from ahsml_app.core.backbones.export_beside import export_beside

    spec, cancel = job.options.features.backbone, job.context.cancel
    tuned = job.options.tuning.enabled
    with nullcontext() if tuned or not backbone.is_here else export_beside(spec, backbone, cancel):
        return (yield from train(job, table, data, checkpoints / "training"))


def _self_test(
    job: PipelineState,
    table: SampleTable,
    data: TrainData,
    groups: SampleGroups,
    result: TrainResult,
    checkpoints: Path,
) -> Generator[Event, None, SelfTest | None]:
    """Tests the training on features; None, with a notice, where the labels are too few."""
    scores = yield from score(job, table, result, groups)
    nobody, distances = np.zeros(len(table), dtype=bool), np.asarray(scores.class_distances)
    training = FeatureTraining(table, data, groups, nobody, scores.error_probability, distances)
    yield Notice(
        Message(
            "The self-test trains {count} times more, which takes about {seconds:,.0f} s.",
            count=MOST_TRAININGS,
            seconds=MOST_TRAININGS * job.context.timings[Stage.TRAIN.value],
        )
    )
    try:
        return (yield from self_test(job, training, checkpoints / CHECKPOINTS))
    except LabelsError as error:
        yield Notice(str(error), "warning")
        return None


def _applied_message(count: int) -> Message:
    return Message.plural(
        "labels.csv takes {count:,} suggestion, which is right with a probability of "
        "about {precision:.0%} or more.",
        "labels.csv takes {count:,} suggestions, of which about "
        "{precision:.0%} or more should be right.",
        count=count,
        precision=APPLIED_PRECISION,
    )


def _export_state(
    options: RunOptions,
    out: Path,
    trust_images: bool,
    *,
    force: bool,
    cancel: CancelToken | None,
) -> Generator[Event, None, ExportSummary]:
    """Exports the current state of a project without training.

    Raises:
        OptionError: An option belongs to a training.
    """
    assert options.source is not None  # noqa: S101 - it is a project
    folder = options.source.folder
    used = {name: value_of(options, name) for name in USED_FOR_PROJECTS}
    if options != with_values(RunOptions(), used):
        raise OptionError(
            Message(
                "{source} is a project: its state is exported, nothing is trained.",
                source=folder,
            ),
            hint="Leave the options of labels and training out, or give the image folder.",
        )
    project = open_project(folder, None if trust_images else refuse_images)
    try:
        parts = USUAL_PARTS if project.source.labels is None else USUAL_PARTS | {"manifest"}
        choice = output_choice(options.output, parts)
        request = export_request(project, out, choice, force=force)
    finally:
        project.close()
    return (yield from export_project(request, cancel))


def _remember_options(run: RunFolder, options: RunOptions) -> Iterator[Notice]:
    """Stores the options beside the checkpoints; refuses to resume a run with other options.

    Yields:
        A notice if the options of the interrupted run are unknown.

    Raises:
        OutputError: The interrupted run had other options.
    """
    path = run.checkpoints / OPTIONS_FILE
    names = [name for name, option in OPTIONS.items() if option.in_command and name != "out"]
    current = {name: _text(value_of(options, name)) for name in names}
    stored = read_json(path) if run.resumed else None
    if run.resumed and not isinstance(stored, dict):
        yield Notice(
            Message(
                "{path} was damaged, so the options of the interrupted run are unknown. "
                "Checkpoints that belong to other options are computed again.",
                path=path,
            ),
            "warning",
        )
    elif isinstance(stored, dict):
        # Version 0.1.0 wrote null for a default.
        defaults = {name: _text(OPTIONS[name].default) for name in names}
        earlier = {name: stored.get(name) or defaults[name] for name in names}
        changed = sorted(name for name in names if earlier[name] != current[name])
        if changed:
            before = ", ".join(f"{name} was {earlier[name] or 'the default'}" for name in changed)
            raise OutputError(
                Message(
                    "The interrupted run in {partial} had other options: {before}.",
                    partial=run.partial,
                    before=before,
                ),
                hint="Pass the same options with --resume, or start anew with --force.",
            )
    write_json(path, current)


def _text(value: object) -> str | None:
    if isinstance(value, Path):
        return str(value.resolve())
    return None if value is None else str(value)


def _queue(scores: Scores) -> IntArray:
    """Rows of the labelled samples, the most suspect first; ties keep the order of the table."""
    scored = np.flatnonzero(~np.isnan(scores.error_probability))
    return scored[np.argsort(-scores.error_probability[scored], kind="stable")]
