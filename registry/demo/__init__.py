"""The main job: one whole round from an empty folder to recorded entries, step by step.

Each step first looks at what the register holds, so that the job can be stopped anywhere and run again: what is there
stays and is said to be there. Instants come from the round's schedule and never from the clock.
"""

from registry.demo.fixtures import FIXTURES
from registry.demo.job import DemoError, Job, StepError, run

__all__ = ["FIXTURES", "DemoError", "Job", "StepError", "run"]
