"""What the window remembers between starts, in an ini file; nothing of a project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from ahsml_app.base.paths import APP_NAME, CACHE_VARIABLE
from ahsml_app.gui.i18n import Language, language_from
from ahsml_app.gui.theme.theme import Mode

_MODES = ("system", "light", "dark")


def settings_file() -> Path:
    """Where the settings lie; inside the cache folder where AHSML_APP_CACHE names one."""
    override = os.environ.get(CACHE_VARIABLE)
    if override:
        return Path(override) / "settings.ini"
    import platformdirs

    return Path(platformdirs.user_config_dir(APP_NAME, appauthor=False)) / "settings.ini"


class Settings:
    """Typed access; a damaged file reads as defaults and never stops the start."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file or settings_file()
        self._values = QSettings(str(self.file), QSettings.Format.IniFormat)

    def theme_mode(self) -> Mode:
        """Light, dark, or as the system."""
        text = str(self._values.value("theme", "system"))
        return cast("Mode", text if text in _MODES else "system")

    def set_theme_mode(self, mode: Mode) -> None:
        """Remember the theme."""
        self._values.setValue("theme", mode)

    def geometry(self) -> bytes:
        """Place and size of the window; empty for the first start."""
        return self._bytes("window/geometry")

    def set_geometry(self, value: bytes) -> None:
        """Remember place and size of the window."""
        self._values.setValue("window/geometry", QByteArray(value))

    def window_state(self) -> bytes:
        """Places of the panels; empty for the first start."""
        return self._bytes("window/state")

    def set_window_state(self, value: bytes) -> None:
        """Remember the places of the panels."""
        self._values.setValue("window/state", QByteArray(value))

    def thumbnail_side(self, default: int) -> int:
        """Side of the gallery's thumbnails in pixels."""
        try:
            return int(str(self._values.value("gallery/side", default)))
        except ValueError:
            return default

    def set_thumbnail_side(self, side: int) -> None:
        """Remember the side of the thumbnails."""
        self._values.setValue("gallery/side", side)

    def language(self) -> Language:
        """The language of the window; the system's until a person chooses."""
        return language_from(str(self._values.value("language", "system")))

    def set_language(self, language: Language) -> None:
        """Remember the language."""
        self._values.setValue("language", language)

    def tour_seen(self) -> bool:
        """Whether the tour was shown once."""
        return str(self._values.value("tour/seen", "")) == "yes"

    def set_tour_seen(self) -> None:
        """The tour comes by itself only once."""
        self._values.setValue("tour/seen", "yes")

    def keys(self, action: str) -> list[str] | None:
        """Keys that a person gave an action; None for its default."""
        value = self._values.value(f"keys/{action}")
        if value is None:
            return None
        return [str(key) for key in value] if isinstance(value, list) else str(value).split(" | ")

    def set_keys(self, action: str, keys: list[str] | None) -> None:
        """Remember the keys of an action; None goes back to the default."""
        if keys is None:
            self._values.remove(f"keys/{action}")
        else:
            self._values.setValue(f"keys/{action}", " | ".join(keys))

    def sync(self) -> None:
        """Write what has changed."""
        self._values.sync()

    def _bytes(self, name: str) -> bytes:
        value = self._values.value(name)
        return bytes(value.data()) if isinstance(value, QByteArray) else b""
