"""What the reviewer is shown: queue, evidence, timeline and advice."""
