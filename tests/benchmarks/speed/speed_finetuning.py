"""Images per second of the end-to-end training, against a plain loop in float32.

    python tests/benchmarks speed_finetuning [--images DIR] [--networks NAME ...] [--device D]

Both train the same parameters of a network with the same loss and batches of the same size, from
files to the optimiser's step. The product's loop is timed over a whole training of eight epochs,
with all that belongs to it. The plain loop is what one writes first: float32, torchvision's
transforms in the workers of a DataLoader, one a core, and the whole batch at once; it is timed over
a few epochs, after its workers have started. They take turns. Without the files, one batch that is
there already is trained on again and again. See README.md.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import timm
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import v2

from ahsml_app.base.events import CancelToken
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.device import choose_device, limit_threads
from ahsml_app.core.features.preprocess import Preparation, fit_preparation
from ahsml_app.core.finetune import network as network_module
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import MARGIN, ImageSource, read_ahead
from ahsml_app.core.finetune.inputs.prefetch import Prefetcher
from ahsml_app.core.finetune.memory import REFERENCE_SIZE
from ahsml_app.core.finetune.step import NetworkTraining, Task
from ahsml_app.core.head.head_model import HyperbolicHead
from benchmarks.common.bench_command import DATA, RESULTS, parse
from benchmarks.common.sections import circumstances, table, write_section

IMAGES = DATA / "caltech101" / "images"
EMBEDDED = "embedded"
OURS, PLAIN, WITHOUT = "ahsml-app", "plain float32 loop", ", without the files"
STRICT = "plain loop, no TF32"
"""On newer cards torch rounds the factors of float32 convolutions to 10 bits unless it is told not
to; the plain loop is as torch is."""

EPOCH = 10_000
"""Images, for the time of an epoch."""

CLASSES, DIMENSION, WIDTH = 10, 64, 256
WARM_UP, PLAIN_EPOCHS = 8, 4
"""Steps before the clock is started, in each turn, and epochs of the plain loop."""

WANTED = 3.0
"""Times as fast as the plain loop, on a graphics card."""

Turn = dict[str, float]


@dataclass(frozen=True)
class Job:
    """One network on one set of pictures.

    Attributes:
        name: Of the network.
        training: Network, loss and batches, for either loop.
        files: Of the pictures.
    """

    name: str
    training: NetworkTraining
    files: tuple[Path, ...]


def main() -> None:
    """Time both loops in turns and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--images", type=Path, default=IMAGES, help="folder of pictures")
    add("--networks", nargs="+", default=[EMBEDDED, "resnet50"], help="embedded, or a name of timm")
    add("--device", default="auto")
    add("--pictures", type=int, default=2400, help="so many of the folder")
    add("--repeats", type=int, default=3)
    add("--results", type=Path, default=RESULTS)
    asked = parse(parser, networks=[EMBEDDED], pictures=64, repeats=1)
    device = choose_device(asked.device)
    limit_threads()
    files = tuple(sorted(asked.images.rglob("*.jp*g")))
    files = files[:: max(len(files) // asked.pictures, 1)][: asked.pictures]
    parts = ["## Training whole networks", circumstances(), _machine(device, asked.images, files)]
    with tempfile.TemporaryDirectory() as folder:
        for name in asked.networks:
            parts.append(_compared(name, files, device, asked, Path(folder)))
            print(parts[-1], file=sys.stderr, flush=True)
    text = "\n\n".join(parts)
    print(text)
    write_section(asked.results, f"finetuning speed, {device.type}", text)


def _compared(
    name: str, files: tuple[Path, ...], device: torch.device, asked: Any, folder: Path
) -> str:
    backbone = load_backbone(_spec(name, folder), size=None if name == EMBEDDED else REFERENCE_SIZE)
    ways: dict[str, Callable[[Job, torch.device], Turn]] = {
        OURS: _ours,
        PLAIN: _plain,
        f"{OURS}{WITHOUT}": _ours_computing,
        f"{PLAIN}{WITHOUT}": _plain_computing,
        f"{STRICT}{WITHOUT}": _strict_computing,
    }
    measured: dict[str, list[Turn]] = {way: [] for way in ways}
    for turn in range(asked.repeats + (device.type == "cuda")):
        for way, timed in ways.items():
            job = _job(name, backbone, files, device)
            found = timed(job, device)
            print(name, way, found, file=sys.stderr, flush=True)
            # The first turn on a card loads libraries and looks for the best ways to compute.
            if turn or device.type != "cuda":
                measured[way].append(found)
            del job
            _cleared(device)
    return _report(name, backbone, measured, device)


def _spec(name: str, folder: Path) -> str | None:
    """Of the backbone; weights of others are drawn, as they matter to no speed."""
    if name == EMBEDDED:
        return None
    file = folder / f"{name}.pth"
    if not file.exists():
        torch.manual_seed(0)
        torch.save(timm.create_model(name).state_dict(), file)
    return f"timm:{name}={file}"


def _job(name: str, backbone: Backbone, files: tuple[Path, ...], device: torch.device) -> Job:
    random = np.random.default_rng(0)
    labels = np.arange(len(files)) % CLASSES
    targets = np.eye(CLASSES, dtype=np.float32)[labels] * 0.9 + 0.1 / CLASSES
    weights = random.uniform(0.2, 1, len(files)).astype(np.float32)
    spread = random.normal(size=(2 * WIDTH, backbone.dimension)).astype(np.float32)
    preparation: Preparation = fit_preparation(spread, WIDTH, CancelToken())
    config = TrainConfig(dimension=DIMENSION)
    head = HyperbolicHead(
        preparation.rotation.shape[1], DIMENSION, CLASSES, config.ablation.curvature
    )
    head.start(torch.Generator().manual_seed(0))
    task = Task(np.arange(len(files)), labels, targets, weights, preparation, head)
    training = NetworkTraining(backbone, task, config, FinetuneConfig(), device)
    return Job(name, training, files)


def _ours(job: Job, device: torch.device) -> Turn:
    training = job.training
    source = ImageSource(job.files, round(training.size * MARGIN))

    def losses() -> Iterator[tuple[int, Tensor]]:
        prefetcher = Prefetcher(source, len(job.files), device)
        for epoch in range(training.tuning.epochs):
            batches = training.batches(epoch)
            for step, (rows, pixels) in enumerate(
                zip(batches, prefetcher.batches(batches), strict=True)
            ):
                place = (epoch, step, len(batches))
                yield len(rows), training.step(place, rows, pixels, CancelToken())
            training.end_epoch()

    return _timed(job, losses(), device, warm_up=0)


def _ours_computing(job: Job, device: torch.device) -> Turn:
    training, batches = job.training, job.training.batches(0)
    source = ImageSource(job.files, round(training.size * MARGIN))
    rows, pixels = next(read_ahead(source, batches))
    there = torch.from_numpy(pixels).to(device)

    def losses() -> Iterator[tuple[int, Tensor]]:
        for step in range(len(batches)):
            place = (1, step, len(batches))
            yield len(rows), training.step(place, rows, there, CancelToken())

    return _timed(job, losses(), device)


def _plain(job: Job, device: torch.device) -> Turn:
    # Several epochs in a row, as those that the workers prepare before the clock starts count for
    # nothing.
    ahead = 2 * (os.cpu_count() or 1) + WARM_UP
    batches = [rows for epoch in range(PLAIN_EPOCHS) for rows in job.training.batches(epoch)]
    loader = DataLoader(
        _Views(job.files, job.training.size),
        batch_sampler=batches,
        num_workers=os.cpu_count() or 1,
        pin_memory=device.type == "cuda",
    )
    pairs = ((rows.numpy(), torch.cat([weak, strong])) for rows, weak, strong in loader)
    return _timed(job, _plain_losses(job, pairs, device), device, warm_up=ahead)


def _plain_computing(job: Job, device: torch.device) -> Turn:
    views, batches = _Views(job.files, job.training.size), job.training.batches(0)
    picked = [views[int(row)] for row in batches[0]]
    both = torch.stack([each[1] for each in picked] + [each[2] for each in picked]).to(device)
    pairs = ((batches[0], both) for _ in batches)
    return _timed(job, _plain_losses(job, pairs, device), device)


def _strict_computing(job: Job, device: torch.device) -> Turn:
    usual, torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.allow_tf32, False
    try:
        return _plain_computing(job, device)
    finally:
        torch.backends.cudnn.allow_tf32 = usual


class _Views(Dataset[tuple[int, Tensor, Tensor]]):
    """A weak and a strong augmentation of each picture, by torchvision."""

    def __init__(self, files: Sequence[Path], size: int) -> None:
        self._files = files
        as_pixels = [v2.ToImage(), v2.ToDtype(torch.float32)]
        self._weak = v2.Compose(
            [
                v2.RandomResizedCrop(size, (0.6, 1.0)),
                v2.RandomHorizontalFlip(),
                v2.ColorJitter(0.2, 0.2, 0.2),
                *as_pixels,
            ]
        )
        self._strong = v2.Compose(
            [
                v2.RandomResizedCrop(size, (0.3, 1.0)),
                v2.RandomHorizontalFlip(),
                v2.ColorJitter(0.4, 0.4, 0.4),
                v2.RandomGrayscale(0.1),
                v2.RandomApply([v2.GaussianBlur(7, (0.9, 2.7))], 0.2),
                *as_pixels,
                v2.RandomErasing(0.25, (0.05, 0.25), (1 / 3, 3), 127),
            ]
        )

    def __len__(self) -> int:
        return len(self._files)

    def __getitem__(self, row: int) -> tuple[int, Tensor, Tensor]:
        picture = Image.open(self._files[row]).convert("RGB")
        return row, self._weak(picture), self._strong(picture)


def _plain_losses(
    job: Job, pairs: Iterator[tuple[Any, Tensor]], device: torch.device
) -> Iterator[tuple[int, Tensor]]:
    """The same parameters and the same loss, without what the product does for speed."""
    training = job.training
    network = training.network.to(memory_format=torch.contiguous_format)
    trained = [each for each in network.parameters() if each.requires_grad]
    optimiser = torch.optim.AdamW(trained, lr=1e-4)
    usual, network_module.uses_bfloat16 = network_module.uses_bfloat16, lambda _: False
    try:
        for rows, views in pairs:
            optimiser.zero_grad()
            features = network(views.to(device, non_blocking=True))
            loss, _ = training._objective(features, training._evidence(rows), 1.0, None)
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
            yield len(rows), loss.detach()
    finally:
        network_module.uses_bfloat16 = usual


def _timed(
    job: Job,
    losses: Iterator[tuple[int, Tensor]],
    device: torch.device,
    warm_up: int = WARM_UP,
) -> Turn:
    """Images a second after the first steps, and the most GB that were taken of the device."""
    card = device.type == "cuda"
    if card:
        torch.cuda.reset_peak_memory_stats()
    found, images, start = [], 0, time.perf_counter()
    for step, (count, loss) in enumerate(losses):
        found.append(loss)
        images += count
        if step + 1 == warm_up:
            _waited(device)
            images, start = 0, time.perf_counter()
    _waited(device)
    seconds = time.perf_counter() - start
    if not torch.stack(found).isfinite().all():
        raise SystemExit(f"{job.name}: a loss is not finite.")
    memory = torch.cuda.max_memory_reserved() / 1e9 if card else 0.0
    return {"rate": images / seconds, "memory": memory}


def _waited(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize()
    elif device.type == "mps":
        torch.mps.synchronize()


def _cleared(device: torch.device) -> None:
    gc.collect()
    if device.type == "cuda":
        torch.cuda.empty_cache()


def _operations(backbone: Backbone, size: int) -> float:
    """Floating-point operations of convolutions and linear layers for each image of a step.

    Two views, forward; back, as often again where weights are trained, and where the input is on
    the way to some that are. torch's own counter takes the grouped convolutions for whole ones on
    the way back.
    """
    training = _job("", backbone, (Path("none"),) * CLASSES, torch.device("cpu")).training
    counted = 0.0

    def count(module: nn.Module, given: tuple[Tensor, ...], found: Tensor) -> None:
        nonlocal counted
        weight: Tensor = module.weight  # type: ignore[assignment]
        each = 2.0 * found.numel() * weight[0].numel()
        counted += each * (1 + weight.requires_grad + given[0].requires_grad)

    for module in training.network.backbone.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            module.register_forward_hook(count)
    training.network(torch.rand(2, 3, size, size))
    return counted


def _peak(device: torch.device) -> float:
    """Operations a second of a large matrix product in bfloat16."""
    side, times = 8192, 10
    left, right = (torch.randn(side, side, device=device).bfloat16() for _ in range(2))
    for turn in range(times + 3):
        if turn == 3:
            _waited(device)
            start = time.perf_counter()
        left @ right
    _waited(device)
    return times * 2 * side**3 / (time.perf_counter() - start)


def _machine(device: torch.device, images: Path, files: Sequence[Path]) -> str:
    card = torch.cuda.get_device_name() if device.type == "cuda" else "no graphics card"
    where = "/".join(images.resolve().parts[-2:])
    return f"Device: {device.type}, {card}. {len(files):,} pictures of {where}."


def _report(
    name: str, backbone: Backbone, measured: dict[str, list[Turn]], device: torch.device
) -> str:
    size = _job(name, backbone, (Path("none"),) * CLASSES, device).training.size
    rates = {way: statistics.median(t["rate"] for t in turns) for way, turns in measured.items()}
    lines = []
    for way, turns in measured.items():
        memory = max(each["memory"] for each in turns)
        spread = ", ".join(f"{each['rate']:.0f}" for each in turns)
        epoch, taken = f"{EPOCH / rates[way]:.1f}", f"{memory:.1f}" if memory else ""
        lines.append((way, f"{rates[way]:.0f}", spread, epoch, taken))
    columns = ("loop", "images/s", "each turn", f"s for {EPOCH:,}", "GPU memory, GB")
    ours, plain = rates[OURS], rates[PLAIN]
    said = f"{ours / plain:.1f} times as fast as the plain loop"
    text = [f"### {name}, {size} pixels", table(columns, lines)]
    if device.type != "cuda":
        return "\n\n".join([*text, f"{said}."])
    met = "met" if ours >= WANTED * plain else "**not met**"
    peak, each = _peak(device), _operations(backbone, size)
    reached = [rates[way] * each / peak for way in (OURS, f"{OURS}{WITHOUT}")]
    text += [
        f"{said}; at least {WANTED:.0f} required: {met}.",
        f"An image (two views, forward and back) takes {each / 1e9:.1f} GFLOP: "
        f"{ours * each / 1e12:.1f} TFLOP/s, {reached[0]:.1%} of the {peak / 1e12:.0f} of a product "
        f"of large matrices in bfloat16 on this card; without the files {reached[1]:.1%}.",
    ]
    return "\n\n".join(text)
