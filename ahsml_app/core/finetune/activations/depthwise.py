"""Gradients of depthwise convolutions on small maps, as matrix products.

Behind the border, maps have a few places and depthwise kernels cover most of them. There, torch's
gradient with respect to the kernel is slow on a CPU: with 1,152 channels of 3 x 3 places and 120
images it took 113 ms and the convolution 2 ms; forward and backward together now take 13 ms.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.grad import conv2d_input

MOST_PLACES = 16
"""Places of a map up to which the products are taken. Their size grows with the square, and for 36
places nothing is gained (measured)."""

LEAST_KERNEL = 5
"""Side of a kernel from which on torch's own gradient is slow."""


def speed_up_depthwise(network: nn.Module) -> None:
    """Lets the large depthwise convolutions of a network use the gradient of this module."""
    for conv in network.modules():
        if (
            isinstance(conv, nn.Conv2d)
            and conv.groups == conv.in_channels == conv.out_channels
            and conv.kernel_size[0] == conv.kernel_size[1] >= LEAST_KERNEL
            and conv.stride[0] == conv.stride[1]
            and conv.dilation == (1, 1)
            and conv.bias is None
            and conv.padding_mode == "zeros"
            and not isinstance(conv.padding, str)
            and conv.padding[0] == conv.padding[1]
            and type(conv) is nn.Conv2d
        ):
            conv.forward = functools.partial(_forward, conv)  # type: ignore[method-assign]


def _forward(conv: nn.Conv2d, images: Tensor) -> Tensor:
    stride, padding = conv.stride[0], int(conv.padding[0])
    if images[0, 0].numel() > MOST_PLACES:
        return nn.functional.conv2d(images, conv.weight, None, stride, padding, 1, conv.groups)
    result: Tensor = _Depthwise.apply(images, conv.weight, stride, padding)
    return result


class _Depthwise(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, images: Tensor, weight: Tensor, stride: int, padding: int) -> Tensor:
        ctx.save_for_backward(images, weight)
        ctx.stride, ctx.padding = stride, padding
        return nn.functional.conv2d(images, weight, None, stride, padding, 1, len(weight))

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor, None, None]:
        images, weight = ctx.saved_tensors
        (gradient,) = gradients
        to_images = None
        if ctx.needs_input_grad[0]:
            to_images = conv2d_input(  # type: ignore[no-untyped-call]
                images.shape, weight, gradient, ctx.stride, ctx.padding, 1, len(weight)
            )
        products = _by_channel(images).transpose(1, 2) @ _by_channel(gradient)
        summed = products.flatten(1) @ _kernel_places(
            (images.shape[2], images.shape[3]),
            (gradient.shape[2], gradient.shape[3]),
            (weight.shape[2], ctx.stride, ctx.padding),
        )
        return to_images, summed.reshape(weight.shape), None, None


def _by_channel(maps: Tensor) -> Tensor:
    """Brings (B, C, H, W) maps into the shape (C, B, H * W)."""
    return maps.permute(1, 0, 2, 3).flatten(2).contiguous()


@functools.cache
def _kernel_places(
    given: tuple[int, int], computed: tuple[int, int], kernel: tuple[int, int, int]
) -> Tensor:
    """Returns (H * W * H' * W', K * K): which kernel weight joins an input and an output place.

    Args:
        given: Rows and columns of the input.
        computed: Rows and columns of the output.
        kernel: Side K of the kernel, stride and padding.
    """
    side, stride, padding = kernel
    rows, columns = (
        torch.arange(size)[:, None] - stride * torch.arange(out)[None] + padding
        for size, out in zip(given, computed, strict=True)
    )
    row, column = rows[:, None, :, None], columns[None, :, None, :]
    valid = (row >= 0) & (row < side) & (column >= 0) & (column < side)
    index = (row * side + column).where(valid, side * side)
    return nn.functional.one_hot(index.flatten(), side * side + 1)[:, :-1].float()
