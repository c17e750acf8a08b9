"""Writes one data set in every form that comes in."""

from __future__ import annotations

import csv
import importlib.util
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sample_images import write_tar, write_zip

import ahsml_app
from ahsml_app.base.options.run_options import Source

SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Images:
    """A folder of N images without classes.

    Attributes:
        folder: The folder; the image `NAME.png` is in it for each name.
        labels: Class of each name.
    """

    folder: Path
    labels: Mapping[str, str]

    def rows(self) -> list[tuple[str, str]]:
        """File name and label of each image."""
        return [(f"{name}.png", label) for name, label in self.labels.items()]

    def content(self, name: str) -> bytes:
        """Bytes of the image of a file name."""
        return (self.folder / name).read_bytes()

    def classes(self) -> list[str]:
        """The classes in their order."""
        return sorted(set(self.labels.values()))


Write = Callable[[Images, Path], Source]


def class_folders(images: Images, place: Path) -> Source:
    """A folder for each class."""
    _link(images, place, ((name, f"{label}/{name}") for name, label in images.rows()))
    return Source(place)


def split_folders(images: Images, place: Path) -> Source:
    """Class folders below train, val and test, as of YOLO classification."""
    pairs = [
        (name, f"{SPLITS[number // 9 % 3]}/{label}/{name}")
        for number, (name, label) in enumerate(images.rows())
    ]
    _link(images, place, pairs)
    return Source(place)


def csv_table(images: Images, place: Path) -> Source:
    """A table of paths and labels."""
    return _table(images, place / "labels.csv", _text(("path", "label"), images.rows()))


def tsv_without_header(images: Images, place: Path) -> Source:
    """Lines of path, tab and label."""
    return _table(images, place / "labels.tsv", _text(None, images.rows(), "\t"))


def one_hot(images: Images, place: Path) -> Source:
    """A column of numbers for each class, and names without a suffix."""
    classes = images.classes()
    rows = (
        [Path(name).stem, *(str(float(each == label)) for each in classes)]
        for name, label in images.rows()
    )
    return _table(images, place / "labels.csv", _text(("image", *classes), rows))


def json_lines(images: Images, place: Path) -> Source:
    """A line of JSON for each image, as `metadata.jsonl` of Hugging Face."""
    lines = (json.dumps({"file_name": name, "label": label}) for name, label in images.rows())
    return _table(images, place / "metadata.jsonl", "\n".join(lines))


def parquet(images: Images, place: Path) -> Source:
    """A table in Parquet."""
    names, labels = zip(*images.rows(), strict=True)
    place.mkdir(parents=True)
    pq.write_table(pa.table({"path": names, "label": labels}), place / "labels.parquet")
    return Source(images.folder, labels=place / "labels.parquet")


def coco(images: Images, place: Path) -> Source:
    """COCO with a category for each image."""
    numbers = {label: n for n, label in enumerate(images.classes(), 1)}
    content = {
        "images": [{"id": n, "file_name": name} for n, (name, _) in enumerate(images.rows())],
        "annotations": [
            {"id": n, "image_id": n, "category_id": numbers[label]}
            for n, (_, label) in enumerate(images.rows())
        ],
        "categories": [{"id": n, "name": label} for label, n in numbers.items()],
    }
    return _table(images, place / "coco.json", json.dumps(content))


def label_studio(images: Images, place: Path) -> Source:
    """Tasks of Label Studio with a choice each."""
    tasks = []
    for number, (name, label) in enumerate(images.rows()):
        value = {"value": {"choices": [label]}, "from_name": "kind", "to_name": "photo"}
        annotation = {"id": number, "result": [value | {"type": "choices"}]}
        tasks.append({"id": number, "data": {"photo": name}, "annotations": [annotation]})
    return _table(images, place / "tasks.json", json.dumps(tasks))


def cvat(images: Images, place: Path) -> Source:
    """Tags of CVAT for images."""
    lines = [
        f'<image id="{n}" name="{name}" width="48" height="48"><tag label="{label}"/></image>'
        for n, (name, label) in enumerate(images.rows())
    ]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<annotations><version>1.1</version>'
    return _table(images, place / "cvat.xml", "\n".join([head, *lines, "</annotations>"]))


def fiftyone(images: Images, place: Path) -> Source:
    """`labels.json` of FiftyOne's image classification."""
    classes = images.classes()
    labels = {Path(name).stem: classes.index(label) for name, label in images.rows()}
    text = json.dumps({"classes": classes, "labels": labels})
    return _table(images, place / "labels.json", text)


def datumaro(images: Images, place: Path) -> Source:
    """Labels of Datumaro's items."""
    classes = images.classes()
    items = [
        {
            "id": Path(name).stem,
            "annotations": [{"id": 0, "type": "label", "label_id": classes.index(label)}],
            "image": {"path": name},
        }
        for name, label in images.rows()
    ]
    labels = [{"name": name, "parent": "", "attributes": []} for name in classes]
    content = {"info": {}, "categories": {"label": {"labels": labels}}, "items": items}
    return _table(images, place / "items.json", json.dumps(content))


def zip_archive(images: Images, place: Path) -> Source:
    """A zip archive of class folders."""
    place.mkdir(parents=True)
    members = {f"{label}/{name}": images.content(name) for name, label in images.rows()}
    return Source(write_zip(place / "images.zip", members))


