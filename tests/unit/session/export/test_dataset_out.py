"""Data sets of Hugging Face come in with their labels, and go out with the new ones."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sample_images import jpeg
from scanning import labels_in, refusal, unpacked

import ahsml_app
from ahsml_app import cli
from ahsml_app.base.errors import AppError
from ahsml_app.session.pipeline.unpack import archives_of

NAMES = ["cat", "dog", "bird"]
IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])


def rows(first: int, count: int, label: int | None = None) -> pa.Table:
    """Rows as `datasets` writes them: images, numbers of classes, and what else there may be."""
    numbers = range(first, first + count)
    features = {
        "image": {"_type": "Image"},
        "label": {"names": NAMES, "_type": "ClassLabel"},
        "source": {"dtype": "string", "_type": "Value"},
    }
    table = pa.table(
        {
            "image": pa.array(
                [{"bytes": jpeg(n), "path": f"a/p.{n}.jpg" if n % 2 else None} for n in numbers],
                IMAGE,
            ),
            "label": pa.array([n % 3 if label is None else label for n in numbers], pa.int64()),
            "source": [f"camera {n % 2}" for n in numbers],
        }
    )
    return table.replace_schema_metadata(
        {"huggingface": json.dumps({"info": {"features": features}})}
    )


def saved(folder: Path, table: pa.Table, shards: int = 1) -> None:
    """Writes what `save_to_disk` writes."""
    folder.mkdir(parents=True)
    names = [f"data-{n:05}-of-{shards:05}.arrow" for n in range(shards)]
    size = -(-len(table) // shards)
    for number, name in enumerate(names):
        with pa.ipc.new_stream(folder / name, table.schema) as writer:
            writer.write_table(table.slice(number * size, size), max_chunksize=4)
    state = {"_data_files": [{"filename": name} for name in names], "_fingerprint": "abc"}
    (folder / "state.json").write_text(json.dumps(state))
    features = json.loads(table.schema.metadata[b"huggingface"])["info"]["features"]
    (folder / "dataset_info.json").write_text(json.dumps({"features": features}))


def made(form: str, place: Path) -> Path:
    """A data set of 24 images in a form, or, with splits, of 30."""
    if form == "Parquet":
        pq.write_table(rows(0, 24), place / "photos.parquet", row_group_size=7)
        return place / "photos.parquet"
    if form == "saved":
        saved(place / "photos", rows(0, 24), shards=3)
        return place / "photos"
    parts = {"train": rows(0, 18), "validation": rows(18, 6), "test": rows(24, 6, label=-1)}
    if form == "splits saved":
        for name, table in parts.items():
            saved(place / "photos" / name, table)
        (place / "photos" / "dataset_dict.json").write_text(json.dumps({"splits": list(parts)}))
        return place / "photos"
    (place / "photos" / "data").mkdir(parents=True)
    (place / "photos" / "README.md").write_text("# Photos")
    for name, table in parts.items():
        pq.write_table(table, place / f"photos/data/{name}-00000-of-00001.parquet")
    return place / "photos"


FORMS = ["Parquet", "saved", "splits saved", "splits in Parquet"]


def read(folder: Path) -> pa.Table:
    """All rows of the files of a data set that was written."""
    tables = []
    for file in sorted(folder.rglob("*")):
        if file.suffix == ".parquet":
            tables.append(pq.ParquetFile(file).read())
        elif file.suffix == ".arrow":
            tables.append(pa.ipc.open_stream(file).read_all())
    return pa.concat_tables(tables)


@pytest.mark.parametrize("form", FORMS)
def test_images_and_labels_come_out_of_the_rows(tmp_path: Path, form: str) -> None:
    source, _ = unpacked(made(form, tmp_path))
    labels = labels_in(source)
    counts = Counter(labels.values())
    assert counts == dict.fromkeys(NAMES, 8) | ({"": 6} if "splits" in form else {})
    table = (source.folder / "labels.csv").read_text()
    if "splits" in form:
        assert all(f",{split}," in table for split in ("train", "val", "test"))
    assert "camera 1" in table
    contents = {(source.folder / path).read_bytes() for path in labels}
    assert contents == {jpeg(n) for n in range(len(labels))}


@pytest.mark.parametrize("form", FORMS)
def test_without_a_decision_a_data_set_goes_out_as_it_came(tmp_path: Path, form: str) -> None:
    source = made(form, tmp_path)
    with ahsml_app.open_project(tmp_path / "w" / "project", source) as project:
        project.export(tmp_path / "out", formats=["huggingface"])
    written = tmp_path / "out" / "formats" / "huggingface"
    before = {f.name: f.read_bytes() for f in [source, *source.rglob("*")] if f.is_file()}
    found = [file for file in written.rglob("*") if file.is_file() and file.name != "README.md"]
    assert len(found) == len([name for name in before if name != "README.md"]) or len(found) > 3
    for file in found:
        same = source if source.is_file() else source / file.relative_to(written)
        same = same if same.is_file() else source / "data" / file.name
        assert file.read_bytes() == same.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_new_labels_go_into_the_rows(tmp_path: Path, form: str) -> None:
    source = made(form, tmp_path)
    with ahsml_app.open_project(tmp_path / "w" / "project", source) as project:
        root = tmp_path / "w" / "photos-unpacked"
        content = {(root / path).read_bytes(): path for path in project.paths}
        row = [content[jpeg(number)] for number in range(3)]
        project.decide([row[0]], "relabel", "dog")
        project.decide([row[1]], "relabel", "zebra")
        project.decide([row[2]], "drop")
        project.export(tmp_path / "out", formats=["huggingface"])
    written = tmp_path / "out" / "formats" / "huggingface"
    after = {row["image"]["bytes"]: row for row in read(written).to_pylist()}
    before = {row["image"]["bytes"]: row for row in read(source.parent).to_pylist()}
    changed = {content for content, row in before.items() if after.get(content) != row}
    assert len(changed) == 3
    assert len(before) - len(after) == 1
    metadata = read(written).schema.metadata[b"huggingface"]
    names = json.loads(metadata)["info"]["features"]["label"]["names"]
    assert names == [*NAMES, "zebra"]
    assert sorted(names[after[content]["label"]] for content in changed if content in after) == [
        "dog",
        "zebra",
    ]
    assert "| cat | dog | 1 |" in (written / "README.md").read_text()
    for info in written.rglob("dataset_info.json"):
        assert json.loads(info.read_text())["features"]["label"]["names"] == names
        assert json.loads((info.parent / "state.json").read_text())["_fingerprint"] != "abc"


def test_texts_and_plain_bytes(tmp_path: Path) -> None:
    """A table that no tool of Hugging Face wrote."""
    table = pa.table(
        {
            "photo": [jpeg(n) for n in range(12)],
            "emotion": [("glad", "sad", None)[n % 3] for n in range(12)],
            "caption": [f"number {n}" for n in range(12)],
        }
    )
    pq.write_table(table, tmp_path / "faces.parquet")
    with ahsml_app.open_project(tmp_path / "w" / "project", tmp_path / "faces.parquet") as project:
        assert Counter(project.labels) == {"glad": 4, "sad": 4, "": 4}
        project.decide([project.paths[2]], "relabel", "calm")
        project.export(tmp_path / "out", formats=["huggingface"])
    written = read(tmp_path / "out" / "formats" / "huggingface")
    assert written["emotion"].to_pylist()[:3] == ["glad", "sad", "calm"]
    assert written["photo"].to_pylist() == table["photo"].to_pylist()


def test_the_file_may_be_named_as_the_labels(tmp_path: Path) -> None:
    file = made("Parquet", tmp_path)
    source, _ = unpacked(tmp_path, labels=file)
    assert len(labels_in(source)) == 24


def test_images_that_lie_elsewhere_are_left_out(tmp_path: Path) -> None:
    table = rows(0, 9).to_pydict()
    table["image"][4] = {"bytes": None, "path": "/etc/passwd"}
    pq.write_table(
        pa.table({**table, "image": pa.array(table["image"], IMAGE)}), tmp_path / "a.parquet"
    )
    source, said = unpacked(tmp_path / "a.parquet")
    assert len(labels_in(source)) == 8
    assert any("was left out, which is a link, a device or a row without" in text for text in said)


def test_a_damaged_image_in_the_first_row_refuses_no_data_set(tmp_path: Path) -> None:
    table = rows(0, 9).to_pydict()
    table["image"][0] = {"bytes": b"no image", "path": None}
    pq.write_table(
        pa.table({**table, "image": pa.array(table["image"], IMAGE)}), tmp_path / "a.parquet"
    )
    assert len(labels_in(unpacked(tmp_path / "a.parquet")[0])) == 9


def test_columns_of_one_name_are_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.parquet"
    table = rows(0, 24)
    pq.write_table(table.rename_columns(["image", "label", "source"]).add_column(
        1, "source", [["other"] * 24]), file)  # fmt: skip
    source, _ = unpacked(file)
    assert set(Counter(labels_in(source).values()).values()) == {8}
    assert "camera" not in (source.folder / "labels.csv").read_text()
    pq.write_table(table.rename_columns(["image", "label", "image"]), file)
    assert archives_of(file) == ()


def test_a_split_without_labels_goes_out_as_it_came(tmp_path: Path) -> None:
    folder = made("splits in Parquet", tmp_path)
    test = folder / "data" / "test-00000-of-00001.parquet"
    pq.write_table(rows(24, 6).select(["image"]), test)
    before = test.read_bytes()
    with ahsml_app.open_project(tmp_path / "w" / "project", folder) as project:
        unlabelled = [path for path in project.paths if path.startswith("test")]
        project.export(tmp_path / "same", formats=["huggingface"])
        project.decide(unlabelled[:1], "drop")
        project.export(tmp_path / "fewer", formats=["huggingface"])
        project.decide(unlabelled[1:2], "relabel", "dog")
        said: list[str] = []
        listen = lambda event: said.append(str(getattr(event, "message", "")))  # noqa: E731
        project.export(tmp_path / "none", formats=["huggingface"], listener=listen)
        assert any("no column holds labels" in text for text in said)
    name = f"formats/huggingface/{test.name}"
    assert (tmp_path / "same" / name).read_bytes() == before
    assert pq.read_table(tmp_path / "fewer" / name).equals(pq.read_table(test).slice(1))


def test_a_data_set_that_is_cut_off(tmp_path: Path) -> None:
    folder = made("saved", tmp_path)
    file = sorted(folder.glob("*.arrow"))[1]
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    assert "cannot be read" in str(refusal(folder))


def test_tables_without_images_are_no_data_set(tmp_path: Path) -> None:
    pq.write_table(pa.table({"path": ["a.jpg"], "label": ["cat"]}), tmp_path / "a.parquet")
    assert archives_of(tmp_path / "a.parquet") == ()
    assert archives_of(tmp_path) == ()
    (tmp_path / "b.parquet").write_bytes(b"PAR1 damaged")
    assert archives_of(tmp_path / "b.parquet") == ()


def emptied(place: Path, labels: pa.Array, names: list[str] | None = None) -> pa.Table:
    """Exports a data set whose column of labels allows no empty cell, with a label less."""
    table = rows(0, 24).select(["image"]).replace_schema_metadata(None)
    table = table.append_column(pa.field("label", labels.type, nullable=False), labels)
    features = {"label": {"names": names, "_type": "ClassLabel"}}
    if names is not None:
        mark = json.dumps({"info": {"features": features}})
        table = table.replace_schema_metadata({"huggingface": mark})
    pq.write_table(table, place / "a.parquet")
    with ahsml_app.open_project(place / "w" / "project", place / "a.parquet") as project:
        project.decide(project.paths[1:2], "ambiguous")
        project.decide(project.paths[2:3], "relabel", project.labels[0])
    call = ["--headless", str(place / "w" / "project"), "--out", str(place / "out")]
    assert cli.main([*call, "--formats", "huggingface", "--unsure", "leave-out", "--json"]) == 0
    return read(place / "out" / "formats" / "huggingface")


@pytest.mark.parametrize(
    ("cells", "expected", "value"),
    [
        (pa.array([n % 3 for n in range(24)]), [0, -1, 0, 0], "-1"),
        (pa.array([NAMES[n % 3] for n in range(24)]), ["cat", "", "cat", "cat"], '""'),
        (pa.array([n % 3 + 0.5 for n in range(24)]), [0.5, None, 0.5, 0.5], "NaN"),
    ],
)
def test_a_column_that_allows_no_empty_cell(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    cells: pa.Array,
    expected: list[object],
    value: str,
) -> None:
    written = emptied(tmp_path, cells, NAMES if pa.types.is_integer(cells.type) else None)
    found = [None if cell != cell else cell for cell in written["label"].to_pylist()]
    assert found == expected + cells.to_pylist()[4:]
    assert not written.schema.field("label").nullable
    said = f"1 row of a.parquet has {value} for no label: the column 'label' allows no empty cell"
    assert json.dumps(said)[1:-1] in capsys.readouterr().out
    labels = labels_in(unpacked(next((tmp_path / "out").rglob("a.parquet")))[0])
    assert list(labels.values()).count("") == 1


def test_a_row_is_left_out_where_nothing_stands_for_no_label(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = emptied(tmp_path, pa.array([n % 3 + 7 for n in range(24)]))
    assert written["label"].to_pylist() == [7, 7, *(n % 3 + 7 for n in range(3, 24))]
    assert "1 row of a.parquet is left out: it has no label any more" in capsys.readouterr().out


def test_a_class_that_is_named_twice_shifts_no_number(tmp_path: Path) -> None:
    file = made("splits in Parquet", tmp_path) / "data" / "train-00000-of-00001.parquet"
    for part in file.parent.iterdir():
        table = pq.read_table(part)
        features = json.loads(table.schema.metadata[b"huggingface"])
        features["info"]["features"]["label"]["names"] = ["cat", "dog", "cat", "bird"]
        labels = pa.array([0 if n == -1 else n + 1 for n in table["label"].to_pylist()])
        table = table.set_column(1, "label", labels)
        metadata = {"huggingface": json.dumps(features)}
        pq.write_table(table.replace_schema_metadata(metadata), part)
    with ahsml_app.open_project(tmp_path / "w" / "project", tmp_path / "photos") as project:
        root = tmp_path / "w" / "photos-unpacked"
        row = {(root / path).read_bytes(): path for path in project.paths}
        project.decide([row[jpeg(0)]], "relabel", "zebra")
        project.decide([row[jpeg(1)]], "relabel", "bird")
        project.export(tmp_path / "out", formats=["huggingface"])
    written = read(tmp_path / "out" / "formats" / "huggingface")
    metadata = json.loads(written.schema.metadata[b"huggingface"])
    assert metadata["info"]["features"]["label"]["names"] == ["cat", "dog", "cat", "bird", "zebra"]
    before = {row["image"]["bytes"]: row["label"] for row in read(file.parent).to_pylist()}
    after = {row["image"]["bytes"]: row["label"] for row in written.to_pylist()}
    assert after == before | {jpeg(0): 4, jpeg(1): 3}


@pytest.mark.parametrize("name", ["photos.parquet", "photos.arrow"])
def test_a_file_that_is_cut_off_is_said_to_be_so(tmp_path: Path, name: str) -> None:
    file = tmp_path / name
    if name.endswith(".parquet"):
        content = made("Parquet", tmp_path).read_bytes()
    else:
        content = next(made("saved", tmp_path).glob("*.arrow")).read_bytes()
    file.write_bytes(content[: len(content) // 2] if name.endswith(".parquet") else content[:99])
    error = refusal(file)
    assert f"{name} cannot be read: " in str(error)
    assert "a file, not a folder" not in str(error)
    assert str(error.hint) == "Copy or download it again."


def test_a_table_without_images_as_source_is_said_to_be_one(tmp_path: Path) -> None:
    pq.write_table(pa.table({"path": ["a.jpg"], "label": ["cat"]}), tmp_path / "a.parquet")
    error = refusal(tmp_path / "a.parquet")
    assert "a.parquet is a table without images" in str(error)
    assert "--labels" in str(error.hint)


def test_images_that_came_from_no_data_set(tmp_path: Path) -> None:
    from ahsml_app.session.export.forms.dataset_out import edited_dataset

    table = pa.table({"path": ["a"], "label": ["b"], "given_label": ["b"], "decision": ["keep"]})
    for data_row in (None, "no row", str(tmp_path / "gone.parquet#0")):
        labels = table if data_row is None else table.append_column("data_row", [[data_row]])
        with pytest.raises(AppError) as caught:
            edited_dataset(labels)
        assert str(caught.value.hint)
