"""Faults from outside: what the program does when files, disks and processes fail."""
