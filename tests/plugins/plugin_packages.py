"""Installs the example packages beside it, as pip would, without a network."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

PLUGINS = Path(__file__).parent


def install(monkeypatch: pytest.MonkeyPatch, place: Path, folder: Path) -> None:
    """Puts the modules of a package and its entry points on the path of this process."""
    facts = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = facts["name"], facts["version"]
    info = place / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir(parents=True)
    head = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    (info / "METADATA").write_text(head, encoding="utf-8")
    lines = []
    for group, points in facts["entry-points"].items():
        lines += [f"[{group}]", *(f"{key} = {value}" for key, value in points.items()), ""]
    (info / "entry_points.txt").write_text("\n".join(lines), encoding="utf-8")
    modules = list(folder.glob("*.py"))
    for module in modules:
        (place / module.name).write_bytes(module.read_bytes())
    monkeypatch.syspath_prepend(str(place))
    for module in modules:
        monkeypatch.delitem(sys.modules, module.stem, raising=False)


def make_package(folder: Path, name: str, points: dict[str, dict[str, str]], code: str) -> Path:
    """Writes a package of one module `NAME` with entry points, for `install`."""
    folder.mkdir(parents=True)
    lines = ["[project]", f'name = "{name}"', 'version = "0.1"']
    for group, values in points.items():
        lines += [f'[project.entry-points."{group}"]', *(f'{k} = "{v}"' for k, v in values.items())]
    (folder / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
    (folder / f"{name.replace('-', '_')}.py").write_text(code, encoding="utf-8")
    return folder
