"""The heat map with its controls: measure, diagonal, zoom, facts, legend."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.confusion.heat_legend import Legend
from ahsml_app.gui.confusion.heat_map import ZOOM_STEP, HeatMap
from ahsml_app.gui.confusion.heat_raster import Raster
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import SPACE
from ahsml_app.session.analysis.confusion_matrix import MEASURES, Measure

_USUAL_REST = 130
"""Estimated height above and below the map before the first layout, in pixels."""


class HeatPanel(QWidget):
    """Lays out the heat map and its controls.

    Signals:
        measure_chosen: Another measure was chosen.
        save_requested: The person wants a file; its suffix.
    """

    measure_chosen = Signal()
    save_requested = Signal(str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.heat = HeatMap(theme)
        self.legend = Legend(theme, self.heat.picture, self.tr("label and suggestion agree"))
        self._title, self.summary, self._facts = QLabel(), QLabel(), QLabel()
        self._title.setProperty("role", "title")
        for label in (self.summary, self._facts):
            label.setProperty("role", "muted")
            label.setMinimumWidth(80)
            label.setWordWrap(True)
        self._facts.setProperty("role", "small-muted")
        self.measures: dict[Measure, QPushButton] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[2])
        layout.setSpacing(SPACE[1])
        above = QHBoxLayout()
        above.setSpacing(SPACE[2])
        above.addWidget(self._title)
        above.addWidget(self.summary, 1)
        controls = self._controls()
        for tool in (*self.tools.values(), self.export):
            above.addWidget(tool)
        layout.addLayout(above)
        layout.addLayout(controls)
        layout.addWidget(self.heat, 1)
        below = QHBoxLayout()
        below.setSpacing(SPACE[3])
        below.addWidget(self._facts, 1)
        below.addWidget(self.legend)
        layout.addLayout(below)
        self.heat.diagonal_requested.connect(self.diagonal.toggle)
        self.heat.zoomed.connect(self._on_zoomed)
        theme.changed.connect(self._colour_icons)
        self._colour_icons()
        self._on_zoomed()

    @property
    def measure(self) -> Measure:
        """The chosen measure."""
        return next(name for name, button in self.measures.items() if button.isChecked())

    def measure_name(self) -> str:
        """Text of the chosen measure."""
        return self.measures[self.measure].text()

    def show_matrix(self, raster: Raster, names: tuple[str, ...]) -> None:
        """Shows values and names by position."""
        self.heat.show_matrix(raster, names, self.measure)
        self.legend.refresh()

    def show_summary(self, images: int, disagreeing: int) -> None:
        """Shows one line about the whole matrix."""
        self._title.setText(self.tr("Confusion"))
        self.summary.setText(
            plural(
                "another class suggested for {doubted:,} of {count:,} image",
                "another class suggested for {doubted:,} of {count:,} images",
                count=images,
                doubted=disagreeing,
            )
        )

    def show_facts(self, text: str) -> None:
        """Shows a text about the cell under the mouse, or a hint about the keys."""
        hint = self.tr("Arrow keys move, Enter opens the review")
        self._facts.setText(text or hint)
        self._facts.setToolTip(text)

    def square_width(self, height: int) -> int:
        """Width at which the map fills a view of this height."""
        margins = self.contentsMargins().left() + self.contentsMargins().right() + 2 * SPACE[3]
        rest = height - self.heat.height() if self.heat.isVisible() else _USUAL_REST
        return margins + round(self.heat.picture.width_for(height - rest))

    def _controls(self) -> QHBoxLayout:
        layout = QHBoxLayout()
        layout.setSpacing(SPACE[1])
        group = QButtonGroup(self)
        for name, (text, tip) in zip(MEASURES, self._measure_texts(), strict=True):
            button = QPushButton(text)
            button.setProperty("role", "chip")
            button.setCheckable(True)
            button.setChecked(name == MEASURES[0])
            button.setAccessibleName(text)
            button.setToolTip(tip)
            button.clicked.connect(self.measure_chosen)
            group.addButton(button)
            self.measures[name] = button
            layout.addWidget(button)
        self.diagonal = QCheckBox(self.tr("Diagonal"))
        self.diagonal.setAccessibleName(self.tr("Diagonal"))
        self.diagonal.setChecked(True)
        self.diagonal.setToolTip(self.tr("Images whose label and suggestion agree  (D)"))
        self.diagonal.toggled.connect(self._on_diagonal)
        layout.addSpacing(SPACE[2])
        layout.addWidget(self.diagonal)
        layout.addStretch(1)
        facts: dict[str, tuple[str, str, Callable[[], object]]] = {
            "zoom-out": (self.tr("Zoom out"), "-", partial(self.heat.zoom, 1 / ZOOM_STEP)),
            "zoom-in": (self.tr("Zoom in"), "+", partial(self.heat.zoom, ZOOM_STEP)),
            "fit": (self.tr("All classes"), self.tr("Home"), self.heat.reset_zoom),
        }
        self.tools = {name: self._tool(*tool) for name, tool in facts.items()}
        self.export = self._export_button()
        return layout

    def _measure_texts(self) -> tuple[tuple[str, str], ...]:
        return (
            (
                self.tr("Expected errors"),
                self.tr("The sum of the error probabilities of the undecided images"),
            ),
            (
                self.tr("Beyond chance"),
                self.tr(
                    "The expected errors minus those that random mistakes would cause. What "
                    "remains shows which classes are really confused with each other"
                ),
            ),
            (
                self.tr("Found"),
                self.tr("Wrong labels found: images that were given the other class"),
            ),
            (self.tr("Images"), self.tr("The number of images")),
            (
                self.tr("Share"),
                self.tr("The share of the images of the given class that have this suggestion"),
            ),
        )

    def _tool(self, text: str, key: str, slot: Callable[[], object]) -> QToolButton:
        tool = QToolButton()
        tool.setAccessibleName(text)
        tool.setToolTip(f"{text}  ({key})")
        tool.clicked.connect(partial(_call_slot, slot))
        return tool

    def _export_button(self) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(self.tr("Save the matrix"))
        button.setToolTip(self.tr("Save the matrix"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for suffix, text in {
            "csv": self.tr("Table as CSV…"),
            "png": self.tr("Picture as PNG…"),
            "svg": self.tr("Picture as SVG…"),
        }.items():
            menu.addAction(text).triggered.connect(partial(self._on_save, suffix))
        button.setMenu(menu)
        return button

    def _on_save(self, suffix: str, _: bool = False) -> None:
        self.save_requested.emit(suffix)

    def _on_diagonal(self, shown: bool) -> None:
        self.heat.set_diagonal(shown=shown)
        self.legend.update()

    def _on_zoomed(self) -> None:
        self.tools["zoom-out"].setEnabled(not self.heat.grid.whole)
        self.tools["fit"].setEnabled(not self.heat.grid.whole)

    def _colour_icons(self) -> None:
        colour = self._theme.tokens.text
        for name, tool in (*self.tools.items(), ("export", self.export)):
            tool.setIcon(icon(name, colour))


def _call_slot(slot: Callable[[], object], _: bool = False) -> None:
    """Calls a slot without the checked state of the button."""
    slot()
