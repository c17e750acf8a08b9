"""Boxes are cut out, their labels judged as those of images, and written back."""

from __future__ import annotations

import csv
import re
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from json_schemas import check_events
from PIL import Image

import ahsml_app
from ahsml_app import cli
from ahsml_app.base.errors import Cancelled, InputError, LabelsError, OutputError
from ahsml_app.base.events import CancelToken
from ahsml_app.core.tables.forms.boxes import edit_voc
from ahsml_app.session import cut_boxes

COLOURS = {"red": (200, 0, 0), "blue": (0, 0, 200)}
VOC = """<annotation>
	<filename>{name}.png</filename>
	<object>
		<name>{first}</name>
		<truncated>0</truncated>
		<bndbox><xmin>0</xmin><ymin>0</ymin><xmax>20</xmax><ymax>30</ymax></bndbox>
	</object>
	<object><name>{second}</name>
		<bndbox><xmin>30</xmin><ymin>10</ymin><xmax>60</xmax><ymax>40</ymax></bndbox></object>
	<object><name>tiny</name>
		<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>3</xmax><ymax>3</ymax></bndbox></object>
</annotation>
"""
YOLO = "{first} 0.166667 0.375 0.333333 0.75\r\n{second} 0.75 0.625 0.5 0.75\r\n"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    """Six images, each red at the left and blue at the right."""
    for number in range(6):
        pixels = np.zeros((40, 60, 3), np.uint8)
        pixels[:, :30], pixels[:, 30:] = COLOURS["red"], COLOURS["blue"]
        path = tmp_path / "images" / "day" / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(path)
    return tmp_path / "images"


def voc(folder: Path, first: str = "red", number: int = 0) -> str:
    return VOC.format(name=number, first=first if number == 0 else "red", second="blue")


@pytest.fixture
def annotations(tmp_path: Path, images: Path) -> Path:
    folder = tmp_path / "Annotations"
    folder.mkdir()
    for number in range(6):
        (folder / f"{number}.xml").write_text(voc(folder, number=number), encoding="utf-8")
    return folder


