"""The demo: handwritten digits, some of them under a wrong label."""

from __future__ import annotations

from pathlib import Path

from ahsml_app.core import demo


def make_demo(folder: Path) -> Path:
    """Fill `folder` with the demo's images and return the image folder."""
    return demo.make_demo(folder)


def planted_errors(folder: Path) -> frozenset[str]:
    """Paths, relative to the image folder, of the images whose labels the demo changed."""
    return frozenset(demo.planted_errors(folder))
