"""Boxes of COCO are cut out, their labels judged as those of images, and written back."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from PIL import Image

import ahsml_app
from ahsml_app.base.errors import LabelsError

COLOURS = {"red": (200, 0, 0), "blue": (0, 0, 200)}


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Six images, each red at the left and blue at the right."""
    for number in range(6):
        image = Image.new("RGB", (60, 40), COLOURS["red"])
        image.paste(COLOURS["blue"], (30, 0, 60, 40))
        path = tmp_path / "images" / "day" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(path)
    return tmp_path / "images"


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def coco(names: list[str]) -> dict[str, object]:
    """Two boxes of each image, and what a COCO file may hold besides."""
    annotations = [
        {
            "id": 7 * number + place,
            "image_id": 100 - number,
            "category_id": 2 + place,
            "bbox": [0, 0, 20.5, 30] if place == 0 else [30.25, 10, 30, 30],
            "area": 600.125,
            "iscrowd": 0,
            "segmentation": [[0, 0, 1, 1.5]],
            "attributes": {"category_id": "mine"},
        }
        for place in (1, 0)
        for number in range(len(names))
    ]
    annotations.insert(3, {"id": 999, "image_id": 100, "bbox": [1, 1, 2, 2], "category_id": 3})
    annotations.insert(5, {"id": 998, "image_id": 100, "category_id": 3, "caption": "a whole one"})
    return {
        "info": {"year": 2026, "note": "ä"},
        "licenses": [],
        "images": [
            {"id": 100 - number, "width": 60, "height": 40, "file_name": name}
            for number, name in enumerate(names)
        ],
        "annotations": annotations,
        "categories": [
            {"id": 0, "name": "red", "supercategory": "none"},  # as Roboflow puts before
            {"id": 3, "name": "blue", "supercategory": "red"},
            {"id": 2, "name": "red", "supercategory": "red"},
        ],
    }


@pytest.mark.parametrize("indent", [None, 2])
def test_boxes_of_coco_come_in_and_go_out(tmp_path: Path, images: Path, indent: int | None) -> None:
    content = coco([f"day/{number}.png" for number in range(6)])
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(content, indent=indent) + "\n", encoding="utf-8")
    done = ahsml_app.crop_boxes(images, file, tmp_path / "crops")
    assert (done.crops, done.small, done.missing) == (12, 1, ())
    rows = rows_of(done.table)
    assert [row["path"] for row in rows[:3]] == ["day/0-0.png", "day/0-8.png", "day/1-1.png"]
    assert rows[0]["group"] == rows[1]["group"] == rows[0]["image"] == "day/0.png"
    for row in rows:
        with Image.open(done.table.parent / row["path"]) as crop:
            assert crop.getpixel((5, 5)) == COLOURS[row["label"]]
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.export(tmp_path / "same", ["labels"], formats=["boxes"])
        project.decide("day/0-0.png", "relabel", "red")
        project.decide("day/0-8.png", "relabel", "green")
        project.decide("day/1-1.png", "drop")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    inner = Path("formats") / "boxes" / "instances.json"
    assert (tmp_path / "same" / inner).read_bytes() == file.read_bytes()
    annotations, categories = content["annotations"], content["categories"]
    assert isinstance(annotations, list)
    assert isinstance(categories, list)
    annotations[0]["category_id"] = 2
    annotations[8]["category_id"] = 4
    del annotations[1]
    categories.append({"id": 4, "name": "green", "supercategory": ""})
    written = (tmp_path / "out" / inner).read_text(encoding="utf-8")
    assert written == json.dumps(content, indent=indent) + "\n"


