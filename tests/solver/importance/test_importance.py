"""What claims cost the others and how scarce places are: literal values of tiny instances, beside trying everything."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from solver.cli import main
from solver.fields import InputError
from solver.importance.changed import free_ground, served, with_own_ground
from solver.importance.places import places
from solver.importance.report import to_document
from solver.importance.study import importance
from solver.instance import Instance
from solver.instance_file import RULES
from solver.io import canonical, parse_instance
from solver.many import Limits, Solver
from tests.solver import oracle
from tests.solver.incentives.small import SEED, choice, drawn
from tests.solver.instances import claim, instance, placement


def told_of(problem: Instance, regions: bytes | None = None, seed: bytes = SEED) -> dict[str, Any]:
    return to_document(importance(problem, seed, Solver(Limits(60.0)), regions))


def contest(rule: str = "max-points") -> Instance:
    """A's one place excludes both B's and C's; D is by itself."""
    return instance(
        claim("a", choice("a/1")),
        claim("b", choice("b/1", 70), choice("b/2", 30), credit={"B": 100}),
        claim("c", choice("c/1", 60), credit={"C": 100}),
        claim("d", choice("d/1", 80), credit={"D": 100}),
        conflicts=[["a/1", "b/1"], ["a/1", "c/1"]],
        policy={"rule": rule},
    )


def row_of(told: dict[str, Any], name: str) -> dict[str, Any]:
    [row] = [row for row in told["claims"] if row["claim"] == name]
    return row


def test_a_claim_in_the_way_of_two_costs_the_others_what_they_would_get() -> None:
    told = told_of(contest())
    a = row_of(told, "a")
    # b/1 and c/1 are worth more than a/1 and b/2, so a is refused; granting it takes 40 from B and 60 from C.
    assert (a["state"], a["cost_to_others_of_granting"], a["cost_to_others_of_refusing"]) == ("unserved", 100, 0)
    assert a["parties_by_granting"] == {"A": 100, "B": -40, "C": -60}
    assert (a["points_by_granting"], a["granted_against_refused"]["stage"]) == (0, "tie-break, points of B")


def test_a_claim_that_is_served_is_refused_to_see_what_it_costs() -> None:
    told = told_of(contest())
    c = row_of(told, "c")
    # Without c, a/1 with b/2 (130) outweighs b/1 (70).
    assert (c["state"], c["cost_to_others_of_granting"], c["cost_to_others_of_refusing"]) == ("served", 100, 40)
    assert row_of(told, "d")["parties_by_granting"] == {"D": 80}


def test_a_place_is_what_can_stand_in_the_way_and_its_room_has_a_price() -> None:
    [place] = told_of(contest())["places"]
    assert (place["place"], place["placements"]) == ("place a/1", ["a/1", "b/1", "c/1"])
    assert (place["claims"], place["asked"]["points"], place["allotted"]["points"]) == (3, 230, 130)
    assert place["one_more"] == {"placement": "a/1", "points": 100, "km2_days": 32}
    # Without b/1: a/1 and b/2 give as much as b/1 and c/1 gave.
    assert place["one_less"]["points"] == 0
    assert place["open"] == 0


def test_losing_a_unit_of_room_costs_what_the_next_one_does_not_make_good() -> None:
    rows = (claim("a", choice("a/1", days=5)), claim("b", choice("b/1", 60, days=20), credit={"B": 100}))
    [place] = told_of(instance(*rows, conflicts=[["a/1", "b/1"]], policy={"rule": "max-points"}))["places"]
    # A keep-out of 1 km: 5 days are 16 km2 days, 20 days 63.
    assert place["one_more"] == {"placement": "b/1", "points": 60, "km2_days": 63}
    assert place["one_less"] == {"placement": "a/1", "points": 40, "km2_days": 16 - 63}


def test_a_claim_that_nothing_can_serve_is_impossible_to_grant() -> None:
    hold = {
        "id": "h",
        "footprint": {"type": "Point", "coordinates": [0, 0]},
        "start": 0,
        "phases": [{"name": "hold", "offset": 0, "days": 100, "keep_out_m": 500}],
    }
    told = told_of(instance(claim("a", placement("a/1")), claim("b", placement("b/1", (90_000, 0))), holds=[hold]))
    assert [row["decided"] for row in told["claims"]] == ["impossible", "solved"]


