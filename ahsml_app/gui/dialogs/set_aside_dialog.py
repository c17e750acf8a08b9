"""The list of the files that scan and training set aside, and what can be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.types import Quarantined
from ahsml_app.gui.dialogs.quarantine_table import QuarantineTable
from ahsml_app.gui.i18n import plural


class SetAsideDialog(QDialog):
    """Shows each file with the reason.

    Signals:
        retry_requested: The next training shall try the files again.
    """

    retry_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._root, self._files = Path(), tuple[Quarantined, ...]()
        self.setWindowTitle(self.tr("Files set aside"))
        self.setModal(False)
        self.resize(760, 420)
        self.title, text = QLabel(), QLabel()
        self.title.setProperty("role", "title")
        text.setText(
            self.tr(
                "They are in no training and in no export but quarantine.csv. A file that you "
                "repair or replace is tried again by itself."
            )
        )
        self.state = QLabel()
        for label in (text, self.state):
            label.setWordWrap(True)
            label.setProperty("role", "muted")
        self.table = QuarantineTable(self)
        self.table.selectionModel().selectionChanged.connect(self._update_buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(self.title)
        layout.addWidget(text)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.state)
        layout.addLayout(self._foot())

    def show_files(self, files: Sequence[Quarantined], root: Path, *, retry: bool) -> None:
        """Shows the files of a project.

        Args:
            files: The files that are set aside.
            root: Folder of the images.
            retry: Whether the next training can try some of them again.
        """
        self._files, self._root = tuple(files), root
        self.title.setText(
            plural(
                "{count:,} file is set aside",
                "{count:,} files are set aside",
                count=len(self._files),
            )
        )
        self.table.fill(self._files)
        self.retry.setEnabled(retry)
        self.state.clear()
        self._update_buttons()

    def _foot(self) -> QHBoxLayout:
        self.folder = QPushButton(self.tr("Show in folder"))
        self.folder.clicked.connect(self._on_folder)
        self.retry = QPushButton(self.tr("Try again"))
        self.retry.setToolTip(self.tr("The next training tries the unreadable images once more"))
        self.retry.clicked.connect(self._on_retry)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.folder)
        foot.addWidget(self.retry)
        foot.addStretch(1)
        foot.addWidget(close)
        for button in (self.folder, self.retry, close):
            button.setAccessibleName(button.text())
            button.setAutoDefault(button is close)
        return foot

    def _update_buttons(self) -> None:
        self.folder.setEnabled(self.table.selectionModel().hasSelection())

    def _on_folder(self) -> None:
        path = self._root / self._files[self.table.currentIndex().row()].path
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

    def _on_retry(self) -> None:
        self.retry.setEnabled(False)
        self.state.setText(self.tr("The next training tries them again."))
        self.retry_requested.emit()
