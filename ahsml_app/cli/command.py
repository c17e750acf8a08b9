"""The command from its arguments to its exit code."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from ahsml_app.base.errors import AppError, Cancelled, ExitCode, ProcessesError, is_out_of_memory
from ahsml_app.base.events import CancelToken, drive
from ahsml_app.base.log import logging_to_file
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.torchrun import Launch, launched
from ahsml_app.cli.arguments import DEMO_RESULT, Arguments, UsageError, parse_arguments
from ahsml_app.cli.command_options import CommandOptions
from ahsml_app.cli.decision_messages import (
    merge_line,
    merge_lines,
)
from ahsml_app.cli.endings import ending_of
from ahsml_app.cli.fail_condition import FailVerdict, parse_condition
from ahsml_app.cli.messages import (
    Stopped,
    crop_line,
    crop_lines,
    demo_outcome,
    error_line,
    error_lines,
    export_line,
    export_lines,
    predict_line,
    predict_lines,
    run_line,
    run_lines,
    update_line,
    update_lines,
)
from ahsml_app.cli.progress_display import event_display, write_line
from ahsml_app.cli.signals import stop_on_signals, within
from ahsml_app.cli.use_cases import UseCases, session_use_cases

if TYPE_CHECKING:
    from collections.abc import Generator

    from ahsml_app.base.events import Event
    from ahsml_app.base.options.run_options import RunOptions
    from ahsml_app.session import (
        CroppedBoxes,
        ExportSummary,
        MergeSummary,
        PredictSummary,
        RunSummary,
        UpdateSummary,
    )

    Summary = (
        RunSummary | ExportSummary | MergeSummary | PredictSummary | UpdateSummary | CroppedBoxes
    )

OpenWindow = Callable[[Arguments], int]

_PRINT_SECONDS = 0.5
_SHOW_CURSOR = "\x1b[?25h"  # a progress bar hides it

logger = logging.getLogger(__name__)


def main(
    argv: Sequence[str] | None = None,
    *,
    use_cases: UseCases | None = None,
    open_window: OpenWindow | None = None,
) -> int:
    """Runs the command.

    Args:
        argv: The arguments; those of the process by default.
        use_cases: Functions that do the work; those of the session by default.
        open_window: Opens the window; called without `--headless`.

    Returns:
        The exit code, one of `ExitCode`.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    launch = launched()
    _tolerate_any_text()
    try:
        arguments = parse_arguments(argv)
        ending = ending_of(arguments)
        if ending is not None:
            with _reported():
                return ending()
        windowless = arguments.command.headless or arguments.command.merge
        if not (windowless or arguments.command.predict or arguments.command.crop_boxes):
            if launch is not None:
                _refuse_window_in_group()
            return (open_window or _refuse_window)(arguments)
        if launch is not None and launch.rank:
            return _work_for_rank_0(arguments, launch)
        return _run_logged(arguments, use_cases, launch)
    except Stopped as error:  # whoever reads the output may have stopped too
        within(_PRINT_SECONDS, partial(_print_error, error, as_json="--json" in argv))
        return error.exit_code
    except AppError as error:
        if launch is None or launch.rank == 0:
            _print_error(error, as_json="--json" in argv)
        elif isinstance(error, ProcessesError):  # rank 0 may be the one that died
            _print_error(error, as_json=False)
        return error.exit_code


def _refuse_window(_: Arguments) -> int:
    raise UsageError("There is no window here.", hint="Use --headless; ahsml-app --help shows how.")


def _refuse_window_in_group() -> NoReturn:
    raise UsageError(
        "The window works in one process, and several were started.",
        hint="Start it without torchrun, or use --headless.",
    )


def _work_for_rank_0(arguments: Arguments, launch: Launch) -> int:
    """Works for rank 0, which alone writes, prints and knows how the job ended."""
    from ahsml_app.session.headless.worker_processes import work_for_rank_0

    work_for_rank_0(launch, arguments.options.features.device)
    return ExitCode.OK


def _distributed(
    arguments: Arguments, launch: Launch | None
) -> contextlib.AbstractContextManager[None]:
    if launch is None:
        return contextlib.nullcontext()
    from ahsml_app.session.headless.worker_processes import distributed

    return distributed(launch, arguments.options.features.device)


def _run_logged(arguments: Arguments, use_cases: UseCases | None, launch: Launch | None) -> int:
    with _reported(), _distributed(arguments, launch):
        return _run(arguments, use_cases or session_use_cases(), distributed=launch is not None)


@contextlib.contextmanager
def _reported() -> Iterator[None]:
    """Logs how the block ends, and makes an error of everything unexpected."""
    with logging_to_file() as log_file:
        try:
            yield
        except (KeyboardInterrupt, Cancelled):
            raise Stopped from None
        except AppError as error:
            logger.info("%s %s", error, error.details)
            raise
        except Exception as error:
            logger.exception("unexpected failure")
            if is_out_of_memory(error):
                raise AppError(
                    Message("There is not enough memory: {reason}", reason=error),
                    hint="Close other programs, then run again with --resume; "
                    "the work so far is kept.",
                ) from error
            raise AppError(
                Message(
                    "Something unexpected went wrong: {kind}: {reason}",
                    kind=type(error).__name__,
                    reason=error,
                ),
                hint=Message("The details are in {log_file}.", log_file=log_file)
                if log_file
                else "",
            ) from error


