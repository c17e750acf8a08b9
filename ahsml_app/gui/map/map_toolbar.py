"""The toolbar above the map."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, SignalInstance
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QToolButton, QWidget

from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme


class MapToolbar(QWidget):
    """Chooses the colouring and the tools."""

    colouring_chosen = Signal()
    arcs_toggled = Signal(bool)
    lasso_toggled = Signal(bool)
    zoom_in_asked = Signal()
    zoom_out_asked = Signal()
    home_asked = Signal()
    window_asked = Signal()
    save_asked = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._icons: dict[QToolButton, str] = {}
        self._colours = QComboBox()
        self._colours.setObjectName("map-colours")
        self._colours.setAccessibleName(self.tr("Colour by"))
        for name, text in self._colourings().items():
            self._colours.addItem(text, name)
        self._colours.activated.connect(self.colouring_chosen)
        label = QLabel(self.tr("Colour by"))
        label.setProperty("role", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 12, 8)
        row.setSpacing(4)
        row.addWidget(label)
        row.addSpacing(4)
        row.addWidget(self._colours)
        row.addStretch(1)
        self.arcs = self._button(
            "arcs",
            self.tr("Show suspects as arcs from given to suggested class"),
            self.arcs_toggled,
        )
        self.lasso = self._button(
            "lasso", self.tr("Select with a lasso (or hold Shift and drag)"), self.lasso_toggled
        )
        self.arcs.setChecked(True)
        row.addWidget(self.arcs)
        row.addWidget(self.lasso)
        row.addSpacing(12)
        for name, text, signal in (
            ("zoom-out", self.tr("Zoom out (-)"), self.zoom_out_asked),
            ("zoom-in", self.tr("Zoom in (+)"), self.zoom_in_asked),
            ("fit", self.tr("Back to the centre (Home, or double-click)"), self.home_asked),
        ):
            row.addWidget(self._button(name, text, signal))
        row.addSpacing(12)
        self.own_window = self._button(
            "float", self.tr("Show the map in a separate window"), self.window_asked
        )
        row.addWidget(self.own_window)
        row.addWidget(self._button("export", self.tr("Save the map as a picture"), self.save_asked))
        self._colour_icons()
        theme.changed.connect(self._colour_icons)

    @property
    def colouring(self) -> str:
        """Key of the current colouring."""
        return str(self._colours.currentData())

    @property
    def colouring_text(self) -> str:
        """Text of the current colouring."""
        return self._colours.currentText()

    def set_lassoing(self, *, on: bool) -> None:
        """Switch the lasso on or off."""
        self.lasso.setChecked(on)

    def _colourings(self) -> dict[str, str]:
        return {
            "decided": self.tr("Class after decisions"),
            "given": self.tr("Given class"),
            "suggested": self.tr("Suggested class"),
            "error_probability": self.tr("Probably wrong"),
            "adaptive_weight": self.tr("Adaptive weight"),
            "consistency": self.tr("Consistency"),
            "outlier_probability": self.tr("Does not belong"),
        }

    def _button(self, name: str, text: str, signal: SignalInstance) -> QToolButton:
        button = QToolButton()
        button.setObjectName(f"map-{name}")
        button.setToolTip(text)
        button.setAccessibleName(text)
        button.setIconSize(QSize(20, 20))
        if name in ("arcs", "lasso"):
            button.setCheckable(True)
            button.toggled.connect(signal)
        else:
            button.clicked.connect(signal)
        self._icons[button] = name
        return button

    def _colour_icons(self) -> None:
        for button, name in self._icons.items():
            button.setIcon(icon(name, self._theme.tokens.text))
