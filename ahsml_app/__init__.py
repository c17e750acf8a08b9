"""Find and repair wrong labels in image folders with noise-robust metric learning.

From Python, `find_label_errors` judges labels in one call, `AHSML` is the method as an estimator of
scikit-learn, `open_project` opens what the window made, and `WeightedPairLoss` is one of the losses
as a torch module.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ahsml_app.base.version import __version__

if TYPE_CHECKING:
    from ahsml_app.core.estimator.ahsml_estimator import AHSML
    from ahsml_app.core.estimator.weighted_pair_loss import WeightedPairLoss
    from ahsml_app.session.interface.crop_boxes import crop_boxes
    from ahsml_app.session.interface.find_errors import FoundErrors, find_label_errors
    from ahsml_app.session.interface.label_project import LabelProject, open_project

__all__ = [
    "AHSML",
    "FoundErrors",
    "LabelProject",
    "WeightedPairLoss",
    "__version__",
    "crop_boxes",
    "find_label_errors",
    "open_project",
]

_MODULES = {
    "AHSML": "core.estimator.ahsml_estimator",
    "WeightedPairLoss": "core.estimator.weighted_pair_loss",
    "crop_boxes": "session.interface.crop_boxes",
    "FoundErrors": "session.interface.find_errors",
    "find_label_errors": "session.interface.find_errors",
    "LabelProject": "session.interface.label_project",
    "open_project": "session.interface.label_project",
}


def __getattr__(name: str) -> object:
    """Imports a name of the interface when it is first used: torch takes seconds to load."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
