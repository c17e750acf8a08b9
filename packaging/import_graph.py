"""Draw the import graph by room, and print the figures that say how the house is kept.

    python packaging/import_graph.py               # draws docs/pictures/rooms.svg as well
    python packaging/import_graph.py ../other      # only the figures, of another checkout

A room is a folder with modules. Imports count wherever they stand: at the top of a module, in a
function, or for the type checker only.
"""

from __future__ import annotations

import ast
import itertools
import statistics
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PICTURE = CHECKOUT / "docs" / "pictures" / "rooms.svg"
PACKAGE = "ahsml_app"
MOST_PARAMETERS = 6

Graph = dict[str, set[str]]


def module_files(checkout: Path) -> dict[str, Path]:
    """The modules of the package by their dotted names; a package stands for its `__init__`."""
    files = {}
    for path in sorted((checkout / PACKAGE).rglob("*.py")):
        parts = path.relative_to(checkout).with_suffix("").parts
        files[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return files


def import_graph(checkout: Path) -> Graph:
    """Which modules of the package each module imports."""
    files = module_files(checkout)
    graph: Graph = {}
    for name, path in files.items():
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        targets = _targets(ast.parse(path.read_text(encoding="utf-8")), package)
        # `from a.b import c` means the module a.b.c if there is one, and a.b otherwise.
        nearest = {t if t in files else t.rpartition(".")[0] for t in targets}
        graph[name] = (nearest & files.keys()) - {name}
    return graph


def _targets(tree: ast.Module, package: str) -> Iterable[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1]
            base = ".".join([*(above if node.level else []), *filter(None, [node.module])])
            yield from (f"{base}.{alias.name}" for alias in node.names)


def room_graph(graph: Graph, files: Mapping[str, Path]) -> Graph:
    """Which rooms each room imports. The package's own folder only starts what is below it."""

    def room(name: str) -> str:
        return name if files[name].name == "__init__.py" else name.rpartition(".")[0]

    rooms: Graph = {room(name): set() for name in graph}
    for name, targets in graph.items():
        rooms[room(name)] |= {room(target) for target in targets} - {room(name)}
    rooms.pop(PACKAGE, None)
    return {name: targets - {PACKAGE} for name, targets in rooms.items()}


def cycles(graph: Graph) -> list[list[str]]:
    """The groups of nodes that reach each other (Tarjan's strongly connected components)."""
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    groups = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for target in graph[node]:
            if target not in index:
                visit(target)
                low[node] = min(low[node], low[target])
            elif target in stack:
                low[node] = min(low[node], index[target])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                groups.append(sorted(group))

    for node in graph:
        if node not in index:
            visit(node)
    return groups


def modules_by_folder(checkout: Path, top: str = PACKAGE) -> Counter[Path]:
    """How many modules lie in each folder; `__init__` and `conftest` hold no code of their own."""
    paths = (checkout / top).rglob("*.py")
    return Counter(p.parent for p in paths if p.stem not in {"__init__", "conftest"})


def long_signatures(checkout: Path) -> list[str]:
    """Functions with more than six parameters, `self` and `cls` not counted."""
    names = []
    for name, path in module_files(checkout).items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                given = node.args
                every = [a.arg for a in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
                if len([arg for arg in every if arg not in {"self", "cls"}]) > MOST_PARAMETERS:
                    names.append(f"{name}.{node.name}")
    return names


def figures(checkout: Path) -> dict[str, str]:
    """The figures by their names."""
    graph, files = import_graph(checkout), module_files(checkout)
    (fullest, count), *_ = modules_by_folder(checkout).most_common(1)
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in files.values()]
    median = statistics.median(length for length in lengths if length > 10)
    tests = [p.read_text(encoding="utf-8") for p in sorted((checkout / "tests").rglob("*.py"))]
    in_cycles = sum(map(len, cycles(graph)))
    return {
        "fullest folder": f"{fullest.relative_to(checkout).as_posix()}, {count} modules",
        "cycles of modules": f"{len(cycles(graph))}, with {in_cycles} modules",
        "cycles of rooms": str(len(cycles(room_graph(graph, files)))),
        "functions with more than six parameters": str(len(long_signatures(checkout))),
        "lines of source": f"{sum(lengths):,}",
        "lines of tests": f"{sum(len(text.splitlines()) for text in tests):,}",
        "median length of a source file": f"{median:g} lines",
    }


# The picture: the parts of the house as panels, and in each its rooms in rows, importers above.

BOX, GAP, ROW, HEAD = (124, 40), 14, 76, 54
FONT = "font-family='Inter, Segoe UI, Helvetica, Arial, sans-serif'"
INK, MUTED, LINE, SURFACE = "#1F2328", "#5B6168", "#8FA3BF", "#FFFFFF"
TINTS = {
    "gui": "#E8F0FD",
    "cli": "#EFEFF4",
    "session": "#E9F6EE",
    "core": "#FDF1E3",
    "store": "#F7ECF6",
    "base": "#F1F0EC",
}
ABOUT = {
    "gui": "the window; alone imports Qt",
    "cli": "the command",
    "session": "the use cases: scan, train, review, compare, export, run headless",
    "core": "machine learning; alone imports torch",
    "store": "files, journal",
    "base": "values, events, errors, paths; every part above imports it",
}
COLUMNS = ("cli", "store")
FLAT = (*COLUMNS, "base")
"""Parts without folders; their modules are drawn as the rooms are."""


def reduced(graph: Graph) -> Graph:
    """The graph without the edges that longer paths imply (transitive reduction)."""
    below: Graph = {}

    def reach(node: str) -> set[str]:
        if node not in below:
            below[node] = set(graph[node]).union(*map(reach, graph[node]))
        return below[node]

    return {
        node: {t for t in targets if not any(t in reach(other) for other in targets - {t})}
        for node, targets in graph.items()
    }


def rows_of(graph: Graph) -> list[list[str]]:
    """Rooms in rows: each as low as what it imports allows; ordered so that few arrows cross.

    An arrow that passes a row has a place in it, a node named `from>to`.
    """
    height: dict[str, int] = {}

    def level(node: str) -> int:
        if node not in height:
            height[node] = 1 + max(map(level, graph[node]), default=-1)
        return height[node]

    rows: list[list[str]] = [[] for _ in range(1 + max(map(level, graph), default=0))]
    above: dict[str, list[str]] = {}
    below: dict[str, list[str]] = {}
    for node in sorted(graph):
        rows[height[node]].append(node)
        for target in sorted(graph[node]):
            bends = [f"{node}>{target}@{n}" for n in range(height[node] - 1, height[target], -1)]
            for bend in bends:
                rows[int(bend.rpartition("@")[2])].append(bend)
            for upper, lower in itertools.pairwise([node, *bends, target]):
                below.setdefault(upper, []).append(lower)
                above.setdefault(lower, []).append(upper)
    for sweep in range(24):
        order = range(1, len(rows)) if sweep % 2 else range(len(rows) - 2, -1, -1)
        links = below if sweep % 2 else above
        for number in order:
            beside = rows[number - 1 if sweep % 2 else number + 1]
            place = {node: (i + 0.5) / len(beside) for i, node in enumerate(beside)}
            own = {node: (i + 0.5) / len(rows[number]) for i, node in enumerate(rows[number])}
            mean = {
                node: statistics.fmean([place[n] for n in links.get(node, ())] or [own[node]])
                for node in rows[number]
            }
            rows[number].sort(key=mean.__getitem__)
    return rows[::-1]


def _width(node: str) -> float:
    return GAP if ">" in node else BOX[0] + GAP


def panel(
    part: str, graph: Graph, counts: Mapping[str, int], box: tuple[int, int, int], height: int
) -> str:
    """The panel of one part: its title, its rooms and their arrows.

    Args:
        part: Its name.
        graph: Of its rooms.
        counts: Modules of each room.
        box: Left, top and width in pixels.
        height: Likewise.
    """
    left, top, width = box
    rows = [[node] for node in sorted(graph)] if part in COLUMNS else rows_of(reduced(graph))
    step = 48 if part in COLUMNS else ROW
    places: dict[str, tuple[float, float]] = {}
    for number, row in enumerate(rows):
        x = left + (width - sum(map(_width, row))) / 2
        for node in row:
            places[node] = (x + _width(node) / 2, top + HEAD + step * number + BOX[1] / 2)
            x += _width(node)
    pieces = [
        f"<rect x='{left}' y='{top}' width='{width}' height='{height}' rx='14' "
        f"fill='{TINTS[part]}'/>",
        f"<text x='{left + 20}' y='{top + 32}' {FONT} font-size='18' font-weight='700' "
        f"fill='{INK}'>{part}</text>",
        f"<text x='{left + 34 + 11 * len(part)}' y='{top + 32}' {FONT} font-size='13' "
        f"fill='{MUTED}'>{ABOUT[part]}</text>",
    ]
    for node, targets in reduced(graph).items():
        pieces += [_arrow(node, target, places) for target in sorted(targets)]
    for node, place in places.items():
        if ">" not in node:
            pieces.append(_room(node, 0 if part in FLAT else counts[node], *place))
    return "\n".join(pieces)


def panel_height(graph: Graph) -> int:
    """Height of a part's panel in pixels."""
    return HEAD + ROW * len(rows_of(reduced(graph))) - (ROW - BOX[1]) + 20


def _room(name: str, count: int, x: float, y: float) -> str:
    """A box with a room's name and its number of modules; 0 for a module."""
    weight, size, down = ("600", 14, -2) if count else ("400", 13, 5)
    note = (
        f"<text x='{x:.1f}' y='{y + 13:.1f}' {FONT} font-size='11' text-anchor='middle' "
        f"fill='{MUTED}'>{'1 module' if count == 1 else f'{count} modules'}</text>"
    )
    return (
        f"<rect x='{x - BOX[0] / 2:.1f}' y='{y - BOX[1] / 2:.1f}' width='{BOX[0]}' "
        f"height='{BOX[1]}' rx='8' fill='{SURFACE}' stroke='#C9CED6'/>"
        f"<text x='{x:.1f}' y='{y + down:.1f}' {FONT} font-size='{size}' font-weight='{weight}' "
        f"text-anchor='middle' fill='{INK}'>{name}</text>" + (note if count else "")
    )


def _arrow(node: str, target: str, places: Mapping[str, tuple[float, float]]) -> str:
    """A curve from the lower edge of one room to the upper edge of another, past those between."""
    bends = sorted(
        (place for key, place in places.items() if key.startswith(f"{node}>{target}@")),
        key=lambda place: place[1],
    )
    x, y = places[node]
    y += BOX[1] / 2
    path = f"M{x:.1f} {y:.1f}"
    for end_x, end_y in [*bends, places[target]]:
        last = (end_x, end_y) == places[target]
        stop = end_y - BOX[1] / 2 - (7 if last else 0)
        middle = (y + stop) / 2
        path += f" C{x:.1f} {middle:.1f} {end_x:.1f} {middle:.1f} {end_x:.1f} {stop:.1f}"
        if not last:
            stop = end_y + BOX[1] / 2
            path += f" L{end_x:.1f} {stop:.1f}"
        x, y = end_x, stop
    return (
        f"<path d='{path}' fill='none' stroke='{LINE}' stroke-width='1.4' marker-end='url(#tip)'/>"
    )


def parts_of(checkout: Path) -> tuple[dict[str, Graph], dict[str, Counter[str]]]:
    """The rooms of each part with what they import in it, and how many modules each room has.

    A module beside the folders is a room of its own.
    """
    parts: dict[str, Graph] = {part: {} for part in TINTS}
    counts = {part: Counter[str]() for part in TINTS}
    files = module_files(checkout)
    for name, targets in import_graph(checkout).items():
        part, own = _room_of(name)
        if part not in TINTS or not own:
            continue
        counts[part][own] += files[name].name != "__init__.py"
        inside = {room for where, room in map(_room_of, targets) if where == part and room}
        parts[part].setdefault(own, set()).update(inside - {own} if part not in FLAT else ())
    return parts, counts


def _room_of(name: str) -> tuple[str, str]:
    """Part and room of a module; no room for the `__init__` of a part."""
    words = [*name.split("."), "", ""]
    return words[1], words[2]


def picture(checkout: Path) -> str:
    """The house as SVG: six panels from top to bottom, importers above what they import."""
    parts, counts = parts_of(checkout)
    margin, gap, left, right = 24, 44, 1170, 210
    beside = margin + left + gap // 2
    whole = left + gap // 2 + right
    middles = dict.fromkeys(TINTS, margin + left / 2)
    middles |= dict.fromkeys(COLUMNS, beside + right / 2)
    y, pieces = margin, []
    for row, below in (
        (("gui", "cli"), ("gui", "cli")),
        (("session",), ("core", "store")),
        (("core", "store"), ("core", "store")),
        (("base",), ()),
    ):
        height = panel_height(parts[row[0]])
        for part in row:
            x, width = (beside, right) if part in COLUMNS else (margin, left)
            box = (x, y, width if len(row) > 1 else whole)
            pieces.append(panel(part, parts[part], counts[part], box, height))
        pieces += [_thick(middles[part], y + height, gap) for part in below]
        y += height + gap
    width, height = whole + 2 * margin, y - gap + margin
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {width} {height}' "
        f"width='{width}' height='{height}'>\n"
        f"<title>The rooms of {PACKAGE} and what they import</title>\n"
        "<defs><marker id='tip' viewBox='0 0 8 8' refX='1' refY='4' markerWidth='6' "
        f"markerHeight='6' orient='auto'><path d='M0 0 L8 4 L0 8 Z' fill='{LINE}'/>"
        "</marker></defs>\n"
        "<rect width='100%' height='100%' fill='#FFFFFF'/>\n" + "\n".join(pieces) + "\n</svg>\n"
    )


def _thick(x: float, y: float, gap: int) -> str:
    """An arrow from one panel down to the next."""
    tip = y + gap - 6
    return (
        f"<path d='M{x} {y + 6} V{tip - 12}' stroke='{MUTED}' stroke-width='5'/>"
        f"<path d='M{x - 10} {tip - 13} h20 l-10 13 z' fill='{MUTED}'/>"
    )


def main() -> None:
    """Prints the figures; draws the picture unless they are of another checkout."""
    checkout = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else CHECKOUT
    for name, value in figures(checkout).items():
        print(f"{name}: {value}")
    if checkout == CHECKOUT:
        PICTURE.parent.mkdir(parents=True, exist_ok=True)
        PICTURE.write_text(picture(checkout), encoding="utf-8")


if __name__ == "__main__":
    main()
