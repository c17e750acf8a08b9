"""No value in the settings or in the list of recent projects keeps the window from starting."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from ahsml_app.base.paths import projects_folder
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings, settings_file
from ahsml_app.gui.start.cards import ElidedLabel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.store.new_project import DATABASE

ODD: list[Any] = [
    None, True, -1, 0, 3.5, 10**30, float("inf"), float("nan"), "", "x", "\0", "\ud800", "a" * 5000,
    [], [1], ["a" * 5000, "\0", None], {}, {"a": 1},
]  # fmt: skip

SETTINGS = ("theme", "window/geometry", "window/state", "gallery/side", "language", "tour/seen")
ODD_TEXTS = [
    "", "1e9", "-5", "99999999999999999999", "nan", "@Invalid()", "@ByteArray()", "@Size(1 2)",
    "@ByteArray(\\x1\\xd9\\xd0\\xcb\\0\\x3\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0)", "@Rect(0 0 0 0)",
    "@Variant(\\0\\0\\0\\x7f\\0\\0\\0\\x1)", "@Variant(garbage)", "@DateTime(xx)", "a, b, c", "\\",
    '"', "@@", "%00", "Ctrl+Ctrl+Ctrl", "light, dark",
]  # fmt: skip


@pytest.fixture
def start(qtbot: QtBot, cache: Path) -> Iterator[Any]:
    windows: list[MainWindow] = []

    def started() -> MainWindow:
        settings = Settings()
        window = MainWindow(settings, Theme(settings.theme_mode()))
        windows.append(window)
        window.show()
        qtbot.waitExposed(window)
        return window

    yield started
    for window in windows:
        window.closing_without_question = True
        window.close()
        window.deleteLater()


@pytest.mark.parametrize(
    "field", ["folder", "name", "opened", "images", "flagged", "decided", "pictures"]
)
def test_odd_values_of_a_recent_project(start: Any, cache: Path, field: str) -> None:
    file = projects_folder() / "recent.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    usual = {"folder": str(cache / "p"), "name": "pets", "images": 3, "pictures": []}
    entries = [{**usual, "folder": f"{cache}/{n}", field: odd} for n, odd in enumerate(ODD)]
    for number in range(len(ODD)):  # a missing project shows none of its facts
        (cache / str(number)).mkdir()
        (cache / str(number) / DATABASE).touch()
    file.write_text(json.dumps([usual, *entries, *ODD]), "utf-8")
    window = start()
    assert window.isVisible()
    names = [card.whole for card in window.start_page.findChildren(ElidedLabel)]
    assert "pets" in names


@pytest.mark.qt_log_ignore("QVariant::load", "Trying to construct an instance")
@pytest.mark.parametrize("odd", ODD_TEXTS)
def test_odd_values_of_the_settings(start: Any, cache: Path, odd: str) -> None:
    keys = "".join(f"{name}={odd}\n" for name in ("undo", "train", "keep", "quit"))
    groups: dict[str, str] = {"General": "", "window": "", "gallery": "", "tour": ""}
    for name in SETTINGS:
        group, _, key = name.rpartition("/")
        groups[group or "General"] += f"{key}={odd}\n"
    text = "".join(f"[{group}]\n{lines}" for group, lines in groups.items()) + f"[keys]\n{keys}"
    settings_file().write_text(text, "utf-8")
    window = start()
    assert window.width() >= window.minimumSizeHint().width() > 0
    assert 0 < window.gallery.side < 2000
