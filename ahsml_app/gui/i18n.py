"""Languages of the window: which one is shown, and the sentences that come from below it.

Texts of the window itself go through Qt's `tr()`. Errors, notices, reasons and names of steps are
made in layers that know no Qt and no language; `worded` recognises them by their English pattern,
so that the log and the command stay as they are. `packaging/translate.py` collects both.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal
from xml.etree import ElementTree as ET

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ahsml_app.base.paths import resources_folder

Language = Literal["system", "en", "de"]

LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
"""Each in its own name, whatever language is shown."""

SENTENCES = "Sentences"
"""Context of the texts that come from below the window."""

_PLACE = re.compile(r"\{\d\}")
_GROUPED = re.compile(r"\d{1,3}(,\d{3})+")
_DEEPEST = 3


def translation_file(language: str, ending: str = "ts") -> Path:
    """The file of a language: `ts` for people, `qm` compiled."""
    return resources_folder() / "translations" / f"ahsml_{language}.{ending}"


def shown_language(wanted: Language = "system", system: QLocale | None = None) -> str:
    """The language to show: the wanted one, or the first of the system's that there is."""
    if wanted != "system":
        return wanted
    for name in (system or QLocale.system()).uiLanguages():
        if name[:2] in LANGUAGES:
            return name[:2]
    return "en"


def install_language(application: QCoreApplication, language: str) -> list[QTranslator]:
    """Translate what is made from now on, and write numbers so; texts that are shown already stay.

    Returns:
        The translators, Qt's own texts first; the application owns them. None for English.
    """
    _chosen.clear()
    _chosen.append(language)
    QLocale.setDefault(QLocale(language))  # for the fields of Qt that hold numbers
    worded.cache_clear()
    installed = []
    if language != "en":
        qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for file in (qt / f"qtbase_{language}.qm", translation_file(language, "qm")):
            translator = QTranslator(application)
            if translator.load(str(file)):
                application.installTranslator(translator)
                installed.append(translator)
    return installed


def present_language() -> str:
    """The language that was installed last."""
    return _chosen[0] if _chosen else "en"


def localised(number: str) -> str:
    """A number as Python writes it, with the separators of the language that is shown."""
    return number.translate(_separators(present_language()))


@lru_cache(maxsize=4)
def _separators(language: str) -> dict[int, str]:
    locale = QLocale(language)
    return str.maketrans({",": locale.groupSeparator(), ".": locale.decimalPoint()})


@lru_cache(maxsize=4096)
def worded(text: str, depth: int = 0) -> str:
    """A sentence from below the window in the language that is shown; as it is if unknown."""
    if not text or present_language() == "en" or depth > _DEEPEST:
        return text
    plain, patterns = _sentences(present_language())
    if text in plain:
        return plain[text]
    for pattern, translation in patterns:
        found = pattern.fullmatch(text)
        if found:
            return _filled(translation, [worded(part, depth + 1) for part in found.groups()])
    return localised(text) if depth and _GROUPED.fullmatch(text) else text


def _filled(text: str, parts: list[str]) -> str:
    """Like `format`, but other braces stay, such as those of `{class}`."""
    return _PLACE.sub(lambda place: parts[int(place.group()[1])], text)


@lru_cache(maxsize=4)
def _sentences(language: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Fixed sentences, and patterns of the others: the one with most words of its own first."""
    plain: dict[str, str] = {}
    filled: list[tuple[str, str]] = []
    tree = ET.parse(translation_file(language))  # noqa: S314 - our own file
    for context in tree.iterfind("context"):
        if context.findtext("name") == SENTENCES:
            for message in context.iterfind("message"):
                source, words = message.findtext("source", ""), message.findtext("translation", "")
                if words and _PLACE.search(source):
                    filled.append((source, words))
                elif words:
                    plain[source] = words
    filled.sort(key=_own_length, reverse=True)
    return plain, [(_pattern(source), words) for source, words in filled]


def _own_length(pair: tuple[str, str]) -> int:
    return len(_PLACE.sub("", pair[0]))


def _pattern(source: str) -> re.Pattern[str]:
    """A place keeps its number by its order, as the sources are numbered from left to right."""
    parts = [re.escape(part) for part in _PLACE.split(source)]
    return re.compile("(.*?)".join(parts), re.DOTALL)


def language_from(text: str) -> Language:
    """A language as the settings wrote it; the system's for anything else."""
    return text if text in LANGUAGES else "system"


_chosen: list[str] = []
"""The language in use; Qt's installed translators are as global as this."""
