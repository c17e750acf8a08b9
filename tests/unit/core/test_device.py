from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
import torch

from ahsml_app.base.errors import DeviceError
from ahsml_app.core.device import (
    MOST_SHARED,
    choose_device,
    limit_threads,
    limit_training_threads,
    share_training_threads,
)


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def test_auto_gives_a_device_that_computes():
    device = choose_device("auto")

    assert torch.ones(3, device=device).sum().item() == 3


def test_the_cpu_is_always_there():
    assert choose_device("cpu").type == "cpu"


@pytest.mark.parametrize(
    ("name", "there"),
    [("cuda", torch.cuda.is_available()), ("mps", torch.backends.mps.is_available())],
)
def test_a_missing_device_is_an_error_that_says_what_to_do(name, there):
    if there:
        assert choose_device(name).type == name
        return
    with pytest.raises(DeviceError, match=name) as raised:
        choose_device(name)
    assert "--device cpu" in str(raised.value.hint)


def test_an_unknown_device_lists_the_known_ones():
    with pytest.raises(DeviceError, match="'tpu'") as raised:
        choose_device("tpu")
    assert "auto, cpu, cuda, mps" in str(raised.value.hint)


def test_threads_follow_the_environment(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")

    assert limit_threads() == 1
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("text", ["", "many", "0"])
def test_without_a_usable_number_there_is_a_thread_for_each_core(monkeypatch, text):
    import os

    monkeypatch.setenv("OMP_NUM_THREADS", text)

    threads = limit_threads()

    assert 1 <= threads <= (os.cpu_count() or 1)
    assert torch.get_num_threads() == threads


def test_training_limits_the_linear_algebra_of_numpy_too(monkeypatch):
    from threadpoolctl import threadpool_info, threadpool_limits

    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    with threadpool_limits():  # puts back what is changed here
        limit_threads()
        threads = limit_training_threads()

        assert {
            pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"
        } == {threads}


@pytest.mark.parametrize(
    ("numbers", "cores", "fits", "threads"),
    [(1000, 1, 1, 1), (1000, 2, 2, 1), (1000, 64, 4, 1), (MOST_SHARED + 1, 3, 1, 2)],
)
def test_small_fits_share_the_cores_and_have_one_thread_each(
    monkeypatch, numbers, cores, fits, threads
):
    from threadpoolctl import threadpool_limits

    monkeypatch.setenv("OMP_NUM_THREADS", str(cores))
    before = torch.get_num_threads()
    with threadpool_limits():  # puts back what is changed here
        assert share_training_threads(numbers) == fits
        assert torch.get_num_threads() == threads
        with ThreadPoolExecutor() as pool:
            assert pool.submit(torch.get_num_threads).result() == threads
    torch.set_num_threads(before)


LITTLE_ROOM = """
import resource, sys
from pathlib import Path
from ahsml_app.core.device import limit_threads
import joblib, scipy.linalg.blas, scipy.optimize, threadpoolctl
import numpy as np

pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
room = int(sys.argv[1]) << 20
if room > 0:
    limit = pages * resource.getpagesize() + room
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
try:
    limit_threads()
except MemoryError:
    sys.exit("no room")
pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
limit = (pages + 2000) * resource.getpagesize()  # 8 MB: less than any work space
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
square = np.ones((300, 300), order="F")
scipy.linalg.blas.dgemm(1.0, square, square)
square @ square
print("done")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the limit is for Linux")
@pytest.mark.parametrize(("megabytes", "end"), [(20, "no room"), (0, "done")])
def test_linear_algebra_takes_its_work_space_early_or_says_that_there_is_no_room(megabytes, end):
    command = [sys.executable, "-c", LITTLE_ROOM, str(megabytes)]
    variables = os.environ | dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")

    ended = subprocess.run(
        command, env=variables, timeout=60, capture_output=True, text=True, encoding="utf-8"
    )

    assert (ended.stdout + ended.stderr).strip().endswith(end)
