"""What the tables of an export mean: names, kinds, limits, keys and a sentence for every column."""

from registry.exports.schemas.allocation import ALLOCATION
from registry.exports.schemas.coordination import COORDINATION
from registry.exports.schemas.equity import EQUITY
from registry.exports.schemas.fields import Column, Kind, Reference, Schema
from registry.exports.schemas.filings import FILINGS
from registry.exports.schemas.lives import LIVES
from registry.exports.schemas.norms import NORMS
from registry.exports.schemas.people import PEOPLE
from registry.exports.schemas.reference import REFERENCE
from registry.exports.schemas.slots import SLOTS
from registry.exports.schemas.trust import TRUST

SCHEMAS: dict[str, Schema] = {
    row.name: row
    for row in (*FILINGS, *ALLOCATION, *EQUITY, *COORDINATION, *LIVES, *SLOTS, *REFERENCE, *NORMS, *TRUST, *PEOPLE)
}

__all__ = ["SCHEMAS", "Column", "Kind", "Reference", "Schema"]
