"""The rules that keep the code in shape; each is checked on every run of the tests."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging_scripts import script as script_of

from ahsml_app.base.paths import resources_folder

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "ahsml_app"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted((CHECKOUT / "tests").rglob("*.py"))

LINES_PER_FILE = 400
MODULES_PER_FOLDER = 15
PARAMETERS_PER_FUNCTION = 6
LINES_PER_FUNCTION = 60
LINES_OF_MAIN_WINDOW = 300

README = CHECKOUT / "README.md"
REFERENCE = CHECKOUT / "docs" / "reference.md"
BLOCK = re.compile(r"<!-- (\w+)-command -->\s*```\w*\n(.*?)\n```", re.DOTALL)


def name_of(path: Path) -> str:
    return path.relative_to(CHECKOUT).as_posix()


def script(name: str) -> str:
    """A tool of this environment, whether or not the environment is activated."""
    found = shutil.which(name, path=sysconfig.get_path("scripts"))
    assert found, f"{name} is not installed; install the extra [test]"
    return found


def check(*command: str) -> None:
    ended = subprocess.run(
        command, cwd=CHECKOUT, capture_output=True, text=True, encoding="utf-8", check=False,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT), "PYTHONIOENCODING": "utf-8"},
    )  # fmt: skip
    assert ended.returncode == 0, f"{' '.join(command)}\n{ended.stdout}\n{ended.stderr}"


def test_the_layers_point_one_way() -> None:
    check(script("lint-imports"), "--no-cache")


GRAPHS = script_of("import_graph")


def test_no_cycle_of_modules_or_of_rooms() -> None:
    """Imports in functions and for the type checker count as well."""
    graph, files = GRAPHS.import_graph(CHECKOUT), GRAPHS.module_files(CHECKOUT)
    assert len(graph) == len(SOURCES)
    assert "ahsml_app.session.project.project" in graph["ahsml_app.session.review.timeline"]
    assert GRAPHS.cycles(graph) == []
    assert GRAPHS.cycles(GRAPHS.room_graph(graph, files)) == []


def test_a_cycle_is_seen_wherever_its_imports_stand(tmp_path: Path) -> None:
    package = tmp_path / "ahsml_app"
    for name, text in {
        "one/first.py": "from ahsml_app.two.second import x",
        "two/second.py": "def late():\n    from ..three import third",
        "three/third.py": "if TYPE_CHECKING:\n    import ahsml_app.one.first",
        "three/alone.py": "from ahsml_app.one import first",
    }.items():
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text(text, encoding="utf-8")
        (package / name).with_name("__init__.py").write_text("", encoding="utf-8")
    graph, files = GRAPHS.import_graph(tmp_path), GRAPHS.module_files(tmp_path)
    names = [f"ahsml_app.{name}" for name in ("one.first", "three.third", "two.second")]
    assert GRAPHS.cycles(graph) == [names]
    rooms = [f"ahsml_app.{name}" for name in ("one", "three", "two")]
    assert GRAPHS.cycles(GRAPHS.room_graph(graph, files)) == [rooms]


def test_no_room_is_crowded() -> None:
    folders = GRAPHS.modules_by_folder(CHECKOUT) + GRAPHS.modules_by_folder(CHECKOUT, "tests")
    crowded = {name_of(path): n for path, n in folders.items() if n > MODULES_PER_FOLDER}
    assert not crowded


def test_no_name_stands_for_two_modules_or_two_public_classes() -> None:
    modules = Counter(path.stem for path in (*SOURCES, *TESTS))
    for name in ("__init__", "__main__", "conftest"):
        del modules[name]
    assert [name for name, n in modules.items() if n > 1] == []
    classes = Counter(
        node.name
        for path in SOURCES
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert [name for name, n in classes.items() if n > 1] == []


def test_the_linter_is_content() -> None:
    check(script("ruff"), "check", "--no-cache", ".")


def test_the_formatter_is_content() -> None:
    check(script("ruff"), "format", "--check", "--no-cache", ".")


def test_the_types_are_sound() -> None:
    check(sys.executable, "-m", "mypy", "--strict", "-p", "ahsml_app")


def test_files_stay_short() -> None:
    long = []
    for path in (*SOURCES, *TESTS):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        limit = LINES_OF_MAIN_WINDOW if path.name == "main_window.py" else LINES_PER_FILE
        if lines > limit:
            long.append(f"{name_of(path)}: {lines} lines")
    assert not long


Function = ast.FunctionDef | ast.AsyncFunctionDef


def functions() -> Iterator[tuple[str, Function]]:
    """Every function of the package, with its file."""
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, Function):
                yield name_of(path), node


def test_functions_stay_short() -> None:
    long = [
        f"{file}: {node.name}: {length} lines"
        for file, node in functions()
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LINES_PER_FUNCTION
    ]
    assert not long


def test_functions_take_few_parameters() -> None:
    many = [
        f"{file}: {node.name}: {count} parameters"
        for file, node in functions()
        if (count := parameter_count(node)) > PARAMETERS_PER_FUNCTION
    ]
    assert not many


def parameter_count(function: Function) -> int:
    """Parameters of a function without `self` and `cls`; `*args` and `**kwargs` count as one."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    others = [more for more in (arguments.vararg, arguments.kwarg) if more is not None]
    bound = bool(every) and every[0].arg in ("self", "cls")
    return len(every) + len(others) - bound


