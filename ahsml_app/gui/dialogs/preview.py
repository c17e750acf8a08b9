"""The image over the whole window; arrow keys walk, Space or Esc close."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QVBoxLayout, QWidget

from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.evidence.picture_loader import PictureLoader
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme


class Preview(QDialog):
    """Follows the current image while it is open."""

    def __init__(
        self, model: ProjectModel, loader: PictureLoader, theme: Theme, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._model, self._loader = model, loader
        self.setWindowTitle(self.tr("Image"))
        self.setModal(False)
        self.image = ImageView(theme)
        self._caption = QLabel()
        self._caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 8)
        layout.setSpacing(8)
        layout.addWidget(self.image, 1)
        layout.addWidget(self._caption)
        model.current_changed.connect(self._on_current_changed)
        loader.loaded.connect(self._on_current_changed)

    def toggle(self) -> None:
        """Open or close."""
        if self.isVisible():
            self.close()
            return
        parent = self.parentWidget()
        if parent is not None:
            self.resize(parent.size() * 0.85)
        self.show()
        self._on_current_changed()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Walk, or close."""
        key = event.key()
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._model.step(1)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._model.step(-1)
        elif key == Qt.Key.Key_Space:
            self.close()
        else:
            super().keyPressEvent(event)

    def _on_current_changed(self, _: object = None) -> None:
        project, row = self._model.project, self._model.current
        if not self.isVisible() or project is None or row < 0:
            return
        path = project.path(row)
        image = self._loader.image(path)
        if image is not None:
            self.image.show_image(image)
        elif self._loader.reason(path):
            self.image.show_message(self._loader.reason(path))
        else:
            self.image.show_waiting()
        given = project.table.label_name(row) or self.tr("no label")
        self._caption.setText(f"{project.table.paths[row]}   ·   {given}")