def rows_of(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_boxes_of_voc_are_cut_out_with_their_labels(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    assert (done.crops, done.small, done.missing) == (12, 6, ())
    rows = rows_of(done.table)
    assert {row["label"] for row in rows} == {"red", "blue"}
    assert rows[0]["group"] == rows[1]["group"] == rows[0]["image"] == "day/0.png"
    for row in rows:
        with Image.open(done.table.parent / row["path"]) as crop:
            assert crop.getpixel((5, 5)) == COLOURS[row["label"]]
    with Image.open(done.table.parent / rows[0]["path"]) as crop:
        assert crop.size == (20, 30)


def test_a_box_without_a_label_leaves_its_file(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("day/1-1.png", "keep")
    out = tmp_path / "out"
    call = ["--headless", str(tmp_path / "project"), "--out", str(out), "--formats", "boxes"]
    assert cli.main([*call, "--undecided", "leave-out"]) == 0
    text = (out / "formats" / "boxes" / "1.xml").read_text(encoding="utf-8")
    assert re.findall("<name>(.*?)</name>", text) == ["blue", "tiny"]


def test_labels_of_voc_go_back_into_their_files(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.decide("day/0-0.png", "relabel", "a<b")
        project.decide("day/1-1.png", "drop")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    written = tmp_path / "out" / "formats" / "boxes"
    texts = {path.stem: path.read_bytes() for path in written.iterdir()}
    assert len(texts) == 6
    assert texts["0"] == voc(annotations, "a&lt;b").encode()
    before = voc(annotations, number=1)
    start, end = before.index("\n\t<object><name>blue"), before.index("\n\t<object><name>tiny")
    assert texts["1"] == (before[:start] + before[end:]).encode()
    assert texts["2"] == (annotations / "2.xml").read_bytes()
    assert (annotations / "0.xml").read_text(encoding="utf-8") == voc(annotations)


def test_a_new_class_comes_into_the_label_map_of_voc(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    """CVAT and Datumaro write one, and refuse a class that it lacks."""
    before = "# label:color_rgb:parts:actions\r\nbackground:0,0,0::\r\nred:::\r\nblue:::\r\ntiny:::"
    (tmp_path / "labelmap.txt").write_bytes(before.encode())
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "crops", done.table) as project:
        project.export(tmp_path / "same", ["labels"], formats=["boxes"])
        project.decide("day/0-0.png", "relabel", "green")
        project.decide("day/1-0.png", "relabel", "blue")
        project.export(tmp_path / "out", ["labels"], formats=["boxes"])
    inner = Path("formats") / "boxes"
    assert (tmp_path / "same" / inner / "labelmap.txt").read_bytes() == before.encode()
    written = tmp_path / "out" / inner
    assert (written / "labelmap.txt").read_bytes() == f"{before}\r\ngreen:::\r\n".encode()
    assert (written / "Annotations" / "0.xml").read_bytes() == voc(annotations, "green").encode()


def test_what_is_no_box_is_told_by_its_file(tmp_path: Path, images: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    with pytest.raises(LabelsError, match="hold no box"):
        ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    (folder / "0.txt").write_text("0 1 2\n", encoding="utf-8")
    with pytest.raises(LabelsError, match=r"0\.txt cannot be read as boxes"):
        ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    text = '<!DOCTYPE a [<!ENTITY b "c">]><annotation/>'
    (folder / "0.xml").write_text(text, encoding="utf-8")
    with pytest.raises(LabelsError, match="it has a document type"):
        ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    assert not (tmp_path / "crops").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["images", "labels"]


def test_a_folder_with_files_is_refused(tmp_path: Path, images: Path, annotations: Path) -> None:
    with pytest.raises(OutputError, match="is not empty"):
        ahsml_app.crop_boxes(images, annotations, images)


def test_images_that_are_no_crops_have_no_boxes(tmp_path: Path, images: Path) -> None:
    table = tmp_path / "labels.csv"
    lines = [f"day/{n}.png,{'ab'[n % 2]}" for n in range(6)]
    table.write_text("\n".join(["path,label", *lines]), encoding="utf-8")
    heard = []
    with ahsml_app.open_project(tmp_path / "project", images, table) as project:
        project.export(tmp_path / "out", ["labels"], formats=["boxes"], listener=heard.append)
    assert any("no crops of boxes" in str(getattr(event, "message", "")) for event in heard)


def test_a_list_of_files_beside_the_boxes_is_no_file_of_boxes(tmp_path: Path, images: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "0.txt").write_text(YOLO.format(first=0, second=1), encoding="utf-8")
    (folder / "train.txt").write_text("day/0.png\n", encoding="utf-8")
    done = ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    assert (done.crops, done.missing) == (2, (str(folder / "train.txt"),))


def test_boxes_of_one_image_in_two_files_are_all_kept(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    (annotations / "second.xml").write_text(voc(annotations, first="blue"), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    paths = [row["path"] for row in rows_of(done.table)]
    assert done.crops == len(set(paths)) == 14
    assert all((done.table.parent / path).is_file() for path in paths)


def test_a_box_that_lies_nowhere_is_told_with_its_file(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    file = annotations / "3.xml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("<xmin>30<", "<xmin>nan<"), encoding="utf-8")
    with pytest.raises(LabelsError, match=r"3\.xml"):
        ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")


def test_an_empty_name_of_voc_takes_a_label() -> None:
    content = voc(Path()).replace("<name>tiny</name>", "<name/>").encode()
    edited = edit_voc(content, {2: "red & blue"})
    assert edited == content.replace(b"<name/>", b"<name>red &amp; blue</name>")


def test_boxes_are_cut_out_by_the_command(
    tmp_path: Path, images: Path, annotations: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "crops"
    call = ["--crop-boxes", str(annotations), str(images), "--out", str(out)]
    assert cli.main(call) == 0
    said = capsys.readouterr().out
    assert f"12 crops in {out}, with labels in crops.csv" in said
    assert "6 boxes left out as too small" in said
    assert "--formats boxes" in said
    ahsml_app.crop_boxes(images, annotations, tmp_path / "same")
    assert (out / "crops.csv").read_bytes() == (tmp_path / "same" / "crops.csv").read_bytes()
    assert cli.main(call) == 5
    assert "is not empty" in capsys.readouterr().err
    assert cli.main([*call[:-1], str(tmp_path / "json"), "--json"]) == 0
    last = check_events(capsys.readouterr().out)[-1]
    assert last["crops"] == 12
    assert last["small"] == 6


@pytest.mark.parametrize("extra", [("--seed", "1"), ("--headless", "--demo"), ("--update", "x")])
def test_cutting_out_takes_no_option_of_a_training(
    tmp_path: Path, images: Path, extra: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["--crop-boxes", str(images), str(images), "--out", str(tmp_path / "crops")]
    assert cli.main([*call, *extra]) == 2
    assert "--crop-boxes" in capsys.readouterr().err
    assert not (tmp_path / "crops").exists()


def test_a_stop_leaves_no_crops(tmp_path: Path, images: Path, annotations: Path) -> None:
    cancel = CancelToken()
    work = cut_boxes(images, annotations, tmp_path / "out" / "crops", cancel)
    next(work)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(work)
    assert not list((tmp_path / "out").iterdir())


def test_sides_of_voc_are_known_by_their_names(
    tmp_path: Path, images: Path, annotations: Path
) -> None:
    for file in annotations.iterdir():
        text = file.read_text(encoding="utf-8")
        old = "<xmin>0</xmin><ymin>0</ymin><xmax>20</xmax><ymax>30</ymax>"
        new = "<xmax>20</xmax><xmin>0</xmin><ymax>30</ymax><ymin>0</ymin>"
        file.write_text(text.replace(old, new), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    assert done.crops == 12
    with Image.open(done.table.parent / "day" / "0-0.png") as crop:
        assert crop.size == (20, 30)


def test_a_box_of_yolo_may_end_far_outside_of_the_image(tmp_path: Path, images: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "0.txt").write_text("0 0.5 0.5 1e308 0.5\n", encoding="utf-8")
    done = ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    with Image.open(done.table.parent / "day" / "0-0.png") as crop:
        assert crop.size == (60, 20)


def test_a_stray_xml_hides_no_boxes_of_yolo(tmp_path: Path, images: Path) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / "0.txt").write_text(YOLO.format(first=0, second=1), encoding="utf-8")
    (folder / "workspace.xml").write_text("<project><annotations/></project>", encoding="utf-8")
    assert ahsml_app.crop_boxes(images, folder, tmp_path / "crops").crops == 2


@pytest.mark.parametrize(
    ("image", "boxes"),
    [
        ("images/{part}/0.png", "labels/{part}/0.txt"),
        ("{part}/images/0.png", "{part}/labels/0.txt"),
        ("{part}/JPEGImages/0.png", "{part}/Annotations/0.xml"),
        ("x/{part}/0.png", "x/{part}/0.txt"),
    ],
)
def test_images_of_two_parts_may_have_the_same_name(
    tmp_path: Path, images: Path, image: str, boxes: str
) -> None:
    data = tmp_path / "data"
    for part in ("train", "val"):
        file, text = data / boxes.format(part=part), f"{int(part == 'val')} 0.5 0.5 0.9 0.9\n"
        if file.suffix == ".xml":
            text = VOC.format(name=0, first="red" if part == "train" else "blue", second="blue")
        for path in (data / image.format(part=part), file):
            path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(images / "day" / "0.png", data / image.format(part=part))
        file.write_text(text, encoding="utf-8")
    (data / "classes.txt").write_text("red\nblue\n", encoding="utf-8")
    found = ahsml_app.crop_boxes(data, data, tmp_path / "crops")
    assert found.missing == ()
    first = {row["image"]: row["label"] for row in rows_of(found.table) if row["box"] == "0"}
    assert first == {image.format(part="train"): "red", image.format(part="val"): "blue"}


def test_boxes_that_may_be_of_two_images_are_of_none(tmp_path: Path, images: Path) -> None:
    shutil.copytree(images / "day", images / "night")
    labels = tmp_path / "labels"
    labels.mkdir()
    for name in ("0", "1"):
        (labels / f"{name}.txt").write_text("0 0.5 0.5 0.9 0.9\n", encoding="utf-8")
    (images / "night" / "1.png").unlink()
    found = ahsml_app.crop_boxes(images, labels, tmp_path / "crops")
    assert found.crops == 1
    assert found.missing == (str(labels / "0.txt"),)


def test_lists_beside_voc_are_no_boxes(tmp_path: Path, images: Path, annotations: Path) -> None:
    (annotations / "0.txt").write_text("a red and a blue half\n", encoding="utf-8")
    (annotations / "a.xml").write_text("<project/>", encoding="utf-8")
    assert ahsml_app.crop_boxes(images, annotations, tmp_path / "crops").crops == 12


def test_crops_of_an_image_with_a_long_name_are_named(tmp_path: Path, images: Path) -> None:
    stem = "n" * 251
    (images / "day" / "0.png").rename(images / "day" / f"{stem}.png")
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / f"{stem}.txt").write_text(YOLO.format(first=0, second=1), encoding="utf-8")
    done = ahsml_app.crop_boxes(images, folder, tmp_path / "crops")
    names = [Path(row["path"]).name for row in rows_of(done.table)]
    assert names == [f"{'n' * 249}-0.png", f"{'n' * 249}-1.png"]
    assert all((done.table.parent / "day" / name).is_file() for name in names)


def test_crops_cannot_lie_below_a_file(tmp_path: Path, images: Path, annotations: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for out in (tmp_path / "file" / "crops", tmp_path / "file" / "a" / "crops"):
        with pytest.raises(OutputError, match="cannot be written to"):
            ahsml_app.crop_boxes(images, annotations, out)


@pytest.mark.skipif(sys.platform == "win32", reason="it has no limit of a file's size")
def test_a_disk_without_room_is_told(tmp_path: Path, images: Path, annotations: Path) -> None:
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20, limits[1]))
    try:
        with pytest.raises(OutputError, match="cannot be written to") as caught:
            ahsml_app.crop_boxes(images, annotations, tmp_path / "crops")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert "disk has room" in str(caught.value.hint)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["Annotations", "images"]


def test_boxes_are_cut_out_of_an_archive(tmp_path: Path, images: Path, annotations: Path) -> None:
    archive = shutil.make_archive(str(tmp_path / "photos"), "zip", images)
    done = ahsml_app.crop_boxes(archive, annotations, tmp_path / "crops")
    assert (done.crops, done.missing) == (12, ())


@pytest.mark.parametrize("missing", ["images", "annotations"])
def test_a_folder_that_does_not_exist_is_named(
    tmp_path: Path, images: Path, annotations: Path, missing: str
) -> None:
    folders = {"images": images, "annotations": annotations} | {missing: tmp_path / "typo"}
    with pytest.raises(InputError, match=r"typo.* does not exist") as caught:
        ahsml_app.crop_boxes(folders["images"], folders["annotations"], tmp_path / "crops")
    assert "typing errors" in str(caught.value.hint)
    assert not (tmp_path / "crops").exists()
