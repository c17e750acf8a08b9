"""Colours and type in one place: light, dark, and following the system."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

Mode = Literal["system", "light", "dark"]

SPACE = (4, 8, 12, 16, 24)
"""Gaps in pixels; everything is set apart by one of them."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Colours by meaning. Texts reach a contrast of 4.5 on window and surface."""

    window: str
    surface: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    warning: str
    danger: str
    good: str
    hover: str
    selected: str
    dark: bool


LIGHT = Tokens(
    window="#FAFAF8",
    surface="#FFFFFF",
    line="#E3E2DE",
    text="#1F2328",
    muted="#656A70",
    accent="#2F6FDE",
    on_accent="#FFFFFF",
    warning="#A85607",
    danger="#B3261E",
    good="#2A774A",
    hover="#EFEEEA",
    selected="#DCE8FB",
    dark=False,
)
DARK = Tokens(
    window="#1E1F22",
    surface="#26282C",
    line="#3A3D42",
    text="#E6E6E3",
    muted="#9AA0A6",
    accent="#6EA1FF",
    on_accent="#10131A",
    warning="#F0A24A",
    danger="#FF8A80",
    good="#7CCB98",
    hover="#303338",
    selected="#2C4066",
    dark=True,
)


class Theme(QObject):
    """The theme of the window: follows the system until a person chooses.

    Args:
        mode: What to begin with.
    """

    changed = Signal()

    def __init__(self, mode: Mode = "system", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._application: QApplication | None = None

    @property
    def mode(self) -> Mode:
        """What was chosen."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark colours are shown."""
        if self._mode == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    @property
    def tokens(self) -> Tokens:
        """The colours that are shown."""
        return DARK if self.dark else LIGHT

    def apply(self, application: QApplication) -> None:
        """Dress the application, now and whenever the theme changes."""
        self._application = application
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._dress()

    def set_mode(self, mode: Mode) -> None:
        """Choose light, dark or what the system shows."""
        if mode != self._mode:
            self._mode = mode
            self._dress()
            self.changed.emit()

    def _on_system_changed(self) -> None:
        if self._mode == "system":
            self._dress()
            self.changed.emit()

    def _dress(self) -> None:
        from ahsml_app.gui.theme.stylesheet import style_sheet

        application = self._application
        if application is None:
            return
        application.setPalette(palette(self.tokens))
        application.setStyleSheet(style_sheet(self.tokens, application.font()))
        if "pyqtgraph" in sys.modules:
            set_plot_colours(self.tokens)


def set_plot_colours(tokens: Tokens) -> None:
    """Make new plots follow the theme; pyqtgraph knows nothing of palettes."""
    import pyqtgraph

    pyqtgraph.setConfigOptions(background=tokens.surface, foreground=tokens.muted, antialias=True)


def palette(tokens: Tokens) -> QPalette:
    """The palette of the tokens, disabled texts included."""
    role = QPalette.ColorRole
    made = QPalette()
    for where, colour in {
        role.Window: tokens.window,
        role.WindowText: tokens.text,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.window,
        role.Text: tokens.text,
        role.Button: tokens.surface,
        role.ButtonText: tokens.text,
        role.BrightText: tokens.danger,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.Link: tokens.accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.text,
        role.PlaceholderText: tokens.muted,
        role.Light: tokens.surface,
        role.Midlight: tokens.hover,
        role.Mid: tokens.line,
        role.Dark: tokens.line,
        role.Shadow: tokens.line,
        role.Accent: tokens.accent,
    }.items():
        made.setColor(where, QColor(colour))
    faded = mixed(tokens.muted, tokens.window, 0.45)
    for where in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, where, faded)
    return made


def mixed(one: str, other: str, share: float) -> QColor:
    """A colour between two, `share` of the way from the first to the second."""
    a, b = QColor(one), QColor(other)
    parts = zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(x + (y - x) * share) for x, y in parts))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""

    def luminance(colour: str) -> float:
        drawn = QColor(colour)
        parts = (drawn.redF(), drawn.greenF(), drawn.blueF())
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else float(((p + 0.055) / 1.055) ** 2.4) for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    ratio: float = (high + 0.05) / (low + 0.05)
    return ratio
