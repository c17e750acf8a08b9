"""Weak and strong augmentations of a batch, computed on the training device.

The parameters are drawn first, on the CPU, so a seed gives the same augmentations on every device,
however a batch is divided among processes. The pixels never leave the device. Torchvision's random
transforms draw one set of parameters for a whole batch, so only its functions are used here.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

import torch
from torch import Tensor
from torch.nn import functional
from torchvision.transforms.v2 import functional as transforms

from ahsml_app.core.features.augment import JITTER, LUMA

ERASED = 127.0

MOST_BLUR = 0.012
"""Largest standard deviation of a blur, as a share of the image's side."""


@dataclass(frozen=True, slots=True)
class Strength:
    """Limits of an augmentation's parameters.

    Attributes:
        area: Smallest share of the image's area that a crop keeps.
        aspect: Largest aspect ratio of a crop, either way.
        jitter: Largest relative change of brightness, contrast and saturation.
        gray: Share of augmentations without colour.
        blur: Share of augmentations that are blurred.
        erase: Share with an erased rectangle of a twentieth to a quarter of the area.
    """

    area: float
    aspect: float = 4 / 3
    jitter: float = JITTER
    gray: float = 0.0
    blur: float = 0.0
    erase: float = 0.0


WEAK = Strength(area=0.6)
STRONG = Strength(area=0.3, jitter=0.4, gray=0.1, blur=0.2, erase=0.25)


@dataclass(frozen=True, slots=True)
class AugmentationParameters:
    """Parameters of B augmentations.

    Attributes:
        transform: (B, 2, 3) affine map from the augmentation to the image.
        colour: (B, 3) factors of brightness, contrast and saturation.
        blur: (B,) standard deviation of the blur as a share of the side; 0 for none.
        erased: (B, 4) left, top, right and bottom of the erased rectangle, as shares of the side.
    """

    transform: Tensor
    colour: Tensor
    blur: Tensor
    erased: Tensor

    def part(self, chosen: slice) -> AugmentationParameters:
        """Returns the parameters of some of the augmentations."""
        return AugmentationParameters(*(tensor[chosen] for tensor in self.tensors()))

    def tensors(self) -> list[Tensor]:
        """Returns the tensors in the order of the fields."""
        return [getattr(self, field.name) for field in fields(self)]


def draw_parameters(
    count: int, strength: Strength, generator: torch.Generator
) -> AugmentationParameters:
    """Draws the parameters of a batch's augmentations.

    Args:
        count: B.
        strength: Limits of the draws.
        generator: On the CPU.
    """

    def uniform(low: float, high: float, *more: int) -> Tensor:
        return torch.rand(count, *more, generator=generator) * (high - low) + low

    def random_mask(share: float) -> Tensor:
        return torch.rand(count, generator=generator) < share

    side, limit = uniform(strength.area, 1).sqrt(), math.log(strength.aspect) / 2
    stretch = uniform(-limit, limit).exp()
    width, height = (side * stretch).clamp(max=1), (side / stretch).clamp(max=1)
    transform = torch.zeros(count, 2, 3)
    transform[:, 0, 0] = torch.where(random_mask(1 / 2), -width, width)
    transform[:, 1, 1] = height
    transform[:, 0, 2] = (1 - width) * uniform(-1, 1)
    transform[:, 1, 2] = (1 - height) * uniform(-1, 1)
    colour = uniform(1 - strength.jitter, 1 + strength.jitter, 3)
    colour[:, 2] = torch.where(random_mask(strength.gray), 0.0, colour[:, 2])
    blur = torch.where(random_mask(strength.blur), uniform(0.004, MOST_BLUR), 0.0)
    side, stretch = uniform(0.05, 0.25).sqrt(), uniform(-math.log(3) / 2, math.log(3) / 2).exp()
    width, height = (side * stretch).clamp(max=1), (side / stretch).clamp(max=1)
    left, top = (1 - width) * uniform(0, 1), (1 - height) * uniform(0, 1)
    erased = torch.stack([left, top, left + width, top + height], 1)
    erased[~random_mask(strength.erase)] = 0
    return AugmentationParameters(transform, colour, blur, erased)


def augment_batch(pixels: Tensor, size: int, parameters: AugmentationParameters) -> Tensor:
    """Augments each image.

    Args:
        pixels: (B, 3, S, S) pixels, 0 to 255, on any device.
        size: Side of the augmentations in pixels.
        parameters: Parameters of the B augmentations, on the same device.

    Returns:
        (B, 3, size, size) float32, 0 to 255, on the same device.
    """
    shape = [len(pixels), 3, size, size]
    grid = functional.affine_grid(parameters.transform, shape, align_corners=False)
    values = functional.grid_sample(
        pixels.float(), grid, padding_mode="reflection", align_corners=False
    )
    values = _change_colour(values, parameters.colour)
    blur = _blur_each if values.device.type == "cpu" else blur_batch
    return _erase(blur(values, parameters.blur), parameters.erased)


def _change_colour(values: Tensor, colour: Tensor) -> Tensor:
    """Changes brightness, contrast about the mean gray and saturation (see `augment.jittered`)."""
    brightness, contrast, saturation = colour[:, :, None, None, None].unbind(1)
    red, green, blue = values[:, :1], values[:, 1:2], values[:, 2:]
    gray = red * float(LUMA[0]) + green * float(LUMA[1]) + blue * float(LUMA[2])
    mean = gray.mean((2, 3), keepdim=True)
    both = brightness * contrast
    values = values * (both * saturation) + gray * (both * (1 - saturation))
    return (values + mean * ((1 - contrast) * brightness)).clamp(0, 255)


def _blur_each(values: Tensor, blur: Tensor) -> Tensor:
    for row in blur.nonzero()[:, 0].tolist():
        width = float(blur[row]) * values.shape[-1]
        kernel = 2 * math.ceil(2 * width) + 1
        values[row] = transforms.gaussian_blur(values[row], [kernel, kernel], [width, width])
    return values


def blur_batch(values: Tensor, blur: Tensor) -> Tensor:
    """Blurs each image by its own amount in one operation, without a branch in Python.

    A graphics card blurs the whole batch in less time than it takes to launch an operation for
    each image.

    Args:
        values: (B, 3, S, S).
        blur: (B,) standard deviations as shares of the side; 0 for none.
    """
    count, side = len(values), values.shape[-1]
    width = blur[:, None] * side
    reach = math.ceil(2 * MOST_BLUR * side)
    offsets = torch.arange(-reach, reach + 1, device=values.device)
    heights = torch.exp(-0.5 * (offsets / width.clamp(min=torch.finfo(width.dtype).tiny)) ** 2)
    heights = heights * (offsets.abs() <= (2 * width).ceil())
    kernels = (heights / heights.sum(1, keepdim=True)).repeat_interleave(3, 0)
    padded = functional.pad(values, [reach] * 4, mode="reflect").reshape(
        1, 3 * count, side + 2 * reach, side + 2 * reach
    )
    across = functional.conv2d(padded, kernels[:, None, None, :], groups=3 * count)
    down = functional.conv2d(across, kernels[:, None, :, None], groups=3 * count)
    return down.reshape(values.shape)


def _erase(values: Tensor, erased: Tensor) -> Tensor:
    side = values.shape[-1]
    left, top, right, bottom = (erased * side).round()[:, :, None].unbind(1)
    index = torch.arange(side, device=values.device)
    across, down = (index >= left) & (index < right), (index >= top) & (index < bottom)
    return values.masked_fill((down[:, :, None] & across[:, None, :])[:, None], ERASED)
