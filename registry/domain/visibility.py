"""Who may see what is confidential: one place that pages, commands and exports ask.

1. A claim that is not published is seen by the parties that file it or are credited in its newest revision, and by those
   who run or audit the procedure. To everybody else it does not exist.
2. Names and addresses of people are seen by those who keep or audit the register, and by the person. Everybody sees
   roles and parties.

A viewer that nobody names is the public. Statements are built here and run by those who read.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, true

from registry.domain.actors import SYSTEM_ROLE, Actor
from registry.domain.claims import Claim, Credit, Revision, is_newest
from registry.domain.confidential import PERSON_NOTICES, claims_in

READERS_OF_CLAIMS = frozenset({"registrar", "planner", "auditor", SYSTEM_ROLE})
READERS_OF_PERSONS = frozenset({"registrar", "administrator", "auditor", SYSTEM_ROLE})


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who looks: the roles, the party that a delegate speaks for, and the address that the person signs in with."""

    roles: frozenset[str] = frozenset()
    party: str | None = None
    name: str | None = None

    @classmethod
    def of(cls, actor: Actor) -> "Viewer":
        """The viewer that an actor is."""
        return cls(frozenset({actor.role}), actor.party, actor.name)

    @property
    def sees_unpublished(self) -> bool:
        """Whether every claim is there for this viewer."""
        return not self.roles.isdisjoint(READERS_OF_CLAIMS)

    @property
    def sees_persons(self) -> bool:
        """Whether names and addresses of people are shown to this viewer."""
        return not self.roles.isdisjoint(READERS_OF_PERSONS)

    @property
    def filing_party(self) -> str | None:
        """The party whose own claims the viewer sees before their publication."""
        return self.party if "delegate" in self.roles else None


PUBLIC = Viewer()
REGISTER = Viewer(frozenset({SYSTEM_ROLE}))  # the program itself, for what it computes


def sees_claim(viewer: Viewer) -> ColumnElement[bool]:
    """The condition on `Claim` under which a claim is there for a viewer."""
    if viewer.sees_unpublished:
        return true()
    if viewer.filing_party is None:
        return Claim.published_at.is_not(None)
    return or_(
        Claim.published_at.is_not(None), Claim.filed_by_id == viewer.filing_party, _credited(viewer.filing_party)
    )


def hidden_claims(viewer: Viewer) -> Select[str]:
    """The ids of the claims that do not exist for a viewer."""
    return select(Claim.id).where(not_(sees_claim(viewer)))


def _credited(party: str) -> ColumnElement[bool]:
    """Whether the newest revision of a claim credits a party."""
    held = exists().where(Credit.revision_id == Revision.id, Credit.party_id == party)
    revision = exists().where(and_(Revision.claim_id == Claim.id, is_newest(), held))
    return revision.correlate(Claim)


def person(viewer: Viewer, name: str | None) -> str:
    """A person's name or address as the viewer may see it; empty if not."""
    return name if name and (viewer.sees_persons or name == viewer.name) else ""


def words_of_notice(viewer: Viewer, kind: str, addressee: str, text: str) -> str:
    """The words of a notice as the viewer may see them: those that can name people only its addressee sees too."""
    is_addressee = viewer.filing_party is not None and addressee == f"party/{viewer.filing_party}"
    return text if kind not in PERSON_NOTICES or viewer.sees_persons or is_addressee else ""


def names_hidden(value: Any, hidden: frozenset[str]) -> bool:
    """Whether a JSON value names a claim that is hidden."""
    return bool(hidden) and not hidden.isdisjoint(claims_in(value))
