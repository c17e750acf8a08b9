from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ahsml_app.base.errors import ExitCode

STUBBORN = """
import sys, time
from pathlib import Path
from ahsml_app import __main__, cli
from ahsml_app.base.events import Progress, Stage
from ahsml_app.cli.use_cases import UseCases

def run_job(options, **keywords):
    yield Progress(Stage.TRAIN)
    {body}

cases = UseCases(run_job, lambda folder: folder, lambda folder: frozenset())
real_main = cli.main
cli.main = lambda **_: real_main(["--headless", "photos", "--out", "x"], use_cases=cases)
sys.exit(__main__.main())
"""
POOL = (
    "from concurrent.futures import ThreadPoolExecutor\n"
    "    ThreadPoolExecutor(1).submit(time.sleep, 60)\n"
    "    time.sleep(60)"
)
DEAF = "pass\n    while True:\n        try: time.sleep(60)\n        except KeyboardInterrupt: pass"


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
@pytest.mark.parametrize("body", [POOL, DEAF], ids=["lingering thread", "deaf main thread"])
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM"])
def test_a_signal_ends_the_process_whatever_it_does(body: str, number: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN.format(body=body)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr
        assert process.stderr.readline() == "train 0\n"
        time.sleep(0.2)
        process.send_signal(getattr(signal, number))
        _, told = process.communicate(timeout=30)  # far less than the minute that it works
    finally:
        process.kill()
    assert process.returncode == ExitCode.CANCELLED
    assert "--resume" in told
    assert "Traceback" not in told


WATCHED = """
import time
from ahsml_app.base.events import CancelToken
from ahsml_app.cli.signals import stop_on_signals
with stop_on_signals(CancelToken(), lambda number: number, distributed=True):
    while True:
        try: print("ready", flush=True); time.sleep(60)
        except KeyboardInterrupt: pass
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_in_a_team_a_person_stops_soon_and_the_launcher_leaves_time(number: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", WATCHED], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.stdout.readline() == "ready\n"
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(5)
    finally:
        ended = process.poll()
        process.kill()
    assert ended == (number if number == signal.SIGINT else None)
