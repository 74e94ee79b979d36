"""Instance documents from rows: of a closed round, by a fallback, after offers were answered.

Freezing stores what these functions give; verification asks them again on tables rebuilt from the log alone.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain import freeze as rules
from registry.domain import refreeze
from registry.domain.claims import Claim, ClaimState, Credit, Placement, Revision
from registry.domain.decisions import FrozenInstance, Proposal
from registry.domain.entries import Entry, EntryState, superseded
from registry.domain.instants import utc_text
from registry.domain.instruments import Membership
from registry.domain.memberships import groups_at
from registry.domain.parties import Operator, Party
from registry.domain.places import Feature, Region
from registry.domain.refreeze import Document, Kept
from registry.domain.released import LATE_COMERS
from registry.domain.rounds import Policy
from registry.domain.transitions import WITH_ENTRY
from registry.queries import agreements

IN_FORCE = (EntryState.RECORDED, EntryState.IN_USE, EntryState.SUSPENDED)


def newest(session: Session, round_id: str) -> FrozenInstance | None:
    """The instance that the round was last frozen to, or None."""
    return session.scalars(
        select(FrozenInstance).where(FrozenInstance.round_id == round_id).order_by(FrozenInstance.number.desc())
    ).first()


def newest_frozen(session: Session, round_id: str) -> FrozenInstance | None:
    """The newest instance that was made from claims, and not from another instance, or None."""
    chosen = select(FrozenInstance).where(FrozenInstance.round_id == round_id, FrozenInstance.kind == "frozen")
    return session.scalars(chosen.order_by(FrozenInstance.number.desc())).first()


def next_number(session: Session, round_id: str) -> int:
    """The number that the next instance of the round gets."""
    last = session.scalar(select(func.max(FrozenInstance.number)).where(FrozenInstance.round_id == round_id))
    return (last or 0) + 1


def instance_id(round_id: str, number: int) -> str:
    """The id in the instance file: 2027-1, then 2027-1.2 and so on."""
    return round_id if number == 1 else f"{round_id}.{number}"


def of_round(session: Session, policy: Policy) -> Document:
    """The instance of a closed round: its ready claims, and every entry in force, under the policy.

    Raises
    ------
    rules.FreezeError
        Where the policy names what does not exist.
    """
    content, round_id = policy.content, policy.round_id
    epoch = date.fromisoformat(content["epoch"])
    controllers = {row.id: row.controller_id for row in session.scalars(select(Operator))}
    wanted = select(Claim).where(Claim.round_id == round_id, Claim.state == ClaimState.READY)
    ready = [
        _claim(claim, claim.current, [_placement(row) for row in claim.current.placements], controllers)
        for claim in session.scalars(wanted)
    ]
    return rules.freeze(
        instance_id(round_id, next_number(session, round_id)),
        content,
        [*ready, *_entries(session, epoch, controllers)],
        _groups(session, content),
        places(session),
        agreements.in_force(session, round_id),
    )


def _groups(session: Session, content: Document) -> dict[str, list[str]]:
    """Each party's groups on the policy's date; `late-comers` where the policy lists it."""
    day = date.fromisoformat(content["groups_as_of"])
    found = {
        party: list(names)
        for party, names in groups_at(session.scalars(select(Membership)), content["groups"], day).items()
    }
    if LATE_COMERS not in content["groups"]:
        return found
    before = Entry.recorded_at < datetime.combine(day, time(), UTC)
    credited = select(Credit.party_id).join(Placement, Placement.revision_id == Credit.revision_id)
    served = set(session.scalars(credited.join(Entry, Entry.placement_id == Placement.id).where(before)))
    for party in session.scalars(select(Party.id)):
        if party not in served:
            found.setdefault(party, []).append(LATE_COMERS)
    return found


def by_fallback(session: Session, basis: FrozenInstance, word: str) -> Document:
    """The basis under the next word of its policy's fallback."""
    number = instance_id(basis.round_id, next_number(session, basis.round_id))
    return refreeze.by_fallback(basis.content, number, word, basis.policy.content)


