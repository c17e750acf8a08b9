"""Tables in rare encodings and quotes, and tables whose numbers have lost their zeros."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import LabelsError
from ahsml_app.core.tables.edit_table import edited_table

NAMES = [f"{n:05}.png" for n in range(8, 16)]
LABELS = ["Bär", "Kuh"] * 4


def scanned(folder: Path, content: str | bytes, names: list[str] = NAMES):
    touch(folder / "in", *names)
    file = folder / "t.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return run(folder / "in", labels=file)[0]


def text(names: list[str], quote: str = "", end: str = "\n") -> str:
    rows = [("image", "class"), *zip(names, LABELS, strict=True)]
    return "".join(",".join(f"{quote}{cell}{quote}" for cell in row) + end for row in rows)


@pytest.mark.parametrize("encoding", ["utf-32-le", "utf-32-be"])
def test_a_table_in_utf_32(tmp_path: Path, encoding: str) -> None:
    content = ("\ufeff" + text(NAMES)).encode(encoding)
    result = scanned(tmp_path, content)
    assert list(labels_of(result).values()) == LABELS
    labels = ["Kuh", *LABELS[1:]]
    written = edited_table(tmp_path / "t.csv", result.table, labels)
    assert written == content.replace("Bär".encode(encoding), "Kuh".encode(encoding), 1)


def test_fields_in_single_quotes(tmp_path: Path) -> None:
    content = text(NAMES, "'").replace("Bär", "bear, brown, it''s one")
    result = scanned(tmp_path, content)
    assert set(labels_of(result).values()) == {"bear, brown, it's one", "Kuh"}
    assert notice(result, "t.csv has single quotes around its fields")
    written = edited_table(tmp_path / "t.csv", result.table, ["Kuh"] * 8)
    assert written == content.replace("bear, brown, it''s one", "Kuh").encode()


def test_a_path_without_a_label_among_rows_of_blanks(tmp_path: Path) -> None:
    """As `train.txt` of ImageNet, which Datumaro writes."""
    lines = [f"{name} {label}" for name, label in zip(NAMES, LABELS, strict=True)]
    lines[2] = f"{NAMES[2]} "
    content = "\n".join(lines) + "\n"
    result = scanned(tmp_path, content)
    assert list(labels_of(result).values()) == [*LABELS[:2], "", *LABELS[3:]]
    labels = [*LABELS[:2], "Kuh", *LABELS[3:]]
    written = edited_table(tmp_path / "t.csv", result.table, labels)
    assert written == content.replace(f"{NAMES[2]} ", f"{NAMES[2]} Kuh").encode()


def test_an_apostrophe_is_no_quote(tmp_path: Path) -> None:
    result = scanned(tmp_path, text(NAMES).replace("Bär", "'s bear").replace("Kuh", "cow's"))
    assert set(labels_of(result).values()) == {"'s bear", "cow's"}


@pytest.mark.parametrize("suffix", ["", ".png"])
def test_numbers_that_lost_their_zeros(tmp_path: Path, suffix: str) -> None:
    lines = [f"{n},{n}{suffix},{label}" for n, label in zip(range(8, 16), LABELS, strict=True)]
    result = scanned(tmp_path, "\n".join(["age,id,label", *lines]) + "\n")
    assert labels_of(result) == dict(zip(NAMES, LABELS, strict=True))
    assert "'id' (numbers without leading zeros)" in notice(result, "images from")
    assert notice(result, "8 images of t.csv were found by their numbers without leading zeros")


@pytest.mark.parametrize("more", ["08.png", "9.png", "a/00012.png"])
def test_numbers_that_may_mean_two_images_mean_none(tmp_path: Path, more: str) -> None:
    touch(tmp_path / "in", more, *NAMES)
    (tmp_path / "t.csv").write_text("id,label\n12,a\n", encoding="utf-8")
    failure(LabelsError, tmp_path / "in", labels=tmp_path / "t.csv")


def test_a_number_in_another_column_is_no_image(tmp_path: Path) -> None:
    rows = zip(range(8, 16), NAMES, LABELS, strict=True)
    result = scanned(tmp_path, "age,shot,label\n" + "".join(f"{n},{p},{c}\n" for n, p, c in rows))
    assert result.table.path_column == "shot"
