"""A backbone that needs no weights: the mean colours of a grid."""

from __future__ import annotations

from torch import nn

from ahsml_app.core.backbones.registry import Blank


def colour_grid(*, pretrained: bool) -> Blank:
    """Builds the network; there are no weights to load."""
    return Blank(
        name="",
        module=nn.Sequential(nn.AdaptiveAvgPool2d(8), nn.Flatten()),
        heads=(),
        fixed_size=None,
        mean=(127.0, 127.0, 127.0),
        std=(64.0, 64.0, 64.0),
    )
