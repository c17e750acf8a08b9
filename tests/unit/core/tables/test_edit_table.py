"""Tables with new labels keep the form that they had."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scanning import NAMES, edited, read, run

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
    "single quotes": (
        b"'path';'note';label\r\n'a.jpg';'it''s';cat\r\n'b.jpg';'';dog\r\n'c.jpg';'a;b';cat\r\n"
        b"'d.jpg';'say \"x\"';dog\r\n",
        b"'path';'note';label\r\n'a.jpg';'it''s';dog\r\n'c.jpg';'a;b';cat\r\n"
        b"'d.jpg';'say \"x\"';dog\r\n",
    ),
    "JSON, a list": (
        b'[{"image":"\\/x\\/a.jpg","choice":{"choices":["k","l"]},"f":1},'
        b'{"image":"\\/x\\/b.jpg","choice":"o"},{"image":"\\/x\\/c.jpg","choice":"k"},'
        b'{"image":"\\/x\\/d.jpg","choice":"k"}]',
        b'[{"image":"\\/x\\/a.jpg","choice":{"choices":["o"]},"f":1},'
        b'{"image":"\\/x\\/c.jpg","choice":"k"},'
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
    "JSON with an object in each line": (
        b'[\n {"image": "a", "label": "x", "box": [1, {"n": 2}]},\n {"image": "b", "label": "y"},\n'
        b' {"image": "c", "label": "x"},\n {"image": "d", "label": "y"}\n]\n',
        b'[\n {"image": "a", "label": "y", "box": [1, {"n": 2}]},\n {"image": "c", "label": "x"},\n'
        b' {"image": "d", "label": "y"}\n]\n',
    ),
    "JSON-MIN of Label Studio": (
        b'[\n{\n  "id": 1,\n  "image": "a",\n  "kind": {\n    "is": [\n      "x",\n      "y"\n    ]'
        b'\n  },\n  "label": "x"\n},\n{\n  "image": "b",\n  "label": "y"\n},\n{\n  "image": "c",\n'
        b'  "label": "x"\n},\n{\n  "image": "d",\n  "label": "y"\n}\n]',
        b'[\n{\n  "id": 1,\n  "image": "a",\n  "kind": {\n    "is": [\n      "x",\n      "y"\n    ]'
        b'\n  },\n  "label": "y"\n},\n{\n  "image": "c",\n  "label": "x"\n},\n{\n  "image": "d",\n'
        b'  "label": "y"\n}\n]',
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


def test_a_label_between_two_others_is_written_into_both_rows(tmp_path: Path) -> None:
    content = b"path,label\na.jpg,cat\na.jpg,dog\nb.jpg,dog\nc.jpg,cat\n"
    file, _ = read(tmp_path, content)
    table = run(tmp_path / "in", labels=file, on_conflict="unlabelled")[0].table
    assert edited(file, table) == content
    assert edited(file, table, a="cat") == content.replace(b"dog", b"cat", 1)
    assert edited(file, table, a="fox", b="cat") == content.replace(b"dog", b"cat").replace(
        b"a.jpg,cat", b"a.jpg,fox"
    )


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


@pytest.mark.parametrize(
    ("new", "written"),
    [
        ("it's", b"'it''s'"),
        ('2" disc', b"'2\" disc'"),
        ("a, b", b"'a, b'"),
        ("", b"''"),
        ("plain", b"'plain'"),
    ],
)
def test_a_label_in_single_quotes_comes_back(tmp_path: Path, new: str, written: bytes) -> None:
    content = b"'path','label'\n'a.jpg','cat'\n'b.jpg','dog'\n'c.jpg','cat'\n'd.jpg','dog'\n"
    file, table = read(tmp_path, content)
    changed = edited(file, table, a=new)
    assert changed == content.replace(b"'cat'", written, 1)
    table = read(tmp_path, changed)[1]
    assert table.label_name(table.paths.index("a.jpg")) == new
    plain = content.replace(b"'cat'", b"cat").replace(b"'dog'", b"dog")
    file, table = read(tmp_path, plain)
    quoted = b"plain" if new == "plain" else written if new else b""
    assert edited(file, table, a=new) == plain.replace(b",cat", b"," + quoted, 1)


SEVERAL = {
    "Label Studio's CSV": (
        b'image,choice\na,"{""choices"": [""cat"", ""dog""]}"\nb,dog\nc,cat\nd,"[""dog""]"\n',
        b'image,choice\na,"{""choices"": [""fox""]}"\nb,dog\nc,cat\nd,"[""fox""]"\n',
    ),
    "JSON-MIN": (
        b'[{"image":"a","choice":{"choices":["cat","dog"]}},{"image":"b","choice":"dog"},'
        b'{"image":"c","choice":"cat"},{"image":"d","choice":["dog",{"choices":["cat","dog"]}]}]',
        b'[{"image":"a","choice":{"choices":["fox"]}},{"image":"b","choice":"dog"},'
        b'{"image":"c","choice":"cat"},{"image":"d","choice":["fox"]}]',
    ),
    "JSON lines": (
        b'{"image": "a", "labels": ["cat", "dog"]}\n{"image": "b", "labels": ["dog"]}\n'
        b'{"image": "c", "labels": ["cat"]}\n{"image": "d", "labels": ["dog", "cat"]}\n',
        b'{"image": "a", "labels": ["fox"]}\n{"image": "b", "labels": ["dog"]}\n'
        b'{"image": "c", "labels": ["cat"]}\n{"image": "d", "labels": ["fox"]}\n',
    ),
    "lists of Python": (
        b"image,labels\na,\"['cat', 'dog']\"\nb,['dog']\nc,['cat']\nd,\"['dog', 'it\\'s']\"\n",
        b"image,labels\na,\"['fox']\"\nb,['dog']\nc,['cat']\nd,\"['fox']\"\n",
    ),
}


@pytest.mark.parametrize("form", SEVERAL)
def test_of_several_choices_in_a_cell_the_first_counts(tmp_path: Path, form: str) -> None:
    before, after = SEVERAL[form]
    file, table = read(tmp_path, before)
    named = {path: table.label_name(row) for row, path in enumerate(table.paths)}
    assert named == {"a.jpg": "cat", "b.jpg": "dog", "c.jpg": "cat", "d.jpg": "dog"}
    said = [str(text) for text in run(tmp_path / "in", labels=file)[0].notices]
    assert any("different labels; the first counts" in text for text in said)
    assert edited(file, table) == before
    assert edited(file, table, a="fox", d="fox") == after
    none = edited(file, table, a="", b="cat")
    assert none is not None
    again = read(tmp_path, none)[1]
    named = {path: again.label_name(row) for row, path in enumerate(again.paths)}
    assert named == {"a.jpg": "", "b.jpg": "cat", "c.jpg": "cat", "d.jpg": "dog"}


def test_no_class_is_written_with_the_other_choices_of_another_image(tmp_path: Path) -> None:
    content = b'[{"image": "a", "label": ["cat", "dog"]}, {"image": "b", "label": ["fox"]}]'
    file, table = read(tmp_path, content)
    assert edited(file, table, b="cat") == content.replace(b"fox", b"cat")
    assert edited(file, table, b="dog") == content.replace(b"fox", b"dog")


@pytest.mark.parametrize(
    ("kind", "given", "new"),
    [
        (pa.string(), ["cat", "dog", "cat", "dog"], "fox"),
        (pa.int16(), [3, 4, 3, 4], "4"),
        (pa.dictionary(pa.int8(), pa.string()), ["cat", "dog", "cat", "dog"], "dog"),
        (pa.list_(pa.string()), [["cat", "dog"], ["dog"], ["cat"], ["dog"]], "fox"),
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
    expected = [new] if pa.types.is_list(kind) else new
    assert list(map(str, labels)) == [str(expected), *map(str, given[2:])]
    assert after.drop_columns(["label"]).equals(before.drop_columns(["label"]).take([0, 2, 3]))
    if kind == pa.int16():
        assert edited(file, table, a="fox") is None
