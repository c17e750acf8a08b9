"""geoopt's Poincaré ball: maps that no score depends on, and the reference for our own geometry."""

from __future__ import annotations

import warnings
from typing import Any

import torch


def geoopt_ball(c: float, dtype: torch.dtype = torch.float64) -> Any:
    """Returns geoopt's `PoincareBall` of curvature -c.

    geoopt is imported at the first call, because a plain run does not need it. It compiles helpers
    with torch.jit.script, which newer versions of torch deprecate; only that warning is hidden.

    Args:
        c: Negative curvature, > 0.
        dtype: Type of the curvature, and so of the results.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"`torch\.jit\.script` is deprecated")
        import geoopt
    return geoopt.PoincareBall(c=torch.tensor(c, dtype=dtype))
