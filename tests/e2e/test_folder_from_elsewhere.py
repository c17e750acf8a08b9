"""A folder as it comes from elsewhere: splits, odd names, and a class that cannot be read."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from sample_images import CLASSES, make_images

from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.command import main

SPLITS = ("train", "train", "val", "test")


def test_splits_are_kept_and_a_lost_class_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    flat, source, out = tmp_path / "flat", tmp_path / "set", tmp_path / "out"
    make_images(flat, wrong=0)
    for number, path in enumerate(sorted(flat.rglob("*.png"))):
        # The name says HEIC, the bytes PNG.
        suffix = ".HEIC" if path.parent.name == CLASSES[0] else ".png"
        target = source / SPLITS[number % 4] / path.parent.name / (path.stem + suffix)
        target.parent.mkdir(parents=True, exist_ok=True)
        path.rename(target)
    for split in ("train", "test"):
        (source / split / "lost").mkdir()
        (source / split / "lost" / "1.jpg").write_bytes(b"no image")
    quick = ("--epochs", "2", "--folds", "2", "--views", "0")
    assert main(["--headless", str(source), "--out", str(out), *quick]) == ExitCode.OK
    told = capsys.readouterr()
    record = json.loads((out / "run.json").read_text("utf-8"))
    notes, report = " ".join(record["notes"]), (out / "report.html").read_text("utf-8")
    for text in (
        "parts of the data set: train (25), val (12), test (13)",
        "scored and not trained",
    ):
        assert text in notes
        assert text in report
        assert text in " ".join((told.out + told.err).split())
    assert "No file of the class 'lost' could be used" in notes
    assert "No file of the class" in report
    assert record["counts"]["quarantined"] == 2
    assert record["counts"]["images"] == 48
    assert record["counts"]["trainable"] == 36
    with (out / "labels.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert all(row["path"].split("/")[:2] == [row["split"], row["given_label"]] for row in rows)
    with (out / "scores.csv").open(encoding="utf-8", newline="") as stream:
        scored = [row["path"] for row in csv.DictReader(stream)]
    assert sum(path.startswith("test/") for path in scored) == 12
