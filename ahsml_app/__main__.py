"""The entry point: picks the window or the headless command."""

from __future__ import annotations

import multiprocessing
import sys

from ahsml_app import cli
from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.stopping import leave_at_once


def main() -> int:
    """Run the application; returns the exit code of the process."""
    multiprocessing.freeze_support()
    code = cli.main()
    if code == ExitCode.CANCELLED:
        leave_at_once()
    return code


if __name__ == "__main__":
    sys.exit(main())
