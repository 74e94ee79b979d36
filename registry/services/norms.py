"""A round as it can be compared under sets of norms: what the rows of the register give to `registry.domain.norms`.

Nothing is stored. Only claims that the viewer may see take part, so that nobody learns of others by comparing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain import freeze as freezing
from registry.domain.claims import Claim, ClaimState
from registry.domain.decisions import Draw, FrozenInstance
from registry.domain.examinations import NormProfile, Provision
from registry.domain.instants import utc_text
from registry.domain.norms import compliance
from registry.domain.norms.comparing import Profile
from registry.domain.norms.problem import Norms, Problem
from registry.domain.norms.stated import NormChange
from registry.domain.parties import Operator
from registry.domain.places import ProtectedPlace
from registry.domain.provisions.finding import Case, Neighbour, Protected
from registry.domain.rounds import Round
from registry.domain.visibility import Viewer, hidden_claims, sees_claim
from registry.queries import instances
from registry.services.cases import case_of
from registry.services.errors import ConflictError, NotFoundError
from registry.services.filing import read_revision
from solver import geometry

# What is compared where nothing else is asked for; the first is the reference.
PROFILES = ("outer-space-treaty", "artemis-accords", "ilrs", "moon-agreement", "all")
OUT = (ClaimState.DRAFT, ClaimState.WITHDRAWN)
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Question:
    """A round's problem with the profiles to compare and the seed of its draw; `frozen_sha256` names what was frozen."""

    round: str
    problem: Problem
    profiles: tuple[Profile, ...]
    seed_hex: str
    frozen_sha256: str


def question(session: Session, round_id: str, profile_ids: Sequence[str], viewer: Viewer) -> Question:
    """What is to be compared: the claims of a frozen round that the viewer may see, under norm profiles. Duties count from
    the freezing.

    Raises
    ------
    NotFoundError
        For a round or a profile that is not there.
    ConflictError
        For a round that is not frozen and drawn yet.
    """
    round_ = session.get(Round, round_id)
    if round_ is None:
        raise NotFoundError(f"there is no round {round_id}; check the id")
    frozen, seed_hex = _frozen(session, round_id)
    known = profiles(session)
    wanted = tuple(_profile(known, name) for name in dict.fromkeys(profile_ids or PROFILES))
    return Question(round_id, _problem(session, round_, frozen, viewer), wanted, seed_hex, frozen.sha256)


def profiles(session: Session) -> dict[str, Profile]:
    """Every norm profile by id."""
    rows = session.scalars(select(NormProfile).order_by(NormProfile.id))
    return {row.id: Profile(row.id, row.name, norms_of(row)) for row in rows}


def norms_of(row: NormProfile) -> Norms:
    """The provisions of a stored profile; a strict one asks all of every claim."""
    return Norms(tuple(row.provisions), frozenset(row.provisions) if row.strict else frozenset())


def _profile(known: Mapping[str, Profile], name: str) -> Profile:
    if name not in known:
        raise NotFoundError(f"there is no norm profile {name}; those there are: {', '.join(known) or 'none'}")
    return known[name]


def _frozen(session: Session, round_id: str) -> tuple[FrozenInstance, str]:
    """The newest instance that was frozen from claims, and not after answers or by a fallback, with the seed of its draw."""
    frozen = instances.newest_frozen(session, round_id)
    if frozen is None:
        raise ConflictError(f"round {round_id} is not frozen; norms are compared on what was frozen")
    seed = session.scalars(select(Draw.seed_hex).where(Draw.instance_id == frozen.id)).one_or_none()
    if seed is None:
        raise ConflictError(f"round {round_id} has no draw yet; draw the seed first")
    return frozen, seed


def _problem(session: Session, round_: Round, frozen: FrozenInstance, viewer: Viewer) -> Problem:
    asked = {row["id"] for row in frozen.content["claims"] if row["in_force"] is None}
    seen = select(Claim).where(Claim.round_id == round_.id, sees_claim(viewer)).order_by(Claim.id)
    claims = [row for row in session.scalars(seen) if row.id in asked or row.state not in OUT]
    cases = {row.id: case_of(session, round_, read_revision(session, round_, row.current), row.id) for row in claims}
    places = instances.places(session)
    document = _whole(session, frozen, claims, cases, places)
    shapes = {
        row["id"]: geometry.footprint(row["footprint"]) for claim in document["claims"] for row in claim["placements"]
    }
    return Problem(
        document=document,
        cases=dict(_among_themselves(cases)),
        names={row.id: row.current.name for row in claims},
        rules={row.id: row.rule for row in session.scalars(select(Provision).order_by(Provision.id))},
        changes=[row.change for row in session.scalars(select(NormChange).order_by(NormChange.id))],
        protected=_protected(session),
        regions={place.id: [name for name, shape in shapes.items() if place.holds(shape)] for place in places},
        at=frozen.frozen_at,
    )


