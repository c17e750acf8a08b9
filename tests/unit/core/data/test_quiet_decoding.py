"""Odd images leave nothing in the log."""

from __future__ import annotations

import struct

import numpy as np
import pytest
from hostile import tiff_of
from PIL import Image

from ahsml_app.core.data.decode import UnreadableImage, decode


@pytest.mark.filterwarnings("error")
def test_a_signalling_nan_causes_no_warning(tmp_path):
    file = tmp_path / "a.tif"
    values = np.linspace(0, 1, 64, dtype=np.float32).reshape(8, 8)
    values.view(np.uint32)[0, :3] = 0x7FA00000
    Image.fromarray(values).save(file)
    assert decode(file).getpixel((0, 0)) == (0, 0, 0)


def test_nothing_of_pillow_reaches_the_log(tmp_path, caplog):
    file = tmp_path / "a.tif"
    data = tiff_of(np.zeros((4, 4, 3), np.uint8))
    channels = struct.pack("<HHI", 277, 3, 1)
    start = data.index(channels) + len(channels)
    file.write_bytes(data[:start] + struct.pack("<I", 20_566) + data[start + 4 :])
    with pytest.raises(UnreadableImage):
        decode(file)
    assert not caplog.records
