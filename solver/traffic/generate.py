"""Random instances of slots: landings of a year near a few sites, ascents after some, craft in low orbit, work nearby."""

import math
import random
from dataclasses import dataclass
from typing import Any

from solver.geometry import MAP_CRS
from solver.traffic.instance_file import SLOTS_INSTANCE
from solver.traffic.methods import ACTIVITIES, ASCENT, LANDING

DAY_MIN = 1440
REGION_M, CLUSTER_M = 150_000, 4_000  # centres of clusters on the map, and how far sites lie from them along each axis
MASSES_KG = (500, 2000, 7300, 20_000)
WINDOW_DAYS = (3, 7, 14, 30)

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrafficRecipe:
    """What to generate: landings in so many days, at clusters of so many, percent of landings with an ascent."""

    landings: int = 100
    days: int = 365
    cluster: int = 10
    ascents: int = 30
    orbiters: int = 3
    operations: int = 40
    seed: int = 1


def generate_slots(recipe: TrafficRecipe) -> Document:
    """The instance document of a recipe; equal recipes give equal documents."""
    draws = random.Random(f"lunar slots {recipe.seed}")
    centres = [_centre(draws) for _ in range(max(1, round(recipe.landings / recipe.cluster)))]
    movements: list[Document] = []
    for i in range(recipe.landings):
        landing = _landing(recipe, draws, i, centres[i % len(centres)])
        movements.append(landing)
        if draws.randrange(100) < recipe.ascents:
            movements += _ascent(recipe, draws, landing)
    return {
        "format": SLOTS_INSTANCE,
        "id": f"generated-{recipe.landings}-{recipe.days}-{recipe.seed}",
        "note": f"generated, illustrative: {recipe}",
        "crs": MAP_CRS,
        "epoch": "2027-01-01",
        "horizon_min": recipe.days * DAY_MIN,
        "movements": movements,
        "orbiters": [_orbiter(draws, i) for i in range(recipe.orbiters)],
        "operations": [_operation(recipe, draws, i, centres[i % len(centres)]) for i in range(recipe.operations)],
    }


def _centre(draws: random.Random) -> tuple[float, float]:
    rho, turn = REGION_M * math.sqrt(draws.random()), 2 * math.pi * draws.random()
    return rho * math.sin(turn), rho * math.cos(turn)


def _point(draws: random.Random, centre: tuple[float, float]) -> Document:
    return {"type": "Point", "coordinates": [round(middle + draws.gauss(0, CLUSTER_M)) for middle in centre]}


def _landing(recipe: TrafficRecipe, draws: random.Random, i: int, centre: tuple[float, float]) -> Document:
    width = min(draws.choice(WINDOW_DAYS), recipe.days) * DAY_MIN
    first = draws.randint(0, recipe.days * DAY_MIN - width)
    return {
        "id": f"L-{i + 1:03d}",
        "claim": f"C-{i + 1:04d}",
        "party": f"P-{i % 20 + 1:02d}",
        "kind": LANDING,
        "site": _point(draws, centre),
        "landed_mass_kg": draws.choice(MASSES_KG),
        "azimuth_deg": draws.randrange(360),
        "windows": [[first, first + width]],
        "preferred": first + draws.randint(0, width),
    }


def _ascent(recipe: TrafficRecipe, draws: random.Random, landing: Document) -> list[Document]:
    """The ascent of a landing, some days after it; none if it would end after the horizon."""
    stay, width = draws.randint(3, 20) * DAY_MIN, 5 * DAY_MIN
    first, last = landing["windows"][0][0] + stay, landing["windows"][0][1] + stay + width
    if last > recipe.days * DAY_MIN:
        return []
    follows = {"movement": landing["id"], "least_min": stay, "most_min": stay + width}
    asked = {"id": f"A-{landing['id'][2:]}", "kind": ASCENT, "windows": [[first, last]]}
    return [landing | asked | {"preferred": landing["preferred"] + stay, "follows": follows}]


def _orbiter(draws: random.Random, i: int) -> Document:
    return {
        "id": f"O-{i + 1}",
        "altitude_km": draws.choice((50, 100, 150)),
        "inclination_deg": draws.choice((82, 86, 90)),
        "south_at_s": draws.randrange(7000),
        "margin_s": 60,
    }


def _operation(recipe: TrafficRecipe, draws: random.Random, i: int, centre: tuple[float, float]) -> Document:
    times = []
    for day in sorted(draws.sample(range(recipe.days), min(recipe.days, 20))):
        begin = day * DAY_MIN + draws.randrange(720)
        times.append([begin, begin + draws.randint(60, 480)])
    return {
        "id": f"S-{i + 1:03d}",
        "activity": ACTIVITIES[i % len(ACTIVITIES)],
        "site": _point(draws, centre),
        "times": times,
        "claim": f"C-{draws.randint(1, recipe.landings):04d}",
    }
