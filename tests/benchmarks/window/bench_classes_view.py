"""The view of the classes at size: counting, sorting, scrolling, the tree, a merge.

    python tests/benchmarks classes_view [--images N] [--classes K ...] [--results FILE]

The real view on the offscreen platform, on synthetic projects that hold a few hundred real small
pictures many times over, with embeddings of 64 dimensions. A frame lasts from the key or the notch
of the wheel to the end of the painting that it causes, with whatever else waits for the window at
that moment; thumbnails are made meanwhile.
"""

from __future__ import annotations

import argparse
import os
import shutil
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.core.geometry.poincare_numpy import distances_from
from ahsml_app.gui.classes.classes_model import Column
from ahsml_app.gui.classes.classes_view import ClassesView
from ahsml_app.gui.jobs.gc_control import GarbageCollector
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.class_edits import merge_classes
from ahsml_app.session.project.library import create_project, free_project_folder, open_project
from ahsml_app.session.project.project import Project
from benchmarks.common.bench_command import RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.window.bench_window import add_run, make_images
from benchmarks.window.gallery import BOUND, Clock, _rest

DIMENSIONS = 64
FRAMES, REPEATS, NOTCH = 150, 5, 120
AREA = (2560, 1440)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--images", type=int, default=1_000_000)
    parser.add_argument("--classes", type=int, nargs="+", default=[2, 100, 5000])
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, images=20_000, classes=[50])
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    garbage = GarbageCollector(application)
    garbage.start()  # as the window does
    try:
        pictures = make_images(place / "pictures", per_class=100)
        measured = [_measure(theme, pictures, asked.images, count) for count in asked.classes]
    finally:
        garbage.stop()
        shutil.rmtree(place, ignore_errors=True)
    text = _report(measured)
    print(text)
    write_section(asked.results, "classes", text)


