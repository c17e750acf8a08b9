"""Files of other tools with unusual names, and with values of another type than usual."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scanning import labels_of, run, touch

from ahsml_app.core.tables.edit_table import edited_table

NAMES = ("a", "b", "c", "d")
CLASSES = {"a": "cat", "b": "dog", "c": "cat", "d": ""}


def dumped(content: object) -> bytes:
    return json.dumps(content).encode()


def opened(folder: Path, content: bytes):
    touch(folder / "in", *(f"{stem}.jpg" for stem in NAMES))
    file = folder / "labels.json"
    file.write_bytes(content)
    return file, run(folder / "in", labels=file)[0]


def edited(file: Path, scan, **new: str) -> bytes | None:
    table = scan.table
    labels = [
        new.get(Path(path).stem, table.label_name(row)) for row, path in enumerate(table.paths)
    ]
    return edited_table(file, table, labels)


def answer(name: str | int, label: str) -> dict:
    value = {"choices": [label]}
    return {"from_name": name, "to_name": "photo", "type": "choices", "value": value}


def task(stem: str, *results: dict) -> dict:
    return {"data": {"photo": f"{stem}.jpg"}, "annotations": [{"result": list(results)}]}


def item(stem: str, number: int) -> dict:
    annotations = [{"id": 0, "type": "label", "label_id": number}]
    return {"id": stem, "annotations": annotations, "image": {"path": f"{stem}.jpg"}}


@pytest.mark.parametrize("name", ["Group", "split", "Path", "image", "annotator", "", " class ", 5])
def test_questions_may_have_any_name(tmp_path: Path, name: str | int) -> None:
    def content(**classes: str) -> bytes:
        return dumped(
            [task(s, answer(name, c), answer("sharpness", "good")) for s, c in classes.items()]
        )

    classes = CLASSES | {"d": "dog"}
    file, scan = opened(tmp_path, content(**classes))
    label_column = next(c for c in scan.table.source_columns if c not in ("image", "sharpness"))
    scan = run(tmp_path / "in", labels=file, label_column=label_column)[0]
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in classes.items()}
    assert edited(file, scan, a="dog") == content(**classes | {"a": "dog"})


_CLASSIFIED = [(stem, {"_cls": "Classification", "label": CLASSES[stem]}) for stem in "abc"]
DAMAGED = {
    "annotations of Label Studio": [
        *(task(stem, answer("kind", CLASSES[stem])) for stem in "abc"),
        task("d") | {"annotations": None},
    ],
    "annotations of Datumaro": {
        "categories": {"label": {"labels": [{"name": "cat"}, {"name": "dog"}]}},
        "items": [item("a", 0), item("b", 1), item("c", 0), item("d", 0) | {"annotations": None}],
    },
    "labels of FiftyOne": {
        "samples": [
            {"filepath": f"{stem}.jpg", "ground_truth": value}
            for stem, value in [
                *_CLASSIFIED,
                ("d", {"_cls": "Classifications", "classifications": -1}),
            ]
        ]
    },
    "inner objects": [
        *({"path": f"{stem}.jpg", "own": {"label": CLASSES[stem]}} for stem in "abc"),
        {"path": "d.jpg", "own": "x"},
    ],
}


@pytest.mark.parametrize("form", DAMAGED)
def test_a_value_of_another_type_is_no_label_and_may_get_one(tmp_path: Path, form: str) -> None:
    file, scan = opened(tmp_path, dumped(DAMAGED[form]))
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in CLASSES.items()}
    file.write_bytes(edited(file, scan, d="dog") or b"")
    scan = run(tmp_path / "in", labels=file)[0]
    assert labels_of(scan) == {f"{stem}.jpg": label or "dog" for stem, label in CLASSES.items()}
