"""An exported model labels images, by the command and with onnxruntime alone."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import pyarrow.parquet as pq
import pytest
import sample_images

from ahsml_app import cli

EXAMPLE = Path(__file__).resolve().parents[4] / "docs" / "examples" / "label_with_onnxruntime.py"


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A result of a run, beside its images."""
    folder = tmp_path_factory.mktemp("predict")
    sample_images.make_images(folder / "images", per_class=10, wrong=0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHSML_APP_CACHE", str(folder / "cache"))
        options = ["--views", "1", "--quiet", "--out", str(folder / "result")]
        assert cli.main(["--headless", str(folder / "images"), *options]) == 0
    return folder / "result"


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_new_images_are_labelled(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = tmp_path / "new"
    shutil.copytree(result.parent / "images", images)
    (images / "broken.png").write_bytes(b"no picture")
    (images / "photo.cr2").write_bytes(b"II*\0" + bytes(100))
    out = tmp_path / "labels.csv"
    assert cli.main(["--predict", str(result), str(images), "--out", str(out)]) == 0
    table = rows(out)
    assert len(table) == 32
    right = [row["label"] == row["path"].split("/")[0] for row in table if row["label"]]
    assert np.mean(right) >= 0.9
    broken = [row for row in table if not row["label"]]
    assert [(row["path"], row["probability"]) for row in broken] == [
        ("broken.png", ""),
        ("photo.cr2", ""),
    ]
    assert all(row["problem"] for row in broken)
    printed = capsys.readouterr().out
    assert "The labels of 32 images are in" in printed
    assert "2 images could not be read" in printed


def test_paths_can_be_safe_for_spreadsheets(result: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    (tmp_path / "new").mkdir()
    shutil.copy(next((result.parent / "images").rglob("*.png")), tmp_path / "new" / "=1.png")
    command = ["--predict", str(result), str(tmp_path / "new"), "--out", str(out)]
    assert cli.main([*command, "--csv-safe"]) == 0
    assert [row["path"] for row in rows(out)] == ["'=1.png"]


def test_a_parquet_file_has_all_probabilities(result: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.parquet"
    images = str(result.parent / "images")
    assert cli.main(["--predict", str(result / "model"), images, "--out", str(out), "--quiet"]) == 0
    table = pq.read_table(out)
    classes = json.loads(table.schema.metadata[b"class_names"])
    assert classes == ["checks", "discs", "stripes"]
    every = np.array(table["probabilities"].to_pylist())
    np.testing.assert_allclose(every.sum(1), 1, atol=1e-4)
    assert [classes[k] for k in every.argmax(1)] == table["label"].to_pylist()


def test_onnxruntime_alone_gives_the_same_label(result: Path, tmp_path: Path) -> None:
    out = tmp_path / "labels.csv"
    images = result.parent / "images"
    assert cli.main(["--predict", str(result), str(images), "--out", str(out), "--quiet"]) == 0
    for row in rows(out)[::10]:
        command = [sys.executable, EXAMPLE, result / "model/embedding.onnx", images / row["path"]]
        ended = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, check=True, env=os.environ
        )
        assert ended.stdout.split(" (")[0] == row["label"]


def test_the_model_says_how_images_are_prepared(result: Path) -> None:
    facts = json.loads((result / "model" / "model.json").read_text("utf-8"))
    assert facts["preprocessing"]["resize"] == [192, 192]
    assert facts["outputs"] == ["embedding", "point", "probability"]
    assert "pixel_mean" not in facts
    model = onnx.load(result / "model" / "embedding.onnx")
    properties = {entry.key: entry.value for entry in model.metadata_props}
    assert json.loads(properties["class_names"]) == facts["class_names"]
    assert json.loads(properties["preprocessing"]) == facts["preprocessing"]


def test_only_a_table_of_its_own_is_replaced(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, out = str(result.parent / "images"), tmp_path / "labels.csv"
    command = ["--predict", str(result), images, "--quiet", "--out"]
    out.write_text("path,label\nmine,precious\n")
    assert cli.main([*command, str(out), "--force"]) == 5
    assert out.read_text().endswith("mine,precious\n")
    assert cli.main([*command, str(tmp_path / "photo.png"), "--force"]) == 2
    out.unlink()
    assert cli.main([*command, str(out)]) == 0
    assert cli.main([*command, str(out)]) == 5
    assert cli.main([*command, str(out), "--force"]) == 0
    assert capsys.readouterr().err.count("is there already") == 2


def earlier(path: Path, source: Path) -> None:
    model = onnx.load(source)
    del model.metadata_props[:]
    onnx.save(model, path)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda path, _: path.write_bytes(b"no network"), "is not a network of this program"),
        (lambda path, source: path.write_bytes(source.read_bytes()[:5000]), "is not a network"),
        (earlier, "does not say its classes"),
        (lambda path, _: None, "cannot be read"),
    ],
    ids=["text", "cut", "earlier", "missing"],
)
def test_what_is_no_model_is_refused_and_nothing_written(
    result: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], damage, words: str
) -> None:
    damage(tmp_path / "bad.onnx", result / "model" / "embedding.onnx")
    out = tmp_path / "labels.csv"
    images = str(result.parent / "images")
    assert cli.main(["--predict", str(tmp_path / "bad.onnx"), images, "--out", str(out)]) == 2
    assert words in capsys.readouterr().err
    assert not out.exists()


def test_options_of_a_training_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--predict", "model", "images", "--out", "x.csv", "--views", "3"]) == 2
    assert cli.main(["--predict", "model", "--out", "x.csv"]) == 2
    assert capsys.readouterr().err.count("no option of a training") == 2
