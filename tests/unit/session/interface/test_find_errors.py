"""Wrong labels in one call, of features and of folders."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import sample_images

import ahsml_app
from ahsml_app import cli
from ahsml_app.base.errors import AppError
from ahsml_app.base.events import Event, Progress

QUICK = {"epochs": 3, "folds": 3, "passes": 1}
NAMES = np.array(["cat", "dog", "fox"])


def blobs() -> tuple[np.ndarray, list[str], set[int]]:
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 150)
    features = 2 * random.normal(size=(3, 16))[true] + random.normal(size=(150, 16))
    rows = random.choice(150, 15, replace=False)
    given = true.copy()
    given[rows] = (given[rows] + 1) % 3
    return features, NAMES[given].tolist(), set(rows.tolist())


def test_errors_among_features_are_found() -> None:
    features, labels, wrong = blobs()
    heard: list[Event] = []
    found = ahsml_app.find_label_errors(features, labels, listener=heard.append, **QUICK)
    suspects = found.suspects().tolist()
    assert len(set(suspects[:15]) & wrong) >= 14
    low, best, high = found.expected_errors
    assert low <= best <= high
    assert found.classes == ("cat", "dog", "fox")
    assert found.probabilities.shape == found.corrected.shape == (150, 3)
    np.testing.assert_allclose(found.probabilities.sum(1), 1, atol=1e-4)
    assert len(found.embeddings) == found.scores.num_rows == 150
    assert found.scores["given_label"].to_pylist() == labels
    assert not {"path", "blank", "consistency"} & set(found.scores.column_names)
    assert any(isinstance(event, Progress) for event in heard)


def test_the_same_seed_gives_the_same_scores() -> None:
    features, labels, _ = blobs()
    one, two = (ahsml_app.find_label_errors(features, labels, seed=3, **QUICK) for _ in range(2))
    assert one.scores.equals(two.scores)
    other = ahsml_app.find_label_errors(features, labels, seed=4, **QUICK)
    assert not one.scores.equals(other.scores)


def test_unlabelled_samples_get_a_suggestion_and_numbers_are_classes() -> None:
    features, labels, _ = blobs()
    numbers = [int(np.flatnonzero(name == NAMES)[0]) for name in labels]
    given = [None if row % 10 == 0 else number for row, number in enumerate(numbers)]
    found = ahsml_app.find_label_errors(features, given, **QUICK)
    assert found.classes == (0, 1, 2)
    assert found.scores["error_probability"].null_count == 15
    assert found.scores["given_label"][0].as_py() == ""
    assert found.scores["suggested_label"][0].as_py() in {"0", "1", "2"}
    nan = ahsml_app.find_label_errors(features, np.array(given, dtype=float), **QUICK)
    assert nan.classes == (0.0, 1.0, 2.0)
    assert nan.scores["error_probability"].equals(found.scores["error_probability"])


def test_copies_of_an_error_do_not_vouch_for_each_other_where_they_are_named() -> None:
    features, labels, wrong = blobs()
    rows = sorted(wrong)[:5]
    near = np.concatenate([features, *[features[rows] + 1e-3 * n for n in (1, 2, 3)]])
    groups = [None] * 150 + [f"video {row}" for _ in range(3) for row in rows]
    for row in rows:
        groups[row] = f"video {row}"
    given = labels + [labels[row] for _ in range(3) for row in rows]
    alone = ahsml_app.find_label_errors(near, given, **QUICK)
    grouped = ahsml_app.find_label_errors(near, given, groups=groups, **QUICK)
    probability = "error_probability"
    assert grouped.scores[probability].to_numpy()[rows].min() > 0.5
    assert (
        grouped.scores[probability].to_numpy()[rows].mean()
        > alone.scores[probability].to_numpy()[rows].mean()
    )
    assert grouped.scores["fold_group"].null_count == 145


def test_a_folder_is_judged_as_by_the_command(tmp_path: Path, cache: Path) -> None:
    images = tmp_path / "images"
    sample_images.make_images(images, per_class=8)
    (images / "discs" / "broken.png").write_bytes(b"no picture")
    found = ahsml_app.find_label_errors(images, views=1, epochs=3, seed=2)
    assert list(tmp_path.iterdir()) == [images]  # nothing is written
    assert [item.path for item in found.quarantined] == ["discs/broken.png"]
    options = ["--views", "1", "--epochs", "3", "--seed", "2", "--quiet"]
    assert cli.main(["--headless", str(images), "--out", str(tmp_path / "out"), *options]) == 0
    assert found.scores.equals(pq.read_table(tmp_path / "out" / "scores.parquet"))


@pytest.mark.parametrize(
    ("data", "labels", "options", "words"),
    [
        (np.zeros((3, 2)), ["a", "b"], {}, r"shape \(3, 2\) do not fit 2 labels"),
        (np.full((2, 2), np.nan), ["a", "b"], {}, "not finite"),
        (np.zeros((2, 2)), ["a", "a"], {}, "at least two classes"),
        (np.zeros((2, 2)), None, {}, "need their labels"),
        (np.zeros((2, 2)), ["a", "b"], {"groups": ["x"]}, "1 groups do not fit 2 labels"),
        ("folder", ["a", "b"], {}, "are a file"),
        ("folder", None, {"groups": ["x"]}, "groups belong to features"),
    ],
)
def test_what_does_not_fit_is_said(
    data: object, labels: object, options: dict[str, object], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        ahsml_app.find_label_errors(data, labels, **options)


def test_errors_of_folders_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(AppError, match="does not exist"):
        ahsml_app.find_label_errors(tmp_path / "nowhere")


def test_labels_and_features_of_other_libraries() -> None:
    import torch

    features, labels, _ = blobs()
    numbers = np.array([NAMES.tolist().index(label) for label in labels])
    expected = ahsml_app.find_label_errors(features, numbers, **QUICK)
    spread = np.ma.masked_array(features, mask=False)
    for data, given in (
        (torch.tensor(features, requires_grad=True), torch.tensor(numbers)),
        (features, [torch.tensor(number) for number in numbers]),
        (features.astype(str), numbers.astype(float)),
        (spread, numbers[:, None]),
        (features.tolist(), [int(n) if row % 2 else str(n) for row, n in enumerate(numbers)]),
        (features, numbers.astype("S")),
    ):
        found = ahsml_app.find_label_errors(data, given, **QUICK)
        assert tuple(map(str, found.classes)) == ("0", "1", "2")
        assert found.expected_errors == expected.expected_errors


def test_missing_labels_of_every_kind() -> None:
    features, labels, _ = blobs()

    class Missing:
        """Like the missing value of pandas, of which no comparison is true or false."""

        def __ne__(self, other: object) -> object:
            return self

        def __bool__(self) -> bool:
            raise TypeError

        __hash__ = None  # type: ignore[assignment]

    given = [None, float("nan"), "", Missing(), *labels[4:]]
    found = ahsml_app.find_label_errors(features, given, **QUICK)
    assert found.scores["given_label"].to_pylist()[:4] == [""] * 4
    masked = np.ma.masked_array(range(150), mask=[row > 2 for row in range(150)]) % 2
    found = ahsml_app.find_label_errors(features, masked, **QUICK)
    assert found.classes == (0, 1)


class Table:
    """Like a table of pandas, which counts as its columns."""

    ndim = 2

    def __init__(self, **columns: object) -> None:
        self.columns = columns

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def to_numpy(self) -> np.ndarray:
        return np.array(list(self.columns.values())).T


def test_a_table_of_one_column_and_a_number_without_end_are_labels() -> None:
    features, labels, _ = blobs()
    expected = ahsml_app.find_label_errors(features, labels, **QUICK)
    found = ahsml_app.find_label_errors(features, Table(animal=labels), **QUICK)
    assert found.scores == expected.scores
    numbers = [float("inf"), *(NAMES.tolist().index(label) for label in labels[1:])]
    found = ahsml_app.find_label_errors(features, numbers, **QUICK)
    assert float("inf") in found.classes


@pytest.mark.parametrize(
    ("data", "labels"),
    [
        (np.eye(4), Table(one=[0, 1, 0, 1], other=[0, 1, 0, 1])),
        (np.eye(4) * 1j, [0, 1, 0, 1]),
        (np.ma.masked_array(np.eye(4), mask=np.eye(4) > 0), [0, 1, 0, 1]),
        ([["x", "y"]] * 4, [0, 1, 0, 1]),
        (np.eye(4), {0: 1, 1: 0, 2: 1, 3: 0}),
        (np.eye(4), np.eye(4)),
        (np.eye(4), [[0], [1], [0], [1]]),
        (np.eye(4), "abab"),
    ],
)
def test_what_is_no_features_or_labels_is_refused(data: object, labels: object) -> None:
    with pytest.raises(ValueError, match=r"features|labels"):
        ahsml_app.find_label_errors(data, labels, **QUICK)


def test_few_and_equal_samples_end_without_an_error() -> None:
    features, labels, _ = blobs()
    for data, given in (
        (features[:3], ["a", "b", "c"]),
        (np.ones((30, 4)), ["a", "b", "c"] * 10),
        (features * 1e200, labels),
    ):
        assert len(ahsml_app.find_label_errors(data, given, **QUICK).scores) == len(given)


@pytest.mark.parametrize(
    ("options", "told"),
    [({"epoch": 3}, "Did you mean 'epochs'"), ({"epochs": 0}, "from 1"), ({"x": 1}, "no option")],
)
def test_options_that_do_not_exist_are_refused(options: dict[str, object], told: str) -> None:
    features, labels, _ = blobs()
    with pytest.raises(AppError, match=told):
        ahsml_app.find_label_errors(features, labels, **options)
