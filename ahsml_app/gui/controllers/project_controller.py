"""Opens and closes projects, and makes them from folders, manifests, demo and example."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from ahsml_app.base.errors import AppError, Cancelled
from ahsml_app.base.events import CancelToken, Event
from ahsml_app.base.message import Message
from ahsml_app.base.options.own_files import OWN_FILES_STATE, stored_files
from ahsml_app.base.options.run_options import Source
from ahsml_app.gui.dialogs.import_dialog import ImportDialog
from ahsml_app.gui.dialogs.project_question import ProjectQuestion
from ahsml_app.gui.jobs.background_job import BackgroundJob
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.gui.jobs.worker import MakeGenerator
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.start.unpack_question import UnpackQuestion
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.session.pipeline.locate_images import LocatedImages, locate_images
from ahsml_app.session.pipeline.scan_source import ScannedSource, enter_or_scan
from ahsml_app.session.pipeline.unpack import (
    SUFFIXES,
    Unpacked,
    archives_of,
    as_dataset,
    unpack,
    unpacked_place,
)
from ahsml_app.session.project.find_project import ExistingProject, projects_of
from ahsml_app.session.project.library import (
    MayRead,
    create_project,
    free_project_folder,
    make_example,
    open_project,
)
from ahsml_app.session.project.recent import forget_project, remember_project
from ahsml_app.store.new_project import DATABASE
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.recent_projects import full_path

OwnFiles = Mapping[str, Path | None]

SCAN, UNPACK, DEMO, LOCATE = "scan", "unpack", "demo", "locate images"
EXAMPLE = "example"


class ProjectController(QObject):
    """Opens projects in the window, one at a time."""

    failed = Signal(object)
    opened = Signal()
    reopened = Signal(object)  # Source of the folder whose project was opened instead
    located = Signal(object)  # LocatedImages
    own_files_chosen = Signal()  # of the person's own model, for the opened project

    def __init__(
        self,
        model: ProjectModel,
        runner: JobRunner,
        theme: Theme,
        thumbnails: Thumbnails,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._model, self._runner, self._theme, self._window = model, runner, theme, window
        self._thumbnails = thumbnails
        self._job: BackgroundJob | None = None
        self._dialog: ImportDialog | None = None
        self._question: ProjectQuestion | None = None
        self._unpack_question: UnpackQuestion | None = None
        self._unpacked: tuple[Message, ...] = ()  # what is to be known about the archive
        self._is_another = False  # whether a second project of the source is wanted
        self._located: Path | None = None  # the project whose images are looked for

    @property
    def import_dialog(self) -> ImportDialog | None:
        """The import dialog while it is open, else None."""
        return self._dialog

    def ask_folder(self) -> None:
        """Asks for an image folder and opens it."""
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder of images"))
        if chosen:
            self.open_path(Path(chosen))

    def ask_manifest(self) -> None:
        """Asks for a manifest and opens it."""
        kinds = self.tr("Manifests (*.csv *.tsv *.txt *.json *.jsonl *.ndjson *.parquet *.pq)")
        kinds += ";;" + self.tr("Archives of images ({0})").format(
            " ".join(f"*{suffix}" for suffix in SUFFIXES)
        )
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open a table of images and labels"), "", kinds
        )
        if chosen:
            self.open_path(Path(chosen))

    def ask_project(self) -> None:
        """Asks for a project folder and opens it."""
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Open a project folder"))
        if chosen:
            self.open_project(Path(chosen))

    def locate_project(self, missing: Path) -> None:
        """Asks for the new folder of a project that the start page no longer finds."""
        chosen = QFileDialog.getExistingDirectory(
            self._window, self.tr("Where is {0} now?").format(missing.name)
        )
        if chosen:
            self.open_project(Path(chosen))
            if self._model.project is not None:
                forget_project(missing)

    def locate_images(self) -> None:
        """Asks for the new folder of the opened project's images."""
        chosen = QFileDialog.getExistingDirectory(self._window, self.tr("Where are the images?"))
        if chosen:
            self.relocate(Path(chosen))

    def relocate(self, folder: Path) -> None:
        """Looks for the images of the opened project in a folder, in the background."""
        project = self._model.project
        if project is not None and self._job is None:
            self._located = project.folder
            self._submit(LOCATE, partial(locate_images, project.original, folder))

    def open_path(self, path: Path) -> None:
        """Opens a project, an image folder, an archive or a manifest."""
        folder = path.parent if path.name == DATABASE else path  # a file manager names the file
        if is_project(folder):
            self.open_project(folder)
        elif path.is_file() and not archives_of(path):
            self.open_manifest(path)
        else:
            self.open_source(Source(path.absolute()))

    def open_manifest(self, path: Path) -> None:
        """Opens the images that a manifest lists, relative to its folder, or those it holds."""
        self.open_source(as_dataset(Source(path.absolute().parent, labels=path.absolute())))

    def open_source(self, source: Source) -> None:
        """Opens the project that exists for a source; imports the source if there is none.

        If there are only projects with other labels for this folder, it asks.
        """
        self._is_another, self._unpacked = False, ()
        existing = projects_of(source)
        if not existing:
            self.import_source(source)
        elif existing[0].same_labels:
            self._open_instead(existing[0].folder, source)
        else:
            ask = self._ask(existing[0], same_labels=False)
            ask.existing_chosen.connect(partial(self._open_instead, existing[0].folder, source))
            ask.another_chosen.connect(partial(self.import_another, source))

    def import_another(self, source: Source) -> None:
        """Imports a source of which there is a project already, as the user wants."""
        self._is_another = True
        self.import_source(source)

    def open_project(self, folder: Path) -> None:
        """Opens a project folder; asks before images are read that it has not read here before."""
        self._open(folder, self._may_read)

    def open_again(self, folder: Path) -> None:
        """Opens a project whose images the user has allowed to be read."""
        self._open(folder, None)

    def _open(self, folder: Path, may_read: MayRead | None) -> None:
        folder = Path(full_path(folder))
        try:
            if self._model.project is not None and self._model.project.folder == folder:
                return
            self._model.open(open_project(folder, may_read))
        except Cancelled:
            return
        except AppError as error:
            self.failed.emit(error)
            return
        self.opened.emit()

    def _may_read(self, places: tuple[Path, ...]) -> bool:
        """Asks whether a project that was not opened here before may read its files."""
        box = QMessageBox(self._window)
        box.setObjectName("images-question")
        box.setIcon(QMessageBox.Icon.Question)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setText(self.tr("May this project read its images and labels here?"))
        box.setInformativeText(
            "\n".join(_printable(str(place)) for place in places)
            + "\n\n"
            + self.tr(
                "You have not opened it here before. A project from somebody else can name any "
                "folder and file of this computer, and an export copies images and labels from "
                "there."
            )
        )
        allowed = box.addButton(self.tr("Open"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(QMessageBox.StandardButton.Cancel)
        box.exec()
        return box.clickedButton() is allowed

    def open_demo(self) -> None:
        """Opens the demo as a project; makes its images on the first call."""
        if self._job is None:
            self._submit(DEMO, _scan_demo)

    def open_example(self) -> None:
        """Opens the finished example; makes it on the first call."""
        if self._job is None:
            self._submit(EXAMPLE, partial(make_example, self.tr("Example")))

    def import_source(self, source: Source) -> None:
        """Scans a source and shows the result before anything else happens.

        Asks first whether to unpack it, if it is an archive.
        """
        if not archives_of(source.folder):
            self._begin(source, SCAN, partial(enter_or_scan, source))
            return
        place = unpacked_place(source.folder, source.folder)
        if place.exists():
            self._unpack(source, place)
            return
        if self._unpack_question is not None:
            self._unpack_question.deleteLater()
        self._unpack_question = UnpackQuestion(source.folder, self._window)
        self._unpack_question.place_chosen.connect(partial(self._unpack, source))
        self._unpack_question.open()

    def _unpack(self, source: Source, place: Path) -> None:
        self._begin(source, UNPACK, partial(unpack, source, place))

    def _begin(self, source: Source, name: str, make_generator: MakeGenerator) -> None:
        """Begins a job whose progress the import dialog shows."""
        if self._dialog is None:
            dialog = ImportDialog(self._theme, self._thumbnails, self._window)
            dialog.accepted_source.connect(self._on_accepted)
            dialog.cancelled.connect(self._on_dialog_cancelled)
            dialog.rescan_requested.connect(self.import_source)
            self._dialog = dialog
        self._dialog.begin(source)
        self._dialog.show()
        if self._job is not None:
            self._job.discard()
        self._submit(name, make_generator)

    def close_project(self) -> None:
        """Closes the opened project, which returns to the start page."""
        project = self._model.project
        if project is not None:
            remember_project(project)
        self._model.close()

    def _submit(self, name: str, make_generator: MakeGenerator) -> None:
        job = self._runner.submit(name, make_generator)
        job.event.connect(self._on_event)
        job.finished.connect(self._on_finished)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_cancelled)
        self._job = job

    def _create(
        self, source: Source, scan: ScannedSource, name: str, files: OwnFiles | None = None
    ) -> None:
        try:
            project = create_project(free_project_folder(name), name, source, scan)
        except AppError as error:
            self.failed.emit(error)
            return
        project.set_state(OWN_FILES_STATE, stored_files(files or {}))
        self._model.open(project)
        self.opened.emit()

    def _open_instead(self, folder: Path, source: Source, files: OwnFiles | None = None) -> None:
        self.open_project(folder)
        project = self._model.project
        if project is None or project.folder != folder:
            return
        if chosen := stored_files(files or {}):
            project.set_state(OWN_FILES_STATE, chosen)
            self.own_files_chosen.emit()
        self.reopened.emit(source)

    def _ask(self, existing: ExistingProject, *, same_labels: bool) -> ProjectQuestion:
        """Asks whether an existing project is to be opened, or another one made."""
        if self._question is not None:
            self._question.deleteLater()
        self._question = ProjectQuestion(existing, same_labels=same_labels, parent=self._window)
        self._question.open()
        return self._question

    def _close_dialog(self) -> None:
        dialog, self._dialog = self._dialog, None
        if dialog is not None:
            dialog.hide()
            dialog.deleteLater()

    def _on_accepted(self, source: Source, scan: ScannedSource, name: str) -> None:
        files = {} if self._dialog is None else self._dialog.own_model.files
        self._close_dialog()
        existing = [] if self._is_another else projects_of(source)
        if existing and existing[0].same_labels:  # the labels were chosen in the dialog
            ask = self._ask(existing[0], same_labels=True)
            place = existing[0].folder
            ask.existing_chosen.connect(partial(self._open_instead, place, source, files))
            ask.another_chosen.connect(partial(self._create, source, scan, name, files))
            return
        self._create(source, scan, name, files)

    def _on_dialog_cancelled(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._close_dialog()

    def _on_event(self, event: Event) -> None:
        if self._dialog is not None:
            self._dialog.show_event(event)

    def _on_finished(self, result: object) -> None:
        self._job = None
        if isinstance(result, ScannedSource) and self._dialog is not None:
            self._dialog.show_result(replace(result, notices=(*self._unpacked, *result.notices)))
        elif isinstance(result, Unpacked) and self._dialog is not None:
            self._on_unpacked(result)
        elif isinstance(result, LocatedImages):
            self._on_located(result)
        elif isinstance(result, Path):
            self._open(result, None)  # the program has just made it, or did so earlier
        elif isinstance(result, tuple):
            source, scan = result
            existing = projects_of(source)
            if existing and existing[0].same_labels:
                self._open_instead(existing[0].folder, source)
            else:
                self._create(source, scan, self.tr("Demo"))

    def _on_unpacked(self, result: Unpacked) -> None:
        if projects_of(result.source):
            self._close_dialog()
            self.open_source(result.source)
        else:
            self._unpacked = result.notices
            self.import_source(result.source)

    def _on_located(self, images: LocatedImages) -> None:
        project = self._model.project
        if project is None or project.folder != self._located:
            return  # another one was opened meanwhile
        try:
            project.relocate(images.root)
        except AppError as error:
            self.failed.emit(error)
            return
        folder = project.folder
        self._model.close()
        self.open_again(folder)  # the user has just chosen the folder of the images
        if self._model.project is not None:
            self.located.emit(images)

    def _on_failed(self, error: BaseException) -> None:
        self._job = None
        if self._dialog is not None:
            self._dialog.show_error(error)
        if self._dialog is None or not isinstance(error, AppError):
            self.failed.emit(error)

    def _on_cancelled(self) -> None:
        self._job = None


def _scan_demo(
    cancel: CancelToken,
) -> Generator[Event, None, tuple[Source, ScannedSource]]:
    """Makes the demo and scans it, in the job thread."""
    from ahsml_app.session.pipeline.demo import scan_demo

    return scan_demo(cancel)


def _printable(text: str) -> str:
    """The text without characters that could hide a part of it."""
    return "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
