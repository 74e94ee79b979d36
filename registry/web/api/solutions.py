"""Every solution that was kept for a round: official proposals, and trials on which nobody decides."""

from collections.abc import Sequence
from datetime import datetime

from registry.queries import comparisons
from registry.web.api.blueprint import listing
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.api.rounds import RoundPath
from registry.web.sessions import named_round, session


class KeptSolution(Model):
    """A solution in short; that of an official proposal is whole under its instance."""

    id: int = says("Its number")
    official: bool = says("Whether it is the official proposal, or a trial")
    outcome: str = says("adopted, rejected, or nothing while undecided; trials are not decided on")
    instance: int = says("Number of the instance")
    instance_kind: str = says("How the instance came about")
    rule: str = says("Rule of allocation")
    status: str = says("OPTIMAL, FEASIBLE, INFEASIBLE or UNKNOWN")
    seed_hex: str = says("Seed")
    is_drawn_seed: bool = says("Whether the seed is that of the public draw")
    verified: bool = says("Whether the independent check accepted it")
    confirmed: bool | None = says("Whether a second engine found the same; null where none was asked")
    proposed_at: datetime = says("When it was kept")
    solution_sha256: str = says("SHA-256 of the RFC 8785 form of the solution")
    served: int = says("How many claims got an allotment")
    unserved: int = says("How many did not")
    shortfall: int = says("How much is missing in reserves")
    fairness: Json = says("Measures of fairness")


@listing("/rounds/<round_id>/solutions", KeptSolution, "rounds", key=lambda row: f"{row.id:010}")
def solutions(path: RoundPath, query: Paging) -> Sequence[comparisons.Side]:
    """The proposals and trials of a round; `after` takes a number with ten digits, as `next` has it."""
    named_round(path.round_id)
    return comparisons.sides(session(), path.round_id)
