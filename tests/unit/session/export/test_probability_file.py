"""`probabilities.parquet`: the whole out-of-fold matrix, in runs and in projects."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import own_model
import pyarrow.parquet as pq
import pytest
import sample_images
from running import result_of

from ahsml_app import cli
from ahsml_app.base.errors import OutputError
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.pipeline.update_project import update_project
from ahsml_app.session.project.class_edits import merge_classes, rename_class
from ahsml_app.session.project.library import create_project, update_request
from ahsml_app.session.project.project import Project
from ahsml_app.store.output import probability_file
from ahsml_app.store.output.probability_file import ClassProbabilities, write_probabilities

QUICK = {"epochs": 3, "folds": 3, "passes": 1}
ONLY_SCORES = OutputChoice(frozenset({"scores"}))


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    sample_images.make_images(folder)
    paths = own_model.paths_of(folder)
    features = own_model.features_of(folder, paths)
    np.savez(tmp_path / "f.npz", paths=paths, features=features)
    return folder


def read(path: Path) -> tuple[list[str], list[str], np.ndarray]:
    table = pq.read_table(path)
    classes = json.loads(table.schema.metadata[b"class_names"])
    return table["path"].to_pylist(), classes, np.array(table["probabilities"].to_pylist())


def test_a_run_writes_the_whole_matrix_which_can_be_an_opinion(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [f"--{name}={value}" for name, value in QUICK.items()]
    command = ["--headless", str(images), "--features", str(tmp_path / "f.npz"), *options]
    assert cli.main([*command, "--out", str(tmp_path / "out")]) == 0
    paths, classes, values = read(tmp_path / "out" / "probabilities.parquet")
    assert paths == own_model.paths_of(images)
    assert tuple(classes) == tuple(sorted(sample_images.CLASSES))
    np.testing.assert_allclose(values.sum(1), 1, atol=1e-5)
    own = np.array([path.rpartition("/")[2].partition("-")[0] for path in paths])
    assert (np.array(classes)[values.argmax(1)] == own).mean() > 0.9
    files = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["files"]
    assert "probabilities.parquet" in files
    opinion = ["--probabilities", str(tmp_path / "out" / "probabilities.parquet")]
    assert cli.main([*command, *opinion, "--out", str(tmp_path / "again")]) == 0
    assert "has no row for" not in capsys.readouterr().err


@pytest.fixture
def project(images: Path, tmp_path: Path) -> Project:
    source = Source(images)
    new = create_project(tmp_path / "project", "Own", source, result_of(scan_source(source)))
    options = with_values(RunOptions(), {**QUICK, "features": str(tmp_path / "f.npz")})
    new.accept(result_of(train_project(new.train_request(options))))
    return new


def test_a_project_keeps_the_matrix_under_the_present_names(
    project: Project, tmp_path: Path
) -> None:
    result_of(export_project(export_request(project, tmp_path / "one", ONLY_SCORES)))
    paths, classes, before = read(tmp_path / "one" / "probabilities.parquet")
    rename_class(project, "discs", "rounds")
    result_of(export_project(export_request(project, tmp_path / "two", ONLY_SCORES)))
    same, renamed, after = read(tmp_path / "two" / "probabilities.parquet")
    assert same == paths == list(project.table.paths)
    order = [renamed.index({"discs": "rounds"}.get(name, name)) for name in classes]
    np.testing.assert_allclose(after[:, order], before, atol=1e-6)
    np.testing.assert_allclose(before.sum(1), 1, atol=1e-5)


def test_classes_that_were_merged_are_added_up(project: Project, tmp_path: Path) -> None:
    result_of(export_project(export_request(project, tmp_path / "one", ONLY_SCORES)))
    _, classes, before = read(tmp_path / "one" / "probabilities.parquet")
    merge_classes(project, ["discs"], "checks")
    result_of(export_project(export_request(project, tmp_path / "two", ONLY_SCORES)))
    _, merged, after = read(tmp_path / "two" / "probabilities.parquet")
    both = before[:, classes.index("discs")] + before[:, classes.index("checks")]
    np.testing.assert_allclose(after[:, merged.index("checks")], both, atol=1e-5)


def test_an_image_with_another_content_is_left_out_until_the_next_training(
    project: Project, tmp_path: Path
) -> None:
    changed = project.table.paths[3]
    (project.table.root / changed).write_bytes(
        (project.table.root / project.table.paths[40]).read_bytes() + b"\0"
    )
    project = project.accept_update(result_of(update_project(update_request(project))))
    result_of(export_project(export_request(project, tmp_path / "out", ONLY_SCORES)))
    paths, _, _ = read(tmp_path / "out" / "probabilities.parquet")
    assert paths == [path for path in project.table.paths if path != changed]


def test_many_parts_make_one_file_and_a_stop_leaves_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probability_file, "_NUMBERS_AT_ONCE", 30)
    values = np.random.default_rng(0).dirichlet(np.ones(3), 100).astype(np.float16)
    values[7] = np.nan
    every, own = np.arange(100), np.arange(3)
    names, paths = ["é", "\udcff", "c"], [f"{row}.png" for row in every]
    found = ClassProbabilities(values, every, own)
    write_probabilities(tmp_path / "p.parquet", paths, names, found, lambda: None)
    read_paths, classes, read_values = read(tmp_path / "p.parquet")
    assert read_paths == [*paths[:7], *paths[8:]]
    assert classes == ["é", "\\udcff", "c"]
    np.testing.assert_allclose(read_values, np.delete(values, 7, 0), atol=2e-3)
    assert pq.ParquetFile(tmp_path / "p.parquet").num_row_groups == 10

    def stop() -> None:
        raise OutputError("stopped")

    with pytest.raises(OutputError):
        write_probabilities(tmp_path / "q.parquet", paths, names, found, stop)
    assert {path.name for path in tmp_path.iterdir()} == {"p.parquet"}
