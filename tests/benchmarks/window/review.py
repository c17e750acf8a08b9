"""From a decision to the next image on the screen: the real evidence panel, real photographs.

    python tests/benchmarks review [--decisions 150] [--data FOLDER]

The panel stands alone, on the offscreen platform, over a project of the clothing images with
made-up scores. A decision goes through the project model to the disk; the clock stops when the
next picture has been painted. "A reader's pace" leaves 0.35 s between decisions, in which the next
pictures are decoded; "as fast as it goes" leaves nothing, as with a key held down. The time of the
GUI thread says what the work itself takes where other programs keep the cores busy.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication
from sample_projects import add_run, scanned

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.evidence.evidence_panel import EvidencePanel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project.library import create_project, free_project_folder
from ahsml_app.session.project.project import Project
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section

BOUND = 50.0
PAUSE = 0.35
SIZES = {"440 x 720": (440, 720), "700 x 1300": (700, 1300)}
KINDS = (DecisionKind.KEEP, DecisionKind.RELABEL, DecisionKind.DROP, DecisionKind.AMBIGUOUS)


@dataclass
class Times:
    """Milliseconds of each decision."""

    shown: list[float] = field(default_factory=list)
    thread: list[float] = field(default_factory=list)
    saved: list[float] = field(default_factory=list)
    late: int = 0  # pictures that were not decoded yet when they were to be shown
    others: float = 0.0  # cores that other programs kept busy meanwhile


class Painted(QObject):
    """Notices when a decision is on the disk, and when the next picture is painted."""

    def __init__(self, model: ProjectModel, panel: EvidencePanel) -> None:
        super().__init__()
        self.panel = panel
        self.done, self.saved = False, 0.0
        model.decisions_changed.connect(self._on_decisions_changed)
        panel.image.installEventFilter(self)

    def eventFilter(self, _: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's
        if event.type() == QEvent.Type.Paint and self.panel.is_ready():
            self.done = True
        return False

    def _on_decisions_changed(self, _: object) -> None:
        self.saved = time.perf_counter()


def main() -> None:
    """Measure both paces at both sizes and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--decisions", type=int, default=150)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, decisions=10)
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place)
    application = QApplication([])
    theme = Theme("light")
    theme.apply(application)
    measured: dict[tuple[str, str], Times] = {}
    try:
        for name, size in SIZES.items():
            for pace, pause in (("a reader's pace", PAUSE), ("as fast as it goes", 0.0)):
                project = _project(asked.data / "clothing" / "images")
                measured[name, pace] = _review(theme, project, size, asked.decisions, pause)
                print(name, pace, _figures(measured[name, pace]), file=sys.stderr, flush=True)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    text = _report(measured, asked.decisions)
    print(text)
    write_section(asked.results, "review", text)


def _project(pictures: Path) -> Project:
    project = create_project(
        free_project_folder("clothing"), "clothing", Source(pictures), scanned(pictures)
    )
    add_run(project)
    return project


def _review(
    theme: Theme, project: Project, size: tuple[int, int], decisions: int, pause: float
) -> Times:
    model = ProjectModel()
    thumbnails = Thumbnails(model)
    panel = EvidencePanel(model, thumbnails, theme, ActionSet(Settings(), theme))
    panel.resize(*size)
    panel.show()
    model.open(project)
    _spin(2.0)
    painted, times = Painted(model, panel), Times()
    start, busy, own = time.perf_counter(), _busy_seconds(), time.process_time()
    for number in range(decisions):
        _decide(model, painted, KINDS[number % len(KINDS)], times)
        _spin(pause)
    used = _busy_seconds() - busy - (time.process_time() - own)
    times.others = max(0.0, used / (time.perf_counter() - start))
    panel.stop()
    panel.close()
    thumbnails.stop()
    model.close()
    panel.deleteLater()
    _spin(0.1)
    return times


def _decide(model: ProjectModel, painted: Painted, kind: DecisionKind, times: Times) -> None:
    """One decision, timed until the next picture is on the screen."""
    project = model.project
    if project is None:
        raise RuntimeError("the project has been closed")
    painted.done, painted.saved = False, 0.0
    start, thread = time.perf_counter(), time.thread_time()
    model.decide(kind)
    times.late += not painted.panel.is_ready()
    while not painted.done:
        QApplication.processEvents()
    QApplication.processEvents()
    times.shown.append((time.perf_counter() - start) * 1000)
    times.thread.append((time.thread_time() - thread) * 1000)
    times.saved.append((painted.saved - start) * 1000)


def _busy_seconds() -> float:
    """Seconds that all cores together have been busy since the start of the machine."""
    statistics = Path("/proc/stat")
    if not statistics.is_file():
        return 0.0
    user, nice, system = statistics.read_text("ascii").split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")


def _spin(seconds: float) -> None:
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        QApplication.processEvents()
        time.sleep(0.002)


def _figures(times: Times) -> list[str]:
    p95 = float(np.percentile(times.shown, 95))
    return [
        f"{float(np.median(times.shown)):.1f}",
        f"{p95:.1f}",
        f"{float(np.percentile(times.thread, 95)):.1f}",
        f"{float(np.median(times.saved)):.1f}",
        f"{times.late}",
        f"{times.others:.1f}",
    ]


def _report(measured: dict[tuple[str, str], Times], decisions: int) -> str:
    columns = ("panel", "pace", "median, ms", "p95, ms", "p95 of the GUI thread, ms",
               "until saved, ms", "not decoded yet", "cores used by others")  # fmt: skip
    rows = [(name, pace, *_figures(times)) for (name, pace), times in measured.items()]
    paced = [t for (_, pace), t in measured.items() if pace == "a reader's pace"]
    high = max(float(np.percentile(times.shown, 95)) for times in paced)
    return "\n\n".join(
        (
            "## From a decision to the next image",
            circumstances(),
            f"{decisions} decisions in each row.",
            table(columns, rows),
            f"Required at a reader's pace: p95 of {BOUND:.0f} ms; "
            f"**{'met' if high <= BOUND else 'not met'}**.",
        )
    )
