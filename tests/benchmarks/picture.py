"""The figures as pictures: gaps of the rows on points, and growth of time and memory with the number of claims."""

import math
from collections.abc import Callable, Sequence
from typing import Any

from solver.show.svg import GREY, INK, PALE, PALETTE, PAPER, tag, text
from tests.benchmarks.rows import CERTIFICATE, HIGHS, OURS, PAIRWISE

Result = dict[str, Any]
COLOUR = dict(zip((OURS, CERTIFICATE, PAIRWISE, HIGHS), PALETTE, strict=False))
WIDTH, LEFT, BAR = 860, 190, 16
LONGEST_PERCENT = 10.0  # a longer bar would leave no room for the others; its figure stands beside it
DASHES = {OURS: "none", PAIRWISE: "6 3", HIGHS: "2 2"}


def gaps(results: Sequence[Result]) -> str:
    """Bars of the gap between own bound and own value, percent."""
    shown = [r for r in results if r.get("gap_percent") is not None and not r["row"].startswith("growth")]
    most = min(max((r["gap_percent"] for r in shown), default=1) or 1, LONGEST_PERCENT)
    lines = [text(16, 26, "Gap between bound and value, percent", 16, fill=INK)]
    for i, r in enumerate(shown):
        y, width = 50 + 24 * i, 520 * min(1.0, r["gap_percent"] / most)
        lines.append(text(16, y + 12, f"{r['row']}: {r['contender']}", fill=INK))
        lines.append(tag("rect", x=LEFT, y=y, width=max(1.0, width), height=BAR, fill=COLOUR[r["contender"]]))
        lines.append(text(LEFT + 8 + width, y + 12, f"{r['gap_percent']:.2f}", fill=INK))
    return _page(lines, 70 + 24 * len(shown))


def growth(results: Sequence[Result]) -> str:
    """Seconds to build and most memory by number of claims, both axes in equal ratios."""
    rows = [r for r in results if r["row"].startswith("growth") and "error" not in r]
    panels = [("Seconds to build the model", lambda r: r.get("build_s")), ("Peak memory, MB", lambda r: r["peak_mb"])]
    lines = [line for i, (title, figure) in enumerate(panels) for line in _panel(rows, title, figure, 40 + 410 * i)]
    return _page(lines, 360)


def _panel(rows: Sequence[Result], title: str, figure: Callable[[Result], float | None], left: float) -> list[str]:
    points = [(r["contender"], int(r["row"].split()[1]), float(figure(r) or 0)) for r in rows if figure(r)]
    lines = [text(left, 26, title, 15, fill=INK)]
    if not points:
        return lines
    sizes, values = sorted({n for _, n, _ in points}), [v for _, _, v in points]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)) + 1e-9)

    def place(n: int, value: float) -> tuple[float, float]:
        x = math.log(n / sizes[0]) / (math.log(sizes[-1] / sizes[0]) or 1)
        return left + 30 + 300 * x, 300 - 240 * (math.log10(value) - low) / ((high - low) or 1)

    for power in range(low, high + 1):
        y = place(sizes[0], 10.0**power)[1]
        lines += [
            tag("line", x1=left + 30, x2=left + 330, y1=y, y2=y, stroke=PALE),
            text(left - 8, y + 4, f"{10.0**power:g}", fill=GREY),
        ]
    lines += [text(place(n, 10.0**low)[0] - 10, 320, str(n), fill=GREY) for n in sizes]
    for i, name in enumerate(dict.fromkeys(name for name, _, _ in points)):
        line = [place(n, v) for who, n, v in sorted(points) if who == name]
        lines.append(
            tag(
                "polyline",
                points=" ".join(f"{x:.1f},{y:.1f}" for x, y in line),
                fill="none",
                stroke=COLOUR[name],
                stroke_width=2,
                stroke_dasharray=DASHES[name],
            )
        )
        lines.append(text(left + 30 + 90 * i, 344, name, fill=COLOUR[name]))
    return lines


def _page(lines: Sequence[str], height: int) -> str:
    paper = tag("rect", width=WIDTH, height=height, fill=PAPER)
    frame = {"xmlns": "http://www.w3.org/2000/svg", "width": WIDTH, "height": height, "font_family": "sans-serif"}
    return tag("svg", paper, *lines, **frame) + "\n"
