"""Trains with a pair-based loss of your own.

Run it with `python docs/examples/new_loss.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from sklearn.datasets import load_digits
from torch import Tensor

import ahsml_app
from ahsml_app.core.losses import LOSSES, PairBatch


@dataclass(frozen=True, slots=True)
class SquaredHinge:
    """Pulls positives above one margin and pushes negatives below another, more so the farther."""

    near: float = 0.8
    far: float = 0.2

    def __call__(self, batch: PairBatch) -> Tensor:
        """Computes the weighted mean over all pairs; doubtful labels weigh less."""
        near, far, _ = batch.similarity_margins(self.near, self.far)
        pull = (near - batch.similarity).clamp(min=0) ** 2 * batch.positives
        push = (batch.similarity - far).clamp(min=0) ** 2 * batch.negatives
        pairs = batch.positives.sum() + batch.negatives.sum()
        return (pull + push).sum() / pairs.clamp(min=1e-6)


LOSSES["squared-hinge"] = SquaredHinge

digits = load_digits()
features, labels = digits.data[:400], digits.target[:400].copy()
labels[:40] = (labels[:40] + 1) % 10  # wrong ones

# Inside the method, for the hyperbolic head ...
model = ahsml_app.AHSML(loss="squared-hinge", epochs=10).fit(features, labels)
suspects = np.argsort(-model.error_probability_)[:40]
print(f"{np.sum(suspects < 40)} of the first 40 suspects are wrong")

# ... or in a training loop of your own, with the weights that the method found.
network = torch.nn.Linear(64, 16)
optimiser = torch.optim.Adam(network.parameters(), lr=0.01)
loss_of = ahsml_app.WeightedPairLoss("squared-hinge")
inputs = torch.from_numpy(features).float() / 16
targets = torch.from_numpy(labels)
weights = torch.from_numpy(model.adaptive_weight_)
for step in range(30):
    loss = loss_of(network(inputs), targets, weights=weights)
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    if step % 10 == 0:
        print(f"step {step}: {loss.item():.4f}")
