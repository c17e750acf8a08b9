"""Connects what happens to the image folder with notices, and the notices with what to do."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject

from ahsml_app.base.events import Notice
from ahsml_app.base.folder_changes import FolderChanges
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.shell.notices import NoticeBar
from ahsml_app.session.pipeline.locate_images import LocatedImages


class FolderWiring(QObject):
    """Tells the user what changed in the image folder, and lets trainings wait for updates."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        # Starts when the update of the project in this folder has ended.
        self._training: tuple[Path, RunOptions] | None = None
        self._notice: NoticeBar | None = None
        folders, projects = window.folders, window.projects
        window.actions_.action("check-folder").triggered.connect(folders.check)
        window.train_view.panel.start_requested.connect(self._on_training_requested)
        window.model.project_changed.connect(self._on_project_changed)
        projects.opened.connect(folders.check_quietly)
        projects.reopened.connect(self._on_reopened)
        projects.located.connect(self._on_located)
        folders.found.connect(self._on_found)
        folders.unchanged.connect(self._on_unchanged)
        folders.updated.connect(self._on_updated)
        folders.ended.connect(self._on_ended)
        folders.noticed.connect(self._on_noticed)
        folders.failed.connect(window.notices.show_error)

    def _on_found(self, changes: FolderChanges) -> None:
        self._dismiss()
        self._notice = self._window.notices.show_notice(
            self.tr("The image folder has changed: {0}.").format(translated(changes.summary())),
            hint=self.tr(
                "New images become undecided, renamed ones keep their decisions, and changed ones "
                "are asked about anew."
            ),
            level="warning",
        )
        self._notice.add_button(self.tr("Update the project"), self._on_update)

    def _on_update(self) -> None:
        self._dismiss()
        self._window.folders.update()

    def _on_unchanged(self) -> None:
        self._window.notices.show_notice(self.tr("Nothing has changed in the image folder."))

    def _on_updated(self, changes: FolderChanges) -> None:
        project = self._window.model.project
        if project is None:
            return
        self._dismiss()
        notice = self._window.notices.show_notice(
            self.tr("The project is up to date: {0}.").format(translated(changes.summary())),
            level="warning" if changes.counts.get("changed") else "info",
        )
        first = len(project.table) - len(changes.new)
        rows = np.array([*changes.changed, *range(first, len(project.table))], dtype=np.int64)
        if len(rows):
            show = partial(self._window.model.show_rows, rows)
            notice.add_button(self.tr("Show new and changed images"), show)

    def _on_noticed(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice.message, level=notice.level)

    def _on_reopened(self, source: Source) -> None:
        notice = self._window.notices.show_notice(
            self.tr("This folder has a project already, which was opened."),
            hint=self.tr("Another project of the same images would begin without decisions."),
        )
        another = partial(self._window.projects.import_another, source)
        notice.add_button(self.tr("Make another project"), another)

    def _on_located(self, images: LocatedImages) -> None:
        text = self.tr("The images were found in {0}: {1} of {2} looked for are the same.")
        self._window.notices.show_notice(text.format(images.root, images.same, images.checked))

    def _on_training_requested(self, options: RunOptions) -> None:
        """Starts a training, after an update that runs: it shall know the new images."""
        project = self._window.model.project
        if project is not None and self._window.folders.is_updating:
            self._training = project.folder, options
        else:
            self._window.training.start(options)

    def _on_ended(self) -> None:
        waiting, self._training = self._training, None
        if waiting is not None:
            self._window.training.start(waiting[1])

    def _on_project_changed(self) -> None:
        """Drops the training of a project that was closed."""
        project = self._window.model.project
        if self._training is not None and (project is None or project.folder != self._training[0]):
            self._training = None

    def _dismiss(self) -> None:
        """Removes the notice about changes, which are or will be taken in."""
        notice, self._notice = self._notice, None
        if notice is not None and notice in self._window.notices.notices():
            notice.dismiss()
