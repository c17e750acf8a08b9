"""Targets of a whole project: its database, its arrays, and the journal in it.

An input names a file of the project in its first line and then holds its content; or the first
line is `sql`, and statements follow that change the database.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import sqlite3
import struct
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.paths import CACHE_VARIABLE
from ahsml_app.session.project.library import open_project, refuse_images
from ahsml_app.session.project.project import Project
from faults.fuzzing.mutation import ODD_VALUES, Mutate, json_text, mutated_bytes, mutated_json
from faults.fuzzing.target import Reader, Target

SQL = b"sql"
_DATABASE = b"project.sqlite"
_JOURNAL = ("step", "change", "class_change", "log")
_BESIDE = (b"project.sqlite-wal", b"project.sqlite-journal", b"project.lock")
_TOKENS = (
    *(b"SQLite format 3\0", b"CREATE TABLE ", b"CREATE VIEW ", b"TRIGGER", b"\x93NUMPY\1\0"),
    *(b"'descr': '<f4'", b"'|O'", b"'<U9'", b"'<f8'", b"'>i8'", b"[('a', '<f8')]", b"True"),
    *(b"(8,)", b"(-1,)", b"(99999999999,)", b"(0,)", b"(2, 4)", b"(" * 300, b"\0" * 16),
)
_SCHEMA = (
    "CREATE TRIGGER t AFTER INSERT ON step BEGIN DELETE FROM change; END",
    "CREATE VIEW v AS SELECT load_extension('x')",
    "CREATE TABLE more (a)",
    "DROP TABLE screen",
    "ALTER TABLE sample ADD COLUMN more TEXT",
    "PRAGMA user_version = 1",
    "PRAGMA user_version = 99",
    "PRAGMA writable_schema = ON",
    "DELETE FROM {table}",
    "INSERT OR IGNORE INTO {table} SELECT * FROM {table}",
)


def _make(folder: Path, *, trained: bool) -> Path:
    """Makes a project with every kind of step, screen state and perhaps a training."""
    os.environ[CACHE_VARIABLE] = str(folder)
    project = make_project(make_images(folder / "images", per_class=3, side=8), trained=trained)
    for row, kind in enumerate((DecisionKind.KEEP, DecisionKind.DROP, DecisionKind.AMBIGUOUS)):
        project.decide([row], kind)
    project.decide([4, 5], DecisionKind.RELABEL, "hexagon", Message("to {label}", label="hexagon"))
    project.rename_classes({"circle": "disc"}, Message("Rename"), 3)
    project.undo()
    project.redo()
    project.undo()
    project.set_state("filter", {"text": "a", "labels": ["disc"]})
    project.set_state("side", 120)
    place = project.folder
    project.close()
    return place


def _files(folder: Path) -> dict[str, bytes]:
    """The content of each file of a project."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _projects(folder: Path, *, trained: bool) -> Sequence[bytes]:
    # Corpus and reader have one project, since the database names its place.
    files = _files(_make(folder.parent / "inside", trained=trained))
    files[_DATABASE.decode()] = _plain(files[_DATABASE.decode()])
    return [name.encode() + b"\n" + content for name, content in files.items()]


def _plain(database: bytes) -> bytes:
    """The database without write-ahead log, as SQLite reads it from memory."""
    return database[:18] + b"\1\1" + database[20:]


def _reader(folder: Path, *, trained: bool) -> Reader:
    project = folder / "projects" / "Shapes"
    if not project.exists():
        _make(folder, trained=trained)
    whole = _files(project)
    database = _plain(whole[_DATABASE.decode()])

    def read(data: bytes) -> None:
        name, _, content = data.partition(b"\n")
        if name == SQL:
            name, content = _DATABASE, _changed(database, content)
        path = project / name.decode("utf-8", "replace")
        if name.decode("utf-8", "replace") not in whole and name not in _BESIDE:
            return  # an input that lost its first line while it was reduced
        if name != _DATABASE:
            (project / _DATABASE.decode()).write_bytes(database)
        path.write_bytes(content)
        try:
            _use(project)
        finally:
            _restore(project, whole)

    return read


