"""The feature cache keeps its limit, and what was not used for longest leaves first."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.core.features.cache_size import (
    LIMIT_FILE,
    allowed_bytes,
    cache_bytes,
    clear_cache,
    read_cache_limit,
    trim_cache,
    write_cache_limit,
)
from ahsml_app.core.features.feature_cache import RowCache, hash_array

ROWS, WIDTH = 100, 500
HASHES = hash_array([f"{number:032x}" for number in range(ROWS)])


def fill(cache: Path, backbone: str, used: float) -> Path:
    folder = cache / "features" / backbone / "torch-cpu-f32"
    rows = RowCache(folder, np.float16, WIDTH)
    rows.add(HASHES, [0] * ROWS, np.ones((ROWS, WIDTH)))
    rows.close()
    for path in folder.iterdir():
        os.utime(path, (used, used))
    return folder


def backbones(cache: Path) -> set[str]:
    return {path.parent.parent.name for path in (cache / "features").rglob("*.rows")}


def test_the_least_recently_used_rows_leave_first(cache: Path) -> None:
    for number, name in enumerate("bca"):
        fill(cache, name, used=1000.0 + number)
    size = cache_bytes(cache) // 3
    write_cache_limit(cache, 2.5 * size / 1e9)
    trim_cache(cache, used_since=time.time())
    assert backbones(cache) == {"c", "a"}
    assert cache_bytes(cache) == 2 * size
    assert not list((cache / "features" / "b").rglob("*.keys"))


def test_reading_counts_as_use(cache: Path) -> None:
    old, new = fill(cache, "old", used=1000.0), fill(cache, "new", used=2000.0)
    rows = RowCache(old, np.float16, WIDTH)
    rows.read(rows.lookup(HASHES[:1], [0]), np.empty((1, 1, WIDTH), np.float16))
    write_cache_limit(cache, 1.5 * cache_bytes(new.parents[2]) / 2 / 1e9)
    trim_cache(cache, used_since=time.time() + 60)
    assert backbones(cache) == {"old"}


def test_rows_in_use_stay_whatever_the_limit(cache: Path) -> None:
    fill(cache, "old", used=1000.0)
    fill(cache, "own", used=3000.0)
    write_cache_limit(cache, 0)
    trim_cache(cache, used_since=2000.0)
    assert backbones(cache) == {"own"}


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"limit_gb": "x"}', '{"limit_gb": -1}', '{"limit_gb": NaN}',
                '{"limit_gb": true}', '{"limit_gb": null}', '{"limit_gb": 1e400}'],
)  # fmt: skip
def test_without_a_usable_limit_half_of_the_free_space_is_the_limit(
    cache: Path, content: str
) -> None:
    (cache / LIMIT_FILE).write_text(content, "utf-8")
    assert read_cache_limit(cache) is None
    free = shutil.disk_usage(cache).free
    allowed = allowed_bytes(cache, used=10**9)
    assert allowed == pytest.approx((free + 10**9) / 2, rel=0.1)


def test_clearing_removes_what_can_be_made_again_and_nothing_else(cache: Path) -> None:
    fill(cache, "a", used=1000.0)
    kept = [
        cache / "projects" / "features" / "project.sqlite",
        cache / "settings.ini",
        cache / "log" / "ahsml-app.log",
        cache / "features.txt",
        cache / LIMIT_FILE,
        cache / "features" / "cats" / "only copy.png",  # in a folder of images
        cache / "thumbnails" / "cats" / "001.JPG",
    ]
    for path in [*kept, cache / "thumbnails" / "ab" / "ab.jpg", cache / "fingerprints.sqlite-wal"]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    size = cache_bytes(cache)
    assert sum(clear_cache(cache)) == size + 2
    assert sorted(path for path in cache.rglob("*") if path.is_file()) == sorted(kept)
    assert sum(clear_cache(cache)) == 0


def test_clearing_follows_no_link_out_of_the_cache(cache: Path, tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "only copy.jpg").touch()
    (cache / "thumbnails").mkdir()
    (cache / "thumbnails" / "link").symlink_to(tmp_path / "pictures")
    (cache / "features").symlink_to(tmp_path / "pictures")
    list(clear_cache(cache))
    assert (tmp_path / "pictures" / "only copy.jpg").is_file()
