"""Process groups: who runs the job, and how the processes exchange arrays."""
