"""Stages that rules share: least shortfall first, the sum of points, the ticket tie-break last."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ortools.sat.python.cp_model import CpModel

from solver.allocation import hundredths_by_party, most_hundredths
from solver.instance import EX_ANTE, Instance
from solver.lottery import Draw
from solver.model.moves import Moved
from solver.model.objectives import EarliestStart, LeastShortfall, PointsOfParty, RankOfClaim, SumOfPoints
from solver.model.search import Attempt, Search
from solver.model.variables import Variables
from solver.moves import MOVE_STAGES
from solver.options import Options
from solver.rules.apart import points_apart
from solver.solution import POINTS, Stage

SHORTFALL, TIE_BREAK = "shortfall", "tie-break"


@dataclass(frozen=True, slots=True)
class Task:
    """What every rule works on: the search and its instance, what is open in it, and the draw that breaks ties."""

    search: Search
    instance: Instance
    options: Options
    draw: Draw


def least_shortfall(search: Search, instance: Instance) -> Stage:
    """Minimise what is missing in the reserves (C4), before everything else."""
    objective = LeastShortfall(instance, search.missing)
    reached = search.maximise(SHORTFALL, objective)
    if instance.reserves:
        search.keep(objective, reached)
    return Stage.of(SHORTFALL, -reached.value, -reached.bound)


def first_allocation(task: Task) -> None:
    """What local search finds on the whole, for rules that any allocation serves to begin with: a run that is cut short
    is then empty nowhere.
    """
    task.search.search_locally(SumOfPoints(task.instance))


def most_points(task: Task) -> Stage:
    """Maximise the sum of points, and keep it.

    First each component alone: their largest sums bound the whole, and side by side they are the answer wherever nothing
    else binds. Where the bound is met, every component keeps its own sum.
    """
    search, instance = task.search, task.instance
    apart = points_apart(search, instance, task.options)
    objective = SumOfPoints(instance, most=None if apart is None else apart.most)
    if apart is not None:
        search.offer(objective, apart.allocation)
    reached = search.maximise(POINTS, objective, Attempt.BOUND)
    search.keep(objective, reached)
    if apart is not None and reached.value == apart.most:
        apart.keep(search)
    return Stage.of(POINTS, reached.value, reached.bound)


def trivial_points(search: Search, instance: Instance) -> Stage:
    """The sum of points of the incumbent with the bound that needs no proof, for runs cut short."""
    objective = SumOfPoints(instance)
    return Stage.of(POINTS, objective.value(search.best), objective.ceiling)


def untouched_end(task: Task) -> list[Stage]:
    """The moves and the tie-break of a run that never came to them."""
    moves = [Stage.of(each.stage, -each.value(task.search.best), 0) for each in _moves(task.instance)]
    return [*moves, Stage.of(TIE_BREAK, 0, len(task.instance.credited_parties) + len(task.instance.claims))]


def tie_break(task: Task, shared_out: Sequence[int] | None = None) -> Iterator[Stage]:
    """The tie-break by tickets as a stage; none where the policy asks for a lottery, which comes after all rules.

    Before it, where entries in force may be moved, the stages that move the fewest and the least.
    """
    if task.instance.policy.tie_break == EX_ANTE:
        return
    for objective in _moves(task.instance):
        reached = task.search.maximise(objective.stage, objective)
        task.search.keep(objective, reached)
        yield Stage.of(objective.stage, -reached.value, -reached.bound)
        if not reached.proved:
            return
    yield TicketTieBreak(task, shared_out).run()


def _moves(instance: Instance) -> list[Moved]:
    """The stages of moves, none where no entry may be moved."""
    may_move = any(claim.recorded for claim in instance.claims)
    return [Moved(instance, stage) for stage in MOVE_STAGES] if may_move else []


class TicketTieBreak:
    """Among the allocations still optimal: parties in ticket order, then claims in ticket order.

    Each party in turn gets its largest u_p. Then each claim in turn gets most points, the smallest placement id and the
    earliest start, and is settled before the next. The stage's value counts the parties and claims settled; its bound
    is their number.

    The rules that use it MUST be such that the u_p of all parties decide every stage before: once these are settled,
    those stages are kept by them alone. `shared_out`: the values that the stages before leave to be shared
    out among the parties, where they fix them.
    """

    def __init__(self, task: Task, shared_out: Sequence[int] | None = None):
        self._search = task.search
        self._instance = task.instance
        self._options = task.options
        self._parties = task.draw.order(task.instance.credited_parties)
        self._remaining = None if shared_out is None else sorted(shared_out)
        self._most = most_hundredths(task.instance)
        self._claims = task.draw.order(claim.id for claim in task.instance.claims)

    def run(self) -> Stage:
        """Settle one after the other, as far as the limits allow."""
        settled = 0
        for is_settled in self._steps():
            if not is_settled:
                break
            settled += 1
        return Stage.of(TIE_BREAK, settled, len(self._parties) + len(self._claims))

    def _steps(self) -> Iterable[bool]:
        for party in self._parties:
            yield self._settle_party(party)
        # Every u_p is settled now, and levels and points with them: their rows need not be carried any further.
        self._search.restart(self._settled_rows)
        for claim in self._claims:
            yield self._settle_claim(claim)

    def _settle_party(self, party: str) -> bool:
        own = self._most[party]
        ceiling = own if self._remaining is None else max(value for value in self._remaining if value <= own)
        objective = PointsOfParty(self._instance, party, ceiling)
        reached = self._search.maximise(f"{TIE_BREAK} {party}", objective)
        self._search.keep(objective, reached)
        if reached.proved and self._remaining is not None:
            self._remaining.remove(reached.value)
        return reached.proved

    def _settled_rows(self, model: CpModel, variables: Variables) -> None:
        totals = hundredths_by_party(self._instance, self._search.best)
        for party in self._parties:
            model.add(variables.points_of(party) == totals[party])
        if self._instance.reserves:
            missing = LeastShortfall(self._instance, self._search.missing)
            model.add(missing.expression(model, variables) >= missing.value(self._search.best))
        for moved in _moves(self._instance):
            model.add(moved.expression(model, variables) >= moved.value(self._search.best))

    def _settle_claim(self, name: str) -> bool:
        claim = self._instance.claim_by_id[name]
        if claim.in_force:
            return True
        rank = RankOfClaim(self._instance, claim)
        reached = self._search.maximise(f"{TIE_BREAK} {name}", rank)
        self._search.keep(rank, reached)
        if not reached.proved or name not in self._search.best:
            return reached.proved
        return self._settle_start(name)

    def _settle_start(self, name: str) -> bool:
        allotment = self._search.best[name]
        first_day = self._options.starts[allotment.placement][0][0]
        earliest = EarliestStart(self._instance.claim_by_id[name], allotment.placement, -first_day)
        reached = self._search.maximise(f"{TIE_BREAK} {name} start", earliest)
        if reached.proved:
            self._search.fix_start(allotment.placement, -reached.value)
        return reached.proved
