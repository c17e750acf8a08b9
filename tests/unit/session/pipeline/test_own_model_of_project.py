"""A project that is trained on features of the person's own keeps working in later stages."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import numpy as np
import own_model
import pytest
import sample_images
from running import finish, result_of

from ahsml_app.base.events import Notice
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.session.analysis.run_self_test import request_self_test, self_test_project
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.pipeline.update_project import update_project
from ahsml_app.session.project.library import create_project, open_project, update_request
from ahsml_app.session.project.project import Project

OPTIONS = {"epochs": 3, "folds": 3, "passes": 1}


def write_features(images: Path, file: Path, *, width: int = 24) -> None:
    paths = own_model.paths_of(images)
    np.savez(file, paths=paths, features=own_model.features_of(images, paths)[:, :width])


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project trained on a file of features, which it knows by a relative path."""
    images = tmp_path / "images"
    sample_images.make_images(images)
    source = Source(images)
    new = create_project(tmp_path / "project", "Own", source, result_of(scan_source(source)))
    write_features(images, tmp_path / "f.npz")
    train(new, features=os.path.relpath(tmp_path / "f.npz"))
    return new


def train(project: Project, **options: object) -> list[str]:
    request = project.train_request(with_values(RunOptions(), {**OPTIONS, **options}))
    events, outcome = finish(train_project(request))
    project.accept(outcome)
    return [str(event.message) for event in events if isinstance(event, Notice)]


def update(project: Project) -> tuple[Project, list[str]]:
    events, outcome = finish(update_project(update_request(project)))
    messages = [str(event.message) for event in events if isinstance(event, Notice)]
    return project.accept_update(outcome), messages


def add_images(project: Project) -> list[str]:
    """Two images more of which the model would give the same features."""
    folder, names = project.table.root, []
    for name in ("discs", "checks"):
        copy = folder / name / f"{name}-99.png"
        shutil.copyfile(folder / name / f"{name}-9.png", copy)
        with copy.open("ab") as stream:
            stream.write(b"\0")  # another content with the same pixels
        names.append(f"{name}/{copy.name}")
    return names


def test_new_images_are_judged_by_a_file_that_has_them(project: Project, tmp_path: Path) -> None:
    names = add_images(project)
    write_features(project.table.root, tmp_path / "f.npz")
    project, _ = update(project)
    assert project.scores is not None
    for name in names:
        new, old = (project.paths.row_of(path) for path in (name, name.replace("99", "9")))
        assert project.scores.suggested[new] == project.scores.suggested[old]
        np.testing.assert_allclose(project.embeddings.points[new], project.embeddings.points[old],
                                   atol=1e-3)  # fmt: skip


def test_new_images_without_features_wait_and_the_reason_is_said(
    project: Project, tmp_path: Path
) -> None:
    names = add_images(project)
    project, messages = update(project)
    assert len(project.table) == 50
    (message,) = messages
    assert "New images have no scores before the next training" in message
    assert "no row (of 48) is of an image" in message
    assert np.isnan(project.scores.error_probability[project.paths.row_of(names[0])])


def test_features_of_another_length_are_refused_at_an_update(
    project: Project, tmp_path: Path
) -> None:
    add_images(project)
    write_features(project.table.root, tmp_path / "f.npz", width=20)
    _, (message,) = update(project)
    assert "its rows are 20 long, but those of the training were 24" in message


def test_export_self_test_and_reopening(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    events, _ = finish(export_project(export_request(project, out)))
    notices = [str(event.message) for event in events if isinstance(event, Notice)]
    assert any("no ONNX file was made" in notice for notice in notices)
    facts = json.loads((out / "model" / "model.json").read_text("utf-8"))
    assert facts["features"]["file"] == "f.npz"
    test = result_of(self_test_project(request_self_test(project)))
    assert test.images == 48
    folder = project.folder
    project.close()
    again = open_project(folder)
    assert again.scores is not None
    again.close()


def test_rows_without_paths_follow_the_folder_also_after_an_update(
    project: Project, tmp_path: Path
) -> None:
    add_images(project)
    project, _ = update(project)  # the new images are at the end of the project now
    images = project.table.root
    np.save(tmp_path / "f.npy", own_model.features_of(images, own_model.paths_of(images)))
    train(project, features=str(tmp_path / "f.npy"))
    ordered = project.scores.error_probability
    write_features(images, tmp_path / "f.npz")
    train(project, features=str(tmp_path / "f.npz"))
    np.testing.assert_array_equal(project.scores.error_probability, ordered)


def test_probabilities_move_the_scores_of_a_project(project: Project, tmp_path: Path) -> None:
    paths = own_model.paths_of(project.table.root)
    wrong = own_model.is_wrong(paths)
    before = project.scores.error_probability[wrong].mean()
    classes = sorted(sample_images.CLASSES)
    np.savez(
        tmp_path / "p.npz",
        paths=paths,
        probabilities=own_model.probabilities_of(paths),
        classes=classes,
    )
    told = train(project, features=str(tmp_path / "f.npz"), probabilities=str(tmp_path / "p.npz"))
    assert project.scores.error_probability[wrong].mean() > before
    assert not told


def test_an_image_that_the_file_lacked_is_tried_again(project: Project, tmp_path: Path) -> None:
    images = project.table.root
    paths = own_model.paths_of(images)
    features = own_model.features_of(images, paths)
    np.savez(tmp_path / "few.npz", paths=paths[1:], features=features[1:])
    told = train(project, features=str(tmp_path / "few.npz"))
    assert any("has no row for 1 image, set aside" in message for message in told)
    row = project.paths.row_of(paths[0])
    assert np.isnan(project.scores.error_probability[row])
    assert row in project.unreadable
    train(project, features=str(tmp_path / "f.npz"))
    assert not np.isnan(project.scores.error_probability[row])
    assert not project.unreadable
