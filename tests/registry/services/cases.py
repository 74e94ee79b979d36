"""One case for each operation: a register in which it can be done, and the call. Whoever acts is put in by the test.

The claim, offer or party of each case is India's, so that India's delegate is the own party and any other a foreign one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.services import (
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

LATER = make.utc("2027-12-01")
Prepare = Callable[[Session], Any]
Call = Callable[[Session, Actor], Any]


@dataclass(frozen=True)
class Case:
    prepare: Prepare
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
    claim = filing.get_claim(session, "C-0001")
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
    "coordination.make_ready": Case(
        in_coordination, lambda s, who: coordination.make_ready(s, "C-0001", who, make.READY)
    ),
    "coordination.publish": Case(examined, lambda s, who: coordination.publish(s, "C-0001", who, make.PUBLISHED)),
    "coordination.start_coordination": Case(
        published, lambda s, who: coordination.start_coordination(s, "C-0001", who, make.PUBLISHED)
    ),
    "deciding.decide": Case(
        make.proposed_round, lambda s, who: deciding.decide(s, make.ROUND, "adopt", who, make.DECIDED)
    ),
    "drafting.discard": Case(drafted, lambda s, who: drafting.discard(s, make.ROUND, "alpha", who)),
    "drafting.file_draft": Case(drafted, lambda s, who: drafting.file_draft(s, make.ROUND, "alpha", who, make.FILED)),
    "drafting.own": Case(drafted, lambda s, who: drafting.own(s, make.ROUND, who)),
    "drafting.save": Case(
        make.open_round, lambda s, who: drafting.save(s, make.ROUND, make.claim_document(), who, make.FILED)
    ),
    "drawing.draw": Case(
        make.frozen_round,
        lambda s, who: drawing.draw(s, make.ROUND, make.public_value(), who, make.DRAWN),
    ),
    "entering.accept": Case(make.adopted_round, lambda s, who: entering.accept(s, "C-0001", who, make.RECORDED)),
    "entering.accept_all": Case(
        make.adopted_round, lambda s, who: entering.accept_all(s, make.ROUND, who, make.RECORDED)
    ),
    "examination.examine": Case(one_claim, lambda s, who: examination.examine(s, "C-0001", who, make.EXAMINED)),
    "filing.amend": Case(
        one_claim, lambda s, who: filing.amend(s, "C-0001", make.claim_document(name="New"), who, make.FILED)
    ),
    "filing.file_claim": Case(
        make.open_round, lambda s, who: filing.file_claim(s, make.ROUND, make.claim_document(), who, make.FILED)
    ),
    "filing.withdraw": Case(one_claim, lambda s, who: filing.withdraw(s, "C-0001", who, make.FILED, "over")),
    "freezing.freeze_round": Case(closed, lambda s, who: freezing.freeze_round(s, make.ROUND, who, make.FROZEN)),
    "offers.decline": Case(
        make.adopted_round, lambda s, who: offers.decline(s, "C-0001", who, make.RECORDED, "no launcher")
    ),
    "offers.expire": Case(make.adopted_round, lambda s, who: offers.expire(s, make.ROUND, who, make.utc("2028-01-01"))),
    "outbox.mark_failed": Case(
        make.announced_round, lambda s, who: outbox.mark_failed(s, 1, "no answer", who, make.POLICY_AT)
    ),
    "outbox.mark_sent": Case(make.announced_round, lambda s, who: outbox.mark_sent(s, 1, who, make.POLICY_AT)),
    "proposing.keep_trial": Case(
        make.drawn_round,
        lambda s, who: proposing.keep_trial(
            s, make.ROUND, make.solution(drawn(s)), make.PASSED, who, make.PROPOSED
        ),
    ),
    "proposing.propose": Case(
        make.drawn_round,
        lambda s, who: proposing.propose(
            s, make.ROUND, make.solution(drawn(s)), make.PASSED, who, make.PROPOSED
        ),
    ),
    "reference.load": Case(make.world, lambda s, who: reference.load(s, make.FIXTURES, who, make.ANNOUNCED)),
    "resolving.conclude": Case(
        make.recorded_round, lambda s, who: resolving.conclude(s, make.ROUND, who, LATER)
    ),
    "resolving.fall_back": Case(
        cut_short, lambda s, who: resolving.fall_back(s, make.ROUND, who, make.DECIDED, "stage 2 is not proved")
    ),
    "resolving.resolve": Case(declined, lambda s, who: resolving.resolve(s, make.ROUND, who, LATER)),
    "returning.refuse": Case(
        lambda s: examined(s, cospar_inventory=None),
        lambda s, who: returning.refuse(s, "C-0001", who, make.PUBLISHED, "no inventory came"),
    ),
    "returning.return_claim": Case(
        unfavourable_but_submitted,
        lambda s, who: returning.return_claim(s, "C-0001", who, make.PUBLISHED, "no inventory"),
    ),
    "rounds.announce": Case(
        make.world,
        lambda s, who: rounds.announce(s, "2028-1", "Next", (make.OPENS, make.CLOSES), who, make.ANNOUNCED),
    ),
    "rounds.close_round": Case(make.open_round, lambda s, who: rounds.close_round(s, make.ROUND, who, make.CLOSES)),
    "rounds.open_round": Case(policy_published, lambda s, who: rounds.open_round(s, make.ROUND, who, make.OPENS)),
    "rounds.publish_policy": Case(
        make.announced_round, lambda s, who: rounds.publish_policy(s, make.ROUND, make.policy(), who, make.POLICY_AT)
    ),
    "users.add_user": Case(
        make.world,
        lambda s, who: users.add_user(
            s, "a@b.org", "A", ["auditor"], who, make.ANNOUNCED, credentials=Credentials(None, "token")
        ),
    ),
    "users.set_credentials": Case(
        with_user, lambda s, who: users.set_credentials(s, "a@b.org", Credentials("x", "y"), who, make.ANNOUNCED)
    ),
}  # fmt: skip


def drawn(session: Session) -> Any:
    instance = drawing.newest_instance(session, make.ROUND)
    from registry.domain.decisions import Draw

    return session.query(Draw).filter_by(instance_id=instance.id).one()
