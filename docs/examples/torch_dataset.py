"""Trains on cleaned labels with torch, as Lightning would: doubtful labels weigh less.

Run it with `python docs/examples/torch_dataset.py IMAGES RESULT`.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms.v2 import functional


class CleanedImages(Dataset):
    """Images with the labels of `labels.csv` and the weights of `scores.parquet`."""

    def __init__(self, images: Path, result: Path) -> None:
        rows = pyarrow.csv.read_csv(result / "labels.csv").to_pylist()
        scores = pyarrow.parquet.read_table(result / "scores.parquet", columns=["adaptive_weight"])
        weights = scores["adaptive_weight"].to_pylist()
        kept = [(r, w) for r, w in zip(rows, weights, strict=True) if r["label"]]
        self.images, self.rows = images, kept
        self.classes = sorted({row["label"] for row, _ in kept})

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, number: int) -> tuple[torch.Tensor, int, float]:
        row, weight = self.rows[number]
        image = Image.open(self.images / row["path"]).convert("RGB").resize((64, 64))
        return functional.to_image(image) / 255, self.classes.index(row["label"]), weight or 1.0


dataset = CleanedImages(Path(sys.argv[1]), Path(sys.argv[2]))
loader = DataLoader(dataset, batch_size=16, shuffle=True)  # Trainer().fit(module, loader) takes it
model = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.LazyLinear(len(dataset.classes)))
model(next(iter(loader))[0])
optimiser = torch.optim.Adam(model.parameters(), lr=0.001)
for _ in range(5):
    for pixels, labels, weights in loader:
        losses = torch.nn.functional.cross_entropy(model(pixels), labels, reduction="none")
        loss = (losses * weights).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
print(f"{len(dataset)} images of {len(dataset.classes)} classes, loss {loss:.2f}")
