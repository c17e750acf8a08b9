"""Compares the decisions of two people, for the command."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, replace
from pathlib import Path

from ahsml_app.base.errors import OptionError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.paths import RUN_FILE
from ahsml_app.base.version import __version__
from ahsml_app.session.export.decision_tables import DISAGREEMENTS, write_disagreements
from ahsml_app.session.pipeline.stages import now
from ahsml_app.session.project.agreement import Agreement, compare_decisions
from ahsml_app.session.project.logged_decisions import logged_state
from ahsml_app.store.output.published_results import staged_records
from ahsml_app.store.output.run_folder import claim
from ahsml_app.store.result_files import RunRecord, write_run_file


@dataclass(frozen=True, slots=True)
class MergeSummary:
    """The summary of a comparison of two decision logs.

    Attributes:
        sources: The two logs.
        agreement: How far they agree.
        out: Folder with the table of disagreements; None if none was written.
    """

    sources: tuple[Path, Path]
    agreement: Agreement
    out: Path | None


def merge_decisions(
    first: Path, second: Path, output: OutputOptions, *, force: bool, cancel: CancelToken
) -> Generator[Event, None, MergeSummary]:
    """Compares the decisions of two people about the same images.

    Args:
        first: A decision log, or a project or export that holds one.
        second: Another one.
        output: The folder for the table of disagreements, without one none is written; and
            whether the table is safe for spreadsheets.
        force: Replaces the results of an earlier run in that folder.
        cancel: Requests a stop.

    Yields:
        Progress.

    Raises:
        AppError: With a message and a hint.
        Cancelled: If a stop was requested; nothing is published then.
    """
    started = now()
    summary = yield from compare_logs(first, second, cancel)
    agreement, out = summary.agreement, output.folder
    if out is None:
        return summary
    with claim(out, reads=(first, second), force=force) as run:
        yield Progress(Stage.WRITE)
        table = run.staging / DISAGREEMENTS
        write_disagreements(table, agreement, csv_safe=output.csv_safe)
        record = RunRecord(
            version=__version__,
            started=started,
            finished=now(),
            seed=0,
            options={"merge": [str(first), str(second)]},
            counts={
                "decided_by_both": agreement.both,
                "agreed": agreement.agreed,
                "decided_by_one": len(agreement.single),
                "unmatched": agreement.unmatched,
            },
        )
        write_run_file(run.staging / RUN_FILE, record, staged_records(run.staging, {}))
        cancel.check()
        run.publish()
    return replace(summary, out=out)


def compare_logs(
    first: Path, second: Path, cancel: CancelToken
) -> Generator[Event, None, MergeSummary]:
    """Compares two decision logs; writes nothing (see `merge_decisions`)."""
    if first.resolve() == second.resolve():
        raise OptionError(
            Message("{path} cannot be compared with itself.", path=first),
            hint="Give the decisions of two people.",
        )
    yield Progress(Stage.SCAN)
    agreement = compare_decisions(logged_state(first), logged_state(second))
    cancel.check()
    return MergeSummary((first, second), agreement, None)
