"""Data sets of Hugging Face with images in their rows: Parquet, and Arrow as saved on disk."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import read_json
from ahsml_app.core.data.formats.image_kinds import MAGIC_BYTES, kind_of_bytes

if TYPE_CHECKING:
    import pyarrow as pa

PARQUET = (".parquet", ".pq")
ARROW = (".arrow",)
DICT_FILE, STATE_FILE = "dataset_dict.json", "state.json"
"""What a data set on disk, of several splits or of one, has in its folder."""

FEATURES = b"huggingface"
"""Metadata of a schema that says what its columns mean."""

_BESIDE = (".md", ".json", ".jsonl", ".txt", ".csv", ".yaml", ".yml", ".py")
_DEEPEST = 3
_ROWS = 64
_USUAL = ("image", "img", "picture", "photo")


def dataset_files(path: Path) -> tuple[Path, ...]:
    """The files of the data set that a path stands for; none if its rows hold no images.

    That is the file itself, those of a folder that `save_to_disk` wrote, or the Parquet files of a
    folder that holds no other data.
    """
    if path.is_file():
        found = [path] if path.name.lower().endswith((*PARQUET, *ARROW)) else []
    elif (path / DICT_FILE).is_file():
        splits = _listed(read_json(path / DICT_FILE), "splits")
        found = [file for split in splits for file in _saved(path / split)]
    elif (path / STATE_FILE).is_file():
        found = _saved(path)
    else:
        found = _parquet_files(path, 0) or []
    images = {file: image_column(file) for file in found}
    if not any(images.values()):
        return ()
    # A part that cannot be read is none that may be missing: it is refused when it is unpacked.
    return tuple(file for file in found if images[file] or _reading_problem(file, []))


def is_dataset(file: Path) -> bool:
    """Whether a file is a table with the images in its rows."""
    return file.name.lower().endswith((*PARQUET, *ARROW)) and bool(dataset_files(file))


def check_dataset(file: Path) -> None:
    """Tells why a file that by its name is a data set cannot be taken for one.

    Raises:
        InputError: If it is damaged, or holds no images.
    """
    if not file.is_file() or not file.name.lower().endswith((*PARQUET, *ARROW)):
        return
    problem = _reading_problem(file)
    if problem:
        raise InputError(
            Message("{file} cannot be read: {reason}.", file=file, reason=problem),
            hint="Copy or download it again.",
        )
    raise InputError(
        Message("{file} is a table without images.", file=file),
        hint="Give the folder of the images, and the table after --labels.",
    )


def image_column(file: Path) -> str | None:
    """The column with the images of a file; None if there is none, or the file cannot be read."""
    import pyarrow as pa

    with contextlib.suppress(pa.ArrowException, OSError, ValueError):
        schema = schema_of(file)
        of_kind = [
            name for name, kind in features_of(schema).items() if kind.get("_type") == "Image"
        ]
        single = [field for field in schema if schema.names.count(field.name) == 1]
        names: list[str] = [field.name for field in single if field.name in of_kind]
        names = names or [field.name for field in single if _holds_bytes(field.type)]
        usual = [name for name in names if name.lower() in _USUAL]
        for name in (*usual, *(other for other in names if other not in usual)):
            if _begins_with_image(file, name):
                return name
    return None


def _reading_problem(file: Path, columns: Sequence[str] | None = None) -> str:
    """Why some or all columns of a file cannot be read; empty if they can."""
    import pyarrow as pa

    try:
        for _ in batches(file, columns):
            pass
    except (pa.ArrowException, OSError, ValueError) as error:
        lines = str(error).splitlines() or [type(error).__name__]
        return lines[0].rstrip(". ")
    return ""


def schema_of(file: Path) -> pa.Schema:
    """The schema of a file.

    Raises:
        ArrowException: If it cannot be read; or an `OSError`.
    """
    if _is_parquet(file):
        import pyarrow.parquet as pq

        return pq.ParquetFile(file).schema_arrow
    with _arrow_reader(file) as reader:
        schema: pa.Schema = reader.schema
        return schema


def batches(file: Path, columns: Sequence[str] | None = None) -> Iterator[pa.RecordBatch]:
    """Yields the rows of a file, a few at a time, in their order.

    Args:
        file: The file.
        columns: The columns that are needed; None for all.

    Raises:
        ArrowException: If it cannot be read; or an `OSError`.
    """
    if _is_parquet(file):
        import pyarrow.parquet as pq

        wanted = None if columns is None else list(columns)
        yield from pq.ParquetFile(file).iter_batches(batch_size=_ROWS, columns=wanted)
        return
    with _arrow_reader(file) as reader:
        count = getattr(reader, "num_record_batches", None)
        found = reader if count is None else map(reader.get_batch, range(count))
        for batch in found:
            yield batch if columns is None else batch.select(list(columns))


def features_of(schema: pa.Schema) -> Mapping[str, dict[str, Any]]:
    """What Hugging Face says of each column; nothing where it says nothing."""
    try:
        found = json.loads((schema.metadata or {}).get(FEATURES, b"{}"))
        listed = found["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {
        name: kind
        for name, kind in (listed.items() if isinstance(listed, dict) else ())
        if isinstance(kind, dict)
    }


def class_names(kind: Mapping[str, Any] | None) -> list[str] | None:
    """The names of the classes that the numbers of a column mean; None if it is no such column."""
    if kind is None or kind.get("_type") != "ClassLabel":
        return None
    names = kind.get("names")
    return [str(name) for name in names] if isinstance(names, list) else None


def _is_parquet(file: Path) -> bool:
    return file.name.lower().endswith(PARQUET)


@contextlib.contextmanager
def _arrow_reader(file: Path) -> Iterator[Any]:
    """Opens a file of Arrow's, of which there are two kinds."""
    import pyarrow as pa

    with pa.memory_map(str(file)) as source:
        try:
            reader: Any = pa.ipc.open_stream(source)
        except pa.ArrowInvalid:
            source.seek(0)
            reader = pa.ipc.open_file(source)
        yield reader


