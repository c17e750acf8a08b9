"""Tables that plug-ins read: files of labels in forms of which this program knows nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from ahsml_app.base.options.plugins import (
    IMPORTERS,
    load_plugin,
    plugin_error,
    plugin_names,
    told_as_plugin,
)
from ahsml_app.core.tables.raw_table import RawTable, cell_texts


class Importer(Protocol):
    """What an entry point of the group `ahsml_app.importers` names."""

    def __call__(self, file: Path) -> Mapping[str, Sequence[object]] | None:
        """Reads a file of labels, which comes from elsewhere and may hold anything.

        Returns:
            N cells of each column: one of paths, one of labels, and any others. None if the file
            is of another form, which must be found out quickly.
        """
        ...


def read_by_plugin(file: Path) -> RawTable | None:
    """Reads a file by the first plug-in that knows its form; None if none does.

    Raises:
        PluginError: If a plug-in fails.
    """
    for name in plugin_names(IMPORTERS):
        with told_as_plugin(IMPORTERS, name):
            importer: Importer = load_plugin(IMPORTERS, name)
            found: object = importer(file)
            columns = None if found is None else _columns(found)
        if columns is None:
            continue
        if len({len(cells) for cells in columns.values()}) != 1:
            raise plugin_error(IMPORTERS, name, "its columns are not equally long")
        return RawTable(
            file=file,
            form=name,
            unit="row",
            header=tuple(columns),
            lines=list(range(1, len(next(iter(columns.values()))) + 1)),
            columns=list(columns.values()),
        )
    return None


def _columns(found: object) -> dict[str, list[str]]:
    if not isinstance(found, Mapping):
        raise TypeError(f"it returned no columns, but {type(found).__name__}")
    return {str(name): cell_texts(list(cells)) for name, cells in found.items()}
