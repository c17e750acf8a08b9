"""Fast inference: maps uint8 images to float32 features on the fastest engine of this machine."""

from __future__ import annotations

import copy
import functools
import logging
import sys
import threading
import warnings
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol, TypeVar

import numpy as np
import torch
from torch import nn
from torch.jit._trace import TracerWarning

from ahsml_app.base.message import Message
from ahsml_app.base.types import ByteArray, FloatArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.device import choose_device

Notify = Callable[[Message], None]
Tag = TypeVar("Tag")

LEAST_COSINE = 0.998
_BATCH = {"cpu": 16, "cuda": 256, "mps": 64}
_PROBES = 8
_IMAGE_AXES = 4


class Engine(Protocol):
    """Runs a backbone.

    Attributes:
        name: Library, and precision or device with precision: "openvino bf16", "torch cuda f16".
        batch_size: Number of images per batch at which it is fastest.
    """

    name: str
    batch_size: int

    def run(self, batches: Iterable[tuple[Tag, ByteArray]]) -> Iterator[tuple[Tag, FloatArray]]:
        """Computes features.

        Args:
            batches: Pairs of a tag and images (B, 3, S, S) uint8, taken one by one; a few batches
                are computed at a time.

        Yields:
            The tag and features (B, D) float32 of each batch.
        """
        ...


def make_engine(backbone: Backbone, device: str = "auto", notify: Notify | None = None) -> Engine:
    """Creates the fastest engine that computes the right features.

    On the CPU, OpenVINO is tried in bfloat16 if the processor supports it, then in float32. Each is
    checked against torch; the last resort is torch itself.

    Args:
        backbone: The backbone to run.
        device: auto, cpu, cuda or mps.
        notify: Receives a message if a slower engine has to be used.

    Raises:
        DeviceError: If the device was requested by name and is missing.
    """
    notify = notify or (lambda _: None)
    chosen = choose_device(device)
    plain = TorchEngine(backbone, chosen, notify)
    if chosen.type != "cpu":
        return plain
    try:
        return _checked_openvino(backbone, plain, notify)
    except Exception as error:  # whatever fails in OpenVINO, torch still works
        notify(
            Message(
                "OpenVINO cannot be used ({reason}); torch is taken, which is slower.",
                reason=_first_line(error),
            )
        )
        return plain


class TorchEngine:
    """Inference with torch: float32 on the CPU and MPS, autocast on CUDA."""

    def __init__(self, backbone: Backbone, device: torch.device, notify: Notify) -> None:
        self.name = f"torch {device.type} {'f16' if device.type == 'cuda' else 'f32'}"
        self.batch_size = _BATCH[device.type]
        self._device = device
        self._notify = notify
        # A copy, because others use the backbone's own module.
        self._module = copy.deepcopy(Normalized(backbone)).eval().to(device)
        for parameter in self._module.parameters():
            if parameter.ndim == _IMAGE_AXES:
                parameter.data = parameter.data.contiguous(memory_format=torch.channels_last)

    def run(self, batches: Iterable[tuple[Tag, ByteArray]]) -> Iterator[tuple[Tag, FloatArray]]:
        """Computes features; see `Engine.run`."""
        under_way: deque[tuple[Tag, torch.Tensor]] = deque()
        for tag, pixels in batches:
            under_way.append((tag, self._forward(torch.from_numpy(_contiguous(pixels)))))
            # CUDA computes while the caller prepares the next batch; other devices are done.
            while len(under_way) > (self._device.type == "cuda"):
                yield _to_numpy(*under_way.popleft())
        while under_way:
            yield _to_numpy(*under_way.popleft())

    def _forward(self, pixels: torch.Tensor) -> torch.Tensor:
        try:
            return self._compute(pixels)
        except RuntimeError as error:  # MPS has no class of its own for out of memory
            if "out of memory" not in str(error).lower() or len(pixels) == 1:
                raise
        # Outside the handler, because the error's traceback keeps the memory in use.
        torch.cuda.empty_cache()
        half = len(pixels) // 2
        if half < self.batch_size:
            self.batch_size = half
            self._notify(
                Message.plural(
                    "Out of memory: the batch is halved to {count} image.",
                    "Out of memory: the batch is halved to {count} images.",
                    count=half,
                )
            )
        return torch.cat([self._forward(pixels[:half]), self._forward(pixels[half:])])

    @torch.inference_mode()
    def _compute(self, pixels: torch.Tensor) -> torch.Tensor:
        cuda = self._device.type == "cuda"
        if cuda:
            pixels = pixels.pin_memory()
        pixels = pixels.to(self._device, non_blocking=cuda)
        with torch.autocast("cuda", enabled=cuda):
            features: torch.Tensor = self._module(pixels)
        return features.float()


class OpenVinoEngine:
    """Inference with OpenVINO on the CPU.

    Args:
        backbone: The backbone to run.
        precision: "bf16" or "f32".
    """

    def __init__(self, backbone: Backbone, precision: str) -> None:
        openvino = import_openvino()
        self.name = f"openvino {precision}"
        self.batch_size = _BATCH["cpu"]
        settings = {"INFERENCE_PRECISION_HINT": precision, "PERFORMANCE_HINT": "THROUGHPUT"}
        model = _convert(openvino, backbone)
        self._compiled = openvino_core().compile_model(model, "CPU", settings)
        # One more than the streams, so that none waits while the caller prepares a batch.
        self._under_way = 1 + int(self._compiled.get_property("NUM_STREAMS"))

    def run(self, batches: Iterable[tuple[Tag, ByteArray]]) -> Iterator[tuple[Tag, FloatArray]]:
        """Computes features; see `Engine.run`."""
        idle = [self._compiled.create_infer_request() for _ in range(self._under_way)]
        busy: deque[tuple[Tag, Any, ByteArray]] = deque()
        try:
            for tag, pixels in batches:
                if not idle:
                    done, request = _collect(busy.popleft())
                    idle.append(request)
                    yield done
                request, shared = idle.pop(), _contiguous(pixels)
                busy.append((tag, request, shared))  # the request reads `shared` without a copy
                request.start_async([shared], share_inputs=True)
            while busy:
                yield _collect(busy.popleft())[0]
        finally:  # also where the caller stops early
            for _, request, _ in busy:
                request.wait()


