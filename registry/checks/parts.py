"""What the register starts or shows and is not part of its own process: the solvers, and the pages' style and scripts."""

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from registry import children, frontend_build
from registry.checks.report import Line, fault, ok

INSTANCE = children.ROOT / "fixtures" / "instances" / "two_rivals.json"
LIMIT_S = 60
Start = Callable[[children.Task], children.Run]


def frontend() -> Line:
    """Whether the pages have their style sheet and scripts."""
    lacking = frontend_build.missing()
    if lacking:
        return fault("pages", f"{' and '.join(lacking)} are not built", frontend_build.MEND)
    return ok("pages", "style sheet and scripts are built")


def solvers(start: Start = children.here) -> Iterator[Line]:
    """Solve, verify and confirm a small instance, in child processes and a folder that goes again."""
    with tempfile.TemporaryDirectory(prefix="registry-check-") as folder:
        solution, official = Path(folder, "solution.json"), Path(folder, "official.json")
        tasks = (
            children.solving(INSTANCE, solution, "5eed", LIMIT_S, workers=1),
            children.verifying(INSTANCE, solution, LIMIT_S),
            children.confirming(INSTANCE, solution, official, LIMIT_S),
        )
        for task in tasks:
            ended = start(task)
            if not ended:
                mend = "install the program anew, for this kind of machine; then: solver solve"
                yield fault("solver", ended.message, mend)
                return
    yield ok("solver", "solves, verifies and confirms a small instance with a second engine")
