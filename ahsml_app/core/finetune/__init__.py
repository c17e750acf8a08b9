"""End-to-end training of a backbone under wrong labels.

`session` imports `cross_fit_halves.finetune` and `finetune_config`; `core.workers` the parts of a
training that processes share.
"""
