"""The methods whose retrieval is compared: the backbone, the peers, and ours."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.events import CancelToken
from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.learn import EmbeddingModel, embed_features, learn_embedding
from ahsml_app.core.embedding.space import COMPONENTS
from ahsml_app.core.folds import assign_folds
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult
from benchmarks.common.ledger import code_digest, files_digest, row_digest
from benchmarks.detection.methods import Method, finish
from benchmarks.detection.peers import cross_validated, rotated
from benchmarks.retrieval.retrieval_peers import PeerConfig, embed, standardised, train_head
from benchmarks.retrieval.retrieval_sets import RetrievalSet, Vectors

RAW, CENTRED = "backbone", "backbone, centred"
EMBEDDING, POINTS = "AHSML embedding", "AHSML points of the ball"
LEARNED = "AHSML learned part alone"
PRISM, PRISM_CONTRASTIVE = "PRISM, multi-similarity", "PRISM, contrastive"
KNN_FILTER, CLEANLAB = "kNN filter", "cleanlab, then plain"
MEMORY = "contrastive with memory"
PLAIN = {
    "plain multi-similarity": "multi-similarity",
    "plain contrastive": "contrastive",
    "plain triplet": "triplet",
    "plain proxy-anchor": "proxy-anchor",
}
BACKBONE = (RAW, CENTRED)
PEERS = (*PLAIN, MEMORY, PRISM, PRISM_CONTRASTIVE, KNN_FILTER, CLEANLAB)
BESIDE = (0.3, 0.5, 0.7)
"""Shares that a peer's head may have beside the centred backbone, the best of which counts."""
OURS = (POINTS, LEARNED, EMBEDDING)

PENALTY = 0.003
"""C of cleanlab's logistic regression: the most frequent choice for plankton in the detection
benchmark, where it is chosen in cleanlab's favour."""

CODE = code_digest("embedding/learn", "embedding/space")
PEER_CODE = files_digest("retrieval/retrieval_peers.py", "detection/peers.py")
TRAINING_CODE = code_digest()


@dataclass(frozen=True, slots=True)
class Trained:
    """What the ablations need of a training of ours.

    Attributes:
        embedding: (N, E) of all images.
        points: (N, D) of all images.
        corrected: (n, K) of the images that train.
        curvature: c of the ball.
    """

    embedding: Vectors
    points: Vectors
    corrected: Vectors
    curvature: float


def compared(each: RetrievalSet) -> list[Method]:
    """All methods of the tables, quick ones first."""
    return [*_backbone(each), *_ours(each), *_peers(each)]


def few(each: RetrievalSet) -> list[Method]:
    """The methods of classes that nobody trained on: the backbone, one plain loss, and ours."""
    return [*_backbone(each), *_ours(each), _peers(each)[0]]


def engine(each: RetrievalSet, config: TrainConfig | None = None) -> Trained:
    """Our training on the given labels, or what an earlier call kept of it in the cache.

    The embedding is learned from what the training found, by the product's own function, and kept
    for itself: a new embedding needs no new training.
    """
    config = config or TrainConfig(seed=each.seed)
    digest = row_digest(each.labelled, "engine", each.training_features, config.settings())
    trained = kept_arrays(digest + TRAINING_CODE, lambda: _trained(each, config))

    def embedding() -> dict[str, Vectors]:
        plain = np.ascontiguousarray(each.features[0])
        return {"embedding": learned_vectors(labelled_data(each), trained["corrected"], plain)}

    learned = kept_arrays(digest + CODE, embedding)
    return Trained(learned["embedding"], **trained, curvature=config.ablation.curvature)


