"""The study of importance, with W(I) for the sum of points of the completed solution of an instance I under its rule and seed.

**A claim c.** G is the instance with c granted, R with c refused: the one of them that the solution of I is, and the other solved
(refused: without the claim; granted: with reserves of its own that serve it before everything else, if anything can). With u_r
the points of party r by the values of I:

- *by granting* party r changes by u_r(G) - u_r(R); what it costs the others is the sum of what parties without credit in c
  lose, what it gives them the sum of what they gain. Refusing costs and gives the others the same two sums, exchanged;
- the first stage, in the order in which stages count, that differs between R and G, with both values (`solver.explain`).

**A place Q** (`places`), with W as above and o running over placements of Q of claims not in force:

- *one more*: max of W(I with o on ground of its own) - W(I), over the o better than what their claims have. This o could be
  allotted and would stand in nobody's way: one further unit of room. 0 if there is no such o;
- *one less*: min of W(I) - W(I without o), over the o that are allotted: what losing a unit of room would cost at least;
- both also in km2_days: the change of the sum, over the placements allotted, of pi keep-out^2 / 10^6 times days of each phase.

Rules that look at the worst-off first may have less W with more room: the numbers are told as they are, negative ones too.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from solver.explain.granted import Verdict, compare
from solver.fields import Fault, InputError
from solver.importance.changed import served, with_own_ground, without_placement
from solver.importance.places import Place, places
from solver.incentives import edits
from solver.incentives.edits import Document
from solver.incentives.worth import outcomes, worth
from solver.instance import Claim, Instance, Placement
from solver.io import canonical
from solver.lottery import Draw
from solver.many import Problem, Solver
from solver.solution import INFEASIBLE, OPTIMAL, Solution
from solver.zones import km2_days

SERVED, UNSERVED, IN_FORCE = "served", "unserved", "in force"
SOLVED, IMPOSSIBLE, NOT_DECIDED, NOT_BEGUN = "solved", "impossible", "not decided", "not begun"
NO_GROUND = "no free ground"


@dataclass(frozen=True, slots=True)
class ClaimImportance:
    """What granting a claim changes against refusing it; points in hundredths. None where it is not solved."""

    claim: str
    state: str
    decided: str
    sha256: str | None = None
    verdict: Verdict | None = None
    by_granting: Mapping[str, Fraction] | None = None
    points: Fraction | None = None

    def others(self, claim: Claim) -> dict[str, Fraction]:
        """Changes of parties without credit in the claim."""
        return {p: by for p, by in (self.by_granting or {}).items() if p not in claim.credit and by}


@dataclass(frozen=True, slots=True)
class Unit:
    """One more or one less placement at a place: what the sums of points (hundredths) and km2_days change by."""

    placement: str
    points: Fraction
    km2_days: Fraction


@dataclass(frozen=True, slots=True)
class PlaceImportance:
    """How scarce room at a place is. `open`: problems that were not decided, so that one more may be more, one less less."""

    place: Place
    claims: int
    asked_points: int
    asked_km2_days: int
    allotted_points: Fraction
    allotted_km2_days: Fraction
    more: Unit | None
    less: Unit | None
    open: int


@dataclass(frozen=True, slots=True)
class Importance:
    """The whole answer; `is_whole` is false if somebody wanted it to end before all was solved."""

    instance: Instance
    seed: str
    truth: Solution
    claims: tuple[ClaimImportance, ...]
    places: tuple[PlaceImportance, ...]
    solved: int
    seconds: float
    is_whole: bool


def importance(instance: Instance, seed: bytes, solver: Solver, regions: bytes | None = None) -> Importance:
    """What claims cost the others and how scarce places are.

    Raises
    ------
    InputError
        If the entries in force contradict each other, the regions cannot be used or the instance is not solved in time.
    """
    found_places = places(instance, regions)
    truth = Problem(canonical(instance.document), seed)
    found = solver.answers([truth]).get(truth.key)
    if found is None or found.status not in (OPTIMAL, INFEASIBLE):
        what = "the run of the instance itself was cut short: there is nothing to compare"
        raise InputError([Fault("--time-limit", what, "give it more time")])
    if found.status == INFEASIBLE:
        what = "the entries in force contradict each other: there is nothing to compare"
        raise InputError([Fault("claims", what, "mend the entries in force")])
    asker = _Asker(instance, seed, solver, found)
    claims, told_places = asker.answers(found_places)
    return Importance(
        instance, seed.hex(), found, claims, told_places, solver.solved, solver.seconds, is_whole=not solver.is_over
    )


class _Asker:
    """One study in the making."""

    def __init__(self, instance: Instance, seed: bytes, solver: Solver, truth: Solution):
        self._instance, self._seed, self._solver, self._truth = instance, seed, solver, truth
        self._true = worth(instance, truth)
        self._km2_days = {
            p.id: km2_days((phase.keep_out_m, phase.days) for phase in p.phases)
            for p in instance.placement_by_id.values()
        }
        self._sure = self._chances(truth)

    def answers(self, found: Sequence[Place]) -> tuple[tuple[ClaimImportance, ...], tuple[PlaceImportance, ...]]:
        """Claims in their order, places as given."""
        claims = {c.id: self._problem(self._opposite(c)) for c in self._instance.claims if not self._is_entry(c.id)}
        wanted = {p.id for place in found for p in self._open(place)}
        more = {name: self._own_ground(name) for name in wanted if self._is_wanted(name)}
        less = {name: self._problem(without_placement(self._instance, name)) for name in wanted if name in self._sure}
        problems = [*claims.values(), *(problem for problem in more.values() if problem), *less.values()]
        self._solver.answers(problems)
        told = tuple(self._claim(claim, claims.get(claim.id)) for claim in self._instance.claims)
        return told, tuple(self._place(place, more, less) for place in found)

    def _is_entry(self, claim_id: str) -> bool:
        return edits.is_entry(self._instance.document, claim_id)

    def _problem(self, document: Document) -> Problem:
        return Problem(canonical(document), self._seed, self._truth.allotments)

    def _solution(self, problem: Problem | None) -> Solution | None:
        return None if problem is None else self._solver.answers([]).get(problem.key)

    def _chances(self, solution: Solution) -> dict[str, Fraction]:
        """How likely each placement is to be allotted; 1 or left out, unless there is a lottery."""
        found: dict[str, Fraction] = {}
        for chance, rows in outcomes(solution):
            for row in rows:
                found[row.placement] = found.get(row.placement, Fraction(0)) + chance
        return found

    # Claims

    def _is_served(self, claim: Claim) -> bool:
        return any(placement.id in self._sure for placement in claim.placements)

    def _opposite(self, claim: Claim) -> Document:
        if self._is_served(claim):
            return edits.dropped(self._instance.document, claim.id)
        return served(self._instance, claim.id)

    def _claim(self, claim: Claim, problem: Problem | None) -> ClaimImportance:
        if problem is None:
            return ClaimImportance(claim.id, IN_FORCE, SOLVED)
        state = SERVED if self._is_served(claim) else UNSERVED
        other = self._solution(problem)
        if other is None or other.status != OPTIMAL:
            return ClaimImportance(claim.id, state, NOT_BEGUN if other is None else NOT_DECIDED, problem.sha256)
        granted, refused = (self._truth, other) if state == SERVED else (other, self._truth)
        chances = self._chances(granted)
        wanted = frozenset(placement.id for placement in claim.placements if placement.id in chances)
        if not wanted:
            return ClaimImportance(claim.id, state, IMPOSSIBLE, problem.sha256)
        with_it, without_it = worth(self._instance, granted), worth(self._instance, refused)
        changes = {party: with_it[party] - without_it[party] for party in with_it}
        verdict = None
        if granted.distribution is None:
            verdict = compare(self._instance, refused, granted, Draw(self._seed), wanted)
        return ClaimImportance(
            claim.id, state, SOLVED, problem.sha256, verdict, changes, sum(changes.values(), Fraction(0))
        )

    # Places

    def _open(self, place: Place) -> Iterator[Placement]:
        for name in place.placements:
            placement = self._instance.placement_by_id[name]
            if not self._is_entry(placement.claim):
                yield placement

    def _is_wanted(self, name: str) -> bool:
        """Whether a placement is better than what its claim has at the worst."""
        placement = self._instance.placement_by_id[name]
        claim = self._instance.claim_by_id[placement.claim]
        has = {p.id: p.points for p in claim.placements if p.id in self._sure}
        is_sure = sum((self._sure[p] for p in has), Fraction(0)) == 1
        return not is_sure or placement.points > min(has.values())

    def _own_ground(self, name: str) -> Problem | None:
        document = with_own_ground(self._instance, name)
        return None if document is None else self._problem(document)

    def _place(self, place: Place, more: Mapping[str, Problem | None], less: Mapping[str, Problem]) -> PlaceImportance:
        best: dict[str, Placement] = {}
        for name in place.placements:
            placement = self._instance.placement_by_id[name]
            known = best.get(placement.claim)
            if known is None or (placement.points, known.id) > (known.points, placement.id):
                best[placement.claim] = placement
        gained = {name: self._unit(name, more[name], 1) for name in place.placements if name in more}
        lost = {name: self._unit(name, less[name], -1) for name in place.placements if name in less}
        sure = [name for name in place.placements if name in self._sure]
        mores, lesses = [u for u in gained.values() if u], [u for u in lost.values() if u]
        return PlaceImportance(
            place=place,
            claims=len(best),
            asked_points=sum(placement.points for placement in best.values()),
            asked_km2_days=sum(self._km2_days[placement.id] for placement in best.values()),
            allotted_points=sum((self._sure[n] * self._points(n) for n in sure), Fraction(0)),
            allotted_km2_days=sum((self._sure[n] * self._km2_days[n] for n in sure), Fraction(0)),
            more=max(mores, key=lambda unit: (unit.points, -unit.km2_days, unit.placement), default=None),
            less=min(lesses, key=lambda unit: (unit.points, unit.km2_days, unit.placement), default=None),
            open=len(gained) + len(lost) - len(mores) - len(lesses),
        )

    def _points(self, name: str) -> int:
        return self._instance.placement_by_id[name].points

    def _unit(self, name: str, problem: Problem | None, sign: int) -> Unit | None:
        solution = self._solution(problem)
        if solution is None or solution.status != OPTIMAL:
            return None
        points = sum(worth(self._instance, solution).values(), Fraction(0)) - sum(self._true.values(), Fraction(0))
        area = self._area(solution) - self._area(self._truth)
        return Unit(name, sign * points, sign * area)

    def _area(self, solution: Solution) -> Fraction:
        chances = self._chances(solution).items()
        return sum((chance * self._km2_days[name] for name, chance in chances), Fraction(0))
