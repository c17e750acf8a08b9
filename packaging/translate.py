"""Bring the translations up to date: collect the texts, then compile them.

    python packaging/translate.py            # after texts were changed or added
    python packaging/translate.py --check    # only say whether anything is to be done

Collects every text of the window by Qt's own lupdate, and with it the texts that Qt cannot see: the
table of actions, and the sentences that the layers below the window make. New ones are written into
`resources/translations/ahsml_de.ts` as unfinished. Fill them in there (a text editor or Qt
Linguist), then run this once more to compile `ahsml_de.qm`.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "ahsml_app"
FILE = CHECKOUT / "resources" / "translations" / "ahsml_de.ts"
OPTIONS_FOLDER = PACKAGE / "base" / "options"
"""Its texts are those of the command and of the table of options, which has its own context."""

LAYERS = ("base", "core", "store", "session", "gui/jobs/worker.py")

NOUNS = ("picture", "pictures", "link", "links", "class", "classes", "row", "rows", "line", "lines")
"""Words that are put behind a number at run time."""

WORDS = ("gray", "palette", "colour", "unknown")
"""Single words in lower case that a person reads; longer texts are found by their shape."""

_LOGGING = {"debug", "info", "warning", "error", "exception", "log", "filterwarnings"}
_UNSEEN = _LOGGING | {"tr", "translate", "get", "TypeVar"}
_NAMES = {"Pillow"}
_INTERNAL = {"ValueError", "TypeError", "RuntimeError", "KeyError", "AssertionError", "compile"}
_SQL = re.compile(
    r"SELECT |rowid|INSERT |CREATE |PRAGMA|PRIMARY KEY|BEGIN|%\(|https?:|^QTable|%[YHM]"
)


def sentences() -> list[str]:
    """Texts of the layers below the window, with `{0}`, `{1}` for what is filled in."""
    found = {f"{{0}} {noun}" for noun in NOUNS} | set(WORDS)
    for layer in LAYERS:
        place = PACKAGE / layer
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            if OPTIONS_FOLDER in file.parents:
                continue
            found.update(_sentences_of(ast.parse(file.read_text(encoding="utf-8")), layer))
    return sorted(found)


def options() -> list[str]:
    """Texts of the table of options that the window shows."""
    from ahsml_app.base.options.option_table import OPTIONS

    shown = [option for option in OPTIONS.values() if option.label]
    texts = (text for o in shown for text in (o.label, o.explanation, o.default_text))
    return sorted({text for text in texts if text})


def actions() -> list[str]:
    """Texts of the table of actions."""
    from ahsml_app.gui.shell.actions import ACTIONS

    return sorted({t for fact in ACTIONS for t in (fact.text, fact.tip, fact.group) if t})


def _sentences_of(tree: ast.AST, layer: str) -> Iterator[str]:
    hidden: set[ast.AST] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            hidden.add(node.value)  # a docstring
        elif isinstance(node, ast.ClassDef) and "StrEnum" in map(_name, node.bases):
            hidden.update(ast.walk(node))  # identifiers, which the window has words of its own for
        elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "__all__":
            hidden.update(ast.walk(node.value))
        elif isinstance(node, ast.Call) and _name(node.func) in _UNSEEN | _INTERNAL:
            hidden.update(list(ast.walk(node))[1:])
        elif isinstance(node, ast.JoinedStr):
            hidden.update(n for n in ast.walk(node) if n is not node and not _spoken(n))
    for node in ast.walk(tree):
        text = "" if node in hidden else _template(node)
        if _is_language(text, layer):
            yield text


def _spoken(node: ast.AST) -> bool:
    """Whether a part of a text with places is a text that is filled in."""
    return False if not isinstance(node, ast.JoinedStr) else bool(node.values)


def _name(function: ast.AST) -> str:
    return getattr(function, "attr", "") or getattr(function, "id", "")


def _template(node: ast.AST) -> str:
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else ""
    if not isinstance(node, ast.JoinedStr):
        return ""
    parts, number = [], 0
    for value in node.values:
        if isinstance(value, ast.Constant):
            parts.append(str(value.value))
        else:
            parts.append(f"{{{number}}}")
            number += 1
    return "".join(parts)


def _is_language(text: str, layer: str) -> bool:
    own = re.sub(r"\{\d\}", "", text)
    if text in _NAMES or _SQL.search(text) or not re.search(r"[a-z]{2}", own):
        return False
    if layer == "session" and re.fullmatch(r"[A-Z][a-z]+", text):
        return True
    return " " in text.strip() and bool(re.search(r"[a-z]{3}", own))


def update(file: Path) -> None:
    """Collect all texts into a file; translations that it has are kept."""
    tool = _tool("lupdate")
    with tempfile.TemporaryDirectory() as folder:
        unseen = Path(folder) / "unseen.py"
        lines = ["from PySide6.QtCore import QCoreApplication"]
        unseen_texts = {
            "Sentences": sentences(),
            "ActionSet": actions(),
            "Options": options(),
        }
        for context, texts in unseen_texts.items():
            lines += [f"QCoreApplication.translate({context!r}, {_quoted(text)})" for text in texts]
        unseen.write_text("\n".join(lines), encoding="utf-8")
        sources = [str(path) for path in sorted((PACKAGE / "gui").rglob("*.py"))]
        command = [tool, *sources, str(unseen), "-ts", str(file)]
        command += ["-no-obsolete", "-locations", "none", "-source-language", "en"]
        command += ["-target-language", "de"]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - made here


def compile_file(file: Path) -> None:
    """Make the compiled file beside it."""
    target = str(file.with_suffix(".qm"))
    command = [_tool("lrelease"), "-silent", str(file), "-qm", target]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - made here


def messages(file: Path) -> dict[tuple[str, str], str]:
    """Context and source of each text with its translation; empty while it is unfinished."""
    found = {}
    for context in ET.parse(file).iterfind("context"):  # noqa: S314 - our own file
        for message in context.iterfind("message"):
            words = message.find("translation")
            done = words is not None and words.get("type") is None
            key = (context.findtext("name", ""), message.findtext("source", ""))
            found[key] = (words.text or "") if done and words is not None else ""
    return found


def outdated() -> list[str]:
    """What is to be done, a line for each text; nothing if the translations are complete."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / FILE.name
        shutil.copy(FILE, fresh)
        update(fresh)
        wanted, known = messages(fresh), messages(FILE)
    told = [
        f"untranslated: {context}: {text}" for (context, text), words in wanted.items() if not words
    ]
    return told + [f"no longer used: {c}: {t}" for c, t in known if (c, t) not in wanted]


def _quoted(text: str) -> str:
    """As a Python string in double quotes, which is what lupdate reads."""
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{text}"'


def _tool(name: str) -> str:
    """A tool of Qt, which PySide6-Essentials brings along."""
    folder = Path(PySide6.__file__).parent
    found = shutil.which(name, path=str(folder)) or shutil.which(f"pyside6-{name}")
    if not found:
        raise SystemExit(f"{name} is not installed; it comes with PySide6-Essentials")
    return found


def main() -> None:
    """The command."""
    if "--check" not in sys.argv[1:]:
        FILE.parent.mkdir(parents=True, exist_ok=True)
        update(FILE)
        compile_file(FILE)
    told = outdated()
    print("\n".join(told) or "The translations are complete.")
    raise SystemExit(bool(told))


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    main()
