"""The work that the other processes of a torchrun job do for the process of rank 0.

`session` imports `worker_peers` in rank 0 and `worker_loop` in the others; no room of `core`
imports this one.
"""
