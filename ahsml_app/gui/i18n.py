"""The window's language, and the translation of messages from the layers below.

The window's own texts go through Qt's `tr()`. The layers below know neither Qt nor languages: they
make errors, notices, reasons and names of steps as `Message`, and `translated` looks up the
templates. `packaging/translate.py` collects both.
"""

from __future__ import annotations

import string
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, SupportsInt

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator
from PySide6.QtGui import QGuiApplication

from ahsml_app.base.message import Message
from ahsml_app.base.paths import resources_folder

Language = Literal["system", "en", "de"]

LANGUAGES: dict[Language, str] = {"en": "English", "de": "Deutsch"}
"""Every language under its own name."""

MESSAGES = "Messages"
"""Translation context of the templates of messages."""


def translation_file(language: str, ending: str = "ts") -> Path:
    """The translation file of a language: `ts` is the source, `qm` is compiled."""
    return resources_folder() / "translations" / f"ahsml_{language}.{ending}"


def shown_language(choice: Language = "system", system: QLocale | None = None) -> str:
    """The language to show: the chosen one, or the first supported one of the system."""
    if choice != "system":
        return choice
    for name in (system or QLocale.system()).uiLanguages():
        if name[:2] in LANGUAGES:
            return name[:2]
    return "en"


def install_language(application: QCoreApplication, language: str) -> list[QTranslator]:
    """Sets the language of new widgets and numbers, and the direction in which they stand.

    Returns:
        The translators, that of Qt's own texts first; empty for English. The application owns
        them.
    """
    for earlier in _installed:
        application.removeTranslator(earlier)
    _installed.clear()
    _present.clear()
    _present.append(language)
    QLocale.setDefault(QLocale(language))  # for Qt's number fields
    if isinstance(application, QGuiApplication):
        application.setLayoutDirection(QLocale(language).textDirection())
    translators = []
    if language != "en":
        qt_folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for file in (qt_folder / f"qtbase_{language}.qm", translation_file(language, "qm")):
            translator = QTranslator(application)
            if translator.load(str(file)):
                application.installTranslator(translator)
                translators.append(translator)
    _installed.extend(translators)
    return translators


def present_language() -> str:
    """The language that was installed last."""
    return _present[0] if _present else "en"


def localised(number: str) -> str:
    """A number as Python writes it, with the separators of the present language."""
    return number.translate(_separators(present_language()))


@lru_cache(maxsize=4)
def _separators(language: str) -> dict[int, str]:
    locale = QLocale(language)
    return str.maketrans({",": locale.groupSeparator(), ".": locale.decimalPoint()})


def translated(text: Message | str) -> str:
    """A message in the present language; a plain string is returned unchanged."""
    if isinstance(text, str):
        return text
    if present_language() == "en":
        return str(text)
    count = -1 if text.count is None else text.count
    template = QCoreApplication.translate(MESSAGES, text.template, None, count)
    return _Formatter().format(template, **text.shown_arguments()) if text.arguments else template


def plural(one: str, many: str, /, *, count: SupportsInt, **arguments: object) -> str:
    """A text of the window about `count` things, in the present language.

    Args:
        one: The template for one thing.
        many: The template for none or several.
        count: The number of things; fills `{count}` in both templates.
        arguments: Values of the other placeholders.
    """
    return translated(Message.plural(one, many, count=int(count), **arguments))


class _Formatter(string.Formatter):
    """Formats numbers for the present language and translates nested messages."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, Message):
            return translated(value)
        if isinstance(value, int | float):
            return localised(format(value, format_spec))
        return str(value)

    def convert_field(self, value: Any, conversion: str | None) -> Any:
        return f"'{value}'" if conversion == "r" else value


def language_from(text: str) -> Language:
    """The language that the settings hold; that of the system for anything else."""
    return text if text in LANGUAGES else "system"


_installed: list[QTranslator] = []
"""The translators in use."""

_present: list[str] = []
"""The language in use. It is global, like Qt's installed translators."""
