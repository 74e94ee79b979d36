"""Pictures of terrain as PNG and SVG: relief, a product over it, candidates and zones; with legend, scale and source.

The same input gives the same bytes: no date, a fixed salt for ids, matplotlib's own fonts, no display. What is not measured is
labelled across the picture. Lengths of the scale bar are ground metres at the middle of the picture.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.cm import ScalarMappable
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.patheffects import withStroke

from solver.terrain import marks
from solver.terrain.grid import Grid, Origin
from solver.terrain.marks import ACCENT, EXCESS, INK, NEED, Area, Place
from solver.terrain.shading import Style, hillshade, over, range_of, relief

PAPER = "#ffffff"
SIDE_IN, DPI = 8.4, 150
_SETTINGS: Any = {
    "svg.hashsalt": "lunar-site-registry",
    "svg.fonttype": "none",
    "font.family": "DejaVu Sans",
    "font.size": 9,
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a picture shows. `heights` may be None where only a product is at hand; `what` and `style` are the product's."""

    title: str
    heights: Grid | None
    product: Grid | None = None
    what: str = ""
    style: Style | None = None
    places: Sequence[Place] = ()
    areas: Sequence[Area] = ()

    @property
    def ground(self) -> Grid:
        """The raster that is drawn."""
        found = self.product if self.product is not None else self.heights
        assert found is not None
        return found

    @property
    def origin(self) -> Origin:
        """Where what is drawn comes from."""
        return self.ground.origin


def picture(scene: Scene, kind: str) -> bytes:
    """The bytes of a picture; `kind` is png or svg."""
    with mpl.rc_context(_SETTINGS):
        figure = _figure(scene)
        out = io.BytesIO()
        figure.savefig(out, format=kind, dpi=DPI, facecolor=PAPER, metadata=_metadata(scene, kind))
    return out.getvalue()


def pixels(scene: Scene) -> Any:
    """The colours alone, one pixel a cell, shape (rows, columns, 3), 0..1: an image layer of a map."""
    heights = scene.heights
    base = relief(heights) if heights is not None else None
    if scene.product is None or scene.style is None:
        return base
    shade = hillshade(heights) if heights is not None else None
    return over(base, scene.product, scene.style, shade)


def _figure(scene: Scene) -> Figure:
    x0, y0, x1, y1 = scene.ground.bounds
    tall = (y1 - y0) / (x1 - x0)
    figure = Figure(figsize=(SIDE_IN, SIDE_IN * 0.8 * tall + 1.45))
    FigureCanvasAgg(figure)
    high_in = figure.get_figheight()
    axes = figure.add_axes((0.075, 0.75 / high_in, 0.8, SIDE_IN * 0.8 * tall / high_in))
    axes.imshow(pixels(scene), extent=(x0, x1, y0, y1), origin="upper", interpolation="nearest")
    axes.set(xlim=(x0, x1), ylim=(y0, y1))
    marks.graticule(axes, scene.ground)
    marks.draw_areas(axes, scene.areas)
    marks.draw_places(axes, scene.places)
    marks.scale_bar(axes, scene.ground)
    marks.directions(axes, scene.ground)
    marks.frame(axes)
    _legend(figure, axes, scene)
    _words(figure, scene)
    return figure


def _legend(figure: Figure, axes: Axes, scene: Scene) -> None:
    if scene.product is not None and scene.style is not None and not scene.style.is_mask:
        box = axes.get_position()
        bar = figure.add_axes((box.x1 + 0.018, box.y0 + box.height * 0.2, 0.022, box.height * 0.6))
        colours = ScalarMappable(range_of(scene.product, scene.style), scene.style.colours)
        figure.colorbar(colours, cax=bar)
        bar.tick_params(labelsize=7.5, length=2.5)
        bar.set_title(scene.style.unit, fontsize=7.5, pad=6)
    handles: list[Any] = []
    if scene.style is not None and scene.style.is_mask:
        handles.append(Patch(color=scene.style.colours(1.0), alpha=0.62, label=scene.what))
    if scene.places:
        handles.append(
            Line2D(
                [],
                [],
                marker="o",
                linestyle="",
                color=ACCENT,
                markeredgecolor="#fff",
                label="candidate, by order of choice",
            )
        )
    named = {
        "zone": ("zone", NEED, (1, 0)),
        "full": ("without terrain", "#8a8893", (3, 2)),
        "excess": ("claimed beyond need", EXCESS, (1, 0)),
    }
    kinds = [kind for kind in named if any(area.kind == kind for area in scene.areas)]
    handles += [Line2D([], [], color=named[kind][1], dashes=named[kind][2], label=named[kind][0]) for kind in kinds]
    if handles:
        axes.legend(
            handles=handles, loc="lower right", fontsize=7.5, framealpha=0.88, edgecolor="none", borderpad=0.7
        ).set_zorder(9)


def _words(figure: Figure, scene: Scene) -> None:
    origin = scene.origin
    high_in = figure.get_figheight()
    figure.text(0.075, 1 - 0.3 / high_in, scene.title, fontsize=13, fontweight="bold", color=INK, va="center")
    shaded = "relief shaded from the upper left"
    made = origin.steps[-1] if origin.steps and (scene.product is not None or origin.kind != "measured") else shaded
    figure.text(0.075, 1 - 0.52 / high_in, _short(made, 120), fontsize=7.5, color="#55525e", va="center")
    source = f"Source: {origin.source}. Licence: {origin.licence}. Cells of {scene.ground.cell_m:g} m."
    figure.text(0.075, 0.12 / high_in, _short(source, 150), fontsize=7, color="#55525e", va="bottom")
    if origin.kind != "measured":
        figure.text(0.475, 0.5, origin.kind.upper(), fontsize=54, color="#ffffff", alpha=0.42, rotation=32, ha="center",
                    va="center", fontweight="bold", path_effects=[withStroke(linewidth=1.5, foreground="#1b1a2055")])  # fmt: skip
        figure.text(
            0.875,
            1 - 0.3 / high_in,
            f"{origin.kind}: not the Moon's ground",
            fontsize=9,
            color=EXCESS,
            ha="right",
            va="center",
        )


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _metadata(scene: Scene, kind: str) -> dict[str, Any]:
    origin, name = scene.origin, "lunar-site-registry"
    if kind == "svg":
        words = {"Title": scene.title, "Source": origin.source, "Rights": origin.licence, "Type": origin.kind}
        return {"Date": None, "Creator": name, "Description": "; ".join(origin.steps)} | words
    told = {"Title": scene.title, "Source": origin.source, "Copyright": origin.licence, "Comment": origin.kind}
    return told | {"Description": "; ".join(origin.steps), "Software": name}
