"""The loop of a worker: waits for orders of rank 0 and carries them out."""

from __future__ import annotations

import logging

from ahsml_app.core.device import limit_threads
from ahsml_app.core.distributed.process_group import has_shut_down, recv_order, report_failure
from ahsml_app.core.workers import distributed_features, distributed_finetune
from ahsml_app.core.workers.distributed_features import extract_as_worker
from ahsml_app.core.workers.distributed_finetune import tune_as_worker

logger = logging.getLogger(__name__)


def run_worker() -> None:
    """Carries out the orders of rank 0 until it is done; writes and prints nothing.

    Raises:
        Exception: Any failure here, after reporting it to rank 0, which shows it to the user.
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
