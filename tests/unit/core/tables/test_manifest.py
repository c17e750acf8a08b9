from __future__ import annotations

import contextlib
import csv
import io
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahsml_app.base.errors import ExitCode, LabelsError
from ahsml_app.core.tables.manifest import Manifest, read_manifest
from ahsml_app.core.tables.read_table import delimiter_of

ROWS = "path,label,group\na.jpg,cat,1\nb.jpg,dög,2\n"


def read(folder: Path, content: str | bytes, name: str = "labels.csv", **options) -> Manifest:
    data = content.encode() if isinstance(content, str) else content
    (folder / name).write_bytes(data)
    return read_manifest(folder / name, **options)


def failure(folder: Path, content: str | bytes, name: str = "labels.csv", **options) -> LabelsError:
    with pytest.raises(LabelsError) as caught:
        read(folder, content, name, **options)
    assert name in str(caught.value.message)
    assert str(caught.value.hint)
    assert caught.value.exit_code == ExitCode.LABELS
    return caught.value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-mark"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_usual_text_form_is_read(tmp_path, encoding, delimiter, newline):
    text = ROWS.replace(",", delimiter).replace("\n", newline)
    data = b"\xff\xfe" + text.encode("utf-16-le") if "mark" in encoding else text.encode(encoding)
    manifest = read(tmp_path, data)
    assert manifest.paths == ("a.jpg", "b.jpg")
    assert manifest.labels == ("cat", "dög")
    assert dict(manifest.columns) == {"group": ("1", "2")}
    assert manifest.source_columns == ("path", "label", "group")


def test_the_separator_comes_from_the_header_not_from_the_cells(tmp_path):
    manifest = read(tmp_path, "path;label;note\na.jpg;x,y,z;1,5\nb.jpg;u,v,w;2,5\n")
    assert manifest.labels == ("x,y,z", "u,v,w")
    indexed = read(tmp_path, "\tpath\tlabel\n0\ta,b.jpg\tx\n")
    assert indexed.paths == ("a,b.jpg",)
    quoted = read(tmp_path, '"a;b;c;d",path,label\n1,a.jpg,x\n')
    assert quoted.source_columns == ("a;b;c;d", "path", "label")


def test_lines_are_those_of_the_file_despite_blank_lines_and_long_fields(tmp_path):
    manifest = read(
        tmp_path, '\npath,label,note\n\na.jpg,x,"two\nlines"\n,,\nb.jpg,y,"say ""hi"""\nc.jpg,z,'
    )
    assert manifest.lines == (4, 7, 8)
    assert manifest.columns["note"] == ("two\nlines", 'say "hi"', "")
    assert manifest.place(1) == "labels.csv line 7"


def test_labels_are_trimmed_and_further_columns_are_kept_as_they_are(tmp_path):
    manifest = read(tmp_path, "path,label,Note\na.jpg, cat ,  x \nb.jpg,   ,\n")
    assert manifest.labels == ("cat", "")
    assert manifest.columns == {"Note": ("  x ", "")}


def test_a_short_row_is_filled_and_a_long_one_is_an_error_with_its_line(tmp_path):
    assert read(tmp_path, "path,label,group\na.jpg\nb.jpg,x\n").labels == ("", "x")
    assert read(tmp_path, "path,label\na.jpg,x,,\n").labels == ("x",)
    error = failure(tmp_path, "path,label\na.jpg,x\nb.jpg,x,y\n")
    assert "line 3 has 3 fields" in str(error.message)


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"path,label\na.jpg,x\ncaf\x81.jpg,y\n", "line 3"),
        (b"path,label\na.jpg,x\n\0\0,y\n", "line 3"),
        (b'path,label\na.jpg,x\nb.jpg,"open\nc.jpg,z\n', "line 3"),
        (b'path,label\n"a"b.jpg,x\n', "line 2"),
        (b"PK\x03\x04\xff\xfe\x00workbook", "Excel workbook"),
    ],
)
def test_broken_text_is_an_error_with_its_line(tmp_path, content, line):
    assert line in str(failure(tmp_path, content).message)


@pytest.mark.parametrize("content", ["", "\n\n", "\ufeff"])
def test_an_empty_file_is_an_error(tmp_path, content):
    assert "is empty" in str(failure(tmp_path, content).message)


def test_a_missing_manifest_and_a_folder_are_errors(tmp_path):
    for path in (tmp_path / "gone.csv", tmp_path):
        with pytest.raises(LabelsError, match="cannot be read"):
            read_manifest(path)


def test_a_missing_path_column_names_the_columns_and_the_likely_one(tmp_path):
    error = failure(tmp_path, "where,label\na.jpg,x\n")
    assert "'path'" in str(error.message)
    assert "'where', 'label'" in str(error.message)
    assert "--path-column" in str(error.hint)
    assert read(tmp_path, "where,label\na.jpg,x\n", path_column="Where").paths == ("a.jpg",)
    failure(tmp_path, "where,label\na.jpg,x\n", path_column="there")


def test_a_missing_label_column_names_the_columns(tmp_path):
    error = failure(tmp_path, "path,kind,note\na.jpg,x,y\n")
    assert "'path', 'kind', 'note'" in str(error.message)
    assert "--label-column kind" in str(error.hint)
    assert read(tmp_path, "path,kind\na.jpg,x\n").labels == ("x",)
    assert read(tmp_path, "path,kind,labels\na.jpg,x,y\n").labels == ("y",)


