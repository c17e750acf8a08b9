"""Fixtures of the window's tests: projects, and a check that nothing is left behind."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from job_recorder import recorder, runner  # noqa: F401 - fixtures
from main_windows import PATIENCE, reviewing, window  # noqa: F401 - fixtures
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from sample_projects import make_images, make_project
from snapshots import snapshot, steady_font  # noqa: F401 - fixtures

from ahsml_app.gui.i18n import install_language
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.session.project.project import Project


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits as long as a machine may take that others use too."""
    for wait in ("waitUntil", "waitSignal"):
        setattr(qtbot, wait, partial(getattr(qtbot, wait), timeout=PATIENCE))
    return qtbot


@pytest.fixture(scope="session")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """60 small images in 4 class folders."""
    return make_images(tmp_path_factory.mktemp("shapes"))


@pytest.fixture
def sample_project(image_folder: Path, cache: Path) -> Iterator[Project]:
    """A trained project with made-up scores; each test has its own."""
    project = make_project(image_folder)
    yield project
    project.close()


@pytest.fixture
def model(qtbot: QtBot, sample_project: Project) -> Iterator[ProjectModel]:
    """A model with the sample project open."""
    model = ProjectModel()
    model.open(sample_project)
    yield model
    model.close()


@pytest.fixture
def german(qapp: QApplication) -> Iterator[None]:
    """The window in German."""
    installed = install_language(qapp, "de")
    assert len(installed) == 2, "Qt's own texts, and ours"
    yield
    for translator in installed:
        qapp.removeTranslator(translator)
    install_language(qapp, "en")


@pytest.fixture(autouse=True)
def _nothing_left_behind(qapp: QApplication) -> Iterator[None]:
    """Fails a test that leaves a thread or a window behind."""
    threads = {thread.ident for thread in threading.enumerate()}
    windows = set(map(id, QApplication.topLevelWidgets()))
    yield
    gc.collect()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QCoreApplication.processEvents()
    left = [t.name for t in threading.enumerate() if t.ident not in threads and not t.daemon]
    shown = [
        type(w).__name__
        for w in QApplication.topLevelWidgets()
        if id(w) not in windows and w.isVisible()
    ]
    assert not left, f"threads left behind: {left}"
    assert not shown, f"windows left behind: {shown}"
