"""Colours by meaning, and the gaps between widgets."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor

SPACE = (4, 8, 12, 16, 24)
"""Gaps between widgets in pixels."""


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


def mixed(one: str, other: str, share: float) -> QColor:
    """A colour between two, `share` of the way from the first to the second."""
    a, b = QColor(one), QColor(other)
    channels = zip(a.getRgb()[:3], b.getRgb()[:3], strict=True)  # type: ignore[index]
    return QColor(*(round(x + (y - x) * share) for x, y in channels))


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours (WCAG 2.2), 1 to 21."""

    def luminance(colour: str) -> float:
        drawn = QColor(colour)
        channels = (drawn.redF(), drawn.greenF(), drawn.blueF())
        red, green, blue = (
            p / 12.92 if p <= 0.04045 else float(((p + 0.055) / 1.055) ** 2.4) for p in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    ratio: float = (high + 0.05) / (low + 0.05)
    return ratio
