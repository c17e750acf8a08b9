"""Arrays that would be in files, where no folder has room."""

from __future__ import annotations

import tempfile

import numpy as np

from ahsml_app.core import mapped_arrays
from ahsml_app.core.mapped_arrays import empty_array


def test_posteriors_stay_in_memory_where_no_folder_has_room(tmp_path, monkeypatch):
    monkeypatch.setattr(mapped_arrays, "POSTERIORS_IN_MEMORY", 0)
    (tmp_path / "file").touch()
    monkeypatch.setattr(tempfile, "gettempdir", lambda: str(tmp_path / "file"))
    folder = tmp_path / "file" / "checkpoints"
    assert empty_array((2, 3), np.float32, folder, in_memory_up_to=0).shape == (2, 3)
    posterior = np.full((2, 3), 1 / 3, np.float32)
    for limit in (1 << 30, 0):
        monkeypatch.setattr(mapped_arrays, "IN_MEMORY_UP_TO", limit)
        np.testing.assert_array_equal(mapped_arrays.set_aside(posterior, folder), posterior)
