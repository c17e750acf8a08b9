"""Prints the test coverage of each room of the package and of the whole.

Run it in the folder of a `.coverage` file. Code that runs in other processes or in threads of Qt
is not counted.
"""

from __future__ import annotations

import json
import tempfile
from collections import defaultdict
from pathlib import Path

from coverage import Coverage

PACKAGE = Path(__file__).resolve().parent.parent / "ahsml_app"
COUNTS = ("num_statements", "covered_lines", "num_branches", "covered_branches")


def room_of(file: Path) -> str:
    """The layer of a file and, if the layer has folders, the folder in it."""
    folders = file.relative_to(PACKAGE).parts[:-1]
    return ".".join(folders[:2]) or "top"


def read_counts() -> dict[str, list[int]]:
    """Reads `COUNTS` of each room from the coverage file."""
    coverage = Coverage()
    coverage.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        coverage.json_report(outfile=str(report))
        files = json.loads(report.read_text("utf-8"))["files"]
    rooms: dict[str, list[int]] = defaultdict(lambda: [0] * len(COUNTS))
    for name, facts in files.items():
        room = rooms[room_of(Path(name).resolve())]
        for index, count in enumerate(COUNTS):
            room[index] += facts["summary"][count]
    return rooms


def row(name: str, counts: list[int]) -> str:
    """Formats a line of the table."""
    statements, entered, branches, taken = counts
    share = (entered + taken) / max(1, statements + branches)
    return f"{name:<24}{statements:>8}{statements - entered:>8}{branches - taken:>10}{share:>8.1%}"


def main() -> None:
    """Prints the table."""
    rooms = read_counts()
    print(f"{'room':<24}{'lines':>8}{'missed':>8}{'branches':>10}{'entered':>8}")
    for name in sorted(rooms):
        print(row(name, rooms[name]))
    print(row("coverage in all", [sum(column) for column in zip(*rooms.values(), strict=True)]))


if __name__ == "__main__":
    main()