def _project(pictures: Path, images: int, classes: int) -> Project:
    """Few pictures many times over, labelled at random, with errors among near classes."""
    few = sorted(pictures.rglob("*.png"))
    copies = -(-images // len(few))
    root = pictures.parent / f"many-{classes}"
    root.mkdir()
    for number in range(copies):
        (root / f"{number:05d}").symlink_to(pictures, target_is_directory=True)
    inside = [path.relative_to(pictures).as_posix() for path in few]
    paths = tuple([f"{n:05d}/{path}" for n in range(copies) for path in inside][:images])
    random = np.random.default_rng(0)
    labels = random.integers(0, classes, images)
    names = tuple(f"class {n:04d}" for n in range(classes))
    scan = ScannedSource(SampleTable(root, paths, labels, names), (), (), np.bincount(labels), ())
    project = create_project(free_project_folder("large"), "large", Source(root), scan)
    add_run(project)
    prototypes = random.normal(0, 0.3, (classes, DIMENSIONS)).astype(np.float32)
    points = prototypes[labels]
    points += 0.1 * random.standard_normal(points.shape, dtype=np.float32)
    distances = np.stack([distances_from(point, prototypes, 0.1) for point in prototypes])
    arrays = {"points": points, "prototypes": prototypes, "score-class_distances": distances}
    folder = project.folder
    project.close()
    for name, array in arrays.items():
        np.save(folder / "runs" / "0001" / f"{name}.npy", array)
    return open_project(folder)


def _measure(theme: Theme, pictures: Path, images: int, classes: int) -> dict[str, Any]:
    project = _project(pictures, images, classes)
    model = ProjectModel()
    thumbnails = Thumbnails(model)
    view = ClassesView(model, thumbnails, theme)
    view.resize(*AREA)
    view.show()
    arrivals = Clock()
    model.open(project)
    began = time.perf_counter()
    while view.items.overview is None:
        arrivals.time(_nothing)
        time.sleep(0.002)
    facts: dict[str, Any] = {"classes": classes, "ready": time.perf_counter() - began}
    facts["while"] = max(arrivals.wall)
    _rest(1.0, Clock())
    facts |= _sorted(view) | _scrolled(view) | _walked(view)
    if classes > 2:
        clock = Clock()
        names = project.class_names
        change = partial(merge_classes, names=[names[1]], into=names[0])
        clock.time(lambda: model.apply(change))
        clock.time(model.undo)
        facts["merge"] = max(clock.wall)
    view.stop()
    thumbnails.stop()
    view.close()
    view.deleteLater()
    folder = project.folder
    model.close()
    shutil.rmtree(folder)
    _rest(0.1, Clock())
    return facts


def _nothing() -> None:
    """Only what waits already."""


def _sorted(view: ClassesView) -> dict[str, float]:
    clock, search = Clock(), Clock()
    for number in range(2 * REPEATS):
        column = (Column.NAME, Column.SPREAD, Column.NEAREST, Column.WRONG)[number % 4]
        clock.time(partial(view.table.sort_by, column, descending=bool(number % 2)))
    for text in ("class 1", "01", "", "zz", ""):
        search.time(partial(view.search.setText, text))
    return {"sort": clock.high(), "search": search.high()}


def _scrolled(view: ClassesView) -> dict[str, float]:
    pages, wheel, arrivals = Clock(), Clock(), Clock()
    view.table.verticalScrollBar().setValue(0)
    view.table.setFocus()
    for _ in range(FRAMES):
        wheel.time(lambda: _turn(view.table.viewport()))
        _rest(0.016, arrivals)
    for number in range(FRAMES):
        key = (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp)[number // 40 % 2]
        pages.time(partial(QTest.keyClick, view.table, key))
        _rest(0.016, arrivals)
    return {
        "wheel": wheel.high(),
        "pages": pages.high(),
        "arrivals": arrivals.high(),
        "own": max(clock.high(own=True) for clock in (wheel, pages, arrivals)),
    }


def _walked(view: ClassesView) -> dict[str, float]:
    """The tree: the whole of it under the mouse, and scrolled at a zoom that shows names."""
    view.tabs.setCurrentIndex(1)
    _rest(0.2, Clock())
    whole, scroll, take = Clock(), Clock(), Clock()
    random = np.random.default_rng(0)
    area = view.tree.viewport().size()
    for x, y in random.random((FRAMES // 2, 2)).tolist():
        spot = QPoint(int(x * area.width() * 0.6), int(y * area.height()))
        whole.time(partial(QTest.mouseMove, view.tree.viewport(), spot))
    view.tree.show_class(0)
    for _ in range(FRAMES // 2):
        scroll.time(lambda: _turn(view.tree.viewport()))
        _rest(0.008, Clock())
    tree = view.tree.tree
    if tree is not None:
        for _ in range(REPEATS):
            take.time(partial(QTest.keyClick, view.tree, Qt.Key.Key_Left))
            take.time(partial(QTest.keyClick, view.tree, Qt.Key.Key_Return))
    own = max(whole.high(own=True), scroll.high(own=True))
    times = {"tree": whole.high(), "tree_scroll": scroll.high(), "branch": take.high()}
    return times | {"tree_own": own}


def _turn(widget: QWidget) -> None:
    middle = QPointF(widget.rect().center())
    event = QWheelEvent(
        middle,
        widget.mapToGlobal(middle),
        QPoint(),
        QPoint(0, -NOTCH),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def _report(measured: list[dict[str, Any]]) -> str:
    columns = (
        "classes",
        "ready, s",
        "longest hold meanwhile",
        "sort",
        "search",
        "wheel p95",
        "page p95",
        "arrival p95",
        "own time p95",
        "own time of the tree p95",
        "tree under the mouse p95",
        "tree scroll p95",
        "take a branch",
        "merge or undo",
    )
    names = ("while", "sort", "search", "wheel", "pages", "arrivals", "own", "tree_own", "tree")
    names += ("tree_scroll", "branch", "merge")
    rows = [
        (
            f"{f['classes']:,}",
            f"{f['ready']:.1f}",
            *(f"{f[name]:.1f}" if name in f else "" for name in names),
        )
        for f in measured
    ]
    frames = ("wheel", "pages", "arrivals", "tree", "tree_scroll")
    worst = max(f[name] for f in measured for name in frames)
    return "\n\n".join(
        [
            "## The classes at size",
            circumstances(),
            f"Milliseconds but for the first. Load of the machine while it ran: "
            f"{os.getloadavg()[1]:.1f} on {os.cpu_count()} cores. The facts are found in a thread "
            "of their own; the longest hold is the window's longest pause until they are there. "
            "Own time is what the window's "
            "thread itself computed in the slowest twentieth of the frames; the other times also "
            "hold what it waited for a core.",
            table(columns, rows),
            f"Required of a frame (p95): {BOUND:.0f} ms; the slowest kind took {worst:.1f} ms: "
            f"**{'met' if worst <= BOUND else 'not met'}**.",
        ]
    )
