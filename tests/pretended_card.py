"""Tensors that say they are on a graphics card and compute on the CPU, for machines without one.

What a real card refuses is refused here: operations on tensors of two devices, tensors handed to
numpy, random generators of the CPU, float64 where the card has none, and, while operations are
recorded, those that the CPU would have to wait for. So code that would end in an error on a card
ends in one here, and code that would not gives the numbers of the CPU. Speed, memory, rounding and
mixed precision are not pretended.
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
"""Indices may lie on the CPU where what they are taken of lies on the card."""

MEMORY = 8 * 10**9

COPIES = ("copy_", "_to_copy")
COUNTING = ("nonzero", "_unique2", "unique_dim", "unique_consecutive", "masked_select")
"""How large their results are depends on the numbers."""

SCALARS = ("_local_scalar_dense", "equal", "is_same_size")


class OnCard(torch.Tensor):
    """A tensor whose numbers are in `held`, on the CPU."""

    held: torch.Tensor
    kind: str

    @staticmethod
    def __new__(cls, held: torch.Tensor, kind: str) -> Self:
        if kind == "mps" and held.dtype == torch.float64:
            raise TypeError("MPS has no float64")
        # "meta" for torch's own code, which then asks for no driver.
        made: OnCard = torch.Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            held.size(),
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=torch.device("meta"),
        )
        made.held, made.kind = held, kind
        return made

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
        return f"OnCard({tuple(self.shape)}, {self.dtype})"

    def __deepcopy__(self, memo: dict[int, Any]) -> torch.Tensor:
        if id(self) not in memo:
            copied: torch.Tensor = OnCard(self.held.clone(), self.kind)
            if getattr(self, "_is_param", False):
                copied = torch.nn.Parameter(copied, self.requires_grad)
            memo[id(self)] = copied
        found: torch.Tensor = memo[id(self)]
        return found

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kind = next(each.kind for each in tree_leaves((args, kwargs)) if isinstance(each, OnCard))
        return _called(func, args, kwargs or {}, kind)


class _Names(TorchFunctionMode):
    """Calls the card "meta" before torch looks for its driver."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def __torch_function__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if func is not torch.device:
            args = tuple(map(self._named, args))
            kwargs = {key: self._named(value) for key, value in kwargs.items()}
        return func(*args, **kwargs)

    def _named(self, value: Any) -> Any:
        said = isinstance(value, str) and value == self._kind
        meant = isinstance(value, torch.device) and value.type == self._kind
        return torch.device("meta") if said or meant else value


class _Dispatch(TorchDispatchMode):
    """Makes tensors on the card where one is asked for by device."""

    def __init__(self, kind: str) -> None:
        super().__init__()
        self._kind = kind

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        return _called(func, args, kwargs or {}, self._kind)


