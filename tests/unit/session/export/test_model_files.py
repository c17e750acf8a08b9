"""The files of a trained model, where ONNX is hard or impossible."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from finetuning import tiny_backbone
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, Notice
from ahsml_app.core.embedding.learn import embed_features, learn_embedding
from ahsml_app.core.training_data import TrainData
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


def test_cleaned_labels_of_one_class_only_are_written_as_onnx(tmp_path: Path, cache: Path) -> None:
    backbone, random = tiny_backbone(tmp_path), np.random.default_rng(0)
    features = np.abs(random.normal(size=(1, 40, backbone.dimension))).astype(np.float16)
    data = TrainData(features, random.integers(0, 3, 40), np.ones(40, dtype=bool), 3)
    corrected = np.tile(np.array([0.1, 0.8, 0.1], dtype=np.float32), (40, 1))  # all of the second
    head = {
        "weight": random.normal(size=(8, backbone.dimension)).astype(np.float32),
        "bias": random.normal(size=8).astype(np.float32),
        **learn_embedding(data, corrected, CancelToken()),
    }
    model = TrainedModel(
        head=head,
        prototypes=random.normal(size=(3, 8)).astype(np.float32) / 10,
        noise_matrix=np.eye(3, dtype=np.float32),
        curvature=0.1,
        class_names=("cat", "dog", "fox"),
        load_backbone=lambda _: backbone,
    )

    events, _ = finish(write_model(tmp_path / "model", model, RunContext()))

    assert not any(isinstance(event, Notice) for event in events)
    assert (tmp_path / "model" / "embedding.onnx").is_file()
    vectors = embed_features(features[0], head, 0.1, CancelToken())
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-4)