def webdataset(images: Images, place: Path) -> Source:
    """A tar archive with a file of the class beside each image."""
    place.mkdir(parents=True)
    members = {}
    for name, label in images.rows():
        members[name] = images.content(name)
        members[f"{Path(name).stem}.cls"] = label.encode()
    return Source(write_tar(place / "images.tar", members))


def hugging_face_parquet(images: Images, place: Path) -> Source:
    """Parquet with the bytes of the images in its rows, as `push_to_hub` writes it."""
    place.mkdir(parents=True)
    schema = _schema(images)
    with pq.ParquetWriter(place / "train-00000-of-00001.parquet", schema) as writer:
        for batch in _batches(images, schema):
            writer.write_batch(batch)
    return Source(place / "train-00000-of-00001.parquet")


def hugging_face_saved(images: Images, place: Path) -> Source:
    """A data set as `save_to_disk` writes it: Arrow in two files, and what describes them."""
    place.mkdir(parents=True)
    schema, batches = _schema(images), list(_batches(images, _schema(images)))
    names = [f"data-{number:05}-of-00002.arrow" for number in range(2)]
    half = -(-len(batches) // 2)
    for number, name in enumerate(names):
        with pa.ipc.new_stream(place / name, schema) as writer:
            for batch in batches[number * half : (number + 1) * half]:
                writer.write_batch(batch)
    state = {"_data_files": [{"filename": name} for name in names], "_fingerprint": "0"}
    (place / "state.json").write_text(json.dumps(state), "utf-8")
    features = json.loads(schema.metadata[b"huggingface"])["info"]["features"]
    (place / "dataset_info.json").write_text(json.dumps({"features": features}), "utf-8")
    return Source(place)


def boxes(images: Images, place: Path) -> Source:
    """A box of Pascal VOC around each image, cut out."""
    (place / "boxes").mkdir(parents=True)
    sides = "<xmin>0</xmin><ymin>0</ymin><xmax>40</xmax><ymax>40</ymax>"
    for name, label in images.rows():
        inner = f"<object><name>{label}</name><bndbox>{sides}</bndbox></object>"
        text = f"<annotation><filename>{name}</filename>{inner}</annotation>"
        (place / "boxes" / f"{Path(name).stem}.xml").write_text(text, "utf-8")
    found = ahsml_app.crop_boxes(images.folder, place / "boxes", place / "crops")
    return Source(place / "crops", labels=found.table)


def lmdb_database(images: Images, place: Path) -> Source:
    """An LMDB database with classes in the keys."""
    import lmdb

    place.mkdir(parents=True)
    database = lmdb.open(str(place / "images"), map_size=1 << 32)
    with database, database.begin(write=True) as write:
        for name, label in images.rows():
            write.put(f"{label}/{Path(name).stem}".encode(), images.content(name))
    return Source(place / "images")


FORMS: dict[str, Write] = {
    "class folders": class_folders,
    "train, val, test": split_folders,
    "CSV": csv_table,
    "TSV without header": tsv_without_header,
    "a column for each class": one_hot,
    "JSON lines (Hugging Face)": json_lines,
    "Parquet": parquet,
    "COCO": coco,
    "Label Studio": label_studio,
    "CVAT": cvat,
    "FiftyOne": fiftyone,
    "Datumaro": datumaro,
    "zip of class folders": zip_archive,
    "tar (webdataset)": webdataset,
    "Parquet with images (Hugging Face)": hugging_face_parquet,
    "saved on disk (Hugging Face)": hugging_face_saved,
    "boxes (Pascal VOC)": boxes,
}
"""What writes each form, by its name."""

WHOLE_IMAGES = ("boxes (Pascal VOC)",)
"""Forms whose images are decoded when they come in, so files that only begin like some are none."""

if importlib.util.find_spec("lmdb") is not None:
    FORMS["LMDB"] = lmdb_database


def _schema(images: Images) -> pa.Schema:
    image = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    features = {
        "image": {"_type": "Image"},
        "label": {"names": images.classes(), "_type": "ClassLabel"},
    }
    metadata = {"huggingface": json.dumps({"info": {"features": features}})}
    return pa.schema([("image", image), ("label", pa.int64())], metadata)


def _batches(images: Images, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    rows, classes = images.rows(), images.classes()
    for first in range(0, len(rows), 1000):
        part = rows[first : first + 1000]
        contents = [{"bytes": images.content(name), "path": name} for name, _ in part]
        numbers = [classes.index(label) for _, label in part]
        yield pa.RecordBatch.from_pydict({"image": contents, "label": numbers}, schema)


def _link(images: Images, place: Path, pairs: Iterable[tuple[str, str]]) -> None:
    for name, target in pairs:
        file = place / target
        file.parent.mkdir(parents=True, exist_ok=True)
        os.link(images.folder / name, file)


def _table(images: Images, file: Path, text: str) -> Source:
    file.parent.mkdir(parents=True)
    file.write_text(text, "utf-8")
    return Source(images.folder, labels=file)


def _text(header: Iterable[str] | None, rows: Iterable[Iterable[str]], comma: str = ",") -> str:
    class Lines(list[str]):
        write = list.append

    lines = Lines()
    writer = csv.writer(lines, delimiter=comma, lineterminator="\n")
    writer.writerows([*([] if header is None else [header]), *rows])
    return "".join(lines)
