"""The whole job as one generator: scan, embed, train, score, export."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ahsml_app.base.errors import Cancelled, OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress
from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.base.types import Quarantined, SampleTable, Scores
from ahsml_app.session.options import JobOptions, JobSummary
from ahsml_app.store.run_folder import RunFolder, claim

if TYPE_CHECKING:  # torch loads when the job runs, not when the command starts
    from ahsml_app.core.backbones import Backbone
    from ahsml_app.core.features import FeatureResult
    from ahsml_app.core.training_data import TrainResult

OPTIONS_FILE = "options.json"

Result = TypeVar("Result")


@dataclass
class Findings:
    """What the stages of one job have found so far."""

    options: JobOptions
    started: str
    cancel: CancelToken
    quarantined: list[Quarantined] = field(default_factory=list)
    timings: dict[str, float] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    settings: dict[str, object] = field(default_factory=dict)

    def notify(self, message: str) -> None:
        """Take a message of the layers below, to be passed on as a notice."""
        self.messages.append(message)

    def drain(self) -> Iterator[Notice]:
        """The messages that have come since the last call."""
        while self.messages:
            yield Notice(self.messages.pop(0))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the seconds that the block takes to the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            taken = time.perf_counter() - start
            self.timings[stage] = round(self.timings.get(stage, 0.0) + taken, 3)


def run_job(
    options: JobOptions,
    out: Path,
    *,
    resume: bool = False,
    force: bool = False,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, JobSummary]:
    """Run the whole job: scan, embed, train, score, export.

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
    found = Findings(options, _now(), cancel or CancelToken())
    _check_loss(options.loss)
    with claim(out, source=options.source, resume=resume, force=force) as run:
        if run.notice:
            yield Notice(run.notice)
        table = yield from _find_samples(found)
        _remember_options(run, options)
        backbone, table, features = yield from _embed(found, table)
        result = yield from _train(found, table, features, run.checkpoints / "training")
        scores = yield from _score(found, table, features, result)
        # Here, because the exports load pyarrow and jinja.
        from ahsml_app.session.outputs import write_outputs

        yield Progress("write", 0, 0)
        applied = yield from write_outputs(
            found, run.staging, table, scores, result, backbone, features
        )
        if found.cancel.cancelled:
            raise Cancelled
        run.publish()
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


def _check_loss(name: str | None) -> None:
    """Refuse an unknown loss before hours of work.

    Raises:
        OptionError: There is no such loss.
    """
    if name is None:
        return
    from ahsml_app.core.losses import LOSSES

    if name not in LOSSES:
        raise OptionError(
            f"There is no loss {name!r}.", hint=f"Choose one of: {', '.join(sorted(LOSSES))}."
        )


def _find_samples(found: Findings) -> Generator[Event, None, SampleTable]:
    """Scan the source and fingerprint what was found."""
    from ahsml_app.core.dataset import check_labels, scan
    from ahsml_app.core.fingerprint import fingerprint

    options = found.options
    with found.timed("scan"):
        listed = yield from scan(
            options.source,
            labels=options.labels,
            label_column=options.label_column,
            class_from=options.class_from,
            cancel=found.cancel,
        )
    found.quarantined += listed.quarantined
    with found.timed("fingerprint"):
        table, unreadable = yield from fingerprint(
            listed.table, index_path=cache_folder() / "fingerprints.sqlite", cancel=found.cancel
        )
    found.quarantined += unreadable
    if unreadable:
        check_labels(table)
    return table


def _embed(
    found: Findings, table: SampleTable
) -> Generator[Event, None, tuple[Backbone, SampleTable, FeatureResult]]:
    """Features of all samples; those that cannot be decoded leave the table."""
    yield Progress("load backbone", 0, 0)
    from ahsml_app.core.backbones import load_backbone
    from ahsml_app.core.config import DEFAULT_VIEWS
    from ahsml_app.core.dataset import check_labels
    from ahsml_app.core.device import limit_threads
    from ahsml_app.core.features import extract_features

    options = found.options
    limit_threads()
    views = DEFAULT_VIEWS if options.views is None else options.views
    with found.timed("load backbone"):
        backbone = load_backbone(options.backbone, notify=found.notify)
    yield from found.drain()
    with found.timed("embed"):
        features = yield from _relay(
            extract_features(
                table,
                backbone,
                views=views,
                cache_folder=cache_folder(),
                device=options.device,
                notify=found.notify,
                cancel=found.cancel,
            ),
            found.drain,
        )
    found.quarantined += features.quarantined
    if features.quarantined:
        yield Notice(f"{len(features.quarantined)} files could not be read; see quarantine.csv.")
        table = table.select(features.rows)
        check_labels(table)
    found.settings |= {"backbone": backbone.name, "input_size": backbone.size, "views": views}
    found.settings |= {"engine": features.engine}
    return backbone, table, features


def _train(
    found: Findings, table: SampleTable, features: FeatureResult, checkpoint: Path
) -> Generator[Event, None, TrainResult]:
    from ahsml_app.core.config import TrainConfig
    from ahsml_app.core.device import choose_device, limit_training_threads
    from ahsml_app.core.trainer import train
    from ahsml_app.core.training_data import TrainData

    options = found.options
    asked = {"loss": options.loss, "epochs": options.epochs, "folds": options.folds}
    config = TrainConfig(
        seed=options.seed,
        **{k: v for k, v in asked.items() if v is not None},  # type: ignore[arg-type]
    )
    data = TrainData(features.features, table.labels, table.trainable, len(table.class_names))
    device = str(choose_device(options.device))
    found.settings |= {"device": device, **asdict(config)}
    limit_training_threads()
    with found.timed("train"):
        return (
            yield from train(
                config, data, device=device, checkpoint=checkpoint, cancel=found.cancel
            )
        )


def _score(
    found: Findings, table: SampleTable, features: FeatureResult, result: TrainResult
) -> Generator[Event, None, Scores]:
    from ahsml_app.core.duplicates import duplicate_groups
    from ahsml_app.core.scores import compute_scores

    yield Progress("score", 0, 0)
    with found.timed("score"):
        group, conflict = duplicate_groups(
            table.hashes,
            features.features[0],
            table.labels,
            thumbnails=features.thumbnails,
            cancel=found.cancel,
        )
        return compute_scores(table, result, duplicate_group=group, duplicate_conflict=conflict)


def _relay(
    events: Generator[Event, None, Result], drain: Callable[[], Iterator[Notice]]
) -> Generator[Event, None, Result]:
    """Pass events on, with the messages that came meanwhile in between."""
    while True:
        try:
            event = next(events)
        except StopIteration as end:
            yield from drain()
            result: Result = end.value
            return result
        yield from drain()
        yield event


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


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")
