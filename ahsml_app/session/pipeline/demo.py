"""The demo: pieces of photographs, some of them with a wrong label."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path

from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder
from ahsml_app.core.data import demo_images as demo
from ahsml_app.session.pipeline.scan_source import ScannedSource, scan_source


def make_demo(folder: Path) -> Path:
    """Fills `folder` with the images of the demo; returns the image folder."""
    return demo.make_demo(folder)


def planted_errors(folder: Path) -> frozenset[str]:
    """Paths, relative to the image folder, of the images whose labels the demo changed."""
    return frozenset(demo.planted_errors(folder))


def scan_demo(
    cancel: CancelToken | None = None, folder: Path | None = None
) -> Generator[Event, None, tuple[Source, ScannedSource]]:
    """Makes the images of the demo beside the projects if they are missing, and scans them.

    Args:
        cancel: Requests a stop.
        folder: Where they are made; by default where the window's demo has them.

    Returns:
        The source and the result of the scan.
    """
    yield Progress(Stage.MAKE_DEMO)
    images = make_demo(folder or _default_folder())
    source = Source(images)
    return source, (yield from scan_source(source, cancel))


def is_demo(source: Source) -> bool:
    """Whether a source is the demo in its default folder."""
    return source.folder.is_relative_to(_default_folder())


def _default_folder() -> Path:
    # Projects of the earlier demo keep their digits, which lie in the folder "demo".
    return projects_folder().parent / "demo-photographs"
