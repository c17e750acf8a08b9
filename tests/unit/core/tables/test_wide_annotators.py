"""Tables with a column for each annotator."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image
from scanning import labels_of, notice, run, touch

import ahsml_app
from ahsml_app.base.types import OPINIONS
from ahsml_app.core.data.scan import ScanResult

CLASSES = ("cat", "dog", "bird")
TRUTH = [CLASSES[n % 3] for n in range(60)]
PATHS = [f"{n}.jpg" for n in range(60)]


def opinions(seed: int, truth: Sequence[str] = TRUTH, wrong: float = 0.2) -> list[str]:
    """What an annotator says, who errs at times."""
    draw = random.Random(seed)
    return [draw.choice(CLASSES) if draw.random() < wrong else label for label in truth]


def scanned(folder: Path, columns: dict[str, Sequence[str]], **options: object) -> ScanResult:
    touch(folder / "in", *PATHS)
    rows = zip(PATHS, *columns.values(), strict=True)
    lines = [",".join(("path", *columns)), *map(",".join, rows)]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return run(folder / "in", labels=folder / "t.csv", **options)[0]


def most(*columns: Sequence[str]) -> list[str]:
    """The most frequent label of each row, the first of equally frequent ones."""
    return [max(row, key=row.count) for row in zip(*columns, strict=True)]


@pytest.mark.parametrize(
    "names",
    [
        ("annotator1", "annotator2", "annotator3"),
        ("rater_a", "rater_b", "rater_c"),
        ("Expert 1", "Expert 2", "Expert 3"),
        ("reader_1_label", "reader_2_label", "reader_3_label"),
        ("label_1", "label_2", "label_3"),
        ("labelA", "labelB", "labelC"),
        ("label", "label2", "label3"),
        ("annotator_anna", "annotator_ben", "annotator_eve"),
        ("class.human.x", "class.human.y", "class.human.z"),
    ],
)
def test_most_annotators_tell_the_label(tmp_path: Path, names: tuple[str, ...]) -> None:
    columns = [opinions(seed) for seed in range(3)]
    weights = [str(n) for n in range(60)]
    table = dict(zip(names, columns, strict=True)) | {"size": weights}
    result = scanned(tmp_path, table)
    assert list(labels_of(result).values()) == most(*columns)
    said = notice(result, "were read as labels of annotators")
    assert all(name in said for name in names)
    assert "--label-column" in said
    found = [json.loads(text) for text in result.table.columns[OPINIONS]]
    assert [each[names[1]] for each in found] == columns[1]
    assert list(result.table.columns["size"]) == weights
    first = scanned(tmp_path, table, label_column=names[0])
    assert list(labels_of(first).values()) == columns[0]
    assert OPINIONS not in first.table.columns


COARSE = {"cat": "beast", "dog": "beast", "bird": "fowl"}
NO_ANNOTATORS: dict[str, tuple[dict[str, Callable[[int], str]], str]] = {
    "several labels of an image": (
        {f"label_{k}": lambda n, k=k: CLASSES[(n + k) % 3] for k in range(2)},
        "label_0",
    ),
    "a coarse and a fine label": (
        {"label_1": lambda n: COARSE[TRUTH[n]], "label_2": lambda n: TRUTH[n]},
        "label_1",
    ),
    "flags": (
        {f"label_{k}": lambda n, k=k: str(int((n * 7 + k) % (k + 3) == 0)) for k in range(3)},
        "label_0",
    ),
    "before and after": (
        {"label_raw": lambda n: opinions(1)[n], "label_clean": lambda n: TRUTH[n]},
        "label_raw",
    ),
    "names of persons": (
        {
            "label": lambda n: TRUTH[n],
            "reviewer_1": lambda n: ("anna", "ben", "eve")[n % 3],
            "reviewer_2": lambda n: ("ben", "eve", "anna")[n % 3],
        },
        "label",
    ),
    "seconds": (
        {
            "label": lambda n: TRUTH[n],
            "annotator_1_time": lambda n: str(n),
            "annotator_2_time": lambda n: str(n),
        },
        "label",
    ),
}


@pytest.mark.parametrize("case", NO_ANNOTATORS)
def test_other_columns_of_similar_names_are_no_annotators(tmp_path: Path, case: str) -> None:
    columns, label = NO_ANNOTATORS[case]
    result = scanned(tmp_path, {name: [*map(make, range(60))] for name, make in columns.items()})
    assert result.table.label_column == label
    assert list(labels_of(result).values()) == [*map(columns[label], range(60))]
    assert OPINIONS not in result.table.columns
    assert not any("read as labels of annotators" in text for text in map(str, result.notices))


def test_a_column_for_each_class_may_have_label_in_its_name(tmp_path: Path) -> None:
    columns = {f"label_{name}": [str(int(name == true)) for true in TRUTH] for name in CLASSES}
    result = scanned(tmp_path, columns)
    assert list(labels_of(result).values()) == [f"label_{name}" for name in TRUTH]


@pytest.mark.parametrize("name", ["label", "consensus", "final_label", "diagnosis"])
def test_a_label_beside_those_of_annotators_counts(tmp_path: Path, name: str) -> None:
    answers = {f"rater{n}": opinions(n) for n in range(3)}
    result = scanned(tmp_path, {**answers, name: TRUTH})
    assert list(labels_of(result).values()) == TRUTH
    assert f"that counts is that of '{name}'" in notice(result, "whom the report judges")
    first = json.loads(result.table.columns[OPINIONS][0])
    assert first == {who: labels[0] for who, labels in answers.items()}


def test_an_empty_column_of_labels_is_none(tmp_path: Path) -> None:
    answers = {f"rater{n}": opinions(n) for n in range(3)}
    gold = [label if n < 5 else "" for n, label in enumerate(TRUTH)]
    result = scanned(tmp_path, {"label": [""] * 60, "gold": gold, **answers})
    assert list(labels_of(result).values()) == most(*answers.values())


def test_annotators_who_saw_few_images(tmp_path: Path) -> None:
    """As in a matrix of workers, where -1 means that one did not see the image."""
    numbers = [str(CLASSES.index(name)) for name in TRUTH]
    answers = {
        f"worker_{k}": [number if (n + k) % 10 < 2 else "-1" for n, number in enumerate(numbers)]
        for k in range(10)
    }
    answers["worker_0"][0] = "nan"
    result = scanned(tmp_path, answers)
    assert list(labels_of(result).values()) == numbers
    assert notice(result, "-1 means that an annotator gave no label")
    assert json.loads(result.table.columns[OPINIONS][0]) == {"worker_1": "0"}
    assert not any("missing" in text for text in map(str, result.notices))


def test_names_of_annotators_beside_their_labels(tmp_path: Path) -> None:
    people = ("anna", "ben", "eve")
    answers = {who: opinions(n) for n, who in enumerate(people)}
    columns: dict[str, list[str]] = {}
    for k in range(2):
        who = [people[(n + k) % 3] for n in range(60)]
        columns[f"annotator_{k + 1}"] = who
        columns[f"label_{k + 1}"] = [answers[name][n] for n, name in enumerate(who)]
    result = scanned(tmp_path, columns)
    found = [json.loads(text) for text in result.table.columns[OPINIONS]]
    assert found[4] == {"ben": answers["ben"][4], "eve": answers["eve"][4]}
    assert "'label_1', 'label_2'" in notice(result, "were read as labels of annotators")


def test_as_many_for_one_label_as_for_another(tmp_path: Path) -> None:
    answers = {"rater1": list(TRUTH), "rater2": list(TRUTH)}
    answers["rater2"][0], answers["rater2"][1] = "dog", ""
    result = scanned(tmp_path, answers)
    assert labels_of(result)["0.jpg"] == "cat"
    assert "0.jpg (t.csv line 2)" in notice(result, "gives 1 image different labels; the first")
    strict = scanned(tmp_path, answers, on_conflict="unlabelled")
    assert [labels_of(strict)[path] for path in PATHS[:3]] == ["", "dog", "bird"]


def test_the_table_with_new_labels_keeps_what_each_annotator_said(tmp_path: Path) -> None:
    answers = [opinions(n) for n in range(3)]
    for number, path in enumerate(PATHS):
        file = tmp_path / "in" / path
        file.parent.mkdir(exist_ok=True)
        Image.new("RGB", (16, 16), (4 * number, 0, 0)).save(file)
    lines = ["path;rater_a;rater_b;rater_c", *map(";".join, zip(PATHS, *answers, strict=True))]
    (tmp_path / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    with ahsml_app.open_project(tmp_path / "p", tmp_path / "in", tmp_path / "t.csv") as project:
        project.decide(["0.jpg"], "relabel", "wolf")
        project.export(tmp_path / "out", ["manifest"])
    result = run(tmp_path / "in", labels=tmp_path / "out" / "t.csv")[0]
    assert result.table.label_column == "label"
    assert list(labels_of(result).values()) == ["wolf", *most(*answers)[1:]]
    found = [json.loads(text) for text in result.table.columns[OPINIONS]]
    assert [each["rater_c"] for each in found] == answers[2]
