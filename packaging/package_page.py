"""Makes the text of the package page: the README with links that work away from the checkout.

hatchling loads it (`tool.hatch.metadata.hooks` in pyproject.toml). With the environment variable
AHSML_PROJECT_URL, the address of the repository, links and pictures lead to the files of this
version there, and the page names the address. Without it nothing is known to lead anywhere, so
links become their words and pictures are left out.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from hatchling.metadata.plugin.interface import MetadataHookInterface

ADDRESS = "AHSML_PROJECT_URL"
_LINK = re.compile(r"(!?)\[([^\]]*)\]\((?!\w+:|#)([^)\s]+)\)")


class PackagePage(MetadataHookInterface):
    """Sets the fields `readme` and `urls`."""

    def update(self, metadata: dict[str, Any]) -> None:
        """Sets the fields."""
        address = os.environ.get(ADDRESS, "").rstrip("/")
        text = (Path(self.root) / "README.md").read_text(encoding="utf-8")
        version = str(metadata["version"])
        metadata["readme"] = {
            "content-type": "text/markdown",
            "text": page(text, address, version),
        }
        if address:
            metadata["urls"] = {
                "Homepage": address,
                "Issues": f"{address}/issues",
                "Changelog": f"{address}/blob/v{version}/CHANGELOG.md",
            }


def page(readme: str, address: str, version: str) -> str:
    """The README as a package page shows it.

    Args:
        readme: The README of the checkout.
        address: Address of the repository; empty if it is not known.
        version: Version whose tag holds the files.
    """

    def replaced(match: re.Match[str]) -> str:
        mark, words, target = match.groups()
        if not address:
            return "" if mark else words
        return f"{mark}[{words}]({address}/{'raw' if mark else 'blob'}/v{version}/{target})"

    return re.sub(r"\n{3,}", "\n\n", _LINK.sub(replaced, readme))
