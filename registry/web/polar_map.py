"""The map, whole and close up, as a page and as a picture."""

from flask import Blueprint, Response, render_template, url_for
from markupsafe import Markup
from shapely.geometry import shape

from registry.exports.map_svg import furniture, regions_known, render_map, sites_shown
from registry.exports.map_svg.content import MapContent
from registry.exports.map_svg.reading import map_content
from registry.queries import places, rounds
from registry.queries.rounds import RoundOverview
from registry.web import asked
from registry.web.sessions import chosen_round, session
from registry.web.viewing import viewer

pages = Blueprint("map", __name__)
WIDE, NARROW = 860, 420
FIRST = ("mons-mouton", "shackleton-and-connecting-ridge", "haworth")


@pages.get("/map")
def polar_map() -> str:
    """The map of the newest round, or close up of one region."""
    round_ = chosen_round(asked.text("round") or None)
    content = _content(round_)
    known = regions_known(content)
    region = asked.choice("region", known)
    return render_template(
        "map.html",
        round=round_,
        svg=_drawing(content, region, WIDE),
        narrow_svg=_drawing(content, region, NARROW),
        region=region,
        regions=known,
        first=[name for name in FIRST if name in known],
        legend=furniture.legend_rows(content),
        sites=[(site, _middle(site.footprint)) for site in sites_shown(content, region)],
    )


def _drawing(content: MapContent, region: str | None, width: int) -> Markup:
    svg = render_map(content, region=region, width=width, ids=f"map-{width}")
    return Markup(svg)  # noqa: S704  every text in it was escaped where it was put in


@pages.get("/map.svg")
def picture() -> Response:
    """The same map as a picture of its own, with its legend."""
    round_ = chosen_round(asked.text("round") or None)
    content = _content(round_)
    svg = render_map(content, region=asked.choice("region", regions_known(content)), with_legend=True)
    return Response(svg, mimetype="image/svg+xml")


def _content(round_: RoundOverview | None) -> MapContent:
    features = places.map_features(session(), round_.id if round_ else None, viewer())
    policy = rounds.policy(session(), round_.id) if round_ else None
    return map_content(features, round_, policy.content if policy else None, _link)


def _link(kind: str, name: str) -> str:
    if kind == "entry":
        return url_for("entries.one_entry", entry_id=name)
    return url_for("claims.one_claim", claim_id=name)


def _middle(footprint: object) -> tuple[float, float]:
    point = shape(footprint).representative_point()
    return point.x, point.y
