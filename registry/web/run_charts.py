"""The two charts of a run: value and bound of one stage, and the gap over the whole run; numbers for an SVG picture."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.queries.runs import TIE_BREAK, LookView, StageProgress
from registry.web.formats import grouped

WIDTH, HEIGHT = 480, 250
LEFT, RIGHT, TOP, BOTTOM = 62, 16, 16, 40
TICKS = 4
FINE_S = 8  # below that many seconds across, decimals tell the ticks apart


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: where, and what it says."""

    at: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines in the picture's units: `paths` by name, ticks of both axes."""

    paths: dict[str, str]
    across: tuple[Tick, ...]
    up: tuple[Tick, ...]
    left: int = LEFT
    right: int = WIDTH - RIGHT
    top: int = TOP
    bottom: int = HEIGHT - BOTTOM
    width: int = WIDTH
    height: int = HEIGHT


def stage_chart(stage: StageProgress) -> Chart:
    """Value and bound of a stage over the seconds of the run, as steps, with the gap between them."""
    looks = stage.looks
    numbers = [number for look in looks for number in (look.value, look.bound)]
    scale = _Scale(looks[0].seconds, looks[-1].seconds, min(numbers), max(numbers))
    value, bound = ([(look.seconds, getattr(look, name)) for look in looks] for name in ("value", "bound"))
    there, back = scale.steps(value), scale.steps(bound)
    paths = {"value": _line(there), "bound": _line(back), "between": _line([*there, *reversed(back)]) + " Z"}
    return Chart(paths, scale.across(), scale.up())


def gap_chart(stages: Sequence[StageProgress]) -> Chart:
    """The gap of whatever stage was at work, in percent, over the seconds of the run."""
    looks = in_order(stages)
    scale = _Scale(0.0, looks[-1].seconds, 0, 100)
    return Chart(
        {"gap": _line(scale.steps([(look.seconds, look.gap) for look in looks]))}, scale.across(), scale.up("%")
    )


def in_order(stages: Sequence[StageProgress]) -> list[LookView]:
    """All looks of all stages by their second."""
    return sorted((look for stage in stages for look in stage.looks), key=lambda look: look.seconds)


def stage_to_show(stages: Sequence[StageProgress], *, is_running: bool) -> StageProgress | None:
    """The stage at work, or of a run that has ended the one that took longest; ties that are broken have no curve."""
    with_curve = [stage for stage in stages if stage.name != TIE_BREAK]
    if not with_curve:
        return None
    return with_curve[-1] if is_running else max(with_curve, key=lambda stage: stage.seconds)


@dataclass(frozen=True, slots=True)
class _Scale:
    """From seconds and numbers to the picture."""

    first_s: float
    last_s: float
    least: float
    most: float

    def x(self, seconds: float) -> float:
        span = self.last_s - self.first_s or 1.0
        return LEFT + (seconds - self.first_s) / span * (WIDTH - LEFT - RIGHT)

    def y(self, number: float) -> float:
        span = self.most - self.least or 1
        return HEIGHT - BOTTOM - (number - self.least) / span * (HEIGHT - TOP - BOTTOM)

    def steps(self, points: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        """Each number holds until the next one is known."""
        found: list[tuple[float, float]] = []
        for seconds, number in points:
            if found:
                found.append((self.x(seconds), found[-1][1]))
            found.append((self.x(seconds), self.y(number)))
        return found

    def across(self) -> tuple[Tick, ...]:
        span = self.last_s - self.first_s
        digits = 0 if span >= FINE_S else 1 if span >= FINE_S / 10 else 2
        return tuple(Tick(round(self.x(at), 1), f"{at:.{digits}f} s") for at in self._even(self.first_s, self.last_s))

    def up(self, unit: str = "") -> tuple[Tick, ...]:
        numbers = sorted({round(number) for number in self._even(self.least, self.most)})
        return tuple(Tick(round(self.y(number), 1), f"{grouped(number)}{unit}") for number in numbers)

    @staticmethod
    def _even(least: float, most: float) -> list[float]:
        return [least + (most - least) * step / TICKS for step in range(TICKS + 1)] if most > least else [least]


def _line(points: Sequence[tuple[float, float]]) -> str:
    return "M" + " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
