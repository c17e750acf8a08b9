"""Builds the web site of guide and Python reference, and checks every link inside of it.

    python packaging/build_site.py          # into build/docs

It needs the extra `docs` and the program itself, whose docstrings are the reference. A warning of
Sphinx, or a link that leads nowhere, is an error.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent
TARGET = CHECKOUT / "build" / "docs"


class _Page(HTMLParser):
    """The links of a page, and the places in it that links lead to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = {""}
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        """Takes the links and places of an element."""
        values = dict(attrs)
        self.links += [values[name] or "" for name in ("href", "src") if name in values]
        self.places |= {values[name] or "" for name in ("id", "name") if name in values}


def main() -> int:
    """Builds the site; returns 1 if anything in it is broken."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "site"
        shutil.copytree(CHECKOUT / "docs" / "site", source)
        for name in ("guide", "pictures"):
            shutil.copytree(CHECKOUT / "resources" / name, source / name)
        command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-E"]
        command += ["-c", str(CHECKOUT / "docs"), str(source), str(TARGET)]
        if subprocess.run(command, cwd=CHECKOUT, check=False).returncode:  # noqa: S603
            return 1
    broken = list(broken_links(TARGET))
    sys.stderr.writelines(f"{line}\n" for line in broken)
    return 1 if broken else 0


def broken_links(site: Path) -> Iterator[str]:
    """Yields each link between files of a folder that leads nowhere, with its page."""
    pages = {path: _Page(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    for path, page in sorted(pages.items()):
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.is_file() or (target in pages and place not in pages[target].places):
                yield f"{path.relative_to(site)}: {link}"


if __name__ == "__main__":
    sys.exit(main())
