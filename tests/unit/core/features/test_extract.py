from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from running import finish
from sample_images import make_stacks
from torch import nn

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled, InputError
from ahsml_app.base.events import Progress, Stage
from ahsml_app.base.types import SampleTable
from ahsml_app.core import mapped_arrays
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import make_engine
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.data.decode import decode
from ahsml_app.core.features.augment import augment_image
from ahsml_app.core.features.duplicates import gray_thumbnails
from ahsml_app.core.features.extract import FeatureResult, Job, extract_features
from ahsml_app.core.workers.distributed_features import compute_share, values_of

SIZE = 32
DIMENSION = 8
CHECKOUT = Path(__file__).resolve().parents[4]


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)


@pytest.fixture
def backbone():
    torch.manual_seed(0)
    module = nn.Sequential(
        nn.Conv2d(3, 8, 3, stride=2),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(3),
        nn.Flatten(),
        nn.Linear(72, DIMENSION),
    )
    return small_backbone(module.eval())


def small_backbone(module: nn.Module | None) -> Backbone:
    mean = (127.0, 127.0, 127.0)
    return Backbone("tiny", "tiny-1", lambda: module, DIMENSION, SIZE, mean, mean)


@pytest.fixture
def pictures(tmp_path):
    return make_images(tmp_path / "images", 12)


def make_images(root: Path, count: int) -> Path:
    root.mkdir()
    for number in range(count):
        generator = np.random.default_rng(number)
        coarse = generator.integers(0, 256, (4, 5, 3), dtype=np.uint8)
        image = Image.fromarray(coarse).resize((60 + number, 50), Image.Resampling.BICUBIC)
        image.save(root / f"{number:03d}.png")
    return root


def table_of(root: Path) -> SampleTable:
    paths = tuple(sorted(path.name for path in root.iterdir()))
    table = SampleTable(root, paths, np.zeros(len(paths), dtype=np.int64), ("a",))
    hashed, _ = finished(fingerprint(table, index_path=root.parent / "index.sqlite"))[0]
    return hashed


def finished(job):
    events, result = finish(job)
    return result, events


def embed(
    table: SampleTable, backbone: Backbone, cache: Path, augmentations: int = 2
) -> FeatureResult:
    job = extract_features(table, backbone, augmentations=augmentations, cache_folder=cache)
    return finished(job)[0]


def bytes_of_rows(cache: Path) -> int:
    rows = (cache / "features").glob("*/*/*.rows")
    return sum(path.stat().st_size for path in rows if path.parent.name != "looks")


def test_features_are_the_backbones_of_every_augmentation(pictures, backbone, cache):
    table = table_of(pictures)
    result = embed(table, backbone, cache)
    assert result.features.shape == (3, 12, DIMENSION)
    assert result.features.dtype == np.float16
    assert result.extracted == 12
    assert result.engine not in ("", "cache")
    for row, (path, digest) in enumerate(zip(table.paths, table.hashes, strict=True)):
        augmentations = augment_image(decode(pictures / path, box=SIZE), SIZE, range(3), digest)
        pixels = (torch.from_numpy(augmentations).float() - 127) / 127
        with torch.inference_mode():
            expected = backbone.module(pixels).numpy()
        found = result.features[:, row].astype(np.float32)
        lengths = np.linalg.norm(found, axis=1) * np.linalg.norm(expected, axis=1)
        assert ((found * expected).sum(1) / lengths).min() > 0.998
        np.testing.assert_array_equal(result.thumbnails[row], gray_thumbnails(augmentations[:1])[0])


