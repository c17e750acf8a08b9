"""Benchmarks: each is a module with a `main`, run by `python tests/benchmarks NAME`."""
