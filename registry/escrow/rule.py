"""What goes into a deposit: everything in the database but secrets and what belongs to nobody but its maker.

Another agency needs what was decided, filed, said and recorded, in confidence too, and who may act; it makes keys and
passwords of its own. The private keys of the register are in files of the data folder, never in a table, and never deposited.
"""

from collections.abc import Mapping

from registry.services.recording import UNRECORDED

# Tables without which a register goes on, by why they stay.
LEFT_OUT: Mapping[str, str] = {
    "account_states": "secrets of sign-in",
    "api_tokens": "secrets of sign-in",
    "browser_sessions": "who is signed in now",
    "counted_requests": "counters of the running program",
    "draft_attachments": "of drafts",
    "drafts": "not filed: they are their parties' own papers",
    "requests": "answers kept for repeated requests",
    "requests_in_flight": "what is being answered now",
    "run_looks": "how far a computation had come",
    "sign_in_failures": "counters of the running program",
    "worker_beats": "who works now",
}
# Columns that hold secrets of sign-in: everybody gets a new password from the agency that goes on.
LEFT_OUT_COLUMNS: Mapping[str, frozenset[str]] = {"users": UNRECORDED["users"]}
