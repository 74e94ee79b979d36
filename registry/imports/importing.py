"""Filing what a file holds: every fault of it at once and nothing stored, or every claim of it stored in one step.

A dry run takes the same steps, examines every claim among all the others, and takes everything back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.claims import Claim
from registry.domain.rounds import Round
from registry.imports.assembling import Assembled, assemble
from registry.imports.limits import LIMITS
from registry.imports.sheets import Sheet
from registry.services import filing
from registry.services.acting import get_round, require_role
from registry.services.cases import make_case
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.examination import judge
from registry.services.prechecking import faults_of
from solver.fields import Fault

_ROW = re.compile(r"(.*?\b(?:line|feature|claim|row) )([0-9]+)")


@dataclass(frozen=True, slots=True)
class Found:
    """An unfavourable finding of the rehearsed examination: the provision, why, the mend, and what would follow."""

    provision: str
    effect: str
    reason: str
    mend: str


@dataclass(frozen=True, slots=True)
class Stored:
    """A claim that was filed, or with a dry run would be, and what an examination would find today."""

    id: str
    key: str
    name: str
    filed_by: str
    placements: int
    sha256: str
    findings: tuple[Found, ...] = ()

    @property
    def would_return(self) -> tuple[Found, ...]:
        """The findings for which the claim would be returned to its party."""
        return tuple(found for found in self.findings if found.effect == "returns")


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a file: its claims, and what was converted on the way."""

    claims: tuple[Stored, ...]
    notes: tuple[str, ...]


def import_claims(session: Session, round_id: str, sheet: Sheet, actor: Actor, at: datetime) -> Imported:
    """File every claim of a sheet at `at`, in the order of the file.

    Raises
    ------
    ValidationError
        With every fault of the file, each with its row and column; nothing may be kept then.
    """
    claims = _file(session, round_id, sheet, actor, at)
    return Imported(tuple(_stored(claim) for claim in claims), tuple(sheet.notes))


def rehearse(session: Session, round_id: str, sheet: Sheet, actor: Actor, at: datetime) -> Imported:
    """What `import_claims` would store, and what an examination would find; nothing of it stays.

    Raises
    ------
    ValidationError
        As `import_claims`.
    """
    with session.begin_nested() as trial:
        claims = _file(session, round_id, sheet, actor, at)
        round_ = get_round(session, round_id)
        found = tuple(_stored(claim, _findings(session, round_, claim, at)) for claim in claims)
        trial.rollback()
    session.expire_all()
    return Imported(found, tuple(sheet.notes))


def _file(session: Session, round_id: str, sheet: Sheet, actor: Actor, at: datetime) -> list[Claim]:
    require_role(actor, "delegate", "registrar")
    round_ = get_round(session, round_id)
    assembled = assemble(sheet)
    faults: list[Any] = [*sheet.faults]
    claims = []
    for claim in assembled:
        try:
            claims.append(filing.file_claim(session, round_id, claim.document, actor, at))
        except ValidationError as error:
            faults += _located(claim, getattr(error.__cause__, "faults", ()))
        except ConflictError as error:
            # What else is wrong with a filing that is not taken for another reason.
            others = _located(claim, faults_of(session, round_, claim.document))
            faults += [_told(claim, str(error), round_), *others]
        except NotAllowedError as error:
            faults.append(Fault(f"{claim.place}, filed_by", *_parted(str(error))))
    if faults or not assembled:
        raise ValidationError(_shown(faults))
    return claims


def _located(claim: Assembled, faults: Sequence[Fault]) -> list[Fault]:
    return [found for fault in faults if (found := claim.located(fault))]


def _told(claim: Assembled, said: str, round_: Round) -> Any:
    """A conflict at the claim's row; one that is about the round is the same for every claim."""
    return said if said.startswith(f"round {round_.id}") else Fault(f"{claim.place}, key", *_parted(said))


def _parted(said: str) -> tuple[str, str]:
    what, _, mend = said.rpartition("; ")
    return (what, mend) if what else (said, "file it by itself")


def _shown(faults: Sequence[Any]) -> list[str]:
    """Each fault once, in the order of the file, as many as can be read."""
    lines = sorted(dict.fromkeys(str(fault) for fault in faults), key=_place)
    lines = lines or ["the file has no claims; give at least one"]
    more = len(lines) - LIMITS.faults
    return [*lines[: LIMITS.faults], f"and {more} more faults; mend these first"] if more > 0 else lines


def _place(line: str) -> tuple[str, int]:
    """Where a fault stands, for the order in which a person goes through the file."""
    found = _ROW.match(line)
    return (found[1], int(found[2])) if found else ("", 0)


def _findings(session: Session, round_: Round, claim: Claim, at: datetime) -> tuple[Found, ...]:
    judged = judge(session, make_case(session, round_, claim), at)
    return tuple(
        Found(row.finding.provision, row.effect, row.finding.reason, row.finding.mend)
        for row in judged
        if row.effect != "none"
    )


def _stored(claim: Claim, findings: tuple[Found, ...] = ()) -> Stored:
    revision = claim.current
    return Stored(
        claim.id, claim.key, revision.name, claim.filed_by_id, len(revision.placements), revision.sha256, findings
    )
