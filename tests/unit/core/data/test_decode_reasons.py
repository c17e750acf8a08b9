"""Why an image could not be decoded, in words that a person can act upon."""

from __future__ import annotations

from pathlib import Path

import pytest
from hostile import sample_image

from ahsml_app.core.data.decode import UnreadableImage, decode


def reason(path: Path) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(path)
    return str(caught.value.reason)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), "not enough memory"),
        (ValueError("conversion from X to RGB"), "pixel format is not supported"),
        (OSError("image file is truncated (3 bytes)"), "cut off"),
        (PermissionError(13, "denied"), "permission denied"),
    ],
)
def test_a_failure_while_decoding_is_a_reason_and_no_end(
    error: Exception, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample_image(1).save(tmp_path / "a.png")

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("PIL.Image.open", fail)
    assert expected in reason(tmp_path / "a.png")


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ahsml_app.core.data.decode.PIXEL_LIMIT", 63)
    sample_image(1, side=8).save(tmp_path / "a.png")
    assert "large" in reason(tmp_path / "a.png")


def test_orientation_that_cannot_be_told_does_not_cost_the_image(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow raises errors of many kinds for damaged EXIF; which ones differs by version."""
    sample_image(1).save(tmp_path / "a.jpg")

    def fail(*_: object) -> None:
        raise ValueError("damaged")

    monkeypatch.setattr("PIL.Image.Image.getexif", fail)
    assert decode(tmp_path / "a.jpg").size == (48, 48)
