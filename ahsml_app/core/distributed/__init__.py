"""Process groups: who runs the job, and how the processes exchange arrays.

`rank` says whether there are other processes; `core.finetune`, `core.workers` and
`session.headless` use `process_group`.
"""
