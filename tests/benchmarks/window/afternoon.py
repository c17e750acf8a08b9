"""The window used as a person would, on photographs with swapped labels.

    python tests/benchmarks afternoon [--pictures DIR] [--share 0.08] [--shots DIR]

A share of the labels of a class-folder set is swapped; the window trains, the first hundred images
of its queue are judged by key with the truth as the judge, it retrains, fifty more are judged, and
the result is exported. Told: how many of the swaps were found, how right the export is, and what
the hands do for the first sixty images: keys, or clicks and the way of the mouse between them.
"""

from __future__ import annotations

import argparse
import csv
import math
import os
import random
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.app.application import make_application
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.class_picker import ClassPicker
from ahsml_app.session.pipeline.training_presets import preset
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, write_section

FIRST, THEN, COUNTED = 100, 50, 60
Truth = dict[str, tuple[str, str]]


@dataclass
class Hands:
    """What the hands do for some images.

    Attributes:
        keys: Keys that were pressed.
        typed: Images whose class was typed.
        travel: Pixels between the buttons for the same decisions, in their order.
    """

    keys: int = 0
    typed: int = 0
    travel: float = 0.0
    _at: QPoint | None = None

    def reach(self, button: QWidget) -> None:
        """Moves the mouse, in thought, to a button."""
        at = button.mapToGlobal(button.rect().center())
        if self._at is not None:
            self.travel += math.dist(at.toTuple(), self._at.toTuple())
        self._at = at

    def press(self, widget: QWidget, key: Qt.Key | str) -> None:
        """Presses a key."""
        self.keys += 1
        QTest.keyClick(widget, key)


