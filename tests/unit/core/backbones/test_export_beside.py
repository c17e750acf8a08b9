import contextlib
import multiprocessing

import pytest
import timm
import torch
from safetensors.torch import save_file

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.backbones import export_beside as module
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.backbones.export_beside import export_beside
from ahsml_app.core.backbones.onnx_export import is_exported


@pytest.fixture
def spec(tmp_path, monkeypatch):
    """A small network with a cache of its own, on a machine with two cores."""
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(module, "own_cores", lambda: 2)
    torch.manual_seed(0)
    network = timm.create_model("test_efficientnet", pretrained=False)
    save_file(network.state_dict(), tmp_path / "weights.safetensors")
    return f"timm:test_efficientnet={tmp_path / 'weights.safetensors'}"


def test_backbone_is_exported_while_the_block_runs(spec):
    backbone = load_backbone(spec)
    with export_beside(spec, backbone, CancelToken()):
        assert len(multiprocessing.active_children()) == 1
    assert is_exported(backbone)
    with export_beside(spec, backbone, CancelToken()):
        assert not multiprocessing.active_children()


def test_export_ends_with_a_failed_block_and_with_a_cancelled_wait(spec):
    backbone, cancel = load_backbone(spec), CancelToken()
    with contextlib.suppress(ZeroDivisionError), export_beside(spec, backbone, cancel):
        raise ZeroDivisionError
    assert not multiprocessing.active_children()
    with pytest.raises(Cancelled), export_beside(spec, backbone, cancel):
        cancel.cancel()
    assert not multiprocessing.active_children()
    assert not is_exported(backbone)


def test_a_failed_export_fails_nothing(spec, capfd):
    backbone = load_backbone(spec)
    with export_beside("no-such-network", backbone, CancelToken()):
        pass
    assert not is_exported(backbone)
    assert capfd.readouterr().err == ""


def test_one_core_exports_afterwards(spec, monkeypatch):
    monkeypatch.setattr(module, "own_cores", lambda: 1)
    backbone = load_backbone(spec)
    with export_beside(spec, backbone, CancelToken()):
        assert not multiprocessing.active_children()
    assert not is_exported(backbone)
