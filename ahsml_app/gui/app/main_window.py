"""The one window: its parts, their connections, and how it closes."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from ahsml_app.gui.app.desk_wiring import DeskWiring
from ahsml_app.gui.app.folder_wiring import FolderWiring
from ahsml_app.gui.app.help_wiring import HelpController
from ahsml_app.gui.app.reopen import reopened
from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.app.window_wiring import WindowActions
from ahsml_app.gui.controllers.folder_controller import CHECK
from ahsml_app.gui.shell.preferences import PreferencesDialog
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.start.page import accept_copy, dropped_path
from ahsml_app.gui.theme.theme import Theme


class MainWindow(WindowFrame):
    """The one window of the application.

    Args:
        settings: Layout and choices of the previous run.
        theme: Colours of the whole window.

    Signals:
        replaced: This window is closed, and another one in another language stands for it.
    """

    replaced = Signal(object)

    def __init__(self, settings: Settings, theme: Theme) -> None:
        super().__init__(settings, theme)
        self.closing_without_question = False
        self.window_actions = WindowActions(self)
        self.folder_wiring = FolderWiring(self)
        self.desk = DeskWiring(self)
        self.help = HelpController(self)
        # After the menu has closed, in which the language was chosen.
        self.help.language_changed.connect(self._reopen, Qt.ConnectionType.QueuedConnection)
        self.preferences = PreferencesDialog(settings, theme, self.actions_, self.runner, self)
        self.preferences.language_chosen.connect(self.help.choose_language)
        self.preferences.text_size_chosen.connect(
            self._on_text_size, Qt.ConnectionType.QueuedConnection
        )
        self.actions_.action("preferences").triggered.connect(self.preferences.begin)
        self.actions_.action("cache").triggered.connect(self.preferences.begin_with_cache)
        self.setAcceptDrops(True)
        self.start()

    def close_without_question(self) -> None:
        """Closes the window and every dialog above it, whatever runs."""
        self.closing_without_question = True
        while (dialog := QApplication.activeModalWidget()) is not None and dialog.close():
            pass
        self.close()
        QApplication.quit()

    def _reopen(self) -> None:
        asked, box = self.preferences.isVisible(), self.preferences.focusWidget()
        new = None if self._imports else reopened(self)
        if isinstance(new, MainWindow):
            self.replaced.emit(new)
            if asked:
                new.preferences.begin("" if box is None else box.objectName())
        else:
            self.notices.show_notice(self.tr("The language changes when you restart the program."))

    def _on_text_size(self) -> None:
        """Lays the window out anew, unless a job or an import would have to stop."""
        if self._works or self._imports:
            self.notices.show_notice(self.tr("The layout follows when you restart the program."))
        else:
            self._reopen()

    @property
    def _works(self) -> bool:
        """Whether a job runs or waits that somebody has asked for."""
        return any(job.name != CHECK for job in self.runner.unfinished)

    @property
    def _imports(self) -> bool:
        """Whether the dialog of a new project is open, with all that was chosen in it."""
        return self.projects.import_dialog is not None

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802 - Qt's name
        """Accepts one folder or manifest; the start page shows what a drop would do."""
        if dropped_path(event.mimeData()) is not None:
            accept_copy(event)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802 - Qt's name
        """Opens what is dropped, after a question if a project is open."""
        path = dropped_path(event.mimeData())
        if path is not None:
            accept_copy(event)
            self.desk.open_dropped(path)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - Qt's name
        """Asks before it stops a running job, then saves and closes."""
        if not self.closing_without_question and self._works and not self.window_actions.may_stop():
            event.ignore()
            return
        self.closing_without_question = True
        self.help.close()
        self.window_actions.covers.close()  # or the next window would begin in full screen
        self.desk.stop()
        self.preferences.cache.stop()
        self.stop()
        super().closeEvent(event)
