"""One step of a network's training in several processes, with the result of one process.

Each process decodes its share of a batch and takes it through the backbone. The features are
gather, so that every process has the loss over all pairs of the whole batch, and with it the same
similarity bank, memory and points. Each carries its share of the gradient back, and
DistributedDataParallel adds up what the backbones' parameters get.
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

_WELL, _FULL, _STOPPED = range(3)


class DistributedStep:
    """What a training needs of the other processes.

    Args:
        group: The processes.
        network: In the same state everywhere; rank 0's backbone is copied to the others.
        size: Side of its pictures in pixels.
    """

    def __init__(self, group: ProcessGroup, network: TunedNetwork, size: int) -> None:
        self._rank, self._count = group.rank, group.count
        self._head = list(network.head.parameters())
        unused = _has_unused(network, size)
        with warnings.catch_warnings():
            # The statistics of batch norm never change. torch 2.15 has another word for that,
            # which earlier versions do not know.
            warnings.filterwarnings("ignore", r".*broadcast_buffers", FutureWarning)
            self._parallel = DistributedDataParallel(
                network.backbone, broadcast_buffers=False, find_unused_parameters=unused
            )

    def own(self, count: int) -> slice:
        """The share of this process in a batch of so many samples.

        Where there are fewer samples than processes some get one that does not count: all of them
        have to take part in the exchange.
        """
        share = _share(self._rank, count, self._count)
        return share if _size(share) else slice(0, 1)

    def largest_share(self, count: int) -> int:
        """Samples of the largest share of a batch of so many."""
        return -(-count // self._count)

    @contextlib.contextmanager
    def synchronized(self) -> Iterator[None]:
        """Let all processes leave the block in the same way.

        Raises:
            Cancelled: One of them was stopped.
            OutOfMemory: The memory of one of them ran out.
        """
        state = _WELL
        try:
            yield
        except Cancelled:
            state = _STOPPED
        except RuntimeError as error:
            if not out_of_memory(error):
                raise
            state = _FULL
        # Outside the handler: the error's traceback holds on to the memory.
        state = all_max(state)
        if state == _STOPPED:
            raise Cancelled
        if state == _FULL:
            raise OutOfMemory("out of memory in one of the processes")

    def gather(self, features: Tensor, count: int) -> Tensor:
        """Features of the whole batch.

        Args:
            features: (2b, d) of the own samples: weak augmentations, then strong ones.
            count: B samples of the batch.

        Returns:
            (2B, d): the weak augmentations of all samples, then the strong ones.
        """
        sizes = [_size(_share(rank, count, self._count)) for rank in range(self._count)]
        padded = features.new_zeros(2 * max(sizes), features.shape[1])
        counting = 2 * sizes[self._rank]
        padded[:counting] = features[:counting]
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
        """Leave the gradient of the whole batch at all parameters.

        The last part, no larger than those before it, carries the exchange with it: whatever can
        fail has failed by then, and nobody is left waiting.

        Args:
            network: Whose head has its gradient already.
            chunks: The own images in at least two parts.
            gradient: (2B, d) at the features of the batch; None where the loss needs none.
            cancel: Checked before each part.

        Raises:
            Cancelled: One of the processes was stopped.
            OutOfMemory: The memory of one of them ran out.
        """
        for parameter in self._head:
            if parameter.grad is not None:  # the same everywhere, but for rounding: let none drift
                dist.all_reduce(parameter.grad)
                parameter.grad /= self._count
        if gradient is None:
            return
        count = len(gradient) // 2
        own = self.own(count)
        # DistributedDataParallel takes the mean over the processes, and the sum is wanted.
        mine = torch.cat([half[own] for half in gradient.chunk(2)]) * self._count
        if not _size(_share(self._rank, count, self._count)):
            mine.zero_()
        shares = torch.split(mine, len(chunks[0]))
        with self.synchronized(), self._parallel.no_sync():
            for chunk, share in zip(chunks[:-1], shares[:-1], strict=True):
                cancel.check()
                torch.autograd.backward(network(chunk, self._parallel), share)
        torch.autograd.backward(network(chunks[-1], self._parallel), shares[-1])


def _has_unused(network: TunedNetwork, size: int) -> bool:
    """Whether some of the backbone's trained parameters play no part in its features."""
    parameters = [p for p in network.backbone.parameters() if p.requires_grad]
    features = network(torch.zeros(1, 3, size, size, device=parameters[0].device))
    gradients = torch.autograd.grad(features.sum(), parameters, allow_unused=True)
    return any(gradient is None for gradient in gradients)


def _share(rank: int, samples: int, count: int) -> slice:
    return slice(rank * samples // count, (rank + 1) * samples // count)


def _size(share: slice) -> int:
    return int(share.stop) - int(share.start)
