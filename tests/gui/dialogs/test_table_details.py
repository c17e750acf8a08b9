"""What the import dialog asks about a table of labels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QPushButton
from pytestqt.qtbot import QtBot
from running import result_of

from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.dialogs.class_reading import ClassReading
from ahsml_app.session.pipeline.scan_source import scan_source

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def numbered(image_folder: Path, tmp_path: Path) -> Source:
    """A table whose classes are numbers, and in which one image has two of them."""
    names = sorted({path.parent.name for path in image_folder.rglob("*.png")})
    lines = [
        f"{path.relative_to(image_folder).as_posix()},{names.index(path.parent.name)}"
        for path in sorted(image_folder.rglob("*.png"))
    ]
    lines.append(lines[0].partition(",")[0] + ",1")
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(["path,label", *lines]), "utf-8")
    (tmp_path / "classes.txt").write_text("\n".join(names), "utf-8")
    return Source(image_folder, labels=table)


@pytest.fixture
def reading(qtbot: QtBot, numbered: Source) -> ClassReading:
    reading = ClassReading()
    qtbot.addWidget(reading)
    reading.show()
    reading.show_source(numbered, result_of(scan_source(numbered)))
    return reading


def button(reading: ClassReading, name: str) -> QPushButton:
    return reading.findChild(QPushButton, name)


def test_an_image_with_several_labels_can_have_none(
    qtbot: QtBot, reading: ClassReading, numbered: Source
) -> None:
    conflict = reading.details.conflict
    assert conflict.currentText() == "the first one"
    with qtbot.waitSignal(reading.source_requested) as asked:
        qtbot.keyClick(conflict, Qt.Key.Key_Down)
        conflict.activated.emit(conflict.currentIndex())
    assert asked.args == [replace(numbered, on_conflict="unlabelled")]
    scan = result_of(scan_source(asked.args[0]))
    reading.show_source(asked.args[0], scan)
    assert conflict.currentText() == "none"
    assert int((scan.table.labels < 0).sum()) == 1


def test_numbers_get_names_from_a_file_and_lose_them_again(
    qtbot: QtBot, reading: ClassReading, numbered: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert numbered.labels is not None
    file = numbered.labels.with_name("classes.txt")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(file), ""))
    names, forget = button(reading, "class-names"), button(reading, "forget-class-names")
    assert names.isVisible()
    assert not forget.isVisible()
    with qtbot.waitSignal(reading.source_requested) as asked:
        qtbot.mouseClick(names, LEFT)
    source = asked.args[0]
    assert source == replace(numbered, class_names=file)
    reading.show_source(source, result_of(scan_source(source)))
    assert "circle" in reading.example.text()
    assert names.text() == "classes.txt"
    with qtbot.waitSignal(reading.source_requested) as asked:
        qtbot.mouseClick(forget, LEFT)
    assert asked.args == [numbered]


def test_classes_with_names_are_not_asked_for_them(
    qtbot: QtBot, reading: ClassReading, numbered: Source, tmp_path: Path
) -> None:
    assert numbered.labels is not None
    table = tmp_path / "named.csv"
    lines = numbered.labels.read_text("utf-8").splitlines()
    named = [line[:-1] + "abcd"[int(line[-1])] for line in lines[1:]]
    table.write_text("\n".join([lines[0], *named]), "utf-8")
    source = replace(numbered, labels=table)
    reading.show_source(source, result_of(scan_source(source)))
    assert not button(reading, "class-names").isVisible()
