"""Programs that file through the API until the server is gone, and send again what was not answered."""

import http.client
import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from registry import db
from registry.domain import api_tokens as rules
from registry.domain.actors import SYSTEM
from registry.services import tokens
from tests import factories
from tests.drills.accounting import opened
from tests.drills.filing_world import Filing, World, build, email_of
from tests.drills.writers import GONE

FILE = f"/api/v1/rounds/{factories.ROUND}/claims"
LONGEST_WAIT_S = 15.0  # for what a killed server was at work on, and then for whoever writes


def token_of(party: str) -> str:
    """A token that a drill can write down."""
    return f"lsr_{party.lower():x<43}"


def build_with_tokens(data: Path, url: str, filings: int, parties: tuple[str, ...] = factories.PARTIES) -> World:
    """A register in its filing window with a token for a program of each party, and so many filings for each to send."""
    world = build(data, url, 0, parties)
    with opened(url) as engine, db.unit_of_work(engine) as session:
        for party in parties:
            wanted = tokens.Wanted("a program", (rules.FILE,), 300)
            tokens.make(session, email_of(party), wanted, token_of(party), SYSTEM, factories.ANNOUNCED)
    for party in parties:
        names = [f"{party.lower()}-{number}" for number in range(filings)]
        world.filings[party] = [Filing(party, 0, "", f"key-of-{name}", name) for name in names]
    return world


@dataclass(frozen=True)
class Told:
    """One answer of the API."""

    status: int
    body: bytes
    wait_s: float

    @property
    def kind(self) -> str:
        """The last part of the type of a refusal."""
        return str(json.loads(self.body)["type"]).rpartition("#")[2] if self.status >= 400 else ""


def send(port: int, filing: Filing, timeout_s: float = 30) -> Told:
    """Send a filing under its key."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_s)
    try:
        headers = {
            "Authorization": f"Bearer {token_of(filing.party)}",
            "Idempotency-Key": filing.request,
            "Content-Type": "application/json",
        }
        connection.request("POST", FILE, json.dumps(factories.claim_document(filing.key, filing.party)), headers)
        answer = connection.getresponse()
        return Told(answer.status, answer.read(), float(answer.headers["Retry-After"] or 0))
    finally:
        connection.close()


@dataclass
class Programs:
    """A program for each party of the world; each sends what was not answered, then what is next, until told to stop."""

    world: World
    answers: dict[str, bytes] = field(default_factory=dict)  # what was acknowledged first, by key
    sent: set[str] = field(default_factory=set)  # once at least, by key
    told: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def start(self, port: int) -> None:
        """Begin to file at a server."""
        self.over, self.acknowledged, self.port = threading.Event(), list[str](), port
        self.threads = [threading.Thread(target=self._work, args=(party,)) for party in self.world.filings]
        for thread in self.threads:
            thread.start()

    def join(self) -> None:
        """Let every program stop after the request that it is at."""
        self.over.set()
        for thread in self.threads:
            thread.join()

    def _work(self, party: str) -> None:
        own = self.world.filings[party]
        try:
            for filing in [row for row in own if row.claim][-1:]:
                self._again(filing)
            for filing in own:
                if self.over.is_set():
                    return
                if filing.claim is None:
                    self._file(filing)
        except GONE:
            return  # the server was killed: what was not answered is sent again to the next

    def _file(self, filing: Filing) -> None:
        self.told["sent_again"] += filing.request in self.sent
        self.sent.add(filing.request)
        told = self._patiently(filing)
        if told is None or told.status != 201:
            self.unexpected.append(f"{filing.key}: {told and (told.status, told.body[:300])}")
            return
        answer = json.loads(told.body)
        filing.claim, filing.receipt = answer["claim"], answer["receipt"]
        self.answers[filing.request] = told.body
        self.acknowledged.append(filing.request)

    def _again(self, filing: Filing) -> None:
        """What was acknowledged, sent again: the same bytes."""
        told = self._patiently(filing)
        self.told["repeated"] += 1
        if told is None or (told.status, told.body) != (201, self.answers[filing.request]):
            self.unexpected.append(f"{filing.key}: sent again it answers {told and told.status} with other bytes")

    def _patiently(self, filing: Filing) -> Told | None:
        """The answer, once nobody is at work on the same request any more; None if that never ends."""
        began = time.monotonic()
        while time.monotonic() - began < LONGEST_WAIT_S:
            told = send(self.port, filing)
            self.told["requests"] += 1
            if told.kind != "in-flight":
                return told
            self.told["told_in_flight"] += 1
            self.over.wait(told.wait_s)
            if self.over.is_set():
                raise ConnectionAbortedError
        return None


def clock(began: float) -> timedelta:
    """How far the drill's clock has gone: it goes on while no server runs."""
    return timedelta(seconds=time.monotonic() - began)
