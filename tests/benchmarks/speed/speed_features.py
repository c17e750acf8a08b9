"""Images per second from file to feature: the product against a plain torch loop.

    python tests/benchmarks speed_features [--images DIR] [--repeats 3]

Both embed every picture of a folder with a folder per class once, in the plain image, with the
default backbone at its default size. The product makes its whole pass (scan, fingerprint, decode,
embed, write to an empty cache), in a process of its own, whose start is not counted but all that
it loads in the pass is. The plain loop is what one writes first: ImageFolder, a DataLoader with
two workers, batches of 32, torch's default threads, float32. The two take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.common.bench_command import DATA, REPOSITORY, command, parse
from benchmarks.common.small_data import small_data

_DEFAULT_IMAGES = DATA / "caltech101" / "images"
_WAYS = ("ahsml-app", "plain torch")


def main() -> None:
    """Run the comparison and print a table in Markdown."""
    arguments = _arguments()
    if arguments.way:
        once = _product if arguments.way == _WAYS[0] else _plain
        print(json.dumps(once(arguments.images)))
        return
    measured: dict[str, list[dict[str, Any]]] = {way: [] for way in _WAYS}
    for repeat in range(arguments.repeats):
        for way in _WAYS:
            result = _in_a_process(way, arguments.images)
            measured[way].append(result)
            rate = result["images"] / result["seconds"]
            print(f"{repeat + 1}/{arguments.repeats} {way}: {rate:.0f}/s", file=sys.stderr)
    _print_report(arguments.images, measured)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--images", type=Path, default=_DEFAULT_IMAGES, help="folder of classes")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--way", choices=_WAYS, help="run one of them once, and print JSON")
    arguments = parse(parser, repeats=1)
    if arguments.quick:
        arguments.images = small_data(DATA) / "caltech101" / "images"
    return arguments


def _in_a_process(way: str, images: Path) -> dict[str, Any]:
    words = [*command("speed_features"), "--way", way, "--images", str(images)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    output = subprocess.run(
        words, check=True, capture_output=True, text=True, env=environment
    ).stdout
    result: dict[str, Any] = json.loads(output.splitlines()[-1])
    return result


def _product(images: Path) -> dict[str, Any]:
    from ahsml_app.base.context import RunContext
    from ahsml_app.base.options.run_options import Source
    from ahsml_app.core.backbones.backbone import load_backbone
    from ahsml_app.core.data.content_hash import fingerprint
    from ahsml_app.core.data.scan import scan
    from ahsml_app.core.features.extract import extract_features

    backbone = load_backbone()
    with tempfile.TemporaryDirectory() as name:
        cache = Path(name)
        watch = _Watch()
        table = _result(scan(Source(images))).table
        table, _ = _result(fingerprint(table, index_path=cache / "fingerprints.sqlite"))
        context = RunContext("auto")
        result = _result(
            extract_features(table, backbone, context, augmentations=0, cache_folder=cache)
        )
        return watch.stop(len(result.rows), result.engine)


def _plain(images: Path) -> dict[str, Any]:
    import torch
    from torch.utils.data import DataLoader
    from torchvision import transforms
    from torchvision.datasets import ImageFolder

    from ahsml_app.core.backbones.backbone import load_backbone

    backbone = load_backbone()
    mean, std = ([value / 255 for value in values] for values in (backbone.mean, backbone.std))
    transform = transforms.Compose(
        [
            transforms.Resize((backbone.size, backbone.size)),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )
    watch = _Watch()
    loader = DataLoader(ImageFolder(str(images), transform), batch_size=32, num_workers=2)
    count = 0
    with torch.inference_mode():
        for batch, _ in loader:
            count += len(backbone.module(batch))
    return watch.stop(count, "torch float32")


def _result(job: Generator[Any, None, Any]) -> Any:
    while True:
        try:
            next(job)
        except StopIteration as stop:
            return stop.value


class _Watch:
    """Wall clock and processor time of this process and of those it started."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), self._used()

    def stop(self, images: int, engine: str) -> dict[str, Any]:
        return {
            "images": images,
            "engine": engine,
            "seconds": time.perf_counter() - self._wall,
            "processor_seconds": self._used() - self._processor,
        }

    def _used(self) -> float:
        times = os.times()
        return times.user + times.system + times.children_user + times.children_system


def _print_report(images: Path, measured: dict[str, list[dict[str, Any]]]) -> None:
    median = {
        way: {
            key: statistics.median(float(result[key]) for result in results)
            for key in ("images", "seconds", "processor_seconds")
        }
        for way, results in measured.items()
    }
    rate = {way: values["images"] / values["seconds"] for way, values in median.items()}
    repeats = len(measured[_WAYS[0]])
    print(f"File to feature, {median[_WAYS[0]]['images']:.0f} pictures of `{images.name}` ", end="")
    print(f"in `{images.parent.name}`, one view, medians of {repeats} passes.\n")
    print("| way | engine | images/s | seconds | core-ms per image |")
    print("|---|---|---:|---:|---:|")
    for way, values in median.items():
        milliseconds = values["processor_seconds"] / values["images"] * 1e3
        print(
            f"| {way} | {measured[way][0]['engine']} | {rate[way]:.0f} | "
            f"{values['seconds']:.1f} | {milliseconds:.1f} |"
        )
    print(f"\nRatio: {rate[_WAYS[0]] / rate[_WAYS[1]]:.1f}\n")
    print(_machine())


def _machine() -> str:
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        lines = cpuinfo.read_text(encoding="utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    packages = ("torch", "torchvision", "timm", "openvino", "pillow", "numpy")
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return (
        f"{processor}, {os.cpu_count()} cores, {platform.system()}, "
        f"Python {platform.python_version()}; {versions}."
    )
