"""The map at size: frames of dragging, zooming and pointing, the lasso, and the way to the gallery.

    python tests/benchmarks map_view [--sizes 100000 1000000] [--classes 2 100 5000]

The real panel on the offscreen platform beside the real gallery, on synthetic projects: classes lie
as islands in the disc, a tenth of the images is suspect. A frame lasts from the event to the end of
the painting that it causes; the slices that draw all points once the map rests are frames as well.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QPolygonF, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sample_projects import add_run, make_images, scanned

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.jobs.gc_control import GarbageCollector
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.map.map_controller import MapController
from ahsml_app.gui.map.map_panel import MapPanel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.library import create_project, free_project_folder
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import ChosenRows
from ahsml_app.store.files.training_arrays import write_array
from benchmarks.common.bench_command import RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.window.gallery import Clock

FRAME, LASSO, SELECTION = 16.0, 200.0, 100.0
FRAMES, REPEATS = 120, 7
AREA = (1200, 1000)
NO_KEYS, NO_BUTTON = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.NoButton


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--classes", type=int, nargs="+", default=[2, 100, 5000])
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sizes=[20_000], classes=[50])
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    garbage = GarbageCollector(application)
    garbage.start()  # as the window does
    try:
        pictures = make_images(place / "pictures", per_class=25)
        cases = [(size, classes) for size in asked.sizes for classes in asked.classes]
        rows = [_measure(theme, pictures, size, classes) for size, classes in cases]
    finally:
        garbage.stop()
        shutil.rmtree(place, ignore_errors=True)
    text = _report(rows)
    print(text)
    write_section(asked.results, "map view", text)


def _project(pictures: Path, size: int, classes: int) -> Project:
    """Many samples on few pictures, with a map of islands."""
    few = scanned(pictures)
    root = pictures.parent / f"many-{size}-{classes}"
    root.mkdir()
    copies = -(-size // len(few.table))
    for number in range(copies):
        (root / f"{number:05d}").symlink_to(pictures, target_is_directory=True)
    paths = [f"{n:05d}/{p}" for n in range(copies) for p in few.table.paths][:size]
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, size)
    names = tuple(f"class {index:04d}" for index in range(classes))
    many = SampleTable(root, tuple(paths), labels, names)
    scan = ScannedSource(many, (), (), np.bincount(labels, minlength=classes), few.examples)
    project = create_project(free_project_folder("map"), "map", Source(root), scan)
    add_run(project)
    turn = np.exp(2j * np.pi * (np.arange(classes) / classes))
    islands = np.tanh(random.uniform(0.6, 1.6, classes)) * turn
    spread = 0.25 * (random.normal(size=size) + 1j * random.normal(size=size))
    there = np.tanh(np.abs(spread)) * spread / np.abs(spread)
    z = (there + islands[labels]) / (1 + np.conj(islands[labels]) * there)
    write_array(project.folder, 1, "map", z.astype(np.complex64))
    write_array(project.folder, 1, "map-prototypes", islands.astype(np.complex64))
    write_array(project.folder, 1, "map-order", np.arange(classes))
    return project


def _measure(theme: Theme, pictures: Path, size: int, classes: int) -> dict[str, Any]:
    model = ProjectModel()
    thumbnails = Thumbnails(model)
    runner = JobRunner()
    maps = MapController(model, runner, runner)
    gallery = GalleryPanel(model, thumbnails, theme)
    panel = MapPanel(model, maps, thumbnails, theme)
    for widget in (gallery, panel):
        widget.resize(*AREA)
        widget.show()
    gallery.move(2 * AREA[0], 0)  # the pointer finds the topmost window
    project = _project(pictures, size, classes)
    first, slices = Clock(), Clock()
    first.time(lambda: model.open(project))
    _settle(panel, slices)
    facts = {"images": size, "classes": classes}
    facts |= _frames(panel, slices) | _choices(panel, model)
    facts["slices"] = slices.high()
    thumbnails.stop()
    for widget in (gallery, panel):
        widget.close()
        widget.deleteLater()
    model.close()
    runner.shutdown()
    shutil.rmtree(project.folder)
    print(facts, flush=True)
    return facts


def _settle(panel: MapPanel, slices: Clock) -> None:
    """Let the map come to rest; each turn of the event loop that did something is a frame."""
    QApplication.processEvents()
    end = time.perf_counter() + 30
    while not panel.view.is_settled and time.perf_counter() < end:
        slices.time(_nothing)
        if slices.own[-1] < 0.2:
            slices.own.pop()
            slices.wall.pop()
            time.sleep(0.002)
    QApplication.processEvents()


def _nothing() -> None:
    """Only what waits already."""


def _frames(panel: MapPanel, slices: Clock) -> dict[str, float]:
    view, drags, wheel, points = panel.view, Clock(), Clock(), Clock()
    middle = view.rect().center()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, NO_KEYS, middle)
    for number in range(FRAMES):
        angle = 2 * np.pi * number / 40
        at = middle + QPoint(round(180 * np.cos(angle)), round(180 * np.sin(angle)))
        drags.time(lambda at=at: QTest.mouseMove(view, at))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, NO_KEYS, middle)
    for number in range(FRAMES):
        wheel.time(lambda number=number: _turn(view, 120 if number // 12 % 2 == 0 else -120))
    view.go_home()
    _settle(panel, slices)
    random, hits = np.random.default_rng(0), 0
    for row in random.integers(0, len(view.cloud.rows), FRAMES).tolist():
        at = view.position_of(row).toPoint()
        points.time(lambda at=at: QTest.mouseMove(view, at))
        hits += view.pointed_row >= 0
        time.sleep(0.005)
    if hits < FRAMES // 2:
        raise RuntimeError(f"the pointer met {hits} images only")
    return {
        "drag": drags.high(),
        "wheel": wheel.high(),
        "point": points.high(),
        "own": max(clock.high(own=True) for clock in (drags, wheel, points)),
    }


def _turn(view: Any, by: int) -> None:
    at = QPointF(view.width() * 0.6, view.height() * 0.4)
    event = QWheelEvent(
        at, view.mapToGlobal(at), QPoint(), QPoint(0, by), NO_BUTTON, NO_KEYS,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def _choices(panel: MapPanel, model: ProjectModel) -> dict[str, float]:
    """A lasso around a third of the disc, and its rows as the selection of the gallery."""
    view, lasso, selection, filtered = panel.view, Clock(), Clock(), Clock()
    w, h = view.width(), view.height()
    corners = [(0.1, 0.1), (0.55, 0.08), (0.5, 0.5), (0.6, 0.9), (0.12, 0.9)]
    polygon = QPolygonF([QPointF(x * w, y * h) for x, y in corners])
    rows: list[Any] = []
    for _ in range(REPEATS):
        lasso.time(lambda: rows.append(view.rows_inside(polygon)))
        selection.time(lambda: model.set_selection(rows[-1]))
        _settle(panel, Clock())
        model.set_selection([])
        _settle(panel, Clock())
    chosen = ChosenRows(rows[-1])
    whole = model.queue_filter
    filtered.time(lambda: model.set_queue_filter(replace(whole, rows=chosen)))
    model.set_queue_filter(whole)
    return {
        "chosen": len(chosen),
        "lasso": lasso.high(),
        "selection": selection.high(),
        "filtered": filtered.high(),
    }


def _report(rows: list[dict[str, Any]]) -> str:
    names = ("drag", "wheel", "point", "slices", "own", "lasso", "selection", "filtered")
    columns = (
        "images, classes",
        "drag p95",
        "wheel p95",
        "point p95",
        "slice p95",
        "own time p95",
        "lasso",
        "selection to gallery",
        "review only these",
        "images chosen",
    )
    cells = [
        (
            f"{row['images']:,}, {row['classes']:,}",
            *(f"{row[name]:.1f}" for name in names),
            f"{row['chosen']:,}",
        )
        for row in rows
    ]
    worst = max(row[name] for row in rows for name in names[:4])
    lasso, selection = (max(row[name] for row in rows) for name in ("lasso", "selection"))
    return "\n\n".join(
        [
            "## The map at size",
            circumstances(),
            f"Milliseconds, a map of {AREA[0]} x {AREA[1]}. Load of the machine while it ran: "
            f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} cores. Own time is what the window's "
            "thread itself computed in the slowest twentieth of the frames of dragging, zooming "
            "and pointing; the other times also hold what it waited for a core.",
            table(columns, cells),
            f"Required: a frame (p95) {FRAME:.0f} ms, the slowest kind took {worst:.1f}: "
            f"**{_word(worst <= FRAME)}**; a lasso {LASSO:.0f} ms, {lasso:.1f}: "
            f"**{_word(lasso <= LASSO)}**; a selection in the gallery {SELECTION:.0f} ms, "
            f"{selection:.1f}: **{_word(selection <= SELECTION)}**.",
        ]
    )


def _word(met: bool) -> str:
    return "met" if met else "not met"
