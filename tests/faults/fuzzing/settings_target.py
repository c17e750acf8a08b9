"""The target of the window's settings, which Qt reads from an ini file."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import Any

from faults.fuzzing.target import Reader, Target, words

_TEXT = (
    "[General]\ntheme=dark\nlanguage=de\n[gallery]\nside=120\n[tour]\nseen=yes\n"
    "[window]\ngeometry=@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3\\0\\0)\n[keys]\nundo=Ctrl+Z | U\n"
)


def _settings_reader(folder: Path) -> Reader:
    from PySide6.QtCore import qInstallMessageHandler

    from ahsml_app.gui.shell.settings import Settings

    numbers = count()

    def to_log(kind: Any, _: Any, text: str) -> None:
        # Of values that Qt cannot restore, it says so itself, and gives none.
        if "QVariant::load" not in text and "Trying to construct an instance" not in text:
            logging.getLogger("Qt").warning("%s: %s", kind.name, text)

    qInstallMessageHandler(to_log)

    def read(data: bytes) -> None:
        file = folder / f"{next(numbers)}.ini"  # Qt remembers what files of one name held
        file.write_bytes(data)
        settings = Settings(file)
        values: list[Any] = [
            settings.theme_mode(),
            settings.language(),
            settings.tour_seen(),
            settings.geometry(),
            settings.window_state(),
        ]
        if not all(isinstance(value, str | bool | bytes) for value in values):
            raise AssertionError(f"values of another type: {values}")
        if not isinstance(settings.thumbnail_side(120), int):
            raise AssertionError("the side is no number")  # noqa: TRY004  # noqa: TRY004
        for action in ("undo", "keep"):
            keys = settings.keys(action)
            if keys is not None and not all(isinstance(key, str) for key in keys):
                raise AssertionError(f"keys of another type: {keys}")
        del settings
        file.unlink()

    return read


def _settings(_: Path) -> Sequence[bytes]:
    return [_TEXT.encode()]


TARGETS = (
    Target(
        "settings",
        _settings,
        _settings_reader,
        words(
            *(
                "@Variant(",
                "@ByteArray(",
                "@Rect(0 0 1 1)",
                "@Invalid()",
                "@DateTime(",
                "\\x",
                "\\0",
            ),
            *(
                "[",
                "]",
                "=",
                ",",
                '"',
                "\\",
                ";",
                "%2f",
                "99999999999999999999",
                "\n",
                "keys/undo=",
            ),
        ),
    ),
)
