from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import OPINIONS
from ahsml_app.core.data.scan import scan


def write(file: Path, *rows: str) -> Path:
    file.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return file


def test_a_manifest_gives_labels_columns_and_the_order(tmp_path):
    touch(tmp_path, "1.jpg", "b/2.jpg", "3.jpg", "4.jpg")
    file = write(
        tmp_path / "labels.csv",
        "split,path,extra,label,annotator",
        "test,b/2.jpg,x,cat,ann",
        ",1.jpg,,dog,",
        "train,4.jpg, y ,,bob",
        "val,3.jpg,z,cat,bob",
    )
    result, _ = run(tmp_path, labels=file)
    table = result.table
    assert table.paths == ("b/2.jpg", "1.jpg", "4.jpg", "3.jpg")
    assert labels_of(result) == {"b/2.jpg": "cat", "1.jpg": "dog", "4.jpg": "", "3.jpg": "cat"}
    assert table.trainable.tolist() == [False, True, False, True]
    assert table.source_columns == ("split", "path", "extra", "label", "annotator")
    assert dict(table.columns) == {
        "split": ("test", "", "train", "val"),
        "extra": ("x", "", " y ", "z"),
        "annotator": ("ann", "", "bob", "bob"),
        OPINIONS: ('{"ann": "cat"}', "{}", '{"bob": ""}', '{"bob": "cat"}'),
    }
    assert table.label_column == "label"
    assert "'dog'" in notice(result, "one image")


