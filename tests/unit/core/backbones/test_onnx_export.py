from __future__ import annotations

import contextlib
import shutil
import sys
import warnings
from dataclasses import replace

import numpy as np
import onnx
import pytest
import torch
from onnx.reference import ReferenceEvaluator
from torch import nn

from ahsml_app.base.errors import OutputError
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.backbones.inference import structured_images
from ahsml_app.core.backbones.onnx_export import TOLERANCE, export_onnx
from ahsml_app.core.head.head_model import FeatureHead

torch.set_num_threads(1)

CURVATURE = 0.5


class Tiny(nn.Module):
    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Conv2d(3, 12, 3, stride=2)

    def forward(self, x):
        return self.layer(x).relu().mean((2, 3))


class Undecided(nn.Module):
    """Takes a branch by its values, which no ONNX file of ours expresses."""

    def forward(self, x):
        return x * 2 if float(x.sum()) > 0 else x.reshape(-1)


class Unlike(nn.Module):
    """Computes one thing when traced and another when run."""

    curvature = 1.0

    def forward(self, x):
        return x * 0 + (0.1 if torch.compiler.is_exporting() else 0.2)


def tiny():
    module = Tiny().eval().requires_grad_(False)
    return Backbone("tiny", "tiny-0", lambda: module, 12, 24, (127.0,) * 3, (64.0,) * 3)


def head_of(dimension, curvature=CURVATURE, seed=1):
    random = np.random.default_rng(seed)
    weight = random.normal(0, dimension**-0.5, (8, dimension)).astype(np.float32)
    bias = random.normal(0, 0.1, 8).astype(np.float32)
    return FeatureHead.from_parameters({"weight": weight, "bias": bias}, curvature)


def expected(backbone, head, pictures):
    mean, std = (np.reshape(v, (1, 3, 1, 1)) for v in (backbone.mean, backbone.std))
    with torch.inference_mode():
        return head(backbone.module(torch.from_numpy((pictures - mean) / std).float())).numpy()


class Exported:
    """An export that several tests look at: torch takes a second to make each part of it."""

    def __init__(self, folder):
        self.path, self.cache = folder / "model" / "network.onnx", folder / "cache"
        self.backbone, self.head = tiny(), head_of(12)
        self.before = {key: v.clone() for key, v in self.backbone.module.state_dict().items()}
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AHSML_APP_CACHE", str(self.cache))
            self.difference = export_onnx(self.backbone, self.head, self.path)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    return Exported(tmp_path_factory.mktemp("exported"))


@pytest.fixture
def again(exported, cache):
    """The export, and its parts in the test's own cache."""
    shutil.copytree(exported.cache / "onnx", cache / "onnx")
    return exported


@pytest.mark.parametrize("count", [1, 4])
def test_the_file_goes_from_pixels_to_points_of_the_ball(exported, count):
    path, difference = exported.path, exported.difference
    backbone, head = exported.backbone, exported.head
    pictures = np.random.default_rng(2).integers(0, 256, (count, 3, 24, 24)).astype(np.float32)
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    found = ReferenceEvaluator(model).run(["embedding"], {"pixels": pictures})[0]
    np.testing.assert_allclose(found, expected(backbone, head, pictures), atol=1e-4)
    assert 0 <= difference < 1e-4
    assert (np.linalg.norm(found, axis=1) < CURVATURE**-0.5).all()
    assert [file.name for file in path.parent.iterdir()] == ["network.onnx"]


def test_the_batch_is_free_and_the_rest_is_not(exported):
    graph = onnx.load(exported.path).graph
    (entry,), (exit_,) = graph.input, graph.output
    batch, *rest = entry.type.tensor_type.shape.dim
    assert batch.dim_param
    assert [axis.dim_value for axis in rest] == [3, 24, 24]
    assert [axis.dim_value for axis in exit_.type.tensor_type.shape.dim[1:]] == [8]


def test_the_embedded_backbone_can_be_written_without_a_word(tmp_path, capfd):
    backbone, head = load_backbone(), head_of(1888)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        difference = export_onnx(backbone, head, tmp_path / "network.onnx")

    assert difference < TOLERANCE * CURVATURE**-0.5
    assert capfd.readouterr() == ("", "")
    from ahsml_app.core.backbones.inference import openvino_core

    core = openvino_core()
    compiled = core.compile_model(tmp_path / "network.onnx", "CPU")
    pictures = structured_images(backbone.size, 2).astype(np.float32)
    np.testing.assert_allclose(
        compiled([pictures])[0], expected(backbone, head, pictures), atol=0.05
    )


def test_the_check_works_without_openvino(again, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "openvino", None)

    assert export_onnx(again.backbone, again.head, tmp_path / "network.onnx") < 1e-4
    assert (tmp_path / "network.onnx").is_file()


@pytest.mark.parametrize(
    ("head", "message"), [(Undecided(), "cannot be written as ONNX"), (Unlike(), "differs")]
)
def test_a_network_that_is_not_the_same_in_onnx_leaves_no_file(tmp_path, head, message):
    with pytest.raises(OutputError, match=message):
        export_onnx(tiny(), head.eval(), tmp_path / "network.onnx")
    assert list(tmp_path.iterdir()) == []


def test_the_backbone_is_left_as_it_was(exported):
    after = exported.backbone.module.state_dict()
    assert all(torch.equal(after[key], value) for key, value in exported.before.items())


def test_another_head_uses_what_was_kept_and_computes_its_own(again, tmp_path, cache):
    backbone = again.backbone
    made = {file: file.stat().st_mtime_ns for file in (cache / "onnx").iterdir()}
    assert len(made) == 2

    unloaded = replace(backbone, load=lambda: pytest.fail("the network is not needed"))
    other = head_of(12, seed=7)
    export_onnx(unloaded, other, tmp_path / "second.onnx")

    assert {file: file.stat().st_mtime_ns for file in (cache / "onnx").iterdir()} == made
    assert_computes(tmp_path / "second.onnx", backbone, other)


def test_a_head_of_another_curvature_is_another_network(again, tmp_path):
    backbone, other = again.backbone, head_of(12, curvature=2.0)
    export_onnx(backbone, other, tmp_path / "second.onnx")
    assert_computes(tmp_path / "second.onnx", backbone, other)


@pytest.mark.parametrize("suffix", [".npz", ".onnx"])
def test_damaged_parts_are_made_anew(again, tmp_path, cache, suffix):
    backbone, head = again.backbone, again.head
    (kept,) = (cache / "onnx").glob(f"*{suffix}")
    kept.write_bytes(kept.read_bytes()[:-200])

    with contextlib.suppress(OutputError):  # then the next call makes it anew
        export_onnx(backbone, head, tmp_path / "second.onnx")
    export_onnx(backbone, head, tmp_path / "second.onnx")

    assert_computes(tmp_path / "second.onnx", backbone, head)


def assert_computes(path, backbone, head):
    pictures = np.random.default_rng(2).integers(0, 256, (2, 3, 24, 24)).astype(np.float32)
    found = ReferenceEvaluator(onnx.load(path)).run(None, {"pixels": pictures})
    np.testing.assert_allclose(found[0], expected(backbone, head, pictures), atol=1e-4)


def test_a_kept_head_of_another_form_is_made_anew(again, tmp_path, cache):
    backbone, head = again.backbone, again.head
    (kept,) = (cache / "onnx").glob("*.onnx")
    form = onnx.load(kept)
    form.graph.initializer[0].name = "other"
    onnx.save(form, kept)

    export_onnx(backbone, head, tmp_path / "second.onnx")

    assert_computes(tmp_path / "second.onnx", backbone, head)
