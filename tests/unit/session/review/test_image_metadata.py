"""What is told of an image file; nothing that is wrong with it raises."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hostile import huge_png, make_hostile_folder
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from ahsml_app.session.review import image_metadata
from ahsml_app.session.review.image_metadata import image_size

EXIF_IFD, GPS_IFD = 0x8769, 0x8825


def facts(path: Path) -> list[tuple[str, str]]:
    """The facts as the command would write them, in English."""
    return [(str(name), str(value)) for name, value in image_metadata.facts(path)]


def photograph(path: Path) -> Path:
    image = Image.new("RGB", (1600, 1200), "teal")
    exif = image.getexif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Canon", "Canon EOS R5", 6
    exif[0x010E] = "first line\nsecond \x00line"
    exif.get_ifd(EXIF_IFD).update(
        {
            0x9003: "2024:05:01 12:30:59",
            0x829A: IFDRational(1, 250),
            0x829D: IFDRational(28, 10),
            0x8827: 400,
            0x920A: IFDRational(50, 1),
            0xA434: "RF50mm F1.8",
        }
    )
    exif.get_ifd(GPS_IFD).update({1: "N", 2: (48.0, 30.0, 0.0), 3: "E", 4: (9.0, 3.0, 36.0)})
    image.save(path, exif=exif)
    return path


def test_a_photograph_tells_what_the_camera_wrote(tmp_path: Path) -> None:
    found = dict(facts(photograph(tmp_path / "photo.jpg")))
    assert found["Size"] == "1,200 × 1,600 pixels, 1.9 megapixels"
    assert found["Format"] == "JPEG, colour"
    assert found["Turned"].startswith("shown upright")
    assert found["Taken"] == "2024-05-01 12:30"
    assert found["Camera"] == "Canon EOS R5"
    assert found["Lens"] == "RF50mm F1.8"
    assert found["Exposure"] == "1/250 s, f/2.8, ISO 400, 50 mm"
    assert found["Place"] == "48.5000° N, 9.0600° E"
    assert found["Description"] == "first line second line"
    assert found["File size"].endswith("kB")
    assert "Not readable" not in found


def test_a_plain_picture_has_no_empty_facts(tmp_path: Path) -> None:
    path = tmp_path / "plain.png"
    Image.new("L", (32, 16)).save(path)
    found = facts(path)
    assert [name for name, _ in found] == ["Size", "Format", "File size", "File changed"]
    assert dict(found)["Size"] == "32 × 16 pixels"
    assert all(value for _, value in found)


def test_the_size_is_that_of_the_upright_picture(tmp_path: Path) -> None:
    assert image_size(photograph(tmp_path / "photo.jpg")) == (1200, 1600)


@pytest.mark.parametrize(
    ("content", "reason"),
    [(None, "vanished"), (b"", ""), (b"rubbish", ""), (b"\xff\xd8\xff\xe1\x00", "")],
)
def test_an_error_is_a_fact(tmp_path: Path, content: bytes | None, reason: str) -> None:
    path = tmp_path / "broken.jpg"
    if content is not None:
        path.write_bytes(content)
    name, text = facts(path)[-1]
    assert name == "Not readable"
    assert text
    assert reason in text


def test_a_picture_of_many_pixels_is_not_decoded(tmp_path: Path) -> None:
    path = tmp_path / "huge.png"
    path.write_bytes(huge_png(20_000, 20_000))
    assert dict(facts(path))["Size"] == "20,000 × 20,000 pixels, 400.0 megapixels"


def test_nothing_in_a_hostile_folder_raises(tmp_path: Path) -> None:
    make_hostile_folder(tmp_path / "hostile")
    files = [path for path in (tmp_path / "hostile").rglob("*") if path.is_file()]
    assert len(files) > 20
    for path in files:
        assert all(name and value for name, value in facts(path))


def test_it_needs_no_torch() -> None:
    code = "import sys, ahsml_app.session.review.image_metadata; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
