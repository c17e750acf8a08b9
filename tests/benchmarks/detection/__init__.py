"""Finding wrong labels: sets, peers, tuned networks and their tables."""
