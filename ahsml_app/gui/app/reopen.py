"""Opens the window again in another language or with another size of text, where it was."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.i18n import install_language, shown_language


def reopened(window: WindowFrame) -> WindowFrame | None:
    """The window in the language of its settings, with project, view and image as they were.

    Every decision is on disk, so that nothing is lost; the old window is closed.

    Args:
        window: The window in the language of before.

    Returns:
        The new window; None if the person keeps a running job, and the window with it.
    """
    application = QApplication.instance()
    project, view, current = window.model.project, window.shown_view, window.model.current
    folder = None if project is None else project.folder
    if not isinstance(application, QApplication):
        return None
    application.setQuitOnLastWindowClosed(False)
    try:
        if not window.close():
            return None
        install_language(application, shown_language(window.settings.language()))
        new = type(window)(window.settings, window.theme)
        new.show()
    finally:
        application.setQuitOnLastWindowClosed(True)
    if folder is not None:
        new.projects.open_project(folder)
        new.show_view(view)
        if current >= 0:
            new.model.set_current(current)
    window.deleteLater()
    return new
