"""What waits because of the site bank: sites that are owed, and pairs that nobody has chosen from yet."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.site_bank import BankedSite, PairState
from registry.domain.visibility import Viewer
from registry.queries.items import Item
from registry.queries.site_bank import owed

OFFICE = "registrar"


def owed_sites(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    """What a delegation owes, from the first day on and beyond the deadline; for the registrar what is overdue."""
    for row in owed(session):
        if row.party == viewer.filing_party or (OFFICE in viewer.roles and row.is_overdue):
            yield Item("duty-second-site", row.claim, row.party, row.round, row.since_at, row.due_at)


def pairs_to_choose(session: Session, viewer: Viewer, _at: datetime) -> Iterator[Item]:
    """Pairs to choose from, for those who may: not for somebody of the party that offered them."""
    waiting = select(BankedSite).where(BankedSite.state == PairState.OFFERED)
    for row in session.scalars(waiting.order_by(BankedSite.id)):
        if viewer.party != row.party_id:
            yield Item("pair", row.id, f"{row.party_id}, {row.entry_claim_id}", "", row.offered_at, row.choose_by_at)
