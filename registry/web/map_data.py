"""Layers of the map for its script: made once for each state of the log and kept, so that a reader waits for no drawing."""

import gzip
import hashlib
import json
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, current_app, request
from sqlalchemy import select

from registry.domain.rounds import Round
from registry.domain.visibility import Viewer
from registry.log.records import Record
from registry.queries import map_sites
from registry.web import asked, map_layers
from registry.web.map_layers import Asked, Sites
from registry.web.sessions import chosen_round, no_such, session
from registry.web.viewing import viewer

pages = Blueprint("map_data", __name__)
FORMAT = 1  # goes up when the layers change their form
MOST_KEPT = 32
TYPE = "application/geo+json"
_KEY = "registry.map_data"


class Kept:
    """Values made from the register, the least recently used thrown away first. One is made at a time: of many who ask
    for the same, one makes it and the others get it; what is there waits for nobody.
    """

    def __init__(self, most: int = MOST_KEPT) -> None:
        self._values: OrderedDict[str, Any] = OrderedDict()
        self._most = most
        self._guard, self._making = threading.Lock(), threading.RLock()

    def get(self, key: str, make: Callable[[], Any]) -> Any:
        """The value under this key, made if it is not there."""
        if (found := self._found(key)) is None:
            with self._making:
                if (found := self._found(key)) is None:
                    found = make()
                    self._keep(key, found)
        return found

    def _found(self, key: str) -> Any:
        with self._guard:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def _keep(self, key: str, value: Any) -> None:
        with self._guard:
            self._values[key] = value
            while len(self._values) > self._most:
                self._values.popitem(last=False)


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
    """A word that changes whenever what this viewer sees on the map may have changed: every change is a record."""
    newest = session().execute(select(Record.index, Record.leaf_hash).order_by(Record.index.desc()).limit(1)).first()
    seen = (newest.index, newest.leaf_hash.hex()) if newest else ()
    return hashlib.sha256(repr((FORMAT, of, seen, _sees(viewer()))).encode()).hexdigest()[:32]


def kept(key: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, kept by this application until the state of the map is another one."""
    store: Kept = current_app.extensions.setdefault(_KEY, Kept())
    return store.get(key, make)


def _sees(who: Viewer) -> tuple[bool, str | None]:
    """All that tells one viewer's map from another's."""
    return who.sees_unpublished, who.filing_party


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
