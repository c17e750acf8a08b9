"""DICOM, camera raw and JPEG XL, which packages beside this program decode."""

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

JXLP = b"\0\0\0\0jxlp\0\0\0\0"
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


@pytest.mark.parametrize("name", ["a.dcm", "a.nef", "a.jxl"])
def test_damaged_files_have_a_reason(tmp_path: Path, name: str) -> None:
    with pytest.raises(UnreadableImage) as caught:
        decoded(tmp_path, b"nothing of that kind" * 50, name)
    assert "damaged" in str(caught.value.reason) or "need a package" in str(caught.value.reason)


def jpeg_xl(pixels: np.ndarray, **options: object) -> bytes:
    package = pytest.importorskip("imagecodecs")
    return package.jpegxl_encode(pixels, lossless=True, **options)


COLOURS = np.dstack([np.full((6, 10), 200), np.tile(np.arange(10) * 20, (6, 1)), np.zeros((6, 10))])
COLOURS = COLOURS.astype(np.uint8)


@pytest.mark.parametrize("name", ["a.jxl", "a.JXL", "a.png"])
@pytest.mark.parametrize("container", [False, True])
def test_jpeg_xl_comes_back_exactly(tmp_path: Path, name: str, *, container: bool) -> None:
    content = jpeg_xl(COLOURS, usecontainer=container)
    assert content.startswith(b"\0\0\0\x0cJXL " if container else b"\xff\x0a")
    assert np.array_equal(decoded(tmp_path, content, name), COLOURS)


def test_jpeg_xl_without_a_name_is_listed(tmp_path: Path) -> None:
    content = jpeg_xl(COLOURS, usecontainer=True)
    for other in ("dog/1.png", "cat/1", "cat/2.jxl"):
        (tmp_path / other).parent.mkdir(exist_ok=True)
        (tmp_path / other).write_bytes(content)
    scan, _ = run(tmp_path)
    assert set(labels_of(scan)) == {"dog/1.png", "cat/1", "cat/2.jxl"}


def test_gray_transparent_and_moving_jpeg_xl(tmp_path: Path) -> None:
    gray = COLOURS[..., 1]
    assert np.array_equal(decoded(tmp_path, jpeg_xl(gray), "a.jxl")[..., 2], gray)
    clear = np.dstack([COLOURS, np.full((6, 10), 255, np.uint8)])
    clear[:3, :, 3] = 0
    found = decoded(tmp_path, jpeg_xl(clear), "b.jxl")
    assert (found[:3] == 255).all()
    assert np.array_equal(found[3:], COLOURS[3:])
    moving = np.stack([COLOURS, COLOURS[:, ::-1]])
    assert np.array_equal(decoded(tmp_path, jpeg_xl(moving), "c.jxl"), COLOURS)


@pytest.mark.parametrize("bands", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", [np.uint16, np.float32])
def test_deep_jpeg_xl_is_stretched(tmp_path: Path, kind: type, bands: int) -> None:
    ramp = (RAMP / (60 * 64)).astype(kind) if kind is np.float32 else RAMP
    opaque = np.full_like(ramp, 1 if kind is np.float32 else 65535)
    planes = [ramp] * (bands - 1) + [opaque] if bands in (2, 4) else [ramp] * bands
    pixels = decoded(tmp_path, jpeg_xl(np.dstack(planes) if bands > 1 else ramp), "a.jxl")
    assert pixels.shape == (48, 64, 3)
    assert pixels[0, 0].max() == 0
    assert pixels[0, -1].min() == 255
    assert (np.diff(pixels[0, :, 0].astype(int)) >= 0).all()


def test_a_cut_off_jpeg_xl_has_a_reason(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (64, 64, 3)).astype(np.uint8)
    content = jpeg_xl(noise)
    for length in (2, 4, 20, len(content) // 2, len(content) - 5):
        with pytest.raises(UnreadableImage) as caught:
            decoded(tmp_path, content[:length], f"{length}.jxl")
        assert "damaged" in str(caught.value.reason)


@pytest.mark.parametrize(
    ("start", "size"),
    [
        (b"\xff\n\xcb@$\x08\x04\x01", (64, 48)),
        (b"\xff\n @\x10\t\x08\x04", (7, 5)),
        (b"\xff\n1A$\x08\x04\x01", (300, 200)),
        (b"\xff\n\xc8R\x10\t\x08\x04", (160, 90)),
        (b"\xff\n\t\x00\x88\x04\x08\x04", (8, 40)),
        (b"\xff\n\x9aA@\x00\x88\x04\x08\x02", (3, 2100)),
        (b"\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x09free!" + JXLP + b"\xff\n @\x10\t", (7, 5)),
    ],
)
def test_sides_of_jpeg_xl_are_known_before_decoding(start: bytes, size: tuple[int, int]) -> None:
    assert extra_kinds.pixels_to_decode(extra_kinds.JPEG_XL, start + bytes(40)) == size


def test_a_jpeg_xl_that_is_too_large_is_not_decoded(tmp_path: Path) -> None:
    pytest.importorskip("imagecodecs")
    huge = 0 | 3 << 1 | ((1 << 30) - 1) << 3 | 1 << 33  # a square of 2^30 pixels a side
    with pytest.raises(UnreadableImage, match="too large: more than 500 million"):
        decoded(tmp_path, b"\xff\x0a" + huge.to_bytes(10, "little") + bytes(50), "a.jxl")


@pytest.mark.usefixtures("nothing_installed")
@pytest.mark.parametrize(
    ("name", "extra"), [("x.dcm", "dicom"), ("x.CR2", "raw"), ("x.jxl", "jxl")]
)
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
