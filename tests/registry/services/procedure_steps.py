"""Steps of the procedure for the property test: chosen with the model's help, taken on the register's services."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import rfc8785
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.decisions import Draw, FrozenInstance
from registry.domain.entries import Entry
from registry.domain.rounds import Policy, Round
from registry.services import (
    coordination,
    deciding,
    drawing,
    entering,
    examination,
    filing,
    freezing,
    offers,
    proposing,
    resolving,
    returning,
    rounds,
)
from tests import factories as make
from tests.registry.services.procedure_model import (
    CLOSES,
    COORDINATION_MONTHS,
    OFFER_DAYS,
    OPENS,
    Model,
    Who,
    months_later,
)

PARTIES = ("IND", "JPN", "THA")
REGISTRAR, PLANNER = Who("registrar@example.org", "registrar"), Who("planner@example.org", "planner")
DELEGATES = {party: Who(f"{party}@example.org", "delegate", party) for party in PARTIES}
COUNCIL = (
    Who("anna@example.org", "council", "CHE"),
    Who("urs@example.org", "council", "CHE"),
    Who("kwame@example.org", "council", "GHA"),
    Who("kei@example.org", "council", "JPN"),
)
EVERYBODY = (
    REGISTRAR, PLANNER, *DELEGATES.values(), *COUNCIL, Who("audit@example.org", "auditor"),
    Who("obs@example.org", "observer"), Who("admin@example.org", "administrator"), Who("registry", "system"),
)  # fmt: skip
SECOND = timedelta(seconds=1)
MOST_CLAIMS = 4


@dataclass(frozen=True)
class Step:
    """One step: what, by whom usually, from when on it can be taken, and what it is about."""

    act: str
    who: Who
    due: datetime | None = None
    about: dict[str, Any] = field(default_factory=dict)


def catalogue(model: Model, pick: int) -> Iterator[Step]:
    """Every kind of step at this point, once with the details that `pick` chooses."""
    yield from _round_steps(model, pick)
    for name, row in model.claims.items():
        office = None if row.state != "COORDINATION" else months_later(row.since, COORDINATION_MONTHS)
        last_day = row.since + timedelta(days=OFFER_DAYS)
        party = DELEGATES[row.party]
        yield Step("amend", party, None, {"claim": name, "good": pick % 4 != 0})
        yield Step("examine", REGISTRAR, None, {"claim": name})
        yield Step("publish", REGISTRAR, None, {"claim": name})
        yield Step("return", REGISTRAR, None, {"claim": name})
        yield Step("coordinate", REGISTRAR, None, {"claim": name})
        yield Step("make_ready", REGISTRAR, office, {"claim": name})
        yield Step("accept", party, last_day if pick % 3 == 0 else None, {"claim": name})
        if pick % 2 == 0:
            yield Step("decline", party, last_day, {"claim": name})
            yield Step("refuse", REGISTRAR, None, {"claim": name})
        if pick % 9 == 0:
            yield Step("withdraw", party, None, {"claim": name})


def _round_steps(model: Model, pick: int) -> Iterator[Step]:
    number = len(model.sources)
    source = "a beacon" if number == 0 or pick % 5 == 0 else f"beacon {number}"
    if number == 0 or pick % 4 == 1:
        yield Step("publish_policy", REGISTRAR, None, {"source": source})
    yield Step("open", REGISTRAR, OPENS)
    if len(model.claims) < MOST_CLAIMS:
        party = PARTIES[pick % 3]
        key = f"claim-{len(model.claims) if pick % 7 else 0}"
        yield Step("file", DELEGATES[party], None, {"party": party, "key": key, "good": pick % 5 != 0})
    yield Step("close", REGISTRAR, CLOSES)
    yield Step("freeze", PLANNER)
    yield from _draw_steps(model, pick)
    if pick % 3 == 0:
        yield Step("keep_trial", PLANNER, None, {"cut_short": pick % 2 == 0})
    yield Step("fall_back", PLANNER)
    yield Step("propose", PLANNER, None, {"allotted": _allotted(model, pick), "fault": _fault(pick)})
    choices = (("adopt", None), ("adopt", None), ("reject", "procedural-fault"), ("recuse", None), ("dissent", None),
               ("reject", "withdrawn-basis"), ("reject", None), ("adopt", "procedural-fault"))  # fmt: skip
    choice, ground = choices[pick % 8]
    yield Step("decide", COUNCIL[pick // 8 % 4], None, {"choice": choice, "ground": ground})
    waiting = [row.since for row in model.claims.values() if row.state == "OFFERED"]
    if waiting or pick % 12 == 0:
        yield Step("expire", REGISTRAR, min(waiting) + timedelta(days=OFFER_DAYS) + SECOND if waiting else None)
    yield Step("resolve", PLANNER)
    yield Step("conclude", PLANNER)


def _draw_steps(model: Model, pick: int) -> Iterator[Step]:
    if not (model.instances and model.sources):
        return
    frozen = model.instances[-1].frozen
    published = frozen if pick % 6 == 0 else frozen + SECOND
    source = "another beacon" if pick % 7 == 0 else model.sources[-1]
    yield Step("draw", PLANNER, frozen + SECOND, {"source": source, "published": published})


def _fault(pick: int) -> str | None:
    return (
        ("instance", "seed-00", "seed", "cut-short", "unverified", "unconfirmed", "differs")[pick % 7]
        if pick % 4 == 0
        else None
    )


def _allotted(model: Model, pick: int) -> list[str]:
    """Some of the claims of the newest instance; those in force always."""
    if not model.instances:
        return []
    inside = model.instances[-1].claims
    return [
        name
        for place, name in enumerate(inside)
        if model.claims[name].state == "RECORDED" or pick >> place & 3
    ]  # fmt: skip


# On the register


def take(session: Session, step: Step, who: Who, at: datetime) -> None:
    """Take the step on the services; a refusal is raised as they raise it."""
    actor = Actor(who.name, who.role, who.party)
    CALLS[step.act](session, actor, at, **step.about)


def _file(session: Session, actor: Actor, at: datetime, party: str, key: str, good: bool) -> Any:
    return filing.file_claim(session, make.ROUND, document(party, key, good), actor, at)


def _amend(session: Session, actor: Actor, at: datetime, claim: str, good: bool) -> Any:
    there = session.get_one(Claim, claim)
    return filing.amend(session, claim, document(there.filed_by_id, there.key, good), actor, at)


def document(party: str, key: str, good: bool) -> dict[str, Any]:
    """A filing that passes its examination, or one without the inventory that it needs."""
    x = 9000 + 700 * int(key[-1])
    changes = {} if good else {"cospar_inventory": None}
    return make.claim_document(key, party, placements=[make.placement(1, x=x)], **changes)


def _policy(session: Session, actor: Actor, at: datetime, source: str) -> Any:
    return rounds.publish_policy(session, make.ROUND, make.policy(draw_source=source), actor, at)


def _draw(session: Session, actor: Actor, at: datetime, source: str, published: datetime) -> Any:
    value = make.public_value(source=source, published_at=published)
    return drawing.draw(session, make.ROUND, value, actor, at)


def _trial(session: Session, actor: Actor, at: datetime, cut_short: bool) -> Any:
    changes = {"status": "FEASIBLE", "run": {"time_limit_s": 600}} if cut_short else {}
    solution = solution_of(session, [], changes)
    return proposing.keep_trial(session, make.ROUND, solution, make.PASSED, actor, at)


def _propose(session: Session, actor: Actor, at: datetime, allotted: list[str], fault: str | None) -> Any:
    changes: dict[str, Any] = {
        "instance": {"instance_sha256": "0" * 64}, "seed-00": {"seed": "00"}, "seed": {"seed": "ab" * 32},
        "cut-short": {"status": "FEASIBLE"},
    }.get(fault or "", {})  # fmt: skip
    opinion = proposing.SecondOpinion(problems=("stage 1: 100, not 90",) if fault == "differs" else ())
    checked = proposing.Verification(
        problems=("C2: too near",) if fault == "unverified" else (),
        second=None if fault == "unconfirmed" else opinion,
    )
    solution = solution_of(session, allotted, changes)
    return proposing.propose(session, make.ROUND, solution, checked, actor, at)


def solution_of(session: Session, allotted: list[str], changes: dict[str, Any]) -> bytes:
    """A solution of the newest instance that allots the first placement of these claims; any, where there is none."""
    instance = session.scalars(select(FrozenInstance).order_by(FrozenInstance.number.desc())).first()
    drawn = instance and session.scalars(select(Draw).where(Draw.instance_id == instance.id)).one_or_none()
    claims = {row["id"]: row for row in instance.content["claims"]} if instance else {}
    starts = {
        name: (claims[name]["in_force"] or {"placement": f"{name}/1", "start": 0})
        for name in allotted
        if name in claims
    }
    made = {
        "format": "lunar-allocation-solution/1",
        "instance_sha256": instance.sha256 if instance else "0" * 64,
        "seed": drawn.seed_hex if drawn else "ab" * 32,
        "rule": instance.content["policy"]["rule"] if instance else "equal-footing",
        "status": "OPTIMAL",
        "allotments": [{"claim": name, **starts[name], "zones": []} for name in sorted(starts)],
        "stages": [], "parties": {}, "leximin": [], "shortfalls": [], "distribution": None,
        "unserved": [{"claim": name, "reasons": []} for name in sorted(set(claims) - set(starts))],
        "why": None, "fairness": {}, "run": {},
    }  # fmt: skip
    return rfc8785.dumps({**made, **changes})


def _decide(session: Session, actor: Actor, at: datetime, choice: str, ground: str | None) -> Any:
    return deciding.decide(session, make.ROUND, choice, actor, at, ground=ground, reason="as said in the meeting")


ROUND = make.ROUND
CALLS: dict[str, Any] = {
    "publish_policy": _policy,
    "open": lambda s, who, at: rounds.open_round(s, ROUND, who, at),
    "close": lambda s, who, at: rounds.close_round(s, ROUND, who, at),
    "freeze": lambda s, who, at: freezing.freeze_round(s, ROUND, who, at),
    "draw": _draw,
    "keep_trial": _trial,
    "fall_back": lambda s, who, at: resolving.fall_back(s, ROUND, who, at, "stage 2 is not proved"),
    "propose": _propose,
    "decide": _decide,
    "expire": lambda s, who, at: offers.expire(s, ROUND, who, at),
    "resolve": lambda s, who, at: resolving.resolve(s, ROUND, who, at),
    "conclude": lambda s, who, at: resolving.conclude(s, ROUND, who, at),
    "file": _file,
    "amend": _amend,
    "withdraw": lambda s, who, at, claim: filing.withdraw(s, claim, who, at, "cancelled"),
    "examine": lambda s, who, at, claim: examination.examine(s, claim, who, at),
    "publish": lambda s, who, at, claim: coordination.publish(s, claim, who, at),
    "return": lambda s, who, at, claim: returning.return_claim(s, claim, who, at, "see the findings"),
    "refuse": lambda s, who, at, claim: returning.refuse(s, claim, who, at, "nothing came"),
    "coordinate": lambda s, who, at, claim: coordination.start_coordination(s, claim, who, at),
    "make_ready": lambda s, who, at, claim: coordination.make_ready(s, claim, who, at),
    "accept": lambda s, who, at, claim: entering.accept(s, claim, who, at),
    "decline": lambda s, who, at, claim: offers.decline(s, claim, who, at, "no launcher"),
}


def seen(session: Session, *, instances: bool) -> dict[str, Any]:
    """The register's state in the words of the model, read from the tables; instances are long, and read if asked for."""
    round_ = session.execute(select(Round.state, Round.concluded_at)).one()
    counted = session.execute(
        select(*(select(func.count(kind.id)).scalar_subquery() for kind in (Policy, FrozenInstance, Entry)))
    ).one()
    claims = session.execute(select(Claim.id, Claim.state, Claim.received_at, Claim.state_since_at))
    return {
        "round": (round_.state, round_.concluded_at is not None),
        "claims": {row.id: tuple(row)[1:] for row in claims},
        "counts": tuple(counted),
        "instance": _newest(session) if instances else None,
    }


def _newest(session: Session) -> list[str] | None:
    content = session.scalar(select(FrozenInstance.content).order_by(FrozenInstance.number.desc()).limit(1))
    return content and sorted(row["id"] for row in content["claims"])


def expected(model: Model, *, instances: bool) -> dict[str, Any]:
    """The same of the model."""
    recorded = sum(row.state == "RECORDED" for row in model.claims.values())
    return {
        "round": (model.state, model.concluded),
        "claims": {name: (row.state, row.received, row.since) for name, row in model.claims.items()},
        "counts": (len(model.sources), len(model.instances), recorded),
        "instance": sorted(model.instances[-1].claims) if instances and model.instances else None,
    }


def told(step: Step, who: Who, at: datetime) -> str:
    """A step as a line for whoever reads a difference."""
    return f"{at:%Y-%m-%d %H:%M:%S} {who.role} {who.party or ''} {step.act} {json.dumps(step.about, default=str)}"
