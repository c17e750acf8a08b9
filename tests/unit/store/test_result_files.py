from __future__ import annotations

import csv
import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_results import (
    CLASSES,
    PATHS,
    small_embeddings,
    small_quarantine,
    small_record,
    small_scores,
    small_table,
)

from ahsml_app.base.types import SampleTable
from ahsml_app.store import result_files as export

GOLDEN = Path(__file__).parents[2] / "golden"


def check_golden(written: Path) -> None:
    """Compare with the golden file; UPDATE_GOLDEN=1 writes it anew, to be read before a commit."""
    golden = GOLDEN / written.name
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(written.read_bytes())
    assert written.read_bytes() == golden.read_bytes()


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def applied() -> export.Decisions:
    kept = export.undecided(small_table())
    labels, kinds = list(kept.labels), list(kept.kinds)
    labels[1], kinds[1] = CLASSES[2], export.RELABELLED_AUTOMATICALLY
    return export.Decisions(labels, kinds)


def test_labels_are_written_as_agreed(tmp_path: Path) -> None:
    export.write_labels(tmp_path / "labels.csv", small_table(), applied())
    check_golden(tmp_path / "labels.csv")


def test_scores_are_written_as_agreed(tmp_path: Path) -> None:
    export.write_scores_csv(tmp_path / "scores.csv", small_table(), small_scores())
    check_golden(tmp_path / "scores.csv")


def test_quarantine_is_written_as_agreed(tmp_path: Path) -> None:
    export.write_quarantine(tmp_path / "quarantine.csv", small_quarantine())
    check_golden(tmp_path / "quarantine.csv")


def test_the_run_file_is_written_as_agreed(tmp_path: Path) -> None:
    files = {"labels.csv": "cae66941d9efbd404e4d88758ea67670", "images/1.jpg": "link:/a/1.jpg"}
    export.write_run_file(tmp_path / "run.json", small_record(), files)
    check_golden(tmp_path / "run.json")


def test_embeddings_hold_the_agreed_values_without_pickle(tmp_path: Path) -> None:
    export.write_embeddings_npz(tmp_path / "embeddings.npz", small_table(), small_embeddings())
    golden = json.loads((GOLDEN / "embeddings.json").read_text(encoding="utf-8"))
    with np.load(tmp_path / "embeddings.npz", allow_pickle=False) as arrays:
        assert sorted(arrays) == ["curvature", "embeddings", "paths", "points"]
        assert arrays["embeddings"].dtype == np.float32
        np.testing.assert_array_equal(arrays["embeddings"], np.float32(golden["embeddings"]))
        assert arrays["paths"].tolist() == golden["paths"]
        assert arrays["points"].dtype == np.float32
        np.testing.assert_array_equal(arrays["points"], np.float32(golden["points"]))
        assert float(arrays["curvature"]) == golden["curvature"]


def test_the_same_embeddings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("first", "second"):
        export.write_embeddings_npz(tmp_path / name, small_table(), small_embeddings())
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_embeddings_in_parquet_hold_the_agreed_values(tmp_path: Path) -> None:
    path = tmp_path / "embeddings.parquet"
    export.write_embeddings_parquet(path, small_table(), small_embeddings())
    golden = json.loads((GOLDEN / "embeddings.json").read_text(encoding="utf-8"))
    content = pq.read_table(path)
    for name, size in (("embedding", 3), ("point", 2)):
        kind = content.schema.field(name).type
        assert (str(kind.value_type), kind.list_size) == ("float", size)
    assert content["path"].to_pylist() == golden["paths"]
    assert content["label"].to_pylist() == golden["labels"]
    for name in ("embedding", "point"):
        values = np.float32(content[name].to_pylist())
        np.testing.assert_array_equal(values, np.float32(golden[f"{name}s"]))
    assert float(content.schema.metadata[b"curvature"]) == golden["curvature"]


def test_scores_in_parquet_hold_the_agreed_values(tmp_path: Path) -> None:
    path = tmp_path / "scores.parquet"
    export.write_scores_parquet(path, small_table(), small_scores())
    content = pq.read_table(path)
    golden = json.loads((GOLDEN / "scores.json").read_text(encoding="utf-8"))
    # Versions of pyarrow differ in how they call the members of a list.
    types = {field.name: str(field.type).replace("item:", "element:") for field in content.schema}
    assert types == golden["types"]
    assert content.to_pylist() == golden["rows"]


