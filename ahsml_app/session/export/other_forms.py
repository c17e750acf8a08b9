"""The labels in forms of other tools: those of this program, and those of plug-ins."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ahsml_app.base.errors import AppError, OptionError
from ahsml_app.base.events import Event, Notice
from ahsml_app.base.message import Message
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.plugins import (
    EXPORTERS,
    load_plugin,
    plugin_names,
    told_as_plugin,
)
from ahsml_app.base.paths import atomic_write
from ahsml_app.session.export.forms.tool_files import TOOL_FILES, MadeForm
from ahsml_app.session.export.results import OutputChoice, Results
from ahsml_app.store.files.safe_folder import is_inner_path
from ahsml_app.store.result_files import label_table, score_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ahsml_app.session.export.forms.dataset_out import Content

FORMATS = "formats"
"""Folder of the results with a folder for each form."""


class Exporter(Protocol):
    """What an entry point of the group `ahsml_app.exporters` names."""

    def __call__(self, labels: pa.Table) -> Mapping[str, bytes]:
        """Writes the labels in another form.

        Args:
            labels: A row for each image: the columns of `labels.csv` as text, and, once there was
                a training, those of `scores.parquet`.

        Returns:
            Content of each file by its name, which may have folders with forward slashes.
        """
        ...


def form_names() -> tuple[str, ...]:
    """Names of all forms, with those of plug-ins."""
    return tuple(dict.fromkeys((*TOOL_FILES, *plugin_names(EXPORTERS))))


def output_choice(options: OutputOptions, parts: frozenset[str]) -> OutputChoice:
    """The parts to write, and how, by the options of the command.

    Args:
        options: Options of the results.
        parts: Names of the parts without class folders, which the options decide about.

    Raises:
        OptionError: If there is no such form.
        PluginError: If the plug-in of a form cannot be loaded.
    """
    parts = parts if options.class_folders is None else parts | {"tree"}
    wanted = (name.strip() for name in (options.formats or "").split(","))
    formats = tuple(dict.fromkeys(name for name in wanted if name))
    for name in formats:
        if name not in TOOL_FILES:
            _exporter(name)
    rules = options.undecided, options.unsure
    return OutputChoice(parts, options.class_folders or "copy", options.csv_safe, formats, *rules)


def other_forms(
    results: Results, formats: tuple[str, ...]
) -> Generator[Event, None, dict[str, Content]]:
    """Makes the files of the forms.

    Args:
        results: The results.
        formats: Names of the forms.

    Yields:
        A notice for each form that fails: one form less is better than no results.

    Returns:
        Content of each file by its name in the folder of the results, or what makes it.
    """
    files: dict[str, Content] = {}
    if not formats:
        return files
    labels = _table(results)
    for name in formats:
        try:
            made = _made(name, labels)
        except AppError as error:
            notice = Message("{what} {advice}", what=error.message, advice=error.hint)
            yield Notice(notice, "warning")
            continue
        yield from (Notice(notice, "warning") for notice in made.notices)
        files |= {f"{FORMATS}/{name}/{inner}": content for inner, content in made.files.items()}
    return files


def write_forms(folder: Path, files: Mapping[str, Content]) -> None:
    """Writes the files of `other_forms`."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(folder / name) as stream:
            stream.write(content if isinstance(content, bytes) else content())


def _made(name: str, labels: pa.Table) -> MadeForm:
    if name in TOOL_FILES:
        own = TOOL_FILES[name](labels)
        return own if isinstance(own, MadeForm) else MadeForm(own)
    exporter = _exporter(name)
    with told_as_plugin(EXPORTERS, name):
        made = {inner: bytes(content) for inner, content in exporter(labels).items()}
        odd = [inner for inner in made if not is_inner_path(inner) or inner.endswith("/")]
        if odd:
            raise ValueError(f"{odd[0]!r} is no name of a file")
    return MadeForm(made)


def _exporter(name: str) -> Exporter:
    if name not in plugin_names(EXPORTERS):
        raise OptionError(
            Message("There is no form {name!r} to export.", name=name),
            hint=Message("Choose among {names}.", names=", ".join(form_names())),
        )
    exporter: Exporter = load_plugin(EXPORTERS, name)
    return exporter


def _table(results: Results) -> pa.Table:
    table = label_table(results.table, results.decisions)
    if results.training is None:
        return table
    scores = score_table(results.training.judged, results.training.scores)
    for name in scores.column_names:
        if name not in table.column_names:
            table = table.append_column(name, scores[name])
    return table
