"""Class probabilities of a model of the person's own are one more opinion."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import own_model
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sample_images

import ahsml_app
from ahsml_app import cli

CLASSES = sample_images.CLASSES
QUICK = ("--epochs", "3", "--folds", "3", "--passes", "1")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Images beside a file of features that say little about the classes."""
    folder = tmp_path_factory.mktemp("own")
    sample_images.make_images(folder / "images")
    paths = own_model.paths_of(folder / "images")
    features = own_model.features_of(folder / "images", paths)
    features = features / features.std(0) + np.random.default_rng(0).normal(size=features.shape)
    np.savez(folder / "weak.npz", paths=paths, features=features)
    return folder / "images"


def run(images: Path, out: Path, file: Path | None, *options: str) -> int:
    own = () if file is None else ("--probabilities", str(file))
    weak = ("--features", str(images.parent / "weak.npz"))
    command = ["--headless", str(images), "--out", str(out), *weak, *own, *QUICK, *options]
    return cli.main(command)


def error_probability(out: Path) -> np.ndarray:
    return pq.read_table(out / "scores.parquet")["error_probability"].to_numpy()


def as_npz(file: Path, paths: list[str], probabilities: np.ndarray) -> None:
    np.savez(file, paths=paths, pred_probs=probabilities, class_names=CLASSES)


def as_csv(file: Path, paths: list[str], probabilities: np.ndarray) -> None:
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["image", "entropy", *reversed(CLASSES)])
        writer.writerows(
            [path, "9.5", *row[::-1]] for path, row in zip(paths, probabilities, strict=True)
        )


def as_columns(file: Path, paths: list[str], probabilities: np.ndarray) -> None:
    columns = dict(zip(CLASSES, probabilities.T, strict=True))
    pq.write_table(pa.table({"path": paths, "fold": [1] * len(paths), **columns}), file)


def as_lists(file: Path, paths: list[str], probabilities: np.ndarray) -> None:
    table = pa.table({"path": paths, "probabilities": probabilities.tolist()})
    names = {"class_names": json.dumps(CLASSES)}
    pq.write_table(table.replace_schema_metadata(names), file)


@pytest.mark.parametrize(
    ("name", "write"),
    [("p.npz", as_npz), ("p.csv", as_csv), ("p.parquet", as_columns), ("q.parquet", as_lists)],
)
def test_what_the_own_model_knows_finds_the_wrong_labels(
    images: Path, tmp_path: Path, name: str, write: Callable[[Path, list[str], np.ndarray], None]
) -> None:
    paths = own_model.paths_of(images)
    order = np.random.default_rng(0).permutation(len(paths))
    probabilities = own_model.probabilities_of(paths, sure=0.99)
    write(tmp_path / name, [paths[row] for row in order], probabilities[order])
    assert run(images, tmp_path / "out", tmp_path / name, "--quiet") == 0
    wrong = own_model.is_wrong(paths)
    found = error_probability(tmp_path / "out")
    assert found[wrong].min() > found[~wrong].max()


def test_images_that_it_does_not_judge_keep_the_opinion_of_the_others(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = own_model.paths_of(images)
    as_npz(tmp_path / "p.npz", paths[:1], own_model.probabilities_of(paths[:1]))
    assert run(images, tmp_path / "one", tmp_path / "p.npz") == 0
    told = capsys.readouterr().err
    assert "p.npz has no row for 47 images, which only the models trained here judge" in told
    assert run(images, tmp_path / "none", None, "--quiet") == 0
    one, none = (error_probability(tmp_path / name) for name in ("one", "none"))
    # The one that it judges moves the noise model, and so all others a little.
    np.testing.assert_allclose(one[1:], none[1:], atol=0.1)
    assert abs(one[1:] - none[1:]).mean() < 0.02


def test_rows_are_scaled_to_add_up_to_one(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = own_model.paths_of(images)
    probabilities = own_model.probabilities_of(paths)
    as_npz(tmp_path / "p.npz", paths, probabilities)
    as_npz(tmp_path / "scaled.npz", paths, 100 * probabilities)
    assert run(images, tmp_path / "one", tmp_path / "p.npz") == 0
    assert "add up to 1" not in capsys.readouterr().err
    assert run(images, tmp_path / "two", tmp_path / "scaled.npz") == 0
    assert "scaled.npz: rows that do not add up to 1 were scaled." in capsys.readouterr().err
    one, two = (error_probability(tmp_path / name) for name in ("one", "two"))
    np.testing.assert_allclose(one, two, atol=1e-3)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda f, p, x: np.savez(f, paths=p, probabilities=x), "does not name the classes"),
        (lambda f, p, x: np.savez(f, paths=p, probabilities=x, classes=["a", "b", "c"]),
         "no probabilities of the classes 'checks', 'discs', 'stripes'"),
        (lambda f, p, x: np.savez(f, paths=p, probabilities=x, classes=[*CLASSES[:2], "discs"]),
         "several columns of one class"),
        (lambda f, p, x: as_npz(f, p, np.log(x)), "holds no probabilities"),
        (lambda f, p, x: as_npz(f, p, 0 * x), "holds no probabilities"),
        (lambda f, p, x: as_npz(f, p, x * np.inf), "not finite"),
        (lambda f, p, x: as_npz(f, [f"{n}.png" for n in range(48)], x), "no row (of 48)"),
        (lambda f, p, x: f.write_text("path,checks,discs\na.png,0,1\n"), "classes 'stripes'"),
        (lambda f, p, x: f.write_text("checks,discs,stripes\n0,1,0\n"), "no column 'path'"),
        (lambda f, p, x: f.write_text("path,checks,discs,stripes\ndiscs/discs-3.png,0,x,0\n"),
         "row 1 holds a number that is missing"),
        (lambda f, p, x: np.save(f.open("wb"), x), "it has no paths"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused(
    images: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    write: Callable[[Path, list[str], np.ndarray], object],
    words: str,
) -> None:
    paths = own_model.paths_of(images)
    write(tmp_path / "p.npz", paths, own_model.probabilities_of(paths))
    assert run(images, tmp_path / "out", tmp_path / "p.npz", "--quiet") == 3
    told = capsys.readouterr().err
    assert words in told
    assert "p.npz" in told
    assert not (tmp_path / "out").exists()


def test_python_takes_an_array_beside_features() -> None:
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 300)
    given = true.copy()
    given[:30] = (given[:30] + 1) % 3
    features = random.normal(size=(3, 8))[true] + random.normal(size=(300, 8))
    own = np.full((300, 3), 0.02)
    own[np.arange(300), true] = 0.96
    own[290:] = np.nan
    options = {"epochs": 3, "folds": 3, "passes": 1}
    found, alone = (
        ahsml_app.find_label_errors(features, given, probabilities=opinion, **options)
        for opinion in (own, None)
    )
    hits, before = (len(set(range(30)) & set(f.suspects()[:30])) for f in (found, alone))
    assert hits > before
    for odd, words in ((own[1:], "do not fit 300 labels of 3 classes"), (-own, "negative")):
        with pytest.raises(ValueError, match=words):
            ahsml_app.find_label_errors(features, given, probabilities=odd, **options)
