from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import sys
from ahsml_app.session.pipeline.preload_torch import preload_torch
expected = sys.platform in ("linux", "darwin")
assert preload_torch() == expected
assert "torch" not in sys.modules
import torch
assert float(torch.ones(2).sum()) == 2.0
assert not preload_torch()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="torch does this by itself there")
def test_torch_is_imported_as_usual_after_its_libraries_were_mapped(checkout: Path) -> None:
    code = f"import sys\nsys.path.insert(0, {str(checkout)!r})\n{SCRIPT}"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=120
    )
    assert ended.returncode == 0, ended.stderr
