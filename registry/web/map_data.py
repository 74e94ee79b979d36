"""Layers of the map for its script: made once for each state of the log and kept, so that a reader waits for no drawing."""

import gzip
import json
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request

from registry.domain.rounds import Round
from registry.queries import map_sites
from registry.web import asked, keeping, map_layers
from registry.web.keeping import kept
from registry.web.map_layers import Asked, Sites
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("map_data", __name__)
TYPE = "application/geo+json"


@pages.get("/map/layers/<layer>")
def one_layer(layer: str) -> Response:
    """A layer of a round's map, as GeoJSON in map metres."""
    if layer not in map_layers.LAYERS:
        no_such("layer of the map", layer)
    round_id = _round_id()
    return _answer(
        state(layer, round_id), lambda: map_layers.collection(layer, Asked.of(session(), round_id, sites(round_id)))
    )


def _round_id() -> str | None:
    """The round asked for, which has to exist, or the newest: its id, without the counts of its overview."""
    if name := asked.text("round"):
        return name if session().get(Round, name) else no_such("round", name)
    newest = chosen_round()
    return newest.id if newest else None


def sites(round_id: str | None) -> Sites:
    """The sites of a round's map as this viewer sees them, read once for all layers and the page."""
    found: Sites = kept(state("sites", round_id), lambda: Sites.of(session(), round_id, viewer()))
    return found


@pages.get("/map/claims/<claim_id>/<int:rank>")
def zones_asked_for(claim_id: str, rank: int) -> Response:
    """The zones that one placement of a claim asks for."""
    name = f"{claim_id}/{rank}"
    placement = map_sites.placement_on_map(session(), name, viewer())
    if placement is None:
        no_such("placement", name)
    return _answer(state("placement", name), lambda: map_layers.placement_zones(placement))


def state(*of: str | None) -> str:
    """A word that changes whenever what this viewer sees on the map may have changed."""
    return keeping.state_of(session(), viewer(), *of)


def _answer(etag: str, make: Callable[[], dict[str, Any]]) -> Response:
    response = Response(mimetype=TYPE)
    # The tag is weak: the same features, packed or not.
    response.set_etag(etag, weak=True)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.update(("Accept-Encoding", "Cookie"))
    if request.if_none_match.contains_weak(etag):
        response.status_code = 304
        return response
    packed = kept(etag, lambda: gzip.compress(_written(make()), 6, mtime=0))
    if request.accept_encodings.quality("gzip") > 0:
        response.headers["Content-Encoding"] = "gzip"
        response.set_data(packed)
    else:
        response.set_data(gzip.decompress(packed))
    return response


def _written(document: dict[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
