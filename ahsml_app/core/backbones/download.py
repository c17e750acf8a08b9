"""Downloads published weights in bounded time; cached weights need no network."""

from __future__ import annotations

import contextlib
import importlib
import re
import socket
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ahsml_app.base.errors import BackboneError, Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message
from ahsml_app.base.options.recommended_backbones import TEXT_HUB, TEXT_NETWORK
from ahsml_app.core.backbones.registry import Blank, build

_TIMEOUT = 15.0  # seconds without an answer
_HUB_FILES = ("model.safetensors", "pytorch_model.bin")
_TEXT_FILES = ("open_clip_model.safetensors", "open_clip_pytorch_model.bin")


def build_published(name: str, notify: Callable[[Message], None]) -> Blank:
    """Builds a backbone of timm or torchvision with its published weights.

    Weights in the cache of these libraries are used without network access.

    Args:
        name: Complete name, "timm:NAME" or "torchvision:NAME".
        notify: Receives a message before a download.

    Raises:
        BackboneError: If the weights cannot be downloaded, or the cached ones are damaged; the
            hint says how to use a local file.
    """
    hub, address = _location(name)
    file = _cached_path(hub, address)
    if file is not None:
        return _from_cache(name, file)
    notify(Message("Downloading the weights of {name} ...", name=name))
    with _bounded():
        try:
            _check_reachable(address)
            if not hub:
                _fetch(address)
            return _build(name)
        except Exception as error:  # a download can fail in any way
            raise BackboneError(
                Message("The weights of {name} could not be downloaded.", name=name),
                hint=Message(
                    "Connect to the network, or fetch the file elsewhere and pass "
                    "--backbone {name}=FILE.",
                    name=name,
                ),
                details=f"{address}\n{type(error).__name__}: {error}",
            ) from error


def published_text_network(notify: Callable[[Message], None], cancel: CancelToken) -> Path:
    """Returns the file of the recommended text network, downloaded unless it is in the cache.

    Args:
        notify: Receives a message before a download.
        cancel: Stops the download between two pieces.

    Raises:
        BackboneError: If it cannot be downloaded.
        Cancelled: When asked to stop.
    """
    from huggingface_hub import constants

    file = _cached_path(TEXT_HUB, "", _TEXT_FILES)
    if file is not None:
        return file
    notify(Message("Downloading the weights of {name} ...", name=TEXT_NETWORK.title))
    address = f"{constants.ENDPOINT}/{TEXT_HUB}"
    with _bounded():
        try:
            _check_reachable(address)
            return _text_file(cancel)
        except Cancelled:
            raise
        except Exception as error:  # a download can fail in any way
            raise BackboneError(
                Message("The weights of {name} could not be downloaded.", name=TEXT_NETWORK.title),
                hint="Connect to the network, or fetch the file elsewhere and choose it.",
                details=f"{address}\n{type(error).__name__}: {error}",
            ) from error


def _text_file(cancel: CancelToken) -> Path:
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    bar: Any = importlib.import_module("huggingface_hub.utils").tqdm

    class StoppingBar(bar):  # type: ignore[misc]  # its class has no types
        """What the client calls while it downloads, and the only thing."""

        def update(self, n: float | None = 1) -> Any:
            cancel.check()
            return super().update(n)

    first, second = _TEXT_FILES
    try:
        return Path(hf_hub_download(TEXT_HUB, first, tqdm_class=StoppingBar))
    except EntryNotFoundError:
        return Path(hf_hub_download(TEXT_HUB, second, tqdm_class=StoppingBar))


def _build(name: str) -> Blank:
    return build(name, pretrained=True)


def _from_cache(name: str, file: Path) -> Blank:
    try:
        with _offline():
            return _build(name)
    except Exception as error:  # the errors of a damaged file have no common base class
        raise BackboneError(
            Message(
                "The downloaded weights of {name} in {file} cannot be used.", name=name, file=file
            ),
            hint=Message(
                "Delete that file to have it downloaded anew, or pass your own: "
                "--backbone {name}=FILE.",
                name=name,
            ),
            details=f"{type(error).__name__}: {error}",
        ) from error


def _location(name: str) -> tuple[str, str]:
    """Returns the repository on the Hugging Face hub, empty if there is none, and the address."""
    import timm
    from huggingface_hub import constants
    from torchvision import models

    source, _, rest = name.partition(":")
    if source == "torchvision":
        return "", str(models.get_model_weights(rest).DEFAULT.url)
    described = timm.get_pretrained_cfg(rest)
    if not (described and (described.hf_hub_id or described.url)):
        raise BackboneError(
            Message("There are no published weights of {name}.", name=name),
            hint=Message("Pass your own: --backbone {name}=FILE.", name=name),
        )
    if described.hf_hub_id:
        hub = str(described.hf_hub_id)
        return hub, f"{constants.ENDPOINT}/{hub}"
    return "", str(described.url)


def _cached_path(hub: str, address: str, names: tuple[str, ...] = _HUB_FILES) -> Path | None:
    if not hub:
        file = _cached_file(address)
        return file if file.is_file() else None
    from huggingface_hub import try_to_load_from_cache

    repository, _, revision = hub.partition("@")
    for name in names:
        path = try_to_load_from_cache(repository, name, revision=revision or None)
        if isinstance(path, str):
            return Path(path)
    return None


def _cached_file(address: str) -> Path:
    """Returns the path at which torch.hub, and so torchvision and timm, cache this address."""
    import torch

    return Path(torch.hub.get_dir()) / "checkpoints" / Path(urlsplit(address).path).name


def _fetch(address: str) -> None:
    """Downloads a file into torch.hub's cache; torch.hub itself would print to standard output."""
    import torch

    target = _cached_file(address)
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = re.search(r"-([a-f0-9]{8,})\.", target.name)
    torch.hub.download_url_to_file(
        address, str(target), hash_prefix=digest[1] if digest else None, progress=False
    )


def _check_reachable(address: str) -> None:
    """Raises if no server answers, because the hub's client would retry for a minute.

    Any response counts, even an error status; the download itself handles that.
    """
    request = urllib.request.Request(address, method="HEAD")  # noqa: S310 - always https
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT):  # noqa: S310
            pass
    except urllib.error.HTTPError:
        return
    except urllib.error.URLError as error:
        if not isinstance(error.reason, ssl.SSLError):
            raise


@contextlib.contextmanager
def _offline() -> Iterator[None]:
    """Makes the hub's client use only its cache; the client reads this setting at each call."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


@contextlib.contextmanager
def _bounded() -> Iterator[None]:
    """Limits how long a download waits for an answer, and hides its progress bars."""
    bars: Any = importlib.import_module("huggingface_hub.utils")

    quiet = bars.are_progress_bars_disabled()
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(_TIMEOUT)
    bars.disable_progress_bars()
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
        if not quiet:
            bars.enable_progress_bars()
