"""What is measured: each row an instance, who is measured on it, for how many seconds, and what our program aims at."""

from collections.abc import Collection
from dataclasses import dataclass, replace

OURS, CERTIFICATE, PAIRWISE, HIGHS, FAIRPYX, SPOPT = "ours", "certificate", "pairwise", "highs", "fairpyx", "spopt"
POINTS, GROWTH, LEVELS, UNIQUE = "points", "growth", "levels", "unique"
MATCHING, DISPERSION = "matching", "dispersion"


@dataclass(frozen=True)
class Goal:
    """A figure that a contender of our own aims at; one of the two limits is given."""

    contender: str
    measure: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def text(self) -> str:
        """The goal as a table shows it."""
        sign, limit = ("<=", self.at_most) if self.at_least is None else (">=", self.at_least)
        return f"{self.measure} {sign} {limit:g}"

    def is_met(self, figure: float | None) -> bool:
        """True if the figure is there and within the limit."""
        if figure is None:
            return False
        return figure >= self.at_least if self.at_least is not None else figure <= (self.at_most or 0)


@dataclass(frozen=True)
class Row:
    """An instance by its recipe, what is asked of it (`kind`), who is measured, the seconds each has, and the goals.

    Kinds: `points` (the sum of points alone), `growth` (the same without certificate), `levels` (equal footing at given levels), `unique` (equal footing at exact
    levels down to the last tie-break), `matching` and `dispersion` (problems of other programs, `recipe` has the sizes).
    """

    name: str
    kind: str
    recipe: tuple[str, ...]
    contenders: tuple[str, ...]
    seconds: float
    goals: tuple[Goal, ...] = ()


def _generated(claims: int, parties: int, *more: str, windows: str = "fixed") -> tuple[str, ...]:
    return ("--claims", str(claims), "--parties", str(parties), "--windows", windows, *more)


def _points(name: str, claims: int, gap: float, *more: Goal) -> Row:
    recipe = _generated(claims, claims // 5, "--cluster", "8", "--rule", "max-points")
    lean = (Goal(OURS, "build_s", at_most=2), Goal(OURS, "peak_mb", at_most=500))
    goals = (Goal(OURS, "gap_percent", at_most=gap), *lean, *more)
    return Row(name, POINTS, recipe, (OURS, CERTIFICATE, PAIRWISE, HIGHS), 60, goals)


def _levels(claims: int, parties: int, seconds: float, proved: int) -> Row:
    recipe = _generated(claims, parties, "--levels", "10")
    return Row(f"levels {claims}", LEVELS, recipe, (OURS, PAIRWISE, HIGHS), seconds,
               (Goal(OURS, "levels_proved", at_least=proved),))  # fmt: skip


def _unique(claims: int, parties: int, seconds: float) -> Row:
    goals = (Goal(OURS, "complete", at_least=1), Goal(OURS, "seconds", at_most=seconds))
    recipe = _generated(claims, parties, windows="flexible")
    return Row(f"flexible {claims}", UNIQUE, recipe, (OURS, PAIRWISE, HIGHS), seconds, goals)


CERTIFIED = (Goal(CERTIFICATE, "gap_percent", at_most=1.3), Goal(CERTIFICATE, "seconds", at_most=15))
SAME = (Goal(OURS, "same_answer", at_least=1),)
ROWS = (
    _points("points 200", 200, 0.2),
    _points("points 500", 500, 0.7),
    _points("points 1000", 1000, 0.8, *CERTIFIED),
    Row("tight 50", POINTS, _generated(50, 10, "--cluster", "40", "--rule", "max-points"),
        (OURS, CERTIFICATE, PAIRWISE, HIGHS), 30, (Goal(OURS, "gap_percent", at_most=2.7),)),
    _levels(200, 40, 60, 9),
    _levels(1000, 200, 90, 7),
    _unique(60, 25, 10),
    _unique(120, 40, 60),
    *(Row(f"matching {n}", MATCHING, (str(n), str(n // 2), "2"), (OURS, FAIRPYX), 120, SAME) for n in (8, 10, 12)),
    # Chances of two heights, which `leximin_primal` misses: it settles agents that could have more.
    Row("uneven matching 8", MATCHING, ("8", "5", "1"), (OURS, FAIRPYX), 120),
    *(Row(f"dispersion {points}", DISPERSION, (str(points), str(places)), (OURS, SPOPT), 120, SAME)
      for points, places in ((30, 6), (40, 8), (50, 10))),
    *(Row(f"growth {n}", GROWTH, _generated(n, n // 5, "--cluster", "8", "--rule", "max-points"),
          (OURS, PAIRWISE, HIGHS), 20) for n in (125, 250, 500, 1000, 2000)),
)  # fmt: skip


def selected(part: str, left_out: Collection[str]) -> list[Row]:
    """The rows whose name contains a part, without the contenders left out; rows without a rival are left out whole."""
    rows = []
    for row in ROWS:
        contenders = tuple(name for name in row.contenders if name not in left_out)
        if part in row.name and (len(contenders) > 1 or contenders == row.contenders):
            rows.append(replace(row, contenders=contenders))
    return rows
