"""Non-discrimination: what must not matter changes nothing, byte for byte; what is only renamed or moved comes out so.

Each test takes the tiny instances of `tests.solver.generate` through a change and compares whole solution files, without
`run` and, since the file is another one, `instance_sha256`.
"""

import copy
import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import solver
from solver.canonical import canonical
from tests.solver.generate import instance

NUMBERS = range(2000, 2020)
SEED = bytes.fromhex("5eed")

Document = dict[str, Any]


def solved(document: Document, tickets: dict[str, str] | None = None, workers: int = 8) -> Document:
    """Return the solution file of a document, without what may differ between two equal runs."""
    problem = solver.parse_instance(json.dumps(document).encode())
    solution = solver.solve(problem, SEED, solver.SolveLimits(workers=workers), tickets)
    found = json.loads(json.dumps(solver.to_document(solution)))
    return {name: value for name, value in found.items() if name not in ("run", "instance_sha256")}


@cache
def plain(number: int) -> bytes:
    """Return the canonical solution of an instance as it was generated."""
    return canonical(solved(instance(number)))


def shuffled(value: Any, rng: random.Random) -> Any:
    """Return the same rows in another order, keys of objects included; windows, phases and coordinates have their order."""
    if isinstance(value, dict):
        kept = {"start", "phases", "coordinates", "levels"}
        items = [(key, inner if key in kept else shuffled(inner, rng)) for key, inner in value.items()]
        return dict(rng.sample(items, len(items)))
    if isinstance(value, list):
        return [shuffled(inner, rng) for inner in rng.sample(value, len(value))]
    return value


@pytest.mark.parametrize("number", NUMBERS)
def test_the_order_of_rows_changes_no_byte(number: int) -> None:
    document = shuffled(instance(number), random.Random(number))
    assert canonical(solved(document)) == plain(number)


@pytest.mark.parametrize("number", NUMBERS[:10])
def test_the_number_of_workers_changes_no_byte(number: int) -> None:
    assert canonical(solved(instance(number), workers=1)) == plain(number)


def ticket(name: str) -> str:
    """Return the ticket that the seed gives an id, by its published formula."""
    return hashlib.sha256(SEED + b"\x00" + name.encode()).hexdigest()