def test_no_signal_is_connected_to_a_lambda() -> None:
    connected = re.compile(r"\.connect\(\s*lambda")
    assert not [name_of(p) for p in SOURCES if connected.search(p.read_text(encoding="utf-8"))]


def test_nothing_is_pickled() -> None:
    pickling = re.compile(r"\b(import pickle|from pickle|allow_pickle\s*=\s*True)")
    assert not [name_of(p) for p in SOURCES if pickling.search(p.read_text(encoding="utf-8"))]


SPOKEN = {"Message", "plural", "Notice", "UnreadableImage", "Quarantined"}
"""Calls that take text for a person, beside those of errors."""


def test_messages_are_templates_and_no_f_strings() -> None:
    """An f-string cannot be translated: the window would have to guess what was filled in."""
    errors = ast.parse((PACKAGE / "base" / "errors.py").read_text(encoding="utf-8"))
    spoken = SPOKEN | {node.name for node in errors.body if isinstance(node, ast.ClassDef)}
    wrong = [
        f"{name_of(path)}:{node.lineno}: {name}"
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and (name := getattr(node.func, "attr", "") or getattr(node.func, "id", "")) in spoken
        and any(isinstance(text, ast.JoinedStr) for text in _texts(node))
    ]
    assert not wrong


def _texts(call: ast.Call) -> list[ast.expr]:
    """What a call may take for text; of a choice, both texts."""
    values = [*call.args, *(k.value for k in call.keywords if k.arg in {"hint", "message"})]
    return [text for value in values for text in (value, *_branches(value))]


def _branches(text: ast.expr) -> list[ast.expr]:
    return [text.body, text.orelse] if isinstance(text, ast.IfExp) else []


BLOCKED = """
import sys

class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"PySide6", "shiboken6", "pyqtgraph"}:
            raise ImportError(f"{name} is blocked")

sys.meta_path.insert(0, Refuse())
"""


@pytest.mark.parametrize(
    "use",
    [
        "from ahsml_app.__main__ import main\nsys.argv = ['ahsml-app', '--help']\nmain()",
        "from ahsml_app.__main__ import main\nsys.argv = ['ahsml-app', '--version']\nmain()",
        "import ahsml_app.session",
    ],
    ids=["help", "version", "session"],
)
def test_headless_mode_needs_no_qt(use: str) -> None:
    check(sys.executable, "-c", BLOCKED + use)


