"""Start the window: from the command line's arguments to the exit code."""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from ahsml_app.base.log import logging_to_file
from ahsml_app.gui.app.application import display_error, make_application

if TYPE_CHECKING:
    from ahsml_app.gui.app.main_window import MainWindow


def run(arguments: argparse.Namespace) -> int:
    """Show the window until it is closed.

    Args:
        arguments: Of the command line: source, labels, label_column, class_from, demo, smoke_test.

    Returns:
        The exit code.

    Raises:
        AppError: If there is no display.
    """
    problem = display_error()
    if problem is not None:
        raise problem
    with logging_to_file():
        application = make_application(sys.argv)
        from ahsml_app.gui.app.crash import CrashReports
        from ahsml_app.gui.app.main_window import MainWindow
        from ahsml_app.gui.i18n import install_language, shown_language
        from ahsml_app.gui.shell.settings import Settings
        from ahsml_app.gui.theme.theme import Theme

        settings = Settings()
        install_language(application, shown_language(settings.language()))
        theme = Theme(settings.theme_mode())
        theme.apply(application)
        crashes = CrashReports()
        crashes.install()
        window = MainWindow(settings, theme)
        window.window_actions.follow(crashes)
        window.show()
        if arguments.smoke_test is not None:
            from ahsml_app.gui.app.smoke import SmokeTest

            smoke = SmokeTest(window, Path(arguments.smoke_test))
            QTimer.singleShot(0, smoke.start)
            application.exec()
            crashes.uninstall()
            return smoke.exit_code
        QTimer.singleShot(0, partial(_open_first, window, arguments))
        code = int(application.exec())
        crashes.uninstall()
        return code


def _open_first(window: MainWindow, arguments: argparse.Namespace) -> None:
    from ahsml_app.session.pipeline.scan_source import Source

    if arguments.demo:
        window.projects.open_demo()
    elif arguments.labels is not None or arguments.class_from is not None:
        folder = arguments.source or arguments.labels.parent
        window.projects.import_source(
            Source(
                folder.absolute(), arguments.labels, arguments.label_column, arguments.class_from
            )
        )
    elif arguments.source is not None:
        window.open_path(arguments.source)
