"""Files of features and probabilities as pandas, scikit-learn and spreadsheets write them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from scanning import run, touch

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import SampleTable
from ahsml_app.core.own_files.own_features import OwnFeatures, own_features
from ahsml_app.core.own_files.own_probabilities import own_probabilities

PATHS = ("0/a.png", "0/b.png", "1/c.png", "1/d.png")
NUMBERS = np.array([[0.5, 0.5], [0.25, 0.75], [0.75, 0.25], [1.0, 0.0]])
"""The features, and the probabilities of the classes 0 and 1."""


@pytest.fixture
def table(tmp_path: Path) -> SampleTable:
    touch(tmp_path / "in", *PATHS)
    return run(tmp_path / "in")[0].table


def features(table: SampleTable, file: Path) -> tuple[np.ndarray, OwnFeatures]:
    found = own_features(file, table.root, table.paths, table.paths)
    parts = [part for _, part in found.rows.parts()]
    return np.concatenate(parts)[found.row_of], found


def frame(*names: str) -> pd.DataFrame:
    return pd.DataFrame(NUMBERS, columns=list(names)).assign(path=PATHS)


@pytest.mark.parametrize(
    ("column", "odd"),
    [("label", [0, 0, 1, 1]), ("class_id", [0, 0, 1, 1]), ("Unnamed: 0", [0, 1, 2, 3])],
)
def test_labels_and_numbers_of_rows_are_no_features(
    tmp_path: Path, table: SampleTable, column: str, odd: list[int]
) -> None:
    frame("f0", "f1").assign(**{column: odd}).to_parquet(tmp_path / "f.parquet")
    values, found = features(table, tmp_path / "f.parquet")
    assert values.tolist() == NUMBERS.tolist()
    notice = "f.parquet: columns of labels or of numbers of rows are no features"
    assert [str(text) for text in found.notices] == [f"{notice}: '{column}'."]


def test_the_index_that_pandas_keeps_is_no_feature(tmp_path: Path, table: SampleTable) -> None:
    frame("f0", "f1").iloc[[2, 0, 3, 1]].to_parquet(tmp_path / "f.parquet")
    values, found = features(table, tmp_path / "f.parquet")
    assert values.tolist() == NUMBERS.tolist()
    assert "'__index_level_0__'" in str(found.notices[0])


def test_numbers_with_fractions_are_features_whatever_their_name(
    tmp_path: Path, table: SampleTable
) -> None:
    frame("x", "y").to_parquet(tmp_path / "f.parquet")
    values, found = features(table, tmp_path / "f.parquet")
    assert values.tolist() == NUMBERS.tolist()
    assert found.notices == ()


def test_paths_may_be_views_of_texts(tmp_path: Path, table: SampleTable) -> None:
    paths = pa.array(PATHS).cast(pa.string_view())
    pq.write_table(pa.table({"path": paths, "f": NUMBERS.tolist()}), tmp_path / "f.parquet")
    assert features(table, tmp_path / "f.parquet")[0].tolist() == NUMBERS.tolist()


def test_an_archive_without_arrays_is_told(tmp_path: Path, table: SampleTable) -> None:
    torch = pytest.importorskip("torch")
    torch.save(torch.zeros(4, 2), tmp_path / "f.pt")
    with pytest.raises(InputError, match="it is neither NPY nor NPZ nor Parquet"):
        features(table, tmp_path / "f.pt")


def test_classes_may_be_whole_numbers(tmp_path: Path, table: SampleTable) -> None:
    file = tmp_path / "p.npz"
    np.savez(file, paths=PATHS, probabilities=NUMBERS[:, ::-1], classes=[1, 0])
    found = own_probabilities(file, table, tmp_path, CancelToken())
    assert found.probabilities.tolist() == NUMBERS.tolist()


def test_a_spreadsheet_may_write_commas(tmp_path: Path, table: SampleTable) -> None:
    file = tmp_path / "p.csv"
    frame("0", "1").to_csv(file, sep=";", decimal=",", index=False)
    found = own_probabilities(file, table, tmp_path, CancelToken())
    assert found.probabilities.tolist() == NUMBERS.tolist()
    file.write_text(file.read_text(encoding="utf-8").replace("0,25", "a,25"), encoding="utf-8")
    with pytest.raises(InputError, match="row 2 holds a number that is missing"):
        own_probabilities(file, table, tmp_path, CancelToken())


def test_a_table_without_the_classes_names_its_columns(tmp_path: Path, table: SampleTable) -> None:
    file = tmp_path / "p.csv"
    frame("p_0", "p_1").to_csv(file, index=False)
    with pytest.raises(InputError, match="it has no column '0', but 'p_0', 'p_1', 'path'"):
        own_probabilities(file, table, tmp_path, CancelToken())
