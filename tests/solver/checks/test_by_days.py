"""Separation, starts that are open, and cliques of the checks against every day and every pair of phases looked at."""

import itertools
import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from solver.checks.certificates import certificates
from solver.checks.improvements import open_start
from solver.checks.separation import Stay, clash, end_of, may_clash
from solver.instance import Instance
from solver.io import parse_instance
from solver.solution import Solution, Stage
from tests.solver import generate
from tests.solver.oracle_distance import footprint_distance_m

NUMBERS = range(13)
Item = Mapping[str, Any]
POINTS = (Stage("points", 0, 0, True),)


@cache
def made(number: int) -> tuple[Instance, dict[str, Any]]:
    document = generate.instance(number)
    return parse_instance(json.dumps(document).encode()), document


def items(document: Item) -> Iterator[tuple[str | None, Item]]:
    """All placements with their claims, and the holds."""
    for row in document["claims"]:
        yield from ((row["id"], place) for place in row["placements"])
    yield from ((None, hold) for hold in document["holds"])


def days_of(item: Item, start: int) -> dict[int, list[Item]]:
    """The phases that are there on each day."""
    found: dict[int, list[Item]] = {}
    for part in item["phases"]:
        for day in range(start + part["offset"], start + part["offset"] + part["days"]):
            found.setdefault(day, []).append(part)
    return found


def meet(document: Item, a: tuple[str | None, Item, int], b: tuple[str | None, Item, int]) -> bool:
    """Whether two sites of different claims break C2 from these starts: day by day, phase by phase."""
    (one, item, start), (other, beside, begin) = a, b
    agreed = [row["keep_out_m"] for row in document["agreements"] if set(row["claims"]) == {one, other}]
    if document["conflicts"] is not None:
        pair = {item["id"], beside["id"]}
        stays = [
            set(range(day, day + max(part["offset"] + part["days"] for part in of["phases"])))
            for of, day in ((item, start), (beside, begin))
        ]
        return not agreed and any(pair == set(row) for row in document["conflicts"]) and bool(stays[0] & stays[1])
    ours, theirs = days_of(item, start), days_of(beside, begin)
    needed = [
        min([max(i["keep_out_m"], j["keep_out_m"]), *agreed])
        for day in ours.keys() & theirs.keys()
        for i, j in itertools.product(ours[day], theirs[day])
    ]
    return bool(needed) and apart_m(json.dumps(item["footprint"]), json.dumps(beside["footprint"])) + 0.001 < max(
        needed
    )


@cache
def apart_m(one: str, other: str) -> float:
    return footprint_distance_m(json.loads(one), json.loads(other))


def stay(found: Instance, claim: str | None, item: Item, start: int, in_force: bool = False) -> Stay:
    there = found.placement_by_id[item["id"]] if claim else next(h for h in found.holds if h.id == item["id"])
    return Stay(item["id"], claim, start, there, in_force)


def test_two_stays_clash_if_and_only_if_some_day_has_two_phases_too_near() -> None:
    seen = {True: 0, False: 0}
    for number in NUMBERS:
        found, document = made(number)
        for (one, item), (other, beside) in itertools.combinations(items(document), 2):
            if one == other:
                continue
            for start, begin in ((0, 0), (0, 1), (0, 3), (4, 0), (0, -3)):
                due = meet(document, (one, item, start), (other, beside, begin))
                a, b = stay(found, one, item, start), stay(found, other, beside, begin)
                assert (clash(found, a, b) is not None) is due, (number, item["id"], beside["id"], start, begin)
                assert (clash(found, b, a) is not None) is due
                seen[due] += 1
                assert may_clash(found, a, b) or not due
    assert min(seen.values()) > 20


def test_two_stays_may_clash_if_and_only_if_they_do_at_some_starts() -> None:
    for number in NUMBERS:
        found, document = made(number)
        for (one, item), (other, beside) in itertools.combinations(items(document), 2):
            a, b = stay(found, one, item, 0), stay(found, other, beside, 0)
            due = one != other and any(
                meet(document, (one, item, 0), (other, beside, begin))
                for begin in range(-end_of(b.item), end_of(a.item))
            )
            assert may_clash(found, a, b) is may_clash(found, b, a) is due


