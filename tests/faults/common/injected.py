"""Rounds in which something is wrong from the start of the work, or from a call of it on."""

from __future__ import annotations

import random
import time
import traceback
from collections.abc import Callable, Iterable

from ahsml_app.base.errors import AppError, is_out_of_memory
from ahsml_app.base.events import Cancelled
from faults.common.forks import Fork, Say, load_what_it_loads
from faults.common.review_model import REFUSED
from faults.common.rounds import (
    PATIENCE,
    Plan,
    Row,
    broken_later,
    broken_promises,
    last_words,
    start,
)
from faults.common.scenarios import Scenario
from faults.common.worlds import World

Fault = Callable[[random.Random], None]
"""Makes something go wrong in the process that calls it."""

FAULTY = "a fault came"
"""Line of a process in which the fault had an effect."""


_LAST_WORDS = (
    "OpenBLAS error: Memory allocation still failed",
    "cannot allocate memory for thread-local data: ABORT",
)
"""What OpenBLAS and the C library print before they end a process that gets no memory."""

_GO_ON = 0.3  # share of the rounds after which the work is done again without the fault


def guarded_work(scenario: Scenario, world: World, seed: int, say: Say) -> int:
    """Does the work; an error that tells a person what to do is no broken promise."""
    try:
        result = scenario.act(world, say, seed)
    except (AppError, Cancelled) as error:
        print(f"refused: {error}", flush=True)
        say(FAULTY)
        return 0
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        # Below command and window nobody can say more; these turn it into a message.
        traceback.print_exc()
        say(FAULTY)
        return 0
    if isinstance(result, int) and result:
        say(FAULTY)
        # An exit code with a meaning, or the one of the unexpected.
        return int(result == 1 and "There is not enough memory" not in world.output())
    return 0


def warm_up(scenario: Scenario, world: World) -> None:
    """Loads here what the work loads."""
    start(scenario, world, 0)
    load_what_it_loads(lambda say: scenario.act(world, say, 0), world.log)


def injected_rounds(
    row: Row,
    scenario: Scenario,
    world: World,
    faults: Iterable[tuple[str, Fault]],
    seconds: float,
    *,
    certain: bool = False,
) -> None:
    """Does the work once with each fault.

    Args:
        row: The row that counts.
        scenario: The scenario.
        world: The world, with the states made.
        faults: The faults with a word for each.
        seconds: Time after which no further round starts.
        certain: Whether each fault has an effect, though nobody says so.
    """
    until, chosen = time.monotonic() + seconds, random.Random(row.scenario)
    for seed, (what, fault) in enumerate(faults):
        if time.monotonic() > until:
            row.remark = f"stopped after {row.rounds} rounds"
            return
        images = start(scenario, world, seed)

        def work(say: Say, fault: Fault = fault, seed: int = seed) -> int:
            fault(random.Random(seed))
            return guarded_work(scenario, world, seed, say)

        fork = Fork(work, world.log)
        fork.wait_for_begin()
        code = fork.wait(PATIENCE)
        lines = fork.lines()
        problems = []
        if (code > 0 or fork.hung) and not _ended_by_library(world, code):
            problems.append(f"an error without advice: {last_words(world, code)}")
        problems += broken_promises(scenario, world, lines, images)
        if not problems and chosen.random() < _GO_ON:
            problems = broken_later(scenario, world, seed, images)
        row.add(problems, what)
        row.rounds += 1
        row.faults += certain or code != 0 or FAULTY in lines or REFUSED in lines


def _ended_by_library(world: World, code: int) -> bool:
    """Whether a library ended the process, as a kill does, because it got no memory."""
    return code > 0 and any(words in world.output() for words in _LAST_WORDS)


def positions(count: int, rounds: int) -> list[int]:
    """Numbers of calls, spread evenly over all, at most so many as there are rounds."""
    rounds = max(1, min(count, rounds))
    return [number * count // rounds for number in range(rounds)]


def share(plan: Plan, usual: int, quick: int = 2) -> int:
    """Rounds of a scenario: a few in a quick run, or as many as the command asks for."""
    if plan.quick:
        return quick
    return usual if plan.rounds is None else plan.rounds
