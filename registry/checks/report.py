"""What a check found: lines, each with a level, what it is about, what is so, and what to mend."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a line matters: nothing to do; look at it; the register must not run so."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at; `mend` says what to do where anything is to be done."""

    level: Level
    about: str
    said: str
    mend: str = ""


def ok(about: str, said: str) -> Line:
    """Nothing to do."""
    return Line(Level.OK, about, said)


def warning(about: str, said: str, mend: str) -> Line:
    """Somebody should look at this."""
    return Line(Level.WARNING, about, said, mend)


def fault(about: str, said: str, mend: str) -> Line:
    """The register cannot run, or must not, before this is mended."""
    return Line(Level.FAULT, about, said, mend)


def worst(lines: Iterable[Line]) -> int:
    """The exit code: 0 if nothing is to be done, 1 with a warning, 2 with a fault."""
    order = list(Level)
    return max((order.index(line.level) for line in lines), default=0)
