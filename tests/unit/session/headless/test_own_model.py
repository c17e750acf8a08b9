"""Features and class probabilities of a model of the person's own, in place of or beside ours."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import own_model
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sample_images
from safetensors.numpy import load_file

import ahsml_app
from ahsml_app import cli

QUICK = ("--epochs", "3", "--folds", "3", "--passes", "1")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of small images, two of each class with a wrong label."""
    folder = tmp_path_factory.mktemp("own") / "images"
    sample_images.make_images(folder)
    return folder


def run(images: Path, out: Path, *options: object) -> int:
    return cli.main(["--headless", str(images), "--out", str(out), *QUICK, *map(str, options)])


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def most_suspect(out: Path, count: int = 6) -> set[str]:
    rows = sorted(rows_of(out / "scores.csv"), key=lambda row: -float(row["error_probability"]))
    return {row["path"] for row in rows[:count]}


def planted(images: Path) -> set[str]:
    paths = own_model.paths_of(images)
    return set(np.array(paths)[own_model.is_wrong(paths)].tolist())


def savez(file: Path, **arrays: Any) -> None:
    with file.open("wb") as stream:  # NumPy would add a suffix to the name of a file
        np.savez_compressed(stream, **arrays)


def save(file: Path, array: np.ndarray) -> None:
    with file.open("wb") as stream:
        np.save(stream, array)


def as_npz(file: Path, paths: list[str], features: np.ndarray) -> None:
    savez(file, paths=paths, features=features)


def as_list_column(file: Path, paths: list[str], features: np.ndarray) -> None:
    table = pa.table(
        {"file_name": paths, "features": features.tolist(), "index": range(len(paths))}
    )
    pq.write_table(table, file, row_group_size=7)


def as_number_columns(file: Path, paths: list[str], features: np.ndarray) -> None:
    columns = {f"f{number}": column for number, column in enumerate(features.T)}
    pq.write_table(pa.table({"path": paths, "group": paths, **columns}), file)


def by_columns(file: Path, paths: list[str], features: np.ndarray) -> None:
    savez(file, paths=np.array(paths, dtype="S"), embeddings=np.asfortranarray(features))


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("f.npz", as_npz),
        ("f.parquet", as_list_column),
        ("g.parquet", as_number_columns),
        ("g.npz", by_columns),
    ],
)
def test_features_join_by_path_in_any_order(
    images: Path, tmp_path: Path, name: str, write: Callable[[Path, list[str], np.ndarray], None]
) -> None:
    paths = own_model.paths_of(images)
    features = 100 + 0.01 * own_model.features_of(images, paths).astype(np.float64)
    order = np.random.default_rng(0).permutation(len(paths))
    write(tmp_path / name, [f"./{paths[row]}" for row in order], features[order])
    assert run(images, tmp_path / "out", "--features", tmp_path / name, "--quiet") == 0
    assert most_suspect(tmp_path / "out") == planted(images)


