"""The demonstration: handwritten digits, some with wrong labels, and a file of the true labels."""

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

IMAGE_FOLDER = "images"
TRUTH_FILE = "truth.csv"

_MARKER_FILE = "demo.json"  # marks the folder as ours, so that it may be replaced
_OURS = {IMAGE_FOLDER, TRUTH_FILE, _MARKER_FILE}
_SIDE = 64
_DIGIT_MAXIMUM = 16.0  # the data set's gray levels run from 0 to 16


def make_demo(folder: Path, *, seed: int = 0, noise: float = 0.1) -> Path:
    """Creates the demonstration: `images/<given label>/digit_0000.png` and `truth.csv`.

    It holds the 1,797 digits of scikit-learn (8 x 8), enlarged to 64 x 64 pixels in gray. An
    existing, complete demonstration of the same seed and noise is kept; another one is replaced as
    a whole.

    Args:
        folder: Where to create it; absent, empty, or an earlier demonstration.
        seed: Seed of the changed labels.
        noise: Share of labels to change, 0 to 1, each to another class at random.

    Returns:
        The image folder, `folder/images`; `planted_errors` and `truth.csv` name paths within it.

    Raises:
        OutputError: If `folder` holds anything else, or cannot be written.
    """
    settings = {"seed": seed, "noise": noise}
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
    return {path for path, truth in _read_truth(folder) if PurePosixPath(path).parts[0] != truth}


def _write_demo(folder: Path, settings: dict[str, float]) -> None:
    from sklearn.datasets import load_digits  # here, because the import takes a second

    digits = load_digits()
    truth = digits.target.astype(int)
    given = _with_noise(truth, int(settings["seed"]), settings["noise"])
    for name in sorted(set(given)):
        (folder / IMAGE_FOLDER / str(name)).mkdir(parents=True)
    rows = []
    for number, (pixels, label) in enumerate(zip(digits.images, given, strict=True)):
        path = f"{label}/digit_{number:04d}.png"
        gray = np.round(pixels * (255 / _DIGIT_MAXIMUM)).astype(np.uint8)
        image = Image.fromarray(gray).resize((_SIDE, _SIDE), Image.Resampling.BICUBIC)
        image.save(folder / IMAGE_FOLDER / path)
        rows.append((path, str(truth[number])))
    with (folder / TRUTH_FILE).open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([("path", "label"), *rows])
    (folder / _MARKER_FILE).write_text(json.dumps(settings), encoding="utf-8")


def _with_noise(
    truth: np.ndarray[tuple[int], np.dtype[np.int64]], seed: int, noise: float
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    generator = np.random.default_rng(seed)
    classes = int(truth.max()) + 1
    changed = generator.choice(len(truth), size=round(noise * len(truth)), replace=False)
    given = truth.copy()
    given[changed] = (truth[changed] + generator.integers(1, classes, len(changed))) % classes
    return given


def _is_complete(folder: Path, settings: dict[str, float]) -> bool:
    try:
        stored_settings = json.loads((folder / _MARKER_FILE).read_text(encoding="utf-8"))
        listed = {path for path, _ in _read_truth(folder)}
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


def _read_truth(folder: Path) -> list[tuple[str, str]]:
    file = folder / TRUTH_FILE
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            return [(row["path"], row["label"]) for row in csv.DictReader(stream)]
    except (OSError, KeyError) as error:
        raise OutputError(
            Message("There is no demonstration in {folder}.", folder=folder),
            hint="Make it with --demo.",
        ) from error