def test_each_rule_of_planes_has_features_of_its_own(tmp_path, backbone, cache):
    folder = make_stacks(tmp_path / "images", 3) / "bars"
    tables = {rule: replace(table_of(folder), planes=rule) for rule in ("first", "max", 3)}
    found = {rule: embed(table, backbone, cache, 0) for rule, table in tables.items()}
    assert [result.extracted for result in found.values()] == [3, 3, 3]
    first, brightest, third = (result.features[0].astype(float) for result in found.values())
    assert np.abs(first - brightest).max() > 0.01
    assert np.abs(third - brightest).max() < np.abs(first - brightest).max()
    assert embed(tables["max"], backbone, cache, 0).extracted == 0
    augmented = augment_image(decode(folder / "00.tif", planes=3), SIZE, [0], "")
    np.testing.assert_array_equal(found[3].thumbnails[0], gray_thumbnails(augmented)[0])
    # The key of the first plane is that of versions without the rule.
    names = {path.name for path in (cache / "features").iterdir()}
    assert names == {"tiny-1-views2", "tiny-1-views2-planes-max", "tiny-1-views2-planes-3"}


def test_other_processes_read_the_same_planes(tmp_path, backbone, cache):
    folder = make_stacks(tmp_path / "images", 1) / "bars"
    digest = table_of(folder).hashes[0]
    engine, rows = make_engine(backbone, "cpu"), []
    for rule in ("first", "max", 2):
        values = values_of(Job(0, digest, (folder / "00.tif",), (0,), rule))
        answer, arrays = compute_share(backbone, engine, json.loads(json.dumps([values])))
        assert answer["undone"] == []
        rows.append(arrays["looks.rows"][0])
    expected = [
        gray_thumbnails(augment_image(decode(folder / "00.tif", planes=rule), SIZE, [0], ""))
        for rule in ("first", "max", 2)
    ]
    for row, gray in zip(rows, expected, strict=True):
        np.testing.assert_array_equal(row[: gray.shape[1]], gray[0])


def test_a_second_run_embeds_nothing_and_needs_no_engine(pictures, backbone, cache):
    table = table_of(pictures)
    first = embed(table, backbone, cache)
    reverse = table.select(np.arange(len(table))[::-1])
    for path in pictures.iterdir():
        path.unlink()
    second = embed(reverse, small_backbone(None), cache)
    assert (second.extracted, second.engine) == (0, "cache")
    np.testing.assert_array_equal(second.features, first.features[:, ::-1])
    np.testing.assert_array_equal(second.thumbnails, first.thumbnails[::-1])


def test_more_views_later_embed_only_the_new_ones(pictures, backbone, cache):
    table = table_of(pictures)
    first = embed(table, backbone, cache, augmentations=1)
    before = bytes_of_rows(cache)
    second = embed(table, backbone, cache, augmentations=4)
    assert second.extracted == 12
    assert bytes_of_rows(cache) - before == 12 * 3 * DIMENSION * 2
    np.testing.assert_array_equal(second.features[:2], first.features)
    assert embed(table, backbone, cache, augmentations=2).extracted == 0


def test_pictures_added_later_are_the_only_ones_embedded(pictures, backbone, cache):
    embed(table_of(pictures).select(np.arange(4)), backbone, cache)
    result = embed(table_of(pictures), backbone, cache)
    assert result.extracted == 8
    assert result.features.shape[1] == 12


def test_another_backbone_has_features_of_its_own(pictures, backbone, cache):
    table = table_of(pictures)
    embed(table, backbone, cache)
    other = Backbone("tiny", "tiny-2", backbone.load, DIMENSION, SIZE, *[(9.0,) * 3] * 2)
    assert embed(table, other, cache).extracted == 12


def test_copies_are_embedded_once_and_share_their_features(pictures, backbone, cache):
    (pictures / "copy.png").write_bytes((pictures / "003.png").read_bytes())
    table = table_of(pictures)
    result = embed(table, backbone, cache)
    assert result.extracted == 12
    first, copy = table.paths.index("003.png"), table.paths.index("copy.png")
    np.testing.assert_array_equal(result.features[:, first], result.features[:, copy])


def test_a_copy_serves_where_the_first_file_has_vanished(pictures, backbone, cache):
    (pictures / "copy.png").write_bytes((pictures / "003.png").read_bytes())
    table = table_of(pictures)
    (pictures / "003.png").unlink()
    result = embed(table, backbone, cache)
    assert result.quarantined == ()
    assert len(result.rows) == 13