def test_csv_and_parquet_agree(tmp_path: Path) -> None:
    export.write_scores_csv(tmp_path / "scores.csv", small_table(), small_scores())
    export.write_scores_parquet(tmp_path / "scores.parquet", small_table(), small_scores())
    native = pq.read_table(tmp_path / "scores.parquet").to_pylist()
    texts = read_csv(tmp_path / "scores.csv")
    assert [row["path"] for row in texts] == [row["path"] for row in native]
    for text, value in zip(texts, native, strict=True):
        assert list(text) == list(value) == list(export.SCORE_COLUMNS)
        for name in ("error_probability", "outlier_probability", "class_divergence"):
            expected = "" if value[name] is None else f"{value[name]:.6f}"
            assert text[name] == expected


def test_a_manifest_label_column_named_label_is_not_written_twice(tmp_path: Path) -> None:
    table = replace(small_table(), source_columns=("path", "label", "split"), label_column="label")
    export.write_labels(tmp_path / "labels.csv", table, export.undecided(table))
    header = (tmp_path / "labels.csv").read_text(encoding="utf-8").splitlines()[0]
    assert header == "path,label,given_label,decision,split"


def test_exported_labels_can_be_the_manifest_of_the_next_run(tmp_path: Path) -> None:
    own = ("path", "label", "given_label", "decision", "split")
    empty = ("",) * len(PATHS)
    table = replace(
        small_table(),
        source_columns=own,
        label_column="label",
        columns={"given_label": empty, "decision": empty, "split": empty},
    )
    export.write_labels(tmp_path / "labels.csv", table, export.undecided(table))
    first = read_csv(tmp_path / "labels.csv")[0]
    assert tuple(first) == own
    assert first["given_label"] == CLASSES[0]


def test_a_parquet_manifest_holds_the_new_labels_without_dropped_images(tmp_path: Path) -> None:
    table, decisions = small_table(), applied()
    decisions.kinds[0] = export.DROPPED
    export.write_manifest(tmp_path / "own.csv", table, decisions)
    export.write_manifest(tmp_path / "own.parquet", table, decisions)
    rows = pq.read_table(tmp_path / "own.parquet").to_pylist()
    assert rows == read_csv(tmp_path / "own.csv")
    assert [row["path"] for row in rows] == list(PATHS[1:])
    assert rows[0][table.label_column] == CLASSES[2]


def test_class_folders_give_no_further_columns(tmp_path: Path) -> None:
    table = replace(small_table(), source_columns=(), columns={}, label_column="label")
    export.write_labels(tmp_path / "labels.csv", table, export.undecided(table))
    assert tuple(read_csv(tmp_path / "labels.csv")[0]) == export.LABEL_COLUMNS


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\0", codec="utf-8"), min_size=1),
        min_size=1,
        max_size=4,
    )
)
def test_any_name_survives_the_way_through_csv(
    tmp_path_factory: pytest.TempPathFactory, names: list[str]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "labels.csv"
    table = SampleTable(
        Path(), tuple(names), np.zeros(len(names), int), (names[0],), columns={"note": tuple(names)}
    )
    export.write_labels(path, table, export.undecided(table))
    rows = read_csv(path)
    assert [row["path"] for row in rows] == names
    assert [row["note"] for row in rows] == names
    assert all(row["label"] == names[0] for row in rows)


def test_a_file_name_that_is_not_utf_8_stops_no_export(tmp_path: Path) -> None:
    table = replace(small_table(), paths=("bad\udcff.png", *PATHS[1:]))
    export.write_labels(tmp_path / "labels.csv", table, export.undecided(table))
    export.write_scores_csv(tmp_path / "scores.csv", table, small_scores())
    export.write_scores_parquet(tmp_path / "scores.parquet", table, small_scores())
    export.write_embeddings_npz(tmp_path / "embeddings.npz", table, small_embeddings())
    export.write_embeddings_parquet(tmp_path / "e.parquet", table, small_embeddings())
    assert read_csv(tmp_path / "labels.csv")[0]["path"] == "bad\\udcff.png"
