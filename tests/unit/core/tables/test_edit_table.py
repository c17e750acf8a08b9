"""Tables with new labels keep the form that they had."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
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
    "texts in quotation marks, numbers not": (
        b'"id"\t"n"\t"label"\r\n"a"\t1.50\t"cat"\r\n"b"\t2\t"dog"\r\n"c"\t3\t"cat"\r\n"d"\t4\t"dog"\r\n',
        b'"id"\t"n"\t"label"\r\n"a"\t1.50\t"dog"\r\n"c"\t3\t"cat"\r\n"d"\t4\t"dog"\r\n',
    ),
    "quotation marks where none are needed": (
        b'image,label,note\na,cat,"say ""x"", y"\nb,dog,\nc,cat,"z"\nd,"dog","z"\n',
        b'image,label,note\na,dog,"say ""x"", y"\nc,cat,"z"\nd,"dog","z"\n',
    ),
    "JSON, a list": (
        b'[{"image":"\\/x\\/a.jpg","choice":{"choices":["k","l"]},"f":1},'
        b'{"image":"\\/x\\/b.jpg","choice":"o"},{"image":"\\/x\\/c.jpg","choice":"k"},'
        b'{"image":"\\/x\\/d.jpg","choice":"k"}]',
        b'[{"image":"\\/x\\/a.jpg","choice":"o","f":1},{"image":"\\/x\\/c.jpg","choice":"k"},'
        b'{"image":"\\/x\\/d.jpg","choice":"k"}]',
    ),
    "JSON with tabs and line ends of Windows": (
        b'[\r\n\t{\r\n\t\t"image": "a",\r\n\t\t"label": "x"\r\n\t},\r\n\t{\r\n\t\t"image": "b",'
        b'\r\n\t\t"label": "y"\r\n\t},\r\n\t{\r\n\t\t"image": "c",\r\n\t\t"label": "x"\r\n\t},'
        b'\r\n\t{\r\n\t\t"image": "d",\r\n\t\t"label": "y"\r\n\t}\r\n]\r\n',
        b'[\r\n\t{\r\n\t\t"image": "a",\r\n\t\t"label": "y"\r\n\t},\r\n\t{\r\n\t\t"image": "c",'
        b'\r\n\t\t"label": "x"\r\n\t},\r\n\t{\r\n\t\t"image": "d",\r\n\t\t"label": "y"\r\n\t}'
        b"\r\n]\r\n",
    ),
    "JSON, a list in an object": (
        b'{"v": 1, "data": [{"file": "a", "label": 1}, {"file": "b", "label": 2}, '
        b'{"file": "c", "label": 1}, {"file": "d", "label": 2}]}',
        b'{"v": 1, "data": [{"file": "a", "label": 2}, {"file": "c", "label": 1}, '
        b'{"file": "d", "label": 2}]}',
    ),
    "JSON, a map": (
        b'{"a.jpg":0,"b.jpg":1,"c.jpg":0,"d.jpg":1}',
        b'{"a.jpg":1,"c.jpg":0,"d.jpg":1}',
    ),
    "JSON lines": (
        b'{"file_name": "a.jpg", "label": 0}\n{"file_name": "b.jpg", "label": 1}\n'
        b'{"file_name": "c.jpg", "label": 0}\n{"file_name": "d.jpg", "label": 1}\n',
        b'{"file_name": "a.jpg", "label": 1}\n{"file_name": "c.jpg", "label": 0}\n'
        b'{"file_name": "d.jpg", "label": 1}\n',
    ),
    "JSON lines of objects": (
        b'{"image": {"path": "a.jpg"}, "is": {"label": ["x"]}}\n'
        b'{"image": {"path": "b.jpg"}, "is": {"label": ["y"]}}\n'
        b'{"image": {"path": "c.jpg"}, "is": {"label": ["x"]}}\n'
        b'{"image": {"path": "d.jpg"}, "is": {"label": ["y"]}}\n',
        b'{"image": {"path": "a.jpg"}, "is": {"label": ["y"]}}\n'
        b'{"image": {"path": "c.jpg"}, "is": {"label": ["x"]}}\n'
        b'{"image": {"path": "d.jpg"}, "is": {"label": ["y"]}}\n',
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


def test_a_class_and_its_first_image_may_change_places(tmp_path: Path) -> None:
    content = b'[{"file": "a", "label": 1}, {"file": "b", "label": 2}]'
    file, table = read(tmp_path, content)
    new = edited(file, table, a="2", b="1")
    assert new == b'[{"file": "a", "label": 2}, {"file": "b", "label": 1}]'


def test_a_row_that_is_too_short_gets_a_label(tmp_path: Path) -> None:
    file, table = read(tmp_path, b"n,path,label\n1,a.jpg\n2,b.jpg,dog\n3,c.jpg,cat\n4,d.jpg,cat\n")
    new = edited(file, table, a="cat")
    assert new == b"n,path,label\n1,a.jpg,cat\n2,b.jpg,dog\n3,c.jpg,cat\n4,d.jpg,cat\n"


def test_a_table_of_blanks_has_no_place_for_no_label(tmp_path: Path) -> None:
    file, table = read(tmp_path, b"id label n\na cat 1\nb dog 2\nc cat 3\nd dog 4\n")
    assert edited(file, table, a="dog") == b"id label n\na dog 1\nb dog 2\nc cat 3\nd dog 4\n"
    assert edited(file, table, a="") is None
    file, table = read(tmp_path, b"a cat\nb big dog\nc cat\nd big dog\n")
    assert edited(file, table, a="") is None


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


def coco(indent: int | None = None) -> bytes:
    """Four images of two categories: one has two boxes, one has none."""
    content = {
        "info": {"year": 2020, "größe": 1.50},
        "images": [
            {"id": number, "file_name": f"{name}.jpg", "width": 9}
            for number, name in enumerate((*NAMES, "gone"), 10)
        ],
        "annotations": [
            {"id": 1, "image_id": 10, "category_id": 5, "bbox": [0, 0, 1.0, 2]},
            {"id": 2, "image_id": 10, "category_id": 5, "bbox": [1, 1, 2, 2]},
            {"id": 3, "image_id": 11, "category_id": 6},
            {"id": 4, "image_id": 12, "category_id": 5},
            {"id": 9, "image_id": 14, "category_id": 6},
        ],
        "categories": [
            {"id": 5, "name": " cat", "supercategory": "pet"},
            {"id": 6, "name": "dog", "supercategory": "pet"},
        ],
    }
    return (json.dumps(content, indent=indent, ensure_ascii=False) + "\n").encode()


@pytest.mark.parametrize("indent", [None, 2])
def test_coco_keeps_its_form_with_new_categories(tmp_path: Path, indent: int | None) -> None:
    content = coco(indent).replace(b'"gone.jpg"', b'"d.jpg"')  # twice in the file
    file, table = read(tmp_path, content, "coco.json")
    assert edited(file, table) == content
    changed = edited(file, table, a="fox", b="cat", c="", d="fox")
    assert changed is not None
    expected = json.loads(content)
    for item, number in zip(expected["annotations"], (7, 7, 5, 0, 7), strict=True):
        item["category_id"] = number
    del expected["annotations"][3]
    expected["annotations"].append({"id": 10, "image_id": 13, "category_id": 7})
    expected["categories"].append({"id": 7, "name": "fox", "supercategory": ""})
    assert json.loads(changed) == expected
    assert changed.startswith(content[:60])
    file.write_bytes(changed)
    again = run(tmp_path / "in", labels=file)[0].table
    named = {path: again.label_name(row) for row, path in enumerate(again.paths)}
    assert named == {"a.jpg": "fox", "b.jpg": "cat", "c.jpg": "", "d.jpg": "fox"}


def test_dropped_images_leave_coco_with_their_annotations(tmp_path: Path) -> None:
    file, table = read(tmp_path, coco(), "coco.json")
    changed = edited(file, table, a=None)
    assert changed is not None
    left = json.loads(changed)
    assert [item["file_name"] for item in left["images"]] == ["b.jpg", "c.jpg", "d.jpg"]
    assert [item["id"] for item in left["annotations"]] == [3, 4]
    file.write_bytes(coco().replace(b"b.jpg", b"x.jpg"))
    assert edited(file, table) is None


@pytest.mark.parametrize(
    ("kind", "given", "new"),
    [
        (pa.string(), ["cat", "dog", "cat", "dog"], "fox"),
        (pa.int16(), [3, 4, 3, 4], "4"),
        (pa.dictionary(pa.int8(), pa.string()), ["cat", "dog", "cat", "dog"], "dog"),
    ],
)
def test_parquet_keeps_its_types_and_metadata(
    tmp_path: Path, kind: pa.DataType, given: list[object], new: str
) -> None:
    columns = {
        "label": pa.array(given, kind),
        "file_name": pa.array([f"{name}.jpg" for name in NAMES]),
        "box": pa.array([[1.5], [], [2.0, 3.0], None], pa.list_(pa.float32())),
    }
    before = pa.table(columns).replace_schema_metadata({"huggingface": "{}"})
    pq.write_table(before, tmp_path / "t.parquet")
    before, content = pq.read_table(tmp_path / "t.parquet"), (tmp_path / "t.parquet").read_bytes()
    file, table = read(tmp_path, content, "t.parquet")
    assert edited(file, table) == content
    changed = edited(file, table, a=new, b=None)
    assert changed is not None
    after = pq.ParquetFile(pa.BufferReader(changed)).read()
    assert after.schema.equals(before.schema, check_metadata=True)
    labels = after["label"].to_pylist()
    assert list(map(str, labels)) == [new, *map(str, given[2:])]
    assert after.drop_columns(["label"]).equals(before.drop_columns(["label"]).take([0, 2, 3]))
    if kind == pa.int16():
        assert edited(file, table, a="fox") is None
