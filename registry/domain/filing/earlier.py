"""Filings of form 1, brought to the present form: revisions filed then stay readable as long as the register does.

Form 1 had prose where the present form has fields. The prose is kept, under the field that it belongs to; what it does
not say stays unsaid.
"""

import re
from collections.abc import Mapping
from typing import Any

from registry.domain.filing.values import EMAIL

_REPLACED = ("emergency_contact", "disposal_plan", "uses_resources")
_UNSAID = ("registration", "military", "publication", "access", "zones")


def in_present_form(document: Mapping[str, Any]) -> dict[str, Any]:
    """A form-1 filing as a filing of the present form; fields that both have are left as they are."""
    rest = {name: value for name, value in document.items() if name not in _REPLACED}
    authorisation = dict(document["authorisation"])
    supervision, emergency = authorisation.pop("supervision_contact"), document["emergency_contact"]
    given = document["contributions"].items()
    return {
        **rest,
        **dict.fromkeys(_UNSAID),
        "authorisation": authorisation,
        "contributions": {party: [contribution(text)] if text.strip() else [] for party, text in given},
        "contacts": {
            "supervision": contact(supervision),
            "emergency": contact(emergency),
            "visits": None,
            "liability": None,
        },
        "resources": {"extracts": document["uses_resources"]},
        "disposal": {"method": None, "end_state": document["disposal_plan"], "within_days": None, "passivation": ""},
    }


def contribution(text: str) -> dict[str, Any]:
    """A contribution of which only the words are known."""
    return {"kind": "other", "what": text, "percent": None, "amount": "", "evidence": ""}


def contact(text: str) -> dict[str, Any] | None:
    """A contact from one line of prose, with the e-mail address that it names; None for none."""
    if not text.strip():
        return None
    found = re.search(EMAIL, text)
    return {"name": text, "email": found[0] if found else ""}
