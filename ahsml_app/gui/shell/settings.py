"""Settings of the window, kept in an ini file; those of a project are in its folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from ahsml_app.base.paths import APP_NAME, CACHE_VARIABLE
from ahsml_app.gui.i18n import Language, language_from
from ahsml_app.gui.theme.theme import TEXT_SIZES, Mode

_MODES = ("system", "light", "dark")


def settings_file() -> Path:
    """Path of the settings file; inside the cache folder if AHSML_APP_CACHE is set."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override) / "settings.ini"
    import platformdirs

    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.ini"


class Settings:
    """Typed access to the settings; a damaged file yields the defaults."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or settings_file()
        self._values = QSettings(str(self.file), QSettings.Format.IniFormat)

    def theme_mode(self) -> Mode:
        """The chosen theme: light, dark, or that of the system."""
        text = str(self._values.value("theme", "system"))
        return cast("Mode", text if text in _MODES else "system")

    def set_theme_mode(self, mode: Mode) -> None:
        """Saves the theme."""
        self._values.setValue("theme", mode)

    def text_size(self) -> float:
        """Size of the text, relative to that of the system."""
        try:
            size = float(str(self._values.value("text-size", 1.0)))
        except ValueError:
            return 1.0
        return size if size in TEXT_SIZES else 1.0

    def set_text_size(self, size: float) -> None:
        """Saves the size of the text."""
        self._values.setValue("text-size", size)

    def geometry(self) -> bytes:
        """Position and size of the window; empty at the first start."""
        return self._bytes("window/geometry")

    def set_geometry(self, value: bytes) -> None:
        """Saves position and size of the window."""
        self._values.setValue("window/geometry", QByteArray(value))

    def window_state(self) -> bytes:
        """Layout of the panels; empty at the first start."""
        return self._bytes("window/state")

    def set_window_state(self, value: bytes) -> None:
        """Saves the layout of the panels."""
        self._values.setValue("window/state", QByteArray(value))

    def evidence_share(self) -> float:
        """Share of the window's width that the evidence takes; 0 for the usual one."""
        try:
            share = float(str(self._values.value("window/evidence", 0.0)))
        except ValueError:
            return 0.0
        return share if 0 < share < 1 else 0.0

    def set_evidence_share(self, share: float) -> None:
        """Saves the share of the evidence."""
        self._values.setValue("window/evidence", share)

    def thumbnail_side(self, default: int) -> int:
        """Side of the gallery's thumbnails in pixels."""
        try:
            return int(str(self._values.value("gallery/side", default)))
        except ValueError:
            return default

    def set_thumbnail_side(self, side: int) -> None:
        """Saves the side of the thumbnails."""
        self._values.setValue("gallery/side", side)

    def language(self) -> Language:
        """The language of the window; the system's until a person chooses."""
        return language_from(str(self._values.value("language", "system")))

    def set_language(self, language: Language) -> None:
        """Saves the language."""
        self._values.setValue("language", language)

    def reviewer(self) -> str:
        """Who decides; empty for the user of the system."""
        return str(self._values.value("reviewer", ""))

    def set_reviewer(self, name: str) -> None:
        """Saves who decides."""
        self._values.setValue("reviewer", name)

    def reranks(self) -> bool:
        """Whether a new order is offered after decisions."""
        return str(self._values.value("review/rerank", "")) == "yes"

    def set_reranks(self, on: bool) -> None:
        """Stores whether a new order is offered after decisions."""
        self._values.setValue("review/rerank", "yes" if on else "no")

    def text_network(self) -> str:
        """The network that finds images by a text: a file, or NAME=FILE; empty for none."""
        return str(self._values.value("text-network", ""))

    def set_text_network(self, network: str) -> None:
        """Saves the network that finds images by a text."""
        self._values.setValue("text-network", network)

    def tour_seen(self) -> bool:
        """Whether the tour was already shown."""
        return str(self._values.value("tour/seen", "")) == "yes"

    def set_tour_seen(self) -> None:
        """Saves that the tour was shown."""
        self._values.setValue("tour/seen", "yes")

    def keys(self, action: str) -> list[str] | None:
        """Changed keys of an action; None for its default."""
        value = self._values.value(f"keys/{action}")
        if value is None:
            return None
        return [str(key) for key in value] if isinstance(value, list) else str(value).split(" | ")

    def set_keys(self, action: str, keys: list[str] | None) -> None:
        """Saves the keys of an action; None restores the default."""
        if keys is None:
            self._values.remove(f"keys/{action}")
        else:
            self._values.setValue(f"keys/{action}", " | ".join(keys))

    def sync(self) -> None:
        """Writes the file."""
        self._values.sync()

    def _bytes(self, name: str) -> bytes:
        value = self._values.value(name)
        return bytes(value.data()) if isinstance(value, QByteArray) else b""
