"""What the processes beside rank 0 do: wait for its messages and take part in what they say."""

from __future__ import annotations

import logging

from ahsml_app.core.device import limit_threads
from ahsml_app.core.distributed.process_group import has_shut_down, recv_order, report_failure
from ahsml_app.core.workers import distributed_features, distributed_finetune
from ahsml_app.core.workers.distributed_features import extract_as_worker
from ahsml_app.core.workers.distributed_finetune import tune_as_worker

logger = logging.getLogger(__name__)


def run_worker() -> None:
    """Help rank 0 until it is done. Nothing is written, and nothing is printed.

    Raises:
        Exception: Whatever went wrong here, after rank 0 was told; rank 0 speaks to the person.
    """
    limit_threads()
    try:
        while (order := recv_order()) is not None and order.values["order"] != "done":
            if order.values["order"] == distributed_features.ORDER:
                extract_as_worker(order)
            elif order.values["order"] == distributed_finetune.ORDER:
                tune_as_worker(order)
    except BaseException as error:
        if not has_shut_down():
            report_failure(error)
            raise
