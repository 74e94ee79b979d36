"""What the register is about: entities and pure rules. No Flask, no session calls, no clock.

Importing any part loads all entities, so that every table that another one refers to is known.
"""

from registry.domain import (
    agreements,
    claims,
    comments,
    consultations,
    decisions,
    drafts,
    entries,
    examinations,
    instruments,
    keys,
    missions,
    notes,
    notices,
    offers,
    parties,
    places,
    requests,
    role_changes,
    rounds,
    runs,
    sign_ins,
    users,
)

__all__ = [
    "agreements",
    "claims",
    "comments",
    "consultations",
    "decisions",
    "drafts",
    "entries",
    "examinations",
    "instruments",
    "keys",
    "missions",
    "notes",
    "notices",
    "offers",
    "parties",
    "places",
    "requests",
    "role_changes",
    "rounds",
    "runs",
    "sign_ins",
    "users",
]
