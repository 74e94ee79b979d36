"""Groups and bridge States, computed for a date from dated memberships and never listed."""

from collections.abc import Iterable
from datetime import date

from registry.domain.instruments import Membership


def members_at(memberships: Iterable[Membership], instrument_id: str, day: date) -> frozenset[str]:
    """The parties that certainly are members of the instrument on `day`."""
    return frozenset(
        row.party_id for row in memberships if row.instrument_id == instrument_id and row.is_member_at(day)
    )


def groups_at(memberships: Iterable[Membership], instruments: Iterable[str], day: date) -> dict[str, tuple[str, ...]]:
    """For each party, the instruments among those named in which it is a member on `day`, in alphabetical order."""
    wanted, found = set(instruments), dict[str, set[str]]()
    for row in memberships:
        if row.instrument_id in wanted and row.is_member_at(day):
            found.setdefault(row.party_id, set()).add(row.instrument_id)
    return {party: tuple(sorted(groups)) for party, groups in found.items()}


def bridge_states(
    memberships: Iterable[Membership], day: date, first: str = "artemis-accords", second: str = "ilrs"
) -> tuple[str, ...]:
    """The parties that are members of both instruments on `day`, in alphabetical order."""
    rows = list(memberships)
    return tuple(sorted(members_at(rows, first, day) & members_at(rows, second, day)))
