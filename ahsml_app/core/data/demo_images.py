"""The demonstration: pieces of photographs, some with wrong labels, and the true labels."""

from __future__ import annotations

import csv
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import resources_folder

IMAGE_FOLDER = "images"
TRUTH_FILE = "truth.csv"

_MARKER_FILE = "demo.json"  # marks the folder as ours, so that it may be replaced
_OURS = {IMAGE_FOLDER, TRUTH_FILE, _MARKER_FILE}
_PIECES = 60  # of each photograph
_SIDE = 160
_SHARES = (0.15, 0.45)  # of the photograph's shorter side that a piece may show

_Labels = np.ndarray[tuple[int], np.dtype[np.int64]]


def make_demo(folder: Path, *, seed: int = 0, noise: float = 0.1) -> Path:
    """Creates the demonstration: `images/<given label>/photo_0000.jpg` and `truth.csv`.

    It holds 60 pieces of each of the photographs among the resources, 160 x 160 pixels; the class
    is the photograph. An existing, complete demonstration of the same seed and noise is kept;
    another one is replaced as a whole.

    Args:
        folder: Where to create it; absent, empty, or an earlier demonstration.
        seed: Seed of the pieces and of the changed labels.
        noise: Share of labels to change, 0 to 1, each to another class at random.

    Returns:
        The image folder, `folder/images`; `planted_errors` and `truth.csv` name paths within it.

    Raises:
        OutputError: If `folder` holds anything else, or cannot be written.
    """
    settings = {"pieces": _PIECES, "seed": seed, "noise": noise}
    try:
        if not _is_complete(folder, settings):
            _check_replaceable(folder)
            with _replaced_as_a_whole(folder) as new:
                _write_demo(new, settings)
    except OSError as error:
        raise OutputError(
            Message(
                "The demonstration cannot be written to {folder}: {reason}.",
                folder=folder,
                reason=error.strerror or error,
            ),
            hint="Choose a folder that you may write to.",
        ) from error
    return folder / IMAGE_FOLDER


def planted_errors(folder: Path) -> set[str]:
    """Returns the images whose label was changed, as paths relative to the image folder.

    Args:
        folder: The folder given to `make_demo`.

    Raises:
        OutputError: If there is no demonstration.
    """
    return {
        path for path, truth in true_labels(folder).items() if PurePosixPath(path).parts[0] != truth
    }


def true_labels(folder: Path) -> dict[str, str]:
    """Returns the label that each image would have without the planted errors, by its path.

    Args:
        folder: The folder given to `make_demo`.

    Raises:
        OutputError: If there is no demonstration.
    """
    file = folder / TRUTH_FILE
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return {row["path"]: row["label"] for row in csv.DictReader(stream)}
    except (OSError, KeyError) as error:
        raise OutputError(
            Message("There is no demonstration in {folder}.", folder=folder),
            hint="Make it with --demo.",
        ) from error


def _write_demo(folder: Path, settings: dict[str, float]) -> None:
    generator = np.random.default_rng(int(settings["seed"]))
    photographs = sorted((resources_folder() / "demo").glob("*.jpg"))
    names = [file.stem for file in photographs]
    # The order of the numbers tells nothing of the class.
    truth = generator.permutation(np.repeat(np.arange(len(names)), _PIECES))
    given = _with_noise(truth, generator, settings["noise"])
    paths = [f"{names[label]}/photo_{number:04d}.jpg" for number, label in enumerate(given)]
    for name in names:
        (folder / IMAGE_FOLDER / name).mkdir(parents=True)
    for kind, photograph in enumerate(photographs):
        with Image.open(photograph) as whole:
            for number in np.flatnonzero(truth == kind):
                piece = _piece(whole, generator)
                piece.save(folder / IMAGE_FOLDER / paths[number], quality=90)
    rows = [(path, names[kind]) for path, kind in zip(paths, truth, strict=True)]
    with (folder / TRUTH_FILE).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("path", "label"), *rows])
    (folder / _MARKER_FILE).write_text(json.dumps(settings), encoding="utf-8")


def _piece(photograph: Image.Image, generator: np.random.Generator) -> Image.Image:
    """Returns a square of the photograph at random, mirrored half of the time."""
    side = int(min(photograph.size) * generator.uniform(*_SHARES))
    left = int(generator.integers(photograph.width - side + 1))
    top = int(generator.integers(photograph.height - side + 1))
    piece = photograph.resize(
        (_SIDE, _SIDE), Image.Resampling.LANCZOS, (left, top, left + side, top + side)
    )
    if generator.random() < 0.5:
        piece = piece.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return piece


def _with_noise(truth: _Labels, generator: np.random.Generator, noise: float) -> _Labels:
    classes = int(truth.max()) + 1
    changed = generator.choice(len(truth), size=round(noise * len(truth)), replace=False)
    given = truth.copy()
    given[changed] = (truth[changed] + generator.integers(1, classes, len(changed))) % classes
    return given


def _is_complete(folder: Path, settings: dict[str, float]) -> bool:
    try:
        stored_settings = json.loads((folder / _MARKER_FILE).read_text(encoding="utf-8"))
        listed = true_labels(folder).keys()
    except (OSError, ValueError, OutputError):
        return False
    images = folder / IMAGE_FOLDER
    present = {file.relative_to(images).as_posix() for file in images.glob("*/*")}
    return bool(stored_settings == settings and listed and listed == present)


def _check_replaceable(folder: Path) -> None:
    if not folder.exists():
        return
    names = {entry.name for entry in folder.iterdir()} if folder.is_dir() else {folder.name}
    if names and (not names <= _OURS or _MARKER_FILE not in names):
        raise OutputError(
            Message("{folder} exists and is no demonstration of this app.", folder=folder),
            hint="Choose another folder; nothing in this one was changed.",
        )


@contextmanager
def _replaced_as_a_whole(folder: Path) -> Iterator[Path]:
    """Yields a new folder that replaces `folder` when the block ends without an error."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(
        prefix=f".{folder.name}.", dir=folder.parent, ignore_cleanup_errors=True
    ) as name:
        new, old = Path(name) / "new", Path(name) / "old"
        new.mkdir()
        yield new
        if folder.exists():
            shutil.move(folder, old)
        shutil.move(new, folder)
