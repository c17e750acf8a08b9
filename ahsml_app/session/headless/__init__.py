"""The batch job behind `ahsml-app --headless`.

The command imports `worker_processes`, and `run_job` by way of `session`.
"""
