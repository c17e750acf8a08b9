"""All targets, by name."""

from __future__ import annotations

from faults.fuzzing import (
    image_targets,
    json_targets,
    label_targets,
    project_targets,
    settings_target,
)
from faults.fuzzing.target import Target

_MODULES = (label_targets, json_targets, settings_target, image_targets, project_targets)

TARGETS: dict[str, Target] = {
    target.name: target for module in _MODULES for target in module.TARGETS
}
"""The targets in the order of the command."""
