"""The time chart: one line a claim, the windows asked as pale bars, the phases allotted as full ones."""

from collections.abc import Iterator
from datetime import date, timedelta

from solver.instance import Claim, Instance, Placement
from solver.show.maps import Scene
from solver.show.rows import day
from solver.show.svg import GREY, HALO, INK, PALE, RED, hint, tag, text
from solver.solution import Allotted

LINE = 18
LABEL = 130
AXIS = 26
CLAIMS_SHOWN = 150
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def height(instance: Instance) -> float:
    """Pixels that the chart needs."""
    return AXIS + LINE * (min(len(instance.claims), CLAIMS_SHOWN) + bool(instance.holds) * len(instance.holds)) + 8.0


def chart(scene: Scene, x: float, y: float, width: float) -> Iterator[str]:
    """The chart with its upper left corner at a point of the page."""
    instance = scene.instance
    axis = _Axis(instance, x + LABEL, width - LABEL)
    claims = sorted(instance.claims, key=lambda claim: claim.id)[:CLAIMS_SHOWN]
    bottom = y + height(instance) - 4
    yield from axis.grid(y, bottom)
    got = {row.claim: row for row in scene.solution.allotments} if scene.solution else {}
    for i, claim in enumerate(claims):
        top = y + AXIS + LINE * i
        yield tag("g", *_line(scene, axis, claim, got.get(claim.id), top))
    for i, hold in enumerate(instance.holds):
        top = y + AXIS + LINE * (len(claims) + i)
        yield text(x, top + 12, f"hold {hold.id}", 11, fill=GREY)
        for phase in hold.phases:
            start = hold.start + phase.offset
            yield axis.bar(start, start + phase.days, top + 4, 10, fill="url(#hatch)", stroke=GREY)


class _Axis:
    """Days to pixels."""

    def __init__(self, instance: Instance, x: float, width: float):
        self._instance = instance
        self.x, self.width = x, width
        self._days = instance.horizon_days

    def at(self, number: int) -> float:
        return self.x + self.width * max(0, min(number, self._days)) / self._days

    def bar(self, first: int, end: int, top: float, thickness: float, *content: str, **attributes: object) -> str:
        left, right = self.at(first), self.at(end)
        size = {"x": left, "y": float(top), "width": max(1.5, right - left), "height": float(thickness)}
        return tag("rect", *content, **size, **attributes)

    def grid(self, top: float, bottom: float) -> Iterator[str]:
        for number, label in self._ticks():
            px = self.at(number)
            yield tag("line", x1=px, y1=top + AXIS - 6, x2=px, y2=bottom, stroke=PALE)
            yield text(px, top + 12, label, 10, fill=GREY, text_anchor="middle")

    def _ticks(self) -> Iterator[tuple[int, str]]:
        begin = date.fromisoformat(self._instance.epoch)
        try:
            end = begin + timedelta(days=self._days)
        except OverflowError:
            yield from ((0, "day 0"), (self._days, f"day {self._days}"))
            return
        months = (end.year - begin.year) * 12 + end.month - begin.month
        step = next((step for step in STEPS_MONTHS if months / step <= 13), STEPS_MONTHS[-1] * (1 + months // 1500))
        to_january = (13 - begin.month) % 12
        for k in range(to_january if step >= 12 else 0, months + 1, step):
            year, month = divmod(begin.month - 1 + k, 12)
            if begin.year + year <= date.max.year:
                tick = date(begin.year + year, month + 1, 1)
                if begin <= tick <= end:
                    yield (tick - begin).days, str(tick.year) if step >= 12 else tick.strftime("%Y-%m")


def _line(scene: Scene, axis: _Axis, claim: Claim, got: Allotted | None, top: float) -> Iterator[str]:
    colour = scene.colour(claim.placements[0])
    lost = scene.solution is not None and got is None
    left = axis.x - LABEL
    yield tag("circle", cx=left + 5, cy=top + 8.0, r=4.0, fill=colour)
    yield text(left + 14, top + 12, claim.id[:16], 11, fill=RED if lost else INK)
    for placement in claim.placements:
        yield from _window(scene.instance, axis, placement, top)
    if got:
        yield from _phases(scene, axis, got, top)
    elif lost:
        yield text(axis.x + axis.width - 2, top + 12, "not served", 10, fill=RED, text_anchor="end", **HALO)


def _window(instance: Instance, axis: _Axis, placement: Placement, top: float) -> Iterator[str]:
    latest = min(placement.last_start, instance.horizon_days - placement.end)
    about = hint(f"{placement.id}: may start on day {placement.first_start} to {latest}, {placement.end} days long")
    yield axis.bar(placement.first_start, latest + placement.end, top + 7, 3, about, fill="#c3ccd6", fill_opacity=0.6)


def _phases(scene: Scene, axis: _Axis, got: Allotted, top: float) -> Iterator[str]:
    placement = scene.instance.placement_by_id[got.placement]
    widest_m = max(*(phase.keep_out_m for phase in placement.phases), 1)
    for phase in placement.phases:
        start = got.start + phase.offset
        days = f"{day(scene.instance, start)} to {day(scene.instance, start + phase.days)}"
        about = hint(f"{got.placement} {phase.name}, {days}, {phase.keep_out_m} m")
        thickness = 6 + 7 * phase.keep_out_m / widest_m
        yield axis.bar(
            start, start + phase.days, top + 8 - thickness / 2, thickness, about, fill=scene.colour(placement)
        )
