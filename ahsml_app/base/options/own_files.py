"""Which options go together with the files of a person's own model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import OptionError
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import FeatureOptions, RunOptions

OWN_FILES = ("features", "probabilities")
"""Names of the options that take such a file."""

OWN_FILES_STATE = "own-files"
"""Name of the screen state of a project that notes the chosen files."""


def stored_files(files: Mapping[str, Path | str | None]) -> dict[str, str]:
    """The chosen files as the screen state of a project notes them."""
    return {name: str(file) for name, file in files.items() if file}


def recalled_files(state: object) -> dict[str, Path | None]:
    """The files that a screen state notes; None where it notes none, or something odd."""
    noted = state if isinstance(state, dict) else {}
    usable = {name: file for name, file in noted.items() if isinstance(file, str) and file}
    return {
        name: Path(usable[name]) if name in usable and "\0" not in usable[name] else None
        for name in OWN_FILES
    }


def check_own_files(options: RunOptions) -> None:
    """Refuses what needs a network, if features come from a file.

    Raises:
        OptionError: If it was asked for.
    """
    if options.features.file is None:
        return
    for name, given in (
        ("--backbone", options.features.backbone is not None),
        ("--finetune", options.tuning.enabled),
    ):
        if given:
            raise OptionError(
                Message("{option} needs a network, but --features gives its output.", option=name),
                hint=Message("Leave out {option} or --features.", option=name),
            )


def with_whole_paths(options: RunOptions) -> RunOptions:
    """Returns the options with paths that do not depend on the folder of the process."""
    features, training = options.features, options.training
    return replace(
        options,
        features=replace(features, file=_whole(features.file)),
        training=replace(training, probabilities=_whole(training.probabilities)),
    )


def features_of_run(facts: Mapping[str, Any] | None) -> FeatureOptions:
    """Returns what the features of a training came from, by the properties that it recorded."""
    facts = facts or {}
    file = facts.get("settings", {}).get("features")
    return FeatureOptions(
        backbone=facts.get("backbone_asked"), file=Path(file) if isinstance(file, str) else None
    )


def _whole(path: Any) -> Path | None:
    return None if path is None else Path(path).absolute()  # text, if it came from Python
