"""The choice of a preset: quick, balanced or thorough."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QGridLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.session.pipeline.training_presets import PRESETS


class PresetChoice(QWidget):
    """Chooses one of three presets; arrow keys move the choice."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        texts = {
            "quick": (
                self.tr("Quick"),
                self.tr(
                    "One pass, with one altered copy of each image in doubt. "
                    "For a first impression."
                ),
                self.tr("less time"),
            ),
            "balanced": (
                self.tr("Balanced"),
                self.tr(
                    "Two passes, with four altered copies of each image in doubt. "
                    "The best measured settings."
                ),
                "",
            ),
            "thorough": (
                self.tr("Thorough"),
                self.tr(
                    "Six altered copies of each image in doubt and eight folds, so that each "
                    "model sees more images."
                ),
                self.tr("more time"),
            ),
        }
        self._group = QButtonGroup(self)
        self._cards: dict[str, PresetCard] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(SPACE[1])
        for number, name in enumerate(PRESETS):
            card = PresetCard(*texts[name])
            card.setObjectName(f"preset-{name}")
            self._group.addButton(card, number)
            self._cards[name] = card
            layout.addWidget(card)
        self.choose("balanced")
        self._group.idToggled.connect(self._on_toggled)

    @property
    def chosen(self) -> str:
        """Name of the chosen preset."""
        return PRESETS[self._group.checkedId()]

    def choose(self, name: str) -> None:
        """Choose a preset."""
        self._cards[name].setChecked(True)

    def show_time(self, name: str, text: str) -> None:
        """Show a time on a card in place of the comparison."""
        for key, card in self._cards.items():
            card.show_time(text if key == name else "")

    def _on_toggled(self, _: int, checked: bool) -> None:
        if checked:
            self.changed.emit()


class PresetCard(QPushButton):
    """A button with a title, an explanation and a time."""

    def __init__(self, title: str, text: str, time: str) -> None:
        super().__init__()
        self._usual = time
        self.setCheckable(True)
        self.setProperty("role", "choice")
        self.setAccessibleName(title)
        self._title, self._text, self._time = QLabel(title), QLabel(text), QLabel(time)
        font = self._title.font()
        font.setBold(True)
        self._title.setFont(font)
        self._text.setWordWrap(True)
        for label in (self._text, self._time):
            label.setProperty("role", "small-muted")
        self._grid = grid = QGridLayout(self)
        grid.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[1])
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        grid.addWidget(self._title, 0, 0)
        grid.addWidget(self._time, 0, 1)
        grid.addWidget(self._text, 1, 0, 1, 2)
        for label in (self._title, self._text, self._time):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._describe()

    def show_time(self, text: str) -> None:
        """Show a time; if empty, the comparison with the other presets."""
        self._time.setText(text or self._usual)
        self._describe()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Size of the labels."""
        return self._grid.sizeHint()

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's name
        """Size of the labels."""
        return self._grid.minimumSize()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """The explanation wraps."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Room for the wrapped explanation."""
        return self._grid.heightForWidth(width)

    def _describe(self) -> None:
        texts = (self._text.text(), self._time.text())
        self.setAccessibleDescription(" ".join(text for text in texts if text))
