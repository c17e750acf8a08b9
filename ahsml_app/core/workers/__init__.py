"""What the other processes of a torchrun job do for the process of rank 0."""
