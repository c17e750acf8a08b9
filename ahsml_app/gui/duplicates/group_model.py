"""The list model of the groups of duplicates: their files' facts, and which image stays."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from ahsml_app.base.message import shown
from ahsml_app.gui.i18n import plural
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.widgets.format import figure
from ahsml_app.gui.widgets.qt_types import Index
from ahsml_app.session.desk.duplicate_groups import (
    CopyFacts,
    DuplicateGroup,
    best_of,
    duplicate_groups,
)

Content = tuple[int, tuple[int, ...]]
"""A group as it was when its files were read: its number and rows."""


class GroupModel(QAbstractListModel):
    """One item for each group; the facts of its files arrive later.

    Attributes:
        groups: The groups, those whose labels differ first.
    """

    def __init__(self, model: ProjectModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self.groups: list[DuplicateGroup] = []
        self._facts: dict[Content, tuple[CopyFacts, ...]] = {}
        self._chosen: dict[Content, int] = {}

    def refresh(self) -> None:
        """Finds the groups again; what was read and chosen of those that are the same is kept."""
        project = self.model.project
        self.beginResetModel()
        self.groups = [] if project is None else duplicate_groups(project)
        present = {_content(group) for group in self.groups}
        self._facts = {key: known for key, known in self._facts.items() if key in present}
        self._chosen = {key: row for key, row in self._chosen.items() if key in present}
        self.endResetModel()

    def forget(self) -> None:
        """Forgets what was read and chosen, which was about another project."""
        self._facts, self._chosen = {}, {}
        self.refresh()

    def unread(self) -> list[DuplicateGroup]:
        """The groups whose files were not read yet."""
        return [group for group in self.groups if _content(group) not in self._facts]

    def take_facts(self, group: DuplicateGroup, facts: tuple[CopyFacts, ...]) -> None:
        """Takes what was read of a group."""
        self._facts[_content(group)] = facts
        if group in self.groups:
            index = self.index(self.groups.index(group))
            self.dataChanged.emit(index, index)

    def facts(self, position: int) -> tuple[CopyFacts, ...]:
        """Facts of the images of a group; empty while they are read."""
        return self._facts.get(_content(self.groups[position]), ())

    def kept(self, position: int) -> int:
        """Place in its group of the image that stays; -1 while the files are read."""
        group = self.groups[position]
        row = self._chosen.get(_content(group))
        if row is not None:
            return group.rows.index(row)
        facts = self.facts(position)
        return best_of(facts) if facts else -1

    def choose(self, position: int, place: int) -> None:
        """Lets another image of a group stay than the proposed one."""
        group = self.groups[position]
        if 0 <= place < len(group.rows):
            self._chosen[_content(group)] = group.rows[place]
            index = self.index(position)
            self.dataChanged.emit(index, index)

    def kept_rows(self) -> dict[int, int]:
        """Row of the image that stays, by the number of the group, where it is known."""
        places = {n: self.kept(n) for n in range(len(self.groups))}
        return {
            self.groups[n].number: self.groups[n].rows[place]
            for n, place in places.items()
            if place >= 0
        }

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008, N802 - Qt's
        """Number of groups."""
        return 0 if parent.isValid() else len(self.groups)

    def data(self, index: Index, role: int = int(Qt.ItemDataRole.DisplayRole)) -> Any:
        """Text of a group for screen readers, and the paths as its tooltip."""
        project, position = self.model.project, index.row()
        if project is None or not 0 <= position < len(self.groups):
            return None
        group, kept = self.groups[position], self.kept(position)
        if role == Qt.ItemDataRole.ToolTipRole:
            marks = ["✓ " if place == kept else "    " for place in range(len(group.rows))]
            paths = [shown(project.table.paths[row]) for row in group.rows]
            return "\n".join(mark + path for mark, path in zip(marks, paths, strict=True))
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        texts = [self.headline(position), *self.labels(position)]
        if kept >= 0:
            name = shown(PurePosixPath(project.table.paths[group.rows[kept]]).name)
            texts.append(self.tr("{0} stays").format(name))
        return ", ".join(texts)

    def headline(self, position: int) -> str:
        """How many images look the same."""
        count = len(self.groups[position].rows)
        return plural("{count:,} image", "{count:,} images", count=count)

    def labels(self, position: int) -> list[str]:
        """The different labels of a group, in the order of its images."""
        project = self.model.project
        if project is None:
            return []
        names = [project.label_name(int(project.labels[r])) for r in self.groups[position].rows]
        return list(dict.fromkeys(shown(name) or self.tr("no label") for name in names))

    def size_text(self, position: int, place: int) -> str:
        """Size of an image in pixels; empty while it is read or if it cannot be."""
        facts = self.facts(position)
        if not facts or not facts[place].pixels:
            return ""
        return f"{figure(facts[place].width)} × {figure(facts[place].height)}"


def _content(group: DuplicateGroup) -> Content:
    return group.number, group.rows
