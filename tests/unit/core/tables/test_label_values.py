"""What the cells of a label column mean."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from scanning import labels_of, notice, run, touch

from ahsml_app.core.tables.columns.label_values import read_labels


def scanned(folder: Path, labels: list[str]):
    paths = [f"{n}.jpg" for n in range(len(labels))]
    touch(folder / "in", *paths)
    file = folder / "labels.csv"
    rows = [f"{path},{label}\n" for path, label in zip(paths, labels, strict=True)]
    file.write_text("path,label\n" + "".join(rows), "utf-8")
    return run(folder / "in", labels=file)[0]


def test_labels_that_say_they_are_missing_are_none_and_counted(tmp_path: Path) -> None:
    labels = [["nan", "a", "b", "c"][n % 4] for n in range(60)]
    result = scanned(tmp_path, labels)
    assert result.table.class_names == ("a", "b", "c")
    assert (result.table.labels < 0).sum() == 15
    assert "15 labels" in notice(result, "missing ('nan')")


@pytest.mark.parametrize(
    "text", ["NaN", "None", "null", "N/A", "NA", "-", "<NA>", " nan ", "#NV", "?"]
)
def test_every_usual_word_for_missing_is_known(text: str) -> None:
    values = read_labels([text, "cat", "dog", ""])
    assert values.labels == ("", "cat", "dog", "")
    assert "1 label" in str(values.notices[0])


def test_na_stays_a_class_among_codes_of_two_capitals() -> None:
    countries = ["NA", "DE", "FR", "IT", "NA", "nan"]
    assert read_labels(countries).labels == ("NA", "DE", "FR", "IT", "NA", "")
    assert read_labels(["NA", "DE", "FR"]).labels == ("", "DE", "FR")
    assert read_labels(["na", "de", "fr", "it"]).labels == ("na", "de", "fr", "it")
    assert read_labels(["none", "scratch"], known=["none"]).labels == ("none", "scratch")


def test_a_mark_stays_a_class_among_marks() -> None:
    assert read_labels(["?", "!", ".", ",", "nan"]).labels == ("?", "!", ".", ",", "")
    assert read_labels(["?", "0", "1", "2"]).labels == ("", "0", "1", "2")


def test_minus_one_is_no_label_among_numbers_of_classes(tmp_path: Path) -> None:
    result = scanned(tmp_path, [["-1", "0", "1", "2"][n % 4] for n in range(60)])
    assert result.table.class_names == ("0", "1", "2")
    assert "15 labels" in notice(result, "missing ('-1')")
    assert read_labels(["-1.0", "0.0", "1.0", "2.0"]).labels == ("", "0", "1", "2")
    for classes in (["-1", "0", "1"], ["-1", "1"], ["-2", "-1", "0", "1"], ["-1", "a", "b", "c"]):
        assert read_labels(classes).labels == tuple(classes)
    assert read_labels(["-1", "0", "1", "2"], known=["-1"]).labels == ("-1", "0", "1", "2")


@pytest.mark.parametrize("way", ["01", "+1", "1.00", "1,0"])
def test_a_number_that_is_written_in_two_ways_is_one_class(way: str) -> None:
    values = read_labels([way, "1", "2", "x"])
    assert values.labels == ("1", "1", "2", "x")
    assert way in str(values.notices[0])


@pytest.mark.parametrize("labels", [("01", "02"), ("1,000", "5,000"), ("+1", "-1"), ("1", "-1")])
def test_other_numbers_stay_as_they_are_written(labels: tuple[str, ...]) -> None:
    values = read_labels(labels)
    assert values.labels == labels
    assert not values.notices


def test_one_and_one_point_nought_are_one_class(tmp_path: Path) -> None:
    result = scanned(tmp_path, [["0", "1.0", "2", "0.0", "1", "2.00"][n % 6] for n in range(60)])
    assert result.table.class_names == ("0", "1", "2")
    assert read_labels(["1.0", "1.5"]).labels == ("1.0", "1.5")
    assert read_labels(["1.0", "one"]).labels == ("1.0", "one")
    assert read_labels(["1.0", "one", "1"]).labels == ("1", "one", "1")


TWINS = [unicodedata.normalize(form, "Käfer") for form in ("NFC", "NFD")]
CATS = ["cat", "cat ", "cat\u200b", " cat"]


@pytest.mark.parametrize(("spellings", "name"), [(TWINS, TWINS[0]), (CATS, "cat")])
def test_names_that_look_the_same_are_one_class(
    tmp_path: Path, spellings: list[str], name: str
) -> None:
    classes = [*spellings, "stripes", "checks"]
    touch(tmp_path / "folders", *(f"{text}/{n}.jpg" for text in classes for n in range(3)))
    result, _ = run(tmp_path / "folders")
    assert set(result.table.class_names) == {name, "stripes", "checks"}
    assert f"'{name}'" in notice(result, "look the same")
    table = scanned(tmp_path, [text for text in classes for _ in range(3)])
    assert set(labels_of(table).values()) == {name, "stripes", "checks"}


def test_a_name_with_odd_characters_stays_as_it_is_where_it_is_the_only_one(tmp_path: Path) -> None:
    touch(tmp_path, f"{TWINS[1]}/1.jpg", " b/1.jpg", "c\u200d/1.jpg")
    result, _ = run(tmp_path)
    assert set(result.table.class_names) == {TWINS[1], " b", "c\u200d"}
    assert not any("look the same" in str(text) for text in result.notices)


@pytest.mark.parametrize(
    "mark", [0x00AD, 0x034F, 0x180E, 0x200B, 0x202A, 0x2062, 0x2069, 0xFE0F, 0xE0061]
)
def test_marks_that_cannot_be_seen_make_no_class(tmp_path: Path, mark: int) -> None:
    result = scanned(tmp_path, ["cat", f"c{chr(mark)}at", "dog", f"dog{chr(mark)}", "cat", "dog"])
    assert result.table.class_names == ("cat", "dog")
    assert "'cat', 'dog'" in notice(result, "look the same")
