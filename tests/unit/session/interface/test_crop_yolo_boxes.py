"""Boxes of YOLO are cut out, their labels judged as those of images, and written back."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from PIL import Image

import ahsml_app
from ahsml_app.core.tables.forms.yolo_names import yolo_names

COLOURS = {"red": (200, 0, 0), "blue": (0, 0, 200)}
YOLO = "{first} 0.166667 0.375 0.333333 0.75\r\n{second} 0.75 0.625 0.5 0.75\r\n"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Four images, each red at the left and blue at the right."""
    for number in range(4):
        image = Image.new("RGB", (60, 40), COLOURS["red"])
        image.paste(COLOURS["blue"], (30, 0, 60, 40))
        path = tmp_path / "set" / "images" / "day" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    return tmp_path / "set" / "images"


def boxes_of(images: Path, first: int = 0, second: int = 1, part: str = "day") -> Path:
    folder = images.parent / "labels" / part
    folder.mkdir(parents=True)
    for number in range(4):
        text = YOLO.format(first=first, second=second)
        (folder / f"{number}.txt").write_bytes(text.encode())
    return folder


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def exported(images: Path, place: Path, **labels: str) -> Path:
    """The files of boxes after some crops got other labels."""
    done = ahsml_app.crop_boxes(images, images.parent, place / "crops")
    assert done.crops >= 8
    with ahsml_app.open_project(place / "project", place / "crops", done.table) as project:
        for stem, label in labels.items():
            project.decide(f"day/{stem.strip('_').replace('_', '-')}.png", "relabel", label)
        project.export(place / "out", ["labels"], formats=["boxes"])
    return place / "out" / "formats" / "boxes"


def labels_of(images: Path, written: Path, place: Path) -> dict[str, str]:
    done = ahsml_app.crop_boxes(images, written, place / "again")
    return {Path(row["path"]).stem: row["label"] for row in rows_of(done.table)}


@pytest.mark.parametrize("names", ["data.yaml", "classes.txt"])
def test_boxes_of_yolo_come_in_and_go_out(tmp_path: Path, images: Path, names: str) -> None:
    folder = boxes_of(images)
    text = b"names: [red, 'blue']" if names == "data.yaml" else b"red\nblue\n"
    (images.parent / "labels" / names).write_bytes(text)
    written = exported(images, tmp_path, _3_0="blue")
    for row in rows_of(tmp_path / "crops" / "crops.csv"):
        with Image.open(tmp_path / "crops" / row["path"]) as crop:
            assert crop.getpixel((5, 5)) == COLOURS[row["label"]]
    assert (written / "day" / "3.txt").read_bytes() == YOLO.format(first=1, second=1).encode()
    assert (written / "day" / "2.txt").read_bytes() == (folder / "2.txt").read_bytes()
    assert (written / names).read_bytes() == text


@pytest.mark.parametrize(
    "text",
    [
        "path: x\nnames: ['a b', c]\nnc: 2\n",
        "names:\n  0: a b\n  1: 'c'\nnc: 2\n",
        "names:\n- a b\n- c # both\nnc: 2\n",
        'names:\n  - "a b"\n  - c',
        "a b\n\nc\n",
        "nc: 2\nnames: {0: a b, 1: c}\n",
        "names: [  # of mine\n  'a b',  # the first\n  c,\n]\nnc: 2\n",
        "names:  # of mine\n  # the first\n  1: c\n\n  0: 'a b'  # with a blank\ntrain: x\n",
    ],
)
def test_names_of_yolo_are_read_as_people_write_them(text: str) -> None:
    assert yolo_names(text) == ["a b", "c"]


def test_names_of_yolo_may_hold_what_yaml_writes_in_quotes() -> None:
    assert yolo_names("names: ['a, b', 'it''s', \"c: d\", \"\\u00e4\"]") == [
        "a, b", "it's", "c: d", "ä",
    ]  # fmt: skip
    assert yolo_names("nc: 2\ntrain: images\n") == []


NAMES = {
    "a list": ("nc: 2\nnames: [red, blue]\n", "nc: 3\nnames: [red, blue, green]\n"),
    "a list with quotes": (
        "names: ['red', 'blue']  # mine\nnc: 2 # of 2",
        "names: ['red', 'blue', 'green']  # mine\nnc: 3 # of 2",
    ),
    "a list over lines": (
        'names: [\n  "red",\n  "blue",  # sky\n]\nnc : 9\n',
        'names: [\n  "red",\n  "blue",\n  "green",  # sky\n]\nnc : 9\n',
    ),
    "a map": (
        "train: x\r\nnames:\r\n  0: red\r\n  1: blue  # sky\r\n\r\n# end\r\n",
        "train: x\r\nnames:\r\n  0: red\r\n  1: blue  # sky\r\n  2: green\r\n\r\n# end\r\n",
    ),
    "a map in braces": ("names: {0: red, 1: blue}", "names: {0: red, 1: blue, 2: green}"),
    "items": ("names:\n- red\n- blue\nnc: 2\n", "names:\n- red\n- blue\n- green\nnc: 3\n"),
    "items at the end": (
        "nc: 2\nnames:\n  - red\n  - blue",
        "nc: 3\nnames:\n  - red\n  - blue\n  - green",
    ),
    "lines": ("\ufeffred\nblue\n\n", "\ufeffred\nblue\ngreen\n\n"),
    "lines without an end": ("red\r\nblue", "red\r\nblue\r\ngreen"),
}


