"""The theme of the window: light, dark or the system's."""

from __future__ import annotations

import sys
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from ahsml_app.gui.theme.stylesheet import TEXT_SIZE, style_sheet
from ahsml_app.gui.theme.tokens import DARK, LIGHT, Tokens, mixed

Mode = Literal["system", "light", "dark"]


TEXT_SIZES = (0.9, 1.0, 1.15, 1.3, 1.5)
"""Sizes of the text to choose from, relative to that of the system."""


class Theme(QObject):
    """The theme of the window; follows the system until the user chooses one.

    Args:
        mode: Initial mode.
        text_size: Size of the text, relative to that of the system.
    """

    changed = Signal()

    def __init__(
        self, mode: Mode = "system", parent: QObject | None = None, *, text_size: float = 1.0
    ) -> None:
        super().__init__(parent)
        self._mode: Mode = mode
        self._text_size = text_size
        self._application: QApplication | None = None
        self._font = QFont()

    @property
    def mode(self) -> Mode:
        """The chosen mode."""
        return self._mode

    @property
    def dark(self) -> bool:
        """Whether the dark theme is shown."""
        if self._mode == "system":
            return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return self._mode == "dark"

    @property
    def tokens(self) -> Tokens:
        """The current colours."""
        return DARK if self.dark else LIGHT

    def apply(self, application: QApplication) -> None:
        """Style the application, now and whenever the theme changes."""
        self._application, self._font = application, application.font()
        application.setStyle(QStyleFactory.create("Fusion"))
        application.styleHints().colorSchemeChanged.connect(self._on_system_changed)
        self._apply_style()

    def set_mode(self, mode: Mode) -> None:
        """Choose light, dark or the system's theme."""
        if mode != self._mode:
            self._mode = mode
            self._apply_style()
            self.changed.emit()

    def set_text_size(self, size: float) -> None:
        """Choose the size of the text; widgets that exist keep what they have measured."""
        self._text_size = size
        self._apply_style()

    def _on_system_changed(self) -> None:
        if self._mode == "system":
            self._apply_style()
            self.changed.emit()

    def _apply_style(self) -> None:
        application = self._application
        if application is None:
            return
        font = QFont(self._font)
        if font.pointSizeF() > 0:
            font.setPointSizeF(font.pointSizeF() * self._text_size)
            application.setFont(font)
            application.setProperty(TEXT_SIZE, self._text_size)
        application.setPalette(palette(self.tokens))
        application.setStyleSheet(style_sheet(self.tokens, application.font()))
        if "pyqtgraph" in sys.modules:
            set_plot_colours(self.tokens)


def set_plot_colours(tokens: Tokens) -> None:
    """Set the colours of new plots; pyqtgraph ignores Qt palettes."""
    import pyqtgraph

    pyqtgraph.setConfigOptions(background=tokens.surface, foreground=tokens.muted, antialias=True)


def palette(tokens: Tokens) -> QPalette:
    """The palette of the tokens, including disabled texts."""
    role = QPalette.ColorRole
    result = QPalette()
    for target, colour in {
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
        result.setColor(target, QColor(colour))
    faded = mixed(tokens.muted, tokens.window, 0.45)
    for target in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, target, faded)
    return result