def kept_arrays(key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Arrays from the cache, or made and put there."""
    name = hashlib.blake2b(key.encode(), digest_size=16).hexdigest()
    place = cache_folder() / "benchmarks" / f"{name}.npz"
    if not place.is_file():
        place.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(place, "wb") as stream:
            np.savez(stream, **make())
    with np.load(place) as kept:
        return dict(kept)


def _trained(each: RetrievalSet, config: TrainConfig) -> dict[str, Vectors]:
    result: TrainResult = finish(train(config, labelled_data(each)))
    plain = np.ascontiguousarray(each.features[0])
    points = _points(plain, result.head, config.ablation.curvature)
    return {"points": points, "corrected": result.corrected}


def labelled_data(each: RetrievalSet) -> TrainData:
    """The images that train, with their given labels."""
    labels, classes = each.labelled.given, each.labelled.classes
    return TrainData(each.training_features, labels, np.ones(len(labels), dtype=bool), classes)


def learned_vectors(data: TrainData, corrected: Vectors, plain: npt.NDArray[np.float16]) -> Vectors:
    """The product's embeddings.

    Args:
        data: The images that train, with their features.
        corrected: (n, K) what the training found of them.
        plain: (N, W) plain features of all images.
    """
    cancel = CancelToken()
    learned = learn_embedding(data, corrected, cancel)
    # The model gives points beside the embedding, by a head that plays no part in it.
    nothing = {"weight": np.zeros((1, plain.shape[1]), np.float32), "bias": np.zeros(1, np.float32)}
    return embed_features(plain, {**nothing, **learned}, TrainConfig().ablation.curvature, cancel)


def _points(
    plain: npt.NDArray[np.float16], head: Mapping[str, Vectors], curvature: float
) -> Vectors:
    import torch

    with torch.inference_mode():
        features = torch.from_numpy(plain).float()
        points: Vectors = EmbeddingModel(head, curvature).point(features).numpy()
    return points


def _backbone(each: RetrievalSet) -> list[Method]:
    plain = each.features[0].astype(np.float32)
    middle = plain[each.training].mean(0)
    return [
        Method(RAW, {}, lambda: each.measure(plain)),
        Method(CENTRED, {}, lambda: each.measure(plain - middle)),
    ]


def _ours(each: RetrievalSet) -> list[Method]:
    settings = TrainConfig(seed=each.seed).settings()

    def points() -> dict[str, Any]:
        found = engine(each)
        return each.measure(found.points, found.curvature)

    def embedding() -> dict[str, Any]:
        found = engine(each)
        cleaned = found.corrected.argmax(1) == each.labelled.truth
        return {**each.measure(found.embedding), "noise": each.noise, "cleaned": cleaned.mean()}

    def learned() -> dict[str, Any]:
        return each.measure(engine(each).embedding[:, COMPONENTS:])

    rows = {EMBEDDING: embedding, POINTS: points, LEARNED: learned}
    return [Method(name, settings, run) for name, run in rows.items()]


def _peers(each: RetrievalSet) -> list[Method]:
    """The peers in the order of `PEERS`; only PRISM is told the rate of the noise."""
    base = PeerConfig(seed=each.seed)
    prism = replace(base, rule="prism", rate=each.noise, memory=True)
    configs = {name: replace(base, loss=loss) for name, loss in PLAIN.items()}
    configs[MEMORY] = replace(base, loss="contrastive", memory=True)
    configs[PRISM] = prism
    configs[PRISM_CONTRASTIVE] = replace(prism, loss="contrastive")
    configs[KNN_FILTER] = replace(base, rule="knn")
    methods = [
        Method(name, dict(asdict(config)), _peer(each, config, lambda: each.labelled.given))
        for name, config in configs.items()
    ]
    settings = dict(asdict(base)) | {"penalty": PENALTY}
    cleaned = _peer(each, base, lambda: without_issues(each))
    return [*methods, Method(CLEANLAB, settings, cleaned)]


def _peer(
    each: RetrievalSet, config: PeerConfig, labels: Callable[[], npt.NDArray[np.int64]]
) -> Callable[[], dict[str, Any]]:
    def run() -> dict[str, Any]:
        prepared = standardised(each.features, each.training)
        chosen = labels()
        head = train_head(prepared[:, each.training], chosen, each.labelled.classes, config)
        vectors = embed(head, prepared[0])
        beside = {f"beside_{name}": value for name, value in beside_backbone(each, vectors).items()}
        return {**each.measure(vectors), **beside, "kept": float((chosen >= 0).mean())}

    return run


def beside_backbone(each: RetrievalSet, vectors: Vectors) -> dict[str, Any]:
    """A peer's head beside the centred backbone, as ours is beside its own backbone part.

    The share of the head is the best for Recall@1 on the truth: in the peer's favour.
    """
    plain = each.features[0].astype(np.float32)
    plain -= plain[each.training].mean(0)
    plain /= np.linalg.norm(plain, axis=1, keepdims=True)
    found = []
    for share in BESIDE:
        parts = ((1 - share) ** 0.5 * plain, share**0.5 * vectors)
        found.append({**each.measure(np.concatenate(parts, axis=1)), "share": share})
    return max(found, key=lambda measures: float(measures["recall_1"]))


def without_issues(each: RetrievalSet) -> npt.NDArray[np.int64]:
    """The given labels, -1 where cleanlab flags them by out-of-fold logistic regression."""
    from cleanlab.filter import find_label_issues  # type: ignore[import-untyped]

    given = each.labelled.given
    # Classes without a label are left out, as cleanlab expects every one to occur.
    _, dense = np.unique(given, return_inverse=True)
    every = np.ones(len(given), dtype=bool)
    folds = assign_folds(given, every, 5, each.seed)
    features = rotated(each.features[0, each.training])
    probabilities = cross_validated(features, dense, folds, PENALTY)
    return np.where(find_label_issues(dense, probabilities), -1, given)