def test_entries_in_force_are_neither_refused_nor_granted() -> None:
    entry = claim("a", choice("a/1"), in_force={"placement": "a/1", "start": 0})
    told = told_of(instance(entry, claim("b", choice("b/1"), credit={"B": 100}), conflicts=[["a/1", "b/1"]]))
    assert [(row["state"], row["decided"]) for row in told["claims"]] == [
        ("in force", "solved"),
        ("unserved", "impossible"),
    ]


def test_ground_of_its_own_is_out_of_reach_of_everything() -> None:
    near = instance(claim("a", placement("a/1")), claim("b", placement("b/1", (0, 500)), credit={"B": 100}))
    ground = free_ground(near)
    assert ground is not None
    assert ground.distance(near.placement_by_id["b/1"].footprint) > 100_000
    moved = with_own_ground(near, "a/1")
    assert moved is not None
    assert moved["claims"][0]["placements"][0]["footprint"] == {"type": "Point", "coordinates": [ground.x, ground.y]}
    assert {row["claim"] for row in told_of(parse_instance(canonical(moved)))["claims"]} == {"a", "b"}


def test_a_claim_is_granted_by_an_ordinary_instance() -> None:
    asked = parse_instance(canonical(served(contest(), "a")))
    assert [(reserve.least, sorted(reserve.placements)) for reserve in asked.reserves] == [(1, ["a/1"])]


def region(name: str, *corners: tuple[int, int]) -> dict[str, Any]:
    ring = [list(corner) for corner in (*corners, corners[0])]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"id": name}, "geometry": geometry}


def test_regions_are_places_with_what_touches_them() -> None:
    problem = instance(claim("a", placement("a/1", (100, 100))), claim("b", placement("b/1", (9000, 0))))
    square = region("ridge", (0, 0), (200, 0), (200, 200), (0, 200))
    areas = json.dumps({"type": "FeatureCollection", "features": [square]}).encode()
    assert [(place.name, place.placements) for place in places(problem, areas)] == [("ridge", ("a/1",))]


def test_regions_that_cannot_be_used_are_refused_fault_by_fault() -> None:
    rows = [{"properties": None, "geometry": None}, {"properties": {"id": "x"}, "geometry": {"type": "Point"}}]
    with pytest.raises(InputError) as error:
        places(contest(), json.dumps({"features": rows}).encode())
    assert "placements without footprints" in error.value.faults[0].what
    problem = instance(claim("a", placement("a/1")))
    with pytest.raises(InputError) as error:
        places(problem, json.dumps({"features": rows}).encode())
    assert [fault.path for fault in error.value.faults] == [
        "features[0].geometry",
        "features[0]",
        "features[1].geometry",
    ]
    with pytest.raises(InputError, match="FeatureCollection"):
        places(problem, b"[]")


@pytest.mark.parametrize("rule", RULES)
def test_what_claims_cost_is_what_trying_everything_finds(rule: str) -> None:
    document = drawn(4, rule)
    told = told_of(parse_instance(canonical(document)))
    whole = oracle.answer(document, SEED)
    for row in told["claims"]:
        if row["state"] == "served":
            rest = [other for other in document["claims"] if other["id"] != row["claim"]]
            gone = {p["id"] for other in document["claims"] if other["id"] == row["claim"] for p in other["placements"]}
            pairs = [pair for pair in document["conflicts"] if gone.isdisjoint(pair)]
            without = oracle.answer({**document, "claims": rest, "conflicts": pairs}, SEED)
            changes = {p: float(whole.parties[p] - without.parties.get(p, 0)) for p in whole.parties}
            assert row["parties_by_granting"] == {p: by for p, by in changes.items() if by}


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(main, ["importance", *map(str, arguments), "--workers", "1"])


def test_the_command_prints_tables_json_and_csv(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_bytes(canonical(contest().document))
    assert "place a/1" in run(path).stdout
    assert json.loads(run(path, "--json").stdout)["format"] == "lunar-allocation-importance/1"
    rows = list(csv.DictReader(io.StringIO(run(path, "--csv").stdout)))
    assert [(row["kind"], row["id"]) for row in rows] == [("claim", n) for n in "abcd"] + [("place", "place a/1")]
    assert (rows[0]["cost_to_others_of_granting"], rows[4]["one_more_points"]) == ("100", "100")


def test_the_command_refuses_what_it_cannot_use(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_bytes(canonical(contest().document))
    for arguments, said in (
        (["--json", "--csv"], "both go to the same output"),
        (["--seed", "zz"], "--seed"),
        (["--regions", tmp_path / "no.geojson"], "cannot be read"),
    ):
        ended = run(path, *arguments)
        assert (ended.exit_code, ended.stdout) == (2, "")
        assert said in ended.stderr
