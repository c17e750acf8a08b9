"""A release: the version is stated once, and everything that repeats it agrees."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from packaging_scripts import script

from ahsml_app.base.version import __version__

PREPARED = (
    "ahsml_app",
    "packaging",
    "docs",
    "resources",
    "CITATION.cff",
    "CHANGELOG.md",
    "pyproject.toml",
)


def stated(checkout: Path) -> set[str]:
    """The newest version in each file that states one."""
    citation = (checkout / "CITATION.cff").read_text(encoding="utf-8")
    metainfo = checkout / "packaging/linux/share/metainfo/ahsml-app.metainfo.xml"
    newest = next(ET.parse(metainfo).getroot().iter("release")).get("version")
    changelog = (checkout / "CHANGELOG.md").read_text(encoding="utf-8")
    page = (checkout / "packaging/linux/share/man/man1/ahsml-app.1").read_text(encoding="utf-8")
    return {
        re.findall(r"^version: (.*)$", citation, re.MULTILINE)[0],
        str(newest),
        re.findall(r"^## \[(\d[\d.]*)\]", changelog, re.MULTILINE)[0],
        re.findall(r'"ahsml-app ([\d.]+)"', page)[0],
    }


def test_every_file_states_the_same_version(checkout: Path) -> None:
    assert stated(checkout) == {__version__}


def test_a_release_is_prepared_in_one_step(checkout: Path, tmp_path: Path) -> None:
    pytest.importorskip("towncrier")
    for name in PREPARED:
        copy = shutil.copytree if (checkout / name).is_dir() else shutil.copy
        copy(checkout / name, tmp_path / name)
    for command in (["init", "-q"], ["add", "-A"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    call = [sys.executable, "packaging/release.py", "prepare", "99.1.0"]
    ended = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "git tag v99.1.0" in ended.stdout
    assert stated(tmp_path) == {"99.1.0"}
    changelog = (tmp_path / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## \[99\.1\.0\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert [path.name for path in (tmp_path / "docs" / "changes").iterdir()] == ["README.md"]


def test_a_version_that_does_not_come_after_is_refused() -> None:
    release = script("release")
    for version in (__version__, "0.0.9", "1.0", "v9.0.0"):
        with pytest.raises(SystemExit):
            release.prepare(version, dt.date(2026, 1, 1))
