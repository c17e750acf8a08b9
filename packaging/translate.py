"""Bring the translations up to date: collect the texts, then compile them.

    python packaging/translate.py            # after texts were changed or added
    python packaging/translate.py --check    # only say whether anything is to be done
    python packaging/translate.py fr         # begin another language

Collects every text of the window by Qt's own lupdate, and with it the texts that Qt cannot see: the
table of actions, and the sentences that the layers below the window make. New ones are written into
`resources/translations/ahsml_*.ts` as unfinished. Fill them in there (a text editor or Qt
Linguist), then run this once more to compile the `.qm` beside it.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import PySide6

CHECKOUT = Path(__file__).resolve().parent.parent
PACKAGE = CHECKOUT / "ahsml_app"
FILE = CHECKOUT / "resources" / "translations" / "ahsml_de.ts"
_Text = tuple[str, bool]
"""An English text, and whether it has a plural."""

_SAID = {"AppError", "Notice"}
"""Calls whose plain texts are messages without arguments, beside the errors of their own."""


def messages() -> list[_Text]:
    """Templates of all messages: literals of `Message`, and plain texts of errors and notices."""
    trees = {p: ast.parse(p.read_text(encoding="utf-8")) for p in sorted(PACKAGE.rglob("*.py"))}
    said = _SAID | {
        node.name
        for node in ast.walk(trees[PACKAGE / "base" / "errors.py"])
        if isinstance(node, ast.ClassDef)
    }
    texts: set[_Text] = set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                texts.update(_texts_of(node, said))
    return sorted(texts)


def _texts_of(call: ast.Call, said: set[str]) -> Iterator[_Text]:
    name = _name(call.func)
    if name == "plural":
        yield from ((text, True) for text in _literals(call.args[1:2]))
    elif name == "Message":
        yield from ((text, False) for text in _literals(call.args[:1]))
    elif name in said:
        spoken = [*call.args[:1], *(k.value for k in call.keywords if k.arg == "hint")]
        yield from ((text, False) for text in _literals(spoken))


def _literals(nodes: Sequence[ast.AST]) -> Iterator[str]:
    for node in nodes:
        if isinstance(node, ast.IfExp):
            yield from _literals([node.body, node.orelse])
        elif isinstance(node, ast.Constant) and _has_words(node.value):
            yield node.value


def _has_words(text: object) -> bool:
    return isinstance(text, str) and bool(re.search(r"[a-z]{2}", re.sub(r"\{.*?\}", "", text)))


def options() -> list[str]:
    """Texts of the table of options that the window shows."""
    from ahsml_app.base.options.option_table import OPTIONS
    from ahsml_app.base.options.recommended_backbones import DOWNLOAD_SENTENCE, TEXT_NETWORK

    shown = [option for option in OPTIONS.values() if option.label]
    texts = {text for o in shown for text in (o.label, o.explanation, o.default_text)}
    texts |= {remark for o in shown for _, _, remark in o.suggestions} | {DOWNLOAD_SENTENCE}
    texts.add(TEXT_NETWORK.purpose)
    return sorted(text for text in texts if text)


def actions() -> list[str]:
    """Texts of the table of actions."""
    from ahsml_app.gui.shell.action_table import ACTIONS

    return sorted({t for fact in ACTIONS for t in (fact.text, fact.tip, fact.group) if t})


def _name(function: ast.AST) -> str:
    return getattr(function, "attr", "") or getattr(function, "id", "")


def update(file: Path) -> None:
    """Collect all texts into a file; translations that it has are kept."""
    tool = _tool("lupdate")
    with tempfile.TemporaryDirectory() as folder:
        unseen = Path(folder) / "unseen.py"
        lines = ["from PySide6.QtCore import QCoreApplication"]
        for context, texts in {"ActionSet": actions(), "Options": options()}.items():
            lines += [f"QCoreApplication.translate({context!r}, {_quoted(text)})" for text in texts]
        for text, plural in messages():
            count = ', "", 2' if plural else ""
            lines.append(f"QCoreApplication.translate('Messages', {_quoted(text)}{count})")
        unseen.write_text("\n".join(lines), encoding="utf-8")
        sources = [str(path) for path in sorted((PACKAGE / "gui").rglob("*.py"))]
        command = [tool, *sources, str(unseen), "-ts", str(file)]
        command += ["-no-obsolete", "-locations", "none", "-source-language", "en"]
        command += ["-target-language", file.stem.rpartition("_")[2]]
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - made here


def compile_file(file: Path) -> None:
    """Make the compiled file beside it."""
    target = str(file.with_suffix(".qm"))
    command = [_tool("lrelease"), "-silent", str(file), "-qm", target]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - made here


def translations(file: Path) -> dict[tuple[str, str], tuple[str, ...]]:
    """Context and source of each text with its translations; none while it is unfinished.

    A text with a plural has two: for one thing, and for several.
    """
    known = {}
    for context in ET.parse(file).iterfind("context"):  # noqa: S314 - our own file
        for message in context.iterfind("message"):
            element = message.find("translation")
            texts: tuple[str, ...] = ()
            if element is not None and element.get("type") is None:
                forms = [form.text or "" for form in element.iterfind("numerusform")]
                texts = tuple(forms or [element.text or ""])
            key = (context.findtext("name", ""), message.findtext("source", ""))
            known[key] = texts if all(texts) else ()
    return known


def outdated(file: Path = FILE) -> list[str]:
    """What is to be done, a line for each text; nothing if the translations are complete."""
    with tempfile.TemporaryDirectory() as folder:
        fresh = Path(folder) / file.name
        shutil.copy(file, fresh)
        update(fresh)
        wanted, known = translations(fresh), translations(file)
    told = [
        f"untranslated: {context}: {text}" for (context, text), forms in wanted.items() if not forms
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
    named = [each for each in sys.argv[1:] if each != "--check"]
    files = [FILE.with_name(f"ahsml_{language}.ts") for language in named]
    files = files or sorted(FILE.parent.glob("ahsml_*.ts"))
    if "--check" not in sys.argv[1:]:
        for file in files:
            update(file)
            compile_file(file)
    told = [line for file in files for line in outdated(file)]
    print("\n".join(told) or "The translations are complete.")
    raise SystemExit(bool(told))


if __name__ == "__main__":
    sys.path.insert(0, str(CHECKOUT))
    main()
