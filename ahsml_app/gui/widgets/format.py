"""Numbers as the window shows them: digits, separators and per cent signs of its language.

Exports, logs and the command keep Python's form.
"""

from __future__ import annotations

import math
from typing import SupportsFloat

from PySide6.QtCore import QCoreApplication

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.i18n import localised, plural


def figure(value: SupportsFloat, digits: int = 0) -> str:
    """A number in groups of three digits, such as 1,234.5.

    Args:
        value: The number.
        digits: How many digits stand behind the decimal point.
    """
    return localised(f"{value:,.{digits}f}")


def per_cent(share: SupportsFloat, digits: int = 0) -> str:
    """A share (1 for all) as a percentage.

    Args:
        share: The share.
        digits: As for `figure`.
    """
    return signed(f"{share:.{digits}%}"[:-1])


def signed(text: str) -> str:
    """Replace separators and the per cent sign of a number as Python writes it."""
    return QCoreApplication.translate("Numbers", "{0}%").format(localised(text))


def chance(probability: float) -> str:
    """An estimated probability as a percentage that is never certain: <1%, 53% or >99%.

    A dash stands for a missing one.
    """
    if math.isnan(probability):
        return "–"
    whole = round(100 * probability)
    if 1 <= whole <= 99:
        return per_cent(whole / 100)
    return f">{per_cent(0.99)}" if whole else f"<{per_cent(0.01)}"


def degree(score: float) -> str:
    """A score from 0 to 1 as a percentage; a dash for a missing one."""
    return "–" if math.isnan(score) else per_cent(score)


def divergence_text(divergence: float) -> str:
    """A class divergence, two digits without a leading zero: .53, or 1.0 for the largest."""
    return localised("1.0" if divergence >= 0.995 else f"{divergence:.2f}"[1:])


def few_per_cent(share: float) -> str:
    """A percentage, with a decimal if it is small: 4%, 0.4% or 0%."""
    return per_cent(share, int(0.0005 <= share < 0.0095))


def _interval_ends(low: float, high: float) -> tuple[str, str]:
    """Both ends of an interval as whole numbers, rounded outwards."""
    return figure(math.floor(low + 1e-6)), figure(math.ceil(high - 1e-6))


def errors_left_text(low: float, high: float) -> str:
    """The interval of the remaining errors, such as "about 3–7 errors left"."""
    return plural(
        "about {interval} error left",
        "about {interval} errors left",
        count=1 if _interval_ends(low, high) == ("1", "1") else 2,
        interval=interval(low, high),
    )


def images_text(shown: int, count: int) -> str:
    """How many images are shown, and of how many if not all are."""
    if shown == count:
        return plural("{count:,} image", "{count:,} images", count=count)
    return plural(
        "{shown:,} of {count:,} image", "{shown:,} of {count:,} images", count=count, shown=shown
    )


def undecided_text(count: int) -> str:
    """Text with the number of undecided images."""
    return plural("{count:,} undecided image", "{count:,} undecided images", count=count)


def wrong_labels_text(expected: float) -> str:
    """Text with the expected number of wrong labels, rounded to a whole number."""
    return plural(
        "about {count:,} wrong label", "about {count:,} wrong labels", count=round(expected)
    )


def interval(low: float, high: float) -> str:
    """An interval in whole numbers, such as 3–7; one number if both ends are the same."""
    first, last = _interval_ends(low, high)
    return last if first == last else f"{first}–{last}"


def decision_names() -> dict[DecisionKind, str]:
    """What became of an image, by its decision, and in the order of the filter."""
    translate = QCoreApplication.translate
    return {
        DecisionKind.KEEP: translate("FilterBar", "kept"),
        DecisionKind.RELABEL: translate("FilterBar", "relabelled"),
        DecisionKind.DROP: translate("FilterBar", "dropped"),
        DecisionKind.AMBIGUOUS: translate("FilterBar", "unsure"),
        DecisionKind.UNDECIDED: translate("FilterBar", "undecided"),
    }


def checked_text() -> str:
    """What became of an undecided image that the model has checked."""
    return QCoreApplication.translate("FilterBar", "checked by the model")


def checked_count(count: int) -> str:
    """Text with the number of images that the model has checked."""
    text = QCoreApplication.translate("FilterBar", "{0} checked by the model")
    return text.format(figure(count))


def finding_names() -> dict[str, str]:
    """The text of each of `base.types.IMAGE_FINDINGS`, by its name and in their order."""
    translate = QCoreApplication.translate
    return {
        "blank": translate("FilterBar", "blank"),
        "dark": translate("FilterBar", "very dark"),
        "bright": translate("FilterBar", "very bright"),
        "blurred": translate("FilterBar", "blurred"),
        "low_information": translate("FilterBar", "little information"),
        "odd_size": translate("FilterBar", "odd size"),
        "odd_aspect_ratio": translate("FilterBar", "odd shape"),
    }
