"""Kills the product at random moments, and looks at what is left."""

from __future__ import annotations

import random
import statistics
import time
from collections.abc import Iterator

from faults.common.forks import load_what_it_loads
from faults.common.rounds import (
    Plan,
    Row,
    Stopwatch,
    broken_later,
    broken_promises,
    start,
    work_of,
)
from faults.common.scenarios import SCENARIOS, Scenario, prepare
from faults.common.worlds import World

STAGE = "kill"
SHARES = {
    "scan": 150,
    "review": 350,
    "migration": 120,
    "scores": 120,
    "export": 120,
    "update": 80,
    "training": 30,
    "features": 20,
    "run": 10,
}
"""Rounds of each scenario among about a thousand."""

QUICK = ("scan", "review", "migration", "export")

_GO_ON = 0.2  # share of the rounds after which the work is done again to its end
_MEASURED = 3


def run_stage(world: World, plan: Plan) -> Iterator[Row]:
    """Kills each scenario its share of the rounds."""
    names = plan.names([name for name in SCENARIOS if name in SHARES], QUICK)
    prepare(world, [SCENARIOS[name].state for name in names])
    total = sum(SHARES[name] for name in names)
    for name in names:
        rounds = SHARES[name]
        if plan.rounds is not None:
            rounds = round(plan.rounds * SHARES[name] / total)
        rounds = 2 if plan.quick else rounds
        yield kill_rounds(SCENARIOS[name], world, rounds, plan.seconds)


def kill_rounds(scenario: Scenario, world: World, rounds: int, seconds: float) -> Row:
    """Kills one scenario over and over, each time at another moment.

    Args:
        scenario: The scenario.
        world: The world, with the states made.
        rounds: Number of rounds.
        seconds: Time after which no further round starts.
    """
    with Stopwatch(Row(STAGE, scenario.name)) as row:
        duration = _duration(scenario, world)
        chosen, until = random.Random(scenario.name), time.monotonic() + seconds
        while row.rounds < rounds and time.monotonic() < until:
            seed = row.rounds
            images = start(scenario, world, seed)
            fork = work_of(scenario, world, seed)
            moment = chosen.uniform(0, duration)
            killed = fork.kill_after(moment)
            elapsed = time.monotonic() - fork.started
            lines = fork.lines()
            problems = broken_promises(scenario, world, lines, images)
            if not problems and chosen.random() < _GO_ON:
                problems = broken_later(scenario, world, seed, images)
            fork.clean_up()
            row.add(problems, f"round {seed}, {moment:.3f} of {duration:.3f} s")
            row.rounds += 1
            row.faults += killed
            if not killed:  # the machine is less busy than it was
                duration = 0.8 * duration + 0.2 * min(elapsed, duration)
    return row


def _duration(scenario: Scenario, world: World) -> float:
    """Usual seconds of the undisturbed work, in a process that has loaded everything."""
    start(scenario, world, 0)
    load_what_it_loads(lambda say: scenario.act(world, say, 0), world.log)
    seconds = []
    for seed in range(_MEASURED):
        start(scenario, world, seed)
        fork = work_of(scenario, world, seed)
        fork.wait_for_begin()
        assert fork.wait() == 0, world.output()
        seconds.append(time.monotonic() - fork.started)
    return statistics.median(seconds)
