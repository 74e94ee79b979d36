"""The map, whole and close up, as a page and as a picture. The page has a drawing that needs no script, and the addresses
of the layers from which the script makes its own map.
"""

import functools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from typing import Any, TypeVar

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup, escape

from registry.exports.map_svg import extent, furniture, regions_known, render_map, sites_shown
from registry.exports.map_svg.content import MapContent, Site
from registry.exports.map_svg.reading import map_content
from registry.queries import places, rounds
from registry.queries.rounds import RoundOverview
from registry.web import asked, ground, keeping, map_data
from registry.web.errors import QueryError
from registry.web.formats import middle
from registry.web.languages import ENGLISH, language
from registry.web.map_layers import LAYERS, Asked, there_on
from registry.web.pages import Pages
from registry.web.sentences import told
from registry.web.sessions import chosen_round, session

pages = Blueprint("map", __name__)
WIDE, NARROW = 860, 420
FIRST = ("mons-mouton", "shackleton-and-connecting-ridge", "haworth")
MOST_DRAWN = 300  # sites; a page with more has the picture beside it, so that it stays light
T = TypeVar("T")


@pages.get("/map")
def polar_map() -> str:
    """The map of the newest round, or close up of one region."""
    round_ = chosen_round(asked.text("round") or None)
    day = _day(round_)
    content = _content(round_, day)
    known = regions_known(content)
    region = asked.choice("region", known)
    sites = sites_shown(content, region)
    is_drawn = len(sites) <= MOST_DRAWN
    return render_template(
        "map.html",
        round=round_,
        svg=_drawing(content, (round_, region, WIDE, day)) if is_drawn else None,
        narrow_svg=_drawing(content, (round_, region, NARROW, day)) if is_drawn else None,
        region=region,
        regions=known,
        first=[name for name in FIRST if name in known],
        legend=[(kind, told(text)) for kind, text in furniture.legend_rows(content)],
        sites=_page(sites),
        horizon_days=(_policy(round_) or {}).get("horizon_days"),
        live=_live(content, round_, region),
        ground=ground.ground_layers(),
        day=day,
    )


def _page(sites: tuple[Site, ...]) -> Pages[tuple[Site, tuple[float, float]]]:
    paged = Pages.of(sites, asked.whole_number("page", 1))
    rows = [(site, middle(site.footprint)) for site in paged.rows]
    return Pages(rows, paged.number, paged.count, paged.total)


def _live(content: MapContent, round_: RoundOverview | None, region: str | None) -> dict[str, Any]:
    """What the script of the page needs to know."""
    policy = _policy(round_) or {}
    round_id = round_.id if round_ else None
    return {
        "layers": {layer: url_for("map_data.one_layer", layer=layer, round=round_id) for layer in LAYERS},
        "zones": url_for("map_data.zones_asked_for", claim_id="ID", rank=0),
        "ground": ground.on_map(),
        "claim": url_for("claims.one_claim", claim_id="ID"),
        "entry": url_for("entries.one_entry", entry_id="ID"),
        "epoch": policy.get("epoch"),
        "days": policy.get("horizon_days"),
        "extent": list(extent(content, region).buffer(1500).bounds) if region else None,
    }


def _policy(round_: RoundOverview | None) -> dict[str, Any] | None:
    found = rounds.policy(session(), round_.id) if round_ else None
    return dict(found.content) if found else None


def _day(round_: RoundOverview | None) -> int | None:
    """The day that is asked for, counted from the epoch of the policy: typed as a number, or as a date."""
    typed, policy = asked.text("day"), _policy(round_)
    if not typed or policy is None:
        return None
    first = date.fromisoformat(policy["epoch"])
    last = first + timedelta(days=policy["horizon_days"])
    try:
        number = int(typed) if typed.isdecimal() else (date.fromisoformat(typed) - first).days
    except ValueError as error:
        raise QueryError("day", f"{asked.shortened(typed)!r} is no day", f"Use a date such as {first}.") from error
    if not 0 <= number <= policy["horizon_days"]:
        raise QueryError("day", f"{asked.shortened(typed)!r} is not in the round", f"Use a day from {first} to {last}.")
    return number


def _drawing(content: MapContent, of: tuple[RoundOverview | None, str | None, int, int | None]) -> Markup:
    """The drawing of a round, a region, a width in pixels and a day."""
    _round, region, width, _day_shown = of
    svg = _kept(
        ("drawing", *of),
        lambda: _in_language(render_map(content, region=region, width=width, ids=f"map-{width}")),
    )
    return Markup(svg)  # noqa: S704  every text in it was escaped where it was put in


def _in_language(svg: str) -> str:
    """A drawing with its texts, seen and read out, in the language of the page."""
    if language() == ENGLISH:
        return svg
    for before, text, after in ((">", "[^<>]", "<"), ('aria-label="', '[^"]', '"')):
        wanted = re.compile(f"{before}({text}*[A-Za-z]{{2}}{text}*){after}")
        svg = wanted.sub(lambda found: found[0].replace(found[1], escape(told(unescape(found[1])))), svg)
    return svg


@pages.get("/map.svg")
def picture() -> Response:
    """The same map as a picture of its own, with its legend."""
    round_ = chosen_round(asked.text("round") or None)
    content = _content(round_)
    region = asked.choice("region", regions_known(content))
    svg = _kept(("picture", round_, region), lambda: _in_language(render_map(content, region=region, with_legend=True)))
    return Response(svg, mimetype="image/svg+xml")


def _content(round_: RoundOverview | None, day: int | None = None) -> MapContent:
    def make() -> MapContent:
        sites = map_data.sites(round_.id if round_ else None)
        of_round = tuple(row for row in sites.entries if round_ and row.round == round_.id)
        features = replace(places.map_features(session(), None), placements=sites.placements, entries=of_round)
        asks = None if day is None or round_ is None else Asked.of(session(), round_.id, sites)
        link = functools.cache(_link)  # the choices of a claim lead to one page
        return map_content(
            features, round_, _policy(round_), link, there_on(asks, day) if asks and day is not None else None
        )

    return _kept(("content", round_, day), make)


def _kept(of: tuple[object, ...], make: Callable[[], T]) -> T:
    """What `make` gives, kept until what this viewer sees on the map may have changed."""
    names = [part.id if isinstance(part, RoundOverview) else part for part in of]
    found: T = keeping.kept(map_data.state(*(None if name is None else str(name) for name in names)), make)
    return found


def _link(kind: str, name: str) -> str:
    if kind == "entry":
        return url_for("entries.one_entry", entry_id=name)
    return url_for("claims.one_claim", claim_id=name)
