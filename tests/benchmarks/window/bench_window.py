"""The window at size: gallery, next image, memory over twenty projects.

    python tests/benchmarks window [--sizes 100000 1000000] [--results FILE]

The gallery shows synthetic projects that hold a few hundred real small pictures many times over.
Every frame is a repaint of the real window on the offscreen platform: what the window's thread
does from the event to the end of the painting, without the milliseconds that Qt waits for further
wishes to paint. Frames in which thumbnails arrive are counted apart. See README.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from sample_projects import add_run, make_images, scanned

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.session.pipeline.scan_source import ScannedSource
from ahsml_app.session.project.library import create_project, free_project_folder, open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.queue import QueueFilter
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section

FRAME, NEXT, GROWTH = 16.0, 50.0, 0.05
DECISIONS, SCROLLS, JUMPS, OPENINGS = 60, 200, 60, 20


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sizes=[20_000])
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    try:
        pictures = make_images(place / "pictures", per_class=100)
        rows = [_gallery(theme, pictures, size) for size in asked.sizes]
        text = _gallery_text(rows)
        text += _review_text(_next_images(theme, asked.data / "clothing" / "images"))
        text += _memory_text(_growth(theme, pictures))
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(text)
    write_section(asked.results, "window", text)


def _window(theme: Theme) -> MainWindow:
    window = MainWindow(Settings(), theme)
    window.resize(1600, 1000)
    window.show()
    _spin(0.3)
    return window


def _spin(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.002)


class Painted(QObject):
    """Counts the paint events of a widget."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        """Let everything pass."""
        self.count += event.type() == QEvent.Type.Paint
        return False


def _round(frames: list[float], painted: Painted) -> float:
    """One turn of the event loop; a frame if something was painted."""
    before, start = painted.count, time.perf_counter()
    QApplication.processEvents()
    taken = (time.perf_counter() - start) * 1000
    if painted.count > before:
        frames.append(taken)
    return taken


def _frame(work: Callable[[], object], painted: Painted) -> float:
    """Milliseconds of the work and all turns of the event loop until it is painted."""
    before, start = painted.count, time.perf_counter()
    work()
    taken = (time.perf_counter() - start) * 1000
    for _ in range(100):
        taken += _round([], painted)
        if painted.count > before:
            break
        time.sleep(0.001)
    return taken


def _rest(seconds: float, frames: list[float], painted: Painted) -> None:
    """Let thumbnails arrive."""
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        _round(frames, painted)
        time.sleep(0.001)


def _large_project(pictures: Path, size: int) -> Project:
    """Many samples on few pictures: paths repeat through links to the folder."""
    found = scanned(pictures)
    few = len(found.table)
    copies = -(-size // few)
    root = pictures.parent / f"many-{size}"
    root.mkdir()
    for number in range(copies):
        (root / f"{number:05d}").symlink_to(pictures, target_is_directory=True)
    paths = [f"{n:05d}/{p}" for n in range(copies) for p in found.table.paths][:size]
    labels = np.tile(found.table.labels, copies)[:size]
    many = SampleTable(root, tuple(paths), labels, found.table.class_names)
    counts = np.bincount(labels, minlength=len(many.class_names))
    scan = ScannedSource(many, (), (), counts, found.examples)
    project = create_project(free_project_folder("large"), "large", Source(root), scan)
    add_run(project)
    return project


def _gallery(theme: Theme, pictures: Path, size: int) -> dict[str, Any]:
    window = _window(theme)
    project = _large_project(pictures, size)
    folder = project.folder
    project.close()
    view, model = window.gallery.view, window.model
    painted = Painted(view.viewport())
    first = _frame(lambda: window.projects.open_project(folder), painted)
    _spin(2.0)
    bar = view.verticalScrollBar()
    scrolls: list[float] = []
    arrivals: list[float] = []
    for number in range(SCROLLS):
        step = bar.pageStep() if number % 2 else 120
        scrolls.append(_frame(lambda step=step: bar.setValue(bar.value() + step), painted))
        _rest(0.016, arrivals, painted)
    jumps = []
    for share in np.random.default_rng(0).random(JUMPS):
        jumps.append(_frame(lambda share=share: bar.setValue(int(bar.maximum() * share)), painted))
        _rest(0.05, arrivals, painted)
    facts = {
        "images": size,
        "first": first,
        "scroll": float(np.percentile(scrolls, 95)),
        "jump": float(np.percentile(jumps, 95)),
        "arrival": float(np.percentile(arrivals, 95)),
        "select": _frame(view.selectAll, painted),
    }
    views = {"sort": {"sort": "consistency"}, "filter": {"low": 0.5}, "search": {"text": "e-01"}}
    for name, change in views.items():
        facts[name] = _frame(
            lambda change=change: model.set_queue_filter(replace(QueueFilter(), **change)), painted
        )
    _close(window)
    shutil.rmtree(folder)
    return facts


def _next_images(theme: Theme, pictures: Path) -> list[float]:
    """From the key to the next image on the screen, on photographs."""
    window = _window(theme)
    found = scanned(pictures)
    project = create_project(free_project_folder("real"), "real", Source(pictures), found)
    add_run(project)
    window.model.open(project)
    window.show_view("review")
    _spin(2.0)
    taken = []
    for number in range(DECISIONS):
        key = (Qt.Key.Key_Q, Qt.Key.Key_E, Qt.Key.Key_N)[number % 3]
        start = time.perf_counter()
        QTest.keyClick(window.gallery.view, key)
        while not window.evidence.is_ready():
            QApplication.processEvents()
        QApplication.processEvents()
        taken.append((time.perf_counter() - start) * 1000)
        _spin(0.35)  # as long as a person looks, at the very least
    _close(window)
    return taken


def _growth(theme: Theme, pictures: Path) -> tuple[float, float]:
    """Resident megabytes after five openings, and after twenty."""
    window = _window(theme)
    project = create_project(
        free_project_folder("small"), "small", Source(pictures), scanned(pictures)
    )
    add_run(project)
    folder = project.folder
    project.close()
    early = 0.0
    for number in range(OPENINGS):
        window.model.open(open_project(folder))
        window.show_view("review")
        _spin(0.3)
        window.projects.close_project()
        _spin(0.05)
        if number == 4:
            early = _resident()
    late = _resident()
    _close(window)
    return early, late


def _resident() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def _close(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    _spin(0.1)


def _gallery_text(rows: list[dict[str, Any]]) -> str:
    names = ("images", "first", "scroll", "jump", "arrival", "select", "sort", "filter", "search")
    titles = [
        "images",
        "open, ms",
        "scroll frame p95, ms",
        "jump p95, ms",
        "arrival p95, ms",
        "select all, ms",
        "sort, ms",
        "filter, ms",
        "search, ms",
    ]
    cells = [[f"{row['images']:,}", *(f"{row[name]:,.1f}" for name in names[1:])] for row in rows]
    worst = max(row[name] for row in rows for name in ("scroll", "jump", "arrival"))
    return (
        f"## The window at size\n\n{circumstances()}\n\n{table(titles, cells)}\n\n"
        f"Required of a frame (p95): {FRAME:.0f} ms; the slowest kind took {worst:.1f} ms: "
        f"**{'met' if worst <= FRAME else 'not met'}**.\n\n"
    )


def _review_text(taken: list[float]) -> str:
    high = float(np.percentile(taken, 95))
    return (
        f"From a decision to the next image, {len(taken)} photographs: median "
        f"{statistics.median(taken):.1f} ms, p95 {high:.1f} ms. Required: {NEXT:.0f} ms; "
        f"**{'met' if high <= NEXT else 'not met'}**.\n\n"
    )


def _memory_text(growth: tuple[float, float]) -> str:
    early, late = growth
    more = late / early - 1
    return (
        f"Memory after 5 openings of a project {early:.0f} MB, after {OPENINGS} {late:.0f} MB: "
        f"{more:+.1%}. Required: under {GROWTH:.0%}; "
        f"**{'met' if more < GROWTH else 'not met'}**.\n"
    )
