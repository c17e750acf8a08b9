from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from small_results import (
    CLASSES,
    record_of,
    small_quarantine,
    small_scores,
    small_self_test,
    small_table,
)

from ahsml_app.base.types import OPINIONS, SampleTable, Scores
from ahsml_app.store.output.annotator_shares import annotator_shares
from ahsml_app.store.output.report import (
    CLASSES_IN_CONFUSION,
    SUSPECTS_SHOWN,
    render_report,
    write_report,
)
from ahsml_app.store.result_files import Decisions

JPEG = b"\xff\xd8 a small picture"


class Page(HTMLParser):
    """Collects the elements, attributes and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += f" {data}"


def small_page() -> str:
    table, scores, quarantined = small_table(), small_scores(), small_quarantine()
    record = record_of(table, scores, quarantined)
    return render_report(table, scores, quarantined, record, lambda _: JPEG)


def many(count: int, classes: int) -> tuple[SampleTable, Scores]:
    labels = np.arange(count) % classes
    ones = np.linspace(0.001, 0.9, count, dtype=np.float32)
    top = np.stack([labels, labels, labels], axis=1)
    no = np.zeros(count, bool)
    table = SampleTable(
        Path("photos"),
        tuple(f"{i}.png" for i in range(count)),
        labels,
        tuple(f"class {k:03d}" for k in range(classes)),
    )
    scores = Scores(
        ones, ones, ones, top, np.stack([ones] * 3, 1), (labels + 1) % classes, ones, ones, ones,
        np.full(count, -1), no, np.full(count, -1), np.zeros(count, int), np.zeros(count, int),
        ones > 0.5,
        (1.0, 2.0, 3.0),
        np.eye(classes, dtype=np.float32), np.eye(classes, dtype=np.float32),
    )  # fmt: skip
    return table, scores


def test_names_cannot_bring_markup_into_the_page() -> None:
    page = Page(small_page())
    assert "script" not in page.tags
    assert "<script>alert(1)</script>" in page.text
    assert "<b>broken</b>.jpg" in page.text
    assert "<i>box</i>" in page.text


def test_control_characters_of_names_are_shown_escaped() -> None:
    table, scores, quarantined = small_table(), small_scores(), small_quarantine()
    names = ("cat\u202egpj", *table.class_names[1:])
    table = replace(table, class_names=names, paths=("a\x1b[2J.png", *table.paths[1:]))
    record = record_of(table, scores, quarantined)
    page = render_report(table, scores, quarantined, record, lambda _: JPEG)
    assert r"cat\u202egpj" in page
    assert r"a\x1b[2J.png" in page
    assert not {"\x1b", "\u202e"} & set(page)


def test_the_page_asks_nothing_of_a_network() -> None:
    text = small_page()
    page = Page(text)
    sources = [value or "" for name, value in page.attributes if name in ("src", "srcset")]
    links = [value or "" for name, value in page.attributes if name == "href"]
    assert sources
    assert all(value.startswith("data:image/jpeg;base64,") for value in sources)
    assert all(re.fullmatch(r"[a-z]+\.csv", value) for value in links)
    assert "link" not in page.tags
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


def test_the_headline_numbers_are_there() -> None:
    text = " ".join(Page(small_page()).text.split())
    assert "wrong labels, estimated (0 to 3) about 2" in text
    assert "flagged: more likely wrong than right 1" in text
    assert "labels changed" not in text


def test_the_headline_numbers_are_those_of_the_record() -> None:
    table, scores = small_table(), small_scores()
    decisions = Decisions(
        [CLASSES[1], "", *(table.label_name(row) for row in (2, 3, 4))],
        ["relabel", "drop", "undecided", "undecided", "undecided"],
    )
    record = record_of(table, scores, small_quarantine(), decisions)
    record = replace(
        record, counts={**record.counts, "quarantined": 7}, expected_errors=(1.0, 4.0, 9.0)
    )
    page = Page(render_report(table, scores, small_quarantine(), record, lambda _: JPEG))
    text = " ".join(page.text.split())
    assert "labels changed 1 images dropped 1" in text
    assert "wrong labels among the undecided, estimated (1 to 9) about 4" in text
    assert "7 files could not be used" in text


def test_suspects_come_in_the_order_of_their_probability() -> None:
    text = small_page()
    cards = re.findall(r"<dd><b>(\d+) %</b></dd>", text)
    assert cards == ["94", "50", "25", "3"]  # the unlabelled one has no probability


def test_duplicates_with_different_labels_stand_together() -> None:
    assert "Duplicates with different labels" in small_page()
    peaceful = replace(small_scores(), duplicate_conflict=np.zeros(5, bool))
    record = record_of(small_table(), peaceful)
    text = render_report(small_table(), peaceful, [], record, lambda _: None)
    assert "Duplicates with different labels" not in text
    assert "Every image could be read." in text
    assert "no preview" in text


def test_only_the_most_suspect_images_are_asked_for() -> None:
    asked: list[str] = []
    table, scores = many(count=200, classes=4)
    render_report(table, scores, [], record_of(table, scores), lambda path: asked.append(path))
    assert asked == [f"{i}.png" for i in range(199, 199 - SUSPECTS_SHOWN, -1)]


def test_many_classes_are_cut_in_the_confusion_but_all_are_listed() -> None:
    table, scores = many(count=300, classes=100)
    text = render_report(table, scores, [], record_of(table, scores), lambda _: None)
    assert text.count('<th scope="col"><span') == CLASSES_IN_CONFUSION
    assert f"{100 - 25} more classes" in text
    assert all(f"<bdi>class {k:03d}</bdi></th>" in text for k in range(100))


def test_classes_that_just_fit_into_the_confusion_are_not_cut() -> None:
    for count, cut in ((CLASSES_IN_CONFUSION, 0), (CLASSES_IN_CONFUSION + 1, 1)):
        table, scores = many(count=300, classes=count)
        text = render_report(table, scores, [], record_of(table, scores), lambda _: None)
        assert text.count("classes with the most changes") == cut


def test_an_unlabelled_folder_gives_a_report_too() -> None:
    table, scores = many(count=5, classes=2)
    nothing = np.full(5, np.nan, np.float32)
    table = replace(table, labels=np.full(5, -1))
    scores = replace(scores, error_probability=nothing, expected_errors=(np.nan,) * 3)
    text = render_report(table, scores, [], record_of(table, scores), lambda _: None)
    assert "No labelled images to rank." in text
    assert "estimated (" not in text


def test_the_file_holds_the_page(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    table = replace(small_table(), paths=("bad\udcff.png", *small_table().paths[1:]))
    scores = small_scores()
    write_report(path, table, scores, [], record_of(table, scores), lambda _: JPEG)
    assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")


def test_a_self_test_shows_what_was_found_and_counted() -> None:
    table, scores = small_table(), small_scores()
    record = replace(record_of(table, scores), self_test=small_self_test())
    text = " ".join(Page(render_report(table, scores, [], record, lambda _: None)).text.split())
    assert "First 10%" in text
    assert "at random 40 12 % 25 % 50 % 88 % 100 %" in text
    assert "to the nearest class 41 61 45 to 81 no" in text
    assert "within a branch of the class tree 39 30 5 to 60 yes" in text
    assert "to the nearest class: calibration error 5.3 %" in text
    assert "900 3 % 2 % 50 81 % 77 %" in text
    assert "Self-test" not in Page(small_page()).text


def opinions(**labels: str) -> str:
    return json.dumps(labels)


def test_annotators_are_judged_and_their_consensus_is_told() -> None:
    cat, large, script = CLASSES
    given = [
        opinions(ann=cat, bob=large),
        opinions(ann=large, bob=script, eve=script),
        opinions(ann=script, bob=script),
        opinions(eve=cat),
        "no JSON [",
    ]
    table = small_table()
    table = replace(table, columns=table.columns | {OPINIONS: tuple(given)})
    scores = small_scores()
    shares = annotator_shares(table, scores)
    assert shares is not None
    assert (shares.several, shares.unanimous) == (3, 1)
    found = {row.name: row for row in shares.rows}
    # Given labels have their score, others the rest of the probability of their class.
    assert found["ann"].wrong == pytest.approx((0.03125 + 0.9375 + 0.5) / 3)
    assert found["bob"].wrong == pytest.approx((0.95 + 0.25 + 0.5) / 3)
    assert (found["ann"].labels, found["eve"].labels) == (3, 2)
    # The first image has no label that most gave.
    assert (found["ann"].shared, found["ann"].agrees) == (2, 1)
    assert (found["bob"].shared, found["bob"].agrees) == (2, 2)
    page = render_report(table, scores, [], record_of(table, scores), lambda _: None)
    text = " ".join(Page(page).text.split())
    assert "Of 3 images with several opinions, 1 are unanimous" in text
    assert "bob 3 57 % 100 % ann 3 49 % 50 % eve 2 25 % 100 %" in text
    assert "Annotators" not in Page(small_page()).text
