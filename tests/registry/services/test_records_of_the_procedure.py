"""The records of announcing, filing, deciding and entering, whole: every cell, every notice with its words, who and when.

The log alone has to rebuild the register, and the parties read the notices: what is left out here is lost for both. In
records/*.txt a row is its cells that are not empty; documents longer than 100 characters are left out.
"""

import hashlib
import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.log import records
from registry.log.records import Record
from registry.services import (
    confirming,
    deciding,
    drawing,
    entering,
    filing,
    freezing,
    proposing,
    relinquishing,
    rounds,
    suspending,
    using,
)
from tests import factories as make
from tests.registry.conftest import rolled_back
from tests.registry.services.life_cases import QUARTER, SQUARE, USED, recorded, report
from tests.registry.services.test_lives import run

DAY = timedelta(days=1)
WRITTEN = Path(__file__).parent / "records"
IND_DECIDER = Actor("indira@example.org", "council", "IND")
LEFT_OUT = (  # those of steps in other services
    "claim-examined", "claim-published", "coordination-started", "claim-ready", "round-frozen", "seed-drawn",
    "solution-proposed",
)  # fmt: skip
LANDING = make.phase(
    name="landing", days=2, method="landing-plume", inputs={"landed_mass_kg": 7300, "built_pad": False}
)


def documents() -> list[dict[str, Any]]:
    """A joint claim of two placements and two phases; its rival; and one that is withdrawn and calls itself real."""
    gear = make.contribution(kind="operations", what="rover", percent=40, amount="2 t")
    joint = {"credit": {"JPN": 40, "IND": 60}, "contributions": {"IND": [make.contribution()], "JPN": [gear]}}
    first = make.placement(1, start=[3, 150], phases=[LANDING, make.phase(offset=2, days=98)])
    return [
        make.claim_document("alpha", "IND", placements=[make.placement(2, x=12000), first], **joint),
        make.claim_document("beta", "JPN", placements=[make.placement(1, x=10010)]),
        make.claim_document("gamma", "THA", placements=[make.placement(1, x=11000)], illustrative=False),
    ]


def filed_and_closed(session: Session) -> None:
    make.open_round(session)
    alpha, beta, gamma = documents()
    filing.file_claim(session, make.ROUND, alpha, make.DELEGATE, make.FILED)
    claims = make.filed(session, beta, gamma)
    filing.amend(session, "C-0002", {**beta, "name": "Better"}, make.REGISTRAR, make.FILED + DAY)
    filing.withdraw(session, "C-0003", make.REGISTRAR, make.FILED + 2 * DAY, "no money")
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES + DAY)
    make.make_ready(session, [session.get_one(filing.Claim, "C-0001"), claims[0]])


def proposed(session: Session) -> None:
    filed_and_closed(session)
    freezing.freeze_round(session, make.ROUND, make.REGISTRAR, make.FROZEN)
    drawn = drawing.draw(session, make.ROUND, make.public_value(), make.PLANNER, make.DRAWN)
    proposing.propose(session, make.ROUND, make.solution(drawn), make.PASSED, make.PLANNER, make.PROPOSED)


def entered(session: Session) -> None:
    vote = deciding.decide
    vote(session, make.ROUND, "dissent", IND_DECIDER, make.DECIDED, reason="too few reserves")
    vote(session, make.ROUND, "adopt", make.CHE_DECIDER, make.DECIDED)
    vote(session, make.ROUND, "adopt", make.GHA_DECIDER, make.DECIDED + DAY)
    entering.accept(session, "C-0001", make.DELEGATE, make.RECORDED)


def rejected(session: Session) -> None:
    fault = "procedural-fault"
    for who, why in ((make.GHA_DECIDER, "the draw was early"), (make.CHE_DECIDER, "as Ghana says")):
        deciding.decide(session, make.ROUND, "reject", who, make.DECIDED, ground=fault, reason=why)
    anew = make.policy(draw_source="another beacon")
    rounds.publish_policy(session, make.ROUND, anew, make.REGISTRAR, make.DECIDED + DAY)


@pytest.fixture(scope="module")
def written(tables: Engine) -> dict[str, str]:
    """The records of a round up to its proposal; after it, of its adoption and its first entry, or of its rejection."""
    found: dict[str, str] = {}
    for session in rolled_back(tables):
        proposed(session)
        found["proposed"] = told(session, 0)
        size = records.size(session)
        for play in (entered, rejected):
            branch = session.begin_nested()
            play(session)
            found[play.__name__] = told(session, size)
            branch.rollback()
            session.expire_all()
    for session in rolled_back(tables):
        recorded(session, SQUARE)
        size = records.size(session)
        lived(session)
        found["lived"] = told(session, size)
    return found


def lived(session: Session) -> None:
    """Both zones are established, the entry is brought into use, made smaller, suspended, resumed and ended."""
    run(session, "2027-10-14")
    using.bring_into_use(session, "C-0001", (10000, 10000), report(), make.REGISTRAR, USED)
    relinquishing.demonstrate(session, "C-0001", QUARTER, report(), make.REGISTRAR, USED + DAY)
    suspending.suspend(session, "C-0001", "A leak.", make.REGISTRAR, USED + 2 * DAY)
    confirming.confirm(session, "C-0001", report(), make.REGISTRAR, USED + 3 * DAY)
    relinquishing.end(session, "C-0001", "A lander.", report(), make.REGISTRAR, USED + 4 * DAY)


def told(session: Session, first: int) -> str:
    unlike = Record.act.not_in(LEFT_OUT)
    rows = session.scalars(select(Record).where(Record.index >= first, unlike).order_by(Record.index))
    return masked("\n\n".join(text(row) for row in rows) + "\n")


def masked(said: str) -> str:
    """With its hashes numbered: equal ones have one number."""
    seen: dict[str, int] = {}
    return re.sub(r"\b[0-9a-f]{64}\b", lambda found: f"<hash {seen.setdefault(found[0], len(seen) + 1)}>", said)


def text(record: Record) -> str:
    """A record in lines: act, subject, who and when; then each row, and what else there is."""
    who = record.actor
    head = f"{record.act} {record.subject} by {who['name']} {who['role']} {who['party']} at {record.at:%Y-%m-%dT%H:%M}"
    lines = [f"{name}: {value}" for name, value in record.content.items() if name != "rows"]
    for table, rows in record.content["rows"].items():
        lines += [f"{table}: {cells(row)}" for row in rows]
    return "\n".join([head, *sorted(lines)])


def cells(row: dict[str, Any]) -> str:
    said = {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in row.items() if value is not None
    }
    short = {name: value for name, value in said.items() if len(value) <= 100 or name == "text"}
    return "; ".join(f"{name} {value}" for name, value in sorted(short.items()))


@pytest.mark.parametrize("part", ["proposed", "entered", "rejected", "lived"])
def test_the_records_are_those_that_are_written_out(written: dict[str, str], part: str) -> None:
    assert written[part] == (WRITTEN / f"{part}.txt").read_text("utf-8")


def test_policies_and_revisions_are_kept_as_they_came_with_their_hashes(register: Session) -> None:
    round_ = make.open_round(register)
    document = documents()[0]
    [claim] = make.filed(register, document)
    for row, content in ((round_.policies[0], make.policy()), (claim.current, document)):
        assert (row.content, row.sha256) == (content, hashlib.sha256(rfc8785.dumps(content)).hexdigest())