@contextmanager
def pretended_card(kind: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the device `kind`, "cuda" or "mps", be there for as long as this lasts."""
    backend = torch.cuda if kind == "cuda" else torch.backends.mps
    overwrite = torch.__future__.get_overwrite_module_params_on_conversion()
    torch.__future__.set_overwrite_module_params_on_conversion(True)
    try:
        with monkeypatch.context() as patched, _Names(kind), _Dispatch(kind):
            patched.setattr(backend, "is_available", lambda: True)
            # Optimisers would ask its driver whether a graph is being recorded.
            patched.setattr(torch.accelerator, "current_accelerator", lambda **_: None)
            patched.setattr(torch.cuda, "is_bf16_supported", lambda including_emulation=True: False)
            patched.setattr(torch.cuda, "CUDAGraph", PretendedGraph)
            patched.setattr(torch.cuda, "graph", _recorded)
            patched.setattr(torch.cuda, "mem_get_info", lambda *_: (MEMORY, MEMORY))
            patched.setattr(torch.Tensor, "pin_memory", lambda tensor, *_: tensor)
            yield
    finally:
        torch.__future__.set_overwrite_module_params_on_conversion(overwrite)


class PretendedGraph:
    """Operations that were recorded, as `torch.cuda.CUDAGraph` holds them."""

    replays = 0

    def __init__(self) -> None:
        self._calls: list[tuple[Any, Any, Any, Any]] = []
        self._own: set[int] = set()
        self._changed: dict[int, tuple[torch.UntypedStorage, torch.UntypedStorage]] = {}

    def check(self, name: str, args: tuple[Any, ...], on_card: bool) -> None:
        """Refuse what ends a recording on a real card."""
        tensors = [each for each in tree_leaves(args) if isinstance(each, torch.Tensor)]
        cards = [isinstance(each, OnCard) for each in tensors]
        fetched = name in (*SCALARS, *COUNTING) and on_card
        crossing = name in COPIES and (any(cards) != all(cards) or cards[0] != on_card)
        others = list(zip(tensors, cards, strict=True))[1:]
        picked = name in INDEXED and any(
            each.dtype == torch.bool or (each.ndim and not on) for each, on in others
        )
        made = name == "lift_fresh"  # torch.tensor, from numbers of the CPU
        if fetched or crossing or made or (picked and on_card):
            raise RuntimeError(f"{name}: not permitted while a card is recording")

    def before(self, func: Any, args: Any, kwargs: Any) -> None:
        """Keep what an operation will overwrite: recording computes nothing."""
        for storage in _overwritten(func, args, kwargs):
            place = storage.data_ptr()
            if place not in self._own and place not in self._changed:
                self._changed[place] = storage, storage.clone()

    def after(self, func: Any, args: Any, kwargs: Any, found: Any) -> None:
        """Keep the operation and what it gave."""
        self._calls.append((func, args, kwargs, found))
        if not any(each.alias_info for each in func._schema.returns):
            for each in tree_leaves(found):
                if isinstance(each, torch.Tensor):
                    self._own.add(each.untyped_storage().data_ptr())

    def end(self) -> None:
        """Put back what was overwritten."""
        for storage, kept in self._changed.values():
            storage.copy_(kept)
        self._changed.clear()

    def replay(self) -> None:
        """Compute it, with the results where they were."""
        PretendedGraph.replays += 1
        with torch.utils._python_dispatch._disable_current_modes(), torch.no_grad():
            for func, args, kwargs, found in self._calls:
                new = func(*args, **kwargs)
                if any(each.alias_info for each in func._schema.returns):
                    continue
                for old, fresh in zip(tree_leaves(found), tree_leaves(new), strict=True):
                    if isinstance(old, torch.Tensor):
                        old.copy_(fresh)


_TAPE: list[PretendedGraph] = []


@contextmanager
def _recorded(graph: PretendedGraph) -> Iterator[None]:
    _TAPE.append(graph)
    try:
        yield
    finally:
        _TAPE.pop().end()


def _overwritten(func: Any, args: Any, kwargs: Any) -> Iterator[torch.UntypedStorage]:
    for place, argument in enumerate(func._schema.arguments):
        if argument.alias_info is None or not argument.alias_info.is_write:
            continue
        given = args[place] if place < len(args) else kwargs.get(argument.name)
        for each in tree_leaves(given):
            if isinstance(each, torch.Tensor):
                yield each.untyped_storage()


def _called(func: Any, args: tuple[Any, ...], kwargs: dict[str, Any], kind: str) -> Any:
    """The operation on the numbers, and its result on the device where it would be."""
    name = func.__name__.partition(".")[0]
    on_card = _checked(name, args, kwargs)
    asked = kwargs.get("device")
    if asked is not None:
        on_card = torch.device(asked).type != "cpu"
        kwargs = {**kwargs, "device": torch.device("cpu")}
    if on_card and kwargs.get("generator") is not None:
        raise RuntimeError(f"{name}: a generator of the CPU for the card")
    held = tree_map(_held, args), tree_map(_held, kwargs)
    if _TAPE:
        _TAPE[-1].check(name, args, on_card)
        _TAPE[-1].before(func, *held)
    found = func(*held[0], **held[1])
    if _TAPE and on_card:
        _TAPE[-1].after(func, *held, found)
    if name in SCALARS or not on_card:
        return found
    if name.endswith("_"):  # in place
        return args[0] if func._schema.returns else None
    return kwargs["out"] if "out" in kwargs else tree_map(_on(kind), found)


def _checked(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    """Whether it is an operation on the card.

    Raises:
        RuntimeError: It is one on two devices.
    """
    tensors = [each for each in tree_leaves((args, kwargs)) if isinstance(each, torch.Tensor)]
    there = [isinstance(each, OnCard) for each in tensors]
    if name in COPIES:
        return there[0]
    if name in INDEXED:
        tensors = [args[0], *(args[2:3] if there[0] else tensors[1:])]
        there = [isinstance(each, OnCard) for each in tensors]
    # A single number may come from the CPU.
    here = [each.ndim > 0 and not on for each, on in zip(tensors, there, strict=True)]
    if any(there) and any(here):
        shapes = ", ".join(f"{type(each).__name__} {tuple(each.shape)}" for each in tensors)
        raise RuntimeError(f"{name}: tensors on two devices: {shapes}")
    return any(there)


def _held(value: Any) -> Any:
    return value.held if isinstance(value, OnCard) else value


def _on(kind: str) -> Callable[[Any], Any]:
    def moved(value: Any) -> Any:
        return OnCard(value, kind) if isinstance(value, torch.Tensor) else value

    return moved
