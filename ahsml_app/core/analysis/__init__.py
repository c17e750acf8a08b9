"""What scores and labels say about classes and errors: statistics, trees, orders, the disc."""
