"""Plain names of the findings about a picture itself."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


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
