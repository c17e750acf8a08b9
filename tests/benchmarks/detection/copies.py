"""Copies of mislabelled images: whether they vouch for each other, exact and altered ones.

    python tests/benchmarks copies [--sets clothing caltech101 plankton] [--seeds 3]

Of each set 300 images of some classes get 30 wrong labels. Each wrong image is then there once, or
with copies of the same label: the same file, or altered ones (re-encoded, reduced, brighter, paler,
grey, cropped to 95 and 90 % of each side, mirrored, rotated by four degrees). The product's own
stages scan, extract, group, train and score. The same folders are also trained with every image
alone, as before copies were grouped.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageEnhance, ImageOps
from running import result_of

from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.core.device import limit_training_threads
from ahsml_app.core.training.cross_fit import train as train_each_alone
from ahsml_app.session.pipeline import stages
from ahsml_app.session.pipeline.first_look import augment
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.ranking_metrics import average_precision
from benchmarks.common.sections import circumstances, table, write_section

CLASSES = {"clothing": (10, 30), "caltech101": (20, 15), "plankton": (15, 20)}
"""Classes and images of each, 300 in all."""

WRONG = 30
MODES = [("once", 1), *((kind, times) for kind in ("exact", "altered") for times in (2, 4, 10))]
COLUMNS = (
    *("set", "copies", "found", "found, each alone", "AP", "AP, each alone"),
    *("flagged though right", "whole groups in one fold"),
)
Labels = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one training found.

    Attributes:
        found: Wrong images of which a copy was flagged.
        precision: Average precision over the 300 images, each by its most suspect copy.
        false: Right images that were flagged.
    """

    found: int
    precision: float
    false: int


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sets", nargs="+", default=list(CLASSES), choices=list(CLASSES))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--first-seed", type=int, default=10, help="0 to 5 served to choose by")
    parser.add_argument("--modes", type=int, default=len(MODES), help=argparse.SUPPRESS)
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parse(parser, sets=["clothing"], seeds=1, modes=2)
    seeds = range(asked.first_seed, asked.first_seed + asked.seeds)
    rows = []
    for name in asked.sets:
        for kind, times in MODES[: asked.modes]:
            runs = [
                _measured(asked.data / name / "images", name, seed, kind, times) for seed in seeds
            ]
            rows.append(_row(name, kind, times, runs))
            print(rows[-1], flush=True)
    text = (
        f"## Copies of mislabelled images\n\n{WRONG} of 300 images are under a wrong label, each "
        f"there once or with copies under the same label. Sums and means of {asked.seeds} seeds; "
        f"'found' are wrong images of which a copy is flagged, of {WRONG * asked.seeds}. 'Each "
        "alone' is the same training without groups, as before.\n\n"
        f"{circumstances()}\n\n{table(COLUMNS, rows)}"
    )
    write_section(asked.results, "copies", text)


def _row(name: str, kind: str, times: int, runs: list[tuple[Outcome, Outcome, float]]) -> list[Any]:
    grouped, alone = ([run[side] for run in runs] for side in (0, 1))
    return [
        name,
        kind if times == 1 else f"{kind}, {times}",
        *(sum(outcome.found for outcome in outcomes) for outcomes in (grouped, alone)),
        *(float(np.mean([o.precision for o in outcomes])) for outcomes in (grouped, alone)),
        sum(outcome.false for outcome in grouped),
        float(np.mean([run[2] for run in runs])),
    ]


