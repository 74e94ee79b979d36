"""The parts of `solver.verify`: each checks one thing from the plain data alone."""
