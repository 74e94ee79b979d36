"""Rounds: their policies, frozen instances, draws, and the official proposals with what the council decided."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask import Response

from registry.queries import proposals as deciding
from registry.queries import rounds as reading
from registry.web.api.blueprint import OBJECT, listing, operation, single
from registry.web.api.canonical import canonical
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.sessions import named_round, no_such, session
from registry.web.viewing import viewer

MOST = 2**31 - 1  # what a whole number of the database holds


class Step(Model):
    """A step that a round has taken."""

    name: str = says("What was done")
    at: datetime = says("When")


class Round(Model):
    """A filing window."""

    id: str = says("Its id, for example 2027-1")
    name: str = says("Its name")
    state: str = says("ANNOUNCED, OPEN, CLOSED, FROZEN, DRAWN, PROPOSED, ADOPTED or REJECTED")
    phase: str = says("The state, or CONCLUDED where nothing is left to be done")
    illustrative: bool = says("Whether it is invented")
    note: str = says("What else is to be known")
    opens_at: datetime = says("From when it takes claims")
    closes_at: datetime = says("Until when")
    steps: tuple[Step, ...] = says("What was done, in order")
    policy_version: int | None = says("Newest version of its policy")
    claims_by_state: dict[str, int] = says("How many of the claims that the caller sees are in which state")
    claims: int = says("How many claims the caller sees")
    parties: int = says("How many parties are credited in them")
    entries: int = says("How many entries came of it")


class PolicyVersion(Model):
    """One published version of a round's policy."""

    round: str = says("Id of the round")
    version: int = says("Its number")
    sha256: str = says("SHA-256 of the RFC 8785 form of its content, in hex")
    published_at: datetime = says("When it was published")
    content: Json = says("The policy whole: rule, points, caps, reserves, holds, timers, source of the draw, fallback")


class Draw(Model):
    """The public value and the seed made from it."""

    source: str = says("Public source named in the policy")
    value_hex: str = says("The value")
    seed_hex: str = says("SHA-256 of instance hash, a zero byte, and the value")
    drawn_at: datetime = says("When it was recorded")
    illustrative: bool = says("Whether the value is invented")
    reference: str = says("Where the value is to be found")
    published_at: datetime | None = says("When the source published it")
    seed_instance_sha256: str = says("Hash of the instance that the seed was made with")


class Instance(Model):
    """A frozen input of an allocation."""

    round: str = says("Id of the round")
    number: int = says("Its number in the round")
    kind: str = says("How it came about")
    fallback: str | None = says("The policy's fallback that led to it")
    reason: str = says("Why it was made")
    policy_version: int = says("Version of the policy")
    sha256: str = says("SHA-256 of the instance file, which is its RFC 8785 form")
    frozen_at: datetime = says("When")
    seed_hex: str | None = says("Seed of its draw")


class Vote(Model):
    """What one decider said. People are not named to the public."""

    party: str = says("Party that the decider speaks for")
    choice: str = says("adopt or reject, or that the decider stood aside")
    ground: str | None = says("Ground from the closed list, for a rejection")
    reason: str = says("In words")
    voted_at: datetime = says("When")
    interested: bool | None = says("Whether the decider's party has a claim in the proposal")


class Stage(Model):
    """One objective of the solution."""

    name: str = says("Its name")
    value: float = says("Its value")
    bound: float = says("What no allocation can pass")
    proved: bool = says("Whether the two are proved to meet")


class Proposal(Model):
    """The official solution of an instance, and the decision."""

    round: str = says("Id of the round")
    instance_sha256: str = says("Hash of the instance")
    seed_hex: str = says("Seed")
    status: str = says("OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN")
    rule: str = says("Rule of allocation")
    solution_sha256: str = says("Hash of the solution file")
    solution: Json = says("The solution whole")
    stages: tuple[Stage, ...] = says("Its objectives")
    points: dict[str, float] = says("Points of each party")
    served: int = says("How many claims got an allotment")
    unserved: int = says("How many did not")
    shortfalls: tuple[Json, ...] = says("Reserves that could not be filled, with reasons")
    fairness: Json = says("Measures of fairness")
    verified: bool = says("Whether the independent check accepted it")
    verification: Json = says("What was checked")
    proposed_at: datetime = says("When it was proposed")
    outcome: str | None = says("adopted, rejected, or null while undecided")
    ground: str | None = says("Ground of a rejection")
    decided_at: datetime | None = says("When it was decided")
    votes: tuple[Vote, ...] = says("What the deciders said")


