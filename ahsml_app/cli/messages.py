"""Formats events, errors and the closing summary of the command as text and as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ahsml_app.base.errors import AppError, ExitCode
from ahsml_app.base.events import DeviceChosen, EpochEnd, Event, FirstEstimate, Notice, Progress
from ahsml_app.base.message import some
from ahsml_app.base.options.recommended_backbones import DOWNLOAD_SENTENCE, RECOMMENDED_BACKBONES
from ahsml_app.base.paths import APP_NAME
from ahsml_app.base.self_test import BUDGETS, KIND_NAMES
from ahsml_app.cli.decision_messages import log_lines, replay_fields, replay_lines

if TYPE_CHECKING:
    from pathlib import Path

    from ahsml_app.base.self_test import SelfTest
    from ahsml_app.cli.fail_condition import FailVerdict
    from ahsml_app.session import (
        CroppedBoxes,
        ExportSummary,
        PredictSummary,
        ProjectCheck,
        RunSummary,
        UpdateSummary,
    )
    from ahsml_app.session.export.result_counts import ResultCounts

_REVIEW_BUDGET = 0.1
_MOST_CLASSES = 10


class Stopped(AppError):  # noqa: N818 - an outcome, not an error
    """The user stopped the run."""

    exit_code = ExitCode.CANCELLED

    def __init__(self) -> None:
        super().__init__(
            "Stopped. What was done so far is kept.",
            hint="Run the same command with --resume to continue.",
        )


@dataclass(frozen=True, slots=True)
class DemoOutcome:
    """Number of planted errors in the first tenth of the queue.

    Attributes:
        reviewed: Number of images in the first tenth.
        found: Number of planted errors among them.
        planted: Number of all planted errors.
    """

    reviewed: int
    found: int
    planted: int


def demo_outcome(queue: Sequence[str], planted: frozenset[str]) -> DemoOutcome:
    """Counts the planted errors in the first tenth of the queue."""
    front = queue[: math.ceil(_REVIEW_BUDGET * len(queue))]
    return DemoOutcome(len(front), sum(path in planted for path in front), len(planted))


def run_lines(summary: RunSummary, demo: DemoOutcome | None = None) -> list[str]:
    """The closing lines of a run: folder and counts of the results, and what to do next."""
    counts = summary.counts
    flagged = f"{_count(counts.flagged, 'label')} flagged: more probably wrong than right"
    lines = [*_opening_lines(summary.out, counts), f"  {flagged}"]
    low, best, high = summary.expected_errors
    if math.isfinite(best):
        lines.append(f"  about {best:,.0f} wrong in all ({low:,.0f} to {high:,.0f})")
    lines += _outlier_lines(counts)
    lines += _quarantine_lines(counts)
    lines += [] if summary.self_test is None else _self_test_lines(summary.self_test)
    if counts.applied:
        lines.append(f"  {_count(counts.applied, 'suggestion')} taken into labels.csv")
    if demo:
        share = demo.found / demo.planted if demo.planted else 0
        lines.append(
            f"  the first 10 % of the queue ({_count(demo.reviewed, 'image')}) holds "
            f"{demo.found} of the {demo.planted} planted errors ({share:.0%})"
        )
    return [*lines, f"Next: look at {summary.out / 'report.html'}, then review scores.csv."]


def export_lines(summary: ExportSummary) -> list[str]:
    """The closing lines of an export: what the user changed, and what is left to review."""
    counts = summary.counts
    changed = f"{_count(counts.relabelled, 'label')} changed"
    dropped = f"{_count(counts.dropped, 'image')} dropped"
    lines = [*_opening_lines(summary.out, counts), f"  {changed}, {dropped}"]
    if counts.flagged:
        flagged = f"{_count(counts.flagged, 'label')} flagged"
        lines.append(f"  {flagged}, {counts.suspects_left:,} of them undecided")
    low, best, high = summary.errors_left
    if math.isfinite(best):
        lines.append(f"  about {best:,.0f} wrong among the undecided ({low:,.0f} to {high:,.0f})")
    lines += _quarantine_lines(counts)
    lines += [] if summary.warning is None else [f"  {summary.warning}"]
    lines += [] if summary.replay is None else replay_lines(summary.replay)
    lines += [] if summary.log is None else log_lines(summary.log)
    return [*lines, f"Next: use the labels in {summary.out / 'labels.csv'}."]


def update_lines(summary: UpdateSummary) -> list[str]:
    """The closing lines of an update: what changed, and what it means for the decisions."""
    lines = [f"The project {summary.project} is up to date: {summary.changes}"]
    if summary.reopened:
        decisions = _count(summary.reopened, "decision")
        lines.append(f"  {decisions} reopened, because the images have changed")
    if summary.judged:
        images = _count(summary.judged, "image")
        lines.append(f"  {images} judged by the newest training; train again to judge them fully")
    return lines


def predict_lines(summary: PredictSummary) -> list[str]:
    """The closing lines of a prediction."""
    lines = [f"The labels of {_count(summary.images, 'image')} are in {summary.out}"]
    shown = summary.classes[:_MOST_CLASSES]
    lines += [f"  {count:,} {name}" for name, count in shown]
    if len(summary.classes) > len(shown):
        lines.append(f"  and {len(summary.classes) - len(shown):,} more classes")
    if summary.unreadable:
        lines.append(f"  {_count(summary.unreadable, 'image')} could not be read, see `problem`")
    return lines


def crop_lines(summary: CroppedBoxes) -> list[str]:
    """The closing lines of cutting out boxes."""
    folder, table = summary.table.parent, summary.table
    lines = [f"{_count(summary.crops, 'crop')} in {folder}, with labels in {table.name}"]
    lines += [f"  {_count(summary.small, 'box', 'es')} left out as too small"] * bool(summary.small)
    lines += [f"  without an image: {some(summary.missing)}"] * bool(summary.missing)
    call = shlex.join([APP_NAME, "--headless", str(folder), "--labels", str(table)])
    return [*lines, f"Next: {call} --out checked --formats boxes"]


def _opening_lines(out: Path, counts: ResultCounts) -> list[str]:
    size = f"{_count(counts.images, 'image')} in {_count(counts.classes, 'class', 'es')}"
    return [f"The results are in {out}", f"  {size}", f"  {counts.balance}"]


def _outlier_lines(counts: ResultCounts) -> list[str]:
    if not counts.outliers:
        return []
    return [f"  {_count(counts.outliers, 'image')} probably belong to none of the classes"]


def _self_test_lines(test: SelfTest) -> list[str]:
    """A line for each kind of planted errors: what was found, and how many were counted."""
    budget = BUDGETS.index(_REVIEW_BUDGET)
    lines = [f"  self-test: the first {_REVIEW_BUDGET:.0%} of the queue hold"]
    for each in test.results:
        low, best, high = each.estimate
        lines.append(
            f"    {each.found[budget]:.0%} of {each.planted:,} planted errors, "
            f"{KIND_NAMES[each.kind]}; counted as {best:,.0f} ({low:,.0f} to {high:,.0f})"
        )
    return lines


def _self_test_fields(test: SelfTest) -> dict[str, Any]:
    return {
        each.kind: {
            "planted": each.planted,
            "found": dict(zip(map(str, BUDGETS), each.found, strict=True)),
            "calibration_error": each.calibration_error,
            "expected_errors": _range(each.estimate),
        }
        for each in test.results
    }


def _quarantine_lines(counts: ResultCounts) -> list[str]:
    if not counts.quarantined:
        return []
    return [f"  {_count(counts.quarantined, 'file')} set aside, see quarantine.csv"]


def error_lines(error: AppError) -> list[str]:
    """The lines of an error: its message and, if it has one, its hint."""
    lines = [str(error.message) if isinstance(error, Stopped) else f"error: {error.message}"]
    return [*lines, f"  {error.hint}"] if error.hint else lines


def epoch_text(event: EpochEnd) -> str:
    """An epoch as a line of text."""
    position = f"pass {event.pass_index + 1}, fold {event.fold + 1}"
    noise = f", about {event.noise_rate:.0%} wrong" if math.isfinite(event.noise_rate) else ""
    return f"{position}, epoch {event.epoch + 1} of {event.epochs}: loss {event.loss:.3f}{noise}"


def first_estimate_text(event: FirstEstimate) -> str:
    """A first estimate as a line of text."""
    return f"first estimate: about {event.noise_rate:.0%} of the labels are wrong"


def stage_text(event: Progress) -> str:
    """The current stage of a job as text."""
    text = event.stage.value if event.part is None else f"{event.stage.value}: {event.part.value}"
    return text if event.pass_index is None else f"{text}, pass {event.pass_index + 1}"


def event_line(event: Event) -> str:
    """An event as a line of JSON, without arrays."""
    match event:
        case Progress():
            return _line("progress", **_progress_fields(event))
        case Notice():
            return _line("notice", level=event.level, message=str(event.message))
        case DeviceChosen():
            return _line("device", device=event.device)
        case FirstEstimate():
            return _line("first_estimate", noise_rate=event.noise_rate)
        case EpochEnd():
            values = {f.name: getattr(event, f.name) for f in dataclasses.fields(event)}
            del values["weights"]
            values["pass"] = values.pop("pass_index")
            return _line("epoch", **values)
        case _:
            return _line(type(event).__name__)


def _progress_fields(event: Progress) -> dict[str, Any]:
    return {
        "stage": event.stage.value,
        "part": event.part and event.part.value,
        "pass": event.pass_index,
        "fold": event.fold,
        "done": event.done,
        "total": event.total,
    }


def run_line(
    summary: RunSummary, demo: DemoOutcome | None = None, verdict: FailVerdict | None = None
) -> str:
    """The closing line of JSON of a successful run."""
    counts = summary.counts
    return _line(
        "finished",
        out=str(summary.out),
        images=counts.images,
        classes=counts.classes,
        quarantined=counts.quarantined,
        flagged=counts.flagged,
        outliers=counts.outliers,
        expected_errors=_range(summary.expected_errors),
        applied=counts.applied,
        timings=dict(summary.timings),
        **({"demo": dataclasses.asdict(demo)} if demo else {}),
        **({"self_test": _self_test_fields(summary.self_test)} if summary.self_test else {}),
        **({"fail_if": verdict.fields()} if verdict else {}),
    )


def export_line(summary: ExportSummary, verdict: FailVerdict | None = None) -> str:
    """The closing line of JSON of a successful export."""
    counts = summary.counts
    return _line(
        "finished",
        out=str(summary.out),
        images=counts.images,
        classes=counts.classes,
        quarantined=counts.quarantined,
        flagged=counts.flagged,
        suspects_left=counts.suspects_left,
        outliers=counts.outliers,
        expected_errors=_range(summary.errors_left),
        relabelled=counts.relabelled,
        dropped=counts.dropped,
        changed_files=summary.changed,
        missing_files=summary.missing,
        **({} if summary.log is None else {"decision_log": dataclasses.asdict(summary.log)}),
        **({} if summary.replay is None else {"replay": replay_fields(summary.replay)}),
        **({"fail_if": verdict.fields()} if verdict else {}),
    )


def predict_line(summary: PredictSummary) -> str:
    """The closing line of JSON of a prediction."""
    return _line(
        "finished",
        out=str(summary.out),
        images=summary.images,
        unreadable=summary.unreadable,
        classes=dict(summary.classes),
    )


def crop_line(summary: CroppedBoxes) -> str:
    """The closing line of JSON of cutting out boxes."""
    return _line(
        "finished",
        table=str(summary.table),
        crops=summary.crops,
        small=summary.small,
        missing=list(summary.missing),
    )


def update_line(summary: UpdateSummary) -> str:
    """The closing line of JSON of an update."""
    names = ("new", "renamed", "changed", "missing", "returned", "relabelled")
    return _line(
        "finished",
        project=str(summary.project),
        images=summary.images,
        **{name: summary.counts.get(name, 0) for name in names},
        reopened=summary.reopened,
        embedded=summary.embedded,
        judged=summary.judged,
    )


def _range(errors: tuple[float, float, float]) -> dict[str, float]:
    low, best, high = errors
    return {"low": low, "estimate": best, "high": high}


def error_line(error: AppError) -> str:
    """The closing line of JSON of a run that failed or was stopped."""
    code = int(error.exit_code)
    return _line("error", message=str(error.message), hint=str(error.hint), exit_code=code)


def _line(event: str, **values: Any) -> str:
    return json.dumps({"event": event} | {k: _finite(v) for k, v in values.items()})


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value


def _count(number: int, noun: str, ending: str = "s") -> str:
    return f"{number:,} {noun}{'' if number == 1 else ending}"


def backbone_lines() -> list[str]:
    """Returns the recommended backbones, two lines each, and what a download tells others."""
    lines = []
    for each in RECOMMENDED_BACKBONES:
        lines += [f"{each.name}  ({each.title}; {each.summary})", f"    {each.purpose}"]
    return [*lines, "", DOWNLOAD_SENTENCE]


def licence_lines() -> Iterator[str]:
    """Returns the licences of the program and of each library, with their texts."""
    from ahsml_app.session import own_licences, third_parties

    yield from own_licences().splitlines()
    for each in third_parties():
        title = f"{each.name} {each.version}"
        yield from ["", "", f"{title}: {each.licence}" if each.licence else title, "-" * 60]
        yield from (each.text() or "It brings no licence text.").splitlines()


def check_lines(check: ProjectCheck) -> list[str]:
    """The lines of a check or a repair of a project."""
    lines = [*(str(message) for message in check.repaired), *(str(m) for m in check.problems)]
    if not check.problems:
        lines.append(f"The project {check.project} is sound.")
    counts = {
        "images": check.images,
        "of them decided": check.decided,
        "steps": check.steps,
        "trainings": check.trainings,
        "backups": check.backups,
    }
    if check.images:
        lines.append("  " + ", ".join(f"{count:,} {name}" for name, count in counts.items()))
    if check.problems:
        repair = f"{APP_NAME} --repair {shlex.quote(str(check.project))}"
        lines.append(f"Run {repair}; it keeps every decision that can be read.")
    return lines


def check_line(check: ProjectCheck) -> str:
    """The result of a check or a repair as one line of JSON."""
    fields = dataclasses.asdict(check) | {
        "event": "checked",
        "project": str(check.project),
        "problems": [str(message) for message in check.problems],
        "repaired": [str(message) for message in check.repaired],
    }
    return json.dumps(fields)
