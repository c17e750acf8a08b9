"""Version, licence, libraries."""

from __future__ import annotations

from importlib import metadata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app import __version__
from ahsml_app.gui.icons import picture

LIBRARIES = ("torch", "torchvision", "timm", "openvino", "faiss-cpu", "PySide6-Essentials", "numpy")


class AboutDialog(QDialog):
    """A few lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About"))
        self.setModal(False)
        sign = QLabel()
        sign.setPixmap(picture("application", "#000000", 72, self.devicePixelRatioF()))
        name = QLabel(f"ahsml-app {__version__}")
        name.setProperty("role", "title")
        text = QLabel(
            self.tr(
                "Finds and repairs wrong labels in image folders with noise-robust hyperbolic "
                "metric learning.\n\nNothing leaves this machine: there is no telemetry, and the "
                "network is used only for a backbone that you ask for by name.\n\n"
                "Apache License 2.0"
            )
        )
        text.setWordWrap(True)
        versions = QLabel("\n".join(f"{name} {_version(name)}" for name in LIBRARIES))
        versions.setProperty("role", "small-muted")
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        close = QPushButton(self.tr("Close"))
        close.setAccessibleName(self.tr("Close"))
        close.clicked.connect(self.close)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 24, 32, 16)
        layout.setSpacing(12)
        for widget in (sign, name, text, versions):
            layout.addWidget(widget)
        layout.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.setFixedWidth(460)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "–"
