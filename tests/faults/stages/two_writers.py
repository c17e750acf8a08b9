"""Two processes work on the same project or results at once, and one of them may be killed."""

from __future__ import annotations

import random
import time
from itertools import chain

from faults.common.forks import Fork
from faults.common.injected import guarded_work, share, warm_up
from faults.common.promises import project_problems
from faults.common.review_model import allowed_states
from faults.common.rounds import PATIENCE, Plan, Row, Stopwatch, broken_promises, last_words, start
from faults.common.scenarios import SAMPLES, SCENARIOS, Scenario, prepare, review_model
from faults.common.worlds import World

PAIRS = (
    ("review", "review"),
    ("review", "export"),
    ("export", "export"),
    ("training", "training"),
    ("review", "training"),
)
USUAL = 50
_KILLED = 0.3  # share of the rounds in which the first one is killed


def two_writers(world: World, plan: Plan) -> Row:
    """Lets two processes work at once, a pair after the other."""
    with Stopwatch(Row("others", "two writers")) as row:
        prepare(world, ["results"])
        for name in ("review", "export", "training"):
            warm_up(_from_results(name), world)
        chosen, until = random.Random(0), time.monotonic() + plan.seconds
        for number in range(share(plan, USUAL)):
            if time.monotonic() > until:
                break
            _round(row, world, number, chosen)
    return row


def _round(row: Row, world: World, number: int, chosen: random.Random) -> None:
    names = PAIRS[number % len(PAIRS)]
    scenarios = [_from_results(name) for name in names]
    images = start(scenarios[0], world, number)
    forks = [
        Fork(lambda say, s=scenario, n=seed: guarded_work(s, world, n, say), world.log)
        for seed, scenario in enumerate(scenarios)
    ]
    if chosen.random() < _KILLED:
        forks[0].kill_after(chosen.uniform(0, 1))
    problems = []
    for fork in reversed(forks):
        code = fork.wait(PATIENCE)
        if code > 0 or fork.hung:
            problems.append(f"an error without advice: {last_words(world, code)}")
    lines = [fork.lines() for fork in forks]
    if said := [lines[k] for k, name in enumerate(names) if name == "review"]:
        problems += broken_promises(_reviewed(world, said), world, [], images)
    for scenario, each in zip(scenarios, lines, strict=True):
        if not said:
            problems += broken_promises(scenario, world, each, images)
    row.add(problems, f"{' and '.join(names)}, round {number}")
    row.rounds += 1
    row.faults += 1


def _reviewed(world: World, said: list[list[str]]) -> Scenario:
    """A scenario whose project may hold the steps of one process before or after the other's."""
    states = []
    for order in (said, said[::-1]):
        states += allowed_states(review_model(world), list(chain.from_iterable(order)))
    return Scenario(
        "review",
        "results",
        SCENARIOS["review"].act,
        lambda world, _lines: project_problems(world.project, states, SAMPLES),
    )


def _from_results(name: str) -> Scenario:
    """A scenario that starts from a trained project with results, as the other one does."""
    scenario = SCENARIOS[name]
    return Scenario(name, "results", scenario.act, scenario.check)
