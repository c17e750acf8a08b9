"""A card that says what will change and asks for a name or a confirmation."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout

from ahsml_app.gui.widgets.press_keys import PressKeys


class ChangeCard(QFrame):
    """Asks about one change of classes; Escape closes it.

    Signals:
        accepted: The name, empty if none was asked for.
        cancelled: The person closed the card.
    """

    accepted = Signal(str)
    cancelled = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.setObjectName("class-change")
        self._title, self._text, self._problem = QLabel(), QLabel(), QLabel()
        self._title.setWordWrap(True)
        self._text.setWordWrap(True)
        self._text.setProperty("role", "small-muted")
        self._problem.setWordWrap(True)
        self._problem.setProperty("role", "danger-text")
        self.field = QLineEdit()
        self.field.setAccessibleName(self.tr("Name of the class"))
        self.field.textEdited.connect(self._problem.hide)
        self.field.returnPressed.connect(self._on_accepted)
        self.go = QPushButton()
        self.go.setProperty("role", "primary")
        self.go.clicked.connect(self._on_accepted)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel"))
        self.cancel.clicked.connect(self._on_cancelled)
        keys, buttons = PressKeys(self), QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.go, self.cancel):
            keys.watch(button)
            buttons.addWidget(button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(8)
        for widget in (self._title, self.field, self._problem, self._text):
            layout.addWidget(widget)
        layout.addLayout(buttons)
        self.hide()

    def ask(self, title: str, text: str, verb: str, name: str | None = None) -> None:
        """Shows a question with a button that accepts it.

        Args:
            title: The question.
            text: What will change.
            verb: Text of the button.
            name: Initial text of the field; None hides the field.
        """
        self._title.setText(title)
        self._text.setText(text)
        self.go.setText(verb)
        self.go.setAccessibleName(verb)
        self.field.setVisible(name is not None)
        self.field.setText(name or "")
        self.field.selectAll()
        self._problem.hide()
        self.show()
        (self.go if name is None else self.field).setFocus()

    @property
    def text(self) -> str:
        """The shown text about what will change."""
        return self._text.text()

    def show_problem(self, problem: str) -> None:
        """Shows why the change is impossible."""
        self._problem.setText(problem)
        self._problem.show()
        self.field.setFocus()

    @property
    def problem(self) -> str:
        """The shown reason why the change is impossible; empty for none."""
        return "" if self._problem.isHidden() else self._problem.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Closes the card on Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self._on_cancelled()
        else:
            super().keyPressEvent(event)

    def _on_accepted(self) -> None:
        self.accepted.emit("" if self.field.isHidden() else self.field.text())

    def _on_cancelled(self) -> None:
        self.hide()
        self.cancelled.emit()
