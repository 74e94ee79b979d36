"""Serial: parties in ticket order, one claim a pass, until no claim is open.

At its turn a party gets, of the claims credited to it and still open, the one that can get most points, then the one of the
smallest ticket; that claim gets its most points, smallest placement id and earliest start that some completion of least
shortfall still permits. A party whose open claims can get nothing passes, and they are open no longer.
"""

from collections.abc import Iterator, Sequence

from solver.rules.stages import Task
from solver.rules.turns import SETTLED, Turns
from solver.solution import Stage


def stages(task: Task) -> Iterator[Stage]:
    """One stage a turn with the points it gave, then how many claims are settled; no turn after an unproved one."""
    turns = Turns(task)
    yield from _passes(task, turns)
    yield turns.settled()


def unreached(task: Task, done: Sequence[str]) -> list[Stage]:
    """Turns that a run cut short never came to are not listed; what is settled is."""
    return [] if SETTLED in done else [Turns(task).settled()]


def _passes(task: Task, turns: Turns) -> Iterator[Stage]:
    parties = task.draw.order(task.instance.credited_parties)
    while turns.open:
        for party in parties:
            own = [claim for claim in turns.open if party in task.instance.claim_by_id[claim].credit]
            if own:
                yield turns.take(own, party)
            if turns.stopped:
                return
