"""Start page, import dialog, gallery, thumbnails, filters and history by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot
from sample_projects import make_project, scanned

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import LabelsError
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.dialogs.import_dialog import ImportDialog
from ahsml_app.gui.gallery.gallery_model import ROW_ROLE
from ahsml_app.gui.gallery.gallery_panel import GalleryPanel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.history_panel import HistoryPanel
from ahsml_app.gui.start.page import RecentCard, StartPage
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.class_picker import ClassPicker, ranked
from ahsml_app.session.review.queue import QueueFilter


@pytest.fixture
def theme() -> Theme:
    return Theme("light")


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> GalleryPanel:
    panel = GalleryPanel(model, thumbnails, theme)
    qtbot.addWidget(panel)
    panel.resize(800, 700)
    panel.show()
    return panel


def test_thumbnails_arrive_and_bad_files_say_why(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(thumbnails.ready) as arrived:
        assert thumbnails.pixmap(0) is None
    assert 0 in arrived.args[0]
    pixmap = thumbnails.pixmap(0)
    assert pixmap is not None
    assert max(pixmap.width(), pixmap.height()) == 96
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture", "utf-8")
    with qtbot.waitSignal(thumbnails.file_ready):
        assert thumbnails.file_pixmap(broken) is None
    assert thumbnails.file_reason(broken)
    assert not thumbnails.busy


def test_a_larger_size_is_decoded_anew_while_the_old_one_shows(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(thumbnails.ready):
        thumbnails.pixmap(3)
    thumbnails.set_side(200)
    with qtbot.waitSignal(thumbnails.ready):
        small = thumbnails.pixmap(3)
    assert small is not None
    assert small.width() == 96
    large = thumbnails.pixmap(3)
    assert large is not None
    assert large.width() == 200


def test_the_gallery_shows_the_queue_in_its_order(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    items = panel.items
    assert [items.index(n).data(ROW_ROLE) for n in range(60)] == model.queue.tolist()
    text = items.index(0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "error probability" in text
    assert text.endswith("undecided")
    model.decide(DecisionKind.KEEP, rows=[int(model.queue[0])])
    assert items.index(0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("kept")
    assert "keep" in items.badges(int(model.queue[0]))


def test_current_image_and_view_follow_each_other(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    view = panel.view
    model.set_current(int(model.queue[20]))
    assert view.currentIndex().row() == 20
    qtbot.waitUntil(lambda: view.cell_rect(20).isValid())
    assert view.viewport().rect().intersects(view.cell_rect(20))
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert model.current == model.queue[21]
    place = view.cell_rect(22).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert model.current == model.queue[22]
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert sorted(model.selection) == sorted(model.queue[22:24])


def test_sorting_filtering_and_the_empty_state(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    panel._sort.setCurrentIndex(panel._sort.findData("path"))
    panel._sort.activated.emit(panel._sort.currentIndex())
    assert model.queue_filter.sort == "path"
    assert not model.queue_filter.descending
    assert model.project is not None
    names = [model.project.table.paths[row] for row in model.queue]
    assert names == sorted(names)
    model.set_queue_filter(replace(model.queue_filter, text="nothing is called like this"))
    button = next(b for b in panel._empty.findChildren(QPushButton) if b.isVisible() and b.text())
    assert button.text() == "Clear filters"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(model.queue) == 60


def test_chips_filter_and_say_so(panel: GalleryPanel, model: ProjectModel, qtbot: QtBot) -> None:
    chip = panel.filters.findChild(QPushButton, "chip-flagged")
    qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert model.queue_filter.flagged
    assert chip.isChecked()
    project = model.project
    assert project is not None
    assert project.scores is not None
    assert len(model.queue) == int(project.scores.flagged.sum())
    given = panel.filters.findChild(QPushButton, "chip-given")
    qtbot.mouseClick(given, Qt.MouseButton.LeftButton)
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    qtbot.keyClicks(popup.field, "squ")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert model.queue_filter.given == {project.class_names.index("square")}
    assert "square" in given.text()
    qtbot.mouseClick(given, Qt.MouseButton.LeftButton)  # another class beside it
    popup = QApplication.activePopupWidget()
    assert isinstance(popup, ClassPicker)
    qtbot.keyClicks(popup.field, "cir")
    qtbot.keyClick(popup.field, Qt.Key.Key_Return)
    assert len(model.queue_filter.given) == 2
    qtbot.keyClick(given, Qt.Key.Key_Delete)
    assert not model.queue_filter.given


def test_the_order_stays_until_it_is_asked_for(
    panel: GalleryPanel, model: ProjectModel, qtbot: QtBot
) -> None:
    model.set_queue_filter(QueueFilter(kinds=frozenset({0})))
    before = model.queue.copy()
    assert not panel._refresh.isVisible()
    model.decide(DecisionKind.KEEP)
    assert (model.queue == before).all()
    assert panel._refresh.isVisible()
    qtbot.mouseClick(panel._refresh, Qt.MouseButton.LeftButton)
    assert len(model.queue) == len(before) - 1


def test_classes_are_found_by_a_few_letters() -> None:
    names = ["Great tit", "Blue tit", "Titmouse", "Crow"]
    folded = [name.casefold() for name in names]
    assert [names[i] for i in ranked(names, folded, "tit")] == ["Titmouse", "Great tit", "Blue tit"]
    assert [names[i] for i in ranked(names, folded, "gtt")] == ["Great tit"]
    assert ranked(names, folded, " ") == [0, 1, 2, 3]


def test_history_names_steps_and_goes_there(
    model: ProjectModel, theme: Theme, qtbot: QtBot
) -> None:
    panel = HistoryPanel(model, theme)
    qtbot.addWidget(panel)
    panel.show()
    model.decide(DecisionKind.KEEP, rows=[0])
    model.decide(DecisionKind.DROP, rows=[1, 2])
    steps = panel.list.model()
    names = ["Drop 2 images", "Keep circle-00.png", "Beginning"]
    # The panel may wait before it reads the journal again.
    qtbot.waitUntil(lambda: [steps.index(n, 0).data() for n in range(3)] == names)
    with qtbot.waitSignal(panel.go_to_requested) as asked:
        place = panel.list.visualRect(steps.index(2, 0)).center()
        qtbot.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert asked.args == [0]
    model.undo()
    role = Qt.ItemDataRole.AccessibleTextRole
    qtbot.waitUntil(lambda: steps.index(0, 0).data(role).endswith("undone"))


def drop(page: StartPage, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    event = QDropEvent(
        QPointF(50, 50),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    page.dropEvent(event)


def test_the_start_page_takes_folders_manifests_and_projects(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, image_folder: Path, tmp_path: Path
) -> None:
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.show()
    with qtbot.waitSignal(page.folder_chosen) as chosen:
        drop(page, image_folder)
    assert chosen.args == [image_folder]
    manifest = tmp_path / "m.csv"
    manifest.write_text("path,label\n", "utf-8")
    with qtbot.waitSignal(page.manifest_chosen):
        drop(page, manifest)
    with qtbot.waitSignal(page.demo_requested):
        qtbot.mouseClick(page.findChild(QPushButton, "door-demo"), Qt.MouseButton.LeftButton)
    with qtbot.assertNotEmitted(page.folder_chosen):
        drop(page, tmp_path / "missing")


def test_recent_projects_open_and_leave_the_list(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, image_folder: Path
) -> None:
    other = make_project(image_folder, name="Other")
    folder = other.folder
    other.close()
    page = StartPage(theme, thumbnails)
    qtbot.addWidget(page)
    page.show()
    cards = page.findChildren(RecentCard)
    assert len(cards) == 2
    button = next(b for b in cards[0].findChildren(QPushButton) if b.text() == "Open")
    with qtbot.waitSignal(page.project_chosen) as chosen:
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert chosen.args == [folder]
    cards[0].removed.emit(folder)
    qtbot.waitUntil(lambda: len([c for c in page.findChildren(RecentCard) if c.isVisible()]) == 1)
    assert (folder / "project.sqlite").exists()


def test_the_import_shows_classes_and_another_reading(
    qtbot: QtBot, theme: Theme, thumbnails: Thumbnails, image_folder: Path
) -> None:
    dialog = ImportDialog(theme, thumbnails, None)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.begin(Source(image_folder))
    assert not dialog.is_ready()
    dialog.show_result(scanned(image_folder))
    assert "60 images in 4 classes" in [label.text() for label in dialog.findChildren(QLabel)]
    table = dialog._classes
    assert [table.model().index(n, 1).data() for n in range(4)] == [
        "circle",
        "cross",
        "square",
        "triangle",
    ]
    dialog.reading.by_pattern.setChecked(True)
    field = next(
        f for f in dialog.findChildren(QLineEdit) if "pattern" in f.accessibleName().lower()
    )
    field.setText("**/{class}-*.png")
    assert "circle/circle-00.png   →   circle" in dialog.reading.example.text()
    with qtbot.waitSignal(dialog.rescan_requested) as asked:
        qtbot.mouseClick(dialog.reading.again, Qt.MouseButton.LeftButton)
    assert asked.args[0].class_from == "**/{class}-*.png"
    dialog.show_error(LabelsError("No class.", hint="Name one."))
    assert "No class." in dialog._error.text()
    dialog.reject()
