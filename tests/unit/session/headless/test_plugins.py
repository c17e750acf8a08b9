"""What other packages add by entry points; their example packages are in `tests/plugins`."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import sample_images
from plugins import plugin_packages

import ahsml_app
from ahsml_app import cli
from ahsml_app.base.errors import ExitCode, PluginError
from ahsml_app.core import losses
from ahsml_app.core.backbones.backbone import load_backbone

QUICK = ("--epochs", "2", "--folds", "3", "--passes", "1", "--views", "0")


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("plugins") / "images"
    sample_images.make_images(folder, per_class=10)
    return folder


@pytest.fixture(autouse=True)
def _losses_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "LOSSES", dict(losses.LOSSES))


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    """Installs an example package, or one of a module with an entry point."""

    def install(kind: str, code: str = "", name: str = "odd") -> None:
        folder = plugin_packages.PLUGINS / kind
        if code:
            points = {f"ahsml_app.{kind}": {name: "odd_package:plugin"}}
            folder = plugin_packages.make_package(tmp_path / "source", "odd-package", points, code)
        plugin_packages.install(monkeypatch, tmp_path / "site", folder)

    return install


def failure(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = cli.main(list(arguments))
    return code, capsys.readouterr().err


def test_a_loss_of_another_package_trains(installed, images: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = ("--headless", str(images), "--out", str(out), *QUICK, "--loss", "squared-hinge")
    assert cli.main(list(run)) == ExitCode.USAGE
    installed("loss")
    assert cli.main(list(run)) == ExitCode.OK
    assert json.loads((out / "run.json").read_text())["options"]["loss"] == "squared-hinge"


def test_a_loss_of_another_package_is_a_module_and_part_of_the_estimator(installed) -> None:
    installed("loss")
    random = np.random.default_rng(0)
    labels = np.repeat([0, 1], 30)
    features = random.normal(size=(60, 6)) + 4 * labels[:, None]
    model = ahsml_app.AHSML(loss="squared-hinge", epochs=3).fit(features, labels)
    assert (model.predict(features) == labels).mean() > 0.9
    assert ahsml_app.WeightedPairLoss("squared-hinge").name == "squared-hinge"


def test_help_lists_the_losses_of_other_packages(
    installed, capsys: pytest.CaptureFixture[str]
) -> None:
    installed("loss")
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    assert "circle, squared-hinge" in " ".join(capsys.readouterr().out.split())


def test_a_backbone_of_another_package_makes_features_and_the_model(
    installed, images: Path, tmp_path: Path
) -> None:
    installed("backbone")
    out = tmp_path / "out"
    run = ["--headless", str(images), "--out", str(out), *QUICK, "--backbone", "colour-grid"]
    assert cli.main(run) == ExitCode.OK
    facts = json.loads((out / "model" / "model.json").read_text())
    assert facts["backbone"] == "plugin:colour-grid"
    assert (out / "model" / "embedding.onnx").is_file()
    assert load_backbone("plugin:colour-grid").dimension >= 192


def test_labels_in_the_form_of_another_package_are_read(
    installed, images: Path, tmp_path: Path
) -> None:
    installed("importer")
    table = tmp_path / "labels.ini"
    lines = []
    for name in sample_images.CLASSES:
        lines += [
            f"[{name}]",
            *(p.relative_to(images).as_posix() for p in (images / name).iterdir()),
        ]
    table.write_text("\n".join(lines), encoding="utf-8")
    with ahsml_app.open_project(tmp_path / "project", images, table) as project:
        assert project.classes == sample_images.CLASSES
        assert len(project.paths) == 30
        first = project.paths[0]
        project.decide(first, "relabel", "new")
        project.export(tmp_path / "out", ["manifest"])
    # Nothing here writes that form, so the labels come as CSV.
    with (tmp_path / "out" / "manifest-labels.csv").open(encoding="utf-8") as stream:
        written = {row["path"]: row["label"] for row in csv.DictReader(stream)}
    assert written[first] == "new"
    assert len(written) == 30


def test_labels_are_written_in_the_form_of_another_package(
    installed, images: Path, tmp_path: Path
) -> None:
    installed("exporter")
    out = tmp_path / "out"
    run = ["--headless", str(images), "--out", str(out), *QUICK, "--formats", "class-lists"]
    assert cli.main(run) == ExitCode.OK
    lists = {
        path.stem: path.read_text().split() for path in (out / "formats/class-lists").iterdir()
    }
    assert set(lists) == set(sample_images.CLASSES)
    assert all(path.startswith(f"{name}/") for name, paths in lists.items() for path in paths)
    assert "formats/class-lists/discs.txt" in json.loads((out / "run.json").read_text())["files"]
    assert cli.main([*run, "--force"]) == ExitCode.OK


def test_an_unknown_form_is_refused_before_the_run(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ("--headless", str(images), "--out", str(tmp_path / "out"), "--formats", "nothing")
    code, text = failure(capsys, *run)
    assert code == ExitCode.USAGE
    assert "There is no form 'nothing' to export" in text
    assert "label-studio" in text


BROKEN = {
    "losses": ("import nothing_of_that_name", ("--loss", "odd")),
    "backbones": ("def plugin(*, pretrained):\n    return 3", ("--backbone", "odd")),
    "importers": ("def plugin(file):\n    return {'path': 'a', 'label': ['b', 'c']}", ()),
    "exporters": ("plugin = 1 / 0", ("--formats", "odd")),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_package_is_named(
    installed, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    code, options = BROKEN[kind]
    installed(kind, code)
    table = tmp_path / "labels.csv"
    table.write_text("path,label\n", encoding="utf-8")
    labels = ("--labels", str(table)) if kind == "importers" else ()
    run = ("--headless", str(images), "--out", str(tmp_path / "out"), *QUICK, *labels, *options)
    ended, text = failure(capsys, *run)
    assert ended == ExitCode.PLUGIN
    assert "The plug-in odd of the package odd-package 0.1 failed" in text
    assert not (tmp_path / "out").exists()


def test_a_loss_that_returns_no_number_is_named(installed) -> None:
    installed("losses", "class plugin:\n    def __call__(self, batch):\n        return 'x'")
    with pytest.raises(PluginError, match=r"odd-package 0\.1 failed: it returned no number"):
        ahsml_app.AHSML(loss="odd", epochs=1).fit(np.eye(8), np.arange(8) % 2)


@pytest.mark.usefixtures("expects_warning")
@pytest.mark.parametrize("made", ["{'../x': b''}", "{'x': 'text'}", "None"])
def test_results_are_written_where_a_form_fails(
    installed, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], made: str
) -> None:
    installed("exporters", f"def plugin(labels):\n    return {made}")
    out = tmp_path / "out"
    code, text = failure(
        capsys, "--headless", str(images), "--out", str(out), *QUICK, "--formats", "odd"
    )
    assert code == ExitCode.OK
    assert "The plug-in odd of the package odd-package 0.1 failed" in text
    assert (out / "labels.csv").is_file()
    assert not (out / "formats").exists()
    assert not (tmp_path / "x").exists()


def test_a_name_in_two_packages_is_refused(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    images: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name in ("one-package", "two-package"):
        code = "def plugin(labels):\n    return {}"
        points = {"ahsml_app.exporters": {"odd": f"{name.replace('-', '_')}:plugin"}}
        folder = plugin_packages.make_package(tmp_path / "source" / name, name, points, code)
        plugin_packages.install(monkeypatch, tmp_path / "site", folder)
    run = ("--headless", str(images), "--out", str(tmp_path / "out"), "--formats", "odd")
    ended, text = failure(capsys, *run)
    assert ended == ExitCode.PLUGIN
    assert "is in several packages: one-package 0.1, two-package 0.1" in text
