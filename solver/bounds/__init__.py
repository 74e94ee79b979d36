"""Bounds that nobody has to trust: multipliers of a linear relaxation, checked with whole numbers by `solver.verify`."""
