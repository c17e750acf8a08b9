"""What the menu of an image offers besides the keys: its classes, its file, and its like."""

from __future__ import annotations

from functools import partial

import numpy as np
from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import shown
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.widgets.format import chance
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.evidence import alike_rows
from ahsml_app.session.review.queue import ChosenRows, QueueFilter

MOST_CLASSES = 40
"""Classes that the menu lists; the others are found by typing."""


def add_image_entries(menu: QMenu, model: ProjectModel) -> None:
    """Adds a list of classes, the images that look alike, and the file, to a menu."""
    project, translate = model.project, QCoreApplication.translate
    if project is None or not len(model.targets()):
        return
    if not project.read_only:
        _add_classes(menu.addMenu(translate("ImageMenu", "Relabel to")), model, project)
    menu.addSeparator()
    alike = menu.addAction(translate("ImageMenu", "Show more like these"))
    alike.setObjectName("show-alike")
    alike.setEnabled(project.embeddings is not None)
    alike.triggered.connect(partial(show_alike, model))
    menu.addSeparator()
    copy = menu.addAction(translate("ImageMenu", "Copy path"))
    copy.triggered.connect(partial(_copy_paths, model))
    folder = menu.addAction(translate("ImageMenu", "Show in folder"))
    folder.triggered.connect(partial(_show_folder, model))


def show_alike(model: ProjectModel, _checked: bool = False) -> None:
    """Shows the images that lie nearest to the selected ones, the nearest first."""
    project, rows = model.project, model.targets()
    if project is None or not len(rows):
        return
    found = alike_rows(project, rows)
    if len(found):
        chosen = QueueFilter(rows=ChosenRows(found), sort="chosen", descending=False)
        model.set_queue_filter(chosen)
        model.set_current(int(rows[0]))


def _add_classes(menu: QMenu, model: ProjectModel, project: Project) -> None:
    """The likely classes first, with their probability, then the others by name."""
    likely = {project.label_name(label): share for label, share in model.choices(model.current)}
    others = sorted((n for n in project.class_names if n not in likely), key=str.casefold)
    for name in [*likely, *others][:MOST_CLASSES]:
        share = likely.get(name, 0.0)
        note = f"\t{chance(share)}" if share > 0 else ""
        action = menu.addAction(shown(name).replace("&", "&&") + note)
        action.triggered.connect(partial(_relabel, model, name))


def _relabel(model: ProjectModel, name: str, _checked: bool = False) -> None:
    model.decide(DecisionKind.RELABEL, name)


def _copy_paths(model: ProjectModel, _checked: bool = False) -> None:
    project = model.project
    if project is not None:
        paths = [str(project.path(int(row))) for row in np.asarray(model.targets())]
        QGuiApplication.clipboard().setText("\n".join(paths))


def _show_folder(model: ProjectModel, _checked: bool = False) -> None:
    project = model.project
    if project is not None and model.current >= 0:
        folder = project.path(model.current).parent
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))
