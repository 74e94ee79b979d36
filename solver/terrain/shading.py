"""Colours of rasters: relief as shade, products as colours that keep the relief visible under them."""

import math
from dataclasses import dataclass

import numpy as np
from matplotlib import colormaps
from matplotlib.colors import Colormap, LinearSegmentedColormap, Normalize
from numpy.typing import NDArray

from solver.terrain.grid import Grid

Pixels = NDArray[np.float64]

SHADE_FROM_DEG, SHADE_HEIGHT_DEG = 315.0, 38.0  # from the upper left, as on maps: not where the Sun stands
UNKNOWN = (0.86, 0.84, 0.88)

_GROUND = LinearSegmentedColormap.from_list(
    "ground", ["#23212b", "#4a4650", "#7d7674", "#aba49b", "#d8d2c6", "#f4f1ea"]
)
_LIGHT = LinearSegmentedColormap.from_list("light", ["#101a3a", "#2f3f74", "#6b6a80", "#b3925a", "#edc04d", "#fff3c0"])
_EARTH = LinearSegmentedColormap.from_list("earth", ["#1c1f2b", "#27506b", "#2f8a8f", "#7cc6a2", "#e6f4cf"])
_STEEP = LinearSegmentedColormap.from_list("steep", ["#f3efe2", "#e3cf98", "#d99a5b", "#b0533f", "#6b2340", "#2d0f2b"])


@dataclass(frozen=True, slots=True)
class Style:
    """How a product is drawn: colours, range (None: from the values), unit, and whether it marks areas of ones alone."""

    colours: Colormap
    low: float | None
    high: float | None
    unit: str
    is_mask: bool = False


def style_of(what: str, unit: str) -> Style:
    """The style of a product by what its file says it shows; a plain one for what is not known."""
    name = what.lower()
    if unit == "1 or 0":
        return Style(_mask("#1f8a5b" if "viewshed" in name else "#2743a6"), 0, 1, "", is_mask=True)
    known = (
        ("light", Style(_LIGHT, 0, 100, unit)),
        ("earth", Style(_EARTH, 0, 100 if unit == "percent" else None, unit)),
        ("slope", Style(_STEEP, 0, 30, unit)),
        ("elevation", Style(_GROUND, None, None, unit)),
    )
    return next((style for word, style in known if word in name), Style(colormaps["cividis"], None, None, unit))


def range_of(grid: Grid, style: Style) -> Normalize:
    """The range of colours: that of the style, else between the 1st and 99th of a hundred of the finite values."""
    known = grid.values[np.isfinite(grid.values)]
    low, high = (float(edge) for edge in np.percentile(known, [1, 99])) if known.size else (0.0, 1.0)
    low, high = low if style.low is None else style.low, high if style.high is None else style.high
    return Normalize(low, high if high > low else low + 1, clip=True)


def hillshade(heights: Grid) -> Pixels:
    """Brightness 0..1 of every cell under a light from the upper left, steeper ground exaggerated for fine relief."""
    filled = np.where(np.isnan(heights.values), np.nanmean(heights.values), heights.values).astype(np.float64)
    down, east = np.gradient(filled, heights.cell_m)
    steepness = np.hypot(down, east).mean()
    stretch = min(3.0, max(1.0, 0.28 / steepness)) if steepness > 0 else 1.0
    rise = np.arctan(stretch * np.hypot(down, east))
    facing = np.arctan2(-east, down)  # azimuth of the steepest way down, 0 up, on the map
    turn, height = math.radians(SHADE_FROM_DEG), math.radians(SHADE_HEIGHT_DEG)
    shade = np.sin(height) * np.cos(rise) + np.cos(height) * np.sin(rise) * np.cos(turn - facing)
    return np.asarray(np.clip(shade, 0, 1))


def relief(heights: Grid) -> Pixels:
    """RGB of the ground: tinted by height, shaded."""
    tint = _GROUND(0.25 + 0.75 * range_of(heights, Style(_GROUND, None, None, "m"))(heights.values))[..., :3]
    return _unknown(tint * (0.35 + 0.85 * hillshade(heights)[..., np.newaxis]), heights)


def over(base: Pixels | None, product: Grid, style: Style, shade: Pixels | None) -> Pixels:
    """RGB of a product: colours under the shade, or a transparent mask over the ground."""
    values = np.where(np.isfinite(product.values), product.values, 0)
    colours = style.colours(range_of(product, style)(values))
    if style.is_mask and base is not None:
        weight = 0.62 * (product.values == 1)[..., np.newaxis]
        return np.asarray(np.clip(base * (1 - weight) + colours[..., :3] * weight, 0, 1))
    lit = colours[..., :3] if shade is None else colours[..., :3] * (0.55 + 0.6 * shade[..., np.newaxis])
    return _unknown(lit, product)


def _unknown(pixels: Pixels, grid: Grid) -> Pixels:
    pixels = np.clip(pixels, 0, 1)
    pixels[np.isnan(grid.values)] = UNKNOWN
    return np.asarray(pixels)


def _mask(colour: str) -> Colormap:
    return LinearSegmentedColormap.from_list("mask", ["#ffffff", colour])
