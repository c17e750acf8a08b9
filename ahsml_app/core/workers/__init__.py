"""Work that other processes do for this one: those of torchrun, and the workers of Dask.

`session` imports `worker_peers` and the modules of Dask in the first process, and `worker_loop`
in the others of torchrun; no room of `core` imports this one.
"""
