"""Parties with their memberships, points and claims."""

from datetime import date

from flask import Blueprint, render_template

from registry import ambient
from registry.queries import claims, entries, parties, proposals, rounds
from registry.queries.rounds import RoundOverview
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

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
    return render_template(
        "party.html",
        party=party,
        round=round_,
        day=_day(round_),
        points=_points(round_).get(party_id),
        claims=claims.list_claims(session(), round_.id, party=party_id, viewer=viewer()) if round_ else (),
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
    counts: dict[str, int] = {}
    for row in claims.list_claims(session(), round_.id, viewer=viewer()) if round_ else ():
        for party in row.credit:
            counts[party] = counts.get(party, 0) + 1
    return counts
