"""Who acts: a name, the role in which they act, and the party they speak for."""

from dataclasses import dataclass
from typing import Any

ROLES = ("delegate", "registrar", "planner", "council", "auditor", "observer", "administrator")
SYSTEM_ROLE = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """A person (name: e-mail address or user name) or the program itself (role `system`)."""

    name: str
    role: str
    party: str | None = None

    def content(self) -> dict[str, Any]:
        """The actor as written in a record."""
        return {"name": self.name, "role": self.role, "party": self.party}


SYSTEM = Actor("registry", SYSTEM_ROLE)
