"""Checks before the work that results may be written, and says how many files they replace."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message, some
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.paths import content_hash
from ahsml_app.base.types import SampleTable
from ahsml_app.store.files.safe_folder import is_inner_path
from ahsml_app.store.output.run_folder import RunFolder

_FILES_PER_EVENT = 50


def files_read(options: RunOptions) -> list[Path]:
    """The folders and files that a run reads, besides the images.

    Args:
        options: Options of the run, with a source.
    """
    assert options.source is not None  # noqa: S101 - there are images
    source, spec = options.source, options.features.backbone or ""
    weights = [Path(text) for text in (spec, spec.partition("=")[2]) if text]
    own = (options.features.file, options.training.probabilities)
    tables = [file for file in (source.labels, source.class_names, *own) if file is not None]
    return [source.folder, *tables, *(path for path in weights if path.is_file())]


def check_replacement(
    run: RunFolder, table: SampleTable, parts: Iterable[str], cancel: CancelToken
) -> Generator[Event, None, None]:
    """Checks that the results may take the place of earlier ones.

    Args:
        run: The folders of the run.
        table: The samples with the content hashes of now; images without one are read.
        parts: Names of the parts to write.
        cancel: Checked before every file.

    Yields:
        The number of files that go, and progress while earlier class folders are read.

    Raises:
        OutputError: A sample leads out of the image folder, or an image could be lost.
        Cancelled: If a stop was requested.
    """
    leaving = [path for path in table.paths if not is_inner_path(path)]
    if leaving:
        raise OutputError(
            Message.plural(
                "The path of {count:,} image leads out of the image folder: {names}.",
                "The paths of {count:,} images lead out of the image folder: {names}.",
                count=len(leaving),
                names=some(leaving),
            ),
            hint="Do not use this project: another program has changed it.",
        )
    run.check_samples(table.root, table.paths)
    class_folders = "tree" in parts
    count = len(run.earlier.names(class_folders=class_folders))
    if count:
        yield Notice(
            Message.plural(
                "{count:,} file of the earlier results in {out} will be replaced or removed.",
                "{count:,} files of the earlier results in {out} will be replaced or removed.",
                count=count,
                out=run.out,
            )
        )
    if not class_folders or not run.earlier.kept_images():
        return
    hashes = list(table.hashes) or [""] * len(table)
    unread = [row for row, digest in enumerate(hashes) if not digest]
    for number, row in enumerate(unread):
        cancel.check()
        if number % _FILES_PER_EVENT == 0:
            yield Progress(Stage.FINGERPRINT, number, len(unread))
        hashes[row] = _hash(table.root / table.paths[row])
    for number, _ in enumerate(run.check_images(table.root, table.paths, hashes)):
        cancel.check()
        if number % _FILES_PER_EVENT == 0:
            yield Progress(Stage.FINGERPRINT, number, count)


def _hash(path: Path) -> str:
    try:
        return content_hash(path)
    except OSError:  # the export itself names the file
        return ""
