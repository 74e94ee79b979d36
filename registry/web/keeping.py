"""Values made from the register and kept between requests, until the log or the viewer is another."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.visibility import Viewer
from registry.log.records import Record
from registry.web.languages import language

FORMAT = 1  # goes up when what is kept changes its form
MOST_KEPT = 64
_KEY = "registry.kept"


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


def state_of(session: Session, viewer: Viewer, *of: str | None) -> str:
    """A word that changes whenever what this viewer sees may have changed: every change is a record; words have a language."""
    newest = session.execute(select(Record.index, Record.leaf_hash).order_by(Record.index.desc()).limit(1)).first()
    seen = (newest.index, newest.leaf_hash.hex()) if newest else ()
    sees = (viewer.sees_unpublished, viewer.filing_party, language())
    return hashlib.sha256(repr((FORMAT, of, seen, sees)).encode()).hexdigest()[:32]


def kept(key: str, make: Callable[[], Any]) -> Any:
    """What `make` gives, kept by this application until the state is another one."""
    store: Kept = current_app.extensions.setdefault(_KEY, Kept())
    return store.get(key, make)
