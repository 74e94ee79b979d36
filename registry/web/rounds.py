"""Rounds: the list, one round, its policy and its proposal."""

from flask import Blueprint, render_template

from registry.log import reading
from registry.queries import proposals, rounds, runs
from registry.queries.names import party_names, person_names, places_by_id
from registry.queries.proposals import ProposalSummary
from registry.queries.rounds import PolicyView, RoundOverview
from registry.web import run_words
from registry.web.round_steps import steps_of
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("rounds", __name__)


@pages.get("/rounds")
def all_rounds() -> str:
    """Every round, the newest first."""
    listed = rounds.list_rounds(session(), viewer())
    illustrative = next((row for row in listed if row.illustrative), None)
    return render_template("rounds.html", round=illustrative, rounds=listed)


@pages.get("/rounds/<round_id>")
def one_round(round_id: str) -> str:
    """One round: where it stands, its dates and its counts."""
    round_ = named_round(round_id)
    return render_template("round.html", round=round_, taken=steps_of(round_))


@pages.get("/rounds/<round_id>/policy")
def policy(round_id: str) -> str:
    """The policy in force, whole and in words."""
    round_ = named_round(round_id)
    return policy_page(round_, rounds.policy(session(), round_id) or no_such("policy of round", round_id))


@pages.get("/rounds/<round_id>/proposal")
def proposal(round_id: str) -> str:
    """The official proposal with its proof: stages, points, verification, hashes, votes."""
    round_ = named_round(round_id)
    found = proposals.proposal_summary(session(), round_id, viewer()) or no_such("proposal of round", round_id)
    return proposal_page(round_, found)


def policy_page(round_: RoundOverview, found: PolicyView) -> str:
    """The page of one version of a policy."""
    return render_template(
        "policy.html", round=round_, policy=found, rules=found.content, places=places_by_id(session())
    )


def proposal_page(round_: RoundOverview, found: ProposalSummary, number: int | None = None) -> str:
    """The page of the proposal for instance `number` of a round, the newest if none is named."""
    return render_template(
        "proposal.html",
        round=round_,
        proposal=found,
        incentives=runs.incentives(session(), found.solution_sha256),
        run_words=run_words,
        instance=proposals.frozen_instance(session(), round_.id, number),
        draw=proposals.draw_of(session(), round_.id, number),
        names=party_names(session()),
        people=person_names(session(), viewer()),
        records=reading.records_about(session(), f"rounds/{round_.id}", viewer()),
    )
