"""The steps from an empty database to an adopted proposal, in the order of the procedure."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import accounts, db, signing
from registry.demo.fixtures import Person
from registry.demo.job import THERE, DemoError, Job, Step, round_of
from registry.domain.actors import SYSTEM, Actor
from registry.domain.claims import Claim, ClaimState
from registry.domain.instants import parse_utc
from registry.domain.keys import SigningKey
from registry.domain.rounds import Round, RoundState
from registry.domain.users import User
from registry.queries.consultations import list_cases
from registry.services import (
    coordination,
    examination,
    filing,
    keys,
    reference,
    rounds,
    users,
)
from solver.io import canonical

# The states of a round in their order; a step that leads to one of them is done once it is reached.
_ORDER = tuple(RoundState)
ORIGIN = "illustrative.example/lunar-site-registry"  # a name that nobody can have on the network


def is_past(round_: Round, state: RoundState) -> bool:
    """Whether the round has reached `state` or a later one."""
    return _ORDER.index(RoundState(round_.state)) >= _ORDER.index(state)


def _migrate(job: Job) -> str:
    before = db.current_revision(job.engine)
    revision = db.migrate(job.settings.url)
    return f"tables at revision {revision}" + (f", {THERE}" if before == revision else "")


def _make_key(job: Job) -> str:
    """The key that signs the log, before there is anything else in it."""
    with job.reading() as session:
        if session.scalar(select(SigningKey.id).limit(1)):
            return THERE
    with signing.new_key(job.settings, ORIGIN) as verifier, job.writing() as session:
        keys.establish(session, verifier.vkey, SYSTEM, job.round.at("announced_at"), illustrative=True)
    return f"{verifier.name}, id {verifier.key_id.hex()}"


def _load_reference(job: Job) -> str:
    with job.writing() as session:
        played = session.get(Round, job.round.id) is not None
        loaded = reference.load(session, job.fixtures, SYSTEM, job.round.at("announced_at"))
        changed = [name for name, rows in loaded.items() if rows]
        if played and changed:
            raise _changed(job, ", ".join(changed))
    total = sum(loaded.values())
    return f"{total} rows from {len(loaded)} files" if total else THERE


def _changed(job: Job, what: str) -> DemoError:
    return DemoError(
        f"{what} changed since {job.settings.data} was filled, and what is recorded does not change; "
        "choose a new folder with --data, or move this one away"
    )


def _add_staff(job: Job) -> str:
    added = [person for person in job.round.staff if _add_person(job, person)]
    return f"{len(added)} accounts" if added else THERE


def _add_person(job: Job, person: Person) -> bool:
    with job.reading() as session:
        if session.scalar(select(User.id).where(User.email == person.email)):
            return False
    password = accounts.one_time_password()
    credentials = accounts.credentials(job.settings, password)
    at = job.round.at("announced_at")
    with job.writing() as session:
        users.add_user(
            session, person.email, person.name, [person.role], SYSTEM, at, party=person.party, credentials=credentials
        )
    job.passwords[person.email] = password
    return True


def _announce(job: Job) -> str:
    heading, at = job.round.heading, job.round.at
    with job.writing() as session:
        if session.get(Round, job.round.id):
            return THERE
        rounds.announce(
            session,
            job.round.id,
            heading["name"],
            (at("opens_at"), at("closes_at")),
            job.round.registrar.actor,
            at("announced_at"),
            note=heading["note"],
            illustrative=heading["illustrative"],
        )
    return heading["name"]


def _publish_policy(job: Job) -> str:
    content = dict(job.round.policy)
    digest = hashlib.sha256(canonical(content)).hexdigest()
    with job.writing() as session:
        policy = round_of(session, job).policy
        if policy is None:
            rounds.publish_policy(
                session, job.round.id, content, job.round.registrar.actor, job.round.at("policy_published_at")
            )
        elif policy.sha256 != digest:
            raise _changed(job, "policy.json")
    return f"{content['rule']}, sha256 {digest[:12]}..." + (f", {THERE}" if policy else "")


def _open(job: Job) -> str:
    with job.writing() as session:
        if is_past(round_of(session, job), RoundState.OPEN):
            return THERE
        rounds.open_round(session, job.round.id, job.round.registrar.actor, job.round.at("opens_at"))
    return f"from {job.round.heading['schedule']['opens_at']}"


def _receive(job: Job) -> str:
    with job.writing() as session:
        filed = {claim.key: claim for claim in _claims(session, job)}
        _refuse_changed(job, filed)
        missing = [row for row in job.round.filings if row["key"] not in filed]
        for row in missing:
            delegate = Actor(f"delegate of {row['filed_by']}", "delegate", row["filed_by"])
            filing.file_claim(session, job.round.id, dict(row), delegate, parse_utc(row["received_at"]))
    parties = {party for row in job.round.filings for party in row["credit"]}
    return f"{len(job.round.filings)} claims credited to {len(parties)} parties" + ("" if missing else f", {THERE}")


def _refuse_changed(job: Job, filed: dict[str, Claim]) -> None:
    """Refuse to go on with other filings than those that are recorded."""
    for row in job.round.filings:
        claim = filed.get(row["key"])
        if claim and claim.revisions[0].sha256 != hashlib.sha256(canonical(dict(row))).hexdigest():
            raise _changed(job, f"claims.json ({row['key']})")
    unknown = sorted(set(filed) - {row["key"] for row in job.round.filings})
    # Claims filed on the pages of this very register are welcome until it closes; lost fixtures are not.
    if unknown and len(filed) - len(unknown) < len(job.round.filings):
        raise _changed(job, f"claims.json ({unknown[0]})")


def _claims(session: Session, job: Job, *states: ClaimState) -> Sequence[Claim]:
    wanted = select(Claim).where(Claim.round_id == job.round.id).order_by(Claim.id)
    return session.scalars(wanted.where(Claim.state.in_(states)) if states else wanted).all()


def _close(job: Job) -> str:
    with job.writing() as session:
        if is_past(round_of(session, job), RoundState.CLOSED):
            return THERE
        rounds.close_round(session, job.round.id, job.round.registrar.actor, job.round.at("closes_at"))
    return f"at {job.round.heading['schedule']['closes_at']}"


def _examine(job: Job) -> str:
    taken = _each(job, ClaimState.SUBMITTED, examination.examine, "examined_at", unless_published=True)
    with job.reading() as session:
        returned = [claim.id for claim in _claims(session, job, ClaimState.RETURNED)]
    figure = f"{len(returned)} returned with reasons: {', '.join(returned)}" if returned else "none returned"
    return f"{taken} examined, {figure}" if taken else f"{THERE}, {figure}"


def _publish(job: Job) -> str:
    taken = _each(job, ClaimState.SUBMITTED, coordination.publish, "published_at")
    return f"{taken} published as received" if taken else THERE


def _coordinate(job: Job) -> str:
    taken = _each(job, ClaimState.PUBLISHED, coordination.start_coordination, "published_at")
    with job.reading() as session:
        opened = len(list_cases(session, round_id=job.round.id))
    return f"{taken} in coordination, {opened} consultations opened" if taken else THERE


def _make_ready(job: Job) -> str:
    taken = _each(job, ClaimState.COORDINATION, coordination.make_ready, "ready_at")
    return f"{taken} ready; silence and refusal are no veto" if taken else THERE


def _each(job: Job, state: ClaimState, act: Callable[..., Any], instant: str, *, unless_published: bool = False) -> int:
    """Do `act` to every claim of the round in `state`, as the registrar, and return how many there were."""
    at = job.round.at(instant)
    with job.writing() as session:
        claims = _claims(session, job, state)
        if unless_published:
            claims = [claim for claim in claims if not examination.is_examined_favourably(session, claim.current.id)]
        for claim in claims:
            act(session, claim.id, job.round.registrar.actor, at)
        return len(claims)


def count(session: Session, entity: Any) -> int:
    """How many rows of an entity there are."""
    return session.scalar(select(func.count()).select_from(entity)) or 0


PREPARATION = (
    Step("prepare the tables", _migrate),
    Step("make the log's key", _make_key),
    Step("load reference data", _load_reference),
    Step("give accounts", _add_staff),
    Step("announce the round", _announce),
    Step("publish the policy", _publish_policy),
    Step("open the round", _open),
    Step("receive claims", _receive),
    Step("close the round", _close),
    Step("examine claims", _examine),
    Step("publish claims", _publish),
    Step("coordinate", _coordinate),
    Step("make claims ready", _make_ready),
)
