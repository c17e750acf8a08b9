"""The class of each sample by a permanent class ID, and the current names of the classes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ahsml_app.base.decisions import first_name, new_class_id
from ahsml_app.base.types import UNLABELLED, IntArray, SampleTable


class ClassRegistry:
    """Maps class IDs to the current class names.

    Given labels, decisions and scores refer to classes by ID. IDs of the same name are one class.

    Attributes:
        names: Names of the classes, each once: those of the newest training, then the others.
        given: (N,) index in `names` of the given label, -1 for none.
        labels: (N,) index in `names` of the label after the decisions, -1 for none.
        run_indices: (K,) index in `names` of each class of the newest training.
    """

    def __init__(self, table: SampleTable) -> None:
        self._original_names = frozenset(table.class_names)
        self._ids = table.class_names
        self._given_ids = table.labels  # indices in the IDs, like those of the decisions
        self._current_ids = table.labels.copy()
        self._run_size = 0
        self._ids_by_name: tuple[str, ...] | None = None  # computed on demand
        self._renamed: dict[str, str] = {}
        self._update_names()

    @property
    def class_ids(self) -> tuple[str, ...]:
        """ID of each class in `names`; for a merged class, the ID that had the name first."""
        if self._ids_by_name is None:
            ids: dict[int, str] = {}
            for class_id, index in zip(self._ids, self._name_indices.tolist(), strict=False):
                if index not in ids or self._first_name(class_id) == self.names[index]:
                    ids[index] = class_id
            self._ids_by_name = tuple(ids[index] for index in range(len(self.names)))
        return self._ids_by_name

    def ids_of(self, name: str) -> list[str]:
        """Every ID of a class; empty if there is no such class."""
        index = self._index_by_name.get(name, UNLABELLED - 1)
        return [self._ids[i] for i in np.flatnonzero(self._name_indices == index)]

    def class_id(self, name: str) -> str:
        """ID by which a decision refers to a class; a new ID for a new class."""
        if name in self._index_by_name:
            return self.class_ids[self._index_by_name[name]]
        return new_class_id(name, frozenset(self._ids) | frozenset(self._renamed))

    @property
    def added_ids(self) -> tuple[str, ...]:
        """IDs of the classes that no image came with, such as classes split off."""
        original = {self._index_by_name[self.name(name)] for name in self._original_names}
        pairs = zip(self._ids, self._name_indices.tolist(), strict=False)
        return tuple(class_id for class_id, index in pairs if index not in original)

    def name(self, class_id: str) -> str:
        """Current name of a class."""
        return self._renamed.get(class_id, self._first_name(class_id))

    def index(self, class_id: str) -> int:
        """Index in `names` of a class; -1 for an unknown ID."""
        return self._index_by_name.get(self.name(class_id), -1)

    def has_names(self, names: Mapping[str, str]) -> bool:
        """Whether exactly these classes, by ID, already have these new names."""
        return self._renamed == names

    def set_run_classes(self, class_ids: Sequence[str]) -> None:
        """Puts the classes of a training first, in the order of its scores."""
        first = frozenset(class_ids)
        order = tuple(class_ids) + tuple(i for i in self._ids if i not in first)
        position = {class_id: number for number, class_id in enumerate(order)}
        moved = np.array([*(position[i] for i in self._ids), UNLABELLED], dtype=np.int64)
        self._given_ids, self._current_ids = moved[self._given_ids], moved[self._current_ids]
        self._ids, self._run_size = order, len(class_ids)
        self._update_names()

    def rename(self, names: Mapping[str, str]) -> IntArray:
        """Replaces all new names of classes.

        Args:
            names: New name of each renamed class, by its ID.

        Returns:
            The rows whose label changed its name.
        """
        self._renamed, before = dict(names), self._id_names
        changed = [self.name(i) != name for i, name in zip(self._ids, before, strict=True)]
        rows = np.flatnonzero(np.array([*changed, False])[self._current_ids])
        self._update_names()
        return rows.astype(np.int64)

    def set_decisions(self, rows: IntArray, class_ids: Iterable[str]) -> None:
        """Sets the classes of samples by ID; an empty ID restores the given label."""
        wanted = list(class_ids)
        new = tuple(i for i in dict.fromkeys(wanted) if i and i not in self._index_by_id)
        if new:
            self._ids += new
            self._update_names()
        indices = np.fromiter((self._index_by_id[i] for i in wanted), np.int64, len(wanted))
        before = np.unique(self._current_ids[rows])
        self._current_ids[rows] = np.where(indices == UNLABELLED, self._given_ids[rows], indices)
        self.labels[rows] = self._name_indices[self._current_ids[rows]]
        self._drop_unused(before)

    def _drop_unused(self, numbers: IntArray) -> None:
        """Drops those of some classes that decisions had added and no image has any more.

        Args:
            numbers: Numbers of IDs.
        """
        added = [
            number
            for number in numbers.tolist()
            if number >= self._run_size and self._ids[number] not in self._original_names
        ]
        gone = {number for number in added if not (self._current_ids == number).any()}
        if not gone:
            return
        kept = [number for number in range(len(self._ids)) if number not in gone]
        moved = np.full(len(self._ids) + 1, UNLABELLED, dtype=np.int64)  # the last one is for -1
        moved[kept] = np.arange(len(kept))
        self._given_ids, self._current_ids = moved[self._given_ids], moved[self._current_ids]
        self._ids = tuple(self._ids[number] for number in kept)
        self._update_names()

    def _first_name(self, class_id: str) -> str:
        return class_id if class_id in self._original_names else first_name(class_id)

    def _update_names(self) -> None:
        names = self._id_names = [self.name(class_id) for class_id in self._ids]
        self._ids_by_name = None
        self._index_by_id = {i: number for number, i in enumerate(self._ids)} | {"": UNLABELLED}
        self._index_by_name = {name: number for number, name in enumerate(dict.fromkeys(names))}
        self.names = tuple(self._index_by_name)
        self._name_indices = np.array(
            [*(self._index_by_name[name] for name in names), UNLABELLED], np.int64
        )
        self.run_indices = self._name_indices[: self._run_size]
        self.given = self._name_indices[self._given_ids]
        self.labels = self._name_indices[self._current_ids]
