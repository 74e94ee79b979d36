"""Workers and solvers killed at random moments."""

from tests.drills.catalogue import of_tests

DRILL = of_tests(
    name="killed-runs",
    properties=("R16",),
    promise="A run whose worker or solver is killed ends as done or failed with a reason, and is entered once at most.",
    selection=("tests/drills/test_killed_runs.py",),
    minutes=12,
)
