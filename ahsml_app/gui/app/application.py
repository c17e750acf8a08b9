"""The application object, and errors that prevent its start."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QApplication

from ahsml_app.base.paths import APP_NAME
from ahsml_app.base.version import __version__


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
