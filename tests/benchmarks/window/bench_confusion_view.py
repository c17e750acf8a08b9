"""The confusion view at size: counting, panning, zooming, hovering, and from a cell to its images.

    python tests/benchmarks confusion_view [--sizes 100000 1000000] [--classes 2 100 5000]

The real window on the offscreen platform, on synthetic projects that hold a few hundred real small
pictures many times over. One label in eight is wrong: mostly that of a class that is easily
mistaken for the true one, at times that of any. A frame lasts from the event to the end of the
painting that it causes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable, Scores
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.jobs.gc_control import GarbageCollector
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.library import create_project, free_project_folder
from ahsml_app.session.project.project import Project
from benchmarks.common.bench_command import RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.window.bench_window import _close, _spin, _window, add_run, make_images, scanned
from benchmarks.window.gallery import Clock

FRAME, GALLERY = 16.0, 100.0
FRAMES, CLICKS = 150, 20
WRONG, STRAY = 0.125, 0.2


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--classes", type=int, nargs="+", default=[2, 100, 5_000])
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
        pictures = make_images(place / "pictures", per_class=100)
        measured = [
            _measure(theme, confused_project(pictures, size, classes))
            for size in asked.sizes
            for classes in asked.classes
        ]
    finally:
        garbage.stop()
        shutil.rmtree(place, ignore_errors=True)
    text = _report(measured)
    print(text)
    write_section(asked.results, "confusion view", text)


def confused_project(pictures: Path, size: int, classes: int) -> Project:
    """A project with families of classes that are mistaken for each other; scores in memory."""
    random = np.random.default_rng(0)
    found = scanned(pictures)
    few = len(found.table)
    root = pictures.parent / f"many-{size}-{classes}"
    root.mkdir()
    copies = -(-size // few)
    for number in range(copies):
        (root / f"{number:05d}").symlink_to(pictures, target_is_directory=True)
    paths = [f"{n:05d}/{p}" for n in range(copies) for p in found.table.paths][:size]
    hidden = random.permutation(classes)  # where a class really stands
    true = random.integers(0, classes, size)
    there = np.argsort(hidden)[(hidden[true] + random.integers(1, 4, size)) % classes]
    anywhere = random.random(size) < STRAY
    there = np.where(anywhere, random.integers(0, classes, size), there)
    given = np.where(random.random(size) < WRONG, there, true)
    names = tuple(f"class {number:04d}" for number in range(classes))
    many = SampleTable(root, tuple(paths), given, names)
    counts = np.bincount(given, minlength=classes)
    scan = ScannedSource(many, (), (), counts, found.examples)
    project = create_project(free_project_folder("confused"), "confused", Source(root), scan)
    add_run(project)  # the estimate reads a training
    project.scores = _scores(given, true, hidden, random)
    return project


def _scores(
    given: np.ndarray, true: np.ndarray, hidden: np.ndarray, random: np.random.Generator
) -> Scores:
    count, apart = len(given), given != true
    wrong = np.where(apart, random.beta(8, 2, count), random.beta(1, 14, count))
    near = np.abs(hidden[:, None] - hidden).astype(np.float32)
    f32, nothing = np.float32, np.zeros(count, dtype=bool)
    return Scores(
        error_probability=wrong.astype(f32),
        adaptive_weight=(1 - wrong).astype(f32),
        consistency=np.ones(count, dtype=f32),
        top_labels=true[:, None],
        top_confidences=np.ones((count, 1), dtype=f32),
        suggested=true,
        suggestion_confidence=np.ones(count, dtype=f32),
        class_divergence=np.zeros(count, dtype=f32),
        outlier_probability=np.zeros(count, dtype=f32),
        duplicate_group=np.full(count, -1),
        duplicate_conflict=nothing,
        fold_group=np.full(count, -1),
        image_findings=np.zeros(count, dtype=np.int64),
        quadrant=apart.astype(np.int64),
        flagged=apart,
        expected_errors=(float(wrong.sum()),) * 3,
        noise_matrix=np.eye(1, dtype=f32),
        class_distances=np.minimum(near, 8) / 8,
    )


def _measure(theme: Theme, project: Project) -> dict[str, Any]:
    window = _window(theme)
    window.model.open(project)
    view, heat = window.confusion, window.confusion.map.heat
    turns = Clock()
    start = time.perf_counter()
    turns.time(lambda: window.show_view("confusion"))
    while not view.is_ready():
        turns.time(_nothing)
        time.sleep(0.002)
    facts: dict[str, Any] = {
        "images": len(project.table),
        "classes": len(project.class_names),
        "count": (time.perf_counter() - start) * 1000,
        "longest": max(turns.own),
    }
    _spin(1.0)
    clocks = {"hover": _hovered(window), "zoom": _zoomed(window), "pan": _panned(window)}
    facts |= {name: clock.high() for name, clock in clocks.items()}
    facts["own"] = max(clock.high(own=True) for clock in clocks.values())
    heat.reset_zoom()
    _spin(0.3)
    facts |= _chosen(window, project)
    folder = project.folder
    _close(window)
    shutil.rmtree(folder, ignore_errors=True)
    return facts


def _nothing() -> None:
    """Only what waits already."""


def _at(window: MainWindow, kind: QEvent.Type, place: QPointF, button: Qt.MouseButton) -> None:
    heat, none = window.confusion.map.heat, Qt.KeyboardModifier.NoModifier
    where = heat.mapToGlobal(place)
    held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else button
    QApplication.sendEvent(heat, QMouseEvent(kind, place, where, button, held, none))


def _wheel(heat: QWidget, place: QPointF, notch: int) -> None:
    where, none = heat.mapToGlobal(place), Qt.KeyboardModifier.NoModifier
    turn = QPoint(0, notch)
    phase, button = Qt.ScrollPhase.NoScrollPhase, Qt.MouseButton.NoButton
    event = QWheelEvent(place, where, QPoint(), turn, button, none, phase, False)
    QApplication.sendEvent(heat, event)


def _timed(work: Callable[[], object], clock: Clock) -> None:
    clock.time(work)
    _spin(0.004)


def _hovered(window: MainWindow) -> Clock:
    heat, clock = window.confusion.map.heat, Clock()
    corner = heat.picture.area(heat.width(), heat.height()).topLeft()
    side, none = heat.grid.shown_width, Qt.MouseButton.NoButton
    for x, y in np.random.default_rng(1).random((FRAMES, 2)):
        place = corner + QPointF(x * side, y * side)
        _timed(lambda p=place: _at(window, QEvent.Type.MouseMove, p, none), clock)
    return clock


def _zoomed(window: MainWindow) -> Clock:
    heat, clock = window.confusion.map.heat, Clock()
    area = heat.picture.area(heat.width(), heat.height())
    for number in range(FRAMES):
        place = area.topLeft() + QPointF(area.width() * 0.4, area.height() * 0.4)
        notch = 120 if number // 25 % 2 == 0 else -120
        _timed(lambda p=place, n=notch: _wheel(heat, p, n), clock)
    return clock


def _panned(window: MainWindow) -> Clock:
    """Drawn along at four zooms, as the finest level costs most."""
    heat, clock = window.confusion.map.heat, Clock()
    middle = Qt.MouseButton.MiddleButton
    start = heat.picture.area(heat.width(), heat.height()).center()
    for zoom in (1.5, 3.0, 3.0, 4.0):
        heat.zoom(zoom)
        _spin(0.05)
        _at(window, QEvent.Type.MouseButtonPress, start, middle)
        for number in range(FRAMES // 4):
            place = start + QPointF(4 * number, 3 * number)
            _timed(lambda p=place: _at(window, QEvent.Type.MouseMove, p, middle), clock)
        _at(window, QEvent.Type.MouseButtonRelease, start, middle)
    return clock


def _chosen(window: MainWindow, project: Project) -> dict[str, float]:
    """Clicks on cells, Enter on them, and a decision that the counts follow."""
    view, heat = window.confusion, window.confusion.map.heat
    click, enter, decide = Clock(), Clock(), Clock()
    pairs = view.side.table.pairs
    left = Qt.MouseButton.LeftButton
    for number in range(CLICKS):
        place = heat.cell_point(*pairs.pair(number % pairs.rowCount()))
        click.time(lambda p=place: QTest.mouseClick(heat, left, pos=p))
        _spin(0.05)
        enter.time(lambda: QTest.keyClick(heat, Qt.Key.Key_Return))
        _spin(0.05)
        window.show_view("confusion")
        _spin(0.05)
        row = int(window.model.queue[0])
        decide.time(lambda r=row: window.model.decide(DecisionKind.KEEP, rows=[r]))
    return {"click": click.high(), "gallery": enter.high(), "decide": decide.high()}


def _report(measured: list[dict[str, Any]]) -> str:
    names = ("count", "longest", "hover", "zoom", "pan", "own", "click", "gallery", "decide")
    columns = (
        "images, classes",
        "counted after",
        "longest hold-up",
        "hover p95",
        "zoom p95",
        "pan p95",
        "own time p95",
        "click p95",
        "to the gallery p95",
        "decision p95",
    )
    rows = [
        (f"{f['images']:,}, {f['classes']:,}", *(f"{f[name]:.1f}" for name in names))
        for f in measured
    ]
    frame = max(f[name] for f in measured for name in ("hover", "zoom", "pan"))
    gallery = max(f[name] for f in measured for name in ("click", "gallery"))
    return "\n\n".join(
        [
            "## The confusion view at size",
            circumstances(),
            f"Milliseconds. Load of the machine while it ran: {os.getloadavg()[1]:.1f} on "
            f"{os.cpu_count()} cores. The classes are counted and put in order in a thread of "
            "their own; the longest hold-up is what the window's thread itself computed at a "
            "time meanwhile. Own time is likewise what it computed in the slowest twentieth of "
            "the frames; the other times also hold what it waited for a core. A click filters "
            "the gallery and shows examples, Enter also shows the gallery; a decision is made, "
            "saved, and the matrix drawn anew.",
            table(columns, rows),
            f"Required of a frame (p95): {FRAME:.0f} ms; the slowest kind took {frame:.1f} ms: "
            f"**{_met(frame, FRAME)}**. Required from a cell to its images: {GALLERY:.0f} ms; "
            f"the slowest took {gallery:.1f} ms: **{_met(gallery, GALLERY)}**.",
        ]
    )


def _met(value: float, bound: float) -> str:
    return "met" if value <= bound else "not met"
