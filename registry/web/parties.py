"""Parties with their memberships, points and claims."""

from datetime import date

from flask import Blueprint, render_template

from registry import ambient
from registry.queries import entries, parties, proposals, rounds
from registry.queries.rounds import RoundOverview
from registry.web import asked
from registry.web.kept_claims import claims_of
from registry.web.pages import Pages
from registry.web.sessions import chosen_round, no_such, session

pages = Blueprint("parties", __name__)


@pages.get("/parties")
def all_parties() -> str:
    """Every party with its groups on the round's day and what it filed and got."""
    round_ = chosen_round()
    return render_template(
        "parties.html",
        round=round_,
        day=_day(round_),
        rows=parties.list_parties(session(), _day(round_)),
        points=_points(round_),
        claimed=_claimed(round_),
    )


@pages.get("/parties/<party_id>")
def one_party(party_id: str) -> str:
    """One party."""
    round_ = chosen_round()
    party = parties.party_page(session(), party_id, _day(round_)) or no_such("party", party_id)
    credited = claims_of(round_.id).by_party.get(party_id, ()) if round_ else ()
    return render_template(
        "party.html",
        party=party,
        round=round_,
        day=_day(round_),
        points=_points(round_).get(party_id),
        claims=Pages.of(credited, asked.whole_number("page", 1)),
        entries=entries.list_entries(session(), party=party_id),
    )


def _day(round_: RoundOverview | None) -> date:
    """The date on which memberships count: the one that the round's policy names, else today."""
    policy = rounds.policy(session(), round_.id) if round_ else None
    return date.fromisoformat(policy.content["groups_as_of"]) if policy else ambient.now().date()


def _points(round_: RoundOverview | None) -> dict[str, float]:
    found = proposals.proposal_summary(session(), round_.id) if round_ else None
    return dict(found.points) if found else {}


def _claimed(round_: RoundOverview | None) -> dict[str, int]:
    """How many claims of the round are credited to each party."""
    return {party: len(rows) for party, rows in claims_of(round_.id).by_party.items()} if round_ else {}
