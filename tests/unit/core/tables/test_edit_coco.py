"""COCO files with new categories of whole images keep all else."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from scanning import NAMES, edited, read, run

from ahsml_app.core.tables.forms.edit_coco import edited_coco


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


def test_coco_with_a_line_for_each_part_keeps_its_lines(tmp_path: Path) -> None:
    parts = json.loads(coco())
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(parts[key])}" for key in parts)
    content = f"{{\n{lines}\n}}\n".replace("gone.jpg", "d.jpg").encode()
    file, table = read(tmp_path, content, "coco.json")
    changed = edited(file, table, b="cat")
    assert changed == content.replace(
        b'"image_id": 11, "category_id": 6', b'"image_id": 11, "category_id": 5'
    )


def test_dropped_images_leave_coco_with_their_annotations(tmp_path: Path) -> None:
    file, table = read(tmp_path, coco(), "coco.json")
    changed = edited(file, table, a=None)
    assert changed is not None
    left = json.loads(changed)
    assert [item["file_name"] for item in left["images"]] == ["b.jpg", "c.jpg", "d.jpg"]
    assert [item["id"] for item in left["annotations"]] == [3, 4]
    file.write_bytes(coco().replace(b"b.jpg", b"x.jpg"))
    assert edited(file, table) is None


@pytest.mark.parametrize(("indent", "limit"), [(None, 12), (1, 9.3)])
def test_outlines_of_coco_stay_and_take_little_memory(
    tmp_path: Path, indent: int | None, limit: float
) -> None:
    """The limits are high because the file is small; floats would add its size or more."""
    content = json.loads(coco())
    content["annotations"] += [
        {"id": n, "image_id": 10, "category_id": 5, "segmentation": [[n + 0.125, n] * 100]}
        for n in range(20, 320)
    ]
    content["annotations"][2]["segmentation"] = {"size": [2, 3], "counts": "a\\1/ä"}
    content["annotations"][3]["segmentation"] = [[]]
    before = json.dumps(content, indent=indent).replace("gone.jpg", "d.jpg").encode()
    table = read(tmp_path, before, "coco.json")[1]
    labels = [
        "cat" if path == "b.jpg" else table.label_name(r) for r, path in enumerate(table.paths)
    ]
    tracemalloc.start()
    changed = edited_coco(before, table, labels)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    content["annotations"][2]["category_id"] = 5
    expected = json.dumps(content, indent=indent).replace("gone.jpg", "d.jpg").encode()
    is_same = changed == expected  # pytest would compare all characters
    assert is_same
    times = peak / len(before)
    assert times < limit


@pytest.mark.parametrize("empty", [False, True])
def test_an_added_annotation_of_coco_has_the_fields_of_the_others(
    tmp_path: Path, empty: bool
) -> None:
    content = json.loads(coco())
    for item in content["images"]:
        item |= {"width": 9, "height": 5}
    for place, item in enumerate(content["annotations"]):
        item.pop("bbox", None)
        area = {
            "segmentation": [],
            "area": 0 if empty else 12.5,
            "bbox": [0] * 4 if empty else [1] * 4,
        }
        item |= {"iscrowd": 0, **area, "source": "me", "track": place}
    content["annotations"][0] |= {"score": 0.5}
    file, table = read(tmp_path, json.dumps(content).encode(), "coco.json")
    changed = edited(file, table, d="fox")
    assert changed is not None
    whole = {"area": 0, "bbox": [0] * 4} if empty else {"area": 45, "bbox": [0, 0, 9, 5]}
    expected = {
        "id": 10,
        "image_id": 13,
        "category_id": 7,
        "iscrowd": 0,
        "segmentation": [],
        **whole,
    }
    added = json.loads(changed)["annotations"][-1]
    assert added == expected | {"source": "me"}
    assert list(added)[:6] == list(content["annotations"][1])[:6]
    for item in content["images"]:
        del item["width"]
    for item in content["annotations"]:
        item["segmentation"] = [[0, 0, 9, 0, 9, 5]]
    file.write_text(json.dumps(content), encoding="utf-8")
    added = json.loads(edited(file, table, d="fox") or b"")["annotations"][-1]
    assert added["iscrowd"] == 0
    assert ("area" in added) == empty  # where the size of the image is unknown, its box is, too
    for item in content["images"]:
        item["width"] = 9
    file.write_text(json.dumps(content), encoding="utf-8")
    added = json.loads(edited(file, table, d="fox") or b"")["annotations"][-1]
    assert added["segmentation"] == [[0, 0, 9, 0, 9, 5, 0, 5]]


@pytest.mark.parametrize("kind", [float, str])
def test_identities_of_coco_may_be_decimals_or_texts(tmp_path: Path, kind: type) -> None:
    """As by pandas, where a cell is missing, and by other programs."""
    content = json.loads(coco())
    for item in content["annotations"]:
        item["image_id"], item["category_id"] = kind(item["image_id"]), kind(item["category_id"])
    if kind is str:
        for item in content["categories"]:
            item["id"] = str(item["id"])
    content["annotations"].insert(0, {"id": 20, "image_id": kind(11), "category_id": None})
    file, table = read(tmp_path, json.dumps(content).encode(), "coco.json")
    named = {path: table.label_name(row) for row, path in enumerate(table.paths)}
    assert named == {"a.jpg": "cat", "b.jpg": "dog", "c.jpg": "cat", "d.jpg": ""}
    changed = json.loads(edited(file, table, a=None, b="fox") or b"")
    assert [item["file_name"] for item in changed["images"]] == ["b.jpg", "c.jpg", "d.jpg"]
    left = [(item["id"], item["category_id"]) for item in changed["annotations"]]
    assert left == [(20, None), (3, 7), (4, kind(5))]
    assert changed["categories"][-1]["id"] == 7
