"""Bring the guide up to date: its page of keys, and its pictures.

    python packaging/guide.py                 # the keys, from the table of actions
    python packaging/guide.py SMOKE_FOLDER    # and the pictures, from what the smoke test saved
    python packaging/guide.py --project FOLDER   # and map and confusion of a trained project

`ahsml-app --smoke-test SMOKE_FOLDER` saves a picture of every view; those that the guide and the
README show are copied from there at a fitting size, light and dark. A project shows what a whole
data set is like; its folder is copied first and stays as it is.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING

from PIL import Image
from PySide6.QtCore import QEventLoop, QThread

if TYPE_CHECKING:
    from ahsml_app.gui.project_model import ProjectModel

CHECKOUT = Path(__file__).resolve().parent.parent
GUIDE = CHECKOUT / "resources" / "guide"
PICTURES = CHECKOUT / "resources" / "pictures"

WIDTH, PROJECT_SIZE = 1120, (760, 700)
COLOURS = 192
"""Flat grounds and small thumbnails: a palette keeps them at a fraction of the size."""

SHOWN = {
    "start": "start",
    "training": "train-running",
    "review": "review",
    "export": "export",
    "map": "map",
    "confusion": "confusion",
    "classes": "classes",
    "progress": "progress",
    "compare": "compare",
}
"""Pictures of the guide, and the views of the smoke test that they are made of."""

OF_PROJECT = ("map", "confusion")
"""Views that `--project` draws, as `map-project` and so on."""

_UPPER_SHARES = {"start": 0.72}
"""How much of a picture from its top is shown, where the rest is empty."""

_GERMAN_KEYS = {
    "Ctrl": "Strg",
    "Shift": "Umschalt",
    "Space": "Leertaste",
    "Backspace": "Rücktaste",
    "Delete": "Entf",
    "Left": "Links",
    "Right": "Rechts",
}
"""As Qt calls them in a German window."""

_TEXTS = {
    "en": (
        "Keyboard shortcuts",
        "Every shortcut can be changed: press `?`, click a shortcut on the sheet and press another "
        "key.\nThese are the defaults.",
        "key",
        "what it does",
    ),
    "de": (
        "Tastenkürzel",
        "Jede Taste lässt sich ändern: `?` drücken, auf dem Blatt eine Taste anklicken und eine "
        "andere drücken.\nDies sind die Tasten am Anfang.",
        "Taste",
        "was sie tut",
    ),
}
_INSIDE = {
    "en": """## In lists, dialogs and the guide

| key | what it does |
|---|---|
| `Tab` | to the next part |
| `Esc` | closes a dialog or the tour |
| `Delete` | removes the focused filter |
| `Alt+Left`, `Alt+Right` | in the guide: back and forward |
| `Ctrl+F` | in the guide: search |
| `F3` | in the guide: the next place that was found |
""",
    "de": """## In Listen, Dialogen und der Anleitung

