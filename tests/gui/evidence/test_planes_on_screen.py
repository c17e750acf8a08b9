"""The screen shows the page or channel of a stack that is scored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot
from sample_images import make_stacks

import ahsml_app
from ahsml_app.base.reading.planes import Planes
from ahsml_app.gui.evidence.evidence_panel import EvidencePanel
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.project import library


@pytest.mark.parametrize(("planes", "least", "most"), [("first", 5, 70), (2, 0, 1), (3, 90, 256)])
def test_the_pictures_of_a_project_are_those_that_it_reads(
    tmp_path: Path, cache: Path, qtbot: QtBot, planes: Planes, least: float, most: float
) -> None:
    """Of stacks: page 1 is noise, page 2 dark, and page 3 shows the class."""
    images, place = make_stacks(tmp_path / "images", 2), tmp_path / "project"
    ahsml_app.open_project(place, images, planes=planes).close()
    model, theme = ProjectModel(), Theme("light")
    thumbnails, actions = Thumbnails(model), ActionSet(Settings(), theme)
    panel = EvidencePanel(model, thumbnails, theme, actions)
    qtbot.addWidget(panel)
    path = images / "dots" / "00.tif"
    panel.loader.want([path])  # before any project is open
    model.open(library.open_project(place))
    model.set_current(2)
    qtbot.waitUntil(lambda: panel.loader.picture(path) is not None)
    qtbot.waitUntil(lambda: thumbnails.pixmap(2) is not None)
    for picture in (panel.loader.picture(path).image, thumbnails.pixmap(2).toImage()):
        middle = picture.copy(30, 30, 8, 8)
        level = np.mean([middle.pixelColor(x, y).red() for x in range(8) for y in range(8)])
        assert least <= level <= most
    panel.stop()
    thumbnails.stop()
    model.close()
