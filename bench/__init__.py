"""Benchmarks: `bin/wayfolk bench NAME`. Each module has `run(...)`, which answers with figures."""
