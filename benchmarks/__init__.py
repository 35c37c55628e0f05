"""Benchmarks: one file a question; each prints its figure beside a peer's. `make bench` lists them."""
