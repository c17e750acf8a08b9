"""The page of the package: the README, with no link that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

from packaging_scripts import script

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
PAGE = script("package_page")


def test_links_of_the_page_lead_to_files_of_the_version(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    page = PAGE.page(readme, "https://example.org/ahsml-app", "1.2.3")
    links = LINK.findall(page)
    assert len(links) == len(LINK.findall(readme))
    assert all(link.startswith(("https://", "#")) for link in links)
    assert "](https://example.org/ahsml-app/raw/v1.2.3/resources/pictures/review.png)" in page
    assert "](https://example.org/ahsml-app/blob/v1.2.3/docs/reference.md)" in page
    targets = [link.partition("/v1.2.3/")[2] for link in links if "/v1.2.3/" in link]
    assert all((checkout / target.partition("#")[0]).is_file() for target in targets)


def test_without_an_address_the_page_has_words_and_no_dead_link(checkout: Path) -> None:
    readme = (checkout / "README.md").read_text(encoding="utf-8")
    page = PAGE.page(readme, "", "1.2.3")
    assert not LINK.findall(page)
    assert "and the reference explains them" in page.replace("[", "").replace("]", "")
    assert "pip install -c constraints.txt ." in page
