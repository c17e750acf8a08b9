"""The labels as other tools have them."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import small_results
from running import finish

from ahsml_app.base.options.run_options import Source
from ahsml_app.session.export.other_forms import form_names, other_forms
from ahsml_app.session.export.results import Provenance, Results, TrainingResults
from ahsml_app.store.result_files import Decisions, undecided

CAT, LARGE, SCRIPT = small_results.CLASSES


def results(*, trained: bool = True) -> Results:
    table = small_results.small_table()
    given = undecided(table)
    decisions = Decisions(
        (CAT, SCRIPT, SCRIPT, "", ""), ("keep", "relabel", "undecided", "drop", "undecided")
    )
    training = TrainingResults(
        table, small_results.small_scores(), small_results.small_embeddings(), None
    )
    return Results(
        source=Source(Path("photos")),
        table=table,
        class_names=table.class_names,
        decisions=replace(given, labels=decisions.labels, kinds=decisions.kinds),
        quarantined=(),
        expected_errors=(0, 1, 2),
        provenance=Provenance("2026-01-02", 7, {}),
        training=training if trained else None,
    )


def files(name: str, *, trained: bool = True) -> dict[str, bytes]:
    events, made = finish(other_forms(results(trained=trained), (name,)))
    assert events == []
    return {path.removeprefix(f"formats/{name}/"): content for path, content in made.items()}


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_forms_have_names() -> None:
    assert form_names() == (
        "boxes",
        "datalab",
        "fiftyone",
        "huggingface",
        "imagefolder",
        "label-studio",
    )


def test_datalab_has_a_row_for_each_image_with_low_scores_for_issues() -> None:
    table = rows(files("datalab")["issues.csv"])
    assert [row["path"] for row in table] == list(small_results.PATHS)
    assert (table[1]["is_label_issue"], table[1]["label_score"]) == ("True", "0.0625")
    assert (table[1]["given_label"], table[1]["predicted_label"]) == (LARGE, SCRIPT)
    assert (table[2]["is_outlier_issue"], table[0]["is_outlier_issue"]) == ("True", "False")
    assert [row["is_near_duplicate_issue"] for row in table] == ["True", "True", *["False"] * 3]
    assert table[4]["label_score"] == ""  # it has no label
    assert rows(files("datalab", trained=False)["issues.csv"]) == []


def test_fiftyone_has_the_classes_and_a_target_for_each_image() -> None:
    content = json.loads(files("fiftyone")["labels.json"])
    assert content["classes"] == sorted({CAT, SCRIPT})
    targets = content["labels"]
    assert len(targets) == 4  # one was dropped
    assert content["classes"][targets["a/1"]] == CAT
    assert targets["=SUM(A1)"] is None


def test_imagefolder_has_metadata_and_a_card_of_what_was_changed() -> None:
    made = files("imagefolder", trained=False)
    table = rows(made["metadata.csv"])
    kept = [*small_results.PATHS[:3], small_results.PATHS[4]]
    assert [row["file_name"] for row in table] == kept
    assert (table[1]["given_label"], table[1]["label"]) == (LARGE, SCRIPT)
    card = made["README.md"].decode()
    assert card.startswith("---\ntask_categories:\n- image-classification\n---\n")
    assert "| dropped | 1 |" in card
    assert '| Größe, "L" | \\<script\\>alert(1)\\</script\\> | 1 |' in card


def test_label_studio_has_tasks_with_suggestions_and_an_interface() -> None:
    made = files("label-studio")
    tasks = json.loads(made["tasks.json"])
    assert [task["data"]["image"] for task in tasks][1] == small_results.PATHS[1]
    result = tasks[1]["annotations"][0]["result"][0]
    assert result["value"] == {"choices": [SCRIPT]}
    assert tasks[3]["annotations"] == []
    assert tasks[3]["predictions"][0]["result"][0]["value"] == {"choices": [LARGE]}
    choices = ET.fromstring(made["interface.xml"]).iter("Choice")
    assert [choice.get("value") for choice in choices] == sorted(small_results.CLASSES)
