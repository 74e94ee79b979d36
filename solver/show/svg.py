"""SVG written by hand: escaped elements, a frame from map metres to the page, colours of parties."""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

INK, GREY, PALE, PAPER, RED = "#1b2430", "#6b7785", "#dde3ea", "#ffffff", "#b3261e"
HALO = {"stroke": PAPER, "stroke_width": 3, "paint_order": "stroke"}  # keeps text readable over lines
# Colours that stay apart for most kinds of colour vision: Okabe and Ito (2008), the yellow darkened for white paper.
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#b58900", "#56b4e9", "#7b4fb5", "#8c564b")


def tag(name: str, *content: str, **attributes: Any) -> str:
    """An element; `_` in attribute names stands for `-`, numbers are cut to a hundredth. Content is markup."""
    texts = [f' {key.strip("_").replace("_", "-")}="{_value(value)}"' for key, value in attributes.items()]
    return f"<{name}{''.join(texts)}>{''.join(content)}</{name}>" if content else f"<{name}{''.join(texts)}/>"


def _value(value: Any) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else escape(str(value))


def text(x: float, y: float, content: str, size: int = 12, **attributes: Any) -> str:
    """Text at a point of the page."""
    return tag("text", escape(printable(content)), x=float(x), y=float(y), font_size=size, **attributes)


def hint(content: str) -> str:
    """What a browser shows when the pointer rests on the element around it."""
    return tag("title", escape(printable(content)))


def printable(content: str) -> str:
    """Names come from strangers' files: characters that XML refuses are left out."""
    return "".join(c if c.isprintable() else " " for c in content)


def colours(parties: Sequence[str]) -> dict[str, str]:
    """A colour for each party, by the order given; beyond the palette around the circle of hues."""
    return {party: PALETTE[i] if i < len(PALETTE) else _hue(i) for i, party in enumerate(parties)}


def _hue(i: int) -> str:
    # The golden ratio keeps neighbours far apart on the circle.
    red, green, blue = colorsys.hls_to_rgb((i * 0.618034) % 1, 0.42, 0.55)
    return f"#{round(255 * red):02x}{round(255 * green):02x}{round(255 * blue):02x}"


@dataclass(frozen=True, slots=True)
class Frame:
    """A square of the map (centre and side in metres) drawn as a square of the page (corner and side in pixels)."""

    centre: tuple[float, float]
    side_m: float
    x: float
    y: float
    side: float

    def point(self, x_m: float, y_m: float) -> tuple[float, float]:
        """Page position of a map position; the map's y points up."""
        scale = self.side / self.side_m
        dx, dy = x_m - self.centre[0], y_m - self.centre[1]
        return self.x + self.side / 2 + dx * scale, self.y + self.side / 2 - dy * scale

    def length(self, metres: float) -> float:
        """Pixels of a map length."""
        return metres * self.side / self.side_m

    def path(self, shape: BaseGeometry) -> str:
        """The `d` of a path that draws lines and polygons, holes included."""
        pieces = []
        for part in shapely.get_parts(shape):
            rings = [part.exterior, *part.interiors] if part.geom_type == "Polygon" else [part]
            for ring in rings:
                points = [self.point(x, y) for x, y in shapely.get_coordinates(ring)]
                pieces.append("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points))
                pieces.append("Z" if part.geom_type == "Polygon" else "")
        return "".join(pieces)

    def contains(self, x_m: float, y_m: float) -> bool:
        """True if a map position lies in the frame."""
        half = self.side_m / 2
        return abs(x_m - self.centre[0]) <= half and abs(y_m - self.centre[1]) <= half
