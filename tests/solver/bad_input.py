"""Unusable instances, each with what must be said of it: named edits of one sound document, and named bytes.

A fragment stands for one line of the answer: the place, a colon, and what is wrong.
"""

import copy
import json
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]
Edit = Callable[[Document], Any]

P1, P2 = "claims[0].placements[0]", "claims[1].placements[0]"
OUTSIDE, JUST_INSIDE, EXACT = 304005.6102, 304005.6080, 304005.608
ANNULUS_HOLE_TOUCHING = [[[0, 0], [900, 0], [0, 900], [0, 0]], [[100, 100], [1200, 100], [100, 200], [100, 100]]]


def sound() -> Document:
    """Return a small instance that uses every part of the format this program solves."""
    point = {"type": "Point", "coordinates": [-11000, -12000]}
    phases = [
        {"name": "landing", "offset": 0, "days": 2, "keep_out_m": 4000},
        {"name": "operation", "offset": 2, "days": 40, "keep_out_m": 500},
    ]

    def claim(name: str, credit: dict[str, int]) -> Document:
        place = {"id": f"{name}/1", "points": 100, "start": [0, 30], "footprint": copy.deepcopy(point)}
        return {
            "id": name,
            "credit": credit,
            "operator": "illustrative operator",
            "controller": "illustrative controller",
            "received_at": "2027-02-01T10:00:00Z",
            "placements": [place | {"phases": copy.deepcopy(phases)}],
            "in_force": None,
        }

    return {
        "format": "lunar-allocation-instance/1",
        "id": "illustrative",
        "crs": "IAU_2015:30135",
        "epoch": "2027-01-01",
        "horizon_days": 100,
        "parties": [{"id": "AAA", "groups": ["ldc"]}, {"id": "BBB"}],
        "claims": [claim("C-1", {"AAA": 50, "BBB": 50}), claim("C-2", {"BBB": 100})],
        "holds": [{"id": "H-1", "footprint": copy.deepcopy(point), "start": 90, "phases": copy.deepcopy(phases[:1])}],
        "agreements": [{"claims": ["C-1", "C-2"], "keep_out_m": 200}],
        "conflicts": None,
        "caps": [{"id": "ridge", "placements": ["C-1/1"], "measure": "placements", "max": 3, "per": "party"}],
        "reserves": [{"id": "late-comers", "group": "ldc", "placements": ["C-1/1"], "min": 1}],
        "access": None,
        "policy": {"rule": "equal-footing", "tie_break": "ticket", "levels": None},
    }


