"""The application as a process that prints what its window shows, a line for each change."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ahsml_app.__main__ import main
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app import launch
from ahsml_app.gui.app.main_window import MainWindow

INTERVAL = 20
"""Milliseconds between two looks at the window."""

make_application = launch.make_application
_last = ""


def _watched(arguments: list[str]) -> QApplication:
    application = make_application(arguments)
    timer = QTimer(application)
    timer.timeout.connect(_look)
    timer.start(INTERVAL)
    return application


def _look() -> None:
    global _last
    window = next((w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)), None)
    if window is None:
        return
    project, covers = window.model.project, window.window_actions.covers
    shown = {
        "project": "" if project is None else project.name,
        "decided": 0 if project is None else _decided(window),
        "current": window.model.current,
        "selected": len(window.model.selection),
        "ready": window.evidence.is_ready(),
        "active": window.isActiveWindow(),
        "screen_filled": window.isFullScreen(),
        "size": [window.width(), window.height()],
        "reviewing": covers.review is not None and covers.review.isVisible(),
        "comparing": covers.compare is not None and covers.compare.isVisible(),
        "platform": QApplication.platformName(),
    }
    text = json.dumps(shown)
    if text != _last:
        _last = text
        print(text, flush=True)


def _decided(window: MainWindow) -> int:
    project = window.model.project
    return 0 if project is None else int((project.kinds != DecisionKind.UNDECIDED).sum())


if __name__ == "__main__":
    launch.make_application = _watched
    sys.exit(main())
