"""Every form of a data set through command, window and Python, and the time to list 100,000 files.

    python tests/benchmarks forms [--images 500] [--files 100000]

The same images are written in each form. The command runs its whole job with little training, the
window opens them by its dialog and makes a project, and so does Python in one call; each must find
every image with its label. Features are computed and modules loaded before, so the times are
those of reading and of a small training. Then the files of a large set, which only begin like
images, are listed with their labels; an archive is unpacked first.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import re
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from sample_images import make_images

import ahsml_app
from ahsml_app import cli
from ahsml_app.base.events import CancelToken, drive
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.app.application import make_application
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.start.unpack_question import UnpackQuestion
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.unpack import unpacked_source
from benchmarks.common.bench_command import RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.speed.form_files import FORMS, WHOLE_IMAGES, Images, class_folders, csv_table

QUICK = {"epochs": 2, "folds": 2, "passes": 1, "views": 0}
SECONDS = 600
_PNG = b"\x89PNG\r\n\x1a\n" + bytes(56)

Labels = dict[str, str]
Rows = dict[str, list[str]]


def main() -> None:
    """Write, read and time every form, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=int, default=500, help="images that are judged")
    parser.add_argument("--files", type=int, default=100_000, help="files that are listed")
    parser.add_argument("--rows", type=Path, help="file of finished rows, which are kept")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, images=30, files=300, rows=None)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["AHSML_APP_CACHE"] = str(folder / "cache")
        judged = _judged(folder, asked.images, asked.rows)
        listed = _listed(folder, asked.files, asked.rows)
    busy = f"Load average of the machine: {os.getloadavg()[0]:.0f}."
    columns = ["form", f"command, {asked.images} images (s)", "window (s)", "Python (s)"]
    columns += ["found in each", f"listing {asked.files:,} files (s)"]
    text = "\n\n".join(
        [
            "## Every form of a data set",
            f"{circumstances('tests/benchmarks forms')} {busy}",
            table(columns, [[form, *judged[form], *listed[form]] for form in FORMS]),
        ]
    )
    print(text)
    write_section(asked.results, "forms", text)


def _judged(folder: Path, count: int, file: Path | None) -> Rows:
    rows = _finished(file, "judged", count)
    if rows.keys() == FORMS.keys():
        return rows
    images = _small_images(folder / "drawn", count)
    _command(class_folders(images, folder / "warm"), folder / "warm-out")  # features for all forms
    application = make_application([])
    theme = Theme("light")
    window = MainWindow(Settings(), theme)
    window.show()
    for number, (form, write) in enumerate(FORMS.items()):
        if form in rows:
            continue
        source = write(images, folder / f"form-{number}")
        ways: list[Callable[[], Labels]] = [
            lambda s=source, n=number: _command(s, folder / f"command-{n}" / "out"),
            lambda s=source, n=number: _window(window, s, f"form {n}"),
            lambda s=source, n=number: _python(s, folder / f"python-{n}" / "project"),
        ]
        seconds, found = [], []
        for way in ways:
            start = time.perf_counter()
            labels = way()
            seconds.append(f"{time.perf_counter() - start:.1f}")
            right = sum(labels.get(name) == label for name, label in images.labels.items())
            found.append(right if len(labels) == len(images.labels) else -len(labels))
        assert found == [count] * 3, (form, found)
        rows[form] = [*seconds, str(count)]
        _keep(file, "judged", count, form, rows[form])
    window.closing_without_question = True
    window.close()
    application.processEvents()
    return rows


def _listed(folder: Path, count: int, file: Path | None) -> Rows:
    rows = _finished(file, "listed", count)
    if rows.keys() == FORMS.keys():
        return rows
    images = _named_files(folder / "named", count)
    drive(scan_source(csv_table(images, folder / "warm-listing")), lambda _: None)
    for number, (form, write) in enumerate(FORMS.items()):
        if form in WHOLE_IMAGES:
            rows[form] = ["–"]
        if form in rows:
            continue
        source = write(images, folder / f"large-{number}")
        start = time.perf_counter()
        opened = drive(
            unpacked_source(source, folder / f"unpacked-{number}" / "out", CancelToken()), _nothing
        )
        scanned = drive(scan_source(opened), _nothing)
        rows[form] = [f"{time.perf_counter() - start:.1f}"]
        assert len(scanned.table) == count, form
        _keep(file, "listed", count, form, rows[form])
    return rows


def _finished(file: Path | None, part: str, count: int) -> Rows:
    """The finished rows of a part, by their forms."""
    lines = [] if file is None or not file.is_file() else file.read_text("utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    return {
        row["form"]: row["cells"] for row in found if (row["part"], row["count"]) == (part, count)
    }


def _keep(file: Path | None, part: str, count: int, form: str, cells: list[str]) -> None:
    row = json.dumps({"part": part, "count": count, "form": form, "cells": cells})
    print(row, flush=True)
    if file is not None:
        with file.open("a", encoding="utf-8") as stream:
            stream.write(row + "\n")


def _small_images(folder: Path, count: int) -> Images:
    """Images of three classes in one folder."""
    make_images(folder / "classes", per_class=-(-count // 3), wrong=0)
    (folder / "flat").mkdir()
    labels = {}
    for number, path in enumerate(sorted((folder / "classes").rglob("*.png"))[:count]):
        labels[f"s{number:06}"] = path.parent.name
        path.rename(folder / "flat" / f"s{number:06}.png")
    return Images(folder / "flat", labels)


def _named_files(folder: Path, count: int) -> Images:
    """Files that only begin like images."""
    folder.mkdir()
    labels = {f"s{number:06}": f"class {number % 100}" for number in range(count)}
    for name in labels:
        (folder / f"{name}.png").write_bytes(_PNG + name.encode())
    return Images(folder, labels)


def _command(source: Source, out: Path) -> Labels:
    options = [part for name, value in QUICK.items() for part in (f"--{name}", str(value))]
    if source.labels is not None:
        options += ["--labels", str(source.labels)]
    command = ["--headless", str(source.folder), "--quiet", "--out", str(out), *options]
    out.parent.mkdir(exist_ok=True)
    code = cli.main(command)
    assert code == 0, (source, code)
    with (out / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    return {_name(row["path"]): row["label"] for row in rows}


def _window(window: MainWindow, source: Source, name: str) -> Labels:
    projects = window.projects
    projects.import_another(source)  # the tables have one folder
    asked = [each for each in window.findChildren(UnpackQuestion) if each.isVisible()]
    for question in asked:
        QTest.mouseClick(question.unpack_button, Qt.MouseButton.LeftButton)

    def button() -> QPushButton | None:
        dialog = projects.import_dialog
        return None if dialog is None else dialog.findChild(QPushButton, "open-project")

    _until(lambda: (found := button()) is not None and found.isEnabled())
    pressed = button()
    assert pressed is not None, name
    QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
    project = window.model.project
    assert project is not None, name
    table = project.table
    labels = {_name(path): table.label_name(row) for row, path in enumerate(table.paths)}
    projects.close_project()
    return labels


def _python(source: Source, place: Path) -> Labels:
    with ahsml_app.open_project(place, source.folder, source.labels) as project:
        return {_name(p): label for p, label in zip(project.paths, project.labels, strict=True)}


def _name(path: str) -> str:
    """The name of an image, without the number of its row or box."""
    return re.sub(r"^[0-9]{6}-|-0$", "", Path(path).stem)


def _until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + SECONDS
    while not condition():
        QApplication.processEvents()
        time.sleep(0.01)
        if time.monotonic() > end:
            raise TimeoutError


def _nothing(_: object) -> None:
    """Takes an event."""
