"""The command: picks stages and scenarios, runs them, and writes their tables."""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.common.sections import circumstances, table, write_section

from faults.common.rounds import Plan, Row
from faults.common.rows_of_versions import alone, section_of, version
from faults.common.worlds import World, world_in
from faults.stages import full_disk, kill_rounds, other_faults, power_cuts

RESULTS = Path(__file__).with_name("RESULTS.md")
COLUMNS = (
    *("scenario", "rounds", "faults", "broken promises", "losses"),
    *("seconds", "ended", "version"),
)

STAGES: dict[str, Callable[[World, Plan], Iterator[Row]]] = {
    "kill": kill_rounds.run_stage,
    "power": power_cuts.run_stage,
    "full": full_disk.run_stage,
    "others": other_faults.run_stage,
}


def run(arguments: list[str], description: str) -> int:
    """Runs the stages that the arguments name; returns the exit code."""
    chosen = _parse(arguments, description)
    ended_badly = False
    for name in chosen.stages or STAGES:
        rows = []
        done = _done(name) if chosen.go_on else frozenset[str]()
        plan = Plan(chosen.rounds, chosen.seconds, chosen.quick, tuple(chosen.only), done)
        with (
            tempfile.TemporaryDirectory(prefix="ahsml-faults-") as top,
            world_in(Path(top) / name) as world,
        ):
            for row in STAGES[name](world, plan):
                rows.append(row)
                if not plan.quick:
                    with alone(RESULTS):
                        write_section(RESULTS, name, _section(name, row))
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
    parser.add_argument(
        "--continue",
        dest="go_on",
        action="store_true",
        help="leave out the scenarios that have a row of this version",
    )
    parser.add_argument("--quick", action="store_true", help="a few rounds, and no table")
    return parser.parse_args(arguments)


def _rows(section: str) -> dict[str, list[str]]:
    """The cells of each scenario in a section of the results, without the sum."""
    lines = [line for line in section.splitlines() if line.startswith("|")][2:-1]
    rows = ([cell.strip() for cell in line.split("|")[1:-1]] for line in lines)
    return {row[0]: row for row in rows if len(row) == len(COLUMNS)}


def _done(name: str) -> frozenset[str]:
    """The scenarios of a stage that have a row of this version."""
    rows = _rows(section_of(RESULTS, name))
    return frozenset(scenario for scenario, row in rows.items() if row[-1] == version())


def _section(name: str, row: Row) -> str:
    """The section of a stage; the rows of other scenarios stay as they were."""
    section = section_of(RESULTS, name)
    cells = _rows(section)
    remarks: dict[str, list[str]] = {}
    for line in section.splitlines():
        if line.startswith("- "):
            remarks.setdefault(line[2:].partition(":")[0], []).append(line)
    cells[row.scenario] = _cells(row)
    texts = [row.remark] if row.remark else []
    texts += [f"{problem} ({count})" for problem, count in row.problems.most_common(5)]
    remarks[row.scenario] = [f"- {row.scenario}: {text}" for text in texts]
    sums = [sum(int(each[number]) for each in cells.values()) for number in range(1, 6)]
    whole = table(COLUMNS, [*cells.values(), ["all", *sums, "", ""]])
    said = "\n".join(line for scenario in cells for line in remarks.get(scenario, ()))
    facts = circumstances(f"tests/faults {name}")
    return f"## {name}\n\n{facts}\n\n{whole}\n\n{said}"


def _cells(row: Row) -> list[str]:
    counts = [row.rounds, row.faults, row.problems.total(), row.losses, round(row.seconds)]
    ended = dt.datetime.now().strftime("%m-%d %H:%M")
    return [row.scenario, *map(str, counts), ended, version()]