def test_holds_bind_no_entry_in_force_nor_one_another_and_a_claim_not_itself() -> None:
    hold = {"footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0}
    hold["phases"] = [{"name": "hold", "offset": 0, "days": 10, "keep_out_m": 500}]
    document = generate.instance(0) | {"holds": [hold | {"id": "H"}, hold | {"id": "K"}], "conflicts": None}
    document |= {"access": None} if "access" in document else {}
    document["agreements"] = []
    for row in document["claims"]:
        for place in row["placements"]:
            place.update(footprint=hold["footprint"])
            place["phases"] = [{"name": "stay", "offset": 0, "days": 5, "keep_out_m": 100}]
    found = parse_instance(json.dumps(document).encode())
    one, other, *_ = [(row["id"], row["placements"][0]) for row in document["claims"]]
    held, kept = (stay(found, None, hold | {"id": name}, 0) for name in "HK")
    assert clash(found, held, kept) is None
    entry = stay(found, *one, 0, in_force=True)
    assert clash(found, entry, held) is clash(found, held, entry) is None
    told = f"C2: {one[1]['id']} (stay) and H (hold) are 0.000 m apart at the same time, but must keep 500 m"
    assert clash(found, stay(found, *one, 9), held) == told
    assert clash(found, stay(found, *one, 10), held) is None
    assert clash(found, entry, stay(found, *one, 0)) is None
    assert clash(found, entry, stay(found, *other, 4)) is not None
    assert clash(found, entry, stay(found, *other, 5)) is None
    assert may_clash(found, held, kept) is False


def test_the_earliest_open_start_is_that_of_trying_every_day() -> None:
    """Beside the first placement of each other claim on some day, and all holds."""
    seen: dict[bool, int] = {True: 0, False: 0}
    for number in NUMBERS:
        found, document = made(number)
        rows = list(items(document))
        for place, (own, item) in enumerate(rows):
            if own is None:
                continue
            others = [
                (claim, beside, beside["start"] if claim is None else (place + number + n) % 6 - 1)
                for n, (claim, beside) in enumerate(rows)
                if claim != own
            ]
            placement = found.placement_by_id[item["id"]]
            stays = [stay(found, *row) for row in others]
            for latest in (item["start"][1], item["start"][1] - 1):
                last = min(latest, document["horizon_days"] - end_of(placement))
                due = [
                    day
                    for day in range(item["start"][0], last + 1)
                    if not any(meet(document, (own, item, day), row) for row in others)
                ]
                assert open_start(found, placement, stays, latest) == min(due, default=None), (number, item["id"])
                seen[bool(due)] += 1
    assert min(seen.values()) > 5


def test_a_clique_of_two_is_true_if_and_only_if_no_pair_of_starts_keeps_them_apart() -> None:
    seen = {True: 0, False: 0}
    for number in NUMBERS:
        found, document = made(number)
        free = {row["id"] for row in document["claims"] if row["in_force"] is None}
        for (one, item), (other, beside) in itertools.permutations(items(document), 2):
            if one == other or not {one, other} <= free:
                continue
            due = all(
                meet(document, (one, item, start), (other, beside, begin))
                for start in starts(document, item)
                for begin in starts(document, beside)
            )
            assert is_clique(found, item["id"], beside["id"]) is due, (number, item["id"], beside["id"])
            seen[due] += 1
    assert min(seen.values()) > 5


def starts(document: Item, item: Item) -> range:
    end = max(part["offset"] + part["days"] for part in item["phases"])
    return range(item["start"][0], min(item["start"][1], document["horizon_days"] - end) + 1)


def is_clique(found: Instance, *names: str) -> bool:
    """Whether a certificate of the sum of points may have a clique of these."""
    row = {"stage": "points", "scale": 1, "bound": -1, "rows": [[["clique", *names], 0]]}
    (told,) = certificates(
        found, Solution("", "00", "max-points", "OPTIMAL", stages=POINTS, run={"certificates": [row]}), {}
    )
    if "adds up to" in told:
        return True
    assert told.endswith(f"{names[0]} and {names[1]} do not exclude each other at every start"), told
    return False
