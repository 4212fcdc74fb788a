"""Benchmarks, side by side with a peer: `make bench` prints a table and writes `bench/latest.json`."""
