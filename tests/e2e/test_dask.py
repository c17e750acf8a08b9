"""Features and labels on the workers of a Dask cluster, one of which is killed midway."""

from __future__ import annotations

import operator
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from finetuning import tiny_name
from sample_images import make_images

from ahsml_app.base.errors import OptionError, ProcessesError
from ahsml_app.base.events import CancelToken, Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import OutputOptions, RunOptions, Source
from ahsml_app.core.workers import dask_cluster, dask_features, dask_labels
from ahsml_app.session import run_job
from ahsml_app.session.headless.predict import predict_labels

ADDRESS = dask_cluster.ADDRESS_VARIABLE


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Iterator[object]:
    """Two workers with one thread each; the job finds them."""
    pytest.importorskip("distributed.client", reason='needs the extra "dask"')
    import distributed

    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None
    ) as cluster:
        monkeypatch.setenv(ADDRESS, cluster.scheduler_address)
        yield cluster


def options(folder: Path, out: Path) -> RunOptions:
    quick = {"epochs": 3, "folds": 2, "views": 1, "device": "cpu", "backbone": tiny_name(folder)}
    return with_values(
        RunOptions(source=Source(folder / "pictures"), output=OutputOptions(out)), quick
    )


def run_parts(*arguments: Any) -> list[tuple[int, Any]]:
    return list(dask_cluster.run_parts(*arguments, CancelToken()))


def kill_one(cluster) -> int:
    worker = next(iter(cluster.workers.values()))
    pid = worker.process.pid
    os.kill(pid, signal.SIGKILL)
    return pid


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kills a process by a signal of Unix")
def test_a_run_of_which_a_worker_is_killed_has_the_results_of_one_process(
    tmp_path: Path, cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "pictures", per_class=40)
    (tmp_path / "pictures" / "discs" / "broken.png").write_bytes(b"no picture")
    monkeypatch.setattr(dask_features, "PART", 4)
    killed, seen = 0, []
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path / "cache-two"))
    for event in run_job(options(tmp_path, tmp_path / "two")):
        if isinstance(event, Progress) and event.stage is Stage.EXTRACT_FEATURES:
            seen.append(event.done)
            if not killed and event.total and 10 < event.done < event.total:
                killed = kill_one(cluster)
    assert killed
    assert sorted(seen) == seen
    monkeypatch.delenv(ADDRESS)
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path / "cache-one"))
    for _ in run_job(options(tmp_path, tmp_path / "one")):
        pass
    with (
        np.load(tmp_path / "one/embeddings.npz") as one,
        np.load(tmp_path / "two/embeddings.npz") as two,
    ):
        assert one.files == two.files
        np.testing.assert_allclose(one["embeddings"], two["embeddings"], atol=1e-3)
    for name in ("scores.csv", "quarantine.csv"):
        assert (tmp_path / "one" / name).read_text() == (tmp_path / "two" / name).read_text()

    model, pictures = tmp_path / "one/model", tmp_path / "pictures"
    for _ in predict_labels(model, pictures, tmp_path / "one.parquet"):
        pass
    monkeypatch.setenv(ADDRESS, cluster.scheduler_address)
    monkeypatch.setattr(dask_labels, "PART", dask_labels.BATCH)
    killed = 0
    for event in predict_labels(model, pictures, tmp_path / "two.parquet"):
        if not killed and isinstance(event, Progress) and event.stage is Stage.SCORE:
            killed = kill_one(cluster)
    assert killed
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_a_part_that_fails_is_told_and_parts_come_back_with_their_numbers() -> None:
    done = dict(run_parts(operator.floordiv, 9, [1, 2, 3]))
    assert done == {0: 9, 1: 4, 2: 3}
    with pytest.raises(ProcessesError, match="failed on the Dask cluster"):
        run_parts(operator.floordiv, 9, [0])


@pytest.mark.slow
@pytest.mark.usefixtures("cluster")
def test_a_scheduler_without_the_program_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "PACKAGE", "a_package_that_is_not_there")
    with pytest.raises(OptionError, match="not installed where the Dask scheduler runs"):
        run_parts(operator.floordiv, 9, [1])


def test_a_scheduler_that_does_not_answer_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    # Not "distributed", which a folder of these tests may be taken for.
    pytest.importorskip("distributed.client", reason='needs the extra "dask"')
    monkeypatch.setenv(ADDRESS, "tcp://127.0.0.1:9")
    monkeypatch.setattr(dask_cluster, "PATIENCE", 0.5)
    with pytest.raises(ProcessesError, match=r"127\.0\.0\.1:9 does not answer"):
        run_parts(operator.floordiv, 9, [1])


def test_without_the_extra_the_command_that_installs_it_is_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setenv(ADDRESS, "tcp://127.0.0.1:9")
    with pytest.raises(OptionError, match="Dask is missing") as raised:
        run_parts(operator.floordiv, 9, [1])
    assert 'pip install "ahsml-app[dask]"' in str(raised.value.hint)
