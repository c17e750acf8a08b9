"""The files of a trained model, where its network cannot be written as ONNX."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from finetuning import tiny_backbone
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Notice
from ahsml_app.session.export.model_files import write_model
from ahsml_app.session.export.results import TrainedModel


def test_a_network_that_has_no_onnx_form_costs_no_other_file(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise NotImplementedError("an operator that ONNX lacks")

    monkeypatch.setattr(torch.onnx, "export", fail)
    backbone = tiny_backbone(tmp_path)
    zeros = np.zeros((3, backbone.dimension), dtype=np.float32)
    model = TrainedModel(
        head={"weight": zeros, "bias": zeros[:, 0]},
        prototypes=np.zeros((2, 3), dtype=np.float32),
        noise_matrix=np.eye(2, dtype=np.float32),
        curvature=0.1,
        class_names=("cat", "dog"),
        load_backbone=lambda _: backbone,
    )

    events, _ = finish(write_model(tmp_path / "model", model, RunContext()))

    (notice,) = (event for event in events if isinstance(event, Notice))
    assert notice.level == "warning"
    assert "cannot be written as ONNX" in str(notice.message)
    assert {path.name for path in (tmp_path / "model").iterdir()} == {
        "head.safetensors",
        "model.json",
    }
    facts = json.loads((tmp_path / "model" / "model.json").read_text("utf-8"))
    assert facts["class_names"] == ["cat", "dog"]
