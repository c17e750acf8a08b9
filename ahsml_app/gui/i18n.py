"""Languages of the window: which one is shown, and the messages that come from below it.

Texts of the window itself go through Qt's `tr()`. Errors, notices, reasons and names of steps are
made as `Message` in layers that know no Qt and no language; `translated` looks their templates up.
`packaging/translate.py` collects both.
"""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, SupportsInt

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from ahsml_app.base.message import Message
from ahsml_app.base.paths import resources_folder

Language = Literal["system", "en", "de"]

LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
"""Each in its own name, whatever language is shown."""

MESSAGES = "Messages"
"""Context of the templates of messages."""


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


def translated(text: Message | str) -> str:
    """A message in the language that is shown; text is anybody's own and stays as it is."""
    if isinstance(text, str):
        return text
    if present_language() == "en":
        return str(text)
    count = -1 if text.count is None else text.count
    template = QCoreApplication.translate(MESSAGES, text.template, None, count)
    return _Formatter().format(template, **text.arguments) if text.arguments else template


def plural(one: str, many: str, /, *, count: SupportsInt, **arguments: object) -> str:
    """Text of the window about `count` things, in the language that is shown.

    Args:
        one: The template for one thing.
        many: The template for none or several.
        count: How many; the place `{count}` of both templates.
        arguments: The values of further places.
    """
    return translated(Message.plural(one, many, count=int(count), **arguments))


class _Formatter(string.Formatter):
    """Writes numbers as the language does, and messages inside of messages in its words."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Message):
            return translated(value)
        if isinstance(value, int | float):
            return localised(format(value, format_spec))
        return str(value)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return f"'{value}'" if conversion == "r" else value


def language_from(text: str) -> Language:
    """A language as the settings wrote it; the system's for anything else."""
    return text if text in LANGUAGES else "system"


_chosen: list[str] = []
"""The language in use; Qt's installed translators are as global as this."""