class RoundsQuery(Paging):
    """Rounds, filtered."""

    state: str | None = says("Only rounds in this state", default=None, max_length=16)


class RoundPath(Model):
    """One round."""

    round_id: str = says("Id of the round, for example 2027-1")


class PolicyPath(RoundPath):
    """One version of a policy."""

    version: int = says("Number of the version", ge=1, le=MOST)


class InstancePath(RoundPath):
    """One instance of a round."""

    number: int = says("Number of the instance", ge=1, le=MOST)


@listing("/rounds", Round, "rounds")
def rounds(query: RoundsQuery) -> Sequence[Json]:
    """The rounds of filing."""
    rows = reading.list_rounds(session(), viewer())
    return [_Row(row) for row in rows if query.state in (None, row.state, row.phase)]  # type: ignore[misc]


@single("/rounds/<round_id>", Round, "rounds", "round")
def round_(path: RoundPath) -> Any:
    """One round with the steps it has taken."""
    found = reading.round_overview(session(), path.round_id, viewer())
    return None if found is None else _Row(found)


@single("/rounds/<round_id>/policies/<int:version>", PolicyVersion, "rounds", "policy")
def policy(path: PolicyPath) -> reading.PolicyView | None:
    """One published version of a round's policy, which never changes."""
    named_round(path.round_id)
    return reading.policy(session(), path.round_id, path.version)


@listing("/rounds/<round_id>/policies", PolicyVersion, "rounds", key=lambda row: f"{row.version:010}")
def policies(path: RoundPath, query: Paging) -> Sequence[reading.PolicyView]:
    """Every published version of a round's policy; `after` takes a version written with ten digits."""
    newest = named_round(path.round_id).policy_version or 0
    found = (reading.policy(session(), path.round_id, version) for version in range(1, newest + 1))
    return [row for row in found if row is not None]


@listing("/rounds/<round_id>/instances", Instance, "rounds", key=lambda row: f"{row['number']:010}")
def instances(path: RoundPath, query: Paging) -> Sequence[Json]:
    """The frozen instances of a round; `after` takes a number written with ten digits."""
    named_round(path.round_id)
    rows = deciding.list_instances(session(), path.round_id)
    names = Instance.model_fields.keys() - {"round"}
    return [{"round": path.round_id, **{name: getattr(row, name) for name in names}} for row in rows]


@operation("/rounds/<round_id>/instances/<int:number>/file", OBJECT, "rounds")
def instance_file(path: InstancePath) -> Response:
    """The very file that the solver gets: the instance in RFC 8785 form, whose SHA-256 is recorded."""
    named_round(path.round_id)
    found = deciding.frozen_instance(session(), path.round_id, path.number)
    if found is None:
        no_such("instance", f"{path.number} of round {path.round_id}")
    return canonical(found.content, found.sha256)


@single("/rounds/<round_id>/instances/<int:number>/draw", Draw, "rounds", "draw")
def draw(path: InstancePath) -> deciding.DrawView | None:
    """The public random value for an instance, and the seed made from it."""
    named_round(path.round_id)
    return deciding.draw_of(session(), path.round_id, path.number)


@single("/rounds/<round_id>/instances/<int:number>/proposal", Proposal, "rounds", "proposal")
def proposal(path: InstancePath) -> deciding.ProposalSummary | None:
    """The official proposal for an instance, with its proof and what was decided about it."""
    named_round(path.round_id)
    return deciding.proposal_summary(session(), path.round_id, viewer(), path.number)


class _Row:
    """A round with its steps as things."""

    def __init__(self, row: reading.RoundOverview):
        self._row = row
        self.steps = tuple({"name": name, "at": at} for name, at in row.steps)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)
