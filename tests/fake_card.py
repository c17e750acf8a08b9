"""Fake tensors of a graphics card that compute on the CPU, for machines without a card.

They refuse what a real card refuses: operations on tensors of two devices, conversion to numpy,
random generators of the CPU, float64 on MPS, and, while a graph is recorded, operations that
synchronise with the CPU. So code that fails on a card fails here, and other code gives the numbers
of the CPU. Speed, memory, rounding and mixed precision are not simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Self

import pytest
import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves, tree_map

INDEXED = ("index", "_unsafe_index", "index_put", "index_put_", "_index_put_impl_")
"""Operations whose indices may lie on the CPU while the indexed tensor lies on the card."""

MEMORY = 8 * 10**9

COPIES = ("copy_", "_to_copy")
COUNTING = ("nonzero", "_unique2", "unique_dim", "unique_consecutive", "masked_select")
"""Operations whose size of the result depends on the values."""

SCALARS = ("_local_scalar_dense", "equal", "is_same_size")


class CardTensor(torch.Tensor):
    """A tensor of the card; `held` has its values, on the CPU."""

    held: torch.Tensor
    kind: str

    @staticmethod
    def __new__(cls, held: torch.Tensor, kind: str) -> Self:
        if kind == "mps" and held.dtype == torch.float64:
            raise TypeError("MPS has no float64")
        # On "meta", torch's own code does not look for a driver.
        tensor: CardTensor = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            held.size(),
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=torch.device("meta"),
        )
        tensor.held, tensor.kind = held, kind
        return tensor

    __torch_function__ = torch._C._disabled_torch_function_impl

    @property
    def device(self) -> torch.device:  # type: ignore[override]
        return torch.device(self.kind, 0)

    @property
    def is_meta(self) -> bool:  # type: ignore[override]
        return False

    @property
    def is_cpu(self) -> bool:  # type: ignore[override]
        return False

    def __repr__(self) -> str:  # type: ignore[override]
        return f"CardTensor({tuple(self.shape)}, {self.dtype})"

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        if id(self) not in memo:
            copied: torch.Tensor = CardTensor(self.held.clone(), self.kind)
            if getattr(self, "_is_param", False):
                copied = torch.nn.Parameter(copied, self.requires_grad)
            memo[id(self)] = copied
        result: torch.Tensor = memo[id(self)]
        return result

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kind = next(x.kind for x in tree_leaves((args, kwargs)) if isinstance(x, CardTensor))
        return _called(func, args, kwargs or {}, kind)


class _Names(TorchFunctionMode):
    """Replaces the card by "meta" before torch looks for its driver."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is not torch.device:
            args = tuple(map(self._replaced, args))
            kwargs = {key: self._replaced(value) for key, value in kwargs.items()}
        return func(*args, **kwargs)

    def _replaced(self, value: Any) -> Any:
        is_name = isinstance(value, str) and value == self._kind
        is_device = isinstance(value, torch.device) and value.type == self._kind
        return torch.device("meta") if is_name or is_device else value


class _Dispatch(TorchDispatchMode):
    """Creates tensors on the card if the call names it as device."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return _called(func, args, kwargs or {}, self._kind)


@contextmanager
def fake_card(kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Makes the device `kind`, "cuda" or "mps", available while the block runs."""
    backend = torch.cuda if kind == "cuda" else torch.backends.mps
    overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    try:
        with monkeypatch.context() as patched, _Names(kind), _Dispatch(kind):
            patched.setattr(backend, "is_available", lambda: True)
            # Optimisers would ask the driver whether a graph is being recorded.
            patched.setattr(torch.accelerator, "current_accelerator", lambda **_: None)
            patched.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: False)
            patched.setattr(torch.cuda, "CUDAGraph", FakeGraph)
            patched.setattr(torch.cuda, "graph", _recorded)
            patched.setattr(torch.cuda, "mem_get_info", lambda *_: (MEMORY, MEMORY))
            patched.setattr(torch.Tensor, "pin_memory", lambda tensor, *_: tensor)
            yield
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(overwrite)


