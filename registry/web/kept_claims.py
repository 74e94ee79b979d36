"""The claims of a round as lists need them, read once for each state of the log and kept between requests."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from registry.queries import claims
from registry.queries.claims import ClaimRow
from registry.queries.names import party_names
from registry.web.keeping import kept, state_of
from registry.web.sessions import session
from registry.web.viewing import viewer


@dataclass(frozen=True)
class KeptClaims:
    """The claims of a round that are there for a viewer, by id; nobody changes a row."""

    rows: tuple[ClaimRow, ...]
    names: Mapping[str, str]

    @cached_property
    def by_id(self) -> Mapping[str, ClaimRow]:
        """Each claim by its id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def searched(self) -> Mapping[str, str]:
        """What a search looks at, by id, in one case."""
        return {row.id: self._text(row) for row in self.rows}

    @cached_property
    def by_party(self) -> Mapping[str, tuple[ClaimRow, ...]]:
        """The claims that each party is credited in."""
        found: dict[str, list[ClaimRow]] = {}
        for row in self.rows:
            for party in row.credit:
                found.setdefault(party, []).append(row)
        return {party: tuple(rows) for party, rows in found.items()}

    def _text(self, row: ClaimRow) -> str:
        credited = (self.names.get(party, "") for party in row.credit)
        return " ".join([row.id, row.name, row.operator, row.activity, *row.places, *row.credit, *credited]).casefold()


def claims_of(round_id: str) -> KeptClaims:
    """The claims of a round that are there for the viewer of this request."""

    def read() -> KeptClaims:
        return KeptClaims(claims.list_claims(session(), round_id, viewer=viewer()), party_names(session()))

    found: KeptClaims = kept(state_of(session(), viewer(), "claims", round_id), read)
    return found
