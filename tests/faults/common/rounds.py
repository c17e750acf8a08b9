"""One round after a fault: what is broken, and whether the work can go on."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from faults.common.forks import HUNG, Fork, Say, result_lines
from faults.common.promises import LOSS
from faults.common.scenarios import Scenario
from faults.common.worlds import World

PATIENCE = 120.0
"""Seconds after which a check or a piece of work counts as hung; machines are shared."""


@dataclass(frozen=True)
class Plan:
    """How much of a stage is run.

    Attributes:
        rounds: Rounds of the whole stage; None for its own number.
        seconds: Time of each scenario after which no further round starts.
        quick: Whether a few rounds will do.
        only: Names of the scenarios; empty for all.
        done: Names of those that need not run again.
    """

    rounds: int | None
    seconds: float
    quick: bool
    only: tuple[str, ...]
    done: frozenset[str] = frozenset()

    def names(self, every: Sequence[str], quick: Sequence[str]) -> list[str]:
        """The scenarios to run, of all that a stage has and those of a quick run."""
        wanted = self.only or (quick if self.quick else every)
        return [name for name in every if name in wanted and name not in self.done]


@dataclass
class Row:
    """A row of the table.

    Attributes:
        stage: Kind of fault.
        scenario: What the product was doing.
        rounds: Number of rounds.
        faults: Rounds that the fault came in time for.
        seconds: Duration of all rounds.
        problems: Broken promises and how often.
        remark: What else is to be said, such as why there are no rounds.
    """

    stage: str
    scenario: str
    rounds: int = 0
    faults: int = 0
    seconds: float = 0.0
    problems: Counter[str] = field(default_factory=Counter)
    remark: str = ""

    @property
    def losses(self) -> int:
        """Broken promises that cost work."""
        return sum(count for text, count in self.problems.items() if text.startswith(LOSS))

    def add(self, problems: Sequence[str], what: str) -> None:
        """Counts the problems of a round, and prints them with how to repeat it."""
        for problem in problems:
            self.problems[problem] += 1
            print(f"  {self.stage} {self.scenario} ({what}): {problem}", flush=True)


def skipped(stage: str, scenarios: Sequence[str], reason: str) -> Iterator[Row]:
    """Rows without rounds, which say why."""
    for scenario in scenarios:
        print(f"{stage} | {scenario} | skipped: {reason}", flush=True)
        yield Row(stage, scenario, remark=f"skipped: {reason}")


class Stopwatch:
    """Adds the seconds of the block to a row, and prints the row at its end."""

    def __init__(self, row: Row) -> None:
        self._row = row
        self._start = time.perf_counter()

    def __enter__(self) -> Row:
        return self._row

    def __exit__(self, *_: object) -> None:
        row = self._row
        row.seconds = time.perf_counter() - self._start
        print(
            f"{row.stage} | {row.scenario} | {row.rounds} rounds, {row.faults} faults, "
            f"{row.problems.total()} problems, {row.losses} losses | {row.seconds:.0f} s "
            f"{row.remark}",
            flush=True,
        )


def start(scenario: Scenario, world: World, seed: int) -> dict[str, str]:
    """Puts the world into the state that a scenario starts from; returns the image hashes."""
    world.restore(scenario.state)
    scenario.arrange(world, seed)
    return world.image_hashes()


def work_of(scenario: Scenario, world: World, seed: int) -> Fork:
    """A process in which the product does what the scenario says."""
    return Fork(lambda say: scenario.act(world, say, seed), world.log)


def broken_promises(
    scenario: Scenario, world: World, lines: Sequence[str], images: dict[str, str]
) -> list[str]:
    """What is broken after a fault.

    Args:
        scenario: The scenario.
        world: The world as the fault left it.
        lines: What the product had confirmed.
        images: Hashes of the images before.
    """

    def check(say: Say) -> None:
        for problem in scenario.check(world, lines):
            say(json.dumps(problem))

    code, texts = result_lines(check, world.log, PATIENCE)
    problems = [json.loads(text) for text in texts]
    if code:
        problems.append(f"{LOSS}cannot be opened: {last_words(world, code)}")
    if world.image_hashes() != images:
        problems.append(f"{LOSS}the user's images have changed")
    return problems


def broken_later(scenario: Scenario, world: World, seed: int, images: dict[str, str]) -> list[str]:
    """Does the same work once more, undisturbed, and checks what it leaves."""
    code, lines = result_lines(lambda say: scenario.act(world, say, seed), world.log, PATIENCE)
    if code:
        return [f"cannot go on: {last_words(world, code)}"]
    return broken_promises(scenario, world, lines, images) if scenario.repeats else []


def last_words(world: World, code: int) -> str:
    """What the processes of a round printed at last."""
    if code == HUNG:
        return "hung"
    lines = world.output().strip().splitlines() or [f"exit code {code}"]
    return lines[-1].replace(str(world.top), "")[:300]
