"""Makes folders, runs scans, unpacks archives, edits tables and checks the results."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import finish

from ahsml_app.base.errors import AppError, InputError
from ahsml_app.base.events import CancelToken, Notice
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.core.data.scan import ScanResult, scan
from ahsml_app.core.tables.edit_table import edited_table
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.unpack import unpacked_source


def touch(root: Path, *paths: str) -> None:
    """Creates empty files, which suffice because scanning opens no image."""
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def run(source: Path, *, cancel: CancelToken | None = None, **options) -> tuple[ScanResult, list]:
    events, result = finish(scan(Source(source, **options), cancel))
    return result, events


def labels_of(result: ScanResult) -> dict[str, str]:
    table = result.table
    return {path: table.label_name(row) for row, path in enumerate(table.paths)}


def failure(kind: type[AppError], source: Path, **options) -> AppError:
    with pytest.raises(kind) as caught:
        run(source, **options)
    assert str(caught.value.message)
    assert str(caught.value.hint)
    return caught.value


def notice(result: ScanResult, part: str) -> str:
    found = [text for text in map(str, result.notices) if part in text]
    assert len(found) == 1, result.notices
    return found[0]


def unpacked(archive: Path, **options: object) -> tuple[Source, list[str]]:
    out = archive.parent / "out" / "results"
    events, source = finish(unpacked_source(Source(archive, **options), out, CancelToken()))
    return source, [str(event.message) for event in events if isinstance(event, Notice)]


def labels_in(source: Source) -> dict[str, str]:
    _, scanned = finish(scan_source(source))
    table = scanned.table
    return {path: table.label_name(row) for row, path in enumerate(table.paths)}


def refusal(archive: Path, kind: type[Exception] = InputError) -> Exception:
    with pytest.raises(kind) as caught:
        unpacked(archive)
    assert not list((archive.parent / "out").glob("*")), "something is left"
    assert not list((archive.parent / "out").glob(".*")), "something is left"
    assert str(caught.value.hint)
    return caught.value


NAMES = ("a", "b", "c", "d")


def read(folder: Path, content: bytes, name: str = "t.csv") -> tuple[Path, SampleTable]:
    touch(folder / "in", *(f"{stem}.jpg" for stem in NAMES))
    file = folder / name
    file.write_bytes(content)
    return file, run(folder / "in", labels=file)[0].table


def edited(file: Path, table: SampleTable, **new: str | None) -> bytes | None:
    labels = [
        new.get(Path(path).stem, table.label_name(row)) for row, path in enumerate(table.paths)
    ]
    return edited_table(file, table, labels)
