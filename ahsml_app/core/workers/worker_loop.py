"""What the processes beside rank 0 do: wait for its messages and take part in what they say."""

from __future__ import annotations

import logging

from ahsml_app.core.device import limit_threads
from ahsml_app.core.distributed.process_group import confess, has_left, heard
from ahsml_app.core.workers import distributed_features as features_together
from ahsml_app.core.workers import distributed_finetune as together
from ahsml_app.core.workers.distributed_features import help_to_embed
from ahsml_app.core.workers.distributed_finetune import help_to_tune

logger = logging.getLogger(__name__)


def assist() -> None:
    """Help rank 0 until it is done. Nothing is written, and nothing is printed.

    Raises:
        Exception: Whatever went wrong here, after rank 0 was told; rank 0 speaks to the person.
    """
    limit_threads()
    try:
        while (order := heard()) is not None and order.words["order"] != "done":
            if order.words["order"] == features_together.ORDER:
                help_to_embed(order)
            elif order.words["order"] == together.ORDER:
                help_to_tune(order)
    except BaseException as error:
        if not has_left():
            confess(error)
            raise