def _whole(
    session: Session,
    frozen: FrozenInstance,
    claims: Sequence[Claim],
    cases: Mapping[str, Case],
    places: Sequence[freezing.RegionPlace | freezing.FeaturePlace],
) -> Document:
    """The frozen instance, frozen again with the claims that were returned before; the same bytes where there are none."""
    there = {row["id"]: _ready(row) for row in frozen.content["claims"]}
    visible = {row.id for row in claims}
    kept = [row for name, row in there.items() if name in visible or row.in_force is not None]
    controllers = {row.id: row.controller_id for row in session.scalars(select(Operator))}
    more = [_asked(row, controllers) for row in claims if row.id not in there]
    groups = {row["id"]: row["groups"] for row in frozen.content["parties"]}
    wanted = frozen.policy.content["groups"]
    for claim in more:
        for party in claim.credit:
            groups.setdefault(party, [name for name in cases[claim.id].groups.get(party, ()) if name in wanted])
    policy = {**frozen.policy.content, **frozen.content["policy"]}
    return freezing.freeze(frozen.content["id"], policy, [*kept, *more], groups, places, frozen.content["agreements"])


def _asked(claim: Claim, controllers: Mapping[str, str]) -> freezing.ReadyClaim:
    """A claim as a freezing would take it, whatever its state is."""
    revision = claim.current
    placements = tuple(
        freezing.ReadyPlacement(
            row.rank,
            row.footprint,
            row.first_day,
            row.last_day,
            tuple((phase.name, phase.offset_days, phase.days, phase.keep_out_m) for phase in row.phases),
        )
        for row in revision.placements
    )
    credit = {row.party_id: row.percent for row in revision.credits}
    who = (claim.id, credit, revision.operator_id, controllers[revision.operator_id], utc_text(claim.received_at))
    return freezing.ReadyClaim(*who, placements)


def _ready(claim: Mapping[str, Any]) -> freezing.ReadyClaim:
    """A claim of an instance as it went into the freezing."""
    placements = tuple(
        freezing.ReadyPlacement(
            int(row["id"].rpartition("/")[2]),
            row["footprint"],
            row["start"][0],
            row["start"][1],
            tuple((one["name"], one["offset"], one["days"], one["keep_out_m"]) for one in row["phases"]),
        )
        for row in claim["placements"]
    )
    who = (claim["id"], claim["credit"], claim["operator"], claim["controller"], claim["received_at"])
    in_force = None if claim["in_force"] is None else claim["in_force"]["start"]
    return freezing.ReadyClaim(*who, placements, in_force)


def _among_themselves(cases: Mapping[str, Case]) -> Iterator[tuple[str, Case]]:
    """The cases, each compared with the claims that take part and no others, whatever became of them since."""
    sites = {name: case.sites for name, case in cases.items()}
    for name, case in cases.items():
        others = tuple(
            Neighbour(other, frozenset(cases[other].filing.credit), sites[other]) for other in cases if other != name
        )
        yield name, replace(case, others=others)


def _protected(session: Session) -> dict[str, Protected]:
    """All protected places with the buffer of their class; how sure their coordinates are is left out."""
    return {
        row.id: Protected(row.id, row.name, *geometry.to_map(row.lat_deg, row.lon_deg), buffer_m=round(row.radius_m))
        for row in session.scalars(select(ProtectedPlace).order_by(ProtectedPlace.id))
    }


def statement(session: Session, claim_id: str, viewer: Viewer) -> Document | None:
    """What a claim's newest revision meets and fails under every norm profile; None where there is no such claim for the
    viewer, or its round has no policy. Claims that the viewer may not see are not compared with.
    """
    claim = session.scalars(select(Claim).where(Claim.id == claim_id, sees_claim(viewer))).one_or_none()
    round_ = None if claim is None else session.get_one(Round, claim.round_id)
    if claim is None or round_ is None or round_.policy is None:
        return None
    hidden = frozenset(session.scalars(hidden_claims(viewer)))
    case = case_of(session, round_, read_revision(session, round_, claim.current), claim_id, hidden)
    rules = {row.id: row for row in session.scalars(select(Provision).order_by(Provision.id))}
    stored = session.scalars(select(NormProfile).order_by(NormProfile.id))
    about = {"id": claim.id, "name": claim.current.name, "parties": sorted(case.filing.credit)}
    kept = {"revision": claim.current.number, "revision_sha256": claim.current.sha256}
    profiles_ = [compliance.of_profile(case, row.id, row.name, row.standing, norms_of(row), rules) for row in stored]
    return compliance.document(about | kept, claim.illustrative, round_.id, profiles_)
