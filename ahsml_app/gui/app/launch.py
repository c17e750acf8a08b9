"""Runs the window and returns the exit code of the command."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from ahsml_app.base.errors import ExitCode
from ahsml_app.base.log import logging_to_file
from ahsml_app.base.paths import APP_NAME, CACHE_VARIABLE, smoke_test_script
from ahsml_app.gui.app.application import make_application

if TYPE_CHECKING:
    from ahsml_app.base.options.run_options import Source
    from ahsml_app.gui.app.main_window import MainWindow


def run(
    source: Source | None,
    *,
    demo: bool = False,
    smoke_test: Path | None = None,
    reviewer: str | None = None,
) -> int:
    """Shows the window until it is closed.

    Args:
        source: Images to open first; None for the start page.
        demo: Whether to open the demo first.
        smoke_test: Folder for screenshots of every view; a script then uses the window and closes
            it. It has settings, projects and a cache of its own.
        reviewer: Who decides in this window; None for the name in the settings.

    Returns:
        The exit code.
    """
    with logging_to_file(), contextlib.ExitStack() as stack:
        if smoke_test is not None:
            stack.enter_context(_own_folders())
        application = make_application(sys.argv)
        from ahsml_app.gui.app.crash import CrashReports
        from ahsml_app.gui.app.main_window import MainWindow
        from ahsml_app.gui.app.stop_signals import StopSignals
        from ahsml_app.gui.i18n import install_language, shown_language
        from ahsml_app.gui.shell.settings import Settings
        from ahsml_app.gui.theme.theme import Theme

        settings = Settings()
        install_language(application, shown_language(settings.language()))
        theme = Theme(settings.theme_mode(), text_size=settings.text_size())
        theme.apply(application)
        crashes = CrashReports()
        crashes.install()
        signals, windows = StopSignals(), list[MainWindow]()

        def begin(window: MainWindow) -> None:
            """Connects a window, the first one or one in another language."""
            windows[:] = [window]
            window.window_actions.follow(crashes)
            if reviewer is not None:
                window.reviewers.use_name(reviewer)
            signals.received.connect(window.close_without_question)
            window.replaced.connect(begin)

        window = MainWindow(settings, theme)
        begin(window)
        signals.install()
        window.show()
        smoke = None if smoke_test is None else _smoke_script().SmokeTest(window, smoke_test)
        first = partial(_open_first, window, source, demo=demo)
        QTimer.singleShot(0, first if smoke is None else smoke.start)
        code = int(application.exec())
        signals.uninstall()
        crashes.uninstall()
        if signals.stopped:
            return int(ExitCode.CANCELLED)
        return code if smoke is None else int(smoke.exit_code)


@contextlib.contextmanager
def _own_folders() -> Iterator[None]:
    """Gives the process folders of its own, so that nothing of earlier runs counts.

    A tour that was already seen, or a demo project with decisions, would be another start.
    """
    with tempfile.TemporaryDirectory(prefix=APP_NAME, ignore_cleanup_errors=True) as folder:
        os.environ[CACHE_VARIABLE] = folder
        yield


def _smoke_script() -> ModuleType:
    """The script of `--smoke-test`, which is not part of the application."""
    spec = importlib.util.spec_from_file_location("smoke_test", smoke_test_script())
    if spec is None or spec.loader is None:
        raise FileNotFoundError(smoke_test_script())
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _open_first(window: MainWindow, source: Source | None, *, demo: bool) -> None:
    if demo:
        window.projects.open_demo()
    elif source is None:
        return
    elif source.labels is not None or source.class_from is not None:
        window.projects.import_source(replace(source, folder=source.folder.absolute()))
    else:
        window.open_path(source.folder)
