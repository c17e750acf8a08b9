"""The entry point: picks the window or the headless command."""

from __future__ import annotations

import multiprocessing
import sys

from ahsml_app import cli
from ahsml_app.base.errors import ExitCode
from ahsml_app.base.torchrun import launched
from ahsml_app.cli.arguments import Arguments
from ahsml_app.cli.signals import (
    flush_streams,
    interrupt_on_signals,
    leave_at_once,
    open_closed_streams,
)


def main() -> int:
    """Runs the application; returns the exit code of the process."""
    multiprocessing.freeze_support()
    open_closed_streams()
    if launched() is None:  # torchrun waits for no handler
        interrupt_on_signals()
    try:
        code = cli.main(open_window=_open_window)
    except KeyboardInterrupt:  # before or after the part that tells how to continue
        code = ExitCode.CANCELLED
    except SystemExit:  # after --help and --version
        flush_streams()
        raise
    if code == ExitCode.CANCELLED:
        leave_at_once()
    flush_streams()
    return code


def _open_window(arguments: Arguments) -> int:
    """Starts the desktop application; nothing else outside `gui` imports Qt.

    Raises:
        AppError: If no window can be shown.
    """
    if sys.platform == "win32":
        import torch  # noqa: F401 - its libraries do not load there after Qt

    from ahsml_app.gui.app.display import display_error

    problem = display_error()  # before Qt is imported, which may fail for the same reason
    if problem is not None:
        raise problem
    from ahsml_app.gui.app.launch import run

    command = arguments.command
    return run(
        arguments.options.source,
        demo=command.demo,
        smoke_test=command.smoke_test,
        reviewer=command.reviewer,
    )


if __name__ == "__main__":
    sys.exit(main())
