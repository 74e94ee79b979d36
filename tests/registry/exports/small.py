"""A small register with something to hide: an unpublished claim, notes, and people in every step; and its packages."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from registry import db
from registry.domain.actors import Actor
from registry.log import signed_note
from registry.services import agreements, comments, consultations, coordination, examination, keys, notes, rounds, users
from tests import factories as make
from tests.registry import consulting as cases
from tests.registry.consulting import DEADLINE, GHA, IND, JPN, LATER, SOON

SIGNER = signed_note.signer("registry.example.org/log", bytes(range(32)))
SALTS = {"N-0001": bytes(range(32)), "N-0002": bytes(range(100, 132))}
SECRET = "Quillback-7 lands a month before we said"
YEARS_LATER = make.utc("2032-01-01")
ADMINISTRATOR = Actor("zenobia@people.example.org", "administrator")
REGISTRAR = Actor("wilhelmina@people.example.org", "registrar")
THA = Actor("thidarat@people.example.org", "delegate", "THA")
PAPERS = {
    "plan.txt": b"The plan, as filed.\n",
    "cells.csv": b'a,"b\nc"\n=1,2\n',
    "site.png": b"\x89PNG\r\n\x1a\n" + bytes(range(255, -1, -1)),
}
# The round takes its people from here: an address in each column that names one.
PEOPLE = {ADMINISTRATOR, REGISTRAR, GHA, IND, JPN, THA, cases.OBSERVER, make.REGISTRAR}
HIDDEN = {
    "key": "murmeli-key", "name": "Murmeli claim", "purpose": "Murmeli purpose", "peaceful_statement": "Murmeli peace",
    "cospar_inventory": "Murmeli inventory", "benefit_sharing": "Murmeli benefit",
    "authorisation": {"party": "THA", "reference": "Murmeli licence"},
}  # fmt: skip


def hidden_document() -> dict[str, Any]:
    """A claim on the same ground as the two rivals, with a word of its own in every text."""
    placements = [make.placement(rank, x=10_040 + rank, name=f"Murmeli choice {rank}") for rank in (1, 2, 3)]
    contributions = {"THA": [make.contribution(what="Murmeli lander", evidence="Murmeli contract")]}
    return make.claim_document(party="THA", placements=placements, contributions=contributions, **HIDDEN)


def fill(session: Session) -> None:
    """Two claims in coordination, with comments, an agreement and two notes of which one was disclosed; a third claim
    examined and not published.
    """
    profile = [*make.policy()["norm_profile"], "OST-IX-2"]  # whose findings name neighbours
    make.open_round(session, timers=cases.TIMERS, norm_profile=profile)
    keys.establish(session, SIGNER.verifier.vkey, ADMINISTRATOR, make.OPENS, illustrative=True)
    credentials = users.Credentials(None, "uniquifier-of-quintus")
    users.add_user(
        session, "quintus@people.example.org", "Quintus Query", ["auditor"], ADMINISTRATOR, make.OPENS,
        credentials=credentials,
    )  # fmt: skip
    claims = make.filed(session, *make.two_rivals(), hidden_document())
    for name, data in PAPERS.items():
        make.attached(session, claims[0], name, data, IND, make.FILED)
    make.attached(session, claims[2], "murmeli.txt", b"Murmeli plan\n", THA, make.FILED)
    rounds.close_round(session, make.ROUND, make.REGISTRAR, make.CLOSES)
    for claim in claims:
        examination.examine(session, claim.id, REGISTRAR, make.EXAMINED)
    for claim in claims[:2]:
        coordination.publish(session, claim.id, REGISTRAR, cases.STARTED)
        coordination.start_coordination(session, claim.id, REGISTRAR, cases.STARTED)
    _speak(session)


def _speak(session: Session) -> None:
    cases.observer(session)
    comments.add(session, "C-0001", "=Please mind the relay.", GHA, SOON)
    comments.reply(session, "M-0001", "We will.", IND, SOON)
    agreements.propose(session, "C-0001", "C-0002", cases.TERMS, IND, SOON)
    agreements.accept(session, "A-0001", JPN, LATER)
    notes.add(session, "K-0001", SECRET, SALTS["N-0001"], IND, LATER)
    notes.add(session, "K-0001", "Now known to all.", SALTS["N-0002"], JPN, LATER, disclose_at=YEARS_LATER)
    notes.agree(session, "N-0002", YEARS_LATER, IND, LATER)
    consultations.invite(session, "K-0001", cases.OBSERVER.name, REGISTRAR, LATER)
    notes.read(session, "N-0001", cases.OBSERVER, LATER)
    consultations.close(session, "K-0001", REGISTRAR, DEADLINE, summary="Both agreed on terms.")
    notes.disclose(session, "N-0002", REGISTRAR, YEARS_LATER)


@contextmanager
def reading(url: str) -> Iterator[Session]:
    """A reading session on the register."""
    engine = db.make_engine(url)
    with db.reading(engine) as session:
        yield session
    engine.dispose()


def contents(folder: Path) -> dict[str, bytes]:
    """Every file of a package by its path; a workbook by the files inside it."""
    found: dict[str, bytes] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as book:
                found |= {f"{path.name}/{name}": book.read(name) for name in book.namelist()}
        elif path.is_file():
            found[path.relative_to(folder).as_posix()] = path.read_bytes()
    return found