def test_features_without_paths_have_the_order_of_the_images_and_this_is_said(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = own_model.paths_of(images)
    np.save(tmp_path / "f.npy", own_model.features_of(images, paths))
    assert run(images, tmp_path / "out", "--features", tmp_path / "f.npy") == 0
    assert most_suspect(tmp_path / "out") == planted(images)
    said = "f.npy names no images; its rows (48) were taken in the order of the images"
    assert said in capsys.readouterr().err
    notes = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["notes"]
    assert any(said in note for note in notes)


def test_rows_without_paths_follow_the_manifest(images: Path, tmp_path: Path) -> None:
    paths = own_model.paths_of(images)
    mixed = [paths[row] for row in np.random.default_rng(1).permutation(len(paths))]
    lines = ["path,label", *(f"{path},{path.split('/')[0]}" for path in mixed)]
    (tmp_path / "labels.csv").write_text("\n".join(lines))
    np.save(tmp_path / "f.npy", own_model.features_of(images, mixed))
    options = ("--labels", tmp_path / "labels.csv", "--features", tmp_path / "f.npy", "--quiet")
    assert run(images, tmp_path / "out", *options) == 0
    assert most_suspect(tmp_path / "out") == planted(images)


def test_what_a_run_writes_without_a_network(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = own_model.paths_of(images)
    features = own_model.features_of(images, paths)
    as_npz(tmp_path / "f.npz", paths, features)
    out = tmp_path / "out"
    assert run(images, out, "--features", tmp_path / "f.npz") == 0
    told = capsys.readouterr().err
    assert "no ONNX file was made" in told
    assert not (out / "model" / "embedding.onnx").exists()
    assert "f.npz" in (out / "report.html").read_text("utf-8")
    facts = json.loads((out / "model" / "model.json").read_text("utf-8"))
    assert facts["backbone"] is None
    assert facts["features"]["width"] == features.shape[1]
    head = load_file(out / "model" / "head.safetensors")
    np.testing.assert_allclose(head["own_centre"], features.mean(0), rtol=1e-4, atol=1e-5)
    with np.load(out / "embeddings.npz") as stored:
        assert stored["embeddings"].shape[0] == len(paths)
    assert cli.main(["--predict", str(out), str(images), "--out", str(tmp_path / "x.csv")]) == 2
    assert "no network that could read images" in capsys.readouterr().err


def test_images_without_a_row_are_set_aside_by_name(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths = own_model.paths_of(images)
    features = own_model.features_of(images, paths)
    listed = [*paths[1:], paths[5], "elsewhere/cat.png"]
    twice = np.concatenate([features[1:], features[5:6] + 9, features[:1]])
    as_npz(tmp_path / "f.npz", listed, twice)
    assert run(images, tmp_path / "out", "--features", tmp_path / "f.npz") == 0
    assert len(rows_of(tmp_path / "out" / "scores.csv")) == len(paths) - 1
    (row,) = rows_of(tmp_path / "out" / "quarantine.csv")
    assert row == {"path": paths[0], "reason": "f.npz has no row for it"}
    told = capsys.readouterr().err
    assert f"f.npz has no row for 1 image, set aside: '{paths[0]}'." in told
    assert "1 row of f.npz is of no image here: 'elsewhere/cat.png'." in told
    assert "f.npz has 1 image again; its first row counts" in told
    assert "could not be read" not in told


def objects(file: Path, paths: list[str], features: np.ndarray) -> None:
    savez(file, paths=np.array(paths, dtype=object), features=features)


def cut(file: Path, paths: list[str], features: np.ndarray) -> None:
    save(file, features)
    file.write_bytes(file.read_bytes()[:-7])


def pickled(file: Path, paths: list[str], features: np.ndarray) -> None:
    save(file, np.array([{}, {}], dtype=object))


def bomb(file: Path, paths: list[str], features: np.ndarray) -> None:
    """An archive of a kilobyte that says it holds a petabyte."""
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (4000000000, 65000), }"
    header = header.ljust(117) + "\n"
    start = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header.encode()
    savez(file, paths=paths)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("features.npy", start)


def ragged(file: Path, paths: list[str], features: np.ndarray) -> None:
    lists: list[Any] = features.tolist()
    lists[3] = lists[3][:-1]
    pq.write_table(pa.table({"path": paths, "features": lists}), file)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (lambda f, p, x: save(f, x[1:]), "its rows (47) are not as many as the images (48)"),
        (lambda f, p, x: savez(f, features=x), "no array 'paths', but 'features'"),
        (lambda f, p, x: savez(f, paths=p[1:], features=x), "the list of its names, 47"),
        (lambda f, p, x: savez(f, paths=p, features=x[:, 0]), "a row of numbers"),
        (lambda f, p, x: savez(f, paths=p, features=x * np.nan), "row 1 holds a"),
        (lambda f, p, x: save(f, x.astype(complex)), "a row of numbers"),
        (lambda f, p, x: savez(f, paths=["a.png"] * 48, features=x), "no row (of 48)"),
        (lambda f, p, x: f.write_text("path,f1\n"), "neither NPY nor NPZ nor Parquet"),
        (lambda f, p, x: f.write_bytes(b"PK\3\4 no archive"), "cannot be used"),
        (lambda f, p, x: f.write_bytes(b"PAR1 no table PAR1"), "cannot be read as a Parquet"),
        (lambda f, p, x: pq.write_table(pa.table({"path": p}), f), "no column 'features'"),
        (lambda f, p, x: pq.write_table(pa.table({"a": [1.5]}), f), "no column 'path'"),
        (lambda f, p, x: None, "cannot be read"),
        (objects, "holds Python objects"),
        (pickled, "holds Python objects"),
        (cut, "it ends early"),
        (bomb, "the list of its names"),
        (ragged, "different lengths"),
    ],
)  # fmt: skip
def test_a_file_that_does_not_fit_is_refused_with_its_name(
    images: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    write: Callable[[Path, list[str], np.ndarray], object],
    words: str,
) -> None:
    paths = own_model.paths_of(images)
    file = tmp_path / "mine.bin"
    write(file, paths, own_model.features_of(images, paths))
    assert run(images, tmp_path / "out", "--features", file, "--quiet") == 3
    told = capsys.readouterr().err
    assert words in told
    assert "mine.bin" in told
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("option", [("--finetune",), ("--backbone", "resnet18")])
def test_what_needs_a_network_is_refused(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...]
) -> None:
    assert run(images, tmp_path / "out", "--features", "f.npz", *option) == 2
    assert f"{option[0]} needs a network" in capsys.readouterr().err


def test_python_takes_the_same_file(images: Path, tmp_path: Path) -> None:
    paths = own_model.paths_of(images)
    as_npz(tmp_path / "f.npz", paths, own_model.features_of(images, paths))
    own = {"epochs": 3, "folds": 3, "passes": 1}
    found = ahsml_app.find_label_errors(images, features=str(tmp_path / "f.npz"), **own)
    assert run(images, tmp_path / "out", "--features", tmp_path / "f.npz", "--quiet") == 0
    assert found.scores.equals(pq.read_table(tmp_path / "out" / "scores.parquet"))
