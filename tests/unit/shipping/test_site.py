"""The web site of guide and reference; CI builds it with Sphinx, and these tests do not."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from packaging_scripts import CHECKOUT, script

import ahsml_app

API = (CHECKOUT / "docs" / "site" / "api.md").read_text(encoding="utf-8")
NAMES = re.findall(r"^\.\. auto(?:class|function):: (\S+)", API, re.MULTILINE)


def test_the_reference_has_every_name_of_the_interface() -> None:
    names = {name.removeprefix("ahsml_app.") for name in NAMES}
    assert set(ahsml_app.__all__) - {"__version__"} <= names


def test_every_name_of_the_reference_exists() -> None:
    for name in NAMES:
        module, _, last = name.rpartition(".")
        assert getattr(import_module(module), last).__doc__, name


def test_a_link_that_leads_nowhere_is_found(tmp_path: Path) -> None:
    (tmp_path / "guide").mkdir()
    (tmp_path / "guide" / "b.html").write_text('<h2 id="here">B</h2><a href="../a.html">', "utf-8")
    links = ["guide/b.html#here", "guide/b.html#gone", "c.html", "https://x.org/y", "#"]
    text = "".join(f'<a href="{link}">' for link in links) + '<img src="no.png">'
    (tmp_path / "a.html").write_text(text, "utf-8")
    broken = list(script("build_site").broken_links(tmp_path))
    assert broken == ["a.html: guide/b.html#gone", "a.html: c.html", "a.html: no.png"]
