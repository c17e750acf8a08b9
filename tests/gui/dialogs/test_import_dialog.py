"""The import dialog: what a scan found, and how the class is read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from running import result_of
from sample_projects import scanned

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.events import Progress, Stage
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import Quarantined, SampleTable
from ahsml_app.gui.dialogs.import_dialog import CLASSES, NOTES, SET_ASIDE, ImportDialog
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.scan_source import ScannedSource, scan_source

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def thumbnails() -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(None)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def dialog(qtbot: QtBot, thumbnails: Thumbnails) -> Iterator[ImportDialog]:
    dialog = ImportDialog(Theme("light"), thumbnails, None)
    qtbot.addWidget(dialog)
    dialog.show()
    yield dialog
    dialog.hide()


@pytest.fixture
def found(dialog: ImportDialog, image_folder: Path) -> ScannedSource:
    """The dialog after a scan of the sample pictures."""
    found = scanned(image_folder)
    dialog.begin(Source(image_folder))
    dialog.show_result(found)
    return found


def button(dialog: ImportDialog, name: str) -> QPushButton:
    return dialog.findChild(QPushButton, name)


def shown(dialog: ImportDialog) -> str:
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


def many(classes: int, per_class: int) -> ScannedSource:
    names = tuple(f"class {n:05d}" for n in range(classes))
    labels = np.repeat(np.arange(classes), per_class)
    paths = tuple(f"{names[k]}/{n:06d}.jpg" for n, k in enumerate(labels))
    return ScannedSource(
        SampleTable(Path("/nowhere"), paths, labels, names),
        tuple(Quarantined(f"x/{n}.jpg", "the file is empty") for n in range(20_000)),
        (),
        np.full(classes, per_class),
        tuple(f"{name}/0.jpg" for name in names),
    )


def test_the_scan_tells_count_and_rate(
    dialog: ImportDialog, image_folder: Path, qtbot: QtBot
) -> None:
    dialog.begin(Source(image_folder))
    assert not dialog.is_ready()
    assert not button(dialog, "open-project").isEnabled()
    assert "Reading file names" in shown(dialog)
    assert not dialog.reading.isVisible()
    dialog.show_event(Progress(Stage.SCAN, 1000, 0))
    for done in (2000, 3000, 4000):
        time.sleep(0.12)
        dialog.show_event(Progress(Stage.SCAN, done, 0))
    assert "4,000 images so far" in shown(dialog)
    assert "a second" in shown(dialog)


def test_cancel_is_told_once_each_way(
    dialog: ImportDialog, image_folder: Path, qtbot: QtBot
) -> None:
    told: list[int] = []
    dialog.cancelled.connect(lambda: told.append(1))
    dialog.begin(Source(image_folder))
    qtbot.mouseClick(button(dialog, "cancel-import"), LEFT)
    assert told == [1]
    dialog.show()
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)
    assert told == [1, 1]
    dialog.show()
    dialog.close()
    assert told == [1, 1, 1]


def test_classes_are_found_and_sorted(
    dialog: ImportDialog, found: ScannedSource, qtbot: QtBot, thumbnails: Thumbnails
) -> None:
    assert "60 images in 4 classes" in shown(dialog)
    rows = dialog._classes.model()

    def names() -> list[str]:
        return [rows.index(row, 1).data() for row in range(rows.rowCount())]

    assert names() == ["circle", "cross", "square", "triangle"]
    assert [rows.index(row, 2).data() for row in range(4)] == ["15"] * 4
    qtbot.keyClicks(dialog.search, "R")
    assert names() == ["circle", "cross", "square", "triangle"]
    qtbot.keyClicks(dialog.search, "O")
    assert names() == ["cross"]
    dialog.search.clear()
    dialog._classes.sortByColumn(1, Qt.SortOrder.DescendingOrder)
    assert names() == ["triangle", "square", "cross", "circle"]
    qtbot.waitUntil(
        lambda: rows.index(0, 0).data(Qt.ItemDataRole.DecorationRole) is not None, timeout=10_000
    )


def test_files_set_aside_and_notes_are_listed(
    dialog: ImportDialog, image_folder: Path, qtbot: QtBot
) -> None:
    dialog.begin(Source(image_folder))
    plain = scanned(image_folder)
    dialog.show_result(plain)
    assert not dialog._tabs.isTabVisible(SET_ASIDE)
    assert not dialog._tabs.isTabVisible(NOTES)
    aside = (Quarantined("cross/a.jpg", "the file is empty"),)
    dialog.show_result(replace(plain, quarantined=aside, notices=("Few images in cross.",)))
    assert dialog._tabs.tabText(CLASSES) == "Classes (4)"
    assert dialog._tabs.tabText(SET_ASIDE) == "Files set aside (1)"
    assert dialog._tabs.tabText(NOTES) == "Notes (1)"
    rows = dialog._set_aside.model()
    assert [rows.index(0, n).data() for n in range(2)] == ["cross/a.jpg", "the file is empty"]
    assert rows.rowCount(QModelIndex()) == 1


def test_the_project_is_asked_for(
    dialog: ImportDialog, found: ScannedSource, image_folder: Path, qtbot: QtBot, cache: Path
) -> None:
    assert dialog._name.text() == image_folder.name
    project_path = dialog._project_path
    assert str(cache / "projects" / image_folder.name) in project_path.whole
    dialog._name.clear()
    assert not button(dialog, "open-project").isEnabled()
    qtbot.keyClicks(dialog._name, " My shapes ")
    assert str(cache / "projects" / "My-shapes") in project_path.whole
    with qtbot.waitSignal(dialog.accepted_source) as accepted:
        qtbot.keyClick(dialog._name, Qt.Key.Key_Return)
    assert accepted.args == [Source(image_folder), found, "My shapes"]


def test_a_pattern_is_tried_on_examples_before_it_is_read(
    dialog: ImportDialog, found: ScannedSource, image_folder: Path, qtbot: QtBot
) -> None:
    reading = dialog.reading
    assert reading.example.text().splitlines()[0] == "circle/circle-00.png   →   circle"
    assert not reading.by_split.isVisible()
    with qtbot.assertNotEmitted(dialog.rescan_requested):
        qtbot.mouseClick(reading.by_pattern, LEFT)
    assert reading.pattern.text() == "**/{class}/*"
    assert "→   circle" in reading.example.text()
    reading.pattern.selectAll()
    qtbot.keyClicks(reading.pattern, "**/{class}-0*")
    assert "→   circle" in reading.example.text()
    assert reading.again.isVisible()
    assert not button(dialog, "open-project").isEnabled()
    with (
        qtbot.assertNotEmitted(dialog.accepted_source),
        qtbot.waitSignal(dialog.rescan_requested) as asked,
    ):
        qtbot.keyClick(reading.pattern, Qt.Key.Key_Return)
    assert asked.args == [Source(image_folder, class_from="**/{class}-0*")]
    dialog.begin(asked.args[0])
    assert not reading.isEnabled()
    dialog.show_result(result_of(scan_source(asked.args[0])))
    assert button(dialog, "open-project").isEnabled()
    assert not reading.again.isVisible()
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.mouseClick(reading.by_folder, LEFT)
    assert asked.args == [Source(image_folder)]


def test_folders_of_splits_are_read_as_such_or_as_classes(
    dialog: ImportDialog, tmp_path: Path, qtbot: QtBot
) -> None:
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            (tmp_path / split / name).mkdir(parents=True)
            (tmp_path / split / name / "1.png").touch()
    reading, source = dialog.reading, Source(tmp_path)
    dialog.begin(source)
    dialog.show_result(result_of(scan_source(source)))
    assert reading.by_split.isVisible()
    assert reading.by_split.isChecked()
    assert reading.example.text().splitlines()[0] == "test/cat/1.png   →   cat"
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.mouseClick(reading.by_folder, LEFT)
    assert asked.args == [Source(tmp_path, class_from="{class}/**")]
    dialog.begin(asked.args[0])
    dialog.show_result(result_of(scan_source(asked.args[0])))
    assert reading.by_folder.isChecked()
    assert reading.example.text().splitlines()[0].endswith("→   test")
    assert button(dialog, "open-project").isEnabled()
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.mouseClick(reading.by_split, LEFT)
    assert asked.args == [source]


def test_a_bad_pattern_is_told_at_once(
    dialog: ImportDialog, found: ScannedSource, qtbot: QtBot
) -> None:
    qtbot.mouseClick(dialog.reading.by_pattern, LEFT)
    dialog.reading.pattern.selectAll()
    qtbot.keyClicks(dialog.reading.pattern, "no field")
    assert "{class}" in dialog.reading.example.text()
    dialog.reading.pattern.selectAll()
    qtbot.keyClicks(dialog.reading.pattern, "x/{class}")
    assert dialog.reading.example.text().splitlines()[0].endswith("no class")


def test_another_label_column_is_read_at_once(
    dialog: ImportDialog, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    manifest = tmp_path / "labels.csv"
    lines = [
        f"{path.relative_to(image_folder).as_posix()},{path.parent.name},{path.name[-5]}"
        for path in sorted(image_folder.rglob("*.png"))
    ]
    manifest.write_text("\n".join(["path,label,digit", *lines]), "utf-8")
    source = Source(image_folder, labels=manifest)
    dialog.begin(source)
    dialog.show_result(result_of(scan_source(source)))
    column = dialog.reading.column
    assert dialog._name.text() == "labels"
    assert not dialog.reading.by_folder.isVisible()
    assert [column.itemText(n) for n in range(column.count())] == ["label", "digit"]
    assert column.currentText() == "label"
    assert "circle/circle-00.png   →   circle" in dialog.reading.example.text()
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.keyClick(column, Qt.Key.Key_Down)
        column.activated.emit(column.currentIndex())
    assert asked.args == [replace(source, label_column="digit")]
    dialog.begin(asked.args[0])
    dialog.show_result(result_of(scan_source(asked.args[0])))
    assert "10 classes" in shown(dialog)
    assert column.currentText() == "digit"


def test_the_columns_of_any_table_are_shown_and_can_be_corrected(
    dialog: ImportDialog, image_folder: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    manifest = tmp_path / "labels.csv"
    paths = [path.relative_to(image_folder) for path in sorted(image_folder.rglob("*.png"))]
    rows = [f"{path.stem},{path.as_posix()},{path.parent.name}" for path in paths]
    manifest.write_text("\n".join(["image_id,where,species", *rows]), "utf-8")
    source = Source(image_folder, labels=manifest)
    dialog.begin(source)
    dialog.show_result(result_of(scan_source(source)))
    reading = dialog.reading
    assert reading.path_column.currentText() == "image_id"
    assert reading.column.currentText() == "species"
    assert dialog._tabs.tabText(NOTES) == "Notes (1)"
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.keyClick(reading.path_column, Qt.Key.Key_Down)
        reading.path_column.activated.emit(reading.path_column.currentIndex())
    assert asked.args == [replace(source, path_column="where")]
    dialog.begin(asked.args[0])
    dialog.show_result(result_of(scan_source(asked.args[0])))
    assert reading.path_column.currentText() == "where"
    assert [reading.column.itemText(n) for n in range(2)] == ["image_id", "species"]
    assert "60 images in 4 classes" in shown(dialog)


def test_a_manifest_without_label_column_offers_its_columns(
    dialog: ImportDialog, image_folder: Path, tmp_path: Path
) -> None:
    manifest = tmp_path / "labels.csv"
    manifest.write_text("path,kind\ncircle/circle-00.png,a\n", "utf-8")
    source = Source(image_folder, labels=manifest)
    dialog.begin(source)
    with pytest.raises(LabelsError) as error:
        result_of(scan_source(source))
    dialog.show_error(error.value)
    assert dialog.is_ready()
    assert dialog.reading.column.itemText(0) == "kind"
    assert dialog.reading.column.currentIndex() == -1
    assert "--" not in shown(dialog)
    assert not button(dialog, "open-project").isEnabled()


def test_an_error_says_what_to_do_in_words_of_the_window(
    dialog: ImportDialog, tmp_path: Path, image_folder: Path, qtbot: QtBot
) -> None:
    (tmp_path / "photos").symlink_to(image_folder)
    source = Source(tmp_path)
    dialog.begin(source)
    with pytest.raises(LabelsError) as error:
        result_of(scan_source(source))
    dialog.show_error(error.value)
    told = shown(dialog)
    assert "only one class, 'photos'" in told
    assert "--class-from" not in told
    qtbot.mouseClick(dialog.reading.by_pattern, LEFT)
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.mouseClick(dialog.reading.again, LEFT)
    assert asked.args[0].class_from == "*/{class}/**"
    dialog.begin(asked.args[0])
    dialog.show_result(result_of(scan_source(asked.args[0])))
    assert "60 images in 4 classes" in shown(dialog)
    dialog.show_error(RuntimeError("something unexpected"))
    assert "something unexpected" in shown(dialog)


def test_thousands_of_classes_are_shown_at_once(dialog: ImportDialog, qtbot: QtBot) -> None:
    found = many(classes=10_000, per_class=10)
    dialog.begin(Source(Path("/nowhere")))
    began = time.thread_time()
    dialog.show_result(found)
    dialog.grab()
    assert dialog._classes.model().rowCount() == 10_000
    qtbot.keyClicks(dialog.search, "9999")
    assert dialog._classes.model().rowCount() == 1
    dialog._tabs.setCurrentIndex(SET_ASIDE)
    dialog.grab()
    assert time.thread_time() - began < 2.0


def test_files_of_an_own_model_are_chosen_and_forgotten(
    dialog: ImportDialog, image_folder: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog.begin(Source(image_folder))
    assert not dialog.own_model.isVisible()
    dialog.show_result(scanned(image_folder))
    chosen = iter(["/data/f.npz", "", "/data/p.csv"])
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (next(chosen), ""))
    features, probabilities = (button(dialog, f"own-{n}") for n in ("features", "probabilities"))
    assert features.text() == "Features of your own…"
    qtbot.mouseClick(features, LEFT)
    qtbot.mouseClick(probabilities, LEFT)  # and nothing is chosen
    assert features.text() == "f.npz"
    qtbot.mouseClick(probabilities, LEFT)
    assert dialog.own_model.files == {
        "features": Path("/data/f.npz"),
        "probabilities": Path("/data/p.csv"),
    }
    qtbot.mouseClick(button(dialog, "forget-own-files"), LEFT)
    assert not any(dialog.own_model.files.values())
    assert not button(dialog, "forget-own-files").isVisible()
