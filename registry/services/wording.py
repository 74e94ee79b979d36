"""Texts that people hand in: something to read, of a length that can be shown, in characters that can be stored."""

from registry.domain.texts import text_faults
from registry.services.errors import ValidationError

LONGEST_TEXT = 20_000
LONGEST_LINE = 500


def worded(field: str, text: str, longest: int = LONGEST_TEXT) -> str:
    """The text without blanks around it; ValidationError with the field and the mend if it cannot be used."""
    kept = text.strip()
    faults: list[object] = list(text_faults({field: kept}))
    if not kept:
        faults.append(f"{field}: it is empty; write what is to be said")
    if len(kept) > longest:
        faults.append(f"{field}: it has {len(kept)} characters; use at most {longest}")
    if faults:
        raise ValidationError(faults)
    return kept
