"""A few rounds of each kind of fault; the long runs are made by command (see README.md there)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from faults.common.rounds import Row
from faults.fault_command import failed

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the faults fork processes")


def run(*arguments: str) -> str:
    command = [sys.executable, str(HERE), *arguments, "--quick"]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_nothing_is_lost_by_kills_and_power_cuts() -> None:
    output = run("kill", "power", "--only", "review")  # fails where no fault came in time
    assert "kill | review | 2 rounds" in output
    assert "power | review | 12 rounds, 12 faults, 0 problems" in output or "skipped" in output


def test_nothing_is_lost_on_a_full_disk() -> None:
    output = run("full", "--only", "scan")
    assert "full | scan | 8 rounds" in output or "skipped" in output


def test_a_run_without_a_fault_fails() -> None:
    late, in_time = Row("kill", "scan", rounds=2), Row("kill", "review", rounds=2, faults=1)
    assert failed("kill", [late])
    assert not failed("kill", [late, in_time])
    assert not failed("power", [Row("power", "review", remark="skipped: no compiler")])


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["kill", "power", "full", "others"])
def test_nothing_is_lost_by_faults_of_a_kind(stage: str) -> None:
    run(stage)