class FakeGraph:
    """Recorded operations, in place of `torch.cuda.CUDAGraph`."""

    replays = 0

    def __init__(self) -> None:
        self._calls: list[tuple[Any, Any, Any, Any]] = []
        self._own: set[int] = set()
        self._changed: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}

    def check(self, name: str, args: tuple[Any, ...], on_card: bool) -> None:
        """Refuses what would end the recording on a real card."""
        tensors = [leaf for leaf in tree_leaves(args) if isinstance(leaf, torch.Tensor)]
        cards = [isinstance(tensor, CardTensor) for tensor in tensors]
        fetched = name in (*SCALARS, *COUNTING) and on_card
        crossing = name in COPIES and (any(cards) != all(cards) or cards[0] != on_card)
        others = list(zip(tensors, cards, strict=True))[1:]
        picked = name in INDEXED and any(
            tensor.dtype == torch.bool or (tensor.ndim and not card) for tensor, card in others
        )
        created = name == "lift_fresh"  # torch.tensor, from numbers of the CPU
        if fetched or crossing or created or (picked and on_card):
            raise RuntimeError(f"{name}: not permitted while a card is recording")

    def before(self, func: Any, args: Any, kwargs: Any) -> None:
        """Saves what an operation will overwrite, because recording computes nothing."""
        for storage in _overwritten(func, args, kwargs):
            address = storage.data_ptr()
            if address not in self._own and address not in self._changed:
                self._changed[address] = storage, storage.clone()

    def after(self, func: Any, args: Any, kwargs: Any, result: Any) -> None:
        """Records the operation and its result."""
        self._calls.append((func, args, kwargs, result))
        if not any(value.alias_info for value in func._schema.returns):
            for tensor in tree_leaves(result):
                if isinstance(tensor, torch.Tensor):
                    self._own.add(tensor.untyped_storage().data_ptr())

    def end(self) -> None:
        """Restores what was overwritten."""
        for storage, original in self._changed.values():
            storage.copy_(original)
        self._changed.clear()

    def replay(self) -> None:
        """Computes the operations and writes the results to their recorded tensors."""
        FakeGraph.replays += 1
        with torch.utils._python_dispatch._disable_current_modes(), torch.no_grad():
            for func, args, kwargs, recorded in self._calls:
                result = func(*args, **kwargs)
                if any(value.alias_info for value in func._schema.returns):
                    continue
                for old, new in zip(tree_leaves(recorded), tree_leaves(result), strict=True):
                    if isinstance(old, torch.Tensor):
                        old.copy_(new)


_TAPE: list[FakeGraph] = []


@contextmanager
def _recorded(graph: FakeGraph) -> Iterator[None]:
    _TAPE.append(graph)
    try:
        yield
    finally:
        _TAPE.pop().end()


def _overwritten(func: Any, args: Any, kwargs: Any) -> Iterator[torch.UntypedStorage]:
    for index, argument in enumerate(func._schema.arguments):
        if argument.alias_info is None or not argument.alias_info.is_write:
            continue
        value = args[index] if index < len(args) else kwargs.get(argument.name)
        for tensor in tree_leaves(value):
            if isinstance(tensor, torch.Tensor):
                yield tensor.untyped_storage()


def _called(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], kind: str) -> Any:
    """Calls the operation on the values; returns the result on the device of a real call."""
    name = func.__name__.partition(".")[0]
    on_card = _checked(name, args, kwargs)
    device = kwargs.get("device")
    if device is not None:
        on_card = torch.device(device).type != "cpu"
        kwargs = {**kwargs, "device": torch.device("cpu")}
    if on_card and kwargs.get("generator") is not None:
        raise RuntimeError(f"{name}: a generator of the CPU for the card")
    held = tree_map(_held, args), tree_map(_held, kwargs)
    if _TAPE:
        _TAPE[-1].check(name, args, on_card)
        _TAPE[-1].before(func, *held)
    result = func(*held[0], **held[1])
    if _TAPE and on_card:
        _TAPE[-1].after(func, *held, result)
    if name in SCALARS or not on_card:
        return result
    if name.endswith("_"):  # in place
        return args[0] if func._schema.returns else None
    return kwargs["out"] if "out" in kwargs else tree_map(_on(kind), result)


def _checked(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether the operation runs on the card.

    Raises:
        RuntimeError: Its tensors are on two devices.
    """
    tensors = [leaf for leaf in tree_leaves((args, kwargs)) if isinstance(leaf, torch.Tensor)]
    cards = [isinstance(tensor, CardTensor) for tensor in tensors]
    if name in COPIES:
        return cards[0]
    if name in INDEXED:
        tensors = [args[0], *(args[2:3] if cards[0] else tensors[1:])]
        cards = [isinstance(tensor, CardTensor) for tensor in tensors]
    # A single number may come from the CPU.
    on_cpu = [tensor.ndim > 0 and not card for tensor, card in zip(tensors, cards, strict=True)]
    if any(cards) and any(on_cpu):
        shapes = ", ".join(f"{type(tensor).__name__} {tuple(tensor.shape)}" for tensor in tensors)
        raise RuntimeError(f"{name}: tensors on two devices: {shapes}")
    return any(cards)


def _held(value: Any) -> Any:
    return value.held if isinstance(value, CardTensor) else value


def _on(kind: str) -> Callable[[Any], Any]:
    def moved(value: Any) -> Any:
        return CardTensor(value, kind) if isinstance(value, torch.Tensor) else value

    return moved
