"""The application object, and errors that prevent its start."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Mapping, Sequence

from PySide6.QtWidgets import QApplication

from ahsml_app.base.errors import AppError, ExitCode
from ahsml_app.base.paths import APP_NAME
from ahsml_app.base.version import __version__


class DisplayError(AppError):
    """Raised when no window can be shown."""

    exit_code = ExitCode.NO_DISPLAY


def display_error(
    environment: Mapping[str, str] | None = None, platform: str | None = None
) -> AppError | None:
    """The reason why no window can be shown, found before Qt aborts the process; None if none."""
    environment = os.environ if environment is None else environment
    if not (platform or sys.platform).startswith("linux") or environment.get("QT_QPA_PLATFORM"):
        return None
    hint = f"Work without a window: {APP_NAME} --headless SOURCE --out DIR"
    if environment.get("WAYLAND_DISPLAY"):
        return None
    if not environment.get("DISPLAY"):
        return DisplayError("There is no display for the window.", hint=hint)
    try:
        ctypes.CDLL("libxcb-cursor.so.0")
    except OSError as error:
        return DisplayError(
            "The window needs the system library libxcb-cursor.",
            hint=f"Install it (libxcb-cursor0 or xcb-util-cursor). {hint}",
            details=str(error),
        )
    return None


def make_application(arguments: Sequence[str]) -> QApplication:
    """Makes the application object, or returns the existing one."""
    existing = QApplication.instance()
    application = existing if isinstance(existing, QApplication) else QApplication([*arguments])
    from ahsml_app.gui.theme.icons import application_icon

    application.setApplicationName(APP_NAME)
    application.setApplicationDisplayName(APP_NAME)
    application.setApplicationVersion(__version__)
    application.setDesktopFileName(APP_NAME)
    application.setWindowIcon(application_icon())
    return application