def test_the_likeliest_of_several_label_columns_counts_and_the_others_are_named(tmp_path):
    content = "path,label_a,label_b,note\na.jpg,x,y,n\n"
    manifest = read(tmp_path, content)
    assert manifest.label_column == "label_a"
    assert "'label_b'" in str(manifest.notices[0])
    manifest = read(tmp_path, content, label_column="label_b")
    assert manifest.labels == ("y",)
    assert manifest.label_column == "label_b"
    assert set(manifest.columns) == {"label_a", "note"}


def test_the_chosen_column_wins_over_label_which_is_kept(tmp_path):
    manifest = read(tmp_path, "path,label,expert\na.jpg,x,y\n", label_column="expert")
    assert (manifest.labels, manifest.columns["label"]) == (("y",), ("x",))


def test_a_chosen_column_that_does_not_exist_is_an_error_with_a_near_match(tmp_path):
    error = failure(tmp_path, "path,label,expert\na.jpg,x,y\n", label_column="expret")
    assert "'expret'" in str(error.message)
    assert "--label-column expert" in str(error.hint)
    failure(tmp_path, "path,label\na.jpg,x\n", label_column="path")


def test_known_columns_are_found_in_any_case_and_others_keep_theirs(tmp_path):
    manifest = read(tmp_path, " Path ,LABEL,Split,Camera\na.jpg,x,test,C\n")
    assert manifest.source_columns == ("path", "LABEL", "split", "Camera")
    assert manifest.label_column == "LABEL"
    assert dict(manifest.columns) == {"split": ("test",), "Camera": ("C",)}


def test_a_header_of_very_many_names_is_checked_at_once(tmp_path):
    file = tmp_path / "labels.csv"
    file.write_text("path,label" + "," * 30_000 + "\na.png,cat\n")
    start = time.process_time()
    assert len(read_manifest(file).columns) == 30_000
    assert time.process_time() - start < 2  # comparing each name with each took 20 s


def test_two_columns_of_one_name_are_an_error_and_a_nameless_one_gets_a_name(tmp_path):
    assert "'label'" in str(failure(tmp_path, "path,label,label\na.jpg,x,y\n").message)
    assert read(tmp_path, ",path,label\n0,a.jpg,x\n").columns == {"column 1": ("0",)}


# --- Parquet ---


def parquet(**columns) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("name", ["labels.parquet", "labels.pq", "labels.bin", "labels.csv"])
def test_parquet_is_known_by_name_or_content(tmp_path, name):
    manifest = read(tmp_path, parquet(path=["a.jpg", "b.jpg"], label=["x", None]), name)
    assert manifest.labels == ("x", "")
    assert manifest.lines == (1, 2)
    assert manifest.place(1) == f"{name} row 2"
    assert delimiter_of(tmp_path / name) == ","


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([3, 10], ("3", "10")),
        ([3.0, None], ("3", "")),
        ([3.0, float("nan")], ("3", "")),
        ([3.0, 2.5], ("3.0", "2.5")),
        ([True, False], ("True", "False")),
        (pa.array(["b", "a"]).dictionary_encode(), ("b", "a")),
        ([b"x", b"y"], ("x", "y")),
    ],
)
def test_parquet_labels_of_any_type_become_text(tmp_path, values, texts):
    manifest = read(tmp_path, parquet(path=["1.jpg", "2.jpg"], label=values, n=[1, 2]), "l.parquet")
    assert manifest.labels == texts
    assert manifest.columns == {"n": ("1", "2")}


def test_a_folder_named_like_a_partition_adds_no_column(tmp_path):
    folder = tmp_path / "label=cat"
    folder.mkdir()
    manifest = read(folder, parquet(path=["a.jpg"], label=["x"]), "l.parquet")
    assert manifest.source_columns == ("path", "label")


def test_broken_parquet_and_missing_columns_are_errors(tmp_path):
    failure(tmp_path, b"PAR1 but no more", "l.parquet")
    failure(tmp_path, parquet(path=["a.jpg"], label=["x"])[:-20], "l.parquet")
    far = pa.array([2**62], pa.timestamp("ms"))  # of no year that Python knows
    failure(tmp_path, parquet(path=["a.jpg"], label=far), "l.parquet")
    assert "'where'" in str(
        failure(tmp_path, parquet(where=["a.jpg"], label=["x"]), "l.parquet").message
    )


cells = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=st.lists(st.tuples(cells, cells, cells), min_size=1, max_size=5),
    sep=st.sampled_from(",;\t"),
)
def test_what_a_csv_writer_writes_is_read_back(tmp_path, rows, sep):
    rows = [(path, f"a{label}", other) for path, label, other in rows]
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=sep)
    writer.writerows([("path", "label", "x"), *rows])
    manifest = read(tmp_path, buffer.getvalue())
    assert list(zip(manifest.paths, manifest.labels, manifest.columns["x"], strict=True)) == [
        (path, label.strip(), other) for path, label, other in rows
    ]


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=60) | st.text('path,lbe;"\n\r x', max_size=60).map(str.encode))
def test_whatever_a_file_holds_only_labels_errors_come_out(tmp_path, data):
    for name in ("l.csv", "l.parquet"):
        with contextlib.suppress(LabelsError):
            manifest = read(tmp_path, data, name)
            assert len(manifest.paths) == len(manifest.labels) == len(manifest.lines)