def _run(arguments: Arguments, use_cases: UseCases, *, distributed: bool) -> int:
    cancel, command = CancelToken(), arguments.command

    def report_exit(number: int) -> int:
        check_workers = distributed and number == signal.SIGTERM
        return _report_exit(as_json=command.json, check_workers=check_workers)

    with (
        stop_on_signals(cancel, report_exit, distributed=distributed),
        event_display(
            json=command.json,
            quiet=command.quiet,
            stdout=sys.stdout,
            stderr=sys.stderr,
        ) as show,
    ):
        options, planted = arguments.options, frozenset[str]()
        if command.demo:
            folder = cache_folder() / "demo"
            out = replace(options.output, folder=options.output.folder or DEMO_RESULT)
            options = replace(options, source=Source(use_cases.make_demo(folder)), output=out)
            planted = use_cases.planted_errors(folder)
        among = _listed(command, options)
        summary = drive(_job(command, options, use_cases, cancel), show)
    verdict = _verdict(command, summary, among)
    _print_summary(command, summary, planted, verdict)
    return ExitCode.CONDITION if verdict is not None and verdict.holds else ExitCode.OK


def _listed(command: CommandOptions, options: RunOptions) -> frozenset[str] | None:
    """Paths of the images whose labels `--fail-if` counts, read before the run; None for all."""
    if command.fail_among is None or options.source is None:
        return None
    from ahsml_app.session import listed_paths

    return listed_paths(command.fail_among, options.source)


def _verdict(
    command: CommandOptions, summary: Summary, among: frozenset[str] | None
) -> FailVerdict | None:
    """Applies `--fail-if`; None without it."""
    from ahsml_app.session import ExportSummary, RunSummary, label_counts

    if command.fail_if is None or not isinstance(summary, RunSummary | ExportSummary):
        return None
    return FailVerdict(parse_condition(command.fail_if), label_counts(summary, among))


def _job(
    command: CommandOptions, options: RunOptions, use_cases: UseCases, cancel: CancelToken
) -> Generator[Event, None, Summary]:
    """The job that the command asks for."""
    from ahsml_app import session

    out, replaces = options.output.folder, command.force
    if command.merge is not None:
        return session.merge_decisions(
            *command.merge, options.output, force=replaces, cancel=cancel
        )
    if command.replay is not None:
        return session.replay_decisions(options, command.replay, force=replaces, cancel=cancel)
    if command.predict is not None and options.source is not None and out is not None:
        return session.predict_labels(
            command.predict,
            options.source.folder,
            out,
            force=replaces,
            csv_safe=options.output.csv_safe,
            cancel=cancel,
        )
    if command.crop_boxes is not None and options.source is not None and out is not None:
        source = options.source
        return session.cut_boxes(
            source.folder, command.crop_boxes, out, cancel, planes=source.planes
        )
    if command.update is not None:
        trust = command.trust_images
        return session.update_job(command.update, cancel, trust_images=trust)
    return use_cases.run_job(
        options,
        resume=command.resume,
        force=command.force,
        trust_images=command.trust_images,
        cancel=cancel,
    )


def _print_summary(
    command: CommandOptions,
    summary: Summary,
    planted: frozenset[str],
    verdict: FailVerdict | None,
) -> None:
    """Prints the closing lines of a job, and to the errors why it fails, if it does."""
    from ahsml_app.session import (
        CroppedBoxes,
        ExportSummary,
        MergeSummary,
        PredictSummary,
        UpdateSummary,
    )

    if isinstance(summary, MergeSummary):
        lines, line = merge_lines(summary), merge_line(summary)
    elif isinstance(summary, UpdateSummary):
        lines, line = update_lines(summary), update_line(summary)
    elif isinstance(summary, PredictSummary):
        lines, line = predict_lines(summary), predict_line(summary)
    elif isinstance(summary, CroppedBoxes):
        lines, line = crop_lines(summary), crop_line(summary)
    elif isinstance(summary, ExportSummary):
        lines, line = export_lines(summary), export_line(summary, verdict)
    else:
        demo = demo_outcome(summary.queue, planted) if planted else None
        lines, line = run_lines(summary, demo), run_line(summary, demo, verdict)
    if command.json:
        write_line(sys.stdout, line)
    elif not command.quiet:
        write_line(sys.stdout, "\n".join(lines))
    if verdict is not None and (verdict.holds or not (command.json or command.quiet)):
        write_line(sys.stderr if verdict.holds else sys.stdout, f"{verdict.sentence()}.")


def _print_error(error: AppError, *, as_json: bool) -> None:
    write_line(sys.stderr, "\n".join(error_lines(error)))
    if as_json:
        write_line(sys.stdout, error_line(error))


def _report_exit(*, as_json: bool, check_workers: bool) -> int:
    """Prints past the streams, whose locks the main thread may hold; returns the exit code."""
    error: AppError = Stopped()
    if check_workers:  # the launcher gives no reason for its signal
        from ahsml_app.session.headless.worker_processes import lost_worker

        error = lost_worker() or error
    cursor = _SHOW_CURSOR if os.isatty(2) else ""
    os.write(2, f"{cursor}{os.linesep.join(error_lines(error))}\n".encode())
    if as_json:
        os.write(1, f"{error_line(error)}\n".encode())
    return error.exit_code


def _tolerate_any_text() -> None:
    """Makes a console with an old encoding show a question mark instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
