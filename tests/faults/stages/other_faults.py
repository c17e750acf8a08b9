"""Read-only folders, a clock that jumps, a lost disk, little memory, two writers and signals."""

from __future__ import annotations

import errno
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from faults.common.injected import Fault, injected_rounds, positions, share, warm_up
from faults.common.rounds import Plan, Row, Stopwatch, skipped
from faults.common.scenarios import SCENARIOS, prepare
from faults.common.worlds import World
from faults.disk import watched_calls
from faults.disk.watched_calls import Calls, Mode
from faults.stages.signals_sent import hung_disk, signals_sent
from faults.stages.two_writers import two_writers

STAGE = "others"
MEGABYTE = 2**20

Faults = Iterator[tuple[str, Fault]]


def read_only(world: World, rounds: int) -> Faults:
    """One folder after the other is on a read-only medium."""
    folders = (world.project, world.cache, world.results, world.folder)
    for number in range(rounds):
        folder = folders[number % len(folders)]
        yield (
            f"read-only {folder.name}",
            lambda _chosen, folder=folder: watched_calls.watch(
                folder, Mode.REFUSE, error=errno.EROFS
            ),
        )


def clock_back(_world: World, rounds: int) -> Faults:
    """The clock jumps, mostly back."""

    def set_back(chosen: random.Random) -> None:
        watched_calls.set_clock_back(chosen.randint(-100_000, 10_000_000))

    for number in range(rounds):
        yield f"clock {number}", set_back


def lost_disk(world: World, rounds: int) -> Faults:
    """From a call on, nothing of the image folder can be read."""
    for number in positions(200, rounds):
        error = (errno.EIO, errno.ESTALE, errno.ENOTCONN)[number % 3]

        def lose(_chosen: random.Random, first: int = number, error: int = error) -> None:
            span = (first, watched_calls.ALWAYS)
            watched_calls.watch(world.images, Mode.REFUSE, Calls.READ, span=span, error=error)

        yield f"images lost at call {number}", lose


def little_memory(_world: World, rounds: int) -> Faults:
    """The process may take little more memory than it has."""

    def limit(chosen: random.Random) -> None:
        import resource

        pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
        size = pages * resource.getpagesize() + chosen.randint(0, 200 * MEGABYTE)
        resource.setrlimit(resource.RLIMIT_AS, (size, size))

    for number in range(rounds):
        yield f"memory {number}", limit


_KINDS: dict[str, tuple[Callable[[World, int], Faults], tuple[str, ...], int]] = {
    "read-only": (read_only, ("review", "migration", "export", "update", "training"), 8),
    "clock": (clock_back, ("scan", "review", "export", "training"), 10),
    "lost disk": (lost_disk, ("scan", "export", "update", "training", "run"), 20),
    "memory": (little_memory, ("scan", "review", "export", "training", "run"), 20),
}
"""Faults, the scenarios that they come in, and the usual rounds of each."""

_SLOW = {"run": 6, "update": 8}
"""Rounds of the scenarios that take the longest."""

_APART = {"signals": signals_sent, "no answer": hung_disk, "two writers": two_writers}
QUICK = ("read-only", "clock")


def run_stage(world: World, plan: Plan) -> Iterator[Row]:
    """Lets each kind of fault come in its scenarios."""
    kinds = plan.names([*_KINDS, *_APART], QUICK)
    if not sys.platform.startswith("linux") or watched_calls.missing():
        reason = watched_calls.missing() or "only Linux has them"
        yield from skipped(STAGE, kinds, reason)
        return
    for kind in kinds:
        if kind in _APART:
            yield _APART[kind](world, plan)
            continue
        faults, names, usual = _KINDS[kind]
        names = tuple(name for name in names if name in SCENARIOS)
        names = ("review", "export") if plan.quick else names
        names = tuple(name for name in names if f"{kind}, {name}" not in plan.done)
        prepare(world, [SCENARIOS[name].state for name in names])
        for name in names:
            rounds = share(plan, min(usual, _SLOW.get(name, usual)), 1)
            with Stopwatch(Row(STAGE, f"{kind}, {name}")) as row:
                warm_up(SCENARIOS[name], world)
                injected_rounds(row, SCENARIOS[name], world, faults(world, rounds), plan.seconds)
            yield row
