"""Writes results, for headless runs, project exports and the window."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Generator
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.options.output_options import TreeMode
from ahsml_app.base.paths import RUN_FILE, atomic_write
from ahsml_app.base.types import SampleTable
from ahsml_app.base.version import __version__
from ahsml_app.session.export.changed_files import CHANGED_FILES, write_changed_files
from ahsml_app.session.export.decision_tables import CONFLICTS, write_conflicts
from ahsml_app.session.export.model_files import write_model
from ahsml_app.session.export.other_forms import other_forms, write_forms
from ahsml_app.session.export.results import OutputChoice, Results, TrainingResults
from ahsml_app.session.export.write_class_folders import renamed_classes, write_class_folders
from ahsml_app.session.pipeline.stages import now
from ahsml_app.store import result_files
from ahsml_app.store.class_folders import CLASS_FOLDERS
from ahsml_app.store.decision_log import LOG_FILE, seal_of, write_log
from ahsml_app.store.output.journal_table import write_journal
from ahsml_app.store.output.partial_folder import RESULT_NAMES
from ahsml_app.store.output.probability_file import write_probabilities
from ahsml_app.store.output.published_results import staged_records
from ahsml_app.store.output.run_folder import RunFolder
from ahsml_app.store.self_test_file import SELF_TEST_FILE, write_self_test

PROBABILITIES = "probabilities.parquet"
THUMBNAIL_SIDE = 160
REPORTED_VERSIONS = ("torch", "torchvision", "timm", "openvino", "faiss-cpu", "numpy", "Pillow")


def write_results(
    folder: Path, results: Results, choice: OutputChoice, context: RunContext
) -> Generator[Event, None, result_files.RunRecord]:
    """Writes the chosen parts of the results, `quarantine.csv` and `run.json`.

    Parts that need scores are left out if there are none.

    Args:
        folder: Folder of the files; created when needed.
        results: The results.
        choice: The parts to write.
        context: Cancel token, and timings of the stages so far.

    Yields:
        Progress and notices.

    Returns:
        The record in `run.json`.

    Raises:
        OutputError: If an image cannot be read, or the disk is full.
        Cancelled: If a stop was requested.
    """
    folder.mkdir(parents=True, exist_ok=True)
    yield Progress(Stage.WRITE)
    training, cancel = results.training, context.cancel
    digests: dict[str, str] = {}
    with context.timed(Stage.WRITE):
        _write_tables(folder, results, choice)
        yield Progress(Stage.WRITE)
        cancel.check()
        if results.self_test is not None and "scores" in choice.parts:
            write_self_test(folder / SELF_TEST_FILE, results.self_test)
        if training is not None:
            yield from _write_training(folder, training, choice, context)
        if "tree" in choice.parts:
            digests = yield from _write_tree(folder, results, choice.tree_mode, cancel)
    cancel.check()
    record = replace(_record(results), timings=dict(context.timings))
    if training is not None and "report" in choice.parts:
        with context.timed(Stage.REPORT):
            _write_report(folder, results, training, record, cancel)
    cancel.check()
    record = replace(record, timings=dict(context.timings), finished=now())
    result_files.write_run_file(folder / RUN_FILE, record, staged_records(folder, digests))
    return record


def _write_tree(
    folder: Path, results: Results, mode: TreeMode, cancel: CancelToken
) -> Generator[Event, None, dict[str, str]]:
    renamed = renamed_classes(results.decisions.labels)
    if renamed is not None:
        yield Notice(renamed)
    entries = results.class_tree()
    return (yield from write_class_folders(folder / CLASS_FOLDERS, entries, mode, cancel))


def publish_results(
    run: RunFolder, results: Results, choice: OutputChoice, context: RunContext
) -> Generator[Event, None, result_files.RunRecord]:
    """Writes results as `write_results` does, and moves them to their place when they are whole.

    Raises:
        OutputError: If they cannot be written, or a file there is not ours to replace.
        Cancelled: If a stop was requested; nothing is published then.
    """
    forms = yield from other_forms(results, choice.formats)
    run.plan([*planned_names(results, choice), *forms])
    write_forms(run.staging, forms)
    record = yield from write_results(run.staging, results, choice, context)
    context.cancel.check()
    run.publish()
    return record


def planned_names(results: Results, choice: OutputChoice) -> list[str]:
    """Names of the files whose names depend on the results."""
    names = []
    if "manifest" in choice.parts:
        names.append(_manifest_file(results, safe=choice.csv_safe)[0])
    if "tree" in choice.parts:
        names += [f"{CLASS_FOLDERS}/{entry.target}" for entry in results.class_tree()]
    return names


def _write_tables(folder: Path, results: Results, choice: OutputChoice) -> None:
    """Writes the parts that need no training."""
    table, decisions, parts, safe = results.table, results.decisions, choice.parts, choice.csv_safe
    if "labels" in parts:
        result_files.write_labels(folder / "labels.csv", table, decisions, csv_safe=safe)
    if safe:
        result_files.write_labels_parquet(folder / "labels.parquet", table, decisions)
    if "manifest" in parts:
        _write_manifest(folder, results, safe=safe)
    if "journal" in parts:
        whole = results.whole or table
        write_journal(folder / "journal.csv", whole, results.journal, csv_safe=safe)
        if results.log:
            write_log(folder / LOG_FILE, results.log)
    if results.replay is not None:
        write_conflicts(folder / CONFLICTS, results.replay.conflicts, csv_safe=safe)
    if results.changed_files:
        write_changed_files(folder / CHANGED_FILES, results.changed_files, csv_safe=safe)
    result_files.write_quarantine(folder / "quarantine.csv", results.quarantined, csv_safe=safe)


def _write_manifest(folder: Path, results: Results, *, safe: bool) -> None:
    """Writes the manifest as it was with the new labels, or anew if that is not possible."""
    from ahsml_app.core.tables.read_table import delimiter_of

    name, content = _manifest_file(results, safe=safe)
    if content is not None:
        with atomic_write(folder / name) as stream:
            stream.write(content)
        return
    delimiter = "," if results.source.labels is None else delimiter_of(results.source.labels)
    result_files.write_manifest(
        folder / name,
        results.table,
        results.decisions,
        left_out=results.left_out,
        delimiter=delimiter,
        csv_safe=safe,
    )


def _manifest_file(results: Results, *, safe: bool) -> tuple[str, bytes | None]:
    """Name of the manifest to write, and its content if it can be as it was with new labels."""
    from ahsml_app.core.tables.edit_table import edited_table

    manifest, decisions = results.source.labels, results.decisions
    if manifest is None:
        return "manifest.csv", None
    labels = [
        None if kind in results.left_out else label
        for label, kind in zip(decisions.labels, decisions.kinds, strict=True)
    ]
    content = (
        None if safe else edited_table(manifest, results.table, labels, results.source.class_names)
    )
    is_table = manifest.suffix.lower() in ("", ".csv", ".tsv", ".txt", ".tab", ".dat", ".lst")
    name = manifest.name if is_table or content is not None else f"{manifest.stem}.csv"
    taken = {other.partition("/")[0] for other in RESULT_NAMES} | {CLASS_FOLDERS}
    return f"manifest-{name}" if name.lower() in taken else name, content


def _write_training(
    folder: Path, training: TrainingResults, choice: OutputChoice, context: RunContext
) -> Generator[Event, None, None]:
    """Writes the results of a training, whose scores judge the labels that it trained on."""
    judged, parts, cancel = training.judged, choice.parts, context.cancel
    if "scores" in parts:
        result_files.write_scores_csv(
            folder / "scores.csv", judged, training.scores, csv_safe=choice.csv_safe
        )
        result_files.write_scores_parquet(folder / "scores.parquet", judged, training.scores)
        if (found := training.probabilities) is not None:
            target = folder / PROBABILITIES
            write_probabilities(target, judged.paths, judged.class_names, found, cancel.check)
    cancel.check()
    if "embeddings" in parts:
        embeddings = training.embeddings
        result_files.write_embeddings_npz(folder / "embeddings.npz", judged, embeddings)
        result_files.write_embeddings_parquet(folder / "embeddings.parquet", judged, embeddings)
    cancel.check()
    if "model" in parts and training.model is not None:
        yield from write_model(folder / "model", training.model, context)


def _write_report(
    folder: Path,
    results: Results,
    training: TrainingResults,
    record: result_files.RunRecord,
    cancel: CancelToken,
) -> None:
    from ahsml_app.store.output.report import write_report  # here, because it loads jinja

    notes = (str(results.counts().balance), *record.notes)
    record = replace(record, notes=notes)
    write_report(
        folder / "report.html",
        training.judged,
        training.scores,
        results.quarantined,
        record,
        thumbnails_for(results.table, cancel),
    )


def thumbnails_for(table: SampleTable, cancel: CancelToken) -> Callable[[str], bytes | None]:
    """Makes the thumbnail function of the report: a small JPEG by path, or None if unreadable."""
    from ahsml_app.core.data.decode import UnreadableImage, thumbnail_jpeg

    def thumbnail(path: str) -> bytes | None:
        cancel.check()
        try:
            return thumbnail_jpeg(table.root / path, THUMBNAIL_SIDE, table.planes)
        except UnreadableImage:
            return None

    return thumbnail


def _record(results: Results) -> result_files.RunRecord:
    provenance, seal = results.provenance, seal_of(results.log)
    return result_files.RunRecord(
        version=__version__,
        started=provenance.started,
        finished=now(),
        seed=provenance.seed,
        options=provenance.settings,
        versions=_versions(),
        counts={
            **results.counts().as_record(),
            **provenance.counts,
            "peak_memory_mib": _peak_memory(),
        },
        expected_errors=results.expected_errors,
        self_test=results.self_test,
        log={} if seal is None else asdict(seal),
        notes=results.notes,
    )


def _versions() -> dict[str, str]:
    """Versions of the libraries, and a description of the machine."""
    versions = {"python": platform.python_version(), "machine": platform.platform()}
    for name in REPORTED_VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "missing"
    return versions


def _peak_memory() -> int:
    """Peak resident memory of this process in MiB; 0 if unknown."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))
