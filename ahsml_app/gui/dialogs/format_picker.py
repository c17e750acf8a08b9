"""A button whose menu chooses the forms of other tools that an export writes as well."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QPushButton

from ahsml_app.session.export.other_forms import form_names

_TITLES = {
    "datalab": "Datalab",
    "fiftyone": "FiftyOne",
    "huggingface": "Hugging Face (Parquet, Arrow)",
    "imagefolder": "Hugging Face",
    "label-studio": "Label Studio",
}


class FormatPicker(QPushButton):
    """Shows what is chosen; each form is a ticked line of the menu."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("formats")
        self.setAutoDefault(False)
        menu = QMenu(self)
        for name in form_names():
            title = self.tr("Boxes") if name == "boxes" else _TITLES.get(name, name)
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setData(name)
            action.toggled.connect(self._on_toggled)
        self.setMenu(menu)
        self._on_toggled()

    def chosen(self) -> tuple[str, ...]:
        """Names of the chosen forms."""
        return tuple(action.data() for action in self.menu().actions() if action.isChecked())

    def choose(self, names: Iterable[str]) -> None:
        """Ticks these forms, and no others; names of none are left out."""
        wanted = set(names)
        for action in self.menu().actions():
            action.setChecked(action.data() in wanted)

    def _on_toggled(self, _: bool = False) -> None:
        titles = [action.text() for action in self.menu().actions() if action.isChecked()]
        self.setText(", ".join(titles) or self.tr("Other tools"))
        self.setAccessibleName(self.tr("Forms of other tools: {0}").format(self.text()))
        self.changed.emit()
