"""Files of other labelling tools come in, and leave in the same form with new labels."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import LabelsError
from ahsml_app.core.tables.edit_table import edited_table

NAMES = ("a", "b", "c", "d")
CLASSES = {"a": "cat", "b": "dog", "c": "cat", "d": ""}


def choice(label: str) -> dict:
    value = {"choices": [label]}
    return {"id": "x1", "from_name": "kind", "to_name": "photo", "type": "choices", "value": value}


def task(stem: str, *labels: str, path: str = "{}.jpg") -> dict:
    annotations = [
        {"id": n, "completed_by": n + 1, "was_cancelled": False, "result": [choice(label)]}
        for n, label in enumerate(labels)
    ]
    return {"id": 7, "data": {"photo": path.format(stem)}, "annotations": annotations, "meta": {}}


def tasks(path: str = "{}.jpg", **classes: str) -> list[dict]:
    return [task(stem, *([label] if label else []), path=path) for stem, label in classes.items()]


CVAT = """<?xml version="1.0" encoding="utf-8"?>
<annotations>
  <version>1.1</version>
  <meta><task><labels>
    <label><name>cat</name></label><label><name>dog</name></label></labels></task></meta>
  <image id="0" name="a.jpg" width="8" height="8">
    <tag label="{a}" source="manual">
      <attribute name="sharp">yes &amp; no</attribute>
    </tag>
  </image>
  <image id="1" name="b.jpg" width="8" height="8">
    <tag source="manual" label='dog'/>
    <box label="nose" xtl="1" ytl="1" xbr="2" ybr="2"></box>
  </image>
  <image id="2" name="c.jpg" width="8" height="8">
    <tag label="cat" source="manual"></tag>
  </image>
  <image id="3" name="d.jpg" width="8" height="8"/>
