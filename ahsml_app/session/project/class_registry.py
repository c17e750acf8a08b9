"""Which class each sample has, by keys that stay, and what the classes are called now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from ahsml_app.base.decisions import free_key, plain_name
from ahsml_app.base.types import UNLABELLED, IntArray, SampleTable


class ClassBook:
    """Given labels, decisions and scores name classes by keys; keys of one name are one class.

    Attributes:
        names: Names of the classes, each once: those of the newest training, then the others.
        given: (N,) place in `names` of the label that each sample came with, -1 for none.
        labels: (N,) likewise of the label after the decisions.
        run_places: Place in `names` of each class that the newest training knew.
    """

    def __init__(self, table: SampleTable) -> None:
        self._fixed = frozenset(table.class_names)
        self._keys = table.class_names
        self._given = table.labels  # by place in the keys, as those of decisions are
        self._held = table.labels.copy()
        self._run = 0
        self._name_keys: tuple[str, ...] | None = None  # until somebody asks
        self._called: dict[str, str] = {}
        self._name_all()

    @property
    def keys(self) -> tuple[str, ...]:
        """Key of the class of each name; of several the one that was called so first."""
        if self._name_keys is None:
            chosen: dict[int, str] = {}
            for key, place in zip(self._keys, self._places.tolist(), strict=False):
                if place not in chosen or self._first_name(key) == self.names[place]:
                    chosen[place] = key
            self._name_keys = tuple(chosen[place] for place in range(len(self.names)))
        return self._name_keys

    def keys_of(self, name: str) -> list[str]:
        """Every key of a class; empty where there is no such class."""
        place = self._index.get(name, UNLABELLED - 1)
        return [self._keys[at] for at in np.flatnonzero(self._places == place)]

    def key(self, name: str) -> str:
        """The key by which a decision names a class, which may be a new one."""
        if name in self._index:
            return self.keys[self._index[name]]
        return free_key(name, frozenset(self._keys) | frozenset(self._called))

    def name(self, key: str) -> str:
        """What the class of a key is called now."""
        return self._called.get(key, self._first_name(key))

    def place(self, key: str) -> int:
        """Place in `names` of a key; -1 for an unknown one."""
        return self._index.get(self.name(key), -1)

    def called(self, names: Mapping[str, str]) -> bool:
        """Whether the classes are called so already."""
        return self._called == names

    def take_run(self, keys: Sequence[str]) -> None:
        """The scores of a training speak of these classes, in this order."""
        known = frozenset(keys)
        order = tuple(keys) + tuple(key for key in self._keys if key not in known)
        place = {key: number for number, key in enumerate(order)}
        moved = np.array([*(place[key] for key in self._keys), UNLABELLED], dtype=np.int64)
        self._given, self._held = moved[self._given], moved[self._held]
        self._keys, self._run = order, len(keys)
        self._name_all()

    def take_names(self, called: Mapping[str, str]) -> IntArray:
        """Classes are called so now; the samples whose label has another name than before."""
        self._called, before = dict(called), self._key_names
        changed = [self.name(key) != name for key, name in zip(self._keys, before, strict=True)]
        rows = np.flatnonzero(np.array([*changed, False])[self._held])
        self._name_all()
        return rows.astype(np.int64)

    def take_decisions(self, rows: IntArray, keys: Iterable[str]) -> None:
        """Samples get classes by key; an empty one is the label that the sample came with."""
        wanted = list(keys)
        fresh = tuple(k for k in dict.fromkeys(wanted) if k and k not in self._key_place)
        if fresh:
            self._keys += fresh
            self._name_all()
        found = np.fromiter((self._key_place[key] for key in wanted), np.int64, len(wanted))
        self._held[rows] = np.where(found == UNLABELLED, self._given[rows], found)
        self.labels[rows] = self._places[self._held[rows]]

    def _first_name(self, key: str) -> str:
        return key if key in self._fixed else plain_name(key)

    def _name_all(self) -> None:
        names = self._key_names = [self.name(key) for key in self._keys]
        self._name_keys = None
        self._key_place = {key: place for place, key in enumerate(self._keys)} | {"": UNLABELLED}
        self._index = {name: place for place, name in enumerate(dict.fromkeys(names))}
        self.names = tuple(self._index)
        self._places = np.array([*(self._index[name] for name in names), UNLABELLED], np.int64)
        self.run_places = self._places[: self._run]
        self.given, self.labels = self._places[self._given], self._places[self._held]
