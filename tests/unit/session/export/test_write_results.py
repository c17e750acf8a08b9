"""The writer of results, and the one count that files, command and report share."""

from __future__ import annotations

import csv
import json
import math
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from running import result_of
from small_results import (
    CLASSES,
    small_embeddings,
    small_quarantine,
    small_scores,
    small_table,
)

from ahsml_app.base.context import RunContext
from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import drive
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import Quarantined
from ahsml_app.cli.messages import export_line, export_lines, run_line, run_lines
from ahsml_app.core.data.scan import scan
from ahsml_app.session.export.result_counts import ExportSummary, RunSummary
from ahsml_app.session.export.results import (
    PARTS,
    OutputChoice,
    Provenance,
    Results,
    TrainingResults,
)
from ahsml_app.session.export.write_results import write_results
from ahsml_app.store.journal_records import JournalEntry
from ahsml_app.store.result_files import RELABELLED_AUTOMATICALLY, Decisions, RunRecord, undecided

GOLDEN = Path(__file__).parents[3] / "golden"
CHOICE = OutputChoice(frozenset(PARTS) - {"tree", "model"})


@pytest.fixture
def results() -> Results:
    table, scores = small_table(), small_scores()
    return Results(
        source=Source(table.root, Path("own.tsv")),
        table=table,
        class_names=table.class_names,
        decisions=undecided(table),
        quarantined=(*small_quarantine(), Quarantined("b/late.png", "it cannot be decoded")),
        expected_errors=scores.expected_errors,
        provenance=Provenance("2026-01-02T03:04:05+00:00", 7, {}, {"embedded": 3}),
        training=TrainingResults(table, scores, small_embeddings(), None),
    )


def write(folder: Path, results: Results, choice: OutputChoice = CHOICE) -> RunRecord:
    return drive(write_results(folder, results, choice, RunContext()), lambda _: None)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_every_part_is_written_and_no_other(results: Results, tmp_path: Path) -> None:
    record = write(tmp_path / "all", results)
    always = {"quarantine.csv", "run.json"}
    written = {
        "labels": {"labels.csv"},
        "manifest": {"own.tsv"},
        "scores": {"scores.csv", "scores.parquet"},
        "embeddings": {"embeddings.npz", "embeddings.parquet"},
        "report": {"report.html"},
        "journal": {"journal.csv"},
    }
    assert {path.name for path in (tmp_path / "all").iterdir()} == always.union(*written.values())
    assert (tmp_path / "all" / "scores.csv").read_bytes() == (GOLDEN / "scores.csv").read_bytes()
    assert set(record.timings) == {"write", "report"}
    for part, files in written.items():
        write(tmp_path / part, results, OutputChoice(frozenset({part})))
        assert {path.name for path in (tmp_path / part).iterdir()} == always | files


def test_csv_files_for_spreadsheets_leave_the_true_names_in_parquet_files(
    results: Results, tmp_path: Path
) -> None:
    names = ("=cmd|' /C calc'!A0", *results.table.class_names[1:])
    table = replace(
        results.table,
        class_names=names,
        paths=("@a.png", *results.table.paths[1:]),
        columns={},
        source_columns=(),
    )
    training = replace(results.training, judged=table)
    keep, drop = Decision(DecisionKind.KEEP), Decision(DecisionKind.DROP)
    entry = JournalEntry(1, "decide", "=name", "", "@reviewer", 0, keep, drop)
    unsafe = replace(
        results,
        table=table,
        training=training,
        decisions=undecided(table),
        quarantined=(Quarantined("=q.png", "it is cut off"),),
        journal=(entry,),
    )
    for safe in (False, True):
        out = tmp_path / str(safe)
        write(out, unsafe, replace(CHOICE, csv_safe=safe))
        text = "".join(path.read_text("utf-8") for path in (*out.glob("*.csv"), out / "own.tsv"))
        cells = [cell for row in csv.reader(text.replace("\t", ",").splitlines()) for cell in row]
        assert any(cell.startswith(("=", "@")) for cell in cells) != safe
        assert pq.read_table(out / "scores.parquet")["path"][0].as_py() == "@a.png"
        assert (out / "labels.parquet").exists() == safe
    true = pq.read_table(tmp_path / "True" / "labels.parquet")
    assert true["path"][0].as_py() == "@a.png"
    assert names[0] in true["label"].to_pylist()


def test_a_manifest_of_a_taken_name_gets_another_one(results: Results, tmp_path: Path) -> None:
    source = replace(results.source, labels=Path("Labels.csv"))
    choice = OutputChoice(frozenset({"labels", "manifest"}))
    write(tmp_path, replace(results, source=source), choice)
    names = {path.name for path in tmp_path.iterdir()}
    assert names == {"labels.csv", "manifest-Labels.csv", "quarantine.csv", "run.json"}
    assert "given_label" in rows(tmp_path / "labels.csv")[0]


def exported(tmp_path: Path, results: Results, name: str, content: str) -> tuple[str, str]:
    """Name and content of the manifest that an export writes of one table of two images."""
    (tmp_path / "in").mkdir()
    for image in ("a.png", "b.png"):
        (tmp_path / "in" / image).touch()
    source = Source(tmp_path / "in", labels=tmp_path / name)
    (tmp_path / name).write_text(content, "utf-8")
    table = result_of(scan(source)).table
    new = replace(
        results, source=source, table=table, class_names=table.class_names, training=None,
        decisions=Decisions(["dog", "dog"], ["relabel", "undecided"]),
    )  # fmt: skip
    write(tmp_path / "out", new, OutputChoice(frozenset({"manifest"})))
    (file,) = set((tmp_path / "out").iterdir()) - {
        tmp_path / "out" / other for other in ("quarantine.csv", "run.json")
    }
    return file.name, file.read_text("utf-8")


