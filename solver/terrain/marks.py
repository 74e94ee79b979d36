"""What is drawn over the colours of a picture: graticule, areas, places, scale bar, directions."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.patheffects import withStroke
from shapely.geometry.base import BaseGeometry

from solver.geometry import XY, scale, to_geographic, to_map
from solver.terrain.grid import Grid

INK, ACCENT, NEED, EXCESS = "#1b1a20", "#e4572e", "#0b7a75", "#c2185b"
_HALO = [withStroke(linewidth=2.2, foreground="#ffffff")]
_DARK_HALO = [withStroke(linewidth=2.2, foreground="#1b1a20cc")]
_LOOKS: Any = {"zone": (NEED, 0.24, "-"), "full": ("#ffffff", 0.0, "--"), "excess": (EXCESS, 0.28, "-")}


@dataclass(frozen=True, slots=True)
class Place:
    """A point with a label, in map metres."""

    name: str
    at: XY


@dataclass(frozen=True, slots=True)
class Area:
    """A shape in map metres; `kind`: zone, full (without terrain) or excess."""

    kind: str
    outline: BaseGeometry


def frame(axes: Axes) -> None:
    axes.xaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}")
    axes.yaxis.set_major_formatter(lambda value, _: f"{value / 1000:g}")
    axes.tick_params(length=3, color=INK, labelsize=7.5)
    axes.set_xlabel("x, km on the map (IAU_2015:30135; 90° E to the right)", fontsize=7.5, labelpad=2)
    axes.set_ylabel("y, km on the map (longitude 0 and the Earth up)", fontsize=7.5, labelpad=2)


def graticule(axes: Axes, ground: Grid) -> None:
    """Circles of latitude and meridians, at a step that gives a few of each, labelled where they leave the picture."""
    x0, y0, x1, y1 = ground.bounds
    lats = [to_geographic(x, y)[0] for x in (x0, (x0 + x1) / 2, x1) for y in (y0, (y0 + y1) / 2, y1)]
    nearest_deg = -90.0 if x0 < 0 < x1 and y0 < 0 < y1 else min(lats)
    step = next((s for s in (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 5.0) if (max(lats) - nearest_deg) / s <= 5), 10.0)
    turns = np.linspace(0, 2 * math.pi, 721) + math.radians(195)  # labels between two meridians
    for number in range(math.ceil(nearest_deg / step), math.floor(max(lats) / step) + 1):
        radius = to_map(number * step, 0.0)[1]
        _thin(axes, radius * np.sin(turns), radius * np.cos(turns))
        if number * step > -90:
            _label_on(
                axes,
                ground.bounds,
                np.column_stack([radius * np.sin(turns), radius * np.cos(turns)]),
                f"{-number * step:g}° S",
            )
    apart = 30 if nearest_deg == -90 else next((a for a in (1, 2, 5, 10, 15) if _width_deg(ground) / a <= 6), 30)
    far = to_map(max(lats) + 1, 0.0)[1]
    for lon in range(-180, 180, apart):
        turn = math.radians(lon)
        inner = to_map(-90 + step, 0.0)[1] if nearest_deg == -90 and lon % 90 else 0.0
        along = np.linspace(inner, far, 400)
        _thin(axes, along * math.sin(turn), along * math.cos(turn))
        name = f"{abs(lon)}°" + (" E" if 0 < lon < 180 else " W" if -180 < lon < 0 else "")
        _label_on(axes, ground.bounds, np.column_stack([along * math.sin(turn), along * math.cos(turn)])[::-1], name)


def _width_deg(ground: Grid) -> float:
    """Longitudes that a picture without the pole spans."""
    x0, y0, x1, y1 = ground.bounds
    lons = [to_geographic(x, y)[1] for x in (x0, x1) for y in (y0, y1)]
    wide = max(lons) - min(lons)
    return min(wide, 360 - wide)


def _thin(axes: Axes, x: Any, y: Any) -> None:
    axes.plot(x, y, color="#ffffff", alpha=0.16, linewidth=1.6, zorder=2)
    axes.plot(x, y, color="#1b1a20", alpha=0.38, linewidth=0.5, zorder=2)


def _label_on(axes: Axes, bounds: tuple[float, float, float, float], line: Any, name: str) -> None:
    """A label at the first point of a line that lies a little inside the picture."""
    x0, y0, x1, y1 = bounds
    margin = 0.035 * (x1 - x0)
    inside = (
        (line[:, 0] > x0 + margin)
        & (line[:, 0] < x1 - margin)
        & (line[:, 1] > y0 + margin)
        & (line[:, 1] < y1 - margin)
    )
    if inside.any():
        x, y = line[int(np.argmax(inside))]
        axes.text(x, y, name, fontsize=6.5, color=INK, ha="center", va="center", path_effects=_HALO, zorder=3)


def draw_areas(axes: Axes, areas: Sequence[Area]) -> None:
    """Zones over the ground, holes left out; what goes without terrain as a dashed line alone."""
    for area in areas:
        colour, alpha, dash = _LOOKS[area.kind]
        for part in shapely.get_parts(area.outline):
            if part.geom_type != "Polygon":
                continue
            path = Path.make_compound_path(
                *(Path(np.asarray(ring.coords), closed=True) for ring in (part.exterior, *part.interiors))
            )
            axes.add_patch(PathPatch(path, facecolor=colour, alpha=alpha, linewidth=0, zorder=4))
            axes.add_patch(
                PathPatch(path, fill=False, edgecolor="#1b1a20", alpha=0.5, linewidth=2.0, linestyle=dash, zorder=4)
            )
            axes.add_patch(PathPatch(path, fill=False, edgecolor=colour, linewidth=1.2, linestyle=dash, zorder=5))


def draw_places(axes: Axes, places: Sequence[Place]) -> None:
    """Points with their names, which stay inside the picture."""
    x0, x1 = axes.get_xlim()
    dot: Any = {"marker": "o", "markersize": 6.5, "color": ACCENT, "markeredgecolor": "#ffffff", "markeredgewidth": 1.1}
    for place in places:
        axes.plot(*place.at, zorder=6, **dot)
        is_right = place.at[0] > x0 + 0.9 * (x1 - x0)
        side: Any = {"xytext": (-6, 5), "ha": "right"} if is_right else {"xytext": (6, 5), "ha": "left"}
        look: Any = {"fontsize": 7.5, "fontweight": "bold", "color": "#ffffff", "path_effects": _DARK_HALO}
        axes.annotate(place.name, place.at, textcoords="offset points", zorder=7, **side, **look)


def scale_bar(axes: Axes, ground: Grid) -> None:
    x0, y0, x1, y1 = ground.bounds
    k = scale((x0 + x1) / 2, (y0 + y1) / 2)
    room_m = (x1 - x0) * 0.25 / k
    unit = 10 ** math.floor(math.log10(room_m))
    long_m = max(step * unit for step in (1, 2, 5) if step * unit <= room_m)
    left, low, high = x0 + 0.035 * (x1 - x0), y0 + 0.035 * (y1 - y0), 0.009 * (x1 - x0)
    axes.add_patch(
        Rectangle(
            (left - high, low - high),
            long_m * k + 2 * high,
            5.2 * high,
            color="#ffffff",
            alpha=0.82,
            linewidth=0,
            zorder=7,
        )
    )
    for half in range(2):
        colour = INK if half == 0 else "#ffffff"
        axes.add_patch(
            Rectangle(
                (left + half * long_m * k / 2, low),
                long_m * k / 2,
                high,
                facecolor=colour,
                edgecolor=INK,
                linewidth=0.7,
                zorder=8,
            )
        )
    name = f"{long_m / 1000:g} km" if long_m >= 1000 else f"{long_m:g} m"
    axes.text(
        left + long_m * k / 2, low + 1.5 * high, name, fontsize=7.5, ha="center", va="bottom", color=INK, zorder=8
    )


def directions(axes: Axes, ground: Grid) -> None:
    """An arrow to the Earth, which is up everywhere on this map, and the pole: a cross, or an arrow towards it."""
    x0, y0, x1, y1 = ground.bounds
    if x0 < 0 < x1 and y0 < 0 < y1:
        axes.plot(0, 0, marker="+", markersize=13, markeredgewidth=2.6, color="#ffffff", zorder=6)
        axes.plot(0, 0, marker="+", markersize=12, markeredgewidth=1.2, color=INK, zorder=6)
        axes.annotate(
            "South Pole",
            (0, 0),
            (7, -9),
            textcoords="offset points",
            fontsize=7,
            color=INK,
            path_effects=_HALO,
            zorder=6,
        )
    arrows = [("Earth", (0.0, 1.0), 0.93)]
    if not (x0 < 0 < x1 and y0 < 0 < y1):
        x, y = (x0 + x1) / 2, (y0 + y1) / 2
        arrows.append(("Pole", (-x / math.hypot(x, y), -y / math.hypot(x, y)), 0.82))
    look = {"arrowstyle": "-|>", "color": INK, "linewidth": 1.4, "path_effects": _HALO}
    for name, (dx, dy), right in arrows:
        tip, tail = (right + 0.03 * dx, 0.925 + 0.03 * dy), (right - 0.03 * dx, 0.925 - 0.03 * dy)
        axes.annotate("", tip, tail, xycoords="axes fraction", arrowprops=look, zorder=8)
        words: Any = {"transform": axes.transAxes, "fontsize": 7.5, "color": INK, "path_effects": _HALO}
        axes.text(right, 0.885, name, ha="center", va="top", zorder=8, **words)
