"""The file of finished rows: each is appended at once, and not computed again."""

from __future__ import annotations

import ast
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

import ahsml_app
from benchmarks.common.bench_command import BENCHMARKS
from benchmarks.common.sets import LabelledSet

Row = dict[str, Any]

METHOD = (
    "head/consistency",
    "ensemble/combine",
    "folds",
    "head/head_model",
    "head/fit",
    "head/epoch",
    "geometry/poincare",
    "ensemble/error_count",
    "ensemble/logistic",
    "ensemble/noise_model",
    "head/objective",
    "features/preprocess",
    "head/prototypes",
    "head/margins",
    "ensemble/lda_gp",
    "training/assemble",
    "training/cross_fit",
    "training_data",
    "head/sample_weights",
)
"""Modules of the core that training on cached features consists of, beside the losses. The options
of `config` are among the settings of each row."""


NETWORK_PARTS = (
    "finetune/inputs/batch_sampler",
    "finetune/inputs/step_inputs",
    "finetune/memory",
    "finetune/network",
    "finetune/optimizer",
    "finetune/cuda_graph",
    "finetune/initial_task",
    "finetune/step",
)
"""Modules of the core's finetune that one network's training consists of, beside its views."""

SHOWN = ("average_precision", "recall_1", "radius_disagreement")
"""What a finished row prints: the first of these that it has."""


def read_rows(place: Path) -> list[Row]:
    """All rows of the file, in the order they were computed."""
    if not place.is_file():
        return []
    return [json.loads(line) for line in place.read_text("utf-8").splitlines() if line.strip()]


def row_digest(
    each: LabelledSet,
    method: str,
    features: npt.NDArray[np.float16],
    options: Mapping[str, object],
) -> str:
    """Says whether a row was computed from the same set, features and settings."""
    content = repr((each.name, method, sorted(options.items()), features.shape)).encode()
    content += features[0, ::97].tobytes() + each.given.tobytes()
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def code_digest(*more: str) -> str:
    """Says whether two rows of ours came from the same code of the method, whatever its comments.

    Args:
        more: Further modules of the core that the rows depend on.
    """
    content = hashlib.blake2b(digest_size=8)
    core = Path(ahsml_app.__file__).resolve().parent / "core"
    names = (*METHOD, *more)
    for path in (*(core / f"{name}.py" for name in names), *sorted(core.glob("losses/*.py"))):
        content.update(_code(path))
    return content.hexdigest()


def _code(path: Path) -> bytes:
    """What a module does: without comments, documentation and layout."""
    tree = ast.parse(path.read_bytes())
    for node in ast.walk(tree):
        if isinstance(body := getattr(node, "body", None), list):
            said = [each for each in body if not _only_said(each)]
            node.body = said  # type: ignore[attr-defined]
    return ast.unparse(tree).encode()


def _only_said(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


def files_digest(*names: str) -> str:
    """Says whether two rows of a peer came from the same files of the benchmark."""
    content = hashlib.blake2b(digest_size=8)
    for name in names:
        content.update(_code(BENCHMARKS / name))
    return content.hexdigest()


def settle(
    place: Path,
    each: LabelledSet,
    method: str,
    features: npt.NDArray[np.float16],
    options: Mapping[str, object],
    run: Callable[[], dict[str, Any]],
    code: str,
) -> None:
    """Compute a row and append it, unless it is there for the same features and settings."""
    digest = row_digest(each, method, features, options)
    if any(row["digest"] == digest for row in read_rows(place)):
        return
    start = time.perf_counter()
    facts = run()
    row = {"set": each.name, "method": method, "digest": digest, "code": code, **facts}
    row["seconds"] = round(time.perf_counter() - start, 1)
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(row) + "\n")
    shown = next((name for name in SHOWN if name in facts), "")
    print(f"{each.name} | {method} | {shown} {facts.get(shown, float('nan')):.3f}", end=" | ")
    print(f"{row['seconds']} s", flush=True)


CODE = code_digest()
"""Of the code as it was loaded, even if a file changes while a row is computed."""
