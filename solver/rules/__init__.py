"""Allocation rules: one module each in a table by the name that a policy gives; the stages that they share."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from solver.rules import equal_footing, first_come, max_points, nash, serial
from solver.rules.stages import Task, least_shortfall
from solver.solution import Stage


class Rule(Protocol):
    """What a module of a rule offers."""

    def stages(self, task: Task) -> Iterator[Stage]:
        """The stages after the least shortfall in their order, each run when it is asked for; stops where it must."""

    def unreached(self, task: Task, done: Sequence[str]) -> list[Stage]:
        """The stages that a run cut short never came to (those not in `done`), with bounds that need no proof."""


RULES: Mapping[str, Rule] = {
    "equal-footing": equal_footing,
    "max-points": max_points,
    "nash": nash,
    "first-come": first_come,
    "serial": serial,
}


def run(task: Task) -> list[Stage]:
    """Least shortfall, then all stages of the instance's rule as far as the limits allow."""
    rule = RULES[task.instance.policy.rule]
    done = [least_shortfall(task.search, task.instance)]
    if done[0].proved:
        done += rule.stages(task)
    if not all(stage.proved for stage in done):
        done += rule.unreached(task, [stage.name for stage in done])
    return done