@pytest.mark.parametrize("form", NAMES)
def test_a_new_class_comes_behind_the_others_in_the_list_of_names(
    tmp_path: Path, images: Path, form: str
) -> None:
    before, after = (text.encode() for text in NAMES[form])
    boxes_of(images)
    name = "data.yaml" if b"names" in before else "classes.txt"
    (images.parent / name).write_bytes(before)
    written = exported(images, tmp_path, _3_0="green", _2_0="blue")
    assert (written / name).read_bytes() == after
    inner = written / "labels" / "day"
    assert (inner / "3.txt").read_bytes() == YOLO.format(first=2, second=1).encode()
    assert (inner / "2.txt").read_bytes() == YOLO.format(first=1, second=1).encode()
    assert (images.parent / name).read_bytes() == before
    again = labels_of(images, written, tmp_path)
    assert [again[f"{n}-0"] for n in range(4)] == ["red", "red", "blue", "green"]


@pytest.mark.parametrize(
    ("label", "written"),
    [
        ("it's", "it's"),
        ("no", "'no'"),
        ("7", "'7'"),
        ("a, b", "'a, b'"),
        ("Bär (2)", "Bär (2)"),
        ("- #", "'- #'"),
    ],
)
def test_a_new_class_stands_in_quotes_where_yaml_needs_them(
    tmp_path: Path, images: Path, label: str, written: str
) -> None:
    boxes_of(images)
    (images.parent / "data.yaml").write_text("names: [red, blue]\n", encoding="utf-8")
    made = exported(images, tmp_path, _0_0=label)
    text = (made / "data.yaml").read_text(encoding="utf-8")
    assert text == f"names: [red, blue, {written}]\n"
    assert labels_of(images, made, tmp_path)["0-0"] == label


def test_boxes_without_names_get_a_file_of_names_for_a_new_class(
    tmp_path: Path, images: Path
) -> None:
    boxes_of(images, first=0, second=2)
    written = exported(images, tmp_path, _0_0="2", _1_0="green", _2_0="apple")
    assert (written / "classes.txt").read_bytes() == b"0\n1\n2\napple\ngreen\n"
    assert (written / "0.txt").read_bytes() == YOLO.format(first=2, second=2).encode()
    assert (written / "1.txt").read_bytes() == YOLO.format(first=4, second=2).encode()
    assert labels_of(images, written, tmp_path)["2-0"] == "apple"


def test_a_number_without_a_name_keeps_its_boxes_beside_a_new_class(
    tmp_path: Path, images: Path
) -> None:
    boxes_of(images, second=3)
    (images.parent / "labels" / "classes.txt").write_bytes(b"red\nblue\n")
    written = exported(images, tmp_path, _0_0="3", _1_0="green")
    assert (written / "classes.txt").read_bytes() == b"red\nblue\n2\n3\ngreen\n"
    assert (written / "day" / "0.txt").read_bytes() == YOLO.format(first=3, second=3).encode()
    assert (written / "day" / "1.txt").read_bytes() == YOLO.format(first=4, second=3).encode()


def test_every_file_of_the_same_names_gets_a_new_class(tmp_path: Path, images: Path) -> None:
    """As of Darknet, with the number of classes in a file of its own, and one of another tool."""
    boxes_of(images)
    (images.parent / "obj.names").write_bytes(b"red\nblue\n")
    (images.parent / "obj.data").write_bytes(b"classes = 2\ntrain = train.list\n")
    (images.parent / "labels" / "classes.txt").write_bytes(b"red\nblue")
    (images.parent / "data.yaml").write_bytes(b"names: [cat]\n")
    written = exported(images, tmp_path, _0_0="green")
    made = {path.name: path.read_bytes() for path in written.rglob("*") if path.is_file()}
    assert made["obj.names"] == b"red\nblue\ngreen\n"
    assert made["obj.data"] == b"classes = 3\ntrain = train.list\n"
    assert made["classes.txt"] == b"red\nblue\ngreen"
    assert "data.yaml" not in made


def test_lists_of_names_of_several_folders_get_the_same_new_classes(
    tmp_path: Path, images: Path
) -> None:
    for part in ("a/x/y", "b/x/y"):
        for number in range(4):
            path = images / part / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes((images / "day" / f"{number}.png").read_bytes())
        folder = boxes_of(images, part=part)
        (folder / "classes.txt").write_bytes(b"red\nblue\n")
    done = ahsml_app.crop_boxes(images, images.parent / "labels", tmp_path / "crops")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("a/x/y/0-0.png", "relabel", "white")
        project.decide("b/x/y/0-0.png", "relabel", "black")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    written = tmp_path / "out" / "formats" / "boxes"
    for part, number in (("a", 3), ("b", 2)):
        made = written / part / "x" / "y"
        assert (made / "classes.txt").read_bytes() == b"red\nblue\nblack\nwhite\n"
        assert (made / "0.txt").read_bytes() == YOLO.format(first=number, second=1).encode()


def test_a_list_of_names_that_is_not_clear_is_told(tmp_path: Path, images: Path) -> None:
    boxes_of(images)
    (images.parent / "data.yaml").write_bytes(b"nc: 2\nnames: mine.names\n")
    heard = []
    done = ahsml_app.crop_boxes(images, images.parent, tmp_path / "crops")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("day/0-0.png", "relabel", "green")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"], listener=heard.append)
    said = " ".join(str(getattr(event, "message", "")) for event in heard)
    assert "data.yaml cannot be written: the list of names cannot take" in said
    assert (tmp_path / "out" / "labels.csv").is_file()
