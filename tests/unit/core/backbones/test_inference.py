from __future__ import annotations

import logging
import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

from ahsml_app.base.errors import DeviceError
from ahsml_app.core.backbones import inference
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.backbones.inference import TorchEngine, make_engine, structured_images

torch.set_num_threads(1)

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def embedded():
    return load_backbone()


@pytest.fixture(scope="module")
def pictures(embedded):
    return structured_images(embedded.size, 7)


@pytest.fixture(scope="module")
def wanted(embedded, pictures):
    mean, std = (np.reshape(v, (1, 3, 1, 1)) for v in (embedded.mean, embedded.std))
    with torch.inference_mode():
        return embedded.module(torch.from_numpy((pictures - mean) / std).float()).numpy()


@pytest.fixture(scope="module")
def engine(embedded):
    return make_engine(embedded, "cpu")


def backbone_of(module, size=32):
    module.eval().requires_grad_(False)
    return Backbone("own", "own-0", lambda: module, 0, size, (127.0,) * 3, (128.0,) * 3)


def cosines(found, wanted):
    return (found * wanted).sum(1) / np.linalg.norm(found, axis=1) / np.linalg.norm(wanted, axis=1)


class Pooled(nn.Module):
    def forward(self, x):
        return nn.functional.adaptive_avg_pool2d(x, 4).flatten(1)


class Sensitive(Pooled):
    """Loses everything where small differences of its input are rounded away."""

    def __init__(self):
        super().__init__()
        self.turn = nn.Linear(48, 48, bias=False)
        generator = torch.Generator().manual_seed(0)
        self.turn.weight = nn.Parameter(torch.randn(48, 48, generator=generator) / 7)

    def forward(self, x):
        return (self.turn(super().forward(x)) * 500).sin()


class Unknown(Pooled):
    """Holds what OpenVINO cannot express."""

    def forward(self, x):
        return torch.linalg.eigvalsh(super().forward(x).reshape(len(x), 3, 4, 4)).flatten(1)


class Hungry(Pooled):
    """Has memory for three pictures."""

    def forward(self, x):
        if len(x) > 3:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate too much")
        return super().forward(x)


def test_the_default_engine_is_openvino_and_right(engine, pictures, wanted):
    ((tag, found),) = engine.run([("a", pictures)])

    assert engine.name.startswith("openvino")
    assert tag == "a"
    assert found.shape == (7, 1888)
    assert found.dtype == np.float32
    assert cosines(found, wanted).min() >= 0.998


def test_the_log_stays_as_loud_as_it_was(engine):
    assert logging.getLogger("ahsml_app").isEnabledFor(logging.WARNING)


def test_torch_gives_the_same_features(embedded, pictures, wanted):
    ((_, found),) = TorchEngine(embedded, CPU, print).run([(0, pictures)])

    np.testing.assert_allclose(found, wanted, atol=1e-4)


@pytest.mark.parametrize("kind", ["openvino", "torch"])
def test_each_batch_keeps_its_tag_whatever_its_size(kind, engine, embedded, pictures, wanted):
    chosen = engine if kind == "openvino" else TorchEngine(embedded, CPU, print)
    sizes = [1, 3, 2, 7, 1, 5]

    found = dict(chosen.run((i, pictures[:size]) for i, size in enumerate(sizes)))

    assert sorted(found) == list(range(len(sizes)))
    for i, size in enumerate(sizes):
        assert len(found[i]) == size
        assert cosines(found[i], wanted[:size]).min() >= 0.998


def test_no_batches_give_no_features(engine):
    assert list(engine.run([])) == []


def test_only_a_bounded_number_of_batches_is_under_way(engine, pictures):
    import os

    pulled = 0

    def batches():
        nonlocal pulled
        for i in range(10_000):
            pulled += 1
            yield i, pictures[:1]

    results = engine.run(batches())
    next(results)
    assert pulled <= 2 + 2 * (os.cpu_count() or 1)
    results.close()  # in the middle: what is under way must end well
    assert len(list(engine.run([(0, pictures[:2])]))) == 1