| Taste | was sie tut |
|---|---|
| `Tab` | zum nächsten Teil |
| `Esc` | schließt einen Dialog oder den Rundgang |
| `Entf` | nimmt den Filter weg, der die Tastatur hat |
| `Alt+Links`, `Alt+Rechts` | in der Anleitung: zurück und vor |
| `Strg+F` | in der Anleitung: suchen |
| `F3` | in der Anleitung: zur nächsten Fundstelle |
""",
}


def keys_page(language: str) -> str:
    """The page of keys as Markdown, from the table of actions."""
    from ahsml_app.gui.shell.action_table import ACTIONS

    known = {} if language == "en" else _german()
    title, first, key, meaning = _TEXTS[language]
    parts = [f"# {title}\n\n{first}\n"]
    groups: dict[str, list[str]] = {}
    for fact in ACTIONS:
        if fact.keys:
            digit = fact.name.removeprefix("choose-")
            if digit in "23456789":
                continue
            text, tip = (known.get(("ActionSet", t), "") or t for t in (fact.text, fact.tip))
            text = text.replace(" 1", " 1 – 9").removesuffix("…").rstrip()
            words = f"**{text}.** {tip}".strip()
            keys = "`1` – `9`"
            if digit != "1":
                keys = ", ".join(f"`{key_name(key, language)}`" for key in fact.keys)
            group = known.get(("ActionSet", fact.group), "") or fact.group
            groups.setdefault(group, []).append(f"| {keys} | {words.replace('?.**', '?**')} |")
    for group, rows in groups.items():
        table = "\n".join([f"| {key} | {meaning} |", "|---|---|", *rows])
        parts.append(f"## {group}\n\n{table}\n")
    return "\n".join([*parts, _INSIDE[language]])


def key_name(key: str, language: str) -> str:
    """A key as the window calls it in a language."""
    if language == "en":
        return key
    return "+".join(_GERMAN_KEYS.get(part, part) for part in key.split("+"))


def copy_pictures(folder: Path) -> None:
    """Copy the pictures of the guide from a folder of the smoke test."""
    for name, view in SHOWN.items():
        for mode, ending in (("light", ""), ("dark", "-dark")):
            with Image.open(folder / f"{view}-{mode}.png") as picture:
                shown = round(picture.height * _UPPER_SHARES.get(name, 1.0))
                small = picture.convert("RGB").crop((0, 0, picture.width, shown))
            save_small(small, f"{name}{ending}")


def save_small(picture: Image.Image, name: str) -> None:
    """Write a picture of the guide, with a palette and no wider than a page."""
    picture.thumbnail((WIDTH, WIDTH), Image.Resampling.LANCZOS)
    flat = picture.quantize(COLOURS, dither=Image.Dither.FLOYDSTEINBERG)
    flat.save(PICTURES / f"{name}.png", optimize=True)


def _show_only(model: ProjectModel, classes: Sequence[str]) -> None:
    from ahsml_app.session.review.queue import QueueFilter

    if model.project is None or not classes:
        return
    places = frozenset(model.project.class_names.index(name) for name in classes)
    model.set_queue_filter(QueueFilter(given=places, suggested=places))


def draw_project(folder: Path, classes: Sequence[str]) -> None:
    """Draw the map and the confusion of a trained project as the window shows them.

    Nothing but points and counts is drawn: no picture of the project.

    Args:
        folder: The project.
        classes: Those that the map shows in colour; empty for all.
    """
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {"QT_QPA_PLATFORM": "offscreen", "AHSML_APP_CACHE": f"{place}/cache"}
        copy = Path(place) / "project"
        shutil.copytree(folder, copy)
        from ahsml_app.gui.app.application import make_application
        from ahsml_app.gui.app.main_window import MainWindow
        from ahsml_app.gui.shell.settings import Settings
        from ahsml_app.gui.theme.theme import Theme

        application, theme = make_application([]), Theme("light")
        window = MainWindow(Settings(), theme)
        theme.apply(application)
        window.resize(1600, 1000)
        window.show()
        window.projects.open_project(copy)
        window.confusion.map.measures["excess"].click()
        _show_only(window.model, classes)
        views = {
            "map": (window.map, lambda: window.maps.map and window.map.view.is_settled),
            "confusion": (window.confusion.map, window.confusion.is_ready),
        }
        for mode, ending in (("light", ""), ("dark", "-dark")):
            theme.set_mode(mode)
            for name, (widget, ready) in views.items():
                window.show_view(name)
                window.evidence_dock.hide()
                while not ready():
                    application.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
                widget.setFixedSize(*PROJECT_SIZE)
                for _ in range(200):
                    application.processEvents()
                    QThread.msleep(5)
                file = str(Path(place) / "picture.png")
                widget.grab().save(file)
                with Image.open(file) as picture:
                    save_small(picture.convert("RGB"), f"{name}-project{ending}")
        window.closing_without_question = True
        window.close()


def _german() -> dict[tuple[str, str], str]:
    """German texts by their context and their English."""
    translate = _translations()
    texts = translate.translations(translate.FILE)
    return {key: forms[-1] for key, forms in texts.items() if forms}


def _translations() -> ModuleType:
    """The script beside this one: this folder must never become a package."""
    spec = importlib.util.spec_from_file_location(
        "translate", Path(__file__).parent / "translate.py"
    )
    if spec is None or spec.loader is None:
        raise SystemExit("translate.py is missing")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main() -> None:
    """The command."""
    for language in _TEXTS:
        folder = GUIDE if language == "en" else GUIDE / language
        folder.mkdir(exist_ok=True)
        (folder / "keyboard.md").write_text(keys_page(language), encoding="utf-8", newline="\n")
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("smoke", type=Path, nargs="?")
    parser.add_argument("--project", type=Path)
    parser.add_argument("--classes", nargs="*", default=[], help="in colour on the map")
    arguments = parser.parse_args()
    if arguments.smoke is not None:
        copy_pictures(arguments.smoke)
    if arguments.project is not None:
        draw_project(arguments.project, arguments.classes)


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    main()