def test_unreadable_files_are_set_aside_and_the_others_keep_their_rows(pictures, backbone, cache):
    (pictures / "005.png").write_bytes(b"no picture")
    (pictures / "copy.png").write_bytes(b"no picture")
    table = table_of(pictures)
    job = extract_features(table, backbone, augmentations=1, cache_folder=cache)
    result, events = finished(job)
    assert {item.path for item in result.quarantined} == {"005.png", "copy.png"}
    assert all("not a JPEG" in str(item.reason) for item in result.quarantined)
    assert [table.paths[row] for row in result.rows] == sorted(
        f"{number:03d}.png" for number in range(12) if number != 5
    )
    assert result.features.shape[1] == len(result.thumbnails) == 11
    assert result.extracted == 11
    assert events[-1] == Progress(Stage.EXTRACT_FEATURES, 12, 12)
    alone = embed(table.select(result.rows[:1]), small_backbone(None), cache, augmentations=1)
    np.testing.assert_array_equal(alone.features[:, 0], result.features[:, 0])


def notices_of(
    table: SampleTable, backbone: Backbone, cache: Path
) -> tuple[list[str], FeatureResult]:
    context = RunContext()
    job = extract_features(table, backbone, context, augmentations=2, cache_folder=cache)
    result = finished(job)[0]
    return [str(message) for message in context.messages], result


@pytest.mark.parametrize("suffix", ["rows", "keys"])
@pytest.mark.parametrize("folder", ["looks", "openvino-*"])
def test_damaged_rows_are_computed_again_to_the_same_numbers(
    pictures, backbone, cache, suffix, folder
):
    table = table_of(pictures)
    first = embed(table, backbone, cache)
    (path,) = (cache / "features").glob(f"*/{folder}/*.{suffix}")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    notices, second = notices_of(table, backbone, cache)
    # A damaged key is another key, so its row is not in the cache.
    expected = [(True, True)] if suffix == "rows" else []
    assert [("feature cache" in text, "again" in text) for text in notices] == expected
    assert second.extracted >= 1
    np.testing.assert_array_equal(second.features, first.features)
    np.testing.assert_array_equal(second.thumbnails, first.thumbnails)
    np.testing.assert_array_equal(second.measures, first.measures)
    notices, third = notices_of(table, small_backbone(None), cache)
    assert (notices, third.extracted) == ([], 0)


def test_a_cache_that_cannot_be_written_is_done_without_and_told_once(
    pictures, backbone, cache, tmp_path, expects_warning
):
    (tmp_path / "file").touch()
    table = table_of(pictures)
    notices, result = notices_of(table, backbone, tmp_path / "file" / "cache")
    assert [str(tmp_path / "file" / "cache") in text for text in notices] == [True]
    np.testing.assert_array_equal(result.features, embed(table, backbone, cache).features)


def test_features_of_another_engine_are_not_taken(pictures, backbone, cache, monkeypatch):
    table = table_of(pictures)
    first = embed(table, backbone, cache)
    (known,) = (cache / "features").glob("*/engines.json")
    monkeypatch.setattr("platform.node", lambda: "another machine")
    again = embed(table, backbone, cache)
    assert (again.extracted, again.engine) == (1, first.engine)  # one image tells the engine
    assert embed(table, small_backbone(None), cache).extracted == 0
    known.write_text(known.read_text().replace(first.engine, "openvino bf8"))
    other = embed(table, backbone, cache)
    assert (other.extracted, other.engine) == (12, first.engine)


def test_only_unreadable_files_give_an_empty_result(tmp_path, backbone, cache):
    root = tmp_path / "images"
    root.mkdir()
    (root / "bad.png").write_bytes(b"no picture")
    result = embed(table_of(root), backbone, cache)
    assert result.features.shape == (3, 0, DIMENSION)
    assert result.thumbnails.shape == (0, 256)
    assert [item.path for item in result.quarantined] == ["bad.png"]


