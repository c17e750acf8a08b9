"""The command: picks stages and scenarios, runs them, and writes their tables."""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.common.sections import circumstances, table, write_section

from faults.common.rounds import Plan, Row
from faults.common.worlds import World, world_in
from faults.disk import watched_calls
from faults.stages import full_disk, kill_rounds, other_faults, power_cuts

HERE = Path(__file__).parent
RESULTS = HERE / "RESULTS.md"
COLUMNS = ("scenario", "rounds", "faults", "broken promises", "losses", "seconds")

STAGES: dict[str, Callable[[World, Plan], list[Row]]] = {
    "kill": kill_rounds.run_stage,
    "power": power_cuts.run_stage,
    "full": full_disk.run_stage,
    "others": other_faults.run_stage,
}


def run(arguments: list[str], description: str) -> int:
    """Runs the stages that the arguments name; returns the exit code."""
    chosen = _parse(arguments, description)
    if not (watched_calls.missing() or watched_calls.is_loaded()):
        return _start_watched(arguments)
    plan = Plan(chosen.rounds, chosen.seconds, chosen.quick, tuple(chosen.only))
    broken = 0
    for name in chosen.stages or STAGES:
        with (
            tempfile.TemporaryDirectory(prefix="ahsml-faults-") as top,
            world_in(Path(top) / name) as world,
        ):
            rows = STAGES[name](world, plan)
        broken += sum(row.problems.total() for row in rows)
        if not (plan.quick or plan.only):
            write_section(RESULTS, name, _section(name, rows, arguments))
    return int(broken > 0)


def _parse(arguments: list[str], description: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python tests/faults",
        description=description,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("stages", nargs="*", metavar="STAGE", choices=[[], *STAGES])
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENARIO")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each stage")
    parser.add_argument("--seconds", type=float, default=1e9, metavar="S", help="of each scenario")
    parser.add_argument("--quick", action="store_true", help="a few rounds, and no table")
    return parser.parse_args(arguments)


def _start_watched(arguments: list[str]) -> int:
    """Starts this command again with the library that watches the calls."""
    with tempfile.TemporaryDirectory(prefix="ahsml-faults-") as folder:
        variables = os.environ | watched_calls.environment(Path(folder))
        return subprocess.call([sys.executable, str(HERE), *arguments], env=variables)


def _section(name: str, rows: Sequence[Row], arguments: list[str]) -> str:
    command = shlex.join(["tests/faults", *arguments])
    cells = [_cells(row) for row in rows]
    total = ["all", *(sum(row[column] for row in cells) for column in range(1, len(COLUMNS)))]
    text = f"## {name}\n\n{circumstances(command)}\n\n{table(COLUMNS, [*cells, total])}\n"
    remarks = [f"- {row.scenario}: {row.remark}" for row in rows if row.remark]
    remarks += [
        f"- {row.scenario}: {problem} ({count})"
        for row in rows
        for problem, count in row.problems.most_common(5)
    ]
    return text + ("\n" + "\n".join(remarks) if remarks else "")


def _cells(row: Row) -> list:
    counts = [row.rounds, row.faults, row.problems.total(), row.losses]
    return [row.scenario, *counts, round(row.seconds)]
