"""The progress view at size: opening it, and one decision while it is shown.

    python tests/benchmarks progress_view [--sizes 100000 1000000] [--decisions 0 500 50000]

Synthetic projects of one training, the journal with one decision a step. Opening is what the
window's thread does until the view can be used again: reading the journal; a thread beside it
works on what was read, and the time until all is drawn counts apart. A refresh is what follows a
decision: saving it, the estimate and the words at once, then the plots by turns, each of which is
a frame. The view stands alone, so that what other panels do at a decision is not counted. Times of
the window's thread are its processor time: the machine may be shared, and nothing waits but for the
disk, when a decision is saved. Opening the project, and Python's look through it, come before.
"All drawn" is by the clock.
"""

from __future__ import annotations

import argparse
import gc
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtWidgets import QApplication

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.progress.progress_view import ProgressView
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project.library import open_project
from benchmarks.common.bench_command import RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.window.bench_window import _large_project, make_images

FRAME, OPENING, DECISIONS = 16.0, 100.0, 40


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--decisions", type=int, nargs="+", default=[0, 500, 50_000])
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sizes=[20_000], decisions=[0, 500])
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    rows = []
    try:
        pictures = make_images(place / "pictures", per_class=100)
        for size in asked.sizes:
            project = _large_project(pictures, size)
            folder = project.folder
            project.close()
            for count in sorted(asked.decisions):
                _decide(folder, count)
                rows.append([size, count, *_measure(theme, folder)])
            shutil.rmtree(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text = _report(rows)
    print(text)
    write_section(asked.results, "progress view", text)


def _decide(folder: Path, count: int) -> None:
    """Steps of one decision each, until there are so many; without waiting for the disk."""
    project = open_project(folder)
    assert project.scores is not None
    project._files._connection.execute("PRAGMA synchronous = OFF")
    wrong = project.scores.error_probability
    order = np.argsort(-wrong, kind="stable")
    random = np.random.default_rng(0).random(count)
    done = int((project.kinds != DecisionKind.UNDECIDED).sum())
    for place in range(done, count):
        row = order[place]
        kind = DecisionKind.DROP if random[place] < wrong[row] else DecisionKind.KEEP
        project.decide([row], kind)
    project.close()


def _measure(theme: Theme, folder: Path) -> list[float]:
    """Milliseconds of opening and of a decision, see `_report`."""
    model = ProjectModel()
    thumbnails = Thumbnails(model)
    view = ProgressView(model, thumbnails, theme)
    view.resize(1236, 750)
    model.open(open_project(folder))
    # Python looks once through what opening the project made, a million paths, whatever comes next.
    gc.collect()
    start, begun = time.perf_counter(), time.thread_time()
    view.show()
    stalls = [time.thread_time() - begun]
    while view.review.busy or not view.review.headline:
        stalls.append(_turn())
    whole = time.perf_counter() - start
    frames, decided = [], []
    assert model.project is not None
    waiting = np.flatnonzero(model.project.kinds == DecisionKind.UNDECIDED)
    for row in waiting[:DECISIONS]:
        turn = time.thread_time()
        model.decide(DecisionKind.KEEP, rows=[row])
        decided.append(time.thread_time() - turn)
        while view.review.busy:
            frames.append(_turn())
    for _ in range(DECISIONS):
        model.project.undo()
    view.hide()
    view.stop()
    thumbnails.stop()
    model.close()
    high = float(np.percentile(frames, 95))
    return [1000 * v for v in (max(stalls), whole, float(np.median(decided)), high, max(frames))]


def _turn() -> float:
    """Seconds of one turn of the event loop, with what it paints."""
    start = time.thread_time()
    QApplication.processEvents()
    taken = time.thread_time() - start
    time.sleep(0.001)
    return taken


def _report(rows: list[list[Any]]) -> str:
    columns = (
        "images",
        "decisions",
        "opening: longest stall, ms",
        "opening: all drawn, ms",
        "decision: saved, estimate and words, ms",
        "decision: frame, 95 %, ms",
        "decision: longest frame, ms",
    )
    shown = [[f"{row[0]:,}", f"{row[1]:,}", *(f"{value:.1f}" for value in row[2:])] for row in rows]
    met = all(row[2] < OPENING and max(row[4], row[5]) < FRAME for row in rows)
    return (
        "## The progress view\n\n"
        "Processor time of the window's thread; until all is drawn, by the clock. "
        f"Bounds: opening holds the window up for less than {OPENING:.0f} ms, a frame after a "
        f"decision (95 %) takes less than {FRAME:.0f} ms. {'Met' if met else 'Not met'}.\n\n"
        f"{table(columns, shown)}\n\n{circumstances()}\n"
    )
