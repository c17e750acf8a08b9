"""Replays a decision log on a fresh copy of the images and writes the results."""

from __future__ import annotations

import tempfile
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

from ahsml_app.base.errors import OptionError
from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS, value_of, with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.session.export.other_forms import output_choice
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.result_counts import ExportSummary
from ahsml_app.session.pipeline.scan_source import opened_source
from ahsml_app.session.pipeline.stages import find_samples, start_job
from ahsml_app.session.project.library import source_facts
from ahsml_app.session.project.logged_decisions import logged_steps
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.replay import replay_steps
from ahsml_app.store.project_folder import ProjectFolder, is_project

PARTS = frozenset({"labels", "journal"})

_OF_SOURCE = tuple(option.name for option in OPTIONS.values() if option.section == "source")
_USED = ("out", "class_folders", "csv_safe", "formats", "undecided", "unsure", *_OF_SOURCE)


def replay_decisions(
    options: RunOptions, log: Path, *, force: bool = False, cancel: CancelToken | None = None
) -> Generator[Event, None, ExportSummary]:
    """Takes the decisions of a log on the images of a folder, and exports the result.

    The images are known by their content, so they may be renamed and moved. What cannot be
    assigned is listed in `conflicts.csv`.

    Args:
        options: Source and folder of the results.
        log: The decision log, or a project or export that holds one.
        force: Replaces the results of an earlier run in that folder.
        cancel: Requests a stop.

    Yields:
        Progress and notices.

    Raises:
        AppError: With a message and a hint.
        Cancelled: If a stop was requested; nothing is published then.
    """
    source, out = options.source, options.output.folder
    if source is None or out is None:
        raise OptionError("A replay needs an image folder and a folder for the results.")
    _refuse_options(options, source)
    steps = logged_steps(log)
    job = start_job(options, cancel)
    source = yield from opened_source(source, out, job.context.cancel)
    table = yield from find_samples(job, source)
    with tempfile.TemporaryDirectory(prefix="ahsml-app-replay-") as folder:
        facts = source_facts(source.folder.name, source)
        files = ProjectFolder.create(Path(folder) / "project", facts, table, tuple(job.quarantined))
        project = Project(files)
        try:
            project.original = table  # with the content hashes of this moment
            replayed = replay_steps(project, steps)
            parts = PARTS if source.labels is None else PARTS | {"manifest"}
            choice = output_choice(options.output, parts)
            request = export_request(project, out, choice, force=force)
        finally:
            project.close()
    results = replace(request.results, replay=replayed)
    request = replace(request, results=results, reads=(source.folder, log, *_manifest(source)))
    return (yield from export_project(request, cancel))


def _manifest(source: Source) -> tuple[Path, ...]:
    return () if source.labels is None else (source.labels,)


def _refuse_options(options: RunOptions, source: Source) -> None:
    """Refuses a project as the source, and options of a training."""
    if is_project(source.folder):
        raise OptionError(
            Message("{source} is a project, which has its decisions.", source=source.folder),
            hint="Give the image folder on which --replay takes the decisions.",
        )
    if options != with_values(RunOptions(), {name: value_of(options, name) for name in _USED}):
        raise OptionError(
            "A replay takes decisions, and trains nothing.",
            hint="Leave out the options of training, and --apply.",
        )
