"""End-to-end training of a backbone under wrong labels."""
