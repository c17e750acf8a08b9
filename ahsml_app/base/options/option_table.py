"""The table of all options, and access to their values by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ahsml_app.base.options.option import Option, options_of
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.run_options import (
    FeatureOptions,
    RunOptions,
    Source,
    TrainingOptions,
)
from ahsml_app.base.options.tuning_options import TuningOptions

SECTIONS: dict[str, type] = {
    "source": Source,
    "features": FeatureOptions,
    "training": TrainingOptions,
    "tuning": TuningOptions,
    "output": OutputOptions,
}
"""Fields of `RunOptions` and their classes."""

OPTIONS: dict[str, Option] = {
    option.name: option
    for section, owner in SECTIONS.items()
    for option in options_of(owner, section)
}
"""Every option by its name, in the order of `--help` and the window."""


def value_of(options: RunOptions, name: str) -> Any:
    """Value of an option; its default if the section is missing."""
    option = OPTIONS[name]
    section = getattr(options, option.section)
    return option.default if section is None else getattr(section, option.field)


def with_values(options: RunOptions, values: Mapping[str, Any]) -> RunOptions:
    """Returns the options with some values replaced.

    Args:
        options: Options for the names that `values` lacks.
        values: Checked values by name. If neither argument has a source, other values of that
            section are dropped.
    """
    sections: dict[str, Any] = {}
    for section in SECTIONS:
        current = getattr(options, section)
        replaced = {
            option.field: values[name]
            for name, option in OPTIONS.items()
            if option.section == section and name in values
        }
        if current is not None:
            sections[section] = replace(current, **replaced)
        elif "folder" in replaced:
            sections[section] = Source(**replaced)
    return replace(options, **sections)


def record_of(options: RunOptions) -> dict[str, str | int | bool | None]:
    """Value of every option by its name, for `run.json` and the settings of a project."""
    values = {name: value_of(options, name) for name in OPTIONS}
    return {name: str(v) if isinstance(v, Path) else v for name, v in values.items()}
