from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ahsml_app.base.errors import ExitCode

CHECKOUT = Path(__file__).resolve().parents[3]

STUBBORN = """
import signal, sys, time
from pathlib import Path
from ahsml_app import __main__, cli
from ahsml_app.base.events import Progress, Stage
from ahsml_app.cli.use_cases import UseCases

def run_job(options, **keywords):
    yield Progress(Stage.TRAIN)
    print("working", file=sys.stderr, flush=True)
    {body}

cases = UseCases(run_job, lambda folder: folder, lambda folder: frozenset())
real_main = cli.main
cli.main = lambda **_: real_main(["--headless", "photos", "--out", "x"], use_cases=cases)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
sys.exit(__main__.main())
"""
POOL = (
    "from concurrent.futures import ThreadPoolExecutor\n"
    "    ThreadPoolExecutor(1).submit(time.sleep, 60)\n"
    "    time.sleep(60)"
)
DEAF = "pass\n    while True:\n        try: time.sleep(60)\n        except KeyboardInterrupt: pass"
REMOVAL = (
    "pass\n"
    "    class Slow:\n"
    "        def __del__(self): time.sleep(60)\n"
    "    Slow()\n"
    "    time.sleep(60)"
)
BODIES = {"lingering thread": POOL, "deaf main thread": DEAF, "removal of an object": REMOVAL}


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_the_process_whatever_it_does(body: str, number: str, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", STUBBORN.format(body=body)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert process.stderr
        assert process.stderr.readline() == "train 0\n"
        assert process.stderr.readline() == "working\n"
        process.send_signal(getattr(signal, number))
        _, told = process.communicate(timeout=30)  # far less than the minute that it works
    finally:
        process.kill()
    assert process.returncode == ExitCode.CANCELLED
    assert "--resume" in told
    assert "Traceback" not in told


EARLY = """
import sys, time
from ahsml_app.cli.signals import interrupt_on_signals
interrupt_on_signals()
def wait():  # one long sleep would not notice a signal that comes just before it
    for _ in range(600):
        time.sleep(0.1)
class Slow:
    def __del__(self):
        print("ready", flush=True)
        wait()
try:
    Slow()
    wait()
except KeyboardInterrupt:
    sys.exit(3)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_removal_of_an_object_is_not_lost(number: int) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", EARLY], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        _, told = process.communicate(timeout=30)  # half of what the next sleep takes
    finally:
        process.kill()
    assert (process.returncode, told) == (3, "")


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
            process.wait(60 if number == signal.SIGINT else 5)  # no wait is too short for the other
    finally:
        ended = process.poll()
        process.kill()
    assert ended == (number if number == signal.SIGINT else None)


CHATTY = """
import signal, sys
from ahsml_app import __main__, cli
from ahsml_app.base.events import Progress, Stage
from ahsml_app.cli.use_cases import UseCases

def run_job(options, **keywords):
    while True:
        yield Progress(Stage.TRAIN, 1, 10**9)

cases = UseCases(run_job, lambda folder: folder, lambda folder: frozenset())
real_main = cli.main
arguments = ["--headless", "photos", "--out", "x", "--json"]
cli.main = lambda **_: real_main(arguments, use_cases=cases)
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
sys.exit(__main__.main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("number", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_ends_a_command_whose_pipe_nobody_reads(
    tmp_path: Path, number: str, times: int
) -> None:
    errors = tmp_path / "errors.txt"
    reader, writer = os.pipe()
    with errors.open("w") as stream:
        process = subprocess.Popen([sys.executable, "-c", CHATTY], stdout=writer, stderr=stream)
    try:
        while process.poll() is None and select.select([], [writer], [], 0)[1]:
            time.sleep(0.05)  # until the pipe is full
        for _ in range(times):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(getattr(signal, number))
            time.sleep(0.05)
        process.wait(30)
    finally:
        process.kill()
        os.close(reader)
        os.close(writer)
    assert process.returncode == ExitCode.CANCELLED
    assert "Traceback" not in errors.read_text()


HUNG_UP = """
import os, signal
from ahsml_app.base.events import CancelToken
from ahsml_app.cli.signals import stop_on_signals
signal.signal(signal.SIGHUP, signal.SIG_IGN)
cancel = CancelToken()
with stop_on_signals(cancel, lambda number: number):
    os.kill(os.getpid(), signal.SIGHUP)  # a handler would run before the next line
    print("goes on", cancel.cancelled)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")
def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HUNG_UP], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stdout) == (0, "goes on False\n"), ended.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams of POSIX")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-", ">/dev/full"])
@pytest.mark.parametrize(
    "arguments", ["--list-backbones", "--help", "--headless nowhere --out x --json"]
)
def test_closed_streams_are_no_traceback(tmp_path: Path, closed: str, arguments: str) -> None:
    command = f'"{sys.executable}" -m ahsml_app {arguments} {closed}'
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, check=False,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)}, cwd=tmp_path,
    )  # fmt: skip
    expected = ExitCode.INPUT if "nowhere" in arguments else ExitCode.OK
    assert (done.returncode, "Traceback" in done.stderr) == (expected, False)
    assert "Exception ignored" not in done.stderr
    assert not (tmp_path / "x").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="closes streams of POSIX")
@pytest.mark.parametrize("argument", ["--help", "--version", "--list-backbones"])
def test_a_reader_that_has_gone_is_no_traceback(argument: str) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    process = subprocess.Popen(
        [sys.executable, "-m", "ahsml_app", argument], stdout=writer, stderr=subprocess.PIPE,
        text=True, env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONUNBUFFERED": ""},
    )  # fmt: skip
    os.close(writer)
    _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (ExitCode.OK, "")
