"""The small inputs of `../shared/cases` are read as its README says is right."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from scanning import failure, labels_of, run

from ahsml_app import cli
from ahsml_app.base.errors import AppError
from ahsml_app.core.data.decode import decode

CHECKOUT = Path(__file__).resolve().parents[2]
CASES = CHECKOUT.parent / "shared" / "cases"
CLASSES = {"circle", "stripes", "checks"}
QUICK = ("--epochs", "1", "--folds", "2", "--passes", "1", "--views", "0", "--quiet")

pytestmark = [
    pytest.mark.data,
    pytest.mark.skipif(not CASES.is_dir(), reason="the cases are not beside the checkout"),
]


@pytest.fixture
def made(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The folder that a script has filled; its name is that of the test."""
    script = CASES / f"{request.node.originalname.removeprefix('test_')}.py"
    ended = subprocess.run([sys.executable, script, tmp_path], capture_output=True, check=False)
    assert ended.returncode == 0, ended.stderr
    return tmp_path


def classes(folder: Path, **options: object) -> Counter[str]:
    return Counter(labels_of(run(folder, **options)[0]).values())


def test_planar16_tiff(made: Path) -> None:
    sys.path.insert(0, str(CASES))
    try:
        from common import CL, pic  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(CASES))
    with Image.open(made / "should_be.png") as picture:
        wanted = np.asarray(picture.convert("RGB"), dtype=float)
    found = decode(made / "in" / "circle" / "0.tif").resize((384, 384))
    assert np.abs(np.asarray(found, dtype=float) - wanted).mean() < 3
    for name in CL:
        for number in range(20):
            pixels = np.asarray(decode(made / "in" / name / f"{number}.tif"), dtype=float)
            assert np.abs(pixels - pic(name, number)).mean() < 3


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="the memory of a child is not told there")
def test_memory_16bit_tiff(made: Path) -> None:
    command = [sys.executable, "-m", "ahsml_app", "--headless", str(made / "in"), "--out"]
    with subprocess.Popen([*command, str(made / "out"), *QUICK]) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    unit = 1 if sys.platform == "darwin" else 1024
    assert usage.ru_maxrss * unit < 1.5e9


def test_coco_json_as_labels(made: Path) -> None:
    for count in (2000, 5000, 20000):
        begin = time.perf_counter()
        error = failure(AppError, made / "in", labels=made / f"coco_{count}.json")
        assert "COCO" in str(error.message)
        assert len(str(error)) < 500
        assert time.perf_counter() - begin < 60  # it took hundreds of seconds


def test_manifest_columns_in_the_wild(made: Path) -> None:
    """Circles and checks have the same file names here, so 20 images have two labels each."""
    tables = [file for file in made.iterdir() if file.suffix in (".csv", ".txt", ".jsonl")]
    assert len(tables) >= 12
    for table in tables:
        scan, _ = run(made / "in", labels=table)
        notices = list(map(str, scan.notices))
        assert sorted(Counter(labels_of(scan).values()).values()) == [20, 20], table
        assert any(table.name in text and "images found" in text for text in notices), table
        assert any("gives 20 images different labels" in text for text in notices), table


@pytest.mark.parametrize("name", ["in_train_val_test", "in_seg_train", "in_training_set"])
def test_split_folders(made: Path, name: str) -> None:
    scan, _ = run(made / name)
    assert set(labels_of(scan).values()) == CLASSES
    table = scan.table
    for path, split in zip(table.paths, table.columns["split"], strict=True):
        word = re.sub(r"seg_|ing_set|_set", "", path.split("/")[0])
        assert split == word
    assert not table.trainable[[split == "test" for split in table.columns["split"]]].any()
    if name == "in_seg_train":
        out = made / "out"
        assert cli.main(["--headless", str(made / name), "--out", str(out), *QUICK]) == 0
        notes = json.loads((out / "run.json").read_text(encoding="utf-8"))["notes"]
        assert any("parts of the data set" in note for note in notes)
        assert "parts of the data set" in (out / "report.html").read_text(encoding="utf-8")
        scores = (out / "scores.csv").read_text(encoding="utf-8")
        assert len(scores.splitlines()) == 61


def test_heic_class_lost(made: Path) -> None:
    for name in ("in", "in_ppm"):
        assert classes(made / name) == dict.fromkeys(CLASSES, 20)
    assert decode(made / "in" / "circle" / "0.HEIC").size == (96, 96)


def test_nan_label_class(made: Path) -> None:
    scan, _ = run(made / "in", labels=made / "labels.csv")
    labels = Counter(labels_of(scan).values())
    assert labels[""] == 15
    assert set(labels) == CLASSES | {""}
    assert any("missing (" in str(notice) for notice in scan.notices)
    assert len(classes(made / "in", labels=made / "floats.csv")) == 3


def test_unicode_twin_classes(made: Path) -> None:
    for name in ("in_nf", "in_sp"):
        scan, _ = run(made / name)
        assert sorted(Counter(labels_of(scan).values()).values()) == [20, 20, 20]
        assert any("look the same" in str(notice) for notice in scan.notices)


def test_long_label_class_folders(made: Path) -> None:
    out = made / "out"
    run_it = ["--headless", str(made / "in"), "--labels", str(made / "labels.csv")]
    assert cli.main([*run_it, "--out", str(out), "--class-folders", "copy", *QUICK]) == 0
    folders = {path.name: len(list(path.iterdir())) for path in (out / "images").iterdir()}
    assert sorted(folders.values()) == [20, 20, 20]
    long = "circle" * 60
    short = next(name for name in folders if name.startswith("circle"))
    assert len(short) <= 255
    assert long.startswith(short)
    assert long in (out / "labels.csv").read_text(encoding="utf-8")


def test_multiband_float_tiff(made: Path) -> None:
    for name in ("in5", "inf"):
        assert classes(made / name) == dict.fromkeys(CLASSES, 20)
        picture = decode(made / name / "circle" / "0.tif")
        assert picture.size == (96, 96)
        assert np.asarray(picture).std() > 5