def test_a_folder_that_goes_before_the_extraction_is_one_error(pictures, backbone, cache):
    table = table_of(pictures)
    shutil.rmtree(pictures)
    with pytest.raises(InputError, match="images can no longer be read: it has vanished"):
        embed(table, backbone, cache)


def test_no_samples_are_no_work(tmp_path, cache):
    (tmp_path / "images").mkdir()
    result = embed(table_of(tmp_path / "images"), small_backbone(None), cache)
    assert result.features.shape == (3, 0, DIMENSION)
    assert result.extracted == 0


def test_a_table_without_hashes_is_refused(pictures, cache):
    table = SampleTable(pictures, ("000.png",), np.zeros(1, dtype=np.int64), ("a",))
    with pytest.raises(ValueError, match="content hashes"):
        embed(table, small_backbone(None), cache)


def test_progress_rises_to_the_number_of_pictures(pictures, backbone, cache):
    job = extract_features(table_of(pictures), backbone, augmentations=0, cache_folder=cache)
    _, events = finished(job)
    assert {(event.stage, event.total) for event in events} == {(Stage.EXTRACT_FEATURES, 12)}
    done = [event.done for event in events]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 12)


def test_what_was_embedded_before_a_cancel_is_kept(tmp_path, backbone, cache):
    table = table_of(make_images(tmp_path / "images", 150))
    context = RunContext()
    job = extract_features(table, backbone, context, augmentations=2, cache_folder=cache)
    for event in job:
        if event.done:
            break
    context.cancel.cancel()
    with pytest.raises(Cancelled):
        next(job)
    assert not _busy_threads()
    result = embed(table, backbone, cache)
    assert 0 < result.extracted < 150
    assert result.features.shape[1] == 150


def test_a_job_that_is_dropped_ends_its_threads_and_keeps_its_rows(tmp_path, backbone, cache):
    table = table_of(make_images(tmp_path / "images", 150))
    job = extract_features(table, backbone, augmentations=2, cache_folder=cache)
    for event in job:
        if event.done:
            break
    job.close()
    assert not _busy_threads()
    assert 0 < bytes_of_rows(cache) < 150 * 3 * DIMENSION * 2


def _busy_threads() -> list[threading.Thread]:
    """Decoding threads that are still there after what they were doing had time to end."""
    for _ in range(100):
        busy = [thread for thread in threading.enumerate() if thread.name.startswith("decode")]
        if not busy:
            break
        time.sleep(0.05)
    return busy


def test_large_features_are_mapped_from_a_file(pictures, backbone, cache, monkeypatch):
    table = table_of(pictures)
    plain = embed(table, backbone, cache)
    monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", 10)
    mapped = embed(table, backbone, cache)
    assert isinstance(mapped.features, np.memmap)
    np.testing.assert_array_equal(mapped.features, plain.features)


_PROGRAM = """
import pathlib, sys, types, numpy as np
from ahsml_app.base.types import SampleTable
from ahsml_app.core.features.extract import extract_features
root, cache, *hashes = sys.argv[1:]
paths = tuple(f"{n}.png" for n in range(len(hashes)))
table = SampleTable(
    pathlib.Path(root), paths, np.zeros(len(paths), int), ("a",), hashes=tuple(hashes)
)
backbone = types.SimpleNamespace(identity="tiny-1", dimension=8, size=32, inner=0)
job = extract_features(table, backbone, augmentations=2, cache_folder=pathlib.Path(cache))
print([event for event in job], [m for m in ("torch", "openvino", "faiss") if m in sys.modules])
"""


def test_torch_is_not_even_imported_where_all_is_cached(pictures, backbone, cache):
    table = table_of(pictures)
    embed(table, backbone, cache)
    output = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(pictures), str(cache), *table.hashes],
        check=True,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
    ).stdout
    assert output.strip() == "[] []"
