"""What must hold of a register after a crash: nothing acknowledged is lost, nothing is half there, the log is unbroken."""

import hashlib
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from registry import db
from registry.audit import verifying
from registry.domain.attachments import AttachedFile, Attachment
from registry.domain.claims import Claim
from registry.domain.drafts import Draft
from registry.log import receipts, records, tree
from registry.log.checkpoints import LogKey, parse_body
from registry.log.records import Record
from registry.log.signed_note import signatures_of
from tests.drills.filing_world import PLACEMENTS, Filing, World


@dataclass
class Books:
    """What was seen of one register so far, to hold its next state against."""

    world: World
    size: int = 0
    root: bytes = tree.EMPTY_ROOT
    claims: int = 0
    reopened_s: list[float] = field(default_factory=list)
    leaves: list[bytes] = field(default_factory=list)
    unrecorded: frozenset[str] = frozenset()  # reference data of the invented world, which no record has

    def __post_init__(self) -> None:
        with opened(self.world.url) as engine, db.reading(engine) as session:
            self.unrecorded = frozenset(map(str, verifying.verify(session).differences))

    def after_a_kill(self, files: int | None = 1) -> list[str]:
        """Open the register as the next program does, and look at all that is new since the last look.

        `files`: how many each claim has; None for any number.
        """
        began = time.perf_counter()
        engine = db.make_engine(self.world.url)
        try:
            db.check_current(engine)
            with db.unit_of_work(engine) as session:  # for writing: what was torn has to be put right for that
                records.lock(session)
                session.scalar(sa.select(sa.func.max(Record.index)))
            self.reopened_s.append(time.perf_counter() - began)
            with db.reading(engine) as session:
                return [*self._log(session), *self._new_claims(session, files), *self._acknowledged(session)]
        finally:
            engine.dispose()

    def whole_audit(self) -> list[str]:
        """Everything against its log, and every receipt that anybody holds."""
        with opened(self.world.url) as engine, db.reading(engine) as session:
            found = [str(row) for row in verifying.verify(session).differences]
            faults = [f"audit: {row}" for row in found if row not in self.unrecorded][:10]
            for filing in self.world.all:
                faults += _receipt_faults(session, filing, self.world)
        return faults

    def _log(self, session: Session) -> Iterator[str]:
        size = records.size(session)
        if size < self.size:
            yield f"the log has {size} records and had {self.size}"
            return
        if self.size and records.root(session, self.size) != self.root:
            yield f"the first {self.size} records are not those that were there before"
        new = sa.select(Record).where(Record.index >= self.size).order_by(Record.index)
        for number, row in enumerate(session.scalars(new), start=self.size):
            if row.index != number:
                yield f"record {number} is missing"
                return
            if tree.leaf_hash(row.leaf()) != row.leaf_hash:
                yield f"record {row.index} is not the one that was hashed"
            self.leaves.append(row.leaf_hash)
        root = root_of(self.leaves)
        if records.root(session) != root:
            yield "the stored tree is not that of the records"
        self.size, self.root = size, root

    def _new_claims(self, session: Session, files: int | None) -> Iterator[str]:
        claims = session.scalars(sa.select(Claim).order_by(Claim.id).offset(self.claims)).all()
        for claim in claims:
            yield from half(session, claim, files)
        self.claims += len(claims)

    def _acknowledged(self, session: Session) -> Iterator[str]:
        there = {row.id: row.key for row in session.execute(sa.select(Claim.id, Claim.key))}
        drafts = set(session.scalars(sa.select(Draft.id)))
        for filing in self.world.all:
            if filing.claim is not None and there.get(filing.claim) != filing.key:
                yield f"claim {filing.claim} ({filing.key}) was acknowledged and is not there"
            gone = filing.claim is None and filing.attached and filing.draft not in drafts
            if gone and filing.key not in there.values():
                yield f"the draft {filing.key} is gone and was not filed"


def half(session: Session, claim: Claim, files: int | None = 1) -> Iterator[str]:
    """Every way in which a claim is not whole: revision, placements, phases, file, and a record of each."""
    said = f"claim {claim.id} is half there:"
    if len(claim.revisions) != 1:
        yield f"{said} {len(claim.revisions)} revisions"
        return
    placements = claim.current.placements
    if len(placements) != PLACEMENTS or any(not row.phases for row in placements):
        yield f"{said} {len(placements)} placements of {PLACEMENTS}"
    if sum(row.percent for row in claim.current.credits) != 100:
        yield f"{said} its credit"
    kept_files = session.scalars(sa.select(Attachment).where(Attachment.claim_id == claim.id)).all()
    if files is not None and len(kept_files) != files:
        yield f"{said} {len(kept_files)} files of {files}"
    for row in kept_files:
        kept = session.get(AttachedFile, row.sha256)
        if kept is None or hashlib.sha256(kept.content).hexdigest() != row.sha256:
            yield f"{said} the bytes of its file"
    acts = session.scalars(
        sa.select(Record.act).where(Record.subject == f"claims/{claim.id}").order_by(Record.index)
    ).all()
    if list(acts) != ["claim-filed", "attachments-filed"][: 2 if kept_files else 1]:
        yield f"{said} its records are {', '.join(acts) or 'none'}"


def _receipt_faults(session: Session, filing: Filing, world: World) -> Iterator[str]:
    """Whether a receipt holds by itself, and the log still begins with what it was signed over."""
    if filing.receipt is None:
        return
    told = f"receipt of {filing.claim}"
    for fault in receipts.faults(filing.receipt, [LogKey(world.verifier)]):
        yield f"{told}: {fault}"
    said = parse_body(signatures_of(str(filing.receipt["checkpoint"])).body)
    if said.size > records.size(session) or records.root(session, said.size) != said.root:
        yield f"{told}: the log does not begin with the {said.size} records that it was signed over"
    if filing.receipt["subject"] != f"claims/{filing.claim}":
        yield f"{told}: it is about {filing.receipt['subject']}"


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, computed plainly (RFC 9162 section 2.1.1)."""
    peaks: list[tuple[int, bytes]] = []
    for leaf in leaves:
        peaks.append((1, leaf))
        while len(peaks) > 1 and peaks[-2][0] == peaks[-1][0]:
            (size, left), (_, right) = peaks[-2:]
            peaks[-2:] = [(2 * size, tree.node_hash(left, right))]
    if not peaks:
        return tree.EMPTY_ROOT
    root = peaks[-1][1]
    for _, left in reversed(peaks[:-1]):
        root = tree.node_hash(left, root)
    return root


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that is closed again."""
    engine = db.make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()