LINES = '{"id":"a","y":"cat"}\n{"id":"b","y":"dog"}\n'
SCORES = "id,cat,dog\na,1.0,0\nb,0,1.0\n"
COCO = json.dumps(
    {
        "images": [{"id": 1, "file_name": "a.png"}, {"id": 2, "file_name": "b.png"}],
        "annotations": [
            {"image_id": 1, "category_id": 5},
            {"image_id": 2, "category_id": 6},
        ],
        "categories": [{"id": 5, "name": "cat"}, {"id": 6, "name": "dog"}],
    }
)


@pytest.mark.parametrize(
    ("name", "content", "written"),
    [
        ("t.csv", "a;cat\r\nb;dog\r\n", ("t.csv", "a;dog\r\nb;dog\r\n")),
        ("t.jsonl", LINES, ("t.jsonl", LINES.replace("cat", "dog"))),
        ("labels.json", COCO, ("labels.json", COCO.replace(": 5}, {", ": 6}, {", 1))),
        (
            "metadata.csv",
            "file_name,label,text\na.png,cat,x\nb.png,dog,y\n",
            ("metadata.csv", "file_name,label,text\na.png,dog,x\nb.png,dog,y\n"),
        ),
        ("t.csv", SCORES, ("t.csv", "id,cat,dog\na,0,1.0\nb,0,1.0\n")),
    ],
)
def test_a_manifest_of_another_form_keeps_it_or_becomes_csv(
    results: Results, tmp_path: Path, name: str, content: str, written: tuple[str, str]
) -> None:
    found = exported(tmp_path, results, name, content)
    assert (found[0], found[1].replace("\r\n", "\n")) == (
        written[0], written[1].replace("\r\n", "\n"),
    )  # fmt: skip


def test_without_a_training_nothing_is_written_that_needs_one(
    results: Results, tmp_path: Path
) -> None:
    nothing = (math.nan, math.nan, math.nan)
    write(tmp_path / "out", replace(results, training=None, expected_errors=nothing))
    names = {path.name for path in (tmp_path / "out").iterdir()}
    assert names == {"labels.csv", "own.tsv", "journal.csv", "quarantine.csv", "run.json"}


def test_a_stopped_writer_says_nothing_of_a_finished_run(results: Results, tmp_path: Path) -> None:
    context = RunContext()
    context.cancel.cancel()
    with pytest.raises(Cancelled):
        list(write_results(tmp_path / "out", results, CHOICE, context))
    assert not (tmp_path / "out" / "run.json").exists()


def test_files_report_and_closing_lines_of_a_run_tell_the_same_numbers(
    results: Results, tmp_path: Path
) -> None:
    kinds = [RELABELLED_AUTOMATICALLY if row == 1 else "undecided" for row in range(5)]
    labels = list(results.decisions.labels)
    labels[1] = CLASSES[2]
    results = replace(results, decisions=Decisions(labels, kinds))
    out = tmp_path / "out"
    record = write(out, results)
    summary = RunSummary(
        out, results.counts(), results.expected_errors, (), np.float32([]), record.timings
    )
    stored = json.loads((out / "run.json").read_text("utf-8"))
    counts, line = stored["counts"], json.loads(run_line(summary))
    text = "\n".join(run_lines(summary))
    changed = [row for row in rows(out / "labels.csv") if row["label"] != row["given_label"]]
    assert counts["applied"] == line["applied"] == len(changed) == 1
    assert "1 suggestion taken into labels.csv" in text
    set_aside = len(rows(out / "quarantine.csv"))
    assert counts["quarantined"] == line["quarantined"] == set_aside == 2
    assert "2 files set aside" in text
    assert counts["flagged"] == line["flagged"] == 1
    assert counts["embedded"] == 3
    report = (out / "report.html").read_text("utf-8")
    assert "2 files could not be used" in report
    assert "b/late.png" in report
    assert stored["expected_errors"]["estimate"] == round(line["expected_errors"]["estimate"], 2)
    assert stored["timings"] == record.timings == line["timings"]


def test_an_export_tells_of_changed_labels_and_dropped_images(
    results: Results, tmp_path: Path
) -> None:
    given = list(results.decisions.labels)
    results = replace(
        results,
        decisions=Decisions(
            ["", CLASSES[2], "", *given[3:]], ["drop", "relabel", "drop", "keep", "undecided"]
        ),
        expected_errors=(0.2, 1.4, 3.0),
    )
    out = tmp_path / "out"
    write(out, results)
    summary = ExportSummary(out, results.counts(), results.expected_errors)
    text = "\n".join(export_lines(summary))
    assert "1 label changed, 2 images dropped" in text
    assert "1 label flagged, 0 of them undecided" in text
    assert "about 1 wrong among the undecided (0 to 3)" in text
    assert "2 files set aside" in text
    assert "suggestion" not in text
    line = json.loads(export_line(summary))
    assert (line["relabelled"], line["dropped"], line["suspects_left"]) == (1, 2, 0)
    assert "applied" not in line
    counts = json.loads((out / "run.json").read_text("utf-8"))["counts"]
    assert (counts["relabelled"], counts["decided_drop"], counts["applied"]) == (1, 2, 0)
    report = re.sub(r"<[^>]+>", " ", (out / "report.html").read_text("utf-8"))
    assert "labels changed 1 images dropped 2" in " ".join(report.split())