def _measured(
    images: Path, name: str, seed: int, kind: str, times: int
) -> tuple[Outcome, Outcome, float]:
    """Outcomes with and without groups, and the share of groups that lie in one fold."""
    place = Path(tempfile.mkdtemp())
    try:
        wrong = _planted(images, place, CLASSES[name], (seed, kind, times))
        options = with_values(RunOptions(), {"device": "cpu", "seed": seed})
        job = stages.start_job(options)
        table_ = result_of(stages.find_samples(job, Source(place)))
        backbone, table_, features = result_of(stages.compute_features(job, table_))
        groups = result_of(stages.find_groups(job, table_, features))
        data = stages.training_data(table_, features, groups)
        data = result_of(augment(job, table_, backbone, data))
        result = result_of(stages.train(job, table_, data, place.with_suffix(".checkpoints")))
        scores = result_of(stages.score(job, table_, result, groups))
        limit_training_threads()
        ungrouped = replace(data, groups=None)
        alone = result_of(train_each_alone(stages.train_config(options), ungrouped))
    finally:
        shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(place.with_suffix(".checkpoints"), ignore_errors=True)
    names = np.array([Path(path).stem.split("__")[0] for path in table_.paths])
    own = np.arange(len(names))
    probability = 1 - alone.corrected[own, data.labels]
    folds = own if groups.folds is None else groups.folds
    together = [len(set(folds[names == name].tolist())) == 1 for name in wrong]
    return (
        _outcome(names, wrong, scores.error_probability),
        _outcome(names, wrong, probability),
        float(np.mean(together)),
    )


def _outcome(names: npt.NDArray[Any], wrong: set[str], probability: npt.NDArray[Any]) -> Outcome:
    images = sorted(set(names.tolist()))
    worst = np.array([probability[names == image].max() for image in images])
    mask = np.array([image in wrong for image in images])
    return Outcome(
        int((worst[mask] > 0.5).sum()),
        average_precision(worst, mask),
        int((worst[~mask] > 0.5).sum()),
    )


def _planted(
    images: Path, place: Path, size: tuple[int, int], what: tuple[int, str, int]
) -> set[str]:
    """Fills a folder with 300 images and the copies; returns the names of the wrong images."""
    (classes, each), (seed, kind, times) = size, what
    chosen = random.Random(seed)
    counts = {folder: len(list(folder.iterdir())) for folder in sorted(images.iterdir())}
    each = min(each, max(counts.values()))  # a quick run has few images
    folders = [folder for folder, count in counts.items() if count >= each][:classes]
    samples = [
        (folder.name, path)
        for folder in folders
        for path in chosen.sample(sorted(folder.iterdir()), each)
    ]
    wrong = set(chosen.sample(range(len(samples)), min(WRONG, len(samples) // 10)))
    names = set()
    for number, (label, path) in enumerate(samples):
        given, copies = label, 0
        if number in wrong:
            given = chosen.choice([folder.name for folder in folders if folder.name != label])
            names.add(f"{number:03d}")
            copies = times - 1
        (place / given).mkdir(exist_ok=True)
        shutil.copyfile(path, place / given / f"{number:03d}{path.suffix}")
        altered = chosen.sample(list(_altered(path, chosen)), copies) if kind == "altered" else None
        for copy in range(copies):
            target = place / given / f"{number:03d}__{copy}"
            if altered is None:
                shutil.copyfile(path, target.with_suffix(path.suffix))
            else:
                altered[copy].save(target.with_suffix(".png"))
    return names


def _altered(path: Path, chosen: random.Random) -> Iterator[Image.Image]:
    with Image.open(path) as stored:
        image = stored.convert("RGB")
    width, height = image.size
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=50)
    yield Image.open(buffer).convert("RGB")
    yield image.resize((max(width // 2, 16), max(height // 2, 16)), Image.Resampling.LANCZOS)
    yield ImageEnhance.Brightness(image).enhance(1.15)
    yield ImageEnhance.Contrast(image).enhance(0.8)
    yield ImageOps.grayscale(image).convert("RGB")
    for share in (0.95, 0.9):
        inner = round(width * share), round(height * share)
        x, y = chosen.randint(0, width - inner[0]), chosen.randint(0, height - inner[1])
        yield image.crop((x, y, x + inner[0], y + inner[1]))
    yield ImageOps.mirror(image)
    yield image.rotate(4, fillcolor=image.getpixel((0, 0)))
