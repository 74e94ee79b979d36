"""Watching a run beside a finished one: it is ended at the first stage that differs, which is all that is asked.

What is seen is what `progress` reports: exact values with their bounds, stage after stage. A stage that cannot be judged by
that (a product) ends the watching, and the run goes on to its end.
"""

from solver.explain.granted import Criterion
from solver.instance import Instance
from solver.rules.stages import SHORTFALL, TIE_BREAK
from solver.solution import POINTS, Solution, in_points

ABOVE_ZERO = "parties above 0"
WATCHED_RULES = ("equal-footing", "max-points", "nash")


class FirstDifference(Exception):
    """Raised through a run to end it; `before` and `after` are the values at the first stage that differs."""

    def __init__(self, before: Criterion, after: Criterion):
        self.before = before
        self.after = after
        super().__init__(before.name)


class Watch:
    """A progress callback that raises FirstDifference."""

    def __init__(self, instance: Instance, old: Solution):
        self._instance = instance
        self._old = old
        self._values = {stage.name: stage.value for stage in old.stages}
        self._is_exact = instance.policy.rule == "equal-footing" and instance.policy.levels is None
        self._count, self._level = len(old.leximin), 0
        self._is_watching = instance.policy.rule in WATCHED_RULES

    def __call__(self, name: str, value: int, bound: int, _seconds: float) -> None:
        """Look at one stage."""
        if self._is_watching and value == bound:
            self._look(name, value)

    def _look(self, name: str, value: int) -> None:
        if name == SHORTFALL:
            self._judge(name, -self._values.get(name, 0), value)
        elif name.startswith("level ") and self._is_exact:
            self._look_at_level(round(float(name.removeprefix("level ")) * 100), value)
        elif name.startswith("level ") or name in (POINTS, ABOVE_ZERO):
            self._judge(name, self._values.get(name, value), value)
        elif name.startswith(f"{TIE_BREAK} "):
            self._look_at_turn(name.removeprefix(f"{TIE_BREAK} "), value)
        else:
            self._is_watching = False

    def _look_at_level(self, level: int, count: int) -> None:
        """Levels that are passed over keep the count of the level before."""
        self._pass_over(below=level)
        self._judge(f"level {in_points(level)}", self._old_count(level), count)
        self._count, self._level = count, level

    def _pass_over(self, below: int | None = None) -> None:
        for level in sorted(set(self._old.leximin)):
            if level > self._level and (below is None or level < below):
                self._judge(f"level {in_points(level)}", self._old_count(level), self._count)

    def _old_count(self, level: int) -> int:
        return sum(points >= level for points in self._old.leximin)

    def _look_at_turn(self, name: str, value: int) -> None:
        if self._is_exact:
            self._pass_over()
        if name in self._old.parties:
            self._judge(f"{TIE_BREAK}, points of {name}", self._old.parties[name], value)
        elif name in self._instance.claim_by_id:
            self._judge(f"{TIE_BREAK}, rank of what {name} gets", self._old_rank(name), value)
        else:
            self._is_watching = False

    def _old_rank(self, claim_id: str) -> int:
        ranked = sorted(self._instance.claim_by_id[claim_id].placements, key=lambda p: (-p.points, p.id.encode()))
        got = [row.placement for row in self._old.allotments if row.claim == claim_id]
        return -[p.id for p in ranked].index(got[0]) if got else -len(ranked)

    def _judge(self, name: str, before: int, after: int) -> None:
        if before != after:
            raise FirstDifference(Criterion(name, before, before), Criterion(name, after, after))
