"""Small illustrative instances of slots, built by hand or from a number."""

import json
import random
from typing import Any

from solver.traffic.instance import Instance
from solver.traffic.instance_file import parse_slots_instance

Document = dict[str, Any]
DAY = 1440


def landing(name: str, x: float, windows: list[list[int]], **more: Any) -> Document:
    """A landing of 500 kg (plume 314 m) on the line y = 0, coming in from +y unless said otherwise."""
    return {
        "id": name,
        "kind": "landing",
        "site": {"type": "Point", "coordinates": [x, 0]},
        "landed_mass_kg": 500,
        "azimuth_deg": 0,
        "windows": windows,
        **more,
    }


def document(*movements: Document, days: int = 30, **more: Any) -> Document:
    """An instance with these movements and nothing else in it, unless said otherwise."""
    return {
        "format": "lunar-slots-instance/1",
        "id": "illustrative",
        "crs": "IAU_2015:30135",
        "epoch": "2027-01-01",
        "horizon_min": days * DAY,
        "movements": list(movements),
        **more,
    }


def read(document: Document) -> Instance:
    """The instance that a document says."""
    return parse_slots_instance(json.dumps(document).encode())


def small(number: int) -> Document:
    """A random instance of up to four movements with some twenty minutes each, tight enough to clash."""
    draws = random.Random(f"small slots {number}")
    movements = [_movement(draws, i) for i in range(draws.randint(2, 3))]
    if draws.random() < 0.4:
        movements.append(_ascent(draws, movements[0]))
    if draws.random() < 0.25:
        movements[-1]["slot"] = movements[-1]["windows"][0][0]
    orbiters = [
        {"id": f"O-{i}", "altitude_km": draws.choice((60, 100, 150, 400)), "inclination_deg": draws.choice((0, 75, 90, 95)),
         "south_at_s": draws.randrange(-9000, 9000), "margin_s": draws.choice((0, 90))}
        for i in range(draws.randint(0, 2))
    ]  # fmt: skip
    operations = [_operation(draws, i) for i in range(draws.randint(0, 2))]
    more = {"orbits_until_min": 60} if draws.random() < 0.3 else {}
    return document(*movements, days=1, orbiters=orbiters, operations=operations, **more)


def fanned(number: int) -> Document:
    """A small instance in which the azimuths of movements are ranges."""
    draws, made = random.Random(f"fans {number}"), small(number)
    for row in made["movements"]:
        if row["azimuth_deg"] is not None:
            row["azimuth_range_deg"] = [row["azimuth_deg"], (row["azimuth_deg"] + draws.choice((0, 8, 30))) % 360]
            row["azimuth_deg"] = None
    return made


def _movement(draws: random.Random, i: int) -> Document:
    first = draws.randrange(60)
    windows = [[first, first + draws.randint(2, 8)]]
    for _ in range(draws.randrange(3)):
        later = windows[-1][1] + draws.randint(2, 45)
        windows.append([later, later + draws.randint(0, 5)])
    return {
        "id": f"L-{i}",
        "kind": "landing",
        "site": {"type": "Point", "coordinates": [draws.randint(-90_000, 90_000), draws.randint(-3000, 3000)]},
        "landed_mass_kg": draws.choice((500, 7300)),
        "built_pad": draws.random() < 0.2,
        "azimuth_deg": draws.choice((0, 90, 180, 271.5, None)),
        "windows": windows,
        "preferred": draws.randrange(180),
        "claim": f"C-{i}",
    }


def _ascent(draws: random.Random, landed: Document) -> Document:
    low = draws.randrange(30)
    first = landed["windows"][0][0] + low
    follows = {"movement": landed["id"], "least_min": low, "most_min": low + draws.randrange(90)}
    asked = {
        "id": "A-0",
        "kind": "ascent",
        "windows": [[first, first + 9], [first + 30, first + 35]],
        "preferred": first,
        "follows": follows,
    }
    return landed | asked


def _operation(draws: random.Random, i: int) -> Document:
    begin = draws.randrange(120)
    kinds = ("seismic-quiet", "radio-quiet", "crew-outside", "open-optics", "delicate-work")
    return {
        "id": f"S-{i}",
        "activity": draws.choice(kinds),
        "site": {"type": "Point", "coordinates": [draws.randint(-90_000, 90_000), draws.randint(-20_000, 20_000)]},
        "times": [[begin, begin + draws.randint(1, 40)]],
        "claim": draws.choice((None, "C-0")),
    }