def renamed(value: Any, names: dict[str, str]) -> Any:
    """Return the value with ids replaced wherever they stand alone, keys included, and lists of texts in order."""
    if isinstance(value, dict):
        return {names.get(key, key): renamed(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        found = [renamed(inner, names) for inner in value]
        return sorted(found) if all(isinstance(inner, str) for inner in found) else found
    return names.get(value, value) if isinstance(value, str) else value


def new_names(document: Document, rows: str) -> dict[str, str]:
    """Return for each id of some rows another, in the opposite order of the alphabet."""
    old = sorted(row["id"] for row in document[rows])
    return dict(zip(old, [f"new-{i}" for i in reversed(range(len(old)))], strict=True))


def carried(document: Document, names: dict[str, str]) -> dict[str, str]:
    """Return the tickets of all parties and claims under their new names."""
    ids = [row["id"] for rows in ("parties", "claims") for row in document[rows]]
    return {names.get(name, name): ticket(name) for name in ids}


@pytest.mark.parametrize("number", NUMBERS)
def test_parties_renamed_with_their_tickets_are_only_renamed_in_the_result(number: int) -> None:
    document = instance(number)
    names = new_names(document, "parties")
    found = solved(renamed(document, names), carried(document, names))
    assert renamed(found, {}) == renamed(json.loads(plain(number)), names)


def by_claim(found: Document) -> Document:
    """Return a solution with its rows by claim in the order of the ids."""
    return found | {rows: sorted(found[rows], key=lambda row: row["claim"]) for rows in ("allotments", "unserved")}


@pytest.mark.parametrize("number", NUMBERS)
def test_claims_renamed_with_their_tickets_are_only_renamed_in_the_result(number: int) -> None:
    document = instance(number)
    names = new_names(document, "claims")
    found = solved(renamed(document, names), carried(document, names))
    assert renamed(found, {}) == by_claim(renamed(json.loads(plain(number)), names))


def with_labels_swapped(document: Document) -> Document:
    """Return the document with the groups red and blue exchanged in the parties, and nowhere else."""
    other = {"red": "blue", "blue": "red"}
    parties = [
        party | {"groups": [other.get(group, group) for group in party["groups"]]} for party in document["parties"]
    ]
    return document | {"parties": parties}


def names_a_coalition(row: Document) -> bool:
    return row.get("group") in ("red", "blue") or row.get("per") in ("group:red", "group:blue")


@pytest.mark.parametrize("number", NUMBERS)
def test_coalition_labels_swapped_change_no_byte_unless_a_cap_or_reserve_names_them(number: int) -> None:
    document = instance(number)
    for rows in ("caps", "reserves"):
        document[rows] = [row for row in document[rows] if not names_a_coalition(row)]
    assert canonical(solved(with_labels_swapped(document))) == canonical(solved(document))


def test_coalition_labels_do_matter_where_a_cap_or_reserve_names_them() -> None:
    """Otherwise the test above could not fail."""
    named = [n for n in NUMBERS if any(map(names_a_coalition, instance(n)["caps"] + instance(n)["reserves"]))]
    assert any(canonical(solved(with_labels_swapped(instance(n)))) != plain(n) for n in named)


def received_at_another_hour(document: Document) -> None:
    for i, claim in enumerate(reversed(document["claims"])):
        claim["received_at"] = f"2027-03-1{i}T23:59:59+05:30"


def received_at_no_hour(document: Document) -> None:
    for claim in document["claims"]:
        del claim["received_at"]


def flown_by_another(document: Document) -> None:
    for i, claim in enumerate(document["claims"]):
        claim["operator"] = f"operator {i}"


def called_otherwise(document: Document) -> None:
    document |= {"id": "another round", "epoch": "2031-05-05", "note": "illustrative"}


def turned_by_a_quarter(document: Document) -> None:
    def turn(part: Any) -> Any:
        return [part[1], -part[0]] if isinstance(part[0], float) else [turn(inner) for inner in part]

    rows = document["holds"] + [placement for claim in document["claims"] for placement in claim["placements"]]
    for row in rows:
        if "footprint" in row:
            row["footprint"] = row["footprint"] | {"coordinates": turn(row["footprint"]["coordinates"])}


@pytest.mark.parametrize(
    "change",
    [received_at_another_hour, received_at_no_hour, flown_by_another, called_otherwise, turned_by_a_quarter],
)
def test_what_must_not_matter_changes_no_byte(change: Callable[[Document], None]) -> None:
    for number in NUMBERS[:20]:
        document = copy.deepcopy(instance(number))
        change(document)
        assert canonical(solved(document)) == plain(number), number


def stretched(document: Document, factor: int) -> Document:
    """Return the document with every number of days multiplied."""
    longer = copy.deepcopy(document) | {"horizon_days": document["horizon_days"] * factor}
    for claim in longer["claims"]:
        if claim["in_force"]:
            claim["in_force"]["start"] *= factor
        for placement in claim["placements"]:
            placement["start"] = [day * factor for day in placement["start"]]
    for hold in longer["holds"]:
        hold["start"] *= factor
    for row in longer["holds"] + [placement for claim in longer["claims"] for placement in claim["placements"]]:
        row["phases"] = [p | {"offset": p["offset"] * factor, "days": p["days"] * factor} for p in row["phases"]]
    return longer


@pytest.mark.parametrize("number", NUMBERS)
def test_all_days_times_37_give_the_same_placements_and_all_starts_times_37(number: int) -> None:
    """So wide windows are right as well, which are too wide to try every start.

    A least start is a sum of window ends, offsets and durations, hence a multiple of 37 again.
    """
    document = instance(number)
    document["caps"] = [cap for cap in document["caps"] if cap["measure"] == "placements"]
    short, long = solved(document), solved(stretched(document, 37))
    starts = {row["claim"]: (row["placement"], 37 * row["start"]) for row in short["allotments"]}
    assert {row["claim"]: (row["placement"], row["start"]) for row in long["allotments"]} == starts
    assert (long["parties"], long["leximin"], long["shortfalls"]) == (
        short["parties"],
        short["leximin"],
        short["shortfalls"],
    )


def test_the_command_line_takes_tickets_from_a_file(tmp_path: Path) -> None:
    document = next(d for d in map(instance, NUMBERS) if not any(claim["in_force"] for claim in d["claims"]))
    names = new_names(document, "parties")
    (tmp_path / "instance.json").write_text(json.dumps(renamed(document, names)))
    (tmp_path / "tickets.json").write_text(json.dumps(carried(document, names)))
    command = [
        sys.executable,
        "-m",
        "solver",
        "solve",
        "instance.json",
        "-o",
        "solution.json",
        "--tickets",
        "tickets.json",
    ]
    environment = {"PYTHONPATH": str(Path(__file__).parents[2]), "PATH": ""}
    subprocess.run([*command, "--seed", SEED.hex()], cwd=tmp_path, env=environment, check=True, capture_output=True)
    found = json.loads((tmp_path / "solution.json").read_text())
    wanted = solved(renamed(document, names), carried(document, names))
    assert {name: found[name] for name in wanted} == wanted