class Normalized(nn.Module):
    """A backbone that takes pixels of 0 to 255, in uint8 or float32."""

    mean: torch.Tensor
    scale: torch.Tensor

    def __init__(self, backbone: Backbone) -> None:
        super().__init__()
        self.module = backbone.module
        self.register_buffer("mean", torch.tensor(backbone.mean).reshape(1, 3, 1, 1))
        self.register_buffer("scale", 1.0 / torch.tensor(backbone.std).reshape(1, 3, 1, 1))

    def forward(self, pixels: torch.Tensor) -> torch.Tensor:
        """Maps images (B, 3, S, S) to features (B, D)."""
        features: torch.Tensor = self.module((pixels.float() - self.mean) * self.scale)
        return features


def import_openvino() -> Any:
    """Imports OpenVINO without its telemetry, which would send usage data over the network.

    If `openvino_telemetry` cannot be imported, OpenVINO uses a stub that does nothing. `None` in
    `sys.modules` makes that import fail.
    """
    sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]
    import openvino

    return openvino


def openvino_core() -> Any:
    """Returns the one core of this process, which is never freed.

    On processors with AVX-512, a core gives its thread a stack for signal handlers. Two cores that
    are not freed in the reverse order leave the thread with a stack that is freed: the next signal,
    such as Ctrl-C, would end the process with a segmentation fault.
    """
    with _one_core:
        return _core()


_one_core = threading.Lock()


@functools.cache
def _core() -> Any:
    return import_openvino().Core()


def _convert(openvino: Any, backbone: Backbone) -> Any:
    example = torch.zeros(2, 3, backbone.size, backbone.size, dtype=torch.uint8)
    level = logging.root.level
    with warnings.catch_warnings():
        # OpenVINO reads what torch.jit traces, which is deprecated; only OpenVINO can change that.
        # The tracer also warns of shapes kept as constants. The engine is compared with torch, so
        # the tracer need not check itself, which took longer than all the rest.
        warnings.filterwarnings("ignore", r".*torch\.jit\.", FutureWarning)
        warnings.filterwarnings("ignore", r".*torch\.jit\.", DeprecationWarning)
        warnings.filterwarnings("ignore", category=TracerWarning)
        try:
            module = Normalized(backbone).eval()
            trace: Callable[..., Any] = torch.jit.trace  # which has no annotations
            traced = trace(module, example, strict=False, check_trace=False)
            model = openvino.convert_model(traced)
        finally:
            logging.root.setLevel(level)  # the conversion raises it, which would silence our log
    model.reshape([-1, 3, backbone.size, backbone.size])
    return model


def _checked_openvino(backbone: Backbone, plain: TorchEngine, notify: Notify) -> Engine:
    capable = openvino_core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")
    probes = structured_images(backbone.size, _PROBES)
    reference = _single_batch(plain.run([(None, probes)]))
    for precision in ("bf16", "f32") if "BF16" in capable else ("f32",):
        engine = OpenVinoEngine(backbone, precision)
        cosine = _least_cosine(_single_batch(engine.run([(None, probes)])), reference)
        if cosine >= LEAST_COSINE:
            return engine
        notify(
            Message(
                "{name} is not exact enough for this backbone (cosine {cosine:.4f}).",
                name=engine.name,
                cosine=cosine,
            )
        )
    raise RuntimeError("its features differ from torch's")


def structured_images(size: int, count: int) -> ByteArray:
    """Returns (count, 3, size, size) images of waves of many lengths and colours, and of edges.

    On noise or on plain colour, a wrong engine may agree with torch by chance.
    """
    generator = np.random.default_rng(0)
    rows, columns = np.mgrid[0:size, 0:size] / size
    images = np.empty((count, 3, size, size))
    for image in images:
        for channel in image:
            fx, fy, phase = generator.uniform(-12, 12, 3)
            wave = np.sin(2 * np.pi * (fx * columns + fy * rows) + phase)
            edge = np.sign(columns - generator.uniform()) * np.sign(rows - generator.uniform())
            channel[:] = 127.5 + 80 * wave + 40 * edge
    return np.clip(images, 0, 255).astype(np.uint8)


def _least_cosine(features: FloatArray, reference: FloatArray) -> float:
    lengths = np.linalg.norm(features, axis=1) * np.linalg.norm(reference, axis=1)
    cosine = (features * reference).sum(1) / np.maximum(lengths, np.finfo(np.float32).tiny)
    return float(np.nan_to_num(cosine, nan=-1.0).min())


def _single_batch(results: Iterator[tuple[None, FloatArray]]) -> FloatArray:
    ((_, features),) = results
    return features


def _collect(started: tuple[Tag, Any, ByteArray]) -> tuple[tuple[Tag, FloatArray], Any]:
    tag, request, _ = started
    request.wait()
    return (tag, np.array(request.get_output_tensor(0).data, dtype=np.float32)), request


def _contiguous(pixels: ByteArray) -> ByteArray:
    """Returns the same pixels as a contiguous and writable array, which both libraries need."""
    return np.require(pixels, np.uint8, ["C", "W"])


def _to_numpy(tag: Tag, features: torch.Tensor) -> tuple[Tag, FloatArray]:
    return tag, features.cpu().numpy()


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:160] if lines else type(error).__name__
