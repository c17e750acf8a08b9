"""The dialog about version, licence and libraries."""

from __future__ import annotations

import contextlib
import platform
from importlib import metadata

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.log import log_folder
from ahsml_app.base.version import __version__
from ahsml_app.gui.dialogs.licences import LicencesDialog
from ahsml_app.gui.start.cards import ElidedLabel
from ahsml_app.gui.theme.icons import picture
from ahsml_app.gui.theme.stylesheet import fitted, scaled

LIBRARIES = ("torch", "torchvision", "timm", "openvino", "faiss-cpu", "PySide6-Essentials", "numpy")
"""Libraries whose versions are shown; read from metadata without importing them."""


class AboutDialog(QDialog):
    """Shows the version, the licence, the libraries and the log folder.

    Attributes:
        licences: The dialog with the licences of all libraries, once it was opened.
    """

    def __init__(self, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.licences: LicencesDialog | None = None
        self.setWindowTitle(self.tr("About"))
        self.setModal(False)
        text = QLabel(
            self.tr(
                "Finds and repairs wrong labels in image folders with noise-robust hyperbolic "
                "metric learning."
            )
        )
        private = QLabel(
            self.tr(
                "Nothing leaves this computer: there is no telemetry, and the network is used "
                "only to download a backbone that you choose by name."
            )
        )
        for label in (text, private):
            label.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 16)
        layout.setSpacing(12)
        layout.addLayout(self._head())
        layout.addWidget(text)
        layout.addWidget(private)
        layout.addLayout(self._libraries())
        layout.addSpacing(4)
        layout.addWidget(self._log_line())
        layout.addLayout(self._foot())
        size = fitted(self, scaled(480))
        self.setFixedWidth(size.width())
        self.resize(size)  # or Qt makes it lower than its texts on a small screen
        self._close.setFocus()

    def _head(self) -> QHBoxLayout:
        logo = QLabel()
        logo.setPixmap(picture("application", "#000000", 64, self.devicePixelRatioF()))
        name, licence = QLabel(f"ahsml-app {__version__}"), QLabel(self.tr("Apache License 2.0"))
        name.setProperty("role", "title")
        licence.setProperty("role", "muted")
        texts = QVBoxLayout()
        texts.setSpacing(4)
        texts.addStretch(1)
        texts.addWidget(name)
        texts.addWidget(licence)
        texts.addStretch(1)
        head = QHBoxLayout()
        head.setSpacing(16)
        head.addWidget(logo)
        head.addLayout(texts, 1)
        return head

    def _libraries(self) -> QGridLayout:
        """Names and versions of the libraries in two columns."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        pairs = [("Python", platform.python_version()), *((n, _version(n)) for n in LIBRARIES)]
        half = (len(pairs) + 1) // 2
        for index, pair in enumerate(pairs):
            for column, text in enumerate(pair):
                label = QLabel(text)
                label.setProperty("role", "small-muted" if column == 0 else "small")
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, index % half, index // half * 2 + column)
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(3, 1)
        return grid

    def _log_line(self) -> QLabel:
        line = ElidedLabel(self.tr("Log: {0}").format(log_folder()))
        line.setProperty("role", "small-muted")
        return line

    def _foot(self) -> QHBoxLayout:
        log = QPushButton(self.tr("Open log folder"))
        log.setObjectName("open-log-folder")
        log.setAutoDefault(False)
        log.clicked.connect(self._on_log)
        licences = QPushButton(self.tr("Licences…"))
        licences.setObjectName("licences")
        licences.setAutoDefault(False)
        licences.clicked.connect(self._on_licences)
        close = self._close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(log)
        foot.addWidget(licences)
        foot.addStretch(1)
        foot.addWidget(close)
        for button in (log, licences, close):
            button.setAccessibleName(button.text())
        return foot

    def _on_log(self) -> None:
        folder = log_folder()
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _on_licences(self) -> None:
        self.licences = LicencesDialog(self)
        self.licences.open()


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "–"