def test_pictures_may_be_read_only_and_not_in_one_piece(engine, embedded, pictures, wanted):
    turned = np.ascontiguousarray(pictures.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    turned.flags.writeable = False
    for chosen in (engine, TorchEngine(embedded, CPU, print)):
        ((_, found),) = chosen.run([(0, turned)])
        assert cosines(found, wanted).min() >= 0.998


def test_bfloat16_is_left_where_it_is_not_exact_enough():
    told = []

    engine = make_engine(backbone_of(Sensitive()), "cpu", told.append)

    assert engine.name == "openvino f32"
    assert all("not exact enough" in str(text) for text in told)


def test_what_openvino_cannot_express_runs_on_torch():
    told = []
    backbone = backbone_of(Unknown())

    engine = make_engine(backbone, "cpu", told.append)
    ((_, found),) = engine.run([(0, structured_images(32, 2))])

    assert engine.name == "torch cpu f32"
    assert found.shape == (2, 12)
    assert len(told) == 1
    assert "torch is taken" in str(told[0])


def test_a_network_is_traced_only_once():
    class Counting(Pooled):
        traced = 0

        def forward(self, x):
            Counting.traced += torch.jit.is_tracing()
            return super().forward(x)

    engine = make_engine(backbone_of(Counting()), "cpu")

    assert engine.name.startswith("openvino")
    assert Counting.traced == 1


def test_a_missing_openvino_is_no_obstacle(monkeypatch, embedded, pictures, wanted):
    monkeypatch.setitem(sys.modules, "openvino", None)
    told = []

    engine = make_engine(embedded, "cpu", told.append)
    ((_, found),) = engine.run([(0, pictures)])

    assert engine.name == "torch cpu f32"
    assert "OpenVINO cannot be used" in str(told[0])
    np.testing.assert_allclose(found, wanted, atol=1e-4)


def test_out_of_memory_halves_the_batch_and_says_so():
    told = []
    pictures = structured_images(32, 10)
    hungry, plain = backbone_of(Hungry()), backbone_of(Pooled())

    engine = TorchEngine(hungry, CPU, told.append)
    ((_, found),) = engine.run([(0, pictures)])
    ((_, expected),) = TorchEngine(plain, CPU, told.append).run([(0, pictures)])

    assert engine.batch_size == 2
    assert "halved to 2" in str(told[-1])
    np.testing.assert_array_equal(found, expected)


def test_other_errors_of_the_network_are_not_taken_for_a_lack_of_memory():
    engine = TorchEngine(backbone_of(nn.Linear(3, 3)), CPU, print)

    with pytest.raises(RuntimeError, match="shape"):
        list(engine.run([(0, structured_images(32, 4))]))


def test_a_missing_device_asked_for_by_name_is_an_error(embedded):
    missing = "cuda" if not torch.cuda.is_available() else "mps"
    with pytest.raises(DeviceError):
        make_engine(embedded, missing)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA device")
def test_cuda_gives_the_same_features(embedded, pictures, wanted):
    engine = make_engine(embedded, "cuda")
    found = dict(engine.run((i, pictures) for i in range(3)))
    assert all(cosines(features, wanted).min() >= 0.998 for features in found.values())


SILENT = """
import pathlib, socket, sys, threading, warnings
attempts = []

def refuse(name):
    def call(*arguments, **_):
        attempts.append((name, arguments[-1:]))
        raise OSError("blocked")
    return call

for name in ("getaddrinfo", "create_connection"):
    setattr(socket, name, refuse(name))
for name in ("connect", "connect_ex", "sendto"):
    setattr(socket.socket, name, refuse(name))

caught = []
warnings.simplefilter("always")
warnings.showwarning = lambda message, kind, *_: caught.append((kind.__name__, str(message)))
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.backbones.inference import make_engine, structured_images
backbone = load_backbone()
caught.clear()  # what other libraries say while they are imported is not ours
engine = make_engine(backbone, "cpu")
[(_, features)] = engine.run([(0, structured_images(backbone.size, 2))])
from openvino.tools.ovc import telemetry_utils
print(engine.name, features.shape)
print("attempts", attempts)
print("threads", [t.name for t in threading.enumerate() if "elemetry" in repr(t)])
print("sender", telemetry_utils.tm.__name__, sys.modules.get("openvino_telemetry"))
print("home", sorted(p.name for p in pathlib.Path.home().iterdir()))
print("warnings", caught)
"""


def test_inference_sends_nothing_leaves_nothing_and_warns_of_nothing(tmp_path, monkeypatch):
    for variable in ("HOME", "USERPROFILE", "TMPDIR"):
        monkeypatch.setenv(variable, str(tmp_path))
    monkeypatch.delenv("CI", raising=False)  # telemetry is off there anyway

    done = subprocess.run([sys.executable, "-c", SILENT], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    name, *rest = done.stdout.splitlines()
    assert name.startswith("openvino")
    assert rest == [
        "attempts []",
        "threads []",
        "sender openvino.tools.ovc.telemetry_stub None",
        "home []",
        "warnings []",
    ]


def test_an_engine_that_is_not_exact_enough_is_left(monkeypatch):
    monkeypatch.setattr(inference, "LEAST_COSINE", 1.1)
    told = []

    engine = make_engine(backbone_of(Pooled()), "cpu", told.append)

    assert engine.name == "torch cpu f32"
    assert "openvino f32 is not exact enough" in str(told[-2])
    assert "differ from torch" in str(told[-1])


SIGNALLED = """
import signal
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.backbones.inference import make_engine
backbone = load_backbone()
one, two = make_engine(backbone), make_engine(backbone)
del one
del two
signal.signal(signal.SIGINT, lambda *_: print("told"))
signal.raise_signal(signal.SIGINT)
"""


def test_a_signal_after_several_engines_reaches_its_handler():
    """On processors with AVX-512, OpenVINO left the thread with a freed stack for handlers."""
    command = [sys.executable, "-X", "faulthandler", "-c", SIGNALLED]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "told\n"), ended.stderr
