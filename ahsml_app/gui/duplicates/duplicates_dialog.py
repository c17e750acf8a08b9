"""Groups of duplicates as rows: the best image of each stays, the others are dropped."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind, duplicates_step
from ahsml_app.base.events import CancelToken
from ahsml_app.base.reading.planes import Planes
from ahsml_app.gui.duplicates.group_model import GroupModel
from ahsml_app.gui.duplicates.group_view import GroupView
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.widgets.empty_state import EmptyState
from ahsml_app.session.desk.duplicate_groups import (
    CopyFacts,
    DuplicateGroup,
    copy_facts,
    rows_to_drop,
)

AT_ONCE = 16
"""Groups whose files are read before the list is updated."""

Read = list[tuple[DuplicateGroup, tuple[CopyFacts, ...]]]


class DuplicatesDialog(QDialog):
    """Lists the groups, proposes the image that stays, and drops the others in one step.

    Args:
        model: The open project.
        thumbnails: Those of the gallery.
        theme: Colours of the window.
        actions: The window's actions, of which undo and redo work here too.
        parent: The window.

    Signals:
        shown_requested: The images of a group shall be shown in the gallery.
    """

    shown_requested = Signal(object)

    def __init__(
        self,
        model: ProjectModel,
        thumbnails: Thumbnails,
        theme: Theme,
        actions: ActionSet,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._reading = Background(self)
        self._reading.done.connect(self._on_read)
        self.groups = GroupModel(model, self)
        self.view = GroupView(self.groups, thumbnails, theme)
        self.view.keep_requested.connect(self._on_keep_one)
        self.view.selectionModel().currentChanged.connect(self._update_buttons)
        self.setWindowTitle(self.tr("Duplicates"))
        self.setModal(False)
        self.resize(900, 640)
        self.addActions([actions.action("undo"), actions.action("redo")])
        self.title, self.rule = QLabel(), QLabel()
        self.title.setProperty("role", "title")
        self.rule.setText(
            self.tr(
                "The image with a frame stays: the one with the most pixels; of equally large ones "
                "the sharpest; of equally sharp ones the least compressed. Click another one, or "
                "use ← →, to let it stay instead. A dropped duplicate is no verdict on its label, "
                "and no file is deleted."
            )
        )
        self.rule.setWordWrap(True)
        self.rule.setProperty("role", "muted")
        self._empty = EmptyState(theme)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.view)
        self._pages.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 12)
        layout.setSpacing(8)
        layout.addWidget(self.title)
        layout.addWidget(self.rule)
        layout.addWidget(self._pages, 1)
        layout.addLayout(self._foot())
        model.project_changed.connect(self._on_project_changed)
        model.scores_changed.connect(self.refresh)
        model.decisions_changed.connect(self.refresh)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Finds the groups, and reads their files."""
        super().showEvent(event)
        self.refresh()
        self.view.setFocus()

    def hideEvent(self, event: QEvent) -> None:  # noqa: N802 - Qt's
        """Stops reading files."""
        self._reading.forget()
        super().hideEvent(event)  # type: ignore[arg-type]

    def stop(self) -> None:
        """Ends the thread that reads the files."""
        self._reading.stop()

    def refresh(self, _: object = None) -> None:
        """Finds the groups again, as far as decisions have left them."""
        if not self.isVisible():
            return
        position = max(0, self.view.currentIndex().row())
        self.groups.refresh()
        count = len(self.groups.groups)
        self.title.setText(
            plural("{count:,} group of duplicates", "{count:,} groups of duplicates", count=count)
        )
        self._pages.setCurrentIndex(0 if count else 1)
        self._show_empty()
        if count:
            self.view.setCurrentIndex(self.groups.index(min(position, count - 1)))
        self._update_buttons()
        if not self._reading.busy:
            self._read_next()

    def _foot(self) -> QHBoxLayout:
        self.keep_one = QPushButton(self.tr("Keep the best, drop the rest"))
        self.keep_one.setObjectName("keep-best")
        self.keep_one.setProperty("role", "primary")
        self.keep_one.clicked.connect(self._on_keep_one)
        self.keep_all = QPushButton()
        self.keep_all.setObjectName("keep-best-of-all")
        self.keep_all.clicked.connect(self._on_keep_all)
        self.show_images = QPushButton(self.tr("Show in the gallery"))
        self.show_images.clicked.connect(self._on_show_images)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        for button in (self.keep_one, self.keep_all, self.show_images):
            foot.addWidget(button)
        foot.addStretch(1)
        foot.addWidget(close)
        for button in (self.keep_one, self.keep_all, self.show_images, close):
            button.setAutoDefault(False)  # Enter belongs to the list
            button.setAccessibleName(button.text())
        return foot

    def _show_empty(self) -> None:
        project = self._model.project
        if project is not None and project.scores is None:
            title, text = self.tr("Not searched yet"), self.tr("Train once to find duplicates.")
        else:
            title = self.tr("No duplicates")
            text = self.tr("No two images look the same, apart from those that you have dropped.")
        self._empty.show_state("duplicate", title, text)

    def _mass(self) -> list[DuplicateGroup]:
        """The groups that can be decided without a look: their labels agree."""
        return [group for group in self.groups.groups if not group.conflict]

    def _update_buttons(self, *_: object) -> None:
        project, position = self._model.project, self.view.currentIndex().row()
        writable = project is not None and not project.read_only
        current = 0 <= position < len(self.groups.groups)
        self.keep_one.setEnabled(writable and current and self.groups.kept(position) >= 0)
        self.show_images.setEnabled(current)
        mass, unread = self._mass(), len(self.groups.unread())
        text = plural(
            "Do so in the {count:,} group whose labels agree",
            "Do so in all {count:,} groups whose labels agree",
            count=len(mass),
        )
        if unread:
            text = plural(
                "Reading the files of {count:,} group…",
                "Reading the files of {count:,} groups…",
                count=unread,
            )
        self.keep_all.setText(text)
        self.keep_all.setAccessibleName(text)
        self.keep_all.setEnabled(writable and bool(mass) and not unread)

    def _on_keep_one(self) -> None:
        if self.keep_one.isEnabled():
            self._drop([self.groups.groups[self.view.currentIndex().row()]])

    def _on_keep_all(self) -> None:
        self._drop(self._mass())

    def _drop(self, groups: Sequence[DuplicateGroup]) -> None:
        rows = rows_to_drop(groups, self.groups.kept_rows())
        self._model.decide_many(rows, DecisionKind.DROP, name=duplicates_step(len(rows)))

    def _on_show_images(self) -> None:
        group = self.groups.groups[self.view.currentIndex().row()]
        self.shown_requested.emit(np.array(group.rows, dtype=np.int64))

    def _read_next(self) -> None:
        project, groups = self._model.project, self.groups.unread()[:AT_ONCE]
        if project is None or not groups or not self.isVisible():
            return
        hashes, cancel = project.table.hashes, CancelToken()
        files = [
            (
                group,
                [project.path(row) for row in group.rows],
                # An older project may have none: then every file is one of its own.
                [hashes[row] if hashes else str(row) for row in group.rows],
            )
            for group in groups
        ]
        self._reading.start(partial(_read, files, project.table.planes, cancel), cancel)

    def _on_read(self, found: object) -> None:
        if isinstance(found, list):
            for group, facts in found:
                self.groups.take_facts(group, facts)
        self._update_buttons()
        self._read_next()

    def _on_project_changed(self) -> None:
        self._reading.forget()
        self.groups.forget()
        self.close()


def _read(
    files: Sequence[tuple[DuplicateGroup, list[Path], list[str]]],
    planes: Planes,
    cancel: CancelToken,
) -> Read:
    """Runs in the thread."""
    read: Read = []
    for group, paths, hashes in files:
        cancel.check()
        read.append((group, copy_facts(paths, hashes, cancel, planes)))
    return read
