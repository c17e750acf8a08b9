"""The wheel as a person gets it: built, installed away from the checkout, and run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest
from packaging_scripts import script

pytestmark = pytest.mark.slow


def run(*command: str | Path, cwd: Path, **variables: str) -> str:
    clean = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run(
        command, cwd=cwd, env=clean | variables, capture_output=True, text=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout


@pytest.fixture(scope="module")
def wheel(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    run(*build, checkout, cwd=checkout)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Scripts of an environment with the wheel, which sees our dependencies but not our source."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True, symlinks=os.name != "nt")
    scripts = folder / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / "python"
    run(python, "-m", "pip", "install", "--no-deps", "--no-index", wheel, cwd=folder)
    query = "import sysconfig; print(sysconfig.get_path('purelib'))"
    site = Path(run(python, "-c", query, cwd=folder).strip())
    # A plain path line does not run the .pth files there, so an editable install stays unseen.
    ours = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (site / "dependencies.pth").write_text("\n".join(sorted(ours)), encoding="utf-8")
    return scripts


def test_the_wheel_holds_the_resources_and_nothing_of_the_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert "ahsml_app/_resources/report/report.html.j2" in names
    assert "ahsml_app/_resources/report/report.css" in names
    assert "ahsml_app/_resources/licences/README.md" in names
    for name in ("guide/index.md", "guide/de/scores.md", "pictures/review.png"):
        assert f"ahsml_app/_resources/{name}" in names
    for ending in ("ts", "qm"):
        assert f"ahsml_app/_resources/translations/ahsml_de.{ending}" in names
    assert "ahsml_app/_resources/smoke_test.py" in names
    assert "ahsml_app/_resources/schemas/run.schema.json" in names
    for name in ("man/man1/ahsml-app.1", "applications/ahsml-app.desktop"):
        assert [held for held in names if held.endswith(f".data/data/share/{name}")]
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [name for name in names if name.startswith(("tests/", "packaging/"))]


def test_the_sdist_makes_the_same_small_wheel(checkout: Path, wheel: Path, tmp_path: Path) -> None:
    build = (sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path)
    run(*build, checkout, cwd=tmp_path)
    assert next(tmp_path.glob("*.whl")).read_bytes() == wheel.read_bytes()
    assert wheel.stat().st_size < script("release").LARGEST_WHEEL
    with tarfile.open(next(tmp_path.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {".ci/run", "constraints.txt", "tests/conftest.py", "packaging/release.py"} <= names


def test_the_command_runs_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    place = run(
        installed / "python", "-c", "import ahsml_app; print(ahsml_app.__file__)", cwd=tmp_path
    )
    assert Path(place.strip()).is_relative_to(installed.parent)
    told = run(
        installed / "ahsml-app", "--demo", "--headless", "--out", "result",
        cwd=tmp_path, AHSML_APP_CACHE=str(tmp_path / "cache"),
    )  # fmt: skip
    assert "planted errors" in told
    record = json.loads((tmp_path / "result" / "run.json").read_text(encoding="utf-8"))
    assert record["application"] == "ahsml-app"
    for name in record["files"]:
        assert (tmp_path / "result" / name).stat().st_size > 0
    assert {"report.html", "labels.csv", "scores.csv", "scores.parquet"} <= set(record["files"])


def test_the_window_uses_itself_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    run(
        installed / "ahsml-app", "--smoke-test", "pictures",
        cwd=tmp_path, AHSML_APP_CACHE=str(tmp_path / "cache"), QT_QPA_PLATFORM="offscreen",
    )  # fmt: skip
    assert {"review-light.png", "start-recent-dark.png"} <= {
        path.name for path in (tmp_path / "pictures").iterdir()
    }
