"""First come: claims by their instant of receipt, equal instants by ticket; each in turn gets its best.

Its best: most points, then the smallest placement id, then the earliest start, that some completion of least shortfall
still permits. Turns settle every tie, so there is no tie-break after them. The only rule under which the hour of
receipt matters.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from solver.instance import Instance
from solver.rules.stages import Task
from solver.rules.turns import SETTLED, Turns
from solver.solution import Stage


def stages(task: Task) -> Iterator[Stage]:
    """One stage a claim with the points it gets, then how many claims are settled; no turn after an unproved one."""
    turns = Turns(task)
    for claim in _by_receipt(task.instance, turns.open):
        yield turns.take([claim])
        if turns.stopped:
            break
    yield turns.settled()


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """Turns that a run cut short never came to are not listed; what is settled is."""
    return [] if SETTLED in done else [Turns(task).settled()]


def _by_receipt(instance: Instance, claims: Sequence[str]) -> list[str]:
    return sorted(claims, key=lambda claim: datetime.fromisoformat(instance.claim_by_id[claim].received_at or ""))
