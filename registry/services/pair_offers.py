"""Reading a pair of sites as a party hands it in: for which entry, the second site, the measures, and their source.

The document, with what the policy's way of scoring asks for::

    {"entry": "C-0007", "second": {"place": "connecting-ridge", "name": "West of the ridge", "footprint": {...GeoJSON...}},
     "measures": {"first": {"light_percent": 84.7}, "second": {"light_percent": 87.9}}, "source": "LOLA, 200 m"}

`entry` names the claim whose entry it is for, where that is not the one that the duty began with. `second` can be
{"placement": "C-0009/2"} instead: a placement of a published claim of the party; by points it has to be one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.claims import Claim, Placement, Revision, is_newest
from registry.domain.entries import Entry, EntryState, superseded
from registry.domain.places import Feature, Region
from registry.domain.rounds import Round
from registry.domain.site_bank import BankedSite, PairState
from registry.domain.site_scores import POINTS, are_equal, points_score, shown, terrain_score
from registry.domain.texts import text_faults
from registry.services.errors import ValidationError
from registry.services.wording import LONGEST_LINE
from solver import geometry
from solver.fields import Fault, Record

_FIELDS = {"entry": False, "second": True, "measures": False, "source": True}
_SITE = {"place": True, "name": True, "footprint": True}


@dataclass(frozen=True, slots=True)
class Second:
    """The second site; `placement` is its id where it was filed as one, with the points of its rank."""

    place: str
    name: str
    footprint: Mapping[str, Any]
    placement: str | None = None
    points: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """What was handed in, read whole: the entry, the second site, both scores and how they came about."""

    entry: Entry
    second: Second
    first_score: Fraction
    second_score: Fraction
    scores: Mapping[str, Any]
    source: str


def read(session: Session, claim: Claim, section: Mapping[str, Any], document: Any) -> Pair:
    """The pair in a document, for the duty of `claim`.

    Raises
    ------
    ValidationError
        With every fault in it: an entry that is not the party's own, a second site that is none or the same, measures that
        are missing, scores that are not equal.
    """
    faults: list[Fault] = [*text_faults(document)]
    record = Record(document, "", faults, _FIELDS)
    entry = _entry(session, record, claim)
    second = _second(session, record, faults, claim.filed_by_id)
    source = record.text("source").strip()
    if len(source) > LONGEST_LINE:
        record.fault("source", f"it has {len(source)} characters", f"use at most {LONGEST_LINE}")
    if entry is not None and second is not None:
        _check_apart(record, entry, second)
    scores = _scores(session, record, faults, section, entry, second)
    if faults or entry is None or second is None or scores is None:
        raise ValidationError(faults)
    return Pair(entry, second, *scores, _how(section, record), source)


def _entry(session: Session, record: Record, claim: Claim) -> Entry | None:
    """The entry that the pair is for: of the same party, still to be used, and in no other pair."""
    name = record.optional_text("entry") or claim.id
    found = session.get(Claim, name)
    if found is None or found.published_at is None:
        record.fault("entry", f"there is no claim {name}", "give the id of a claim of your party with an entry")
        return None
    if found.filed_by_id != claim.filed_by_id:
        what = f"claim {name} was filed by {found.filed_by_id}, not by {claim.filed_by_id}"
        record.fault("entry", what, "offer for an entry of the own party")
        return None
    standing = {row.claim_id: row for row in _standing(session, claim.filed_by_id)}
    entry = standing.get(name)
    if entry is None:
        record.fault("entry", f"claim {name} is {found.state} and has no entry in force", "name one that has")
        return None
    paired = set(session.scalars(select(BankedSite.entry_claim_id).where(BankedSite.state == PairState.OFFERED)))
    movable = [row for row in standing.values() if row.state == EntryState.RECORDED and row.claim_id not in paired]
    if name in paired:
        record.fault("entry", f"claim {name} is in a pair that waits for the choice", "name another, or wait")
    elif entry.state != EntryState.RECORDED and movable:
        others = ", ".join(sorted(row.claim_id for row in movable))
        record.fault("entry", f"entry {entry.id} is {entry.state}, so its site is in use", f"offer for {others}")
    return entry


def _standing(session: Session, party: str) -> list[Entry]:
    """The entries in force of the claims that a party filed."""
    states = (EntryState.RECORDED, EntryState.IN_USE, EntryState.SUSPENDED)
    chosen = select(Entry).join(Claim, Claim.id == Entry.claim_id).where(Claim.filed_by_id == party)
    return list(session.scalars(chosen.where(Entry.state.in_(states), Entry.id.not_in(superseded()))))


def _second(session: Session, record: Record, faults: list[Fault], party: str) -> Second | None:
    document = record.raw("second")
    if isinstance(document, dict) and "placement" in document:
        row = Record(document, "second", faults, {"placement": True})
        return _filed(session, row, party)
    row = Record(document, "second", faults, _SITE)
    place, name, footprint = row.text("place"), row.text("name").strip(), row.raw("footprint")
    if place and session.get(Region, place) is None and session.get(Feature, place) is None:
        row.fault("place", f"there is no place {place!r}", "use the id of a region or a named feature")
    if len(name) > 200:
        row.fault("name", f"it has {len(name)} characters", "use at most 200")
    try:
        geometry.footprint(footprint if isinstance(footprint, dict) else {})
    except geometry.GeometryFault as error:
        row.fault("footprint", str(error), "give a GeoJSON geometry in map metres")
    return Second(place, name, dict(footprint)) if row.is_sound else None


def _filed(session: Session, row: Record, party: str) -> Second | None:
    """A placement of the newest revision of a published claim of the party."""
    name = row.text("placement")
    chosen = (
        select(Placement, Claim)
        .join(Revision, Placement.revision_id == Revision.id)
        .join(Claim, Revision.claim_id == Claim.id)
        .where(Placement.public_id == name, Claim.published_at.is_not(None), is_newest())
    )
    found = session.execute(chosen).one_or_none()
    if found is None or found.Claim.filed_by_id != party:
        row.fault("placement", f"no published claim of {party} has a placement {name!r}", "name one that it filed")
        return None
    placement = found.Placement
    points = points_score(placement.rank, _points(session, found.Claim.round_id))
    return Second(placement.place_id, placement.name, placement.footprint, placement.public_id, points)


def _points(session: Session, round_id: str) -> list[int]:
    policy = session.get_one(Round, round_id).policy
    assert policy is not None, "a round opens only with a policy"
    return list(policy.content["points_by_rank"])


def _check_apart(record: Record, entry: Entry, second: Second) -> None:
    if geometry.distance_m(geometry.footprint(entry.ground), geometry.footprint(second.footprint)) == 0:
        record.fault("second", "it is the site of the entry, or touches it", "offer another site")


def _scores(
    session: Session,
    record: Record,
    faults: list[Fault],
    section: Mapping[str, Any],
    entry: Entry | None,
    second: Second | None,
) -> tuple[Fraction, Fraction] | None:
    """Both scores, or None with the reason noted."""
    if section["score"]["by"] == POINTS:
        scores = _by_points(session, record, entry, second)
    else:
        scores = _by_terrain(record, faults, section["score"]["measures"])
    if scores is not None and not are_equal(*scores, section["tolerance_percent"]):
        said = f"{shown(scores[0])} and {shown(scores[1])} points are not equal within {section['tolerance_percent']} %"
        record.fault("second", f"the scores of the two sites, {said}", "offer a site of equal score")
    return scores


def _by_points(
    session: Session, record: Record, entry: Entry | None, second: Second | None
) -> tuple[Fraction, Fraction] | None:
    if record.has("measures"):
        record.fault("measures", "the policy scores by points", "leave them out")
    if second is not None and second.points is None:
        record.fault("second", "the policy scores by points, which only a filed placement has", 'give {"placement"}')
    if entry is None or second is None or second.points is None:
        return None
    return points_score(entry.placement.rank, _points(session, entry.claim.round_id)), second.points


def _by_terrain(
    record: Record, faults: list[Fault], scale: Mapping[str, Mapping[str, Any]]
) -> tuple[Fraction, Fraction] | None:
    sites = Record(record.raw("measures"), "measures", faults, {"first": True, "second": True})
    found = []
    for which in ("first", "second"):
        measures = sites.raw(which)
        if not sites.is_sound and not isinstance(measures, dict):
            continue
        row = Record(measures, f"measures.{which}", faults, dict.fromkeys(scale, True))
        for name in scale:
            value = row.raw(name)
            is_number = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9
            if name in row and not is_number:
                row.fault(name, f"{value!r} is no number", "give the measure")
        if row.is_sound:
            found.append(terrain_score(measures, scale))
    return (found[0], found[1]) if len(found) == 2 else None


def _how(section: Mapping[str, Any], record: Record) -> dict[str, Any]:
    """All by which anybody can compute the scores again."""
    how = {**section["score"], "tolerance_percent": section["tolerance_percent"]}
    return how | ({"measured": record.raw("measures")} if record.has("measures") else {})
