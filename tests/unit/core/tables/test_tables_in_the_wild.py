"""Tables of labels as people have them."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import LabelsError
from ahsml_app.core.tables.read_table import read_table

CLASSES = ("circle", "stripes", "checks")
ROWS = [(f"img_{name[:2]}{n:03d}.jpg", name) for name in CLASSES for n in range(20)]
STEMS = [(path[:-4], name) for path, name in ROWS]
NUMBERS = [(stem, str(CLASSES.index(name))) for stem, name in STEMS]
ONE_HOT = [(stem, *(str(float(name == other)) for other in CLASSES)) for stem, name in STEMS]


def text(header: tuple[str, ...] | None, rows: list[tuple[str, ...]], separator: str = ",") -> str:
    return "".join(separator.join(row) + "\n" for row in ([header] if header else []) + rows)


def scanned(folder: Path, name: str, content: str | bytes, **options):
    touch(folder / "in", *(path for path, _ in ROWS))
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return run(folder / "in", labels=file, **options)[0]


TABLES = {
    "kaggle.csv": (text(("id", "label"), STEMS), "from 'id' (names without suffix)"),
    "aptos.csv": (text(("id_code", "diagnosis"), NUMBERS), "labels from 'diagnosis'"),
    "cassava.csv": (text(("image_id", "label"), ROWS), "images from 'image_id', labels"),
    "metadata.csv": (text(("file_name", "label"), ROWS), "images from 'file_name', labels"),
    "fastai.csv": (text(("name", "label"), ROWS), "images from 'name', labels"),
    "classes.csv": (text(("filename", "class"), ROWS), "labels from 'class'"),
    "isic.csv": (text(("image", *CLASSES), ONE_HOT), "labels from the largest of 3 columns"),
    "no_header.csv": (text(None, ROWS), "images from 'column 1', labels from 'column 2'"),
    "space.txt": (text(None, ROWS, " "), "images from 'column 1', labels from 'column 2'"),
    "stems.csv": (text(("path", "label"), STEMS), "'path' (names without suffix)"),
    "elsewhere.csv": (
        text(("path", "label"), [(f"C:\\Users\\me\\data\\{path}", name) for path, name in ROWS]),
        "'path' (paths of another place)",
    ),
    "prefix.csv": (
        text(("path", "label"), [(f"images/train/{path}", name) for path, name in ROWS]),
        "'path' (paths of another place)",
    ),
    "metadata.jsonl": (
        "\n".join(json.dumps({"file_name": path, "label": name}) for path, name in ROWS),
        "metadata.jsonl (JSON lines): images from 'file_name'",
    ),
    "rows.json": (
        json.dumps([{"file_name": path, "label": name} for path, name in ROWS]),
        "rows.json (JSON): images from 'file_name'",
    ),
    "map.json": (json.dumps(dict(STEMS)), "names without suffix"),
    "pandas.json": (
        json.dumps({"img": dict(enumerate(dict(ROWS))), "y": dict(enumerate(CLASSES * 20))}),
        "labels from 'y'",
    ),
    "tabs.tsv": (text(("image", "target"), ROWS, "\t"), "labels from 'target'"),
    "semicolons.csv": (text(None, ROWS, ";"), "images from 'column 1'"),
    "excel.csv": ("sep=;\n" + text(("image", "label"), ROWS, ";"), "images from 'image'"),
    "urls.csv": (
        text(("url", "tag"), [(f"https://x.org/a/{path}?size=1", name) for path, name in ROWS]),
        "images from 'url'",
    ),
    "upper.csv": (
        text(("path", "label"), [(path.replace("jpg", "JPG"), name) for path, name in ROWS]),
        "'path' (in another case)",
    ),
    "utf16.csv": (text(("id", "label"), STEMS).encode("utf-16-le"), "names without suffix"),
    "odd.csv": (text(("which", "what"), ROWS), "images from 'which', labels from 'what'"),
    "german.csv": (
        text(
            ("Nr", "Bilddatei", "Ort", "Art"),
            [(str(n), path, "ABCD"[n % 4], name) for n, (path, name) in enumerate(ROWS)],
            ";",
        ),
        "images from 'Bilddatei', labels from 'Art'",
    ),
    "decimal_commas.csv": (
        text(
            ("image", *CLASSES),
            [(row[0], *("0,8" if cell == "1.0" else "0,1" for cell in row[1:])) for row in ONE_HOT],
            ";",
        ),
        "labels from the largest of 3 columns",
    ),
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_opens_and_says_how_it_was_read(tmp_path: Path, name: str) -> None:
    content, said = TABLES[name]
    result = scanned(tmp_path, name, content)
    assert len(result.table) == 60
    assert (result.table.labels >= 0).all()
    assert len(result.table.class_names) == 3
    assert result.quarantined == ()
    assert "60 images found" in notice(result, said)
    if "y" not in result.table.source_columns and name != "aptos.csv":
        assert labels_of(result) == dict(ROWS)


def test_the_programs_own_form_is_read_without_a_word(tmp_path: Path) -> None:
    assert scanned(tmp_path, "labels.csv", text(("path", "label"), ROWS)).notices == ()


def test_comments_are_left_out_and_may_name_the_columns(tmp_path: Path) -> None:
    content = "# made by hand, in May\n#\n" + text(("path", "label"), ROWS) + "# the end\n"
    result = scanned(tmp_path, "labels.csv", content)
    assert labels_of(result) == dict(ROWS)
    assert "3 lines" in notice(result, "are comments")
    named = scanned(tmp_path, "labels.txt", "# image species\n" + text(None, ROWS, " "))
    assert labels_of(named) == dict(ROWS)
    assert "images from 'image', labels from 'species'" in str(named.notices[0])


def test_text_of_windows_is_read_and_said(tmp_path: Path) -> None:
    rows = [(path, name.replace("circle", "Käfer")) for path, name in ROWS]
    result = scanned(tmp_path, "labels.csv", text(("path", "label"), rows).encode("cp1252"))
    assert "Käfer" in result.table.class_names
    assert "Windows-1252" in notice(result, "not in UTF-8")


def test_labels_may_hold_blanks_in_a_table_that_blanks_separate(tmp_path: Path) -> None:
    rows = [(path, f"great {name}" if name == "circle" else name) for path, name in ROWS]
    assert labels_of(scanned(tmp_path, "labels.txt", text(None, rows, " "))) == dict(rows)


def test_the_path_column_may_be_chosen(tmp_path: Path) -> None:
    rows = [(ROWS[n - 1][0], path, name) for n, (path, name) in enumerate(ROWS)]
    content = text(("filename", "corrected", "label"), rows)
    assert labels_of(scanned(tmp_path, "labels.csv", content)) != dict(ROWS)
    result = scanned(tmp_path, "labels.csv", content, path_column="corrected")
    assert labels_of(result) == dict(ROWS)
    assert result.table.path_column == "corrected"
    assert result.table.columns["corrected"] == tuple(path for path, _ in ROWS)
    error = failure(LabelsError, tmp_path / "in", path_column="corrected")
    assert "no manifest" in str(error.message)


def test_the_column_whose_cells_are_images_wins_over_one_of_a_better_name(tmp_path: Path) -> None:
    rows = [("some/folder", path, name) for path, name in ROWS]
    result = scanned(tmp_path, "labels.csv", text(("path", "picture", "label"), rows))
    assert labels_of(result) == dict(ROWS)


@pytest.mark.parametrize("name", ["coco.json", "labels.txt"])
def test_coco_is_recognised_by_content(tmp_path: Path, name: str) -> None:
    images = [{"id": n, "file_name": path} for n, (path, _) in enumerate(ROWS)]
    marks = [
        {"image_id": n, "category_id": CLASSES.index(label)} for n, (_, label) in enumerate(ROWS)
    ]
    marks += [dict(marks[0]), {"image_id": 1, "category_id": 2}]
    kinds = [{"id": n, "name": label} for n, label in enumerate(CLASSES)]
    content = {"images": images, "annotations": marks, "categories": kinds}
    result = scanned(tmp_path, name, json.dumps(content))
    assert labels_of(result) == dict(ROWS)
    assert f"{name} (COCO)" in notice(result, "60 images found")
    assert "different labels" in notice(result, f"{ROWS[1][0]} ({name} image 2)")
    assert not any("--crop-boxes" in text for text in map(str, result.notices))
    for mark in marks:
        mark["bbox"] = [0, 0, 9, 9]
    boxed = scanned(tmp_path, name, json.dumps(content))
    assert "names boxes of objects" in notice(boxed, "--crop-boxes")


def test_a_large_coco_file_of_other_images_is_told_in_few_words(tmp_path: Path) -> None:
    count = 20_000
    images = [{"id": n, "file_name": f"other_{n:06d}.jpg"} for n in range(count)]
    marks = [{"id": n, "image_id": n, "category_id": n % 80} for n in range(count)]
    touch(tmp_path / "in", "a.jpg")
    file = tmp_path / "coco.json"
    file.write_text(json.dumps({"images": images, "annotations": marks}))
    error = failure(LabelsError, tmp_path / "in", labels=file)
    assert "COCO" in str(error.message)
    assert len(str(error.message)) < 500


@pytest.mark.parametrize("indent", [None, 1])
def test_outlines_of_coco_take_no_memory(tmp_path: Path, indent: int | None) -> None:
    """Of instances_train2017.json they are most; its floats alone would take 5 times its bytes."""
    marks = [
        {"id": n, "image_id": n % 60, "category_id": n % 6, "segmentation": [[n + 0.25] * 200]}
        for n in range(2_000)
    ]
    images = [{"id": n, "file_name": path} for n, (path, _) in enumerate(ROWS)]
    file = tmp_path / "coco.json"
    file.write_text(json.dumps({"images": images, "annotations": marks}, indent=indent))
    tracemalloc.start()
    read_table(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3 * file.stat().st_size


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ('{"shapes": [], "imagePath": "a.jpg"}', "LabelMe"),
        ('[{"id": 1, "annotations": [], "data": {}}]', "Label Studio"),
        ('{"cells": [], "nbformat": 4}', "notebook"),
        ('{"a": [1], "b": 2}', "JSON"),
        ("[1, 2, 3]", "JSON"),
        ("[" * 100_000 + "]" * 100_000, "JSON"),
        ('{"images": ["' + "x" * 100_000 + '"], "annotations": []}', "COCO"),
        ('<?xml version="1.0"?><annotation></annotation>', "XML"),
        ("PK\x03\x04", "Excel"),
        (json.dumps([{f"column {n}": 1 for n in range(5000)}]), "'column 0'"),
        (",".join(f"{n}" + "long" * 100 for n in range(5000)) + "\n", "'path'"),
    ],
)
def test_what_is_no_table_is_refused_by_its_name(tmp_path: Path, content: str, kind: str) -> None:
    touch(tmp_path / "in", "a.jpg")
    file = tmp_path / "labels.json"
    file.write_text(content)
    if kind == "'path'":
        file = file.rename(tmp_path / "labels.csv")
    error = failure(LabelsError, tmp_path / "in", labels=file)
    assert kind in str(error.message)
    assert len(str(error.message)) < 500


EXACT = text(("path", "label"), ROWS)
OF_CLASS = {name: [path for path, label in ROWS if label == name] for name in CLASSES}
NOTED = ("width", "emotion", "camera")
MORE_TABLES = {
    "weights.csv": text(
        ("image", *CLASSES, "weight", "checked"), [(*row, "0.47", "1.0") for row in ONE_HOT]
    ),
    "truth.csv": text(
        ("image", *CLASSES), [(stem, *(str(name == c) for c in CLASSES)) for stem, name in STEMS]
    ),
    "percent.csv": text(
        ("image", *CLASSES),
        [(stem, *("80" if name == c else "10" for c in CLASSES)) for stem, name in STEMS],
    ),
    "title.csv": "Labels of 2024\n\n" + EXACT,
    "comment.csv": "// written by a tool\n" + EXACT,
    "other_columns.csv": text(
        ("image", *NOTED), [(path, "96", name, f"c{n % 7}") for n, (path, name) in enumerate(ROWS)]
    ),
    "jpeg.csv": text(("path", "label"), [(f"{stem}.jpeg", name) for stem, name in STEMS]),
    "lists.jsonl": "\n".join(json.dumps({"image": path, "tags": [name]}) for path, name in ROWS),
    "inner.jsonl": "\n".join(
        json.dumps({"image": {"path": path, "width": 9}, "annotation": {"label": name}})
        for path, name in ROWS
    ),
    "classes.json": json.dumps(OF_CLASS),
    "map_of_lists.json": json.dumps({path: [name] for path, name in ROWS}),
    "map_of_objects.json": json.dumps({path: {"label": name, "w": 1} for path, name in ROWS}),
    "pairs.json": json.dumps(ROWS),
    "named_pairs.json": json.dumps([("path", "label"), *ROWS]),
    "data.json": json.dumps({"version": 1, "data": [{"path": p, "label": n} for p, n in ROWS]}),
}


@pytest.mark.parametrize("name", MORE_TABLES)
def test_more_tables_open_as_they_are(tmp_path: Path, name: str) -> None:
    found = scanned(tmp_path, name, MORE_TABLES[name])
    assert labels_of(found) == dict(ROWS)


def test_rows_without_one_class_have_no_label(tmp_path: Path) -> None:
    rows = [(stem, *("0", "0", "0")) if n == 5 else (stem, *("1", "1", "0")) if n == 6 else row
            for n, row in enumerate(ONE_HOT) for stem in [row[0]]]  # fmt: skip
    found = labels_of(scanned(tmp_path, "one_hot.csv", text(("image", *CLASSES), rows)))
    expected = dict(ROWS) | dict.fromkeys([ROWS[5][0], ROWS[6][0]], "")
    assert found == expected


def test_a_table_whose_paths_all_fit_several_files_names_them(tmp_path: Path) -> None:
    touch(tmp_path / "in", *(f"{name}/{n}.jpg" for name in CLASSES for n in range(3)))
    (tmp_path / "a.csv").write_text("path,label\n0.jpg,circle\n1.jpg,checks\n")
    error = failure(LabelsError, tmp_path / "in", labels=tmp_path / "a.csv")
    assert "'0.jpg' fits several: 'checks/0.jpg', 'circle/0.jpg'" in str(error)
    (tmp_path / "b.csv").write_text("path,label\n")
    assert "lists no image" in str(failure(LabelsError, tmp_path / "in", labels=tmp_path / "b.csv"))


def test_a_class_of_later_rows_only_is_named(tmp_path: Path) -> None:
    found = scanned(tmp_path, "a.csv", EXACT + f"{ROWS[0][0]},zebra\n")
    assert "has the class 'zebra' only in rows of images whose" in notice(found, "zebra")
    missing = scanned(tmp_path, "b.csv", EXACT + "gone.jpg,zebra\n")
    assert "No file of the class 'zebra'" in notice(missing, "zebra")


@pytest.mark.parametrize("column", ["annotator_id", "Worker ID", "rater", "labeler"])
def test_near_names_of_annotators(tmp_path: Path, column: str) -> None:
    rows = [(path, who, name) for path, name in ROWS for who in ("ann", "bob")]
    found = scanned(tmp_path, "a.csv", text(("path", column, "label"), rows))
    assert json.loads(found.table.columns["opinions"][0]) == dict.fromkeys(("ann", "bob"), "circle")


NAMES_FILES = {
    "classes.csv": "id,name\n0,circle\n1,stripes\n2,checks\n",
    "quoted.csv": '0,"circle"\n1,"stripes"\n2,"checks"\n',
    "swapped.tsv": "name\tid\ncircle\t0\nstripes\t1\nchecks\t2\n",
    "data.yaml": "nc: 3\nnames: [circle, stripes, checks]\n",
    "numbered.yaml": "names:\n  0: circle\n  1: stripes\n  2: checks\n",
}


@pytest.mark.parametrize("number", ["{}", "0{}"])
@pytest.mark.parametrize("name", NAMES_FILES)
def test_files_that_name_numbers(tmp_path: Path, name: str, number: str) -> None:
    (tmp_path / name).write_text(NAMES_FILES[name])
    table = text(("id", "label"), [(stem, number.format(each)) for stem, each in NUMBERS])
    found = scanned(tmp_path, "numbers.csv", table, class_names=tmp_path / name)
    assert labels_of(found) == dict(ROWS)


def test_numbers_without_a_name_are_told(tmp_path: Path) -> None:
    (tmp_path / "names.txt").write_text("circle\nstripes\n")
    table = text(("id", "label"), NUMBERS)
    found = scanned(tmp_path, "numbers.csv", table, class_names=tmp_path / "names.txt")
    assert set(labels_of(found).values()) == {"circle", "stripes", "2"}
    assert notice(found, "no name") == "names.txt has no name for 1 class: '2'."


@pytest.mark.parametrize("word", ["Test", " TESTING ", "test_set"])
def test_images_of_any_spelling_of_test_are_not_trained_on(tmp_path: Path, word: str) -> None:
    rows = [(path, name, word if n % 4 == 0 else "train") for n, (path, name) in enumerate(ROWS)]
    table = scanned(tmp_path, "a.csv", text(("path", "label", "Split"), rows)).table
    assert table.trainable.tolist() == [n % 4 != 0 for n in range(len(ROWS))]
