"""Equity over time: how what was recorded is spread."""

from registry.domain.concentration import By
from registry.exports.schemas.fields import schema
from registry.exports.schemas.shared_services import SERVICES
from registry.exports.schemas.site_bank import BANK

CONCENTRATION = schema(
    "concentration",
    "Who has how much by the end of each round, counted as caps count: a claim in full for each credited party, once for a "
    "coalition. Computed from claims and entries.",
    "round by holder",
    """
    round                text! rounds.id | The round.
    by                   text!           | Whose share: of all, a party, a coalition, or an ultimate controller.
    holder               text!           | Id of the party, instrument or controller; `all` for the whole.
    claims               whole! from:0   | Published claims of the round.
    entries              whole! from:0   | Entries that came of them.
    km2_days             whole! from:0   | Their safety zones in square kilometres times days, rounded up once an entry.
    claims_so_far        whole! from:0   | Published claims of this round and those before.
    entries_so_far       whole! from:0   | Entries that came of them.
    km2_days_so_far      whole! from:0   | Their safety zones.
    percent_of_entries   number          | Share of the entries so far.
    percent_of_km2_days  number          | Share of the km2 days so far.
    equal_holders        number          | How many equal holders would be as concentrated as those of this kind so far.
    illustrative         yes-no!         | Whether it, or a round before it, is invented.
    """,
    {"by": By},
)
EQUITY = (CONCENTRATION, *BANK, *SERVICES)
