"""Equity over time: how claims, entries and safety zones are spread, round after round."""

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext

from registry.domain.concentration import By
from registry.queries import equity, site_bank
from registry.web import asked
from registry.web.keeping import kept, state_of
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer

pages = Blueprint("equity", __name__)
KINDS = {
    By.PARTY: lazy_gettext("Party"),
    By.COALITION: lazy_gettext("Coalition or group"),
    By.CONTROLLER: lazy_gettext("Ultimate controller"),
}


@pages.get("/equity")
def concentration() -> str:
    """Who has how much by the end of a round, and how that went round after round."""
    found: equity.Concentration = kept(
        state_of(session(), viewer(), "concentration"), lambda: equity.concentration(session())
    )
    round_id = asked.choice("round", found.rounds) or (found.rounds[-1] if found.rounds else "")
    by = By(asked.choice("by", [str(kind) for kind in KINDS]) or By.PARTY)
    return render_template(
        "equity.html",
        round=chosen_round(round_id or None),
        found=found,
        round_id=round_id,
        by=by,
        kinds=KINDS,
        rows=found.by(round_id, by),
        wholes=[row for row in found.shares if row.by is By.ALL],
        asked=request.args,
        bank=site_bank.bank(session()),
    )