def _saved(folder: Path) -> list[Path]:
    """The files of a folder that `save_to_disk` wrote, in their order."""
    listed = read_json(folder / STATE_FILE)
    named = listed.get("_data_files") if isinstance(listed, dict) else None
    files = [
        folder / Path(item["filename"]).name
        for item in (named if isinstance(named, list) else ())
        if isinstance(item, dict) and isinstance(item.get("filename"), str)
    ]
    with contextlib.suppress(OSError):
        files = files or sorted(folder.glob("*.arrow"))
    return [file for file in files if file.is_file()]


def _parquet_files(folder: Path, depth: int) -> list[Path] | None:
    """The Parquet files below a folder; None if it holds data of another kind."""
    files, folders = list[Path](), list[Path]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                name = entry.name.lower()
                if name.startswith("."):
                    continue
                if entry.is_dir():
                    folders.append(folder / entry.name)
                elif name.endswith(PARQUET):
                    files.append(folder / entry.name)
                elif not name.endswith(_BESIDE) and name not in ("license", "readme"):
                    return None
    except OSError:
        return None
    if folders and depth == _DEEPEST:
        return None
    for inner in sorted(folders):
        below = _parquet_files(inner, depth + 1)
        if below is None:
            return None
        files += below
    return sorted(files)


def _holds_bytes(kind: pa.DataType) -> bool:
    import pyarrow as pa

    if pa.types.is_struct(kind):
        position = kind.get_field_index("bytes")
        return position >= 0 and _holds_bytes(kind.field(position).type)
    return bool(pa.types.is_binary(kind) or pa.types.is_large_binary(kind))


def _begins_with_image(file: Path, name: str) -> bool:
    """Whether a value among the first ones is an image file; others may be damaged."""
    for batch in batches(file, [name]):
        contents = [content_of(value.as_py())[0] for value in batch.column(name)]
        if any(contents):
            return any(kind_of_bytes(content[:MAGIC_BYTES]) for content in contents if content)
    return False


def content_of(value: Any) -> tuple[bytes | None, str]:
    """Bytes and name of the image in a cell; None and nothing where the cell has none."""
    if isinstance(value, dict):
        content, name = value.get("bytes"), value.get("path")
        return content if isinstance(content, bytes) else None, str(name or "")
    return value if isinstance(value, bytes) else None, ""


def _listed(content: object, key: str) -> list[str]:
    """Names of folders in a file that may come from anybody."""
    found = content.get(key) if isinstance(content, dict) else None
    return [
        name
        for name in (found if isinstance(found, list) else ())
        if isinstance(name, str) and Path(name).name == name
    ]
