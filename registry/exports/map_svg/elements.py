"""SVG elements as text, and the look of each kind of thing.

The look is in presentation attributes, not in a style sheet: a page's security policy allows no inline style, and the
picture has to look the same as a file of its own.
"""

from collections.abc import Iterable, Mapping
from html import escape

INK = "#1b1c1f"
MUTED = "#55534e"
FONT = "system-ui, -apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"

Look = Mapping[str, str | float]

LOOKS: dict[str, Look] = {
    "ground": {"fill": "#f6f3ee"},
    "area": {"fill": "#ffffff", "stroke": "#8d877c", "stroke-width": 1.2},
    "grid": {"fill": "none", "stroke": "#d3ccbf", "stroke-width": 0.8},
    "grid-strong": {"fill": "none", "stroke": "#c2baac", "stroke-width": 1.1},
    "crater": {"fill": "#efeae1", "fill-opacity": 0.55, "stroke": "#b3aa9b", "stroke-width": 0.9},
    "region": {"fill": "#dfe5ee", "fill-opacity": 0.55, "stroke": "#6b7690", "stroke-width": 1.1},
    "region-nominal": {
        "fill": "#dfe5ee",
        "fill-opacity": 0.3,
        "stroke": "#6b7690",
        "stroke-width": 1.1,
        "stroke-dasharray": "5 3",
    },
    "protected": {"fill": "#c8963e", "fill-opacity": 0.35, "stroke": "#8a5a0b", "stroke-width": 1.4},
    "uncertain": {"fill": "none", "stroke": "#8a5a0b", "stroke-width": 1.2, "stroke-dasharray": "2 4"},
    "protected-mark": {"fill": "#ffffff", "stroke": "#8a5a0b", "stroke-width": 1.6},
    "hold": {
        "fill": "#1f6b4a",
        "fill-opacity": 0.1,
        "stroke": "#1f6b4a",
        "stroke-width": 1.4,
        "stroke-dasharray": "6 3",
    },
    "hold-mark": {"fill": "#1f6b4a", "stroke": "#ffffff", "stroke-width": 1},
    "zone": {"fill": "#1d4f91", "fill-opacity": 0.06, "stroke": "#1d4f91", "stroke-width": 0.8, "stroke-opacity": 0.7},
    "entry": {"fill": "#14213d", "stroke": "#ffffff", "stroke-width": 1.2},
    "allotted": {"fill": "#1d4f91", "stroke": "#ffffff", "stroke-width": 1.2},
    "open": {"fill": "#ffffff", "stroke": "#14213d", "stroke-width": 1.6},
    "unserved": {"fill": "#ffffff", "stroke": "#b3261e", "stroke-width": 1.8},
    "other": {"fill": "#ffffff", "fill-opacity": 0.8, "stroke": "#8d877c", "stroke-width": 1},
    "pole": {"fill": "none", "stroke": INK, "stroke-width": 1.4},
    "label": {"fill": MUTED, "font-size": 13},
    "label-place": {"fill": "#3d475e", "font-size": 13, "font-weight": 600},
    "label-crater": {"fill": "#7a7165", "font-size": 12, "font-style": "italic"},
    "label-protected": {"fill": "#6b4708", "font-size": 12},
    "label-hold": {"fill": "#17553a", "font-size": 12, "font-weight": 600},
    "label-site": {"fill": "#14213d", "font-size": 12, "font-weight": 600},
    "label-unserved": {"fill": "#8c1d16", "font-size": 12},
    "label-note": {"fill": "#5c3d05", "font-size": 13, "font-weight": 600},
    "bar": {"fill": INK, "stroke": INK, "stroke-width": 1},
    "bar-light": {"fill": "#ffffff", "stroke": INK, "stroke-width": 1},
    "bar-text": {"fill": INK, "font-size": 13},
}


def number(value: float) -> str:
    """A coordinate in drawing units, to a hundredth and without needless zeros."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def element(tag: str, *children: str, **attributes: str | float | None) -> str:
    """One element; children are markup already, attributes are escaped here and left out where None."""
    written = "".join(
        f' {name.strip("_").replace("_", "-")}="{escape(_text(value))}"'
        for name, value in attributes.items()
        if value is not None
    )
    return f"<{tag}{written}>{''.join(children)}</{tag}>" if children else f"<{tag}{written}/>"


def drawn(tag: str, look: str, *children: str, **attributes: str | float | None) -> str:
    """An element with the look of a kind, and with the kind as its class."""
    styled: dict[str, str | float | None] = {name.replace("-", "_"): value for name, value in LOOKS[look].items()}
    return element(tag, *children, **{"class_": f"map__{look}", **styled, **attributes})


def words(text: str) -> str:
    """Text made safe as the content of an element."""
    return escape(text, quote=False)


def text_at(x: float, y: float, text: str, look: str, **attributes: str | float | None) -> str:
    """A line of text with a light edge, so that it can be read on lines and fills."""
    edge: dict[str, str | float | None] = {
        "paint_order": "stroke",
        "stroke": "#ffffff",
        "stroke_width": 3,
        "pointer_events": "none",
        "stroke_linejoin": "round",
    }
    return drawn("text", look, words(text), x=x, y=y, **{**edge, **attributes})


def group(name: str, parts: Iterable[str]) -> str:
    """The parts as one named layer, or nothing where there are none."""
    found = "".join(parts)
    return element("g", found, class_=f"map__layer map__layer--{name}") if found else ""


def _text(value: str | float) -> str:
    return value if isinstance(value, str) else number(value)
