"""Distributes one training step over several processes; the result is that of one process.

Each process decodes its share of a batch and computes its features. The features are gathered, so
every process computes the loss over all pairs of the whole batch, and holds the same similarity
bank, memory and points. Each process propagates its share of the gradient through the backbone, and
DistributedDataParallel sums the parameter gradients.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator

import torch
import torch.distributed as dist
from torch import Tensor
from torch.nn.parallel import DistributedDataParallel

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.device import OutOfMemory, out_of_memory
from ahsml_app.core.distributed.process_group import all_max
from ahsml_app.core.distributed.rank import ProcessGroup
from ahsml_app.core.finetune.network import TunedNetwork

_OK, _OUT_OF_MEMORY, _CANCELLED = range(3)


class DistributedStep:
    """The collective operations of a training step.

    Args:
        group: The process group.
        network: The network, in the same state everywhere; rank 0's backbone is copied to the
            others.
        size: Side of its input in pixels.
    """

    def __init__(self, group: ProcessGroup, network: TunedNetwork, size: int) -> None:
        self._rank, self._count = group.rank, group.count
        self._head = list(network.head.parameters())
        unused = _has_unused(network, size)
        with warnings.catch_warnings():
            # The statistics of batch norm never change, so no buffers need to be sent. torch 2.15
            # renames the option, but earlier versions do not know the new name.
            warnings.filterwarnings("ignore", r".*broadcast_buffers", FutureWarning)
            self._parallel = DistributedDataParallel(
                network.backbone, broadcast_buffers=False, find_unused_parameters=unused
            )

    def own(self, count: int) -> slice:
        """Returns the share of this process in a batch of `count` samples.

        If there are fewer samples than processes, some processes get a sample that does not count,
        because all of them have to take part in the collective operations.
        """
        share = _share(self._rank, count, self._count)
        return share if _size(share) else slice(0, 1)

    def largest_share(self, count: int) -> int:
        """Returns the size of the largest share of a batch of `count` samples."""
        return -(-count // self._count)

    @contextlib.contextmanager
    def synchronized(self) -> Iterator[None]:
        """Lets all processes leave the block with the same outcome.

        Raises:
            Cancelled: If one of the processes was stopped.
            OutOfMemory: If one of the processes ran out of memory.
        """
        state = _OK
        try:
            yield
        except Cancelled:
            state = _CANCELLED
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            state = _OUT_OF_MEMORY
        # Outside the handler, because the error's traceback keeps the memory in use.
        state = all_max(state)
        if state == _CANCELLED:
            raise Cancelled
        if state == _OUT_OF_MEMORY:
            raise OutOfMemory("out of memory in one of the processes")

    def gather(self, features: Tensor, count: int) -> Tensor:
        """Gathers the features of the whole batch.

        Args:
            features: (2b, d) features of the own samples: weak augmentations, then strong ones.
            count: B, the number of samples in the batch.

        Returns:
            (2B, d) features: the weak augmentations of all samples, then the strong ones.
        """
        sizes = [_size(_share(rank, count, self._count)) for rank in range(self._count)]
        padded = features.new_zeros(2 * max(sizes), features.shape[1])
        own_rows = 2 * sizes[self._rank]
        padded[:own_rows] = features[:own_rows]
        gathered = [torch.empty_like(padded) for _ in sizes]
        dist.all_gather(gathered, padded)
        pairs = [rows[: 2 * size].chunk(2) for rows, size in zip(gathered, sizes, strict=True)]
        return torch.cat([weak for weak, _ in pairs] + [strong for _, strong in pairs])

    def backward(
        self,
        network: TunedNetwork,
        chunks: tuple[Tensor, ...],
        gradient: Tensor | None,
        cancel: CancelToken,
    ) -> None:
        """Computes the gradient of the whole batch for all parameters.

        DistributedDataParallel exchanges gradients during the backward pass of the last chunk only.
        That chunk is no larger than the others, so whatever can fail has failed before it, and no
        process is left waiting.

        Args:
            network: The network, whose head has its gradient already.
            chunks: The own images in at least two chunks.
            gradient: (2B, d) gradient at the features of the batch; None if the loss does not
                depend on them.
            cancel: Checked before each chunk.

        Raises:
            Cancelled: If one of the processes was stopped.
            OutOfMemory: If one of the processes ran out of memory.
        """
        for parameter in self._head:
            if parameter.grad is not None:  # equal but for rounding; averaged so that none drifts
                dist.all_reduce(parameter.grad)
                parameter.grad /= self._count
        if gradient is None:
            return
        count = len(gradient) // 2
        own = self.own(count)
        # DistributedDataParallel averages over the processes, but the sum is needed.
        own_gradient = torch.cat([half[own] for half in gradient.chunk(2)]) * self._count
        if not _size(_share(self._rank, count, self._count)):
            own_gradient.zero_()
        shares = torch.split(own_gradient, len(chunks[0]))
        with self.synchronized(), self._parallel.no_sync():
            for chunk, share in zip(chunks[:-1], shares[:-1], strict=True):
                cancel.check()
                torch.autograd.backward(network(chunk, self._parallel), share)
        torch.autograd.backward(network(chunks[-1], self._parallel), shares[-1])


def _has_unused(network: TunedNetwork, size: int) -> bool:
    """Whether the features do not depend on some of the backbone's trained parameters."""
    parameters = [p for p in network.backbone.parameters() if p.requires_grad]
    features = network(torch.zeros(1, 3, size, size, device=parameters[0].device))
    gradients = torch.autograd.grad(features.sum(), parameters, allow_unused=True)
    return any(gradient is None for gradient in gradients)


def _share(rank: int, samples: int, count: int) -> slice:
    return slice(rank * samples // count, (rank + 1) * samples // count)


def _size(share: slice) -> int:
    return int(share.stop) - int(share.start)
