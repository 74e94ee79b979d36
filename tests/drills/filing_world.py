"""A register in its filing window with delegates who can sign in and drafts ready to be filed: what the drills kill."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from registry import accounts, db, signing
from registry.domain.actors import SYSTEM, Actor
from registry.log import signed_note
from registry.services import drafting, keys, users
from tests import factories
from tests.registry.web.site import PASSWORD, settings_for

ORIGIN = "illustrative.example/log"
PLACEMENTS = 3


@dataclass
class Filing:
    """One claim on its way: the draft, the key of its request, its file, and what was answered."""

    party: str
    draft: int
    sha256: str
    request: str
    key: str
    claim: str | None = None  # the acknowledgement
    attached: bool = False  # the file was acknowledged
    receipt: dict[str, object] | None = None

    @property
    def file(self) -> bytes:
        return f"paper of {self.key}\n".encode() * 20

    @property
    def file_name(self) -> str:
        return f"{self.key}.txt"


@dataclass
class World:
    """Where the register is, and who files what."""

    data: Path
    url: str
    vkey: str
    filings: dict[str, list[Filing]] = field(default_factory=dict)

    @property
    def verifier(self) -> signed_note.Verifier:
        return signed_note.parse_verifier(self.vkey)

    @property
    def all(self) -> list[Filing]:
        return [filing for own in self.filings.values() for filing in own]


def email_of(party: str) -> str:
    return f"{party.lower()}@example.org"


def build(data: Path, url: str, drafts: int, parties: Sequence[str] = factories.PARTIES) -> World:
    """A new register at `url`: an open round, a delegate for each party with so many drafts, and a key of the log."""
    data.mkdir(parents=True, exist_ok=True)
    db.migrate(url)
    settings = settings_for(data)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        factories.open_round(session)
        credentials = accounts.credentials(settings, PASSWORD)
        for party in parties:
            users.add_user(
                session, email_of(party), f"Delegate of {party}", ["delegate"], SYSTEM, factories.ANNOUNCED,
                party=party, credentials=replace(credentials, uniquifier=f"illustrative-{party}"),
            )  # fmt: skip
    with signing.new_key(settings, ORIGIN) as verifier, db.unit_of_work(engine) as session:
        keys.establish(session, verifier.vkey, SYSTEM, factories.ANNOUNCED, illustrative=True)
    world = World(data, url, verifier.vkey)
    with db.unit_of_work(engine) as session:
        for party in parties:
            world.filings[party] = [_draft(session, party, number, factories.FILED) for number in range(drafts)]
    engine.dispose()
    return world


def _draft(session: Session, party: str, number: int, at: datetime) -> Filing:
    document = factories.claim_document(f"{party.lower()}-{number}", party)
    draft = drafting.save(session, factories.ROUND, document, Actor(email_of(party), "delegate", party), at)
    return Filing(party, draft.id, drafting.digest(draft), f"request-{party}-{number}", draft.key)
