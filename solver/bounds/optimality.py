"""Proving a solution again: every stage put to HiGHS in a second formulation."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from solver.bounds.engine import Highs
from solver.bounds.second import Formulation, Question, questions
from solver.clock import Stopwatch
from solver.instance import Instance
from solver.solution import OPTIMAL, Solution

ANSWERS = {"no": "agreed", "yes": "contradicted", "unknown": "open"}
ASKED_RULES = ("equal-footing", "max-points")


@dataclass(frozen=True, slots=True)
class OptimalityReport:
    """What the second engine says of each stage: agreed, contradicted or open; true if it agrees throughout."""

    verdicts: Mapping[str, str]

    def __bool__(self) -> bool:
        return bool(self.verdicts) and set(self.verdicts.values()) == {"agreed"}

    def named(self, verdict: str) -> list[str]:
        """The stages with a verdict."""
        return [stage for stage, found in self.verdicts.items() if found == verdict]


def prove_again(
    instance: Instance,
    solution: Solution,
    tickets: Mapping[str, str] | None = None,
    seconds: float = 60.0,
    progress: Callable[[str, str], None] | None = None,
) -> OptimalityReport:
    """Ask HiGHS, at most `seconds` a stage, whether any stage of a completed solution could have been better.

    Stops at the first contradiction. The allotments themselves are for `solver.verify`.

    Raises
    ------
    ValueError
        For a solution that is not OPTIMAL or of a rule that has no second formulation.
    """
    if solution.status != OPTIMAL or instance.policy.rule not in ASKED_RULES:
        raise ValueError("only OPTIMAL solutions of equal-footing and max-points can be proved again")
    verdicts: dict[str, str] = {}
    formulation = Formulation(instance)
    with Highs() as highs:
        for question in questions(formulation, solution, tickets):
            verdict = _verdict(highs, formulation, question, seconds)
            verdicts[question.stage] = verdict
            if progress:
                progress(question.stage, verdict)
            if verdict == "contradicted":
                break
    return OptimalityReport(verdicts)


def _verdict(highs: Highs, formulation: Formulation, question: Question, seconds: float) -> str:
    """What HiGHS says of a question; an allocation that blocks a way (C5) is no answer, and it is asked again without."""
    stopwatch = Stopwatch()
    while (left_s := seconds - stopwatch.seconds) > 0:
        answer = highs.ask(solvable=[question.program.document()], seconds=left_s)[0]
        if answer["verdict"] != "yes" or not formulation.learn(question.program, answer["columns"]):
            return ANSWERS[answer["verdict"]]
    return ANSWERS["unknown"]
