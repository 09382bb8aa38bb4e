"""Benchmarks against peers and limits; each prints a table. CPU seconds, because machines are shared."""
