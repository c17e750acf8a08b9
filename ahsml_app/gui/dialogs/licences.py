"""The dialog with the licences of the program and of the libraries it uses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.paths import APP_NAME
from ahsml_app.base.version import __version__
from ahsml_app.session.headless.third_party import own_licences, third_parties


class LicencesDialog(QDialog):
    """Shows a list of libraries, and the licence texts of the chosen one.

    Attributes:
        libraries: The list; the program itself comes first.
        licence: The licence of the chosen one in a few words.
        text: Its texts.
    """

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Licences"))
        self._parties = third_parties()
        self.libraries = QListWidget()
        self.libraries.setAccessibleName(self.tr("Libraries"))
        self.libraries.addItem(f"{APP_NAME} {__version__}")
        self.libraries.addItems([f"{each.name} {each.version}" for each in self._parties])
        self.libraries.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.licence, self.text = QLabel(), QPlainTextEdit()
        self.licence.setWordWrap(True)
        self.licence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.text.setReadOnly(True)
        self.text.setTabChangesFocus(True)
        self.text.setAccessibleName(self.tr("Licence texts"))
        right = QWidget()
        side = QVBoxLayout(right)
        side.setContentsMargins(8, 0, 0, 0)
        side.addWidget(self.licence)
        side.addWidget(self.text, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.libraries)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([240, 560])
        foot = QDialogButtonBox()
        close = foot.addButton(self.tr("Close"), QDialogButtonBox.ButtonRole.RejectRole)
        close.setAccessibleName(close.text())
        foot.rejected.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(splitter, 1)
        layout.addWidget(foot)
        self.resize(840, 560)
        self.libraries.currentRowChanged.connect(self._on_row)
        self.libraries.setCurrentRow(0)

    def _on_row(self, row: int) -> None:
        if row < 1:
            self.licence.setText(self.tr("Apache License 2.0"))
            self.text.setPlainText(own_licences())
            return
        party = self._parties[row - 1]
        self.licence.setText(party.licence)
        self.licence.setVisible(bool(party.licence))
        self.text.setPlainText(party.text() or self.tr("It brings no licence text."))
