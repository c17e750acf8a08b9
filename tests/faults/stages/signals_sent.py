"""The command gets signals at random times, its reader goes, or its disk does not answer."""

from __future__ import annotations

import os
import random
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

from faults.common.forks import Fork, Say
from faults.common.injected import share, warm_up
from faults.common.rounds import Plan, Row, Stopwatch, broken_later, broken_promises, start
from faults.common.scenarios import SCENARIOS, Scenario, command_of, prepare
from faults.common.worlds import World
from faults.disk import watched_calls
from faults.disk.watched_calls import Calls, Mode

SIGNALS = {
    "Ctrl-C": (signal.SIGINT,),
    "Ctrl-C twice": (signal.SIGINT, signal.SIGINT),
    "SIGTERM": (signal.SIGTERM,),
    "SIGHUP": (signal.SIGHUP,),
    "no reader": (),
}
NAMES = ("command", "run")
USUAL = 50

_ENDS_WITHIN = 20.0
"""Seconds for an end after a signal; one on an idle machine, which this one is not."""

_GO_ON = 0.3

_SHOWN = 6_000
"""Characters of an unexpected output that are printed."""


def signals_sent(world: World, plan: Plan) -> Row:
    """Sends signals to the command at random times."""
    with Stopwatch(Row("others", "signals")) as row:
        prepare(world, [SCENARIOS[name].state for name in NAMES])
        durations = {name: _duration(SCENARIOS[name], world) for name in NAMES}
        chosen, until = random.Random(0), time.monotonic() + plan.seconds
        for number in range(share(plan, USUAL)):
            if time.monotonic() > until:
                break
            name = _name(number)
            kind = chosen.choice(list(SIGNALS))
            _round(row, SCENARIOS[name], world, kind, chosen.uniform(0, durations[name]))
    return row


def _name(number: int) -> str:
    """The scenario of a round; a whole run takes the longest by far."""
    return "run" if number % 5 == 4 else "command"


def hung_disk(world: World, plan: Plan) -> Row:
    """The image folder stops answering; then somebody presses Ctrl-C."""
    with Stopwatch(Row("others", "no answer")) as row:
        prepare(world, [SCENARIOS[name].state for name in NAMES])
        chosen, until = random.Random(0), time.monotonic() + plan.seconds
        for number in range(share(plan, 20)):
            if time.monotonic() > until:
                break
            scenario = SCENARIOS[_name(number)]
            first = chosen.randint(0, 60)
            _round(row, scenario, world, "Ctrl-C", chosen.uniform(1, 4), hung_at=first)
    return row


def _round(
    row: Row, scenario: Scenario, world: World, kind: str, moment: float, hung_at: int = -1
) -> None:
    images = start(scenario, world, row.rounds)

    def work(say: Say) -> int:
        if kind == "no reader":
            _lose_reader(int(moment * 1000))
        if hung_at >= 0:
            span = (hung_at, watched_calls.ALWAYS)
            watched_calls.watch(world.images, Mode.HANG, Calls.READ, span=span)
        return _as_command(scenario, world, say)

    fork = Fork(work, world.log)
    fork.wait_for_begin()
    time.sleep(moment)
    reached = fork.code is None
    for number in SIGNALS[kind]:
        fork.kill(fork.pid, number)
        time.sleep(moment / 20)
    sent = time.monotonic()
    code = fork.wait(time.monotonic() - fork.started + (_ENDS_WITHIN if SIGNALS[kind] else 120))
    problems = []
    if fork.hung:
        problems.append(f"no end within {_ENDS_WITHIN:.0f} s of {kind}")
    if "Traceback" in world.output():
        print(world.output()[-_SHOWN:], flush=True)  # a rare one does not come again when asked
        problems.append(f"a traceback after {kind}, exit code {code}")
    lines = fork.lines()
    problems += broken_promises(scenario, world, lines, images)
    if not problems and random.Random(row.rounds).random() < _GO_ON:
        problems = broken_later(scenario, world, row.rounds, images)
    took = time.monotonic() - sent
    where = f", no answer from call {hung_at}" if hung_at >= 0 else ""
    row.add(problems, f"{kind} at {moment:.2f} s of {scenario.name}{where}; {took:.1f} s")
    row.rounds += 1
    row.faults += reached


def _as_command(scenario: Scenario, world: World, say: Say) -> int:
    """Runs the entry point of the application, as a shell does."""
    from ahsml_app.__main__ import main

    sys.argv = ["ahsml-app", *command_of(scenario, world)]
    code = main()
    if code == 0:
        say("finished")
    return code


def _lose_reader(size: int) -> None:
    """Lets somebody read a few bytes of standard output, and go."""
    reader, writer = os.pipe()
    nowhere = Path(os.devnull).open("wb")  # noqa: SIM115 - the other process keeps it
    subprocess.Popen(["head", "-c", str(size)], stdin=reader, stdout=nowhere)
    os.close(reader)
    os.dup2(writer, 1)
    os.close(writer)
    # The one before was made for a file, in which a program can move.
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115


def _duration(scenario: Scenario, world: World) -> float:
    warm_up(scenario, world)
    seconds = []
    for seed in range(2):
        start(scenario, world, seed)
        fork = Fork(lambda say: _as_command(scenario, world, say), world.log)
        fork.wait_for_begin()
        assert fork.wait() == 0, world.output()
        seconds.append(time.monotonic() - fork.started)
    return statistics.median(seconds)
