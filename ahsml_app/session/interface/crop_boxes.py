"""Cuts the boxes of objects out of images, so that their labels can be judged."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count, takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ahsml_app.base.errors import LabelsError, OutputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage, drive
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.table_files import write_table
from ahsml_app.core.tables.find_images import Locator
from ahsml_app.core.tables.forms.boxes import Box
from ahsml_app.core.tables.forms.find_boxes import BoxedImage, boxed_images
from ahsml_app.session.export.forms.box_files import ANNOTATION, BOX
from ahsml_app.session.pipeline.unpack import unpacked_source
from ahsml_app.store.files.free_names import LONGEST_NAME, shortened

if TYPE_CHECKING:
    from PIL import Image

CROPS_FILE = "crops.csv"
_COLUMNS = ("path", "label", "image", ANNOTATION, BOX, "group")
_SMALLEST = 8
_KINDS_OF_FOLDERS = ("images", "labels", "annotations", "jpegimages")
"""Names of folders that tell files of boxes from images, as `labels/train` and `images/train`."""


@dataclass(frozen=True, slots=True)
class CroppedBoxes:
    """What was cut out.

    Attributes:
        table: The table of the crops, for `labels`: their paths, labels, images and boxes.
        crops: Number of crops.
        small: Boxes that were left out, because a side has less than 8 pixels.
        missing: Files of boxes whose image cannot be found or read; of COCO with the image's name.
    """

    table: Path
    crops: int
    small: int
    missing: tuple[str, ...]


def crop_boxes(
    images: str | Path,
    annotations: str | Path,
    out: str | Path,
    *,
    planes: Planes = FIRST,
    listener: Callable[[Event], object] | None = None,
) -> CroppedBoxes:
    """Cuts every box out as an image of its own, and writes a table of their labels.

    Judge the crops like any images: `find_label_errors(out, out / "crops.csv")`, or in the window.
    The form `boxes` of an export then writes the files of boxes with the new labels. Crops of one
    image are one group, so they do not vouch for each other.

    Args:
        images: The image folder, which is only read, or an archive.
        annotations: A COCO file, or a folder with any; or a folder with a file for each image: XML
            of Pascal VOC, or text of YOLO, whose classes `data.yaml` or `classes.txt` names.
        out: Folder for the crops, which must be new or empty.
        planes: What is read of images with several pages or channels, as by `--planes`.
        listener: Called with each event.

    Raises:
        InputError: If a folder cannot be read.
        LabelsError: If no box is found, or a file of boxes cannot be read; it names the file.
        OutputError: If the crops cannot be written; then nothing is.
    """
    work = cut_boxes(Path(images), Path(annotations), Path(out), planes=planes)
    return drive(work, listener or (lambda _: None))


def cut_boxes(
    images: Path,
    annotations: Path,
    out: Path,
    cancel: CancelToken | None = None,
    *,
    planes: Planes = FIRST,
) -> Generator[Event, None, CroppedBoxes]:
    """Cuts every box out, as `crop_boxes` says; a stop leaves nothing.

    Yields:
        Progress.

    Raises:
        AppError: As `crop_boxes`.
        Cancelled: If a stop was requested.
    """
    from ahsml_app.core.data.scan import checked_folder
    from ahsml_app.core.data.walk import list_images

    source, target, cancel = annotations.absolute(), out, cancel or CancelToken()
    with _writing(target):
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise OutputError(
                Message("The folder {target} is not empty.", target=target),
                hint="Name a new or an empty folder for the crops.",
            )
    found = list(boxed_images(source))
    root = checked_folder((yield from unpacked_source(Source(images), out, cancel)).folder)
    listing = yield from list_images(root, cancel)
    work = _Crops(root, source, listing.paths, planes)
    parent = target.absolute().parent
    with _writing(target):
        parent.mkdir(parents=True, exist_ok=True)
    with _writing(target), tempfile.TemporaryDirectory(dir=parent, prefix=".crops-") as name:
        place = Path(name) / "crops"
        place.mkdir()
        for done, boxed in enumerate(found, 1):
            cancel.check()
            work.cut(boxed, place)
            yield Progress(Stage.WRITE, done, len(found))
        if not work.rows:
            raise LabelsError(
                Message("The files in {folder} hold no box of an image.", folder=source),
                hint="Give the folder of the images and that of their files of boxes.",
            )
        write_table(place / CROPS_FILE, _COLUMNS, work.rows)
        if target.exists():
            target.rmdir()
        place.rename(target)
    return CroppedBoxes(target / CROPS_FILE, len(work.rows), work.small, tuple(work.missing))


@dataclass(slots=True)
class _Crops:
    """The crops so far.

    Attributes:
        root: Image folder.
        annotations: Folder of the files of boxes.
        listed: Relative paths of the images in it.
        planes: What is read of images with several pages or channels.
        rows: Rows of the table.
        small: Boxes that were too small.
        missing: Files of boxes without an image.
    """

    root: Path
    annotations: Path
    listed: Sequence[str]
    planes: Planes
    rows: list[list[str]] = field(default_factory=list)
    small: int = 0
    missing: list[str] = field(default_factory=list)
    _locators: dict[Path, Locator] = field(default_factory=dict)

    def cut(self, boxed: BoxedImage, place: Path) -> None:
        """Cuts out the boxes of an image, and saves them in a folder."""
        file, locate = boxed.file, self._locator(boxed)
        path = "" if boxed.name else _found(locate, file.stem, file)
        if file.suffix.lower() == ".txt" and not path:  # such as a list of files beside the boxes
            self.missing.append(str(file))
            return
        wanted, boxes = boxed.read()
        path = (_found(locate, wanted, file) if wanted else "") or path
        picture = _picture(self.root / path, self.planes) if path else None
        if picture is None:
            self.missing.append(f"{file}: {boxed.name}" if boxed.name else str(file))
            return
        for box in boxes:
            crop = _cut(picture, box)
            if crop is None:
                self.small += 1
                continue
            inner = _free_name(place, path, box.number)
            (place / inner).parent.mkdir(parents=True, exist_ok=True)
            crop.save(place / inner)
            self.rows.append([inner, box.label, path, str(file), str(box.number), path])

    def _locator(self, boxed: BoxedImage) -> Locator:
        """Finds images; those of COCO beside its file as well, as each part of a data set has."""
        folder = boxed.file.parent if boxed.name else self.annotations
        if folder not in self._locators:
            self._locators[folder] = Locator(self.root, folder, self.listed)
        return self._locators[folder]


def _found(locate: Locator, name: str, file: Path) -> str:
    """Path of an image; of several with its name, the one in folders like those of its boxes."""
    found = locate.find(name)
    if not found.fits:
        return found.path
    own = _folders(file.as_posix())
    alike = [_length_alike(_folders(path), own) for path in found.fits]
    return found.fits[alike.index(max(alike))] if alike.count(max(alike)) == 1 else ""


def _length_alike(names: list[str], others: list[str]) -> int:
    pairs = zip(names, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _folders(path: str) -> list[str]:
    """Names of the folders around a file, the innermost first, without those of its kind."""
    names = [name.casefold() for name in path.split("/")[-2::-1]]
    return [name for name in names if name not in _KINDS_OF_FOLDERS]


def _free_name(place: Path, path: str, number: int) -> str:
    """A name for a crop; two files of boxes may belong to one image, or two images be alike."""
    stem = os.path.splitext(path)[0]  # noqa: PTH122 - a relative path with slashes
    folder, slash, stem = stem.rpartition("/")
    ends = (f"-{number}{'-' * bool(n)}{n or ''}.png" for n in count())
    names = (f"{folder}{slash}{shortened(stem, LONGEST_NAME - len(end))}{end}" for end in ends)
    return next(name for name in names if not (place / name).exists())


def _picture(path: Path, planes: Planes) -> Image.Image | None:
    from ahsml_app.core.data.decode import UnreadableImage, decode

    try:
        return decode(path, planes=planes)
    except UnreadableImage:
        return None


@contextmanager
def _writing(target: Path) -> Iterator[None]:
    """Tells what went wrong while the crops were written."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            Message(
                "The crops cannot be written to {target}: {reason}.",
                target=target,
                reason=error.strerror or error,
            ),
            hint="Name another folder, or see that the disk has room, and cut the boxes again.",
            details=str(error),
        ) from error


def _cut(picture: Image.Image, box: Box) -> Image.Image | None:
    """The part of an image inside of a box; None if it is too small."""
    width, height = picture.size
    across, down = (width, height) if box.relative else (1, 1)
    left, top, right, bottom = box.sides
    corners = (
        round(max(0, min(width, left * across))),
        round(max(0, min(height, top * down))),
        round(max(0, min(width, right * across))),
        round(max(0, min(height, bottom * down))),
    )
    if min(corners[2] - corners[0], corners[3] - corners[1]) < _SMALLEST:
        return None
    return picture.crop(corners)
