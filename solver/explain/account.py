"""The whole answer for one claim: what blocks each placement, what granting would cost, which least change would do.

For a claim that is served the question is why it did not get a better placement: only those are looked at.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from solver.allocate import solve
from solver.allocation import Allocation, Allotment
from solver.clock import Stopwatch
from solver.explain.blockers import Blockers, ConflictSet
from solver.explain.granted import BETTER, IMPOSSIBLE, UNDECIDED, Verdict, compare, forced, verdict
from solver.explain.least import LeastChanges, Looked
from solver.explain.standing import Standing
from solver.explain.watch import WATCHED_RULES, FirstDifference, Watch
from solver.fields import Fault, InputError
from solver.instance import EX_ANTE, Claim, Instance, Placement
from solver.lottery import Draw
from solver.model.search import Progress, SolveLimits
from solver.rules.stages import SHORTFALL
from solver.solution import INFEASIBLE, OPTIMAL, Solution

UNSERVED, SERVED, IN_FORCE = "unserved", "served", "in force"


@dataclass(frozen=True, slots=True)
class PlacementAccount:
    """One placement: what closes it (nothing: it is open beside all else) and what allotting it would cost."""

    placement: str
    points: int
    blocked_by: tuple[ConflictSet, ...]
    if_granted: Verdict


@dataclass(frozen=True, slots=True)
class Explanation:
    """The answer for a claim, plain data. `if_granted` is for the best of the placements looked at."""

    instance_sha256: str
    solution_status: str
    claim: str
    state: str
    gets: Mapping[str, Any] | None
    if_granted: Verdict | None
    placements: tuple[PlacementAccount, ...]
    changes: tuple[Looked, ...]
    seconds: float

    def to_document(self) -> dict[str, Any]:
        """The same as JSON values."""
        return dataclasses.asdict(self)


def explain(
    instance: Instance,
    solution: Solution,
    claim_id: str,
    time_limit_s: float = 60.0,
    workers: int = 8,
    tickets: Mapping[str, str] | None = None,
) -> Explanation:
    """Explain what a claim got in a solution of an instance.

    Conflict sets and the price of granting come first; the search for changes has the rest of the time.

    Raises
    ------
    InputError
        If there is no such claim, or the solution answers another instance or allots nothing to anybody.
    """
    _check(instance, solution, claim_id)
    return _Asker(instance, solution, instance.claim_by_id[claim_id], time_limit_s, workers, tickets).explanation()


def _check(instance: Instance, solution: Solution, claim_id: str) -> None:
    if claim_id not in instance.claim_by_id:
        raise InputError([Fault("--claim", f"{claim_id!r} is no claim of the instance", "give the id of a claim")])
    if solution.instance_sha256 != instance.sha256:
        raise InputError([Fault("solution", "it answers another instance", "give the file that it was solved from")])
    if instance.policy.tie_break == EX_ANTE:
        what = f"the tie-break is {EX_ANTE}: the lottery, not one allocation, is the answer"
        mend = "see solver show for chances, `unserved` for reasons; or solve with ticket and explain that"
        raise InputError([Fault("policy.tie_break", what, mend)])
    if solution.status == INFEASIBLE:
        raise InputError([Fault("solution", "it is INFEASIBLE and allots nothing", "its `why` is the explanation")])


class _Asker:
    """One explanation in the making."""

    def __init__(
        self,
        instance: Instance,
        solution: Solution,
        claim: Claim,
        time_limit_s: float,
        workers: int,
        tickets: Mapping[str, str] | None,
    ):
        self._instance, self._solution, self._claim = instance, solution, claim
        self._draw = Draw(bytes.fromhex(solution.seed), tickets)
        self._allocation: Allocation = {r.claim: Allotment(r.claim, r.placement, r.start) for r in solution.allotments}
        self._has = self._allocation.get(claim.id)
        self._stopwatch, self._time_limit_s, self._workers = Stopwatch(), time_limit_s, workers
        self._deadline_s = time_limit_s
        self._blockers = Blockers(instance, self._allocation)

    def explanation(self) -> Explanation:
        wanted = self._wanted()
        placements = tuple(self._placement(p) for p in wanted)
        if_granted = self._if_granted(wanted) if wanted else None
        return Explanation(
            instance_sha256=self._instance.sha256,
            solution_status=self._solution.status,
            claim=self._claim.id,
            state=IN_FORCE if self._claim.in_force else SERVED if self._has else UNSERVED,
            gets={"placement": self._has.placement, "start": self._has.start} if self._has else None,
            if_granted=if_granted,
            placements=placements,
            changes=tuple(self._changes(wanted)) if wanted else (),
            seconds=round(self._stopwatch.seconds, 3),
        )

    def _wanted(self) -> list[Placement]:
        """The placements better than what the claim has, best first."""
        ranked = sorted(self._claim.placements, key=lambda p: (-p.points, p.id.encode()))
        if self._claim.in_force:
            return []
        if self._has is None:
            return ranked
        return ranked[: [p.id for p in ranked].index(self._has.placement)]

    def _placement(self, placement: Placement) -> PlacementAccount:
        blocked_by = tuple(self._blockers.sets(placement))
        return PlacementAccount(placement.id, placement.points, blocked_by, self._price(self._instance, placement))

    # What granting would cost

    def _if_granted(self, placements: Sequence[Placement]) -> Verdict:
        names = frozenset(placement.id for placement in placements)
        answer = self._solve(forced(self._instance, self._claim.id, names))
        if answer is None:
            return Verdict(UNDECIDED)
        return compare(self._instance, self._solution, answer, self._draw, names)

    def _price(self, instance: Instance, placement: Placement) -> Verdict:
        """The first stage that allotting a placement of this instance, changed or not, would change."""
        problem, watch = forced(instance, self._claim.id, [placement.id]), Watch(instance, self._solution)
        try:
            answer = self._solve(problem, watch)
        except FirstDifference as found:
            # One of all the copies asked for outweighs every other reserve.
            is_missed = found.after.name == SHORTFALL and -found.after.value > sum(r.least for r in instance.reserves)
            return Verdict(IMPOSSIBLE) if is_missed else verdict(found.before, found.after)
        if answer is None:
            return Verdict(UNDECIDED)
        return compare(instance, self._solution, answer, self._draw, frozenset([placement.id]))

    def _is_granted(self, instance: Instance, placement: Placement) -> bool | None:
        """True if the changed instance allots the placement, None if that stays open.

        All its allocations without the placement are those of the instance explained, so under a rule that optimises it
        is enough to compare the best one with it.
        """
        if self._solution.status == OPTIMAL and self._instance.policy.rule in WATCHED_RULES:
            outcome = self._price(instance, placement).outcome
            return None if outcome == UNDECIDED else outcome == BETTER
        answer = self._solve(instance)
        if answer is None or answer.status != OPTIMAL:
            return None
        return any(row.placement == placement.id for row in answer.allotments)

    def _solve(self, instance: Instance, progress: Progress | None = None) -> Solution | None:
        """The solution with the same draw, None if the time is up."""
        left_s = self._deadline_s - self._stopwatch.seconds
        if left_s <= 0:
            return None
        limits = SolveLimits(wall_time_s=left_s, workers=self._workers)
        return solve(instance, self._draw.seed, limits, self._draw.tickets, progress)

    # The least change

    def _changes(self, wanted: Sequence[Placement]) -> Iterator[Looked]:
        standing = Standing(self._instance, self._allocation, self._claim.id)
        least = LeastChanges(self._instance, self._claim, wanted, standing, self._solve, self._is_granted)
        for left, look in zip((4, 3, 2, 1), least.looks(), strict=True):
            # Each kind of change may use its part of the time that is left.
            now_s = self._stopwatch.seconds
            self._deadline_s = now_s + max(0.0, self._time_limit_s - now_s) / left
            yield look()
