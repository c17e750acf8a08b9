"""Connects what the reviewer has at hand besides the views: lists, questions, title."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QInputDialog, QMessageBox

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Notice
from ahsml_app.base.message import shown
from ahsml_app.base.types import IntArray
from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.dialogs.find_dialog import FindDialog
from ahsml_app.gui.dialogs.set_aside_dialog import SetAsideDialog
from ahsml_app.gui.duplicates.duplicates_dialog import DuplicatesDialog
from ahsml_app.gui.gallery.accept_dialog import AcceptDialog
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.widgets.format import figure
from ahsml_app.session.export.project_results import set_aside
from ahsml_app.session.project.recent import rename_project


class DeskWiring(QObject):
    """Shows the files set aside, asks before large steps, and names the project in the title."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.set_aside: SetAsideDialog | None = None
        self.duplicates: DuplicatesDialog | None = None
        self.find: FindDialog | None = None
        self.name_dialog: QInputDialog | None = None
        window.actions_.action("rename-project").triggered.connect(self._ask_project_name)
        window.actions_.action("move-project").triggered.connect(window.mover.ask)
        window.mover.failed.connect(window.model.failed)
        window.mover.noticed.connect(self._on_noticed)
        window.mover.moved.connect(self._on_moved)
        window.actions_.action("evidence").triggered.connect(self._on_evidence)
        window.model.project_changed.connect(self._show_title)
        window.actions_.action("set-aside").triggered.connect(self._on_set_aside)
        window.actions_.action("duplicates").triggered.connect(self._on_duplicates)
        window.actions_.action("find-text").triggered.connect(self._on_find)
        self.accept: AcceptDialog | None = None
        window.actions_.action("accept-below").triggered.connect(self._on_accept)
        accept = window.actions_.action("accept-below").trigger
        window.gallery.accept_requested.connect(accept)
        window.progress.review.accept_requested.connect(accept)
        window.gallery.reorder_requested.connect(window.reranking.reorder)
        window.reranking.moved.connect(window.gallery.show_moved)
        window.reranking.nothing_alike.connect(self._on_nothing_alike)
        window.training.done.connect(self._on_trained)
        window.model.may_decide = self._ask_many
        window.model.decided_many.connect(self._on_decided_many)
        window.top_bar.search_accepted.connect(self._on_search_accepted)
        window.top_bar.search_left.connect(self._on_search_left)
        window.top_bar.recent_chosen.connect(window.projects.open_project)

    def _on_set_aside(self) -> None:
        project = self._window.model.project
        if project is None:
            return
        if self.set_aside is None:
            self.set_aside = SetAsideDialog(self._window)
            self.set_aside.retry_requested.connect(self._window.training.try_unreadable_again)
            self._window.model.project_changed.connect(self.set_aside.close)
        files, root = set_aside(project), project.table.root
        self.set_aside.show_files(files, root, retry=bool(project.unreadable))
        self.set_aside.show()
        self.set_aside.raise_()

    def _ask_project_name(self) -> None:
        project = self._window.model.project
        if project is None:
            return
        if self.name_dialog is None:
            self.name_dialog = QInputDialog(self._window)
            self.name_dialog.setWindowTitle(self.tr("Rename the project"))
            self.name_dialog.setLabelText(self.tr("Name of the project"))
            self.name_dialog.textValueSelected.connect(self._on_project_named)
        self.name_dialog.setTextValue(project.name)
        self.name_dialog.open()

    def _on_project_named(self, text: str) -> None:
        project, name = self._window.model.project, text.strip()
        if project is None or name in ("", project.name):
            return
        try:
            rename_project(project, name)
        except AppError as error:
            self._window.model.failed.emit(error)
            return
        self._window.top_bar.show_name()
        self._show_title()

    def _on_moved(self, folder: Path) -> None:
        text = self.tr("The project lies in {0} now; your images are where they were.")
        self._window.notices.show_notice(text.format(shown(str(folder))))

    def _on_noticed(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice.message, level=notice.level)

    def stop(self) -> None:
        """Ends the threads of the dialogs."""
        for dialog in (self.duplicates, self.find):
            if dialog is not None:
                dialog.stop()

    def _on_find(self) -> None:
        window = self._window
        if self.find is None:
            self.find = FindDialog(window.model, window.settings, window)
            self.find.found.connect(self._on_search_accepted)
        self.find.show()
        self.find.raise_()
        self.find.activateWindow()

    def _on_duplicates(self) -> None:
        window = self._window
        if self.duplicates is None:
            self.duplicates = DuplicatesDialog(
                window.model, window.thumbnails, window.theme, window.actions_, window
            )
            self.duplicates.shown_requested.connect(self._on_rows_requested)
        self.duplicates.show()
        self.duplicates.raise_()
        self.duplicates.activateWindow()

    def _on_accept(self) -> None:
        """Proposes what the model may check, of the images that pass the gallery's filters."""
        window = self._window
        if self.accept is None:
            self.accept = AcceptDialog(window.model, window.thumbnails, window.theme, window)
            self.accept.checked.connect(self._on_checked)
        self.accept.begin(window.model.queue_filter)
        self.accept.show()
        self.accept.raise_()
        self.accept.activateWindow()

    def _on_checked(self, count: int) -> None:
        self._offer_undo(
            plural(
                "{count:,} image is marked as checked by the model.",
                "{count:,} images are marked as checked by the model.",
                count=count,
            )
        )

    def _on_nothing_alike(self) -> None:
        self._window.notices.show_notice(
            self.tr("No other undecided image seems to have the same mistake.")
        )

    def _on_rows_requested(self, rows: IntArray) -> None:
        """Shows images in the gallery, above whatever asked for it."""
        self._window.show_view("review")
        self._window.model.show_rows(rows)
        self._window.activateWindow()

    def open_dropped(self, path: Path) -> None:
        """Opens a folder, project or manifest; asks before it takes the place of a project."""
        project = self._window.model.project
        if project is not None:
            box = QMessageBox(self._window)
            box.setObjectName("drop-question")
            box.setIcon(QMessageBox.Icon.Question)
            box.setTextFormat(Qt.TextFormat.PlainText)
            text = self.tr("Open {0} instead of {1}?")
            box.setText(text.format(shown(path.name), shown(project.name)))
            box.setInformativeText(self.tr("Your decisions are saved."))
            swap = box.addButton(self.tr("Open"), QMessageBox.ButtonRole.AcceptRole)
            box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
            box.exec()
            if box.clickedButton() is not swap:
                return
        self._window.projects.open_path(path)

    def _show_title(self) -> None:
        project = self._window.model.project
        name = "" if project is None else f"{shown(project.name)} – "
        self._window.setWindowTitle(f"{name}ahsml-app")

    def _on_evidence(self) -> None:
        """Shows the evidence, in the review if the shown view has none, or hides it."""
        window, dock = self._window, self._window.evidence_dock
        if window.shown_view in ("review", "map"):
            dock.setVisible(dock.isHidden())
        else:
            window.show_view("review")

    def _ask_many(self, count: int) -> bool:
        """Asks before a key decides a large part of the data."""
        project = self._window.model.project
        whole = 0 if project is None else len(project.table)
        box = QMessageBox(self._window)
        box.setObjectName("many-question")
        box.setIcon(QMessageBox.Icon.Question)
        text = self.tr("Decide {0} of {1} images at once?")
        box.setText(text.format(figure(count), figure(whole)))
        box.setInformativeText(self.tr("It is one step, which you can undo."))
        decide = box.addButton(self.tr("Decide all"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.setEscapeButton(stay)
        box.exec()
        return box.clickedButton() is decide

    def _on_decided_many(self, count: int) -> None:
        self._offer_undo(
            plural("{count:,} image is decided.", "{count:,} images are decided.", count=count)
        )

    def _offer_undo(self, text: str) -> None:
        notice = self._window.notices.show_notice(text)
        model = self._window.model

        def undo() -> None:
            notice.dismiss()
            model.undo()

        notice.add_button(self.tr("Undo"), undo)
        for signal in (model.decisions_changed, model.marks_changed):
            signal.connect(notice.dismiss)

    def _on_search_accepted(self) -> None:
        self._window.show_view("review")

    def _on_search_left(self) -> None:
        view = self._window.views.currentWidget()
        if view is not None:
            view.setFocus()

    def _on_trained(self, _: object) -> None:
        """Says how many images the training could not read, and shows which."""
        project = self._window.model.project
        if project is None or not project.unreadable:
            return
        text = plural(
            "{count:,} file could not be read and is set aside.",
            "{count:,} files could not be read and are set aside.",
            count=len(project.unreadable),
        )
        notice = self._window.notices.show_notice(text)
        notice.add_button(self.tr("Show the list"), self._on_set_aside)
