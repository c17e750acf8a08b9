"""A run with `--planes`: what is read, where it is written down, and what its model reads."""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path

import numpy as np
import onnx
import pytest
import tifffile
from sample_images import make_stacks

from ahsml_app import cli
from ahsml_app.core.features.label_images import ExportedModel

QUICK = ["--views", "0", "--epochs", "2", "--folds", "2", "--passes", "1", "--quiet"]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of a run on page 3, beside its images, of which one has only two pages."""
    folder = tmp_path_factory.mktemp("planes")
    images = make_stacks(folder / "images", 10)
    short = np.full((2, 64, 64), 100, np.uint8)
    tifffile.imwrite(images / "bars" / "short.tif", short, photometric="minisblack")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHSML_APP_CACHE", str(folder / "cache"))
        command = ["--headless", str(images), "--planes", "3", "--out", str(folder / "result")]
        assert cli.main([*command, *QUICK]) == 0
    return folder / "result"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_rule_and_what_it_left_out_are_in_the_results(result: Path) -> None:
    (aside,) = rows(result / "quarantine.csv")
    assert aside["path"] == "bars/short.tif"
    assert aside["reason"] == "page 3 was chosen, and it has 2 pages"
    record = json.loads((result / "run.json").read_text("utf-8"))
    assert record["options"]["planes"] == 3
    assert any("page 3 is read" in note for note in record["notes"])
    assert "page 3 is read" in (result / "report.html").read_text("utf-8")
    assert len(rows(result / "labels.csv")) == 20


def test_the_exported_model_reads_the_same_planes(result: Path, tmp_path: Path) -> None:
    facts = json.loads((result / "model" / "model.json").read_text("utf-8"))
    assert facts["preprocessing"]["planes"] == 3
    assert ExportedModel(result / "model" / "embedding.onnx").planes == 3
    out = tmp_path / "labels.csv"
    command = ["--predict", str(result), str(result.parent / "images"), "--out", str(out)]
    assert cli.main([*command, "--quiet"]) == 0
    found = {row["path"]: row for row in rows(out)}
    assert found.pop("bars/short.tif")["problem"] == "page 3 was chosen, and it has 2 pages"
    assert np.mean([row["label"] == path.split("/")[0] for path, row in found.items()]) >= 0.9


def test_a_model_of_an_earlier_version_reads_the_first(result: Path, tmp_path: Path) -> None:
    shutil.copytree(result / "model", tmp_path / "model")
    file = tmp_path / "model" / "embedding.onnx"
    model = onnx.load(file)
    kept = {entry.key: entry.value for entry in model.metadata_props}
    onnx.helper.set_model_props(model, {k: v for k, v in kept.items() if k != "planes"})
    onnx.save(model, file)
    assert ExportedModel(file).planes == "first"


@pytest.mark.parametrize("rule", ["0", "-1", "last", "1.5", "1000000000"])
def test_other_words_are_refused(
    rule: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "out")
    assert cli.main(["--headless", str(tmp_path), "--planes", rule, "--out", out]) == 2
    assert "first, max, or a whole number from 1" in capsys.readouterr().err


def test_a_settings_file_holds_the_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "own.toml"
    for rule, written in (("max", 'planes = "max"'), ("7", "planes = 7")):
        assert cli.main(["--planes", rule, "--save-config", str(file), "--force"]) == 0
        assert written in file.read_text("utf-8")
    file.write_text("planes = 0", "utf-8")
    out = str(tmp_path / "out")
    assert cli.main(["--headless", str(tmp_path), "--config", str(file), "--out", out]) == 2
    assert "0 is not one of first, max" in capsys.readouterr().err
