from __future__ import annotations

import hashlib
import http.server
import io
import socket
import threading
import time
import urllib.request

import pytest
import timm
import torch
from huggingface_hub import constants
from safetensors.torch import save
from torchvision import models

from ahsml_app.base.errors import BackboneError, Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.base.options.recommended_backbones import RECOMMENDED_BACKBONES, TEXT_HUB
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.backbones.download import published_text_network
from ahsml_app.core.backbones.registry import build

torch.set_num_threads(1)

TIMM = "timm:test_resnet"
TORCHVISION = "torchvision:shufflenet_v2_x0_5"


@pytest.fixture(autouse=True)
def _own_caches(tmp_path, monkeypatch):
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    before = torch.hub.get_dir()
    torch.hub.set_dir(str(tmp_path / "torch"))
    yield
    torch.hub.set_dir(before)


@pytest.fixture
def no_network(monkeypatch):
    """Every name is unknown, as it is without a network; returns the names asked for."""
    asked = []

    def refuse(host, *_, **__):
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    return asked


@pytest.fixture
def server(monkeypatch):
    """A server of this machine; returns its address and the files that it offers."""
    files: dict[str, bytes] = {}

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self):
            self.answer(body=False)

        def do_GET(self):
            self.answer(body=True)

        def answer(self, body):
            content = files.get(self.path)
            self.send_response(200 if content is not None else 404)
            self.send_header("Content-Length", str(len(content or b"")))
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("ETag", '"a-version"')
            self.end_headers()
            if body:
                self.wfile.write(content or b"")

        def log_message(self, *_):
            pass

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    yield f"http://127.0.0.1:{running.server_port}", files
    running.shutdown()
    running.server_close()


def hub_file():
    network = timm.create_model("test_resnet")
    repository = timm.get_pretrained_cfg("test_resnet").hf_hub_id
    return f"/{repository}/resolve/main/model.safetensors", save(network.state_dict())


def torchvision_file(monkeypatch, address):
    network = models.shufflenet_v2_x0_5()
    buffer = io.BytesIO()
    torch.save(network.state_dict(), buffer)
    name = f"/mine-{hashlib.sha256(buffer.getvalue()).hexdigest()[:8]}.pth"
    weights = models.get_model_weights("shufflenet_v2_x0_5").DEFAULT
    monkeypatch.setattr(weights.value, "url", address + name)
    return name, buffer.getvalue()


@pytest.mark.parametrize("name", [TIMM, TORCHVISION])
def test_without_a_network_the_error_comes_at_once_and_says_what_to_do(name, no_network):
    told = []
    started = time.monotonic()

    with pytest.raises(BackboneError, match=f"{name} could not be downloaded") as raised:
        load_backbone(name, notify=told.append)

    assert f"--backbone {name}=FILE" in str(raised.value.hint)
    assert list(map(str, told)) == [f"Downloading the weights of {name} ..."]
    assert len(no_network) == 1  # no retries
    assert time.monotonic() - started < 60  # the hub's own retries add up to more than that


def test_the_hub_is_asked_for_timm(server, monkeypatch, capfd):
    address, files = server
    path, content = hub_file()
    files[path] = content
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        address + "/{repo_id}/resolve/{revision}/{filename}",
    )
    told = []

    first = load_backbone(TIMM, notify=told.append)
    files.clear()
    monkeypatch.setattr(urllib.request, "urlopen", None)
    second = load_backbone(TIMM, notify=told.append)

    assert first.identity == second.identity
    assert len(told) == 1  # the second time they were in the cache
    assert capfd.readouterr() == ("", "")


def test_torchvision_weights_are_fetched_once_and_silently(server, monkeypatch, capfd):
    address, files = server
    path, content = torchvision_file(monkeypatch, address)
    files[path] = content
    told = []

    first = load_backbone(TORCHVISION, notify=told.append)
    files.clear()
    monkeypatch.setattr(urllib.request, "urlopen", None)
    second = load_backbone(TORCHVISION, notify=told.append)

    assert first.identity == second.identity
    assert first.dimension == 1024
    assert len(told) == 1
    assert capfd.readouterr() == ("", "")


def test_weights_that_were_changed_on_the_way_are_refused(server, monkeypatch):
    address, files = server
    path, content = torchvision_file(monkeypatch, address)
    files[path] = content[:-1] + b"?"

    with pytest.raises(BackboneError, match="could not be downloaded") as raised:
        load_backbone(TORCHVISION)
    assert "hash" in raised.value.details
    with pytest.raises(BackboneError):  # and were not kept
        load_backbone(TORCHVISION)


def test_a_server_without_the_file_is_a_failed_download(server, monkeypatch):
    address, _ = server
    torchvision_file(monkeypatch, address)

    with pytest.raises(BackboneError, match="could not be downloaded") as raised:
        load_backbone(TORCHVISION)
    assert "404" in raised.value.details


@pytest.mark.parametrize("name", [TIMM, TORCHVISION])
def test_a_damaged_file_in_the_cache_is_named(name, server, monkeypatch, tmp_path, no_network):
    if name == TIMM:
        path, _ = hub_file()
        folder = tmp_path / "hub" / f"models--{path.split('/')[1]}--{path.split('/')[2]}"
        (folder / "refs").mkdir(parents=True)
        (folder / "refs" / "main").write_text("0" * 40)
        file = folder / "snapshots" / ("0" * 40) / "model.safetensors"
    else:
        path, _ = torchvision_file(monkeypatch, server[0])
        file = tmp_path / "torch" / "checkpoints" / path.removeprefix("/")
    file.parent.mkdir(parents=True)
    file.write_bytes(b"the first part of a file")

    with pytest.raises(BackboneError, match="cannot be used") as raised:
        load_backbone(name)

    assert str(file) in str(raised.value.message)
    assert "Delete that file" in str(raised.value.hint)
    assert no_network == []


@pytest.mark.parametrize("each", RECOMMENDED_BACKBONES[1:], ids=lambda each: each.title)
def test_a_recommended_backbone_is_published_under_a_free_licence_with_the_size_that_it_says(each):
    name = each.name.removeprefix("timm:")
    facts = timm.get_pretrained_cfg(name)
    assert facts is not None
    assert facts.license.lower() == each.licence.lower()
    with torch.device("meta"):
        module = timm.create_model(name)
    numbers = sum(tensor.numel() for tensor in module.state_dict().values())
    assert numbers * 4 / 1e6 == pytest.approx(each.megabytes, abs=1)
    assert build(each.name, pretrained=False).fixed_size in (None, 224, 518)


def test_the_text_network_is_fetched_once_and_can_be_stopped(server, monkeypatch, capfd):
    address, files = server
    files[f"/{TEXT_HUB}"] = b""
    files[f"/{TEXT_HUB}/resolve/main/open_clip_pytorch_model.bin"] = b"weights" * 1000
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(
        constants,
        "HUGGINGFACE_CO_URL_TEMPLATE",
        address + "/{repo_id}/resolve/{revision}/{filename}",
    )
    told, stopped = [], CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        published_text_network(told.append, stopped)

    file = published_text_network(told.append, CancelToken())

    assert file.read_bytes() == b"weights" * 1000
    assert len(told) == 2
    files.clear()
    assert published_text_network(told.append, CancelToken()) == file
    assert len(told) == 2
    assert capfd.readouterr() == ("", "")


def test_a_text_network_that_cannot_be_fetched_is_an_error(no_network):
    with pytest.raises(BackboneError, match="could not be downloaded") as raised:
        published_text_network(lambda _: None, CancelToken())
    assert "fetch the file elsewhere" in str(raised.value.hint)