def main() -> None:
    """Use the window once and write the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA, help="image folders")
    parser.add_argument("--first", type=int, default=FIRST, help="images judged at first")
    parser.add_argument("--then", type=int, default=THEN, help="and after a second training")
    parser.add_argument("--share", type=float, default=0.08)
    parser.add_argument("--seed", type=int, default=8)
    parser.add_argument("--shots", type=Path, help="folder for pictures of the window")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, first=10, then=5)
    place = Path(tempfile.mkdtemp())
    os.environ["AHSML_APP_CACHE"] = str(place / "cache")
    try:
        truth = swapped(
            asked.data / "clothing" / "images", place / "pictures", asked.share, asked.seed
        )
        text = use(place, truth, asked)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    print(text)
    write_section(asked.results, "afternoon", text)


def swapped(pictures: Path, target: Path, share: float, seed: int) -> Truth:
    """Copy a class-folder set with some labels changed; true and given label by path."""
    chance = random.Random(seed)
    files = sorted(p for p in pictures.glob("*/*") if p.is_file())
    classes = sorted({p.parent.name for p in files})
    wrong = set(chance.sample(range(len(files)), round(share * len(files))))
    truth = {}
    for number, file in enumerate(files):
        true = file.parent.name
        given = chance.choice([c for c in classes if c != true]) if number in wrong else true
        path = target / given / f"{number:05d}{file.suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, path)
        truth[f"{given}/{path.name}"] = (true, given)
    return truth


def use(place: Path, truth: Truth, asked: argparse.Namespace) -> str:
    """Open, train, judge, retrain, judge, export."""
    application = make_application(["afternoon"])
    theme = Theme("light")
    theme.apply(application)
    window = MainWindow(Settings(), theme)
    window.show()
    window.open_path(place / "pictures")
    dialog = window.projects.import_dialog
    assert dialog is not None
    until(dialog.is_ready)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    until(lambda: window.model.project is not None)
    seconds = [train(window)]
    hands, counted = Hands(), min(COUNTED, asked.first)
    found = [judge(window, truth, counted, asked.shots, "first", hands)]
    found[0] += judge(window, truth, asked.first - counted, None, "", Hands())
    seconds.append(train(window))
    found.append(judge(window, truth, asked.then, asked.shots, "second", Hands()))
    left = window.model.review.progress().errors_left if window.model.review else ()
    right = export(window, place / "out", truth)
    window.close()
    total = sum(true != given for true, given in truth.values())
    return (
        f"## An afternoon with the window\n\n{circumstances()}\n\n"
        f"{len(truth):,} images of which {total} carry a swapped label. Training took "
        f"{seconds[0]:.0f} s. Among the first {asked.first} images looked at, {found[0]} of the "
        f"{total} swaps were found. Retraining took {seconds[1]:.0f} s; {asked.then} more images "
        f"showed {found[1]} more. After that the window told of about {left[0]:.0f} to "
        f"{left[2]:.0f} wrong labels left, where {total - sum(found)} swaps were. In the export "
        f"{right:.1%} of the labels are those of the original set, where "
        f"{1 - total / len(truth):.1%} were before.\n\n"
        f"The first {counted} images took {hands.keys} keys and no mouse; for {hands.typed} of "
        f"them the class was typed until it was first in the list. With the mouse they are "
        f"{counted} clicks and {hands.travel:,.0f} pixels from button to button in a window of "
        f"{window.width()} x {window.height()}, without the lists of the typed classes.\n"
    )


def until(condition: Callable[[], bool]) -> None:
    while not condition():
        QApplication.processEvents()
        time.sleep(0.005)


def train(window: MainWindow) -> float:
    start = time.perf_counter()
    window.training.start(preset("balanced"))
    until(lambda: not window.training.running)
    return time.perf_counter() - start


def judge(
    window: MainWindow, truth: Truth, count: int, shots: Path | None, name: str, hands: Hands
) -> int:
    """Judge images by key, the most suspect undecided one first; how many were wrong."""
    model, found = window.model, 0
    project = model.project
    assert project is not None
    assert project.scores is not None
    window.show_view("review")
    window.activateWindow()
    until(window.isActiveWindow)
    if project.kinds[model.current] != DecisionKind.UNDECIDED:
        model.next_undecided()
    for number in range(count):
        until(window.evidence.is_ready)
        if shots is not None and number in (0, count // 2):
            end = time.perf_counter() + 1
            until(lambda end=end: time.perf_counter() > end)
            shots.mkdir(parents=True, exist_ok=True)
            window.grab().save(str(shots / f"{name}-{number}.png"))
        row = model.current
        true, given = truth[project.table.paths[row]]
        found += true != given
        press(window, row, true, given, hands)
        assert project.kinds[row] != DecisionKind.UNDECIDED, project.table.paths[row]
    return found


def press(window: MainWindow, row: int, true: str, given: str, hands: Hands) -> None:
    """Keep, take the suggestion, take a likely class by its digit, or type the class."""
    model, view = window.model, window.gallery.view
    bar, project = window.evidence.decisions, model.project
    assert project is not None
    assert project.scores is not None
    names = [project.label_name(label) for label, _ in model.choices(row)]
    if true == given:
        hands.reach(bar.buttons["keep"])
        hands.press(view, Qt.Key.Key_Q)
    elif project.label_name(int(project.scores.suggested[row])) == true:
        hands.reach(bar.buttons["take-suggestion"])
        hands.press(view, Qt.Key.Key_W)
    elif true in names:
        hands.reach(bar.digits[names.index(true)])
        hands.press(view, Qt.Key(Qt.Key.Key_1.value + names.index(true)))
    else:
        hands.typed += 1
        hands.reach(bar.other)
        hands.press(view, Qt.Key.Key_Slash)
        picker = QApplication.activePopupWidget()
        assert isinstance(picker, ClassPicker)
        for letter in true:
            if picker.shown_names()[0] == true:
                break
            hands.press(picker.field, letter)
        hands.press(picker.field, Qt.Key.Key_Return)


def export(window: MainWindow, out: Path, truth: Truth) -> float:
    """Export by the dialog; share of labels that are the true ones."""
    window.actions_.action("export").trigger()
    dialog = window.exports.dialog
    assert dialog is not None
    dialog.set_folder(out)
    dialog.start()
    until(lambda: (out / "run.json").is_file() and not window.runner.busy)
    with (out / "labels.csv").open(encoding="utf-8") as stream:
        lines = list(csv.DictReader(stream))
    return sum(line["label"] == truth[line["path"]][0] for line in lines) / len(lines)
