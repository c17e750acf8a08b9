"""Fills the disk at each call that needs room, for a while or for good."""

from __future__ import annotations

import random
from collections.abc import Iterator

from faults.common.forks import Say, result_lines
from faults.common.injected import Fault, injected_rounds, positions, share, warm_up
from faults.common.rounds import Plan, Row, Stopwatch, skipped, start
from faults.common.scenarios import SCENARIOS, Scenario, prepare
from faults.common.worlds import World
from faults.disk import watched_calls
from faults.disk.watched_calls import ALWAYS, Calls, Mode

STAGE = "full"
NAMES = ("scan", "review", "migration", "scores", "export", "update", "training", "run")
QUICK = ("scan", "review")
USUAL = 10_000
"""More than any scenario has calls, so that each call has its round."""

FEWER = {"training": 100, "run": 12, "export": 250, "update": 40}
AT_ONCE = 3  # calls without room, where there is room again later


def run_stage(world: World, plan: Plan) -> Iterator[Row]:
    """Fills the disk in each scenario, at every call that needs room."""
    names = plan.names([name for name in NAMES if name in SCENARIOS], QUICK)
    if reason := watched_calls.missing():
        yield from skipped(STAGE, names, reason)
        return
    prepare(world, [SCENARIOS[name].state for name in names])
    for name in names:
        scenario = SCENARIOS[name]
        with Stopwatch(Row(STAGE, name)) as row:
            warm_up(scenario, world)
            calls = counted_calls(scenario, world, Calls.GROW)
            rounds = share(plan, FEWER.get(name, USUAL), 8)
            faults = list(_faults(scenario, world, positions(calls, rounds)))
            injected_rounds(row, scenario, world, faults, plan.seconds)
            row.remark = f"{row.remark}; {calls} calls need room".strip("; ")
        yield row


def counted_calls(scenario: Scenario, world: World, calls: Calls) -> int:
    """Number of the watched calls of undisturbed work."""

    def work(say: Say) -> None:
        watched_calls.watch(world.folder, Mode.COUNT, calls)
        scenario.act(world, lambda _line: None, 0)
        say(str(watched_calls.count()))

    start(scenario, world, 0)
    code, lines = result_lines(work, world.log)
    assert code == 0, world.output()
    return int(lines[-1])


def _faults(scenario: Scenario, world: World, numbers: list[int]) -> Iterator[tuple[str, Fault]]:
    for number in numbers:
        # A review goes on when there is room again; other work ends with the first error.
        last = number + AT_ONCE if scenario.name == "review" else ALWAYS

        def fill(_chosen: random.Random, span: tuple[int, int] = (number, last)) -> None:
            watched_calls.watch(world.folder, Mode.REFUSE, Calls.GROW, span=span)

        yield f"no room at call {number}", fill
