"""Features of inner layers: which they are, and that they change with nothing but the images."""

import copy

import numpy as np
import pytest
import timm
import torch
import torchvision
from torch import nn

from ahsml_app.core.backbones.backbone import (
    load_backbone,
    load_backbone_of_run,
    pack_weights,
    unpack_weights,
)
from ahsml_app.core.backbones.inner_layers import INNER_LENGTH, LENGTH, add_inner_layers, network_of

BLOCKS = {4: 112, 5: 192}


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHSML_APP_CACHE", str(tmp_path_factory.mktemp("cache")))
        return load_backbone(), load_backbone(inner_layers=False)


def images_of(size, count=3, seed=0):
    return torch.from_numpy(
        np.random.default_rng(seed).normal(0, 1, (count, 3, size, size))
    ).float()


def computed(module, images):
    with torch.inference_mode():
        return module(images)


def unit(values):
    return nn.functional.normalize(values, dim=1)


def test_the_bundled_network_has_mean_and_deviation_of_two_stages_beside_its_last_layer(bundled):
    backbone, plain = bundled
    images = images_of(backbone.size)
    outputs = {}
    for number in BLOCKS:
        stage = plain.module.blocks[number]
        stage.register_forward_hook(
            lambda _m, _i, out, number=number: outputs.update({number: out})
        )
    last = computed(plain.module, images)
    features = computed(backbone.module, images)

    expected = [last]
    for number, width in BLOCKS.items():
        assert outputs[number].shape[1] == width
        places = outputs[number].flatten(2)
        expected += [places.mean(2), places.std(2, correction=0)]
    widths = [part.shape[1] for part in expected]
    assert widths == [1280, 112, 112, 192, 192]
    lengths = [LENGTH] + [INNER_LENGTH] * 4
    for part, wanted, length in zip(features.split(widths, dim=1), expected, lengths, strict=True):
        torch.testing.assert_close(part, length * unit(wanted), atol=1e-3, rtol=1e-3)


def test_features_with_inner_layers_are_others_than_without(bundled):
    backbone, plain = bundled
    assert backbone.identity != plain.identity
    assert (plain.dimension, plain.inner) == (1280, 0)


@pytest.mark.parametrize(
    ("name", "make", "inner"),
    [
        ("timm:test_resnet", lambda: timm.create_model("test_resnet"), 3),
        ("timm:test_vit", lambda: timm.create_model("test_vit"), 3),
        ("timm:test_efficientnet", lambda: timm.create_model("test_efficientnet"), 2),
        ("torchvision:resnet18", torchvision.models.resnet18, 3),
        ("torchvision:mobilenet_v3_small", torchvision.models.mobilenet_v3_small, 3),
        ("torchvision:swin_t", torchvision.models.swin_t, 3),
        ("torchvision:vit_b_32", torchvision.models.vit_b_32, 3),
    ],
)
def test_networks_of_both_libraries_show_inner_layers(tmp_path, name, make, inner):
    torch.save(make().state_dict(), tmp_path / "weights.pth")
    spec = f"{name}={tmp_path / 'weights.pth'}"
    backbone, plain = load_backbone(spec), load_backbone(spec, inner_layers=False)
    images = images_of(backbone.size, 2)
    features, last = computed(backbone.module, images), computed(plain.module, images)

    assert backbone.inner > 0
    assert features.shape == (2, plain.dimension + backbone.inner)
    own = features[:, : plain.dimension]
    torch.testing.assert_close(own, LENGTH * unit(last), atol=1e-3, rtol=1e-3)
    squares = features[:, plain.dimension :].square().sum(1)
    expected = torch.full((2,), 2 * inner * INNER_LENGTH**2)
    torch.testing.assert_close(squares, expected, rtol=1e-3, atol=0.1)
    assert not torch.allclose(features[0], features[1], atol=1e-3)
    alone = computed(backbone.module, images[:1])
    torch.testing.assert_close(alone, features[:1], atol=1e-3, rtol=1e-3)


def test_a_network_that_shows_no_layers_keeps_its_last_one():
    class Closed(nn.Module):
        def forward(self, images):
            return images.mean((2, 3))

    network = Closed()
    assert add_inner_layers(network, images_of(8)) is network


def test_an_equal_image_everywhere_gives_no_endless_gradient(bundled):
    module = copy.deepcopy(bundled[0].module).requires_grad_(True)
    module(torch.zeros(2, 3, 64, 64)).sum().backward()
    assert all(
        torch.isfinite(parameter.grad).all()
        for parameter in module.parameters()
        if parameter.grad is not None
    )


def test_weights_keep_the_names_that_their_library_gives_them(bundled):
    backbone, plain = bundled
    assert list(network_of(backbone.module).state_dict()) == list(plain.module.state_dict())
    packed = pack_weights(backbone)
    assert (packed == pack_weights(plain)).all()
    images = images_of(64)
    restored = unpack_weights(backbone, packed)
    assert restored.inner == backbone.inner
    assert torch.equal(computed(restored.module, images), computed(backbone.module, images))


@pytest.mark.parametrize("dimension", [1280, 1888])
def test_a_run_of_before_has_a_network_without_inner_layers(dimension):
    assert load_backbone_of_run(None, dimension, print).dimension == dimension
