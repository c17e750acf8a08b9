"""DICOM and camera raw, which packages beside this program decode."""

from __future__ import annotations

import importlib.util
import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from scanning import labels_of, run

from ahsml_app.core.data.decode import UnreadableImage, decode, thumbnail_jpeg
from ahsml_app.core.data.formats import extra_kinds

RAMP = np.tile(np.arange(64, dtype=np.uint16) * 60, (48, 1))


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package that decodes them."""
    packages = {
        kind: (f"no_{name}", extra) for kind, (name, extra) in extra_kinds._PACKAGES.items()
    }
    monkeypatch.setattr(extra_kinds, "_PACKAGES", packages)
    extra_kinds._package.cache_clear()
    monkeypatch.setattr(extra_kinds, "_package", extra_kinds._package.__wrapped__)


def dicom(pixels: np.ndarray, kind: str = "MONOCHROME2", **tags: object) -> bytes:
    pydicom = pytest.importorskip("pydicom")
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = pydicom.uid.ExplicitVRLittleEndian
    for place in (data.file_meta, data):
        prefix = "MediaStorage" if place is data.file_meta else ""
        setattr(place, f"{prefix}SOPClassUID", "1.2.840.10008.5.1.4.1.1.7")
        setattr(place, f"{prefix}SOPInstanceUID", "1.2.3")
    data.Rows, data.Columns = pixels.shape[:2]
    data.PhotometricInterpretation = kind
    data.SamplesPerPixel = 3 if pixels.ndim == 3 else 1
    if pixels.ndim == 3:
        data.PlanarConfiguration = 0
    data.BitsAllocated = data.BitsStored = 8 * pixels.dtype.itemsize
    data.HighBit, data.PixelRepresentation = data.BitsStored - 1, 0
    data.PixelData = pixels.tobytes()
    for name, value in tags.items():
        setattr(data, name, value)
    stream = io.BytesIO()
    data.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


def digital_negative() -> bytes:
    """A DNG file of which the left half is bright."""
    bayer = np.full((256, 320), 500, np.uint16)
    bayer[:, :160] = 2500
    unit = tuple(part for value in np.eye(3, dtype=int).ravel().tolist() for part in (value, 1))
    tags = [
        (33421, 3, 2, (2, 2), True), (33422, 1, 4, bytes([0, 1, 1, 2]), True),
        (50706, 1, 4, bytes([1, 4, 0, 0]), True), (50707, 1, 4, bytes([1, 1, 0, 0]), True),
        (50708, 2, 0, "Test", True), (50721, 10, 9, unit, True),
        (50728, 5, 3, (1, 1) * 3, True), (50778, 3, 1, 21, True), (50717, 4, 1, 4095, True),
        (271, 2, 0, "Test", True), (272, 2, 0, "Camera", True), (274, 3, 1, 1, True),
    ]  # fmt: skip
    stream = io.BytesIO()
    tifffile.imwrite(stream, bayer, photometric=32803, extratags=tags, metadata=None)
    return stream.getvalue()


def decoded(folder: Path, content: bytes, name: str = "a.dcm") -> np.ndarray:
    file = folder / name
    file.write_bytes(content)
    return np.asarray(decode(file))


def test_samples_of_dicom_are_stretched(tmp_path: Path) -> None:
    pixels = decoded(tmp_path, dicom(RAMP))
    assert pixels.shape == (48, 64, 3)
    assert pixels[0, 0].max() == 0
    assert pixels[0, -1].min() == 255
    assert (np.diff(pixels[0, :, 0].astype(int)) >= 0).all()


def test_white_may_be_zero_and_a_window_is_kept(tmp_path: Path) -> None:
    inverted = decoded(tmp_path, dicom(RAMP, "MONOCHROME1"))
    assert (inverted[0, 0, 0], inverted[0, -1, 0]) == (255, 0)
    windowed = decoded(tmp_path, dicom(RAMP, WindowCenter=1000, WindowWidth=500))
    assert (windowed[0, :12] == 0).all()
    assert (windowed[0, 21:] == 255).all()


def test_colours_and_the_first_frame_of_dicom(tmp_path: Path) -> None:
    colours = np.zeros((8, 8, 3), np.uint8)
    colours[..., 0] = 200
    assert decoded(tmp_path, dicom(colours, "RGB"))[0, 0].tolist() == [200, 0, 0]
    frames = np.concatenate([RAMP, RAMP[:, ::-1]])
    content = dicom(frames, NumberOfFrames=2, Rows=48)
    assert decoded(tmp_path, content)[0, 0].max() == 0


def test_camera_raw_is_developed(tmp_path: Path) -> None:
    pytest.importorskip("rawpy")
    pixels = decoded(tmp_path, digital_negative(), "a.DNG")
    assert pixels.shape == (256, 320, 3)
    assert pixels[:, :150].mean() > pixels[:, 170:].mean() + 50
    assert thumbnail_jpeg(tmp_path / "a.DNG", 64).startswith(b"\xff\xd8")


@pytest.mark.parametrize("name", ["a.dcm", "a.nef"])
def test_damaged_files_have_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableImage) as caught:
        decoded(tmp_path, b"nothing of that kind" * 50, name)
    assert "damaged" in str(caught.value.reason) or "need a package" in str(caught.value.reason)


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(("name", "extra"), [("x.dcm", "dicom"), ("x.CR2", "raw")])
def test_a_missing_package_is_named(tmp_path: Path, name: str, extra: str) -> None:
    file = tmp_path / "dog" / name
    for other in ("dog/1.png", "cat/1.png"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).touch()
    file.write_bytes(b"something")
    scan, _ = run(tmp_path)
    assert f'pip install "ahsml-app[{extra}]"' in str(scan.quarantined[0].reason)
    with pytest.raises(UnreadableImage, match=rf"ahsml-app\[{extra}\]"):
        decode(file)


def test_files_are_listed_where_the_package_is_there(tmp_path: Path) -> None:
    (tmp_path / "dog").mkdir()
    (tmp_path / "cat").mkdir()
    for other in ("dog/1.png", "cat/1.png", "dog/2.dcm"):
        (tmp_path / other).touch()
    scan, _ = run(tmp_path)
    there = importlib.util.find_spec("pydicom") is not None
    assert ("dog/2.dcm" in labels_of(scan)) == there
