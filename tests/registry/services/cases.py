"""One case for each operation: a register in which it can be done, and the call. Whoever acts is put in by the test.

The claim, offer or party of each case is India's, so that India's delegate is the own party and any other a foreign one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.drafts import Draft
from registry.services import (
    attachments,
    coordination,
    deciding,
    drafting,
    drawing,
    entering,
    examination,
    filing,
    freezing,
    offers,
    outbox,
    proposing,
    reference,
    resolving,
    returning,
    rounds,
    users,
)
from registry.services.users import Credentials
from tests import factories as make
from tests.registry.services.bank_cases import BANK
from tests.registry.services.coordination_cases import COORDINATION
from tests.registry.services.docking_cases import DOCKING
from tests.registry.services.key_cases import KEYS
from tests.registry.services.life_cases import LIFE
from tests.registry.services.people_cases import PEOPLE
from tests.registry.services.run_cases import RUNS
from tests.registry.services.sharing_cases import SHARING
from tests.registry.services.slot_cases import SLOTS

LATER = make.utc("2027-12-01")
PLAN = make.handed_in("plan.txt", b"a plan")
Prepare = Callable[[Session], Any]
Call = Callable[[Session, Actor, datetime], Any]


@dataclass(frozen=True)
class Case:
    """How to get there, an instant at which the step can be taken (None: it asks for none), and the step."""

    prepare: Prepare
    at: datetime | None
    call: Call


def one_claim(session: Session, **changes: Any) -> None:
    make.open_round(session)
    make.filed(session, make.claim_document(**changes))


def examined(session: Session, **changes: Any) -> None:
    one_claim(session, **changes)
    examination.examine(session, "C-0001", make.REGISTRAR, make.EXAMINED)


def unfavourable_but_submitted(session: Session) -> None:
    """As after a finding that did not return the claim by itself."""
    examined(session, cospar_inventory=None)
    claim = filing.get_claim(session, "C-0001", make.REGISTRAR)
    claim.state = "SUBMITTED"
    session.flush()


def published(session: Session) -> None:
    examined(session)
    coordination.publish(session, "C-0001", make.REGISTRAR, make.PUBLISHED)


def in_coordination(session: Session) -> None:
    published(session)
    coordination.start_coordination(session, "C-0001", make.REGISTRAR, make.PUBLISHED)


def closed(session: Session) -> None:
    make.open_round(session)
    claims = make.filed(session, *make.two_rivals())
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    make.make_ready(session, claims)


def policy_published(session: Session) -> None:
    make.announced_round(session)
    rounds.publish_policy(session, make.ROUND, make.policy(), make.REGISTRAR, make.POLICY_AT)


def drafted(session: Session) -> None:
    make.open_round(session)
    drafting.save(session, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)


def with_file(session: Session) -> None:
    drafted(session)
    attachments.add(session, 1, PLAN, make.DELEGATE, make.FILED)


def sent(session: Session, who: Actor, at: datetime) -> None:
    draft = session.get_one(Draft, 1)
    drafting.submit(session, 1, drafting.digest(draft), "a key", who, at)


def with_user(session: Session) -> None:
    make.world(session)
    secrets = Credentials(None, "token")
    users.add_user(session, "a@b.org", "A", ["auditor"], make.ADMINISTRATOR, make.ANNOUNCED, credentials=secrets)


def cut_short(session: Session) -> None:
    """With a verified trial of the official seed that did not come to its end."""
    drawn = make.drawn_round(session)
    trial = make.solution(drawn, status="FEASIBLE", run={"time_limit_s": 600})
    proposing.keep_trial(session, make.ROUND, trial, make.PASSED, make.PLANNER, make.PROPOSED)


def declined(session: Session) -> None:
    make.adopted_round(session)
    offers.decline(session, "C-0001", make.REGISTRAR, make.RECORDED, "no launcher")


CASES = {
    "attachments.add": Case(drafted, make.FILED, lambda s, who, at: attachments.add(s, 1, PLAN, who, at)),
    "attachments.remove": Case(with_file, None, lambda s, who, _at: attachments.remove(s, 1, 1, who)),
    "coordination.make_ready": Case(
        in_coordination, make.READY, lambda s, who, at: coordination.make_ready(s, "C-0001", who, at)
    ),
    "coordination.publish": Case(
        examined, make.PUBLISHED, lambda s, who, at: coordination.publish(s, "C-0001", who, at)
    ),
    "coordination.start_coordination": Case(
        published, make.PUBLISHED, lambda s, who, at: coordination.start_coordination(s, "C-0001", who, at)
    ),
    "deciding.decide": Case(
        make.proposed_round, make.DECIDED, lambda s, who, at: deciding.decide(s, make.ROUND, "adopt", who, at)
    ),
    "drafting.discard": Case(drafted, None, lambda s, who, _at: drafting.discard(s, make.ROUND, "alpha", who)),
    "drafting.file_draft": Case(
        drafted, make.FILED, lambda s, who, at: drafting.file_draft(s, make.ROUND, "alpha", who, at)
    ),
    "drafting.own": Case(drafted, None, lambda s, who, _at: drafting.own(s, make.ROUND, who)),
    "drafting.save": Case(
        make.open_round, make.FILED, lambda s, who, at: drafting.save(s, make.ROUND, make.claim_document(), who, at)
    ),
    "drafting.submit": Case(drafted, make.FILED, sent),
    "drawing.draw": Case(
        make.frozen_round,
        make.DRAWN,
        lambda s, who, at: drawing.draw(s, make.ROUND, make.public_value(), who, at),
    ),
    "entering.accept": Case(
        make.adopted_round, make.RECORDED, lambda s, who, at: entering.accept(s, "C-0001", who, at)
    ),
    "entering.accept_all": Case(
        make.adopted_round, make.RECORDED, lambda s, who, at: entering.accept_all(s, make.ROUND, who, at)
    ),
    "examination.examine": Case(one_claim, make.EXAMINED, lambda s, who, at: examination.examine(s, "C-0001", who, at)),
    "filing.amend": Case(
        one_claim, make.FILED, lambda s, who, at: filing.amend(s, "C-0001", make.claim_document(name="New"), who, at)
    ),
    "filing.file_claim": Case(
        make.open_round, make.FILED, lambda s, who, at: filing.file_claim(s, make.ROUND, make.claim_document(), who, at)
    ),
    "filing.withdraw": Case(one_claim, make.FILED, lambda s, who, at: filing.withdraw(s, "C-0001", who, at, "over")),
    "freezing.freeze_round": Case(
        closed, make.FROZEN, lambda s, who, at: freezing.freeze_round(s, make.ROUND, who, at)
    ),
    "offers.decline": Case(
        make.adopted_round, make.RECORDED, lambda s, who, at: offers.decline(s, "C-0001", who, at, "no launcher")
    ),
    "offers.expire": Case(
        make.adopted_round, make.utc("2028-01-01"), lambda s, who, at: offers.expire(s, make.ROUND, who, at)
    ),
    "outbox.mark_failed": Case(
        make.announced_round, make.POLICY_AT, lambda s, who, at: outbox.mark_failed(s, 1, "no answer", who, at)
    ),
    "outbox.mark_sent": Case(make.announced_round, make.POLICY_AT, lambda s, who, at: outbox.mark_sent(s, 1, who, at)),
    "proposing.keep_trial": Case(
        make.drawn_round,
        make.PROPOSED,
        lambda s, who, at: proposing.keep_trial(s, make.ROUND, make.solution(drawn(s)), make.PASSED, who, at),
    ),
    "proposing.propose": Case(
        make.drawn_round,
        make.PROPOSED,
        lambda s, who, at: proposing.propose(s, make.ROUND, make.solution(drawn(s)), make.PASSED, who, at),
    ),
    "reference.load": Case(make.world, make.ANNOUNCED, lambda s, who, at: reference.load(s, make.FIXTURES, who, at)),
    "resolving.conclude": Case(
        make.recorded_round, LATER, lambda s, who, at: resolving.conclude(s, make.ROUND, who, at)
    ),
    "resolving.fall_back": Case(
        cut_short, make.DECIDED, lambda s, who, at: resolving.fall_back(s, make.ROUND, who, at, "stage 2 is not proved")
    ),
    "resolving.resolve": Case(declined, LATER, lambda s, who, at: resolving.resolve(s, make.ROUND, who, at)),
    "returning.refuse": Case(
        lambda s: examined(s, cospar_inventory=None),
        make.PUBLISHED,
        lambda s, who, at: returning.refuse(s, "C-0001", who, at, "no inventory came"),
    ),
    "returning.return_claim": Case(
        unfavourable_but_submitted,
        make.PUBLISHED,
        lambda s, who, at: returning.return_claim(s, "C-0001", who, at, "no inventory"),
    ),
    "rounds.announce": Case(
        make.world,
        make.ANNOUNCED,
        lambda s, who, at: rounds.announce(s, "2028-1", "Next", (make.OPENS, make.CLOSES), who, at),
    ),
    "rounds.close_round": Case(
        make.open_round, make.CLOSES, lambda s, who, at: rounds.close_round(s, make.ROUND, who, at)
    ),
    "rounds.open_round": Case(
        policy_published, make.OPENS, lambda s, who, at: rounds.open_round(s, make.ROUND, who, at)
    ),
    "rounds.publish_policy": Case(
        make.announced_round,
        make.POLICY_AT,
        lambda s, who, at: rounds.publish_policy(s, make.ROUND, make.policy(), who, at),
    ),
    "users.add_user": Case(
        make.world,
        make.ANNOUNCED,
        lambda s, who, at: users.add_user(
            s, "a@b.org", "A", ["auditor"], who, at, credentials=Credentials(None, "token")
        ),
    ),
    "users.set_credentials": Case(
        with_user,
        make.ANNOUNCED,
        lambda s, who, at: users.set_credentials(s, "a@b.org", Credentials("x", "y"), who, at),
    ),
}

CASES |= {name: Case(*row) for name, row in (BANK | DOCKING).items()}
CASES |= {name: Case(*row) for name, row in (COORDINATION | KEYS | LIFE | PEOPLE | RUNS | SHARING | SLOTS).items()}


def drawn(session: Session) -> Any:
    instance = drawing.newest_instance(session, make.ROUND)
    from registry.domain.decisions import Draw

    return session.query(Draw).filter_by(instance_id=instance.id).one()
