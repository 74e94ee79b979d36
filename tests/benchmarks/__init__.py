"""Speed, measured beside rivals in the same run; never asserted. `python -m tests.benchmarks --help`."""
