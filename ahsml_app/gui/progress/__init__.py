"""The view of the progress: the review so far, what is ahead, and two trainings compared."""
