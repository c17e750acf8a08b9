"""Tables with new labels keep the form that they had."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scanning import run, touch

from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.edit_table import edited_table

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


FORMS = {
    "plain": (
        b"path,label\na.jpg,cat\nb.jpg,dog\nc.jpg,cat\nd.jpg,dog",
        b"path,label\na.jpg,dog\nc.jpg,cat\nd.jpg,dog",
    ),
    "no header": (
        b"a.jpg;cat;1\r\nb.jpg;dog;2\r\nc.jpg;cat;3\r\nd.jpg;dog;4\r\n",
        b"a.jpg;dog;1\r\nc.jpg;cat;3\r\nd.jpg;dog;4\r\n",
    ),
    "blanks": (
        b"# made by hand\na   cat\nb   dog\n\nc   cat\nd   dog\n",
        b"# made by hand\na   dog\n\nc   cat\nd   dog\n",
    ),
    "labels with blanks": (
        b"a cat\nb big dog\nc cat\nd big dog\n",
        b"a big dog\nc cat\nd big dog\n",
    ),
    "excel": (
        b'sep=;\n"id";"label"\n"a";"cat"\n"b";"dog"\n"c";"cat"\n"d";"dog"\n',
        b'sep=;\n"id";"label"\n"a";"dog"\n"c";"cat"\n"d";"dog"\n',
    ),
    "numbers": (
        b"label,id_code\n1.0,a\n2.0,b\n1,c\n2.0,d\n",
        b"label,id_code\n2.0,a\n1,c\n2.0,d\n",
    ),
    "windows": (
        "image,class\na,Bär\nb,Kuh\nc,Bär\nd,Kuh\n".encode("cp1252"),
        "image,class\na,Kuh\nc,Bär\nd,Kuh\n".encode("cp1252"),
    ),
    "utf-16": (
        b"\xff\xfe" + "image,class\na,x\nb,y\nc,x\nd,y\n".encode("utf-16-le"),
        b"\xff\xfe" + "image,class\na,y\nc,x\nd,y\n".encode("utf-16-le"),
    ),
    "fields of two lines": (
        b'path,note,label\na.jpg,"x\ny",cat\nb.jpg,"u\nv",dog\nc.jpg,"x,y",cat\nd.jpg,,dog\n',
        b'path,note,label\na.jpg,"x\ny",dog\nc.jpg,"x,y",cat\nd.jpg,,dog\n',
    ),
    "JSON lines": (
        b'{"file_name": "a.jpg", "label": 0}\n{"file_name": "b.jpg", "label": 1}\n'
        b'{"file_name": "c.jpg", "label": 0}\n{"file_name": "d.jpg", "label": 1}\n',
        b'{"file_name": "a.jpg", "label": 1}\n{"file_name": "c.jpg", "label": 0}\n'
        b'{"file_name": "d.jpg", "label": 1}\n',
    ),
    "compact JSON lines": (
        b'{"i":"a","y":"\xc3\xa4"}\r\n{"i":"b","y":"o"}\r\n{"i":"c","y":"o"}\r\n{"i":"d","y":"o"}',
        b'{"i":"a","y":"o"}\r\n{"i":"c","y":"o"}\r\n{"i":"d","y":"o"}',
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_table_keeps_its_form_and_changes_no_other_byte(tmp_path: Path, form: str) -> None:
    before, after = FORMS[form]
    file, table = read(tmp_path, before)
    assert len(table) == 4
    assert edited(file, table) == before
    assert edited(file, table, a=table.label_name(1), b=None) == after


def test_what_says_nothing_of_a_sample_stays_as_it_is(tmp_path: Path) -> None:
    content = b"path,label\na.jpg,cat\na.jpg,dog\nb.jpg,nan\nc.jpg,cat\nd.jpg,dog\nc.jpg,cat\n"
    file, table = read(tmp_path, content)
    assert edited(file, table) == content
    new = edited(file, table, a="dog", b="cat", c="a,b")
    assert new is not None
    assert new.decode().split() == [
        "path,label", "a.jpg,dog", "a.jpg,dog", "b.jpg,cat", 'c.jpg,"a,b"', "d.jpg,dog",
        'c.jpg,"a,b"',
    ]  # fmt: skip


def test_rows_without_an_image_are_left_out(tmp_path: Path) -> None:
    file, table = read(tmp_path, b"path,label\nx.jpg,cat\na.jpg,cat\nb.jpg,dog\n")
    assert edited(file, table) == b"path,label\na.jpg,cat\nb.jpg,dog\n"


def test_a_file_that_no_longer_lists_the_samples_is_not_edited(tmp_path: Path) -> None:
    file, table = read(tmp_path, b"path,label\na.jpg,cat\nb.jpg,dog\n")
    file.write_bytes(b"path,label\na.jpg,cat\n")
    assert edited(file, table) is None
    file.write_bytes(b"\0")
    assert edited(file, table) is None
    file.unlink()
    assert edited(file, table) is None


def test_a_name_that_the_encoding_lacks_is_not_written_wrong(tmp_path: Path) -> None:
    file, table = read(tmp_path, "image,class\na,Bär\nb,Kuh\n".encode("cp1252"))
    assert edited(file, table, a="猫") is None


def test_coco_is_not_edited(tmp_path: Path) -> None:
    images = [{"id": name, "file_name": f"{name}.jpg"} for name in NAMES]
    marks = [{"image_id": name, "category_id": n % 2} for n, name in enumerate(NAMES)]
    content = json.dumps({"images": images, "annotations": marks}).encode()
    assert edited(*read(tmp_path, content, "coco.json")) is None
