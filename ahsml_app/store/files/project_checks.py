"""Checks of the values in a project that may be damaged or come from somebody else."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.store.files.database_checks import damaged_error
from ahsml_app.store.files.safe_folder import is_inner_path

_IMPOSSIBLE = {
    "sample": """
        SELECT rowid FROM sample WHERE typeof(path) <> 'text' OR typeof(label) <> 'text'
        OR typeof(cells) NOT IN ('text', 'null') OR typeof(hash) <> 'text'
        OR typeof(state) <> 'integer' OR state NOT BETWEEN 0 AND :state
        OR number NOT BETWEEN 0 AND (SELECT COUNT(*) FROM sample) - 1
    """,
    "step": """
        SELECT rowid FROM step WHERE typeof(name) <> 'text' OR typeof(label) <> 'text'
        OR typeof(time) <> 'text' OR julianday(time) IS NULL OR typeof(samples) <> 'integer'
        OR typeof(kind) <> 'integer' OR kind NOT BETWEEN -3 AND :last OR samples < 0
        OR typeof(message) NOT IN ('text', 'null') OR typeof(reviewer) <> 'text' OR number < 1
        OR (target IS NOT NULL AND target NOT IN (SELECT number FROM step))
    """,
    "change": """
        SELECT rowid FROM change WHERE typeof(sample) <> 'integer' OR typeof(kind) <> 'integer'
        OR typeof(kind_before) <> 'integer' OR typeof(label) <> 'text'
        OR typeof(label_before) <> 'text' OR sample NOT IN (SELECT number FROM sample)
        OR kind NOT BETWEEN 0 AND :last OR kind_before NOT BETWEEN 0 AND :last
        OR step NOT IN (SELECT number FROM step)
    """,
    "class_change": """
        SELECT rowid FROM class_change WHERE typeof(class) <> 'text' OR typeof(name) <> 'text'
        OR typeof(name_before) <> 'text' OR step NOT IN (SELECT number FROM step)
    """,
    "mark_change": """
        SELECT rowid FROM mark_change WHERE typeof(sample) <> 'integer'
        OR mark NOT IN ('star', 'note', 'checked')
        OR typeof(value) <> 'text' OR typeof(value_before) <> 'text'
        OR sample NOT IN (SELECT number FROM sample) OR step NOT IN (SELECT number FROM step)
    """,
    "log": "SELECT rowid FROM log WHERE typeof(line) <> 'text'",
    "quarantined": """
        SELECT rowid FROM quarantined WHERE typeof(path) <> 'text' OR typeof(reason) <> 'text'
        OR typeof(message) NOT IN ('text', 'null')
    """,
}
"""For each table, a query that finds a row which this program never writes."""


_LIMITS = {"last": int(max(DecisionKind)), "state": int(max(SampleState))}


def remove_impossible_rows(connection: sqlite3.Connection, tables: Iterable[str]) -> None:
    """Removes the rows that `check_rows` refuses, from tables named in that order."""
    for table in tables:
        connection.execute(
            f"DELETE FROM {table} WHERE rowid IN ({_IMPOSSIBLE[table]})",  # noqa: S608 - our own
            _LIMITS,
        )


def check_rows(path: Path, connection: sqlite3.Connection) -> None:
    """Checks the rows of samples and journal, on which everything else is computed.

    Args:
        path: The database, for the message.
        connection: The opened database, of the newest schema.

    Raises:
        ProjectError: If a row is one that this program never writes.
    """
    for table, query in _IMPOSSIBLE.items():
        if connection.execute(query, _LIMITS).fetchone() is not None:
            raise damaged_error(
                path, Message("the table {table} holds an impossible value", table=table)
            )
    if connection.execute("SELECT 1 FROM sample").fetchone() is None:
        raise damaged_error(path, Message("it holds no samples"))


def check_facts(path: Path, facts: Mapping[str, Any]) -> None:
    """Checks the types of the properties of a project.

    Raises:
        ProjectError: If one is missing or of another type.
    """
    source = facts.get("source")
    checks = {
        "name": isinstance(facts.get("name"), str),
        "root": isinstance(facts.get("root"), str) and "\0" not in facts["root"],
        "relative_root": facts.get("relative_root") is None
        or isinstance(facts["relative_root"], str),
        "label_column": isinstance(facts.get("label_column", ()), str | None),
        "path_column": isinstance(facts.get("path_column", ""), str),
        "source": isinstance(source, dict)
        and isinstance(source.get("folder"), str)
        and all(
            source.get(name) is None or isinstance(source[name], str)
            for name in ("labels", "label_column", "path_column", "class_names", "class_from")
        )
        and _is_rule(source.get("planes")),
    } | {name: _are_names(facts.get(name)) for name in ("class_names", "columns", "source_columns")}
    for name, sound in checks.items():
        if not sound:
            raise damaged_error(
                path, Message("its property {name!r} is missing or not as it should be", name=name)
            )


def check_samples(
    path: Path, sample_paths: Iterable[str], labels: Iterable[str], class_names: Sequence[str]
) -> None:
    """Checks that every sample lies inside the image folder, and that its class is a known one.

    Args:
        path: The database, for the message.
        sample_paths: Relative paths of the samples.
        labels: Class IDs of their given labels; empty for none.
        class_names: IDs of all classes.

    Raises:
        ProjectError: If not.
    """
    for other in sample_paths:
        if not is_inner_path(other):
            raise ProjectError(
                Message(
                    "The project {project} lists an image outside of its image folder: {path!r}.",
                    project=path.parent,
                    path=other,
                ),
                hint="Do not use this project: this program never makes such a list.",
            )
    if not {"", *class_names}.issuperset(labels):
        raise damaged_error(path, Message("the class of a sample is not among its classes"))


def _is_rule(value: object) -> bool:
    """Whether it is a rule of planes, or missing as in projects of earlier versions."""
    with contextlib.suppress(ValueError):
        planes_of(value)
        return True
    return False


def _are_names(values: object) -> bool:
    """Whether it is a list of different texts."""
    return (
        isinstance(values, Sequence)
        and not isinstance(values, str)
        and all(isinstance(value, str) for value in values)
        and len(set(values)) == len(values)
    )
