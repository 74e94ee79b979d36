"""The same filing sent again: at once, by several hands together, after the server was killed, and with another content."""

import random
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import sqlalchemy as sa

from registry import db
from registry.domain.claims import Claim
from tests import factories
from tests.drills.accounting import Books, opened
from tests.drills.catalogue import Drill, Outcome
from tests.drills.filing_world import Filing, World, build
from tests.drills.preloaded import Preloaded, Server
from tests.drills.writers import GONE, Answer, Browser, email_of

SEED, PARTY, HANDS = 11, "IND", 4
LATEST_KILL_S = 0.08
GONE_ANSWER = Answer(0, "", "")


@dataclass
class Desk:
    """One delegate at a server that may be killed and started again."""

    servers: Preloaded
    world: World
    fault: str
    chance: random.Random = field(default_factory=lambda: random.Random(SEED))
    told: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.server = self._start()
        self.browser = Browser(self.server.port)
        self.browser.sign_in(email_of(PARTY))

    def _start(self) -> Server:
        return self.servers.start(self.world.data, self.world.url, factories.FILED, self.fault)

    def send(self, filing: Filing, **changes: str) -> Answer:
        """Send the form of a filing, with its own key."""
        fields = {"sha256": filing.sha256, "request": filing.request, **changes}
        self.told["requests"] += 1
        # A copy: hands that send together each have a connection and a jar of their own.
        browser = replace(self.browser, cookies=dict(self.browser.cookies))
        try:
            return browser.post(f"/filing/{filing.draft}/submit", fields)
        except GONE:
            return GONE_ANSWER

    def again(self, filing: Filing) -> None:
        self._same(filing, [self.send(filing) for _ in range(3)])

    def together(self, filing: Filing) -> None:
        answers: list[Answer] = []
        hands = [threading.Thread(target=lambda: answers.append(self.send(filing))) for _ in range(HANDS)]
        for hand in hands:
            hand.start()
        for hand in hands:
            hand.join()
        self._same(filing, answers)

    def after_a_kill(self, filing: Filing) -> None:
        answers: list[Answer] = []
        hand = threading.Thread(target=lambda: answers.append(self.send(filing)))
        hand.start()
        time.sleep(self.chance.uniform(0, LATEST_KILL_S))
        self.server.kill()
        hand.join()
        self.told["killed"] += 1
        self.told["killed_unanswered"] += answers == [GONE_ANSWER]
        self.server = self._start()
        self.browser.port = self.server.port
        self._same(filing, [*(row for row in answers if row is not GONE_ANSWER), self.send(filing), self.send(filing)])

    def with_another_body(self, filing: Filing) -> None:
        self._same(filing, [self.send(filing)])
        other = next(row for row in self.world.filings[PARTY] if row.claim is None)
        for answer in (self.send(replace(other, request=filing.request)), self.send(filing, sha256="0" * 64)):
            self.told["refused_409"] += answer.status == 409
            if answer.status != 409:
                self.faults.append(f"{filing.key}: another body under its key answers {answer.status}, not 409")
        self._same(filing, [self.send(filing)])

    def _same(self, filing: Filing, answers: list[Answer]) -> None:
        """Every answer leads to the same claim."""
        seen = {(answer.status, answer.location) for answer in answers}
        if len(seen) != 1 or next(iter(seen))[0] != 303:
            self.faults.append(f"{filing.key}: sent again it answers {sorted(seen)}")
            return
        filing.claim = answers[0].location.split("/")[2]


def run(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    world = build(folder / "data", f"sqlite:///{folder / 'registry.sqlite'}", counts["filings"] + 1, (PARTY,))
    books = Books(world)
    with Preloaded(folder) as servers:
        desk = Desk(servers, world, fault)
        ways = (desk.again, desk.together, desk.after_a_kill, desk.with_another_body)
        for number, filing in enumerate(world.filings[PARTY][: counts["filings"]]):
            ways[number % len(ways)](filing)
        desk.server.kill()
    faults = desk.faults + books.after_a_kill(files=0) + books.whole_audit()
    with opened(world.url) as engine, db.reading(engine) as session:
        claims = session.scalar(sa.select(sa.func.count()).select_from(Claim)) or 0
    if claims != counts["filings"]:
        faults.append(f"{counts['filings']} filings made {claims} claims")
    return Outcome({"filings": counts["filings"], **desk.told, "claims": claims}, tuple(faults))


DRILL = Drill(
    "repeated-requests",
    ("R11",),
    "A filing sent again under its key gets the same claim and makes no second one; another content under it is refused.",
    {"filings": 200},
    {"filings": 4},
    run,
    minutes=1.5,
)
