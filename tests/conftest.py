"""Fixtures of every test: its own cache, no window system, and a log without warnings."""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# Machines are shared, so the duration of one example says nothing.
settings.register_profile("house", deadline=None)
settings.load_profile("house")

# This must come before a window is created or a thread pool starts.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

CHECKOUT = Path(__file__).resolve().parent.parent
SHARED_DATA = CHECKOUT.parent / "shared" / "data"


@pytest.fixture(autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cache folder of the application; each test has an empty one."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("AHSML_APP_CACHE", str(folder))
    return folder


@pytest.fixture(scope="module", autouse=True)
def _imports_are_no_garbage() -> None:
    """Keeps what is imported out of garbage collections, which would take most of the time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Libraries complain of leaks at the end of a process in which objects are frozen."""
    gc.unfreeze()


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture
def expects_warning() -> None:
    """Allows warnings and errors in the log; for tests that expect them."""


@pytest.fixture(autouse=True)
def _no_unexpected_warning(request: pytest.FixtureRequest) -> Iterator[None]:
    collector = _Collector()
    logger = logging.getLogger("ahsml_app")
    logger.addHandler(collector)
    yield
    logger.removeHandler(collector)
    if collector.messages and "expects_warning" not in request.fixturenames:
        pytest.fail("unexpected in the log: " + "; ".join(collector.messages))


@pytest.fixture(scope="session")
def checkout() -> Path:
    """The root of the source tree."""
    return CHECKOUT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real data sets beside the checkout; skips the test if it is missing."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real image folders are not at {SHARED_DATA}")
    return SHARED_DATA
