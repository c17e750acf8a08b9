from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from running import finish

from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.core.analysis.retrieval_metrics import retrieval_by_sample
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.onnx_export import export_onnx
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.embedding.learn import (
    LARGEST_SHARE,
    LEAST_SHARE,
    EmbeddingModel,
    embed_features,
    learn_embedding,
    model_of,
)
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult

torch.set_num_threads(1)

CLASSES, EACH, WIDTH = 4, 40, 24
CONFIG = TrainConfig(
    epochs=2,
    folds=2,
    passes=1,
    dimension=8,
    loss="contrastive",
    ablation=Ablation(closed_form=False),
)


def noisy_data(wrong: float, trusted: bool = False) -> tuple[TrainData, np.ndarray]:
    """Classes that overlap in loud features and are told apart by quiet ones."""
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(CLASSES), EACH)
    quiet = np.eye(CLASSES)[truth] * 1.5 + random.normal(0, 0.35, (len(truth), CLASSES))
    loud = random.normal(0, 2, (len(truth), WIDTH - CLASSES))
    features = np.concatenate([quiet, loud], axis=1).astype(np.float16)
    labels = truth.copy()
    rows = random.choice(len(truth), round(wrong * len(truth)), replace=False)
    labels[rows] = (truth[rows] + 1) % CLASSES
    everything = np.ones(len(truth), dtype=bool)
    sure = labels != truth if trusted else None
    return TrainData(features[None], labels, everything, CLASSES, sure), truth


def trained(data: TrainData) -> TrainResult:
    return finish(train(CONFIG, data))[1]


@pytest.fixture(scope="module")
def noisy() -> tuple[TrainData, np.ndarray, TrainResult]:
    data, truth = noisy_data(0.25)
    return data, truth, trained(data)


@pytest.fixture(scope="module")
def less_noisy() -> tuple[list[Event], TrainResult]:
    return finish(train(CONFIG, noisy_data(0.1)[0]))


def test_embeddings_find_the_true_class_better_than_the_features_do(noisy) -> None:
    data, truth, result = noisy
    plain, _ = retrieval_by_sample(data.features[0].astype(np.float32), truth)
    recall, _ = retrieval_by_sample(result.embedding, truth)
    assert recall.mean() > plain.mean() + 0.2


def class_columns(result: TrainResult) -> slice:
    return slice(result.head["feature_rotation"].shape[1], None)


def shares(result: TrainResult, embedding: np.ndarray) -> np.ndarray:
    """Squared length of what labels taught; the whole has length one."""
    np.testing.assert_allclose(np.linalg.norm(embedding, axis=1), 1, atol=1e-5)
    return np.square(embedding[:, class_columns(result)]).sum(1)


def test_what_labels_taught_counts_the_more_the_liker_a_class_an_image_is(noisy) -> None:
    _, _, result = noisy
    found = shares(result, result.embedding)
    assert found.min() >= LEAST_SHARE - 1e-5
    assert found.max() <= LARGEST_SHARE + 1e-5
    model = EmbeddingModel(result.head, result.curvature)
    strange = np.full((1, WIDTH), 1e-3, dtype=np.float32)  # loud nowhere, of no class
    strange[0, CLASSES + 1 :: 2] = 9.0
    alone = shares(result, model(torch.from_numpy(strange))[0].numpy())
    assert alone[0] < np.median(found)


def test_the_second_part_says_which_class_it_may_be(noisy) -> None:
    data, truth, result = noisy
    overlap = np.square(result.embedding[:, class_columns(result)])
    assert overlap.shape[1] == CLASSES
    assert (overlap.argmax(1) == truth).mean() > (data.labels == truth).mean() + 0.05
    likelihood = (overlap / overlap.sum(1, keepdims=True))[np.arange(len(truth)), truth]
    assert -np.log(likelihood).mean() < 0.5 * np.log(CLASSES)


def test_a_class_that_no_sample_has_gets_no_column() -> None:
    data, truth = noisy_data(0.0)
    wider = replace(data, labels=np.where(truth < 2, truth, truth + 1), class_count=CLASSES + 1)
    corrected = np.eye(CLASSES + 1, dtype=np.float32)[wider.labels]
    learned = learn_embedding(wider, corrected, CancelToken())
    assert learned["class_columns"].shape == (CLASSES, CLASSES)
    same = learn_embedding(data, np.eye(CLASSES, dtype=np.float32)[truth], CancelToken())
    assert all((learned[name] == same[name]).all() for name in same)


def test_the_kept_parameters_give_embeddings_and_points_again(noisy) -> None:
    data, _, result = noisy
    model, outputs = model_of(result.head, result.curvature)
    assert outputs == ("embedding", "point")
    found = dict(zip(outputs, model(torch.from_numpy(data.features[0]).float()), strict=True))
    np.testing.assert_allclose(found["embedding"].numpy(), result.embedding, atol=1e-5)
    np.testing.assert_allclose(found["point"].numpy(), result.points, atol=2e-3)


def test_parameters_of_a_project_without_embeddings_still_give_points(noisy) -> None:
    data, _, result = noisy
    old = {name: result.head[name] for name in ("weight", "bias")}
    model, outputs = model_of(old, result.curvature)
    assert outputs == ("point",)
    points = model(torch.from_numpy(data.features[0]).float())
    np.testing.assert_allclose(points.numpy(), result.points, atol=2e-3)


def test_a_trusted_label_is_learned_although_the_scores_doubt_it() -> None:
    data, truth = noisy_data(0.25, trusted=True)
    doubting = np.full((len(data), CLASSES), 0.05, dtype=np.float32)
    doubting[np.arange(len(data)), truth] = 0.85
    believing = doubting.copy()
    believing[data.trusted] = np.eye(CLASSES)[data.labels[data.trusted]]
    learned = learn_embedding(data, doubting, CancelToken())
    expected = learn_embedding(replace(data, trusted=None), believing, CancelToken())
    for name, values in expected.items():
        np.testing.assert_array_equal(learned[name], values)


def test_embedding_goes_on_in_chunks_and_stops_when_asked(noisy, monkeypatch) -> None:
    data, _, result = noisy
    monkeypatch.setattr("ahsml_app.core.embedding.learn.ROWS_AT_ONCE", 7)
    again = embed_features(data.features[0], result.head, result.curvature, CancelToken())
    np.testing.assert_allclose(again, result.embedding, atol=1e-5)


def test_the_training_tells_of_the_embeddings(less_noisy) -> None:
    progress = [event for event in less_noisy[0] if isinstance(event, Progress)]
    assert progress[-1] == Progress(Stage.EMBEDDINGS, pass_index=0)


def test_a_model_takes_any_number_of_samples(noisy) -> None:
    data, _, result = noisy
    model = EmbeddingModel(result.head, result.curvature)
    assert model(torch.from_numpy(data.features[0, :1]).float())[0].shape[0] == 1


def test_another_trainings_numbers_fit_into_the_kept_form(noisy, less_noisy, tmp_path) -> None:
    _, _, result = noisy
    other = less_noisy[1]
    module = torch.nn.Sequential(torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten())
    widen = torch.nn.Linear(3, WIDTH)
    backbone = Backbone(
        "tiny",
        "tiny-0",
        lambda: torch.nn.Sequential(module, widen).eval().requires_grad_(False),
        WIDTH,
        8,
        (127.0,) * 3,
        (64.0,) * 3,
    )
    for number, each in enumerate((result, other)):
        model, outputs = model_of(each.head, each.curvature)
        difference = export_onnx(backbone, model, tmp_path / f"{number}.onnx", outputs)
        assert difference < 1e-4
