"""A comparison of rules as a picture: one line a party, one mark a rule, as SVG. The same comparison gives the same bytes.

Rules differ by shape as well as by colour (Okabe and Ito 2008, colours told apart by the colour-blind).
"""

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from solver.compare import Comparison
from solver.solution import in_points

# Okabe and Ito's blue, vermilion, green, purple and orange; the shapes as paths around 0, 0.
MARKS = (
    ("#0072B2", "M-5 0A5 5 0 1 0 5 0A5 5 0 1 0 -5 0Z"),
    ("#D55E00", "M-5 -5H5V5H-5Z"),
    ("#009E73", "M0 -6L6 5H-6Z"),
    ("#CC79A7", "M0 -7L7 0L0 7L-7 0Z"),
    ("#E69F00", "M0 6L6 -5H-6Z"),
)
WIDTH, ROW, LEFT, RIGHT, TOP, BOTTOM = 860, 22, 190, 40, 78, 40
NOTE = 'font-family="sans-serif" font-size="12" fill="#222"'


def svg_bytes(comparison: Comparison) -> bytes:
    """The points of each party under each rule; parties from the worst-off under the first rule down."""
    first = next(iter(comparison.outcomes.values()))
    parties = sorted(comparison.instance.credited_parties, key=lambda party: (first.solution.parties[party], party))
    height = TOP + ROW * len(parties) + BOTTOM
    title = f"Points of parties by rule: {comparison.instance.id}"
    lines = [
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'role="img" aria-label={quoteattr(title)}>'
        ),
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="10" y="22" font-family="sans-serif" font-size="15" fill="#222">{escape(title)}</text>',
        *_legend(comparison),
        *_axis(comparison, height),
        *(line for row, party in enumerate(parties) for line in _party(comparison, party, TOP + ROW * row + ROW / 2)),
        "</svg>",
    ]
    return ("\n".join(lines) + "\n").encode()


def _most(comparison: Comparison) -> int:
    """The end of the axis in hundredths: a multiple of 50 points that nobody passes."""
    most = max((max(o.solution.parties.values(), default=0) for o in comparison.outcomes.values()), default=0)
    return max(5000, -(-most // 5000) * 5000)


def _x(hundredths: int, most: int) -> str:
    return f"{LEFT + (WIDTH - LEFT - RIGHT) * hundredths / most:.1f}"


def _legend(comparison: Comparison) -> Iterator[str]:
    step = (WIDTH - 40) / max(5, len(comparison.outcomes))
    for number, rule in enumerate(comparison.outcomes):
        yield f'<g transform="translate({20 + step * number:.0f} 46)">{_mark(number, rule)}'
        yield f'<text x="12" y="4" {NOTE}>{escape(rule)}</text></g>'


def _mark(number: int, label: str) -> str:
    colour, path = MARKS[number % len(MARKS)]
    return f'<path d="{path}" fill="{colour}" fill-opacity="0.8"><title>{escape(label)}</title></path>'


def _axis(comparison: Comparison, height: int) -> Iterator[str]:
    most = _most(comparison)
    for points in range(0, most + 1, max(5000, most // 5000 // 8 * 5000)):
        x = _x(points, most)
        yield f'<line x1="{x}" x2="{x}" y1="{TOP}" y2="{height - BOTTOM}" stroke="#ccc"/>'
        yield f'<text x="{x}" y="{height - 22}" text-anchor="middle" {NOTE}>{in_points(points)}</text>'
    yield f'<text x="{WIDTH - RIGHT}" y="{height - 6}" text-anchor="end" {NOTE}>points</text>'


def _party(comparison: Comparison, party: str, y: float) -> Iterator[str]:
    yield f'<text x="{LEFT - 12}" y="{y + 4:.1f}" text-anchor="end" {NOTE}>{escape(party)}</text>'
    for number, (rule, outcome) in enumerate(comparison.outcomes.items()):
        value = outcome.solution.parties[party]
        label = f"{party}, {rule}: {in_points(value)} points"
        yield f'<g transform="translate({_x(value, _most(comparison))} {y:.1f})">{_mark(number, label)}</g>'