def test_the_opinions_of_all_annotators_are_kept(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    rows = ("1.jpg,cat,ann", "1.jpg,dog,bob", "2.jpg,dog,ann", "3.jpg,cat,", "2.jpg,dog,eve")
    file = write(tmp_path / "labels.csv", "path,label,annotator", *rows)
    table = run(tmp_path, labels=file)[0].table
    assert [json.loads(text) for text in table.columns[OPINIONS]] == [
        {"ann": "cat", "bob": "dog"}, {"ann": "dog", "eve": "dog"}, {}
    ]  # fmt: skip
    assert labels_of(run(tmp_path, labels=file)[0])["1.jpg"] == "cat"


def test_files_that_a_manifest_lists_in_vain_are_quarantined_with_their_line(tmp_path):
    touch(tmp_path, "set/1.jpg", "set/2.jpg", "outside.jpg")
    file = write(
        tmp_path / "set/labels.csv",
        "path,label",
        "1.jpg,a",
        "gone.jpg,a",
        "",
        "../outside.jpg,b",
        "/etc/hosts.jpg,b",
        "2.jpg,b",
        ",b",
    )
    result, _ = run(tmp_path / "set", labels=file)
    assert labels_of(result) == {"1.jpg": "a", "2.jpg": "b"}
    assert {item.path: str(item.reason) for item in result.quarantined} == {
        "gone.jpg": "listed in labels.csv line 3, but no such file",
        "../outside.jpg": "listed in labels.csv line 5, but it lies outside the image folder",
        "/etc/hosts.jpg": "listed in labels.csv line 6, but it lies outside the image folder",
        "": "listed in labels.csv line 8, but the path is empty",
    }


def test_paths_of_a_manifest_may_be_written_in_many_ways(tmp_path):
    touch(tmp_path, "x/1.jpg", "x/2.jpg", "x/3.jpg", "x/.4.jpg", "x/5.data", "x/é.jpg", "x/7.jpg")
    file = write(
        tmp_path / "labels.csv",
        "path,label",
        "./x/1.jpg,a",
        "x\\2.jpg,a",
        f"{tmp_path}/x/3.jpg,a",
        "x/.4.jpg,b",
        "x/5.data,b",
        unicodedata.normalize("NFD", "x/é.jpg") + ",b",
        " y/../x//7.jpg ,b",
    )
    result, _ = run(tmp_path, labels=file)
    assert result.quarantined == ()
    assert [unicodedata.normalize("NFC", path) for path in result.table.paths] == [
        "x/1.jpg", "x/2.jpg", "x/3.jpg", "x/.4.jpg", "x/5.data", "x/é.jpg", "x/7.jpg",
    ]  # fmt: skip


def test_paths_may_be_relative_to_the_manifest_beside_the_image_folder(tmp_path):
    touch(tmp_path, "images/1.jpg", "images/2.jpg")
    file = write(tmp_path / "labels.csv", "path,label", "images/1.jpg,a", "images/2.jpg,b")
    result, _ = run(tmp_path / "images", labels=file)
    assert result.table.paths == ("1.jpg", "2.jpg")


def test_a_manifest_of_missing_files_only_is_a_labels_error(tmp_path):
    touch(tmp_path, "1.jpg")
    file = write(tmp_path / "labels.csv", "path,label", "a.jpg,a", "b.jpg,b")
    error = failure(LabelsError, tmp_path, labels=file)
    assert "None of the 2 files" in str(error.message)
    assert "'a.jpg'" in str(error.message)
    header_only = write(tmp_path / "header.csv", "path,label")
    assert "header.csv" in str(failure(LabelsError, tmp_path, labels=header_only).message)


def test_a_picture_listed_twice_counts_once_if_the_labels_agree(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg")
    file = write(
        tmp_path / "l.csv", "path,label,n", "1.jpg,a,first", "2.jpg,b,x", "./1.jpg,a,second"
    )
    result, _ = run(tmp_path, labels=file)
    assert result.table.columns["n"] == ("first", "x")
    assert "line 4" in notice(result, "again with the same label")


def test_a_picture_with_two_labels_has_the_first_or_none_and_is_named(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    rows = ("1.jpg,a", "2.jpg,b", "3.jpg,a", "./1.jpg,b", "1.jpg,a", "3.jpg,", "2.jpg,nan")
    first, _ = run(tmp_path, labels=write(tmp_path / "l.csv", "path,label", *rows))
    assert labels_of(first) == {"1.jpg": "a", "2.jpg": "b", "3.jpg": "a"}
    assert "1 image different labels; the first counts" in notice(first, "1.jpg (l.csv line 2)")
    result, _ = run(tmp_path, labels=tmp_path / "l.csv", on_conflict="unlabelled")
    assert labels_of(result) == {"1.jpg": "", "2.jpg": "b", "3.jpg": "a"}
    assert "it counts as unlabelled" in notice(result, "1.jpg (l.csv line 2)")


def test_why_a_table_leaves_one_class_is_told_before_the_error(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg")
    file = write(tmp_path / "l.csv", "path,label", "1.jpg,a", "2.jpg,b", "1.jpg,c")
    told = []
    with pytest.raises(LabelsError):
        told.extend(scan(Source(tmp_path, labels=file, on_conflict="unlabelled")))
    assert "different labels" in str(told[-1].message)


def test_pictures_that_the_manifest_does_not_list_are_counted_and_not_scored(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "3.jpg", "x/4.jpg", "notes.txt")
    file = write(tmp_path / "labels.csv", "path,label", "1.jpg,a", "2.jpg,b")
    result, _ = run(tmp_path, labels=file)
    assert len(result.table) == 2
    assert "2 images" in notice(result, "does not list")
    assert notice(result, "not images").endswith("1 .txt.")


def test_a_test_split_that_leaves_one_class_to_learn_is_a_labels_error(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg")
    file = write(tmp_path / "l.csv", "path,label,Split", "1.jpg,a,TEST", "2.jpg,b,train")
    assert "outside the test split" in str(failure(LabelsError, tmp_path, labels=file).message)


def test_a_class_with_test_pictures_only_is_pointed_out(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg", "3.jpg")
    file = write(tmp_path / "l.csv", "path,label,split", "1.jpg,a,", "2.jpg,b,", "3.jpg,c,test")
    assert "'c'" in notice(run(tmp_path, labels=file)[0], "never learned")


def test_options_that_contradict_each_other_are_labels_errors(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/1.jpg")
    file = write(tmp_path / "l.csv", "path,label", "a/1.jpg,a", "b/1.jpg,b")
    assert "not from both" in str(
        failure(LabelsError, tmp_path, labels=file, class_from="{class}/*").message
    )
    assert "no manifest" in str(failure(LabelsError, tmp_path, label_column="label").message)
