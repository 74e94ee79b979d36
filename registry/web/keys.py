"""The public keys of the log with their history, and the witnesses; rotating them is a command on the register's machine."""

from flask import Blueprint, render_template

from registry.queries import keys, names
from registry.web.sessions import chosen_round, session

pages = Blueprint("keys", __name__)


@pages.get("/keys")
def all_keys() -> str:
    """Every key that has signed the log, and every key that co-signs it."""
    return render_template(
        "keys.html",
        keys=keys.list_keys(session()),
        witnesses=keys.list_witnesses(session()),
        names=names.party_names(session()),
        round=chosen_round(),
    )
