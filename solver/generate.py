"""Random instances for trials and measurements: valid, clustered on the map, the same bytes for the same recipe.

Fixed windows: 4 to 6 sites with 2 or 3 start days each, about 12.5 placements a claim, stays of 30 to 120 days within a
year. With 8 claims a cluster about 97 % of the claims can be granted, with 40 room is tight. Flexible windows: three
placements of two phases a claim, windows of 90 to 700 days spread over ten years.
"""

import math
import random
from dataclasses import dataclass
from typing import Any

from solver.fields import Fault, InputError
from solver.geometry import MAP_CRS
from solver.instance_file import INSTANCE_FORMAT

FIXED, FLEXIBLE = WINDOWS = ("fixed", "flexible")
BY_RANK, AT_RANDOM = POINTS = ("rank", "random")
GROUPS = ("coalition-a", "coalition-b")
REGION_RADIUS_M = 200_000  # centres of clusters lie within this map distance of the pole, south of 83.4 S
# Standard deviation of sites around the centre of their cluster of 8, along each axis; larger clusters spread wider.
# Measured with these two: of 8 claims a cluster 97 to 99 % are served at the largest sum of points, of 40 about 80 %.
CLUSTER_SIGMA_M, SIGMA_GROWTH = 700, 0.4
FIXED_STAY_DAYS = (30, 120)
OPERATION_DAYS = (14, 100, 365, 800)
LANDING_DAYS = 2
WINDOW_DAYS = (90, 200, 400, 700)
HORIZON_DAYS = {FIXED: 365, FLEXIBLE: 3650}
LEAST_HORIZON_DAYS = {FIXED: FIXED_STAY_DAYS[1] + 1, FLEXIBLE: LANDING_DAYS + OPERATION_DAYS[-1] + WINDOW_DAYS[-1]}

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to generate; `cluster` is the number of claims around one centre, `joint` the percent of joint claims.

    Keep-outs are drawn from `keep_out_m`, metres, both ends included. `levels` above 0 gives the policy that many equal
    steps up to 100 points; `horizon_days` None is 365 days for fixed and 3650 for flexible windows.
    """

    claims: int
    parties: int
    cluster: int = 8
    windows: str = FIXED
    seed: int = 1
    horizon_days: int | None = None
    keep_out_m: tuple[int, int] = (1000, 2500)
    points: str = AT_RANDOM
    joint: int = 0
    levels: int = 0
    rule: str = "equal-footing"

    @property
    def horizon(self) -> int:
        """The horizon in days, given or usual."""
        return self.horizon_days or HORIZON_DAYS[self.windows]

    def faults(self) -> list[Fault]:
        """What makes the recipe impossible."""
        found = []
        low_m, high_m = self.keep_out_m
        if not 0 < low_m <= high_m:
            found.append(Fault("--keep-out", f"{low_m} {high_m} is no range of metres", "give the smaller one first"))
        if self.horizon < LEAST_HORIZON_DAYS[self.windows]:
            least = f"give at least {LEAST_HORIZON_DAYS[self.windows]} days"
            found.append(Fault("--horizon", f"{self.horizon} days are too short for {self.windows} windows", least))
        return found


def generate(recipe: Recipe) -> Document:
    """The instance document of a recipe; equal recipes give equal documents.

    Raises
    ------
    InputError
        If the recipe is impossible.
    """
    if recipe.faults():
        raise InputError(recipe.faults())
    draws = random.Random(f"lunar instance {recipe.seed}")
    names = [f"P-{i:03d}" for i in range(1, recipe.parties + 1)]
    centres = [_centre(draws) for _ in range(max(1, round(recipe.claims / recipe.cluster)))]
    levels = [round(100 * step / recipe.levels) for step in range(1, recipe.levels + 1)]
    return {
        "format": INSTANCE_FORMAT,
        "id": f"generated-{recipe.claims}-{recipe.parties}-{recipe.cluster}-{recipe.windows}-{recipe.seed}",
        "note": f"generated, illustrative: {recipe}",
        "crs": MAP_CRS,
        "epoch": "2027-01-01",
        "horizon_days": recipe.horizon,
        "parties": [{"id": name, "groups": [GROUPS[i % 2]]} for i, name in enumerate(names)],
        "claims": [_claim(recipe, draws, i, centres[i % len(centres)], names) for i in range(recipe.claims)],
        "policy": {"rule": recipe.rule, "tie_break": "ticket", "levels": levels or None},
    }


def _centre(draws: random.Random) -> tuple[float, float]:
    """A point of the region, every part of it equally likely."""
    rho, turn = REGION_RADIUS_M * math.sqrt(draws.random()), 2 * math.pi * draws.random()
    return rho * math.sin(turn), rho * math.cos(turn)


def _claim(recipe: Recipe, draws: random.Random, i: int, centre: tuple[float, float], names: list[str]) -> Document:
    name, party = f"C-{i + 1:04d}", names[i % len(names)]
    placements = (_fixed if recipe.windows == FIXED else _flexible)(recipe, draws, name, centre)
    for rank, placement in enumerate(placements):
        placement["points"] = _points(recipe, draws, rank, len(placements))
    return {
        "id": name,
        "credit": _credit(recipe, draws, party, names),
        "operator": f"operator of {party}",
        "controller": f"controller of {party}",
        "received_at": f"2027-01-{1 + i % 28:02d}T{draws.randrange(24):02d}:{draws.randrange(60):02d}:00Z",
        "placements": placements,
    }


def _credit(recipe: Recipe, draws: random.Random, party: str, names: list[str]) -> dict[str, int]:
    others = [name for name in names if name != party]
    if others and draws.randrange(100) < recipe.joint:
        return {party: 50, draws.choice(others): 50}
    return {party: 100}


def _points(recipe: Recipe, draws: random.Random, rank: int, count: int) -> int:
    """By rank from 100 down to 40 in equal steps, or anything between 40 and 100."""
    if recipe.points == AT_RANDOM:
        return draws.randint(40, 100)
    return 100 - round(60 * rank / max(1, count - 1))


def _site(recipe: Recipe, draws: random.Random, centre: tuple[float, float]) -> Document:
    sigma_m = CLUSTER_SIGMA_M * (recipe.cluster / 8) ** SIGMA_GROWTH
    x, y = (round(middle + draws.gauss(0, sigma_m)) for middle in centre)
    return {"type": "Point", "coordinates": [x, y]}


def _fixed(recipe: Recipe, draws: random.Random, claim: str, centre: tuple[float, float]) -> list[Document]:
    found: list[Document] = []
    keep_out_m = draws.randint(*recipe.keep_out_m)
    for _ in range(draws.randint(4, 6)):
        site = _site(recipe, draws, centre)
        for _ in range(draws.randint(2, 3)):
            days = draws.randint(*FIXED_STAY_DAYS)
            start = draws.randint(0, recipe.horizon - days)
            phases = [{"name": "operation", "offset": 0, "days": days, "keep_out_m": keep_out_m}]
            found.append(_placement(f"{claim}/{len(found) + 1:02d}", (start, start), site, phases))
    return found


def _flexible(recipe: Recipe, draws: random.Random, claim: str, centre: tuple[float, float]) -> list[Document]:
    found = []
    for rank in range(3):
        days, width = draws.choice(OPERATION_DAYS), draws.choice(WINDOW_DAYS)
        first = draws.randint(0, recipe.horizon - LANDING_DAYS - days - width)
        landing_m = draws.randint(*recipe.keep_out_m)
        phases = [
            {"name": "landing", "offset": 0, "days": LANDING_DAYS, "keep_out_m": landing_m},
            {"name": "operation", "offset": LANDING_DAYS, "days": days, "keep_out_m": max(1, landing_m // 4)},
        ]
        found.append(
            _placement(f"{claim}/{rank + 1:02d}", (first, first + width), _site(recipe, draws, centre), phases)
        )
    return found


def _placement(name: str, start: tuple[int, int], site: Document, phases: list[Document]) -> Document:
    return {"id": name, "points": 0, "start": list(start), "footprint": site, "phases": phases}