def test_the_parts_of_a_coco_data_set_keep_the_same_categories(tmp_path: Path) -> None:
    """As Roboflow writes them: a file beside the images of each part, which have the same names."""
    source = tmp_path / "set"
    for part in ("train", "valid"):
        (source / part).mkdir(parents=True)
        colour = COLOURS["red" if part == "train" else "blue"]
        for number in range(3):
            Image.new("RGB", (60, 40), colour).save(source / part / f"{number}.png")
        content = coco([f"{number}.png" for number in range(3)])
        file = source / part / "_annotations.coco.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        points = json.dumps(content).replace('"area"', '"keypoints": [1, 2, 2], "area"')
        (source / part / "person_keypoints.json").write_text(points, encoding="utf-8")
    (source / "README.dataset.txt").write_text("Exported by hand\n", encoding="utf-8")
    (source / "train" / "captions.json").write_text(
        '{"images": [], "annotations": [{"caption": "a"}]}', encoding="utf-8"
    )
    done = ahsml_app.crop_boxes(source, source, tmp_path / "crops")
    assert (done.crops, done.missing) == (12, ())
    for row in rows_of(done.table):
        with Image.open(done.table.parent / row["path"]) as crop:
            expected = "red" if row["path"].startswith("train/") else "blue"
            assert crop.getpixel((5, 5)) == COLOURS[expected]
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("train/0-0.png", "relabel", "white")
        project.decide("valid/0-0.png", "relabel", "black")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    for part, number in (("train", 5), ("valid", 4)):
        written = tmp_path / "out" / "formats" / "boxes" / part / "_annotations.coco.json"
        changed = json.loads(written.read_text(encoding="utf-8"))
        new = [(item["id"], item["name"]) for item in changed["categories"][3:]]
        assert new == [(4, "black"), (5, "white")]
        assert changed["annotations"][0]["category_id"] == number


def test_a_coco_file_that_repeats_boxes_of_another_is_left_out(
    tmp_path: Path, images: Path
) -> None:
    """As `stuff_train.json`, which Datumaro writes beside `instances_train.json`."""
    content = coco([f"day/{number}.png" for number in range(6)])
    folder = tmp_path / "annotations"
    folder.mkdir()
    (folder / "instances.json").write_text(json.dumps(content), encoding="utf-8")
    content["annotations"] = content["annotations"][:9]  # type: ignore[index]
    (folder / "stuff.json").write_text(json.dumps(content), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    assert done.crops == 12
    assert {Path(row["annotation"]).name for row in rows_of(done.table)} == {"instances.json"}
    content["annotations"][0]["bbox"] = [0, 0, 30, 30]  # type: ignore[index]
    (folder / "stuff.json").write_text(json.dumps(content), encoding="utf-8")
    assert ahsml_app.crop_boxes(images, folder, tmp_path / "more").crops > 12


@pytest.mark.parametrize("kind", [float, str])
def test_identities_of_coco_may_be_written_as_decimals_or_texts(
    tmp_path: Path, images: Path, kind: type
) -> None:
    """As by pandas, where a cell is missing, and by other programs."""
    content = coco([f"day/{number}.png" for number in range(6)])
    for item in content["annotations"]:  # type: ignore[attr-defined]
        item["image_id"], item["category_id"] = kind(item["image_id"]), kind(item["category_id"])
    if kind is str:
        for category in content["categories"]:  # type: ignore[attr-defined]
            category["id"] = str(category["id"])
    file = tmp_path / "instances.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, file, tmp_path / "crops")
    assert (done.crops, done.missing) == (12, ())
    assert {row["label"] for row in rows_of(done.table)} == {"red", "blue"}
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("day/0-0.png", "relabel", "green")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    written = json.loads((tmp_path / "out" / "formats" / "boxes" / "instances.json").read_bytes())
    assert written["categories"][-1] == {"id": 4, "name": "green", "supercategory": ""}
    assert written["annotations"][0]["category_id"] == 4


def test_what_is_no_box_of_coco_is_told_by_its_file(tmp_path: Path, images: Path) -> None:
    file = tmp_path / "boxes.json"
    content = json.dumps(coco(["0.png", "gone.png"]))
    for text, reason in (
        (content.replace("[30.25, 10, 30, 30]", "[30.25, 10, 30]"), "no list of four numbers"),
        (content.replace("30.25", "NaN"), "no place in an image"),
        (content.replace("annotations", "tasks"), "no COCO file"),
        (content[:-9], "cannot be read as boxes"),
    ):
        file.write_text(text, encoding="utf-8")
        with pytest.raises(LabelsError, match=reason) as caught:
            ahsml_app.crop_boxes(images, file, tmp_path / "crops")
        assert "boxes.json" in str(caught.value)
    file.write_text(content.replace('"image_id": 100', '"image_id": 5', 1), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, tmp_path, tmp_path / "crops")
    assert done.crops == 1
    assert done.missing == (f"{file}: gone.png", f"{file}: image 5")
