"""A project of the window, for scripts: decide, train, export."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.events import CancelToken, Event, drive
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.session.desk.text_search import find_by_text
from ahsml_app.session.export.other_forms import output_choice
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.result_counts import ExportSummary
from ahsml_app.session.export.results import PARTS, USUAL_PARTS
from ahsml_app.session.interface.python_values import checked_options, class_name
from ahsml_app.session.pipeline.scan_source import ScannedSource, opened_source, scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project import library
from ahsml_app.session.project.project import Project
from ahsml_app.store.project_folder import is_project
from ahsml_app.store.result_files import score_table

if TYPE_CHECKING:
    import pyarrow as pa

DecisionName = Literal["keep", "relabel", "drop", "ambiguous", "undecided"]
Listener = Callable[[Event], object]


class LabelProject:
    """An open project; a context manager that closes it.

    Decisions are on disk when the call returns, and can be undone in the window.

    Attributes:
        folder: Folder of the project.
    """

    def __init__(self, project: Project) -> None:
        self._opened: Project | None = project
        self.folder = project.folder

    def __enter__(self) -> Self:
        """Returns the project itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Closes the project."""
        self.close()

    @property
    def _project(self) -> Project:
        if self._opened is None:
            raise ValueError("the project is closed; open it again")
        return self._opened

    @property
    def paths(self) -> tuple[str, ...]:
        """Relative paths of the N images."""
        return self._project.table.paths

    @property
    def classes(self) -> tuple[str, ...]:
        """Names of the classes."""
        return self._project.class_names

    @property
    def labels(self) -> tuple[str, ...]:
        """The N labels after the decisions; empty for none."""
        project = self._project
        return tuple(project.label_name(int(label)) for label in project.labels)

    @property
    def decisions(self) -> tuple[str, ...]:
        """The N decisions: undecided, keep, relabel, drop or ambiguous."""
        return tuple(DecisionKind(int(kind)).word for kind in self._project.kinds)

    @property
    def scores(self) -> pa.Table | None:
        """The table of `scores.parquet` by the newest training; None before the first."""
        scores = self._project.scores
        return None if scores is None else score_table(self._project.table, scores)

    def decide(
        self,
        paths: str | Path | Iterable[str | Path],
        decision: DecisionName,
        label: str | int = "",
    ) -> list[str]:
        """Records a decision about images as one step.

        Args:
            paths: Relative path of an image, or several.
            decision: What is decided.
            label: The new label of a relabelling, which may be a new class; empty for each
                image's suggestion.

        Returns:
            The paths of the images whose decision changed.

        Raises:
            KeyError: If the project holds no image of such a path.
            ValueError: If there is no such decision, or no class can have such a name.
            TypeError: If the label is no name.
            ProjectError: If it could not be written; then nothing has changed.
        """
        listed = [paths] if isinstance(paths, str | Path) else list(paths)
        wanted = [path.as_posix() if isinstance(path, Path) else str(path) for path in listed]
        rows = [self._project.paths.row_of(path) for path in wanted]
        unknown = [path for path, row in zip(wanted, rows, strict=True) if row < 0]
        if unknown:
            raise KeyError(f"the project holds no image {unknown[0]!r}")
        kinds = {kind.word: kind for kind in DecisionKind}
        if decision not in kinds:
            raise ValueError(f"unknown decision {decision!r}; choose one of {', '.join(kinds)}")
        name = class_name(label, self.classes)
        changed = self._project.decide(rows, kinds[decision], name)
        return [self.paths[row] for row in changed]

    def undo(self) -> bool:
        """Undoes the newest step; returns whether there was one."""
        return self._project.undo() is not None

    def train(self, listener: Listener | None = None, **options: object) -> None:
        """Trains on the labels and decisions; the scores are new afterwards.

        Args:
            listener: Called with each event.
            **options: Options of the command with underscores, such as `seed=1`.

        Raises:
            AppError: If images, labels or options cannot be used.
        """
        request = self._project.train_request(with_values(RunOptions(), checked_options(options)))
        self._project.accept(drive(train_project(request), listener or (lambda _: None)))

    def find(
        self, text: str, network: str, listener: Listener | None = None
    ) -> list[tuple[str, float]]:
        """Orders the images by how well they show what a text says.

        It needs `pip install "ahsml-app[text]"`. The first text takes as long as extracting
        features does; later ones take the stored vectors.

        Args:
            text: What the images should show, in English for most networks.
            network: A file of weights of CLIP; NAME=FILE with a name of open_clip; or "ViT-B-32",
                whose weights are then downloaded once (605 MB from the Hugging Face Hub, which
                learns the network's name and no image).
            listener: Called with each event.

        Returns:
            The path of each image that can be read, and its cosine with the text, the best first.

        Raises:
            AppError: If package, network or images cannot be used, or the text is empty.
        """
        found = drive(
            find_by_text(self._project.table, text, network), listener or (lambda _: None)
        )
        pairs = zip(found.rows.tolist(), found.similarity.tolist(), strict=True)
        return [(self.paths[row], cosine) for row, cosine in pairs]

    def export(
        self,
        out: str | Path,
        parts: Iterable[str] = USUAL_PARTS,
        *,
        formats: Iterable[str] = (),
        force: bool = False,
        listener: Listener | None = None,
    ) -> ExportSummary:
        """Writes labels, scores, embeddings, model, report and journal to a folder.

        Args:
            out: The folder, which is written whole or not at all.
            parts: What to write: labels, manifest, tree (class folders), scores, embeddings,
                model, report, journal.
            formats: Forms of other tools as well: boxes, datalab, fiftyone, huggingface,
                imagefolder, label-studio, or those of plug-ins.
            force: Whether to replace an earlier export there.
            listener: Called with each event.

        Raises:
            ValueError: If there is no such part.
            OptionError: If there is no such form.
            OutputError: If the folder cannot be used or written.
        """
        wanted = frozenset([parts] if isinstance(parts, str) else parts)
        if unknown := sorted(wanted - PARTS.keys()):
            raise ValueError(f"unknown part {unknown[0]!r}; choose among {', '.join(PARTS)}")
        names = formats if isinstance(formats, str) else ",".join(formats)
        choice = output_choice(OutputOptions(formats=names), wanted)
        request = export_request(self._project, Path(out), choice, force=force)
        return drive(export_project(request), listener or (lambda _: None))

    def close(self) -> None:
        """Closes the project, so that others can change it."""
        if self._opened is not None:
            self._opened.close()
        self._opened = None


def open_project(
    folder: str | Path,
    source: str | Path | None = None,
    labels: str | Path | None = None,
    *,
    name: str | None = None,
    planes: Planes = FIRST,
) -> LabelProject:
    """Opens a project, or makes one of an image folder.

    Args:
        folder: Folder of the project.
        source: Image folder, if the project is to be made where none is yet; or an archive, which
            is unpacked beside the project.
        labels: File of labels for the new project; None for a folder for each class.
        name: Name of the new project; that of its folder by default.
        planes: What the new project reads of images with several pages or channels: "first",
            "max", or a number from 1 on, as by `--planes`. A project keeps its rule.

    Raises:
        ProjectError: If there is no project and no `source`, or it cannot be used.
        InputError: If the image folder cannot be used.
        LabelsError: If its labels cannot be used.
    """
    place = Path(folder)
    if source is None or is_project(place):
        return LabelProject(library.open_project(place))
    table = None if labels is None else Path(labels).absolute()
    origin = Source(Path(source).absolute(), table, planes=planes)
    found, scanned = drive(_scan(origin, place), lambda _: None)
    return LabelProject(library.create_project(place, name or place.name, found, scanned))


def _scan(source: Source, place: Path) -> Generator[Event, None, tuple[Source, ScannedSource]]:
    found = yield from opened_source(source, place, CancelToken())
    return found, (yield from scan_source(found))
