"""What a provision would change in an instance, as stated data: who states it, what it rests on, and one pure function each.

No coalition says in numbers how its norms bear on an allocation. Each change is this project's reading of one provision,
with its source, so that it can be disputed and switched off alone.
"""

import itertools
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from registry.domain.freeze import placement_id
from registry.domain.provisions.finding import Case, Protected
from registry.domain.provisions.passage import TRANSIENT_DAYS
from solver import geometry

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One stated change. `kind` names the function below, `parameters` are its own."""

    id: str
    provision: str
    kind: str
    parameters: Mapping[str, Any]
    statement: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What a change is applied with: the cases of the claims that its provision binds, by claim; all protected places with
    the buffer of their class, uncertainty left out; and which placements lie in a place.
    """

    bound: Mapping[str, Case]
    protected: Mapping[str, Protected]
    inside: Callable[[Collection[str]], list[str]]


def places_enforced(document: Document, change: Change, scope: Scope) -> Document:
    """Placements of bound claims that lie nearer to one of the named protected places than the buffer of its class are
    taken out. The stated coordinates are taken to be right.
    """
    near = [scope.protected[name] for name in change.parameters["places"] if name in scope.protected]
    return _without(document, lambda claim, row: claim in scope.bound and any(_is_near(row, place) for place in near))


def anomaly_zones(document: Document, _change: Change, scope: Scope) -> Document:
    """Phases of bound claims keep out as far as a plausible anomaly reaches, where that is farther."""
    reach = {
        (placement_id(claim, row.rank), number): phase.anomaly.keep_out_m
        for claim, case in scope.bound.items()
        for row in case.filing.placements
        for number, phase in enumerate(row.phases)
        if phase.anomaly is not None
    }

    def widened(placement: Mapping[str, Any]) -> Document:
        phases = [
            {**row, "keep_out_m": max(row["keep_out_m"], reach.get((placement["id"], number), 0))}
            for number, row in enumerate(placement["phases"])
        ]
        return {**placement, "phases": phases}

    return _each_placement(document, scope.bound, widened)


def one_station(document: Document, change: Change, scope: Scope) -> Document:
    """Bound claims that name one programme settle landings among themselves: only what lasts keeps them apart, as far as the
    larger keep-out of their phases of more than 14 days.
    """
    named = [
        row
        for row in document["claims"]
        if row["id"] in scope.bound and _takes_part(scope.bound[row["id"]], change.parameters["programme"])
    ]
    made = [
        {"claims": [one["id"], other["id"]], "keep_out_m": max(_lasting_m(one), _lasting_m(other))}
        for one, other in itertools.combinations(named, 2)
    ]
    return {**document, "agreements": [*document["agreements"], *made]}


def share_left(document: Document, change: Change, scope: Scope) -> Document:
    """In each of the places that bound claims ask for, the stated percentage of them is left out, rounded up, for those who
    come later.
    """
    caps = []
    for place in change.parameters["places"]:
        there = [name for name in scope.inside([place]) if name.partition("/")[0] in scope.bound]
        asking = len({name.partition("/")[0] for name in there})
        if there:
            most = asking * (100 - change.parameters["percent"]) // 100
            row = {
                "id": f"{change.id}-{place}",
                "placements": there,
                "measure": "placements",
                "max": most,
                "per": "all",
            }
            caps.append(row)
    return {**document, "caps": [*document["caps"], *caps]}


APPLY: Mapping[str, Callable[[Document, Change, Scope], Document]] = MappingProxyType({
    "places-enforced": places_enforced,
    "anomaly-zones": anomaly_zones,
    "one-station": one_station,
    "share-left": share_left,
})  # fmt: skip
PARAMETERS: Mapping[str, Mapping[str, type]] = MappingProxyType({
    "places-enforced": {"places": list},
    "anomaly-zones": {},
    "one-station": {"programme": str},
    "share-left": {"places": list, "percent": int},
})  # fmt: skip


def parameter_faults(kind: str, parameters: Mapping[str, Any]) -> list[str]:
    """What is wrong with the parameters of a change, each with its mend; empty if it can be applied."""
    wanted = PARAMETERS.get(kind)
    if wanted is None:
        return [f"kind: {kind!r} is unknown; use one of {', '.join(PARAMETERS)}"]
    if not isinstance(parameters, dict) or set(parameters) != set(wanted):
        return [f"parameters: they are not {', '.join(wanted) or 'empty'}; give an object of these"]
    faults = [
        f"parameters.{name}: give a {kind_.__name__}"
        for name, kind_ in wanted.items()
        if _is_not(parameters[name], kind_)
    ]
    percent = parameters.get("percent", 0)
    if not faults and not 0 <= percent <= 100:
        faults.append(f"parameters.percent: {percent} is none; give 0 to 100")
    return faults


def _is_not(value: Any, kind: type) -> bool:
    return not isinstance(value, kind) or isinstance(value, bool)


def _without(document: Document, is_out: Callable[[str, Mapping[str, Any]], bool]) -> Document:
    """The document without some placements of claims that are not in force; a claim that has none left goes with them."""
    claims = []
    for claim in document["claims"]:
        kept = [row for row in claim["placements"] if claim["in_force"] or not is_out(claim["id"], row)]
        claims += [{**claim, "placements": kept}] if kept else []
    return only(document, claims)


def only(document: Document, claims: list[Document]) -> Document:
    """The document with these claims, each with the placements that it has there, and with nothing that names another."""
    placements = {row["id"] for claim in claims for row in claim["placements"]}
    credited = {party for claim in claims for party in claim["credit"]}
    there = {claim["id"] for claim in claims}
    return {
        **document,
        "parties": [row for row in document["parties"] if row["id"] in credited],
        "claims": claims,
        "agreements": [row for row in document["agreements"] if there >= set(row["claims"])],
        **{
            name: [
                {**row, "placements": [one for one in row["placements"] if one in placements]} for row in document[name]
            ]
            for name in ("caps", "reserves")
        },
    }


def _each_placement(
    document: Document, bound: Mapping[str, Case], changed: Callable[[Mapping[str, Any]], Document]
) -> Document:
    claims = [
        {**claim, "placements": [changed(row) for row in claim["placements"]]} if claim["id"] in bound else claim
        for claim in document["claims"]
    ]
    return {**document, "claims": claims}


def _is_near(placement: Mapping[str, Any], place: Protected) -> bool:
    point = geometry.footprint({"type": "Point", "coordinates": [place.x_m, place.y_m]})
    return geometry.is_too_near(geometry.distance_m(geometry.footprint(placement["footprint"]), point), place.buffer_m)


def _takes_part(case: Case, programme: str) -> bool:
    return any(row.name == programme for row in case.said.programmes)


def _lasting_m(claim: Mapping[str, Any]) -> int:
    lasting = (
        phase["keep_out_m"] for row in claim["placements"] for phase in row["phases"] if phase["days"] > TRANSIENT_DAYS
    )
    return max(lasting, default=0)
