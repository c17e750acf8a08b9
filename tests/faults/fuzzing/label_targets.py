"""Targets for what gives labels: manifests, the paths in them, and class patterns."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

from ahsml_app.core.data.class_pattern import compile_class_pattern
from ahsml_app.core.tables.find_images import Locator
from ahsml_app.core.tables.manifest import read_columns, read_manifest
from ahsml_app.core.tables.read_table import delimiter_of
from ahsml_app.store.files.safe_folder import is_inner_path
from faults.fuzzing.mutation import mutated_bytes
from faults.fuzzing.target import Reader, Target, words

_ROWS = "a/1.png,cat\na/2.png,dog\n"
_TEXTS = (
    f"path,label\n{_ROWS}",
    '\ufeffPath;Label;split\r\na/1.png;cat;train\r\n\'b 2.png\';"d;o""g";val\r\n',
    "path\tlabel\tgroup\tannotator\n/abs/1.png\tcat\t1\tme\n..\\2.png\tdog\t\t\n",
    'filename|path|label\n1|"a\n1.png"|3\n\n2|b.png|\n',
)
_PATHS = ("a/1.png", "./a/1.png", "a\\1.png", "../canary/kept.txt", "/etc/passwd", "b/\u00e4.png")
_NAMES = ("a/cat/1.jpg", "cat_1.png", "x" * 200 + "/" + "y_" * 100 + ".png", "a/b/c/d/e/f.tif")
_PATTERNS = (
    "{class}/*",
    "*/{class}/**",
    "{class}_*.png",
    "**/{class}/*.jpg",
    "./?/*{class}-*-*.tif",
    "*_*_*_*{class}*_*_*.jpg",
)


def _manifests(_: Path) -> Sequence[bytes]:
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    tables = (
        {"path": ["a/1.png", "b.png"], "label": ["cat", None], "split": ["train", "val"]},
        {"path": [b"1", b"2"], "label": [1.0, float("nan")], "when": np.array([1, 2], "M8[us]")},
        {"path": ["1"], "label": [["x", "y"]], "group": [{"a": 1}], "n": [2**63 - 1]},
    )
    binary = []
    for columns in tables:
        for compression in ("none", "snappy", "gzip"):
            stream = io.BytesIO()
            pq.write_table(pa.table(columns), stream, compression=compression)
            binary.append(stream.getvalue())
    texts = [text.encode() for text in _TEXTS]
    return (*texts, *texts, _TEXTS[0].encode("utf-16"), *binary)


def _manifest_reader(folder: Path) -> Reader:
    file = folder / "labels.csv"

    def read(data: bytes) -> None:
        file.write_bytes(data)
        manifest = read_manifest(file)
        for row in range(min(3, len(manifest.paths))):
            manifest.place(row)
        read_columns(file)
        delimiter_of(file)

    return read


def _path_reader(folder: Path) -> Reader:
    root = folder / "images"
    (root / "a").mkdir(parents=True)
    (root / "a" / "1.png").touch()
    locate = Locator(root, folder, ["a/1.png"])

    def read(data: bytes) -> None:
        text = data.decode("utf-8", "surrogateescape")
        path, problem = locate(text)
        str(problem)
        if path and not is_inner_path(path):
            raise AssertionError(f"{text!r} leads out of the folder to {path!r}")
        for windows in (False, True):
            is_inner_path(text, windows=windows)

    return read


def _pattern_reader(_: Path) -> Reader:
    def read(data: bytes) -> None:
        pattern, _, names = data.decode("utf-8", "surrogateescape").partition("\n")
        compiled = compile_class_pattern(pattern)
        for name in (*names.split("\n")[:3], *_NAMES):
            label = compiled(name[:1000])
            if "/" in label or label not in name:
                raise AssertionError(f"{pattern!r} gives {name!r} the class {label!r}")

    return read


def _mutated_pattern(random: Random, corpus: Sequence[bytes]) -> bytes:
    tokens = (b"{class}", b"*", b"**", b"**/", b"?", b"/", b"_", b"\n", b".", b"(", b"[", b"\\")
    return mutated_bytes(random, corpus, tokens)[:2000]


TARGETS = (
    Target(
        "manifest",
        _manifests,
        _manifest_reader,
        words("path", "label", ",", ";", "\t", "|", '"', "\n", "\r", "\ufeff", b"\xff\xfe", "PAR1"),
    ),
    Target(
        "manifest-path",
        lambda _: [path.encode() for path in _PATHS],
        _path_reader,
        words("/", "\\", "..", ".", "./", "//", "C:", "\0", "~", "$HOME", b"\xff", "\u0308"),
    ),
    Target(
        "class-pattern",
        lambda _: [f"{pattern}\n{name}".encode() for pattern in _PATTERNS for name in _NAMES],
        _pattern_reader,
        _mutated_pattern,
        seconds=1.0,
    ),
)
