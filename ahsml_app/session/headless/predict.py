"""Labels the images of a folder by an exported model."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import APP_NAME, read_json
from ahsml_app.base.table_files import utf8_text, write_parquet, write_table
from ahsml_app.session.pipeline.unpack import unpacked_source

if TYPE_CHECKING:
    from ahsml_app.core.features.label_images import LabelledImage

MODEL_FILE = "embedding.onnx"
FACTS_FILE = "model.json"
COLUMNS = ("path", "label", "probability", "problem")
_CSV, _PARQUET = ".csv", ".parquet"


@dataclass(frozen=True, slots=True)
class PredictSummary:
    """The summary of a prediction, for its closing lines.

    Attributes:
        out: The table.
        images: Number of images in it.
        unreadable: How many of them could not be read.
        classes: Images of each class, the most frequent first.
    """

    out: Path
    images: int
    unreadable: int
    classes: tuple[tuple[str, int], ...]


def predict_labels(
    model: Path,
    folder: Path,
    out: Path,
    *,
    force: bool = False,
    csv_safe: bool = False,
    cancel: CancelToken | None = None,
) -> Generator[Event, None, PredictSummary]:
    """Labels every image of a folder, and writes a table.

    Args:
        model: An exported model: its folder, or its ONNX file.
        folder: The image folder.
        out: The table to write, CSV, or Parquet with the probabilities of all classes.
        force: Whether to replace an earlier table of this command.
        csv_safe: Whether a CSV file is safe to open in a spreadsheet.
        cancel: Requests a stop.

    Yields:
        Progress.

    Raises:
        AppError: With a message and a hint; nothing is written then.
        Cancelled: If a stop was requested; nothing is written then.
    """
    from ahsml_app.core.data.walk import list_images
    from ahsml_app.core.features.label_images import ExportedModel, LabelledImage
    from ahsml_app.core.workers.dask_cluster import cluster_address
    from ahsml_app.core.workers.dask_labels import label_on_cluster

    cancel = cancel or CancelToken()
    _check_target(out, force=force)
    root = (yield from unpacked_source(Source(folder), out, cancel)).folder.absolute()
    if not root.is_dir():
        raise OptionError(
            Message("The image folder {folder} does not exist.", folder=folder),
            hint="Check the path for typing errors.",
        )
    yield Progress(Stage.LOAD_BACKBONE)
    file = _model_file(model).absolute()
    network = ExportedModel(file)
    listing = yield from list_images(root, cancel)
    found: list[LabelledImage] = []
    paths = [root / path for path in listing.paths]
    on_cluster = bool(cluster_address())
    batches = label_on_cluster(file, paths, cancel) if on_cluster else network.label(paths, cancel)
    for batch in batches:
        found += batch
        yield Progress(Stage.SCORE, len(found), len(paths))
    # What the listing has set aside was asked about, too.
    found += [LabelledImage(root / item.path, None, item.reason) for item in listing.quarantined]
    names = [*listing.paths, *(item.path for item in listing.quarantined)]
    yield Progress(Stage.WRITE)
    _write(out, names, found, network.class_names, csv_safe=csv_safe)
    best = [image.best for image in found if image.best is not None]
    counts = np.bincount(best, minlength=len(network.class_names))
    order = np.argsort(-counts, kind="stable")
    classes = tuple((network.class_names[k], int(counts[k])) for k in order if counts[k])
    return PredictSummary(out, len(found), len(found) - len(best), classes)


def _model_file(model: Path) -> Path:
    """The network of a model.

    Raises:
        OptionError: If the model has none, because it was trained on features from a file.
    """
    folders = (model, model / "model")
    found = next((f / MODEL_FILE for f in folders if (f / MODEL_FILE).is_file()), None)
    if found is not None:
        return found
    for folder in folders:
        facts = read_json(folder / FACTS_FILE)
        features = facts.get("features") if isinstance(facts, dict) else None
        if isinstance(features, dict):
            raise OptionError(
                Message(
                    "The model in {folder} has no network that could read images: it was trained "
                    "on features from {file}.",
                    folder=folder,
                    file=features.get("file"),
                ),
                hint="Compute the features of the new images as before, and let `ahsml_app.AHSML` "
                "label them, as the guide's page on your own model shows.",
            )
    return model


def _check_target(out: Path, *, force: bool) -> None:
    """Refuses a target that is no table, or that this command has not written."""
    if out.suffix.lower() not in (_CSV, _PARQUET):
        raise OptionError(
            Message("{out} is neither a CSV nor a Parquet file.", out=out),
            hint="For example --out labels.csv.",
        )
    if not out.exists():
        return
    if not force or not _is_ours(out):
        raise OutputError(
            Message("{out} is there already.", out=out),
            hint="Choose another name. --force replaces a table that --predict has written.",
        )


def _is_ours(out: Path) -> bool:
    try:
        if out.suffix.lower() == _PARQUET:
            import pyarrow.parquet as pq

            return b"class_names" in (pq.read_schema(out).metadata or {})
        with out.open("rb") as stream:
            return stream.readline(200).decode("ascii").strip() == ",".join(COLUMNS)
    except (OSError, ValueError):
        return False


def _write(
    out: Path,
    paths: Iterable[str],
    found: list[LabelledImage],
    classes: tuple[str, ...],
    *,
    csv_safe: bool,
) -> None:
    labels = ["" if image.best is None else classes[image.best] for image in found]
    best = [None if i.probabilities is None else float(i.probabilities.max()) for i in found]
    problems = ["" if image.problem is None else str(image.problem) for image in found]
    if out.suffix.lower() == _CSV:
        texts = ["" if value is None else f"{value:.6f}" for value in best]
        rows = zip(paths, labels, texts, problems, strict=True)
        write_table(out, COLUMNS, rows, csv_safe=csv_safe)
        return
    import pyarrow as pa

    every = [None if i.probabilities is None else i.probabilities.tolist() for i in found]
    columns = {
        "path": pa.array([utf8_text(path) for path in paths], pa.string()),
        "label": pa.array([utf8_text(label) for label in labels], pa.string()),
        "probability": pa.array(best, pa.float32()),
        "problem": pa.array(problems, pa.string()),
        "probabilities": pa.array(every, pa.list_(pa.float32(), len(classes))),
    }
    facts = {"class_names": json.dumps(list(classes)), "application": APP_NAME}
    write_parquet(out, pa.table(columns).replace_schema_metadata(facts))