def test_importing_the_session_loads_no_torch() -> None:
    check(sys.executable, "-c", "import sys, ahsml_app.session\nassert 'torch' not in sys.modules")


def test_a_run_in_one_process_loads_nothing_for_several() -> None:
    use = "import sys\nfrom ahsml_app.core.workers.worker_peers import worker_peers\n"
    ends = "assert worker_peers() is None\nassert 'torchvision' not in sys.modules"
    check(sys.executable, "-c", use + ends)


def project_files() -> Iterator[Path]:
    """The files under version control, or all files of an unpacked source archive."""
    git = shutil.which("git")
    if git and (CHECKOUT / ".git").exists():
        listing = [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, check=True).stdout
        yield from (CHECKOUT / name for name in listed.decode().split("\0") if name)
    else:
        # Only the project's own places: a virtual environment may lie beside them.
        yield from (path for path in CHECKOUT.iterdir() if path.is_file())
        for name in ("ahsml_app", "resources", "tests", "packaging", ".ci"):
            found = (CHECKOUT / name).rglob("*")
            yield from (p for p in found if p.is_file() and "__pycache__" not in p.parts)


def test_no_file_names_a_package_registry_or_a_place_of_one_machine() -> None:
    address = re.compile(
        rb"(?i)https?://[^\s\"'<>)]*(?:py"
        rb"pi\b|python"
        rb"hosted|npm"
        rb"js|/simple\b|conda\.)"
        rb"|--(?:extra-)?index"
        rb"-url|(?<![\w./])/(?:work|root|home)/\w"
    )
    found = [
        f"{path.relative_to(CHECKOUT)}: {match.group().decode(errors='replace')}"
        for path in project_files()
        if path.is_file() and (match := address.search(path.read_bytes()))
    ]
    assert not found


def test_the_resources_are_found() -> None:
    for name in ("report/report.html.j2", "report/report.css", "licences/README.md"):
        assert (resources_folder() / name).is_file()


def readme_commands() -> dict[str, str]:
    return dict(BLOCK.findall(README.read_text(encoding="utf-8")))


def test_each_readme_command_is_one_line() -> None:
    commands = readme_commands()
    assert sorted(commands) == ["demo", "test"]
    for command in commands.values():
        assert len(command.splitlines()) == 1
        assert "-c constraints.txt" in command
    assert commands["demo"].endswith("ahsml-app --headless --demo")


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_the_ci_runs_exactly_the_test_command_of_the_readme() -> None:
    shown = subprocess.run(
        ["bash", ".ci/run", "--show"], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == readme_commands()["test"]


def test_the_reference_lists_every_exit_code() -> None:
    from ahsml_app.base.errors import ExitCode

    text = REFERENCE.read_text(encoding="utf-8")
    for code in ExitCode:
        assert re.search(rf"^\| {code.value} +\|", text, re.MULTILINE), code


def test_the_reference_shows_the_present_table_of_options() -> None:
    check(sys.executable, "packaging/reference_options.py", "--check")


def test_man_page_and_completions_have_the_present_options() -> None:
    check(sys.executable, "packaging/linux_files.py", "--check")


def test_the_reference_explains_every_column_of_the_scores() -> None:
    from ahsml_app.store.result_files import SCORE_COLUMNS

    text = REFERENCE.read_text(encoding="utf-8")
    assert not [name for name in SCORE_COLUMNS if f"| `{name}` |" not in text]


def test_every_dependency_has_a_constraint() -> None:
    import tomllib

    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["test"]]
    lines = (CHECKOUT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.]+", line) for line in pinned)
    normal = {re.sub(r"[-_.]+", "-", line.partition("==")[0]).lower() for line in pinned}
    names = {re.split(r"[\s<>=!~;\[]", item, maxsplit=1)[0] for item in wanted}
    assert {re.sub(r"[-_.]+", "-", name).lower() for name in names} <= normal
