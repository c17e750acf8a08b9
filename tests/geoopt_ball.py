"""geoopt's Poincare ball: what our own geometry is compared with."""

from __future__ import annotations

import warnings
from typing import Any

import torch


def geoopt_ball(c: float, dtype: torch.dtype = torch.float64) -> Any:
    """The ball of curvature -c.

    geoopt compiles helpers with torch.jit.script when it is imported, which newer versions of
    torch call deprecated; that one warning is silenced here.
    """
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=r"`torch\.jit\.script` is deprecated")
        import geoopt
    return geoopt.PoincareBall(c=torch.tensor(c, dtype=dtype))
