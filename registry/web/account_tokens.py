"""The own account: tokens for programs, made and revoked with the password at hand, and shown once."""

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import auth_required, current_user, roles_accepted

from registry import ambient, db
from registry.domain import api_tokens as rules
from registry.services import tokens
from registry.services.errors import NotFoundError, ServiceError, ValidationError
from registry.services.tokens import Wanted
from registry.web.access.context import access
from registry.web.access.log import said
from registry.web.acting import actor
from registry.web.reauthentication import needs_reauthentication
from registry.web.sentences import told
from registry.web.sessions import no_such, session

pages = Blueprint("tokens", __name__)
ROLES = ("delegate", "registrar")
USUAL_DAYS = 90


@pages.get("/account/tokens")
@auth_required("session")
@roles_accepted(*ROLES)
def home() -> str:
    """The own tokens, those that count no more included, and the form for a new one."""
    return _home()


@pages.post("/account/tokens")
@auth_required("session")
@roles_accepted(*ROLES)
@needs_reauthentication
def make() -> ResponseReturnValue:
    """Make a token and show it, this once."""
    form, secret = request.form, rules.MARK + ambient.token()
    days = form.get("days", "").strip()
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 6 else 0
    wanted = Wanted(form.get("name", ""), form.getlist("scopes"), count)
    who, most = actor("tokens.make"), access().settings.api_token_days
    try:
        made = tokens.make(session(), current_user.email, wanted, secret, who, ambient.now(), most_days=most)
        db.commit(session())
    except ServiceError as error:
        session().rollback()
        return _home(_faults(error)), 422
    said("token-made", access().subject(current_user.email))
    return render_template("account_token.html", made=made, secret=secret)


@pages.post("/account/tokens/<int:token_id>/revoke")
@auth_required("session")
@roles_accepted(*ROLES)
@needs_reauthentication
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token at once."""
    who, number = actor("tokens.revoke"), min(token_id, 2**31 - 1)
    try:
        tokens.revoke(session(), current_user.email, number, who, ambient.now())
        db.commit(session())
    except NotFoundError:
        no_such("token", str(token_id))
    except ServiceError as error:
        session().rollback()
        return _home(_faults(error)), 409
    said("token-revoked", access().subject(current_user.email))
    return redirect(url_for("tokens.home", done="revoked"), code=303)


def _home(faults: Sequence[tuple[str, str]] = ()) -> str:
    held = {role.name for role in current_user.roles}
    at = ambient.now()
    return render_template(
        "account_tokens.html",
        rows=[(row, row.counts_at(at)) for row in tokens.of_user(session(), current_user.id)],
        scopes=[scope for scope, roles in rules.SCOPES.items() if roles & held],
        most_days=access().settings.api_token_days,
        usual_days=min(USUAL_DAYS, access().settings.api_token_days),
        faults=faults,
        typed=request.form,
        done=request.args.get("done", ""),
    )


def _faults(error: ServiceError) -> list[tuple[str, str]]:
    """(field, text) of each fault; a fault without a field stands for the whole."""
    if not isinstance(error, ValidationError):
        return [("", told(error))]
    split = [fault.partition(": ") for fault in error.faults]
    return [(field, told(text)) for field, _, text in split]
