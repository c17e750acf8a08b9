"""A few rounds of each kind of fault; the long runs are made by command (see README.md there)."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from faults.common.rounds import Row
from faults.disk import watched_calls
from faults.fault_command import failed

HERE = Path(__file__).parent

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the faults fork processes")


def run(*arguments: str) -> str:
    command = [sys.executable, str(HERE), *arguments, "--quick"]
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def with_watched_calls(folder: Path, program: str) -> str:
    """What a program prints that starts with the library which watches calls."""
    variables = os.environ | watched_calls.environment(folder)
    places = (HERE.parents[1], HERE.parent, HERE.parent / "gui")
    variables["PYTHONPATH"] = os.pathsep.join(map(str, places))
    command = [sys.executable, "-c", program, str(folder)]
    ended = subprocess.run(
        command, env=variables, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout


def test_nothing_is_lost_by_kills_and_power_cuts() -> None:
    output = run("kill", "power", "--only", "review")  # fails where no fault came in time
    assert "kill | review | 2 rounds" in output
    assert "power | review | 12 rounds, 12 faults, 0 problems" in output or "skipped" in output


def test_nothing_is_lost_on_a_full_disk() -> None:
    output = run("full", "--only", "scan")
    assert "full | scan | 8 rounds" in output or "skipped" in output


STEPS_REFUSED_AT_EACH_CALL = """
import os, sys
from pathlib import Path
from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.store.database import open_database
from ahsml_app.store.journal import Journal
from faults.disk import watched_calls
from faults.disk.watched_calls import Mode

REFUSED, IGNORED, DONE = 1, 2, 3

def decide(folder, call):
    journal = Journal(open_database(folder / "project.sqlite"))
    watched_calls.watch(folder, Mode.REFUSE, watched_calls.Calls.GROW, span=(call, call + 1))
    try:
        journal.decide([0], [Decision(DecisionKind.KEEP)], "Keep")
    except ProjectError:
        os._exit(REFUSED)  # as a process that is killed right after the error
    os._exit(IGNORED if watched_calls.count() > call else DONE)

def decided(folder):
    connection = open_database(folder / "project.sqlite")
    count = len(Journal(connection).state)
    connection.close()
    return count

ends = []
while DONE not in ends:
    call = len(ends)
    folder = Path(sys.argv[1]) / str(call)
    folder.mkdir()
    connection = open_database(folder / "project.sqlite")
    connection.execute("INSERT INTO sample (number, path, label) VALUES (0, '0.png', 'cat')")
    connection.close()
    if not (child := os.fork()):
        decide(folder, call)
    ends.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    if decided(folder) == (ends[-1] == REFUSED):
        sys.exit(f"call {call}: the step was refused and is there, or is lost")
print(ends.count(REFUSED), "refused")
"""


@pytest.mark.skipif(bool(watched_calls.missing()), reason=watched_calls.missing())
def test_a_step_that_was_refused_is_not_there_later(tmp_path: Path) -> None:
    assert int(with_watched_calls(tmp_path, STEPS_REFUSED_AT_EACH_CALL).split()[0]) >= 5


ONE_OF_TWO_DOES_NOT_ANSWER = """
import os, sys
from pathlib import Path
from sample_images import make_images
from sample_projects import scanned
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.project.find_project import projects_of
from ahsml_app.session.project.library import create_project
from ahsml_app.session.project.recent import recent_projects
from faults.disk import watched_calls

top = Path(sys.argv[1])
os.environ["AHSML_APP_CACHE"] = str(top / "cache")
make_images(top / "images", per_class=2)
source = Source(top / "images")
for name in ("gone", "here"):
    create_project(top / name, name, source, scanned(source)).close()
watched_calls.watch(top / "gone", watched_calls.Mode.HANG, watched_calls.Calls.READ)
print(*(project.folder.name for project in projects_of(source)))
print(*(project.folder.name for project in recent_projects() if not project.missing))
"""


@pytest.mark.skipif(bool(watched_calls.missing()), reason=watched_calls.missing())
def test_a_disk_that_does_not_answer_holds_no_other_project_up(tmp_path: Path) -> None:
    output = with_watched_calls(tmp_path, ONE_OF_TWO_DOES_NOT_ANSWER)
    assert output.splitlines() == ["here", "here"]


def test_a_run_without_a_fault_fails() -> None:
    late, in_time = Row("kill", "scan", rounds=2), Row("kill", "review", rounds=2, faults=1)
    assert failed("kill", [late])
    assert not failed("kill", [late, in_time])
    assert not failed("power", [Row("power", "review", remark="skipped: no compiler")])


@pytest.mark.slow
@pytest.mark.parametrize("stage", ["kill", "power", "full", "others"])
def test_nothing_is_lost_by_faults_of_a_kind(stage: str) -> None:
    run(stage)