def put(path: str, value: Any) -> Edit:
    """Return an edit that puts a value at a path such as `claims.0.id`, or adds it to a list at its end (`+`)."""

    def edit(document: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in steps:
            document = document[step]
        if last == "+":
            document.append(value)
        else:
            document[last] = value

    return edit


def drop(path: str) -> Edit:
    """Return an edit that takes away what stands at a path."""

    def edit(document: Any) -> None:
        *steps, last = [int(step) if step.isdigit() else step for step in path.split(".")]
        for step in steps:
            document = document[step]
        del document[last]

    return edit


def both(*edits: Edit) -> Edit:
    """Return the edits, one after the other."""
    return lambda document: [edit(document) for edit in edits]


def footprint(kind: str, coordinates: Any, **more: Any) -> Edit:
    """Return an edit that gives the first placement another footprint."""
    return put("claims.0.placements.0.footprint", {"type": kind, "coordinates": coordinates} | more)


def given(*pairs: Any) -> Edit:
    """Return an edit that gives the conflicts as pairs, without holds."""
    return both(put("conflicts", list(pairs)), put("holds", []))


def second_placement(**changes: Any) -> Edit:
    """Return an edit that gives the first claim a second placement."""

    def edit(document: Document) -> None:
        place = copy.deepcopy(document["claims"][0]["placements"][0])
        document["claims"][0]["placements"].append(place | {"id": "C-1/2"} | changes)

    return edit


FIRST, POLICY = "claims.0.placements.0", "policy"
ACCESS = {"cell_m": 500, "extent": [-30000, -36000, 21000, 15000], "blocked": None, "transient_days": 14,
          "gates": [[0, 14900]], "points": [{"id": "floor", "at": [7690, -6402]}]}  # fmt: skip

# name: (edit of the sound document, one fragment for each line of the answer: the place, a colon, and what is wrong)
EDITED: dict[str, tuple[Edit, list[str]]] = {
    # the heading
    "unknown format": (put("format", "lunar-allocation-instance/2"), ["format: "]),
    "format null": (put("format", None), ["format: "]),
    "format missing": (drop("format"), ["format: missing"]),
    "Earth CRS": (put("crs", "EPSG:3031"), ["crs: 'EPSG:3031'"]),
    "geographic lunar CRS": (put("crs", "IAU_2015:30100"), ["crs: "]),
    "crs null": (put("crs", None), ["crs: "]),
    "crs missing": (drop("crs"), ["crs: missing"]),
    "epoch that is no date": (put("epoch", "2027-02-30"), ["epoch: '2027-02-30' is not a date"]),
    "epoch with an hour": (put("epoch", "2027-01-01T00:00:00Z"), ["epoch: "]),
    "epoch a number": (put("epoch", 2027), ["epoch: 2027 is not a text"]),
    "epoch null": (put("epoch", None), ["epoch: "]),
    "horizon of 0 days": (both(put("horizon_days", 0), put("claims", []), put("holds", []), put("caps", []),
                               put("agreements", []), put("reserves", [])), ["horizon_days: "]),
    "horizon missing": (drop("horizon_days"), ["horizon_days: missing"]),
    "horizon null": (put("horizon_days", None), ["horizon_days: null is not a number"]),
    "horizon true": (put("horizon_days", True), ["horizon_days: true is not a number"]),
    "claims missing": (both(drop("claims"), put("agreements", []), put("caps", []), put("reserves", [])), ["claims: missing"]),
    "claims an object": (both(put("claims", {}), put("agreements", []), put("caps", []), put("reserves", [])),
                         ["claims: {} is not a list"]),
    "a claim that is a text": (put("claims.+", "C-3"), ['claims[2]: "C-3" is not an object']),
    "policy missing": (drop("policy"), ["policy: missing"]),
    "policy null": (put("policy", None), ["policy: "]),
    # unknown names
    "unknown field at the top": (put("colour", "red"), ["colour: unknown field"]),
    "unknown field in a party": (put("parties.0.name", "x"), ["parties[0].name: unknown field"]),
    "unknown field in a claim": (put("claims.0.owner", "x"), ["claims[0].owner: unknown field"]),
    "unknown field in a placement": (put(f"{FIRST}.rank", 1), [f"{P1}.rank: unknown field"]),
    "unknown field in a phase": (put(f"{FIRST}.phases.0.end", 1), [f"{P1}.phases[0].end: unknown field"]),
    "unknown field in a footprint": (footprint("Point", [0, 0], crs="EPSG:4326"), [f"{P1}.footprint.crs: unknown field"]),
    "unknown field in an entry": (put("claims.0.in_force", {"placement": "C-1/1", "start": 0, "end": 9}),
                                  ["claims[0].in_force.end: unknown field"]),
    "unknown field in a hold": (put("holds.0.name", "x"), ["holds[0].name: unknown field"]),
    "unknown field in a cap": (put("caps.0.min", 1), ["caps[0].min: unknown field"]),
    "unknown field in a reserve": (put("reserves.0.max", 1), ["reserves[0].max: unknown field"]),
    "unknown field in an agreement": (put("agreements.0.id", "x"), ["agreements[0].id: unknown field"]),
    "unknown field in the policy": (put("policy.seed", "00"), ["policy.seed: unknown field"]),
    "unknown party in credit": (put("claims.1.credit", {"CCC": 100}), ["claims[1].credit: 'CCC'"]),
    "party without a name in credit": (put("claims.1.credit", {"": 100}), ["claims[1].credit"]),
    "unknown placement in a cap": (put("caps.0.placements", ["C-9/1"]), ["caps[0].placements: 'C-9/1'"]),
    "unknown placement in a reserve": (put("reserves.0.placements", ["C-9/1"]), ["reserves[0].placements: 'C-9/1'"]),
    "a claim listed as a placement": (put("caps.0.placements", ["C-1"]), ["caps[0].placements: 'C-1'"]),
    "entry in force with an unknown placement": (put("claims.0.in_force", {"placement": "C-1/9", "start": 0}),
                                                 ["claims[0].in_force.placement: 'C-1/9'"]),
    "entry in force with another claim's placement": (put("claims.0.in_force", {"placement": "C-2/1", "start": 0}),
                                                      ["claims[0].in_force.placement: 'C-2/1'"]),
    "unknown claim in an agreement": (put("agreements.0.claims", ["C-1", "C-9"]), ["agreements[0].claims: 'C-9'"]),
    "unknown placement in a conflict": (given(["C-1/1", "C-9/1"]), ["conflicts"]),
    "placement without a name in a conflict": (given(["C-1/1", ""]), ["conflicts"]),
    "unknown rule": (put("policy.rule", "auction"), ['policy.rule: "auction" is unknown']),
    "rule null": (put("policy.rule", None), ["policy.rule: "]),
    "rule missing": (drop("policy.rule"), ["policy.rule: missing"]),
    "rule a list": (put("policy.rule", ["equal-footing"]), ["policy.rule: "]),
    "unknown tie-break": (put("policy.tie_break", "alphabet"), ['policy.tie_break: "alphabet" is unknown']),
    "unknown cap measure": (put("caps.0.measure", "hectares"), ['caps[0].measure: "hectares" is unknown']),
    "unknown cap per": (put("caps.0.per", "operator"), ["caps[0].per: 'operator' is unknown"]),
    "cap per group without a name": (put("caps.0.per", "group:"), ["caps[0].per: "]),
    # not supported yet, by name
    "first-come without received_at": (both(put("policy.rule", "first-come"), drop("claims.1.received_at")),
                                       ["claims[1].received_at: missing, and first-come needs it"]),
    "ex-ante under serial": (both(put("policy.tie_break", "ex-ante"), put("policy.rule", "serial")),
                             ["policy.tie_break: 'ex-ante' needs allocations that are equally good, and serial goes by turns; use ticket"]),
    "too fine a grid of free access": (put("access", ACCESS | {"cell_m": 10}), ["access.cell_m: 26010000 cells are too many; give larger cells or a smaller extent: 1000000 cells at most"]),
    # ids
    "the same claim twice": (put("claims.1.id", "C-1"), ["claims[1].id: id 'C-1'", "agreements[0].claims: 'C-2'"]),
    "the same party twice": (put("parties.+", {"id": "AAA"}), ["parties[2].id: id 'AAA'"]),
    "the same placement twice": (second_placement(id="C-1/1"), ["claims[0].placements[1].id: id 'C-1/1'"]),
    "the same placement in two claims": (put("claims.1.placements.0.id", "C-1/1"), [f"{P2}.id: id 'C-1/1'"]),
    "the same hold twice": (lambda d: d["holds"].append(d["holds"][0]), ["holds[1].id: id 'H-1'"]),
    "a cap named like a reserve": (put("reserves.0.id", "ridge"), ["reserves[0].id: id 'ridge'"]),
    "a claim named like a party": (both(put("claims.1.id", "AAA"), put("agreements", [])), ["claims[1].id: id 'AAA'"]),
    "a hold named like a placement": (put("holds.0.id", "C-1/1"), ["id 'C-1/1'"]),
    "id empty": (put("parties.+", {"id": ""}), ["parties[2].id: "]),
    "id of blanks": (put("parties.+", {"id": "  "}), ["parties[2].id: "]),
    "id null": (put("parties.+", {"id": None}), ["parties[2].id: "]),
    "id a number": (put("parties.+", {"id": 7}), ["parties[2].id: 7 is not a text"]),
    "id missing": (put("parties.+", {}), ["parties[2].id: missing"]),
    "groups a text": (put("parties.0.groups", "ldc"), ["parties[0].groups: "]),
    # credit
    "credit of 99": (put("claims.0.credit", {"AAA": 50, "BBB": 49}), ["claims[0].credit: the shares sum to 99"]),
    "credit of 101": (put("claims.0.credit", {"AAA": 51, "BBB": 50}), ["claims[0].credit: the shares sum to 101"]),
    "credit share of 24": (put("claims.0.credit", {"AAA": 24, "BBB": 76}), ["claims[0].credit.AAA: 24 is out of range"]),
    "credit share of 0": (put("claims.0.credit", {"AAA": 100, "BBB": 0}), ["claims[0].credit.BBB: "]),
    "credit share negative": (put("claims.0.credit", {"AAA": -50, "BBB": 75}), ["claims[0].credit.AAA: "]),
    "credit share fractional": (put("claims.0.credit", {"AAA": 33.5, "BBB": 66.5}),
                                ["claims[0].credit.AAA: 33.5 is not whole", "claims[0].credit.BBB: 66.5 is not whole"]),
    "credit share true": (put("claims.0.credit", {"AAA": True}), ["claims[0].credit.AAA: true is not a number"]),
    "credit nobody": (put("claims.0.credit", {}), ["claims[0].credit: "]),
    "credit null": (put("claims.0.credit", None), ["claims[0].credit: "]),
    "credit a list": (put("claims.0.credit", ["AAA"]), ["claims[0].credit: "]),
    "credit missing": (drop("claims.0.credit"), ["claims[0].credit: missing"]),
    # points
    "points fractional": (put(f"{FIRST}.points", 70.5), [f"{P1}.points: 70.5 is not whole"]),
    "points 0": (put(f"{FIRST}.points", 0), [f"{P1}.points: 0 is out of range"]),
    "points 101": (put(f"{FIRST}.points", 101), [f"{P1}.points: 101 is out of range"]),
    "points negative": (put(f"{FIRST}.points", -1), [f"{P1}.points: "]),
    "points a text": (put(f"{FIRST}.points", "70"), [f'{P1}.points: "70" is not a number']),
    "points true": (put(f"{FIRST}.points", True), [f"{P1}.points: true is not a number"]),
    "points missing": (drop(f"{FIRST}.points"), [f"{P1}.points: missing"]),
    "points null": (put(f"{FIRST}.points", None), [f"{P1}.points: "]),
    # windows and days
    "window reversed": (put(f"{FIRST}.start", [9, 8]), [f"{P1}.start: the window [9, 8] is reversed"]),
    "window past the horizon": (put(f"{FIRST}.start", [59, 80]), [f"{P1}.start: no start fits"]),
    "window negative": (put(f"{FIRST}.start", [-1, 5]), [f"{P1}.start[0]: -1 is out of range"]),
    "window fractional": (put(f"{FIRST}.start", [0, 2.5]), [f"{P1}.start[1]: 2.5 is not whole"]),
    "window of one number": (put(f"{FIRST}.start", [3]), [f"{P1}.start: "]),
    "window of three numbers": (put(f"{FIRST}.start", [1, 2, 3]), [f"{P1}.start: "]),
    "window empty": (put(f"{FIRST}.start", []), [f"{P1}.start: "]),
    "window null": (put(f"{FIRST}.start", None), [f"{P1}.start: "]),
    "window a number": (put(f"{FIRST}.start", 3), [f"{P1}.start: 3 is not a list"]),
    "window of texts": (put(f"{FIRST}.start", ["0", "9"]), [f"{P1}.start[0]: ", f"{P1}.start[1]: "]),
    "window missing": (drop(f"{FIRST}.start"), [f"{P1}.start: missing"]),
    "phase of no days": (put(f"{FIRST}.phases.1.days", 0), [f"{P1}.phases[1].days: 0 is out of range"]),
    "phase of negative days": (put(f"{FIRST}.phases.1.days", -3), [f"{P1}.phases[1].days: -3 is out of range"]),
    "phase of half a day": (put(f"{FIRST}.phases.1.days", 0.5), [f"{P1}.phases[1].days: 0.5 is not whole"]),
    "offset negative": (put(f"{FIRST}.phases.0.offset", -1), [f"{P1}.phases[0].offset: -1 is out of range"]),
    "keep-out negative": (put(f"{FIRST}.phases.0.keep_out_m", -1), [f"{P1}.phases[0].keep_out_m: -1 is out of range"]),
    "keep-out fractional": (put(f"{FIRST}.phases.0.keep_out_m", 0.5), [f"{P1}.phases[0].keep_out_m: 0.5 is not whole"]),
    "phase without a name": (drop(f"{FIRST}.phases.0.name"), [f"{P1}.phases[0].name: missing"]),
    "no phases": (put(f"{FIRST}.phases", []), [f"{P1}.phases: "]),
    "phases null": (put(f"{FIRST}.phases", None), [f"{P1}.phases: "]),
    "no placements": (both(put("claims.0.placements", []), put("caps", []), put("reserves", [])), ["claims[0].placements: "]),
    "placements null": (both(put("claims.0.placements", None), put("caps", []), put("reserves", [])), ["claims[0].placements: "]),
    "days beyond 2^53": (put(f"{FIRST}.phases.1.days", 2**53), [f"{P1}.phases[1].days: a whole number that is too large"]),
    "horizon beyond 2^53": (put("horizon_days", 10**30), ["horizon_days: a whole number that is too large"]),
    "horizon as 1e30": (put("horizon_days", 1e30), ["horizon_days: "]),
    "entry in force at half a day": (put("claims.0.in_force", {"placement": "C-1/1", "start": 0.5}),
                                     ["claims[0].in_force.start: 0.5 is not whole"]),
    "entry in force without a start": (put("claims.0.in_force", {"placement": "C-1/1"}), ["claims[0].in_force.start: missing"]),
    "entry in force a text": (put("claims.0.in_force", "C-1/1"), ["claims[0].in_force: "]),
    "received_at without an offset": (put("claims.0.received_at", "2027-02-01T10:00:00"), ["claims[0].received_at: "]),
    "received_at a word": (put("claims.0.received_at", "yesterday"), ["claims[0].received_at: "]),
    "hold missing its start": (drop("holds.0.start"), ["holds[0].start: missing"]),
    # footprints
    "footprint missing": (drop(f"{FIRST}.footprint"), [f"{P1}.footprint: missing"]),
    "footprint null": (put(f"{FIRST}.footprint", None), [f"{P1}.footprint: missing"]),
    "footprint a text": (put(f"{FIRST}.footprint", "POINT (0 0)"), [f"{P1}.footprint: "]),
    "footprint of unknown type": (footprint("Circle", [0, 0]), [f"{P1}.footprint: type 'Circle'"]),
    "footprint a collection": (footprint("GeometryCollection", []), [f"{P1}.footprint: type 'GeometryCollection'"]),
    "coordinates missing": (put(f"{FIRST}.footprint", {"type": "Point"}), [f"{P1}.footprint.coordinates: missing"]),
    "coordinate true": (footprint("Point", [True, 0]), [f"{P1}.footprint: coordinate True is not a number"]),
    "coordinate a text": (footprint("Point", ["0", 0]), [f"{P1}.footprint: coordinate '0' is not a number"]),
    "coordinate null": (footprint("Point", [None, 0]), [f"{P1}.footprint: coordinate None is not a number"]),
    "three dimensions": (footprint("Point", [0, 0, 0]), [f"{P1}.footprint: a position has 3 numbers"]),
    "one dimension": (footprint("Point", [0]), [f"{P1}.footprint: a position has 1 numbers"]),
    "coordinates empty": (footprint("Point", []), [f"{P1}.footprint: "]),
    "line without positions": (footprint("LineString", []), [f"{P1}.footprint: the coordinates are empty"]),
    "line of one position": (footprint("LineString", [[0, 0]]), [f"{P1}.footprint: "]),
    "line of no length": (footprint("LineString", [[0, 0], [0, 0]]), [f"{P1}.footprint: "]),
    "polygon without rings": (footprint("Polygon", []), [f"{P1}.footprint: the coordinates are empty"]),
    "polygon with an empty ring": (footprint("Polygon", [[]]), [f"{P1}.footprint: the coordinates are empty"]),
    "multipolygon empty": (footprint("MultiPolygon", []), [f"{P1}.footprint: the coordinates are empty"]),
    "polygon nested as a line": (footprint("Polygon", [[0, 0], [9, 0], [0, 9], [0, 0]]), [f"{P1}.footprint: "]),
    "polygon crossing itself": (footprint("Polygon", [[[0, 0], [900, 900], [900, 0], [0, 900], [0, 0]]]),
                                [f"{P1}.footprint: the shape is not valid"]),
    "polygon with its hole outside": (footprint("Polygon", ANNULUS_HOLE_TOUCHING), [f"{P1}.footprint: the shape is not valid"]),
    "multipolygon overlapping": (footprint("MultiPolygon", [[[[0, 0], [9, 0], [0, 9], [0, 0]]], [[[1, 1], [9, 1], [1, 9], [1, 1]]]]),
                                 [f"{P1}.footprint: the shape is not valid"]),
    "ring not closed": (footprint("Polygon", [[[0, 0], [900, 0], [900, 900], [0, 900]]]), [f"{P1}.footprint: a ring is not closed"]),
    "ring of three positions": (footprint("Polygon", [[[0, 0], [900, 0], [0, 0]]]), [f"{P1}.footprint: a ring has fewer"]),
    "ring without area": (footprint("Polygon", [[[0, 0], [900, 0], [300, 0], [0, 0]]]), [f"{P1}.footprint: the shape is not valid"]),
    "north of -80 by 2 mm": (footprint("Point", [0, OUTSIDE]), [f"{P1}.footprint: (0, 304006) lies at latitude -80.0000, north of -80"]),
    "north of -80 with one corner": (footprint("LineString", [[0, 0], [304100, 0]]), [f"{P1}.footprint: (304100, 0) lies at latitude"]),
    "a coordinate of 1e300": (footprint("Point", [1e300, 0]), [f"{P1}.footprint: "]),
    "hold north of -80": (put("holds.0.footprint.coordinates", [305000, 0]), ["holds[0].footprint: (305000, 0)"]),
    "hold without footprint": (drop("holds.0.footprint"), ["holds[0].footprint: missing"]),
    # agreements and conflicts
    "agreement of one claim": (put("agreements.0.claims", ["C-1"]), ["agreements[0].claims: it names 1 claims"]),
    "agreement of three claims": (put("agreements.0.claims", ["C-1", "C-2", "C-3"]), ["agreements[0].claims: it names 3 claims",
                                                                                    "agreements[0].claims: 'C-3'"]),
    "agreement of a claim with itself": (put("agreements.0.claims", ["C-1", "C-1"]), ["agreements[0].claims"]),
    "agreement keep-out negative": (put("agreements.0.keep_out_m", -1), ["agreements[0].keep_out_m: "]),
    "agreement keep-out missing": (drop("agreements.0.keep_out_m"), ["agreements[0].keep_out_m: missing"]),
    "conflict within one claim": (both(second_placement(), given(["C-1/1", "C-1/2"])), ["conflicts"]),
    "conflict of a placement with itself": (given(["C-1/1", "C-1/1"]), ["conflicts"]),
    "conflict of three": (given(["C-1/1", "C-2/1", "C-1/1"]), ["conflicts[0]: it is not a pair"]),
    "conflict a text": (given("C-1/1"), ["conflicts[0]: it is not a pair"]),
    "conflict of numbers": (given([1, 2]), ["conflicts[0]: it is not a pair"]),
    "holds beside given conflicts": (put("conflicts", []), ["holds: holds cannot stand beside given conflicts"]),
    # policy, caps, reserves
    "levels descending": (put("policy.levels", [50, 40]), ["policy.levels: [50, 40] do not ascend"]),
    "levels twice the same": (put("policy.levels", [50, 50]), ["policy.levels: [50, 50] do not ascend"]),
    "levels fractional": (put("policy.levels", [0.5]), ["policy.levels[0]: 0.5 is not whole"]),
    "levels a number": (put("policy.levels", 50), ["policy.levels: 50 is not a list"]),
    "cap negative": (put("caps.0.max", -1), ["caps[0].max: -1 is out of range"]),
    "cap fractional": (put("caps.0.max", 1.5), ["caps[0].max: 1.5 is not whole"]),
    "cap per controller without controller": (both(put("caps.0.per", "controller"), drop("claims.0.controller")),
                                              ["claims[0].controller: missing"]),
    "cap without per": (drop("caps.0.per"), ["caps[0].per: missing"]),
    "cap without placements": (drop("caps.0.placements"), ["caps[0].placements: missing"]),
    "reserve negative": (put("reserves.0.min", -1), ["reserves[0].min: -1 is out of range"]),
    "reserve without group": (drop("reserves.0.group"), ["reserves[0].group: missing"]),
    # names that would spoil the answer
    "a field name of 5 000 letters": (put("x" * 5000, 1), ["xxxxx...: unknown field"]),
    "an id of 5 000 letters": (put("caps.0.placements", ["x" * 5000]), ["caps[0].placements: 'xxx"]),
    "a field name with a terminal command": (put("claims.0.\x1b[2J\r\n", 1), ["claims[0]. [2J  : unknown field"]),
    # several faults, one line each
    "four faults": (both(put("crs", "EPSG:4326"), put(f"{FIRST}.points", 0), put("claims.1.credit", {"BBB": 99}), put("caps.0.max", -1)),
                    ["crs: ", f"{P1}.points: ", "claims[1].credit: ", "caps[0].max: "]),
    "two faults in one placement": (both(put(f"{FIRST}.points", 101), footprint("Point", [0, 400000])),
                                    [f"{P1}.points: ", f"{P1}.footprint: "]),
}  # fmt: skip

TEXT = json.dumps(sound())

# name: (the file's bytes, one fragment for each line of the answer)
RAW: dict[str, tuple[bytes, list[str]]] = {
    "empty": (b"", ["it is empty"]),
    "blank": (b" \n\t ", ["it is empty"]),
    "binary": (b"\x89PNG\r\n\x1a\n\x00\xff\xfe", ["not UTF-8"]),
    "zero bytes": (bytes(64), ["not JSON"]),
    "cut short": (TEXT[:-40].encode(), ["line 1, column"]),
    "two documents": ((TEXT + TEXT).encode(), ["Extra data"]),
    "comment": (b"// instance\n" + TEXT.encode(), ["line 1, column 1"]),
    "trailing comma": (TEXT[:-1].encode() + b",}", ["not JSON"]),
    "byte order mark": (b"\xef\xbb\xbf" + TEXT.encode(), ["byte order mark"]),
    "UTF-16": (TEXT.encode("utf-16"), ["not UTF-8"]),
    "UTF-16 without a mark": (TEXT.encode("utf-16-le"), ["not JSON"]),
    "Latin-1": (TEXT.replace("illustrative operator", "Île").encode("latin-1"), ["not UTF-8"]),
    "100 000 nested lists": (b"[" * 100_000 + b"]" * 100_000, ["nested deeper than"]),
    "100 000 nested objects": (b'{"note":' * 100_000 + b"1" + b"}" * 100_000, ["nested deeper than"]),
    "100 lists in a note": (TEXT.replace('"format"', '"note": ' + "[" * 100 + "]" * 100 + ', "format"', 1).encode(),
                            ["nested deeper than"]),
    "a list": (b"[]", ["[] is not an object"]),
    "a text": (b'"instance"', ['"instance" is not an object']),
    "null": (b"null", ["null is not an object"]),
    "the same key twice at the top": (TEXT.replace('"format"', '"id": "x", "format"', 1).encode(), ['key "id" stands twice']),
    "the same key twice inside": (TEXT.replace('"points": 100', '"points": 100, "points": 70', 1).encode(),
                                  ['key "points" stands twice']),
    "the same party twice in credit": (TEXT.replace('"AAA": 50', '"AAA": 50, "AAA": 50', 1).encode(), ['key "AAA" stands twice']),
    "NaN": (TEXT.replace("-11000", "NaN", 1).encode(), [f"{P1}.footprint.coordinates[0]: a number that is not finite"]),
    "Infinity": (TEXT.replace("-11000", "Infinity", 1).encode(), [f"{P1}.footprint.coordinates[0]: a number that is not finite"]),
    "minus Infinity": (TEXT.replace("-11000", "-Infinity", 1).encode(), ["a number that is not finite"]),
    "1e999": (TEXT.replace("-11000", "1e999", 1).encode(), [f"{P1}.footprint.coordinates[0]: a number that is not finite"]),
    "1e999 as a whole number": (TEXT.replace('"points": 100', '"points": 1e999', 1).encode(), [f"{P1}.points: a number that is not finite"]),
    "a number of 5 000 digits": (TEXT.replace('"points": 100', '"points": ' + "9" * 5000, 1).encode(), ["too many digits"]),
    "half a surrogate pair": (TEXT.replace("illustrative operator", r"\ud800", 1).encode(), ["claims[0].operator: text with half"]),
    "half a surrogate pair in a key": (TEXT.replace('"format"', r'"\udfff": 1, "format"', 1).encode(), ["half of a surrogate pair"]),
    "half a surrogate pair in UTF-8": (TEXT.encode().replace(b"illustrative operator", b"\xed\xa0\x80", 1), ["not UTF-8"]),
}  # fmt: skip


def edited(edit: Edit) -> bytes:
    """Return the sound document's bytes after an edit."""
    document = sound()
    edit(document)
    return json.dumps(document).encode()


CASES = {name: (edited(edit), lines) for name, (edit, lines) in EDITED.items()} | RAW

# Unusual but sound.
ACCEPTED: dict[str, Edit] = {
    "latitude of exactly -80": footprint("Point", [0, EXACT]),
    "half a millimetre north of -80": footprint("Point", [0, EXACT + 0.0005]),
    "whole numbers written with a point": both(put(f"{FIRST}.points", 70.0), put("horizon_days", 100.0), put("caps.0.max", 2.0)),
    "a note anywhere": both(put("note", "x"), put("claims.0.note", {"any": ["thing"]}), put("policy.note", None)),
    "an unknown group": both(put("reserves.0.group", "nobody"), put("caps.0.per", "group:nobody")),
    "lists absent": both(*(drop(name) for name in ("holds", "agreements", "conflicts", "caps", "reserves", "access"))),
    "lists null": both(*(put(name, None) for name in ("holds", "agreements", "caps", "reserves"))),
    "no conflicts at all, given": given(),
    "given conflicts without footprints": both(given(["C-1/1", "C-2/1"]), drop(f"{FIRST}.footprint")),
    "tie-break and levels absent": put("policy", {"rule": "equal-footing"}),
    "levels empty": put("policy.levels", []),
    "a keep-out of 0": put(f"{FIRST}.phases.0.keep_out_m", 0),
    "a cap of 0 and a reserve of 0": both(put("caps.0.max", 0), put("reserves.0.min", 0)),
    "a window that only begins before the horizon": put(f"{FIRST}.start", [58, 9000]),
    "an entry from before the epoch": put("claims.0.in_force", {"placement": "C-1/1", "start": -400}),
    "an entry beyond window and horizon": put("claims.0.in_force", {"placement": "C-1/1", "start": 5000}),
    "two agreements on one pair": put("agreements.+", {"claims": ["C-2", "C-1"], "keep_out_m": 100}),
    "a party credited nowhere": put("parties.+", {"id": "CCC"}),
    "no claims": both(*(put(name, []) for name in ("claims", "agreements", "caps", "reserves"))),
    "letters beyond the first plane": put("claims.0.operator", "🌙"),
}  # fmt: skip
