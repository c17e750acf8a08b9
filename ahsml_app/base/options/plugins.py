"""Plug-ins: what installed packages add by entry points, and how their failures are told.

A plug-in is loaded when its name is asked for, an importer when a table of labels is read.
"""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

from ahsml_app.base.errors import AppError, Cancelled, PluginError
from ahsml_app.base.message import Message

BACKBONES = "ahsml_app.backbones"
LOSSES = "ahsml_app.losses"
IMPORTERS = "ahsml_app.importers"
EXPORTERS = "ahsml_app.exporters"


def plugin_names(group: str) -> tuple[str, ...]:
    """Names of the plug-ins of a group, in their order."""
    return tuple(sorted({point.name for point in metadata.entry_points(group=group)}))


def load_plugin(group: str, name: str) -> Any:
    """Loads a plug-in.

    Args:
        group: Group of entry points.
        name: Name of one of them.

    Raises:
        PluginError: If there is none, it cannot be imported, or packages share its name.
    """
    points = tuple(metadata.entry_points(group=group, name=name))
    if not points:
        raise PluginError(
            Message(
                "No installed package has a plug-in {name} of {group}.", name=name, group=group
            ),
            hint="Install the package that it came from.",
        )
    packages = sorted({_package(point) for point in points})
    if len({point.value for point in points}) != 1:
        raise PluginError(
            Message(
                "The plug-in {name} is in several packages: {packages}.",
                name=name,
                packages=", ".join(packages),
            ),
            hint="Uninstall all but one of them.",
        )
    with told_as_plugin(group, name):
        return points[0].load()


@contextmanager
def told_as_plugin(group: str, name: str) -> Iterator[None]:
    """Tells a failure of a plug-in by the name of its package.

    Raises:
        PluginError: For every unexpected exception in the block.
    """
    try:
        yield
    except (AppError, Cancelled, MemoryError):
        raise
    except Exception as error:
        raise plugin_error(group, name, f"{type(error).__name__}: {error}") from error


def plugin_error(group: str, name: str, reason: str) -> PluginError:
    """The error of a plug-in that failed, or did not do what it must.

    Args:
        group: Group of entry points.
        name: Its name.
        reason: What is wrong, without a full stop.
    """
    points = metadata.entry_points(group=group, name=name)
    package = ", ".join(sorted({_package(point) for point in points}))
    return PluginError(
        Message(
            "The plug-in {name} of the package {package} failed: {reason}",
            name=name,
            package=package,
            reason=reason,
        ),
        hint=Message("Update or uninstall {package}, or ask its author.", package=package),
        details=traceback.format_exc(),
    )


def _package(point: metadata.EntryPoint) -> str:
    return "?" if point.dist is None else f"{point.dist.name} {point.dist.version}"