</annotations>
"""


def fiftyone(**classes: int | None) -> dict:
    return {"classes": ["cat", "dog"], "labels": classes}


def samples(**classes: str) -> dict:
    listed = []
    for stem, label in classes.items():
        truth = {"_cls": "Classification", "tags": [], "label": label} if label else None
        other = {"_cls": "Classification", "label": "guess"}
        listed.append({"filepath": f"data/{stem}.jpg", "guess": other, "ground_truth": truth})
    return {"name": "mine", "samples": listed}


def datumaro(**classes: int | None) -> dict:
    """Items of which the second has a box too."""
    items = []
    for stem, number in classes.items():
        label = {"id": 0, "type": "label", "attributes": {}, "group": 0, "label_id": number}
        box = {"id": 1, "type": "bbox", "label_id": 0, "bbox": [1, 1, 2, 2]}
        own = [] if number is None else [label]
        image = {"path": f"{stem}.jpg", "size": [8, 8]}
        items.append({"id": stem, "annotations": [*own, box], "image": image})
    labels = [{"name": name, "parent": "", "attributes": []} for name in ("cat", "dog")]
    return {"info": {}, "categories": {"label": {"labels": labels}}, "items": items}


def dumped(content: object, indent: int | None = None) -> bytes:
    return json.dumps(content, indent=indent).encode()


ONE_HOT = b"image,cat,dog\r\na,1.0,0.0\r\nb,0.0,1.0\r\nc,1.0,0.0\r\n"

FORMS = {
    "Label Studio": (dumped(tasks(**CLASSES), 2), "{name} (Label Studio): images from 'image'"),
    "FiftyOne labels": (
        dumped(fiftyone(a=0, b=1, c=0, d=None)),
        "{name} (FiftyOne): images from 'image' (names without suffix)",
    ),
    "FiftyOne samples": (
        dumped(samples(**CLASSES), 4),
        "{name} (FiftyOne): images from 'image' (paths of another place)",
    ),
    "Datumaro": (
        dumped(datumaro(a=0, b=1, c=0, d=None)),
        "{name} (Datumaro): images from 'image', labels",
    ),
    "CVAT": (CVAT.format(a="cat").encode(), "{name} (CVAT): images from 'image', labels"),
}


def opened(folder: Path, content: bytes, name: str = "labels.json"):
    touch(folder / "in", *(f"{stem}.jpg" for stem in NAMES))
    file = folder / name
    file.write_bytes(content)
    return file, run(folder / "in", labels=file)[0]


def edited(file: Path, scan, **new: str | None) -> bytes | None:
    table = scan.table
    labels = [
        new.get(Path(path).stem, table.label_name(row)) for row, path in enumerate(table.paths)
    ]
    return edited_table(file, table, labels)


@pytest.mark.parametrize("form", FORMS)
def test_a_file_of_another_tool_opens_and_says_so(tmp_path: Path, form: str) -> None:
    content, said = FORMS[form]
    file, scan = opened(tmp_path, content)
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in CLASSES.items()}
    notice(scan, said.format(name=file.name))


@pytest.mark.parametrize("form", FORMS)
def test_a_file_without_new_labels_is_the_same_to_the_byte(tmp_path: Path, form: str) -> None:
    content, _ = FORMS[form]
    assert edited(*opened(tmp_path, content)) == content


@pytest.mark.parametrize("form", FORMS)
def test_new_labels_come_back_when_the_file_is_read_again(tmp_path: Path, form: str) -> None:
    content, _ = FORMS[form]
    file, scan = opened(tmp_path, content)
    new = {"a": "fox", "b": "", "c": None, "d": "dog"}
    changed = edited(file, scan, **new)
    assert changed is not None
    again = opened(tmp_path, changed)[1]
    expected = {"a.jpg": "fox", "b.jpg": "", "d.jpg": "dog"}
    assert labels_of(again) == expected


def test_only_the_choice_changes_in_label_studio(tmp_path: Path) -> None:
    content = FORMS["Label Studio"][0]
    changed = edited(*opened(tmp_path, content), a="dog", d="cat")
    wanted = tasks(**CLASSES | {"a": "dog"})
    added = {"from_name": "kind", "to_name": "photo", "type": "choices"}
    wanted[3]["annotations"] = [{"result": [{**added, "value": {"choices": ["cat"]}}]}]
    assert changed == dumped(wanted, 2)


def test_only_the_label_changes_in_cvat(tmp_path: Path) -> None:
    file, scan = opened(tmp_path, FORMS["CVAT"][0])
    assert edited(file, scan, a="dog") == CVAT.format(a="dog").encode()
    added = b'<label><name>"x" &amp; y</name></label></labels>'
    wanted = CVAT.format(a="&quot;x&quot; &amp; y").encode().replace(b"</labels>", added)
    assert edited(file, scan, a='"x" & y') == wanted


def test_only_the_target_changes_in_fiftyone_and_datumaro(tmp_path: Path) -> None:
    file, scan = opened(tmp_path, FORMS["FiftyOne labels"][0])
    assert edited(file, scan, a="dog") == dumped(fiftyone(a=1, b=1, c=0, d=None))
    file, scan = opened(tmp_path, FORMS["Datumaro"][0])
    assert edited(file, scan, a="dog") == dumped(datumaro(a=1, b=1, c=0, d=None))
    file, scan = opened(tmp_path, FORMS["FiftyOne samples"][0])
    assert edited(file, scan, a="fox") == dumped(samples(**CLASSES | {"a": "fox"}), 4)


@pytest.mark.parametrize(
    "path",
    [
        "/data/upload/12/0a1b2c3d-{}.jpg",
        "/data/local-files/?d=in/{}.jpg",
        "s3://bucket/photos/{}.jpg",
        "https://host.org/data/upload/12/0a1b2c3d-{}.jpg",
    ],
)
def test_images_of_label_studio_are_found_wherever_they_were(tmp_path: Path, path: str) -> None:
    file, scan = opened(tmp_path, dumped(tasks(path, **CLASSES)))
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in CLASSES.items()}
    changed = edited(file, scan, a="dog")
    assert changed == dumped(tasks(path, **CLASSES | {"a": "dog"}))


def test_what_an_annotator_skipped_is_no_label_and_several_are_kept_apart(tmp_path: Path) -> None:
    listed = [task("a", "cat", "dog"), task("b", "dog"), task("c", "cat"), task("d", "dog")]
    listed[1]["annotations"][0]["was_cancelled"] = True
    scan = opened(tmp_path, dumped(listed))[1]
    assert labels_of(scan) == {"a.jpg": "cat", "b.jpg": "", "c.jpg": "cat", "d.jpg": "dog"}
    assert scan.table.columns["annotator"][0] == "1"
    notice(scan, "gives 1 image different labels")


def asked(name: str, *choices: str) -> dict:
    return {"from_name": name, "to_name": "photo", "type": "choices",
            "value": {"choices": list(choices)}}  # fmt: skip


def two_questions(**classes: str) -> list[dict]:
    """Tasks whose annotators answered two questions, in any order."""
    listed = []
    for place, (stem, label) in enumerate(classes.items()):
        results = [asked("sharpness", "good"), *([asked("animal", label)] if label else [])]
        annotation = {"id": place, "result": results[:: 1 if place % 2 else -1]}
        data = {"note": "no file", "my photo": f"{stem}.jpg"}
        listed.append({"id": place, "data": data, "annotations": [annotation]})
    return listed


def test_answers_to_several_questions_are_columns_of_their_own(tmp_path: Path) -> None:
    classes = CLASSES | {"d": "dog"}
    content = dumped(two_questions(**classes), 2)
    file, scan = opened(tmp_path, content.replace(b'"animal"', b'"class"'))
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in classes.items()}
    assert set(scan.table.columns["sharpness"]) == {"good"}
    notice(scan, "labels were taken from 'class'; other columns may be meant: 'sharpness'")
    wanted = dumped(two_questions(**classes | {"a": "dog"}), 2)
    assert edited(file, scan, a="dog") == wanted.replace(b'"animal"', b'"class"')
    file.write_bytes(content)
    scan = run(tmp_path / "in", labels=file, label_column="animal")[0]
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in classes.items()}
    assert edited(file, scan, a="dog") == wanted
    changed = json.loads(edited(file, scan, a="") or b"")
    assert changed[0]["annotations"][0]["result"] == [asked("sharpness", "good")]
    file.write_bytes(dumped(changed))
    scan = run(tmp_path / "in", labels=file, label_column="animal")[0]
    again = json.loads(edited(file, scan, a="fox") or b"")
    assert again[0]["annotations"][0]["result"][1:] == [asked("animal", "fox")]


def test_of_several_choices_the_first_counts_and_a_note_says_so(tmp_path: Path) -> None:
    listed = tasks(a="cat", b="dog", c="cat", d="dog")
    listed[0]["annotations"][0]["result"][0]["value"]["choices"] = ["dog", "cat"]
    file, scan = opened(tmp_path, dumped(listed))
    assert labels_of(scan)["a.jpg"] == "dog"
    notice(scan, "gives 1 image different labels")
    assert edited(file, scan, a="cat") == dumped(tasks(a="cat", b="dog", c="cat", d="dog"))


UPLOADS = {"my cat (1), ü.jpg": "my_cat_1_ü.jpg", "b.jpg": "b.jpg", "c.jpg": "c.jpg"}


@pytest.mark.parametrize("form", ["tasks", "table"])
def test_names_that_an_upload_changed_are_found(tmp_path: Path, form: str) -> None:
    touch(tmp_path / "in", *UPLOADS, "x/b.jpg")
    labels = ["cat", "fox", "dog"]
    places = [f"/data/upload/3/0a1b2c3{n}-{name}" for n, name in enumerate(UPLOADS.values())]
    places[1] = places[1].replace("-b.jpg", "-gone.jpg")
    file = tmp_path / ("labels.json" if form == "tasks" else "labels.csv")
    listed = [task(place, label) for place, label in zip(places, labels, strict=True)]
    for row, place in zip(listed, places, strict=True):
        row["data"]["photo"] = place
    rows = ["image,choice", *map(",".join, zip(places, labels, strict=True))]
    file.write_bytes(dumped(listed) if form == "tasks" else "\n".join(rows).encode())
    scan = run(tmp_path / "in", labels=file)[0]
    assert labels_of(scan) == {"my cat (1), ü.jpg": "cat", "c.jpg": "dog"}


FIFTYONE = {
    "no classes": {"labels": {"a": "cat", "b": "dog", "c": "cat", "d": None}},
    "facts beside": {
        "name": "mine",
        "classes": None,
        "labels": {"a": "cat", "b": "dog", "c": "cat", "d": None},
    },
    "confidences": {
        "classes": ["cat", "dog"],
        "labels": {
            **{stem: {"label": n, "confidence": 0.5} for stem, n in (("a", 0), ("b", 1), ("c", 0))},
            "d": None,
        },
    },
    "lists": {"classes": ["cat", "dog"], "labels": {"a": [0, 1], "b": [1], "c": [0], "d": []}},
    "names in lists": {"labels": {"a": ["cat"], "b": ["dog"], "c": ["cat", "dog"], "d": []}},
    "several in a sample": {
        "samples": [
            {
                "filepath": f"{stem}.jpg",
                "ground_truth": {
                    "_cls": "Classifications",
                    "classifications": [{"_cls": "Classification", "label": label}]
                    if label
                    else [],
                },
            }
            for stem, label in CLASSES.items()
        ]
    },
    "texts": {
        "samples": [
            {"filepath": f"{stem}.jpg", "ground_truth": label or None}
            for stem, label in CLASSES.items()
        ]
    },
}


@pytest.mark.parametrize("form", FIFTYONE)
def test_labels_of_fiftyone_in_every_form_come_and_go(tmp_path: Path, form: str) -> None:
    content = dumped(FIFTYONE[form])
    file, scan = opened(tmp_path, content)
    assert labels_of(scan) == {f"{stem}.jpg": label for stem, label in CLASSES.items()}
    assert edited(file, scan) == content
    changed = json.loads(edited(file, scan, a="dog", b="", d="fox") or b"")
    assert set(changed) == set(FIFTYONE[form])
    again = opened(tmp_path, dumped(changed))[1]
    expected = {"a.jpg": "dog", "b.jpg": "", "c.jpg": "cat", "d.jpg": "fox"}
    assert labels_of(again) == expected


def test_of_several_fields_of_fiftyone_another_may_be_meant(tmp_path: Path) -> None:
    content = FORMS["FiftyOne samples"][0].replace(b'"guess"\n', b'"dog"\n', 1)
    file, scan = opened(tmp_path, content)
    notice(scan, "labels were taken from 'ground_truth'; other columns may be meant: 'guess'")
    scan = run(tmp_path / "in", labels=file, label_column="guess")[0]
    assert list(labels_of(scan).values()) == ["dog", "guess", "guess", "guess"]


@pytest.mark.parametrize(
    "head",
    ['<!DOCTYPE annotations [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "<!DOCTYPE annotations>"],
)
def test_a_document_type_is_refused(tmp_path: Path, head: str) -> None:
    touch(tmp_path / "in", "a.jpg")
    file = tmp_path / "labels.xml"
    text = CVAT.format(a="cat").replace("<annotations>", f"{head}\n<annotations>", 1)
    file.write_text(text, encoding="utf-8")
    error = failure(LabelsError, tmp_path / "in", labels=file)
    assert "cannot be read as CVAT: it has a document type" in str(error.message)


def test_cut_off_xml_is_told(tmp_path: Path) -> None:
    touch(tmp_path / "in", "a.jpg")
    file = tmp_path / "labels.xml"
    file.write_text(CVAT.format(a="cat")[:-40], encoding="utf-8")
    error = failure(LabelsError, tmp_path / "in", labels=file)
    assert "labels.xml cannot be read as CVAT" in str(error.message)


def test_a_table_with_a_column_for_each_class_keeps_its_form(tmp_path: Path) -> None:
    file, scan = opened(tmp_path, ONE_HOT, "isic.csv")
    assert edited(file, scan) == ONE_HOT
    wanted = b"image,cat,dog\r\na,0.0,1.0\r\nc,1.0,0.0\r\n"
    assert edited(file, scan, a="dog", b=None) == wanted
    assert edited(file, scan, a="fox") is None  # there is no column for it
    assert edited(file, scan, a="") is None


def test_scores_change_places_with_those_of_the_new_label(tmp_path: Path) -> None:
    content = b'image;cat;dog;fox\na;"0.7";0.2;0.1\nb;0.1;0.9;0\nc;0.2;0.2;0.6\n'
    file, scan = opened(tmp_path, content, "scores.csv")
    assert edited(file, scan, a="fox") == content.replace(b'"0.7";0.2;0.1', b'"0.1";0.2;0.7')