def _restore(folder: Path, whole: dict[str, bytes]) -> None:
    """Puts back every file, and removes those that were not there."""
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in whole:
            path.unlink()
    for name, content in whole.items():
        path = folder / name
        if (
            not path.is_file()
            or path.stat().st_size != len(content)
            or path.read_bytes() != content
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
    for path in folder.iterdir():
        if path.is_dir() and not any(name.startswith(f"{path.name}/") for name in whole):
            shutil.rmtree(path)


def _use(folder: Path) -> None:
    """Opens the project, reads everything in it, decides, and closes it."""
    from ahsml_app.gui.project_model import ProjectModel

    project = open_project(folder, refuse_images)  # those in other places
    model = ProjectModel()
    try:
        model.open(project)
        _show(project)
        if not project.read_only:
            project.decide([0], DecisionKind.DROP)
            project.decide([1], DecisionKind.RELABEL, "new")
            project.undo()
        project.log()
        model.close()
    finally:
        project.close()


def _show(project: Project) -> None:
    from ahsml_app.session.analysis.confusion_matrix import confusion_request, count_confusion
    from ahsml_app.session.analysis.disc_map import stored_map
    from ahsml_app.session.review.evidence import evidence_for
    from ahsml_app.session.review.honest_sample import stored_sample
    from ahsml_app.session.review.timeline import read_timeline
    from ahsml_app.session.review.verdict import judge

    for step in project.steps():
        str(step.title)
    project.journal()
    project.runs()
    project.arrays()
    project.self_test()
    for item in project.quarantined:
        str(item.reason)
    for row in range(len(project.table)):
        project.decision(row)
        judge(project, row)
    evidence_for(project, 0)
    stored_map(project)
    stored_sample(project)
    read_timeline(project)
    request = confusion_request(project)
    if request is not None:
        count_confusion(request)


def _changed(database: bytes, statements: bytes) -> bytes:
    """The database after SQL statements; those that cannot be run do nothing."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.deserialize(database)
        connection.execute("PRAGMA ignore_check_constraints = ON")
        for statement in statements.decode("utf-8", "replace").split(";\n"):
            with contextlib.suppress(sqlite3.Error, sqlite3.Warning):
                connection.execute(statement)
        return bytes(connection.serialize())


def _mutated_project(random: Random, corpus: Sequence[bytes]) -> bytes:
    draw = random.random()
    database = next(data for data in corpus if data.startswith(_DATABASE + b"\n"))
    if draw < 0.5:
        return _statements(random, database)
    if draw < 0.7:
        chosen = database
    elif draw < 0.75:
        beside = random.choice(_BESIDE)
        return beside + b"\n" + mutated_bytes(random, [database[:2000], b"\0"], _TOKENS)
    else:
        chosen = random.choice([data for data in corpus if data is not database])
    name, _, content = chosen.partition(b"\n")
    return name + b"\n" + mutated_bytes(random, [content], _TOKENS)


def _mutated_journal(random: Random, corpus: Sequence[bytes]) -> bytes:
    database = next(data for data in corpus if data.startswith(_DATABASE + b"\n"))
    return _statements(random, database, _JOURNAL)


def _statements(random: Random, database: bytes, only: Sequence[str] = ()) -> bytes:
    """One to three SQL statements that put odd values into cells, or change rows or schema."""
    tables = {t: cells for t, cells in _cells(database).items() if not only or t in only}
    lines = []
    for _ in range(1 + random.randrange(3)):
        table = random.choice(list(tables))
        draw = random.random()
        if draw < 0.1:
            lines.append(random.choice(_SCHEMA).format(table=table))
            continue
        column, where, value = random.choice(tables[table])
        if draw < 0.2:
            lines.append(f"DELETE FROM {table} WHERE {where}")
        else:
            new = _literal(_odd_cell(random, value))
            lines.append(f"UPDATE OR REPLACE {table} SET {column} = {new} WHERE {where}")
    return SQL + b"\n" + ";\n".join(lines).encode()


@functools.lru_cache
def _cells(data: bytes) -> dict[str, list[tuple[str, str, Any]]]:
    """Column, condition of the row, and value of each cell, by table."""
    result: dict[str, list[tuple[str, str, Any]]] = {}
    with contextlib.closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(data.partition(b"\n")[2])
        query = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
        for table, sql in connection.execute(query).fetchall():
            key = "name" if "WITHOUT ROWID" in sql else "rowid"
            rows = connection.execute(f"SELECT {key}, * FROM {table}")
            columns = [entry[0] for entry in rows.description][1:]
            for place, *values in rows.fetchall():
                where = f"{key} = {_literal(place)}"
                pairs = zip(columns, values, strict=True)
                result.setdefault(table, []).extend((c, where, v) for c, v in pairs)
    return result


def _odd_cell(random: Random, value: Any) -> Any:
    if isinstance(value, str) and value[:1] in ("{", "[") and random.random() < 0.7:
        return json_text(mutated_json(random, json.loads(value)))
    draw = random.random()
    if draw < 0.3 and isinstance(value, int):
        return value + random.choice((-1, 1, 2, 100, 2**31, 2**40))
    if draw < 0.5 and isinstance(value, str):
        text = value.encode()
        return mutated_bytes(random, [text], (b"\0", b"\xff", b"\x1b", b"/", b"..", b'"'))
    odd = random.choice(ODD_VALUES)
    return odd if isinstance(odd, str | int | float | None) else json_text(odd)


def _literal(value: Any) -> str:
    if value is None or value != value:
        return "NULL"
    if isinstance(value, bool | int):
        return str(int(value)) if abs(value) < 2**63 else "9e99"
    if isinstance(value, float):
        return f"x'{struct.pack('>d', value).hex()}'" if value in (float("inf"),) else repr(value)
    raw = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    plain = raw.isascii() and raw.decode("latin-1").isprintable() and len(raw) < 200
    return (
        f"'{raw.decode().replace(chr(39), chr(39) * 2)}'"
        if plain
        else f"CAST(x'{raw.hex()}' AS TEXT)"
    )


def _target(name: str, mutate: Mutate, short: int, *, trained: bool) -> Target:
    corpus = functools.partial(_projects, trained=trained)
    reader = functools.partial(_reader, trained=trained)
    return Target(name, corpus, reader, mutate, megabytes=512, short=short)


TARGETS = (
    _target("project", _mutated_project, 35, trained=True),
    _target("journal", _mutated_journal, 30, trained=False),
)