def after_answers(session: Session, basis: FrozenInstance) -> Document:
    """The basis once its offers are answered: entries in force, claims that left the round gone, the rest as it was."""
    kept: dict[str, Kept | None] = {}
    for claim_id in (row["id"] for row in basis.content["claims"]):
        claim = session.get_one(Claim, claim_id)
        if claim.state == ClaimState.READY:
            kept[claim_id] = None
        elif claim.state in WITH_ENTRY:
            kept[claim_id] = _kept(session, claim_id, date.fromisoformat(basis.content["epoch"]))
    number = instance_id(basis.round_id, next_number(session, basis.round_id))
    return refreeze.after_answers(basis.content, number, kept)


def places(session: Session) -> list[rules.RegionPlace | rules.FeaturePlace]:
    """Every region and named feature, as freezing and maps need them."""
    regions = [rules.RegionPlace(row.id, row.footprint) for row in session.scalars(select(Region))]
    features = [
        rules.FeaturePlace(row.id, row.lat_deg, row.lon_deg, None if row.diameter_km is None else row.diameter_km * 500)
        for row in session.scalars(select(Feature))
    ]
    return [*regions, *features]


def entry_of(session: Session, claim_id: str) -> Entry:
    """The entry of a claim that is the newest: no other one supersedes it."""
    return session.scalars(select(Entry).where(Entry.claim_id == claim_id, Entry.id.not_in(superseded()))).one()


def _kept(session: Session, claim_id: str, epoch: date) -> Kept:
    entry = entry_of(session, claim_id)
    return Kept(entry.placement.public_id, (entry.valid_from - epoch).days)


def _entries(session: Session, epoch: date, controllers: dict[str, str]) -> list[rules.ReadyClaim]:
    """The claims with an entry in force that reaches beyond the epoch, whatever round it is from."""
    standing = Entry.id.not_in(superseded())
    rows = session.scalars(select(Entry).where(Entry.state.in_(IN_FORCE), Entry.valid_until > epoch, standing))
    return [
        _claim(
            entry.claim,
            session.get_one(Revision, entry.placement.revision_id),
            [_left(entry)],
            controllers,
            (entry.valid_from - epoch).days,
        )
        for entry in rows
    ]


def of_entries(session: Session, content: Document) -> list[rules.ReadyClaim]:
    """The claims with an entry in force, as a freezing under this policy would take them."""
    controllers = {row.id: row.controller_id for row in session.scalars(select(Operator))}
    return _entries(session, date.fromisoformat(content["epoch"]), controllers)


def _left(entry: Entry) -> rules.ReadyPlacement:
    """The placement of an entry as far as it is left: its ground, and its zones as phases."""
    return rules.ReadyPlacement(
        rank=entry.placement.rank,
        footprint=entry.ground,
        first_day=entry.placement.first_day,
        last_day=entry.placement.last_day,
        phases=tuple(
            (zone.phase, zone.start_day - entry.start_day, zone.end_day - zone.start_day, zone.keep_out_m)
            for zone in entry.zones
        ),
    )


def _claim(
    claim: Claim,
    revision: Revision,
    placements: Sequence[rules.ReadyPlacement],
    controllers: dict[str, str],
    in_force: int | None = None,
) -> rules.ReadyClaim:
    return rules.ReadyClaim(
        id=claim.id,
        credit={credit.party_id: credit.percent for credit in revision.credits},
        operator=revision.operator_id,
        controller=controllers[revision.operator_id],
        received_at=utc_text(claim.received_at),
        placements=tuple(placements),
        in_force=in_force,
    )


def _placement(row: Placement) -> rules.ReadyPlacement:
    return rules.ReadyPlacement(
        rank=row.rank,
        footprint=row.footprint,
        first_day=row.first_day,
        last_day=row.last_day,
        phases=tuple((phase.name, phase.offset_days, phase.days, phase.keep_out_m) for phase in row.phases),
    )


def trials_of(session: Session, instance_id_: int) -> Sequence[Proposal]:
    """The trials kept for an instance, oldest first."""
    chosen = select(Proposal).where(Proposal.instance_id == instance_id_, Proposal.official.is_(False))
    return session.scalars(chosen.order_by(Proposal.id)).all()
