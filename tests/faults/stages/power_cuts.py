"""Records a piece of work call by call, and opens what a power cut at each of them may leave."""

from __future__ import annotations

import hashlib
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from faults.common.forks import Fork, Say, load_what_it_loads
from faults.common.rounds import Plan, Row, Stopwatch, broken_later, broken_promises, skipped, start
from faults.common.scenarios import SCENARIOS, Scenario, prepare
from faults.common.worlds import World
from faults.disk import watched_calls
from faults.disk.disk_model import DiskModel, Tree

STAGE = "power"
NAMES = ("scan", "review", "migration", "scores", "export", "update", "training")
QUICK = ("review", "migration")
SUBSETS = 3
"""Random states for each cut."""

GO_ON_EACH = 20
"""After every so many states the work is done again to its end."""

_SKIPPED = "images"


@dataclass(frozen=True)
class Cut:
    """What may be on the disk after a cut.

    Attributes:
        tree: The files.
        lines: Number of lines that the product had said by then.
        what: The moment and the kind of state, for a person.
    """

    tree: Tree
    lines: int
    what: str


def run_stage(world: World, plan: Plan) -> Iterator[Row]:
    """Cuts the power in each scenario, at every call that counts."""
    names = plan.names([name for name in NAMES if name in SCENARIOS], QUICK)
    if reason := watched_calls.missing():
        yield from skipped(STAGE, names, reason)
        return
    prepare(world, [SCENARIOS[name].state for name in names])
    for name in names:
        yield power_cuts(SCENARIOS[name], world, plan)


def power_cuts(scenario: Scenario, world: World, plan: Plan) -> Row:
    """Records one scenario, and opens the states that cuts may leave."""
    with Stopwatch(Row(STAGE, scenario.name)) as row:
        start(scenario, world, 0)
        load_what_it_loads(lambda say: scenario.act(world, say, 0), world.log)
        images = start(scenario, world, 0)
        cuts, lines = _record(scenario, world)
        until, every = time.monotonic() + plan.seconds, 1
        limit = 12 if plan.quick else plan.rounds
        if limit is not None:
            every = max(1, len(cuts) // limit)
        for number, cut in enumerate(cuts[::every][:limit]):
            if time.monotonic() > until:
                row.remark = f"{number} of {len(cuts)} states within the time"
                break
            _lay_out(world, cut.tree)
            problems = broken_promises(scenario, world, lines[: cut.lines], images)
            if not problems and number % GO_ON_EACH == GO_ON_EACH - 1:
                problems = broken_later(scenario, world, 1, images)
            row.add(problems, cut.what)
            row.rounds += 1
            row.faults += 1
    return row


def _record(scenario: Scenario, world: World) -> tuple[list[Cut], list[str]]:
    """Lets the product work while every call is reported here; returns the cuts and its lines."""
    ours, theirs = socket.socketpair()

    def act(say: Say) -> None:
        ours.close()
        watched_calls.watch(world.folder, watched_calls.Mode.REPORT, channel=theirs.fileno())
        try:
            scenario.act(world, say, 0)
        finally:
            watched_calls.watch(world.folder, watched_calls.Mode.OFF)

    models = [DiskModel(world.folder, _SKIPPED, journaling=each) for each in (True, False)]
    fork = Fork(act, world.log)
    theirs.close()
    cuts: list[Cut] = []
    seen: set[bytes] = set()
    for number, (what, path) in enumerate(_reports(ours)):
        for model in models:
            model.observe(together=what.startswith("done rename"))
        lines = len(fork.lines())
        for model, kind in zip(models, ("journal", "POSIX"), strict=True):
            if what == "done sync":
                model.synced(path)
            name = path.relative_to(world.folder)
            for state, tree in model.states(number, SUBSETS):
                digest = _digest(tree, lines)
                if digest not in seen:
                    seen.add(digest)
                    cuts.append(Cut(tree, lines, f"{kind}, {what} {name} #{number}, {state}"))
    assert fork.wait() == 0, world.output()
    return cuts, fork.lines()


def _reports(channel: socket.socket) -> Iterator[tuple[str, Path]]:
    """The reported calls, before and after each; the product waits until the next one is asked."""
    with channel, channel.makefile("rb") as stream:
        what, path = "", Path()
        while line := stream.readline().decode("utf-8", "surrogateescape").rstrip("\n"):
            if "\t" in line:
                what, _, name = line.partition("\t")
                path = Path(name)
                yield f"before {what}", path
            elif line == "done":
                yield f"done {what}", path
            channel.sendall(b"\n")


def _digest(tree: Tree, lines: int) -> bytes:
    content = hashlib.blake2b(str(lines).encode())
    for path in sorted(tree):
        data = tree[path]
        inner = b"folder" if data is None else hashlib.blake2b(data).digest()
        content.update(path.encode("utf-8", "surrogateescape") + b"\0" + inner)
    return content.digest()


def _lay_out(world: World, tree: Tree) -> None:
    """Makes the world, but for its images, what the disk holds."""
    for path in world.folder.iterdir():
        if path.name == _SKIPPED:
            continue
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    for name, data in tree.items():
        path = world.folder / name
        if data is None:
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.write_bytes(data)
    world.log.unlink(missing_ok=True)
