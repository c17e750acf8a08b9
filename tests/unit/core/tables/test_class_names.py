"""Names of classes whose numbers a table holds."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import LabelsError
from ahsml_app.core.tables.edit_table import edited_table

LABELS = {"a.jpg": "cat", "b.jpg": "dog", "c.jpg": "none", "d.jpg": "cat"}


def table(folder: Path, first: int = 0) -> Path:
    touch(folder / "in", *LABELS)
    number = {name: n for n, name in enumerate(("cat", "dog", "none"), first)}
    rows = [f"{path[0]},{number[label]}" for path, label in LABELS.items()]
    (folder / "train.csv").write_text("\n".join(["id,diagnosis", *rows]))
    return folder / "train.csv"


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("classes.txt", "cat\ndog\nnone\n", 0),
        ("classes.txt", "cat\ndog\nnone", 1),
        ("map.txt", "0: cat\n1: dog\n2: none\n", 0),
        ("names.json", '["cat", "dog", "none"]', 0),
        ("map.json", '{"0": "cat", "1": "dog", "2": "none"}', 0),
        ("back.json", '{"cat": 0, "dog": 1, "none": 2}', 0),
    ],
)
def test_numbers_get_their_names_and_are_written_again(
    tmp_path: Path, name: str, text: str, first: int
) -> None:
    file, names = table(tmp_path, first), tmp_path / name
    names.write_text(text)
    read, _ = run(tmp_path / "in", labels=file, class_names=names)
    assert labels_of(read) == LABELS
    before = file.read_bytes()
    assert edited_table(file, read.table, list(LABELS.values()), names) == before
    changed = ["dog", *list(LABELS.values())[1:]]
    after = before.replace(f"a,{first}".encode(), f"a,{first + 1}".encode())
    assert edited_table(file, read.table, changed, names) == after


def test_a_file_of_names_beside_the_table_is_pointed_out(tmp_path: Path) -> None:
    file = table(tmp_path)
    (tmp_path / "classes.txt").write_text("cat\ndog\nnone\n")
    read, _ = run(tmp_path / "in", labels=file)
    assert set(labels_of(read).values()) == {"0", "1", "2"}
    assert "--class-names" in notice(read, "classes.txt may name them")


def test_a_file_without_names_is_an_error(tmp_path: Path) -> None:
    file, names = table(tmp_path), tmp_path / "names.txt"
    error = failure(LabelsError, tmp_path / "in", labels=file, class_names=names)
    assert "cannot be read" in str(error.message)
    names.write_text("\n")
    error = failure(LabelsError, tmp_path / "in", labels=file, class_names=names)
    assert "names.txt" in str(error.message)
    assert "no manifest" in str(failure(LabelsError, tmp_path / "in", class_names=names).message)
