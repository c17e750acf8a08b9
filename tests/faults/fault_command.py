"""The command: picks stages and scenarios, runs them, and writes their tables."""

from __future__ import annotations

import argparse
import datetime as dt
import shlex
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.common.sections import circumstances, table, write_section

from faults.common.rounds import Plan, Row
from faults.common.worlds import World, world_in
from faults.stages import full_disk, kill_rounds, other_faults, power_cuts

RESULTS = Path(__file__).with_name("RESULTS.md")
COLUMNS = ("scenario", "rounds", "faults", "broken promises", "losses", "seconds", "ended")

STAGES: dict[str, Callable[[World, Plan], Iterator[Row]]] = {
    "kill": kill_rounds.run_stage,
    "power": power_cuts.run_stage,
    "full": full_disk.run_stage,
    "others": other_faults.run_stage,
}


def run(arguments: list[str], description: str) -> int:
    """Runs the stages that the arguments name; returns the exit code."""
    chosen = _parse(arguments, description)
    plan = Plan(chosen.rounds, chosen.seconds, chosen.quick, tuple(chosen.only))
    ended_badly = False
    for name in chosen.stages or STAGES:
        rows = []
        with (
            tempfile.TemporaryDirectory(prefix="ahsml-faults-") as top,
            world_in(Path(top) / name) as world,
        ):
            for row in STAGES[name](world, plan):
                rows.append(row)
                if not plan.quick:
                    write_section(RESULTS, name, _section(name, row, arguments))
        ended_badly |= failed(name, rows)
    return int(ended_badly)


def failed(name: str, rows: Sequence[Row]) -> bool:
    """Whether a stage broke a promise, or had rounds in which no fault came in time."""
    tried_nothing = any(row.rounds for row in rows) and not any(row.faults for row in rows)
    if tried_nothing:
        print(f"{name}: no fault came in time, so nothing was tried", flush=True)
    return tried_nothing or any(row.problems for row in rows)


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


def _section(name: str, row: Row, arguments: list[str]) -> str:
    """The section of a stage; those of other scenarios stay as they were."""
    before = RESULTS.read_text("utf-8") if RESULTS.is_file() else ""
    section = before.partition(f"<!-- {name} -->")[2].partition(f"<!-- end of {name} -->")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:-1]
    cells = {
        each[0]: each for each in ([c.strip() for c in line.split("|")[1:-1]] for line in lines)
    }
    remarks = {line[2:].partition(":")[0]: [] for line in section.splitlines() if line[:2] == "- "}
    for line in section.splitlines():
        if line.startswith("- "):
            remarks[line[2:].partition(":")[0]].append(line)
    cells[row.scenario] = _cells(row)
    texts = [row.remark] if row.remark else []
    texts += [f"{problem} ({count})" for problem, count in row.problems.most_common(5)]
    remarks[row.scenario] = [f"- {row.scenario}: {text}" for text in texts]
    sums = [sum(int(each[number]) for each in cells.values()) for number in range(1, 6)]
    command = shlex.join(["tests/faults", *arguments])
    whole = table(COLUMNS, [*cells.values(), ["all", *sums, ""]])
    said = "\n".join(line for texts in remarks.values() for line in texts)
    return f"## {name}\n\n{circumstances(command)}\n\n{whole}\n\n{said}"


def _cells(row: Row) -> list[str]:
    counts = [row.rounds, row.faults, row.problems.total(), row.losses, round(row.seconds)]
    return [row.scenario, *map(str, counts), dt.datetime.now().strftime("%m-%d %H:%M")]
