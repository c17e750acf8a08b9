from __future__ import annotations

import subprocess
import sys

import numpy as np
import torch

from ahsml_app.core.head.adam import Adam

torch.set_num_threads(1)


def start() -> list[torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    shapes = [(5, 3), (5,), (2, 2)]
    return [torch.randn(shape, generator=generator, requires_grad=True) for shape in shapes]


def loss(parameters: list[torch.Tensor], step: int) -> torch.Tensor:
    """The last parameter has a gradient only now and then."""
    weight, bias, seldom = parameters
    value = (weight * (step + 1)).sin().sum() + (bias**2).sum() * weight[0, 0]
    return value + seldom.square().sum() if step % 3 == 1 else value


def test_it_moves_as_the_class_of_torch_does() -> None:
    ours, theirs = start(), start()
    adam, reference = Adam(ours), torch.optim.Adam(theirs, lr=1.0)
    for step in range(20):
        rate = 0.1 / (step + 1)
        loss(ours, step).backward()  # type: ignore[no-untyped-call]
        adam.step(rate)
        reference.zero_grad()
        loss(theirs, step).backward()  # type: ignore[no-untyped-call]
        reference.param_groups[0]["lr"] = rate
        reference.step()
    for own, other, first in zip(ours, theirs, start(), strict=True):
        assert torch.equal(own, other)
        assert not torch.equal(own, first)


def test_it_continues_from_what_was_kept() -> None:
    whole, part = start(), start()
    adam, before = Adam(whole), Adam(part)
    for step in range(10):
        loss(whole, step).backward()  # type: ignore[no-untyped-call]
        adam.step(0.01)
        if step == 4:
            after = Adam(part)
            after.restore({name: np.array(value) for name, value in before.state().items()})
            before = after
        loss(part, step).backward()  # type: ignore[no-untyped-call]
        before.step(0.01)
    assert all(torch.equal(one, other) for one, other in zip(whole, part, strict=True))


def test_nothing_happens_without_gradients() -> None:
    parameters = start()
    Adam(parameters).step(0.1)
    assert all(torch.equal(one, other) for one, other in zip(parameters, start(), strict=True))


TRAINS = """
import sys
import torch
from ahsml_app.core.head.adam import Adam
x = torch.ones(3, requires_grad=True)
x.square().sum().backward()
Adam([x]).step(0.1)
print([name for name in ("torch._dynamo", "torch._inductor") if name in sys.modules])
"""


def test_training_does_not_load_the_compiler() -> None:
    done = subprocess.run(
        [sys.executable, "-c", TRAINS], check=True, capture_output=True, text=True
    )
    assert done.stdout.strip() == "[]"
