"""Filings: what a party hands in, read strictly. Every fault comes at once, each with its field and the mend.

What is refused here could not be stored or compared. What can be read but breaks a rule is left to the examination.
"""

from registry.domain.filing.forms import PRESENT_FORM, FiledPhase, FiledPlacement, Filing, Known
from registry.domain.filing.reading import FIELDS, read_filing, read_stored
from registry.domain.filing.sites import AGENCY_METHODS

__all__ = [
    "AGENCY_METHODS",
    "FIELDS",
    "PRESENT_FORM",
    "FiledPhase",
    "FiledPlacement",
    "Filing",
    "Known",
    "read_filing",
    "read_stored",
]
