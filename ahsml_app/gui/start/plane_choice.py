"""Chooses what is read of images with several pages or channels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes

MOST_PLANES = 9999
_NUMBER = "number"


class PlaneChoice(QWidget):
    """A row of controls.

    Signals:
        chosen: Something else was chosen; carries the rule.
    """

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: Planes = FIRST
        self.rule = QComboBox()
        self.rule.addItem(self.tr("the first"), FIRST)
        self.rule.addItem(self.tr("the brightest of all (maximum projection)"), MAXIMUM)
        self.rule.addItem(self.tr("number"), _NUMBER)
        self.rule.setAccessibleName(self.tr("What is read of several pages or channels"))
        self.rule.activated.connect(self._on_chosen)
        self.number = QSpinBox()
        self.number.setRange(1, MOST_PLANES)
        self.number.setKeyboardTracking(False)
        self.number.setAccessibleName(self.tr("Number of the page or channel"))
        self.number.valueChanged.connect(self._on_chosen)
        label = QLabel(self.tr("Of several pages or channels is read"))
        label.setBuddy(self.rule)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        for widget in (label, self.rule, self.number):
            row.addWidget(widget)
        row.addStretch(1)

    def show_rule(self, planes: Planes) -> None:
        """Shows by which rule a source is read."""
        self._shown = planes
        is_number = isinstance(planes, int)
        self.rule.setCurrentIndex(self.rule.findData(_NUMBER if is_number else planes))
        self.number.setVisible(is_number)
        if isinstance(planes, int):
            self.number.blockSignals(True)
            self.number.setValue(planes)
            self.number.blockSignals(False)

    @property
    def planes(self) -> Planes:
        """The chosen rule."""
        if self.rule.currentData() == _NUMBER:
            return self.number.value()
        return MAXIMUM if self.rule.currentData() == MAXIMUM else FIRST

    def _on_chosen(self) -> None:
        self.number.setVisible(self.rule.currentData() == _NUMBER)
        if self.planes != self._shown:
            self.chosen.emit(self.planes)
