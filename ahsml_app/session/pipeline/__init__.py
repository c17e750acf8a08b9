"""The stages of a job, from image folder to scores, and how they are watched."""
