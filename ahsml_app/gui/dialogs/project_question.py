"""Asks whether to open the project that exists for an image folder, or to make another one."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractButton, QMessageBox, QWidget

from ahsml_app.session.project.find_project import ExistingProject


class ProjectQuestion(QMessageBox):
    """A question with two answers and a way out.

    Signals:
        existing_chosen: The existing project is wanted.
        another_chosen: Another project is wanted.
    """

    existing_chosen = Signal()
    another_chosen = Signal()

    def __init__(
        self, existing: ExistingProject, *, same_labels: bool, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("project-question")
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle(self.tr("Open images"))
        text = (
            self.tr("The project {0} has these images and labels already.")
            if same_labels
            else self.tr("The project {0} has these images, with labels from elsewhere.")
        )
        self.setText(text.format(existing.name))
        self.setInformativeText(self._origin(existing))
        role = QMessageBox.ButtonRole
        self.open_button = self.addButton(self.tr("Open the project"), role.AcceptRole)
        self.another_button = self.addButton(self.tr("Make another project"), role.ActionRole)
        self.setEscapeButton(self.addButton(QMessageBox.StandardButton.Cancel))
        self.setDefaultButton(self.open_button)
        self.buttonClicked.connect(self._on_clicked)

    def _origin(self, existing: ExistingProject) -> str:
        """Where the labels of the existing project come from."""
        source = existing.source
        if source.labels is not None:
            return self.tr("Its labels come from {0}.").format(source.labels)
        if source.class_from is not None:
            return self.tr("Its labels come from the path pattern {0}.").format(source.class_from)
        return self.tr("Its labels come from the class folders.")

    def _on_clicked(self, button: QAbstractButton) -> None:
        if button is self.open_button:
            self.existing_chosen.emit()
        elif button is self.another_button:
            self.another_chosen.emit()
