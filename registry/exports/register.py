"""All that is recorded, read once, in a fixed order: what a package is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.docking import DockingPosition, DockingRecord
from registry.domain.examinations import NormProfile, Provision
from registry.domain.extensions import ExtensionGround
from registry.domain.instruments import Instrument, Membership
from registry.domain.keys import SigningKey, Witness
from registry.domain.landing_slots import LandingSlot, LandingWindows, SlotProposal
from registry.domain.missions import Mission
from registry.domain.norms.stated import CrosswalkRow, NormChange
from registry.domain.notices import NoticeTemplate
from registry.domain.parties import Controller, Operator, Party
from registry.domain.places import Feature, ProtectedPlace, Region
from registry.domain.rounds import Round
from registry.domain.shared_services import ServiceReliance, SharedService
from registry.domain.site_bank import BankedSite
from registry.domain.users import User
from registry.domain.visibility import hidden_claims
from registry.exports.accounts import HeldRole, held_roles
from registry.exports.attachments import Attached
from registry.exports.contents import Contents, gather
from registry.exports.errors import ExportError
from registry.exports.scope import VIEWERS, Scope
from registry.log import records
from registry.queries.equity import Concentration, concentration

# Tables that are entities as they stand, in the order of the tables: facts, and the keys that count.
PLAIN: Mapping[str, type[Any]] = {
    "parties": Party,
    "controllers": Controller,
    "operators": Operator,
    "instruments": Instrument,
    "memberships": Membership,
    "provisions": Provision,
    "norm_profiles": NormProfile,
    "norm_changes": NormChange,
    "crosswalk": CrosswalkRow,
    "docking_records": DockingRecord,
    "docking_positions": DockingPosition,
    "notice_templates": NoticeTemplate,
    "extension_grounds": ExtensionGround,
    "protected_places": ProtectedPlace,
    "regions": Region,
    "features": Feature,
    "missions": Mission,
    "signing_keys": SigningKey,
    "witnesses": Witness,
    "banked_sites": BankedSite,
    "shared_services": SharedService,
    "service_reliances": ServiceReliance,
    "landing_windows": LandingWindows,
    "slot_proposals": SlotProposal,
    "landing_slots": LandingSlot,
}


@dataclass(frozen=True, slots=True)
class Register:
    """Every round by id, the rows of each plain table, and (in a full package) the people.

    `attached_up_to_bytes` is the size above which attached files are left out (None: none is). `last_at` is the instant of
    the last record: the date that goes into files which must have one. `hidden` has the
    claims that do not exist in the scope.
    """

    scope: Scope
    rounds: Sequence[Contents]
    plain: Mapping[str, Sequence[Any]]
    users: Sequence[User]
    held_roles: Sequence[HeldRole]
    concentration: Concentration
    hidden: frozenset[str]
    last_at: datetime
    log_size: int
    log_root: bytes
    attached_up_to_bytes: int | None = None

    @property
    def attached(self) -> Sequence[Attached]:
        """The files attached to the claims of all rounds, those that are left out included."""
        return [row for contents in self.rounds for row in contents.attached]

    @property
    def is_illustrative(self) -> bool:
        """Whether anything in it is invented."""
        return any(row.round.illustrative for row in self.rounds)


def read(session: Session, scope: Scope, attached_up_to_bytes: int | None = None) -> Register:
    """Read what may be told in the scope; attached files above a size are to be left out.

    Raises
    ------
    ExportError
        If nothing is recorded yet.
    """
    size = records.size(session)
    last_at = session.scalar(select(records.Record.at).where(records.Record.index == size - 1))
    if last_at is None:
        raise ExportError("nothing is recorded yet; there is nothing to export")
    return Register(
        scope=scope,
        rounds=[gather(session, round_id, scope) for round_id in sorted(session.scalars(select(Round.id)))],
        plain={name: _rows(session, entity) for name, entity in PLAIN.items()},
        users=_rows(session, User) if scope is Scope.FULL else (),
        held_roles=held_roles(session) if scope is Scope.FULL else (),
        concentration=concentration(session),
        hidden=frozenset(session.scalars(hidden_claims(VIEWERS[scope]))),
        last_at=last_at,
        log_size=size,
        log_root=records.root(session, size),
        attached_up_to_bytes=attached_up_to_bytes,
    )


def _rows(session: Session, entity: type[Any]) -> Sequence[Any]:
    # Sorted here and not by the database, whose order of texts depends on its locale.
    return sorted(session.scalars(select(entity)), key=_order)


def _order(row: Any) -> Any:
    """Memberships by what they say, for their numbers follow the order in which they were loaded; all else by id."""
    if isinstance(row, Membership):
        return row.instrument_id, row.party_id, row.status, row.since
    return row.id
