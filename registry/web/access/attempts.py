"""Attempts at passwords and codes: counted for the address, refused while it waits, always with the same words."""

from collections.abc import Callable

from flask import Response, after_this_request
from flask_security import hash_password

from registry import ambient, db
from registry.services import sign_ins
from registry.web.access.context import access
from registry.web.access.log import said
from registry.web.sessions import session


def attempt(email: str, kind: str, passes: Callable[[], bool], *, slow: bool = True) -> bool:
    """Whether `passes()`, tried only if the address does not wait; what is wrong counts for it.

    Parameters
    ----------
    slow
        Whether the check hashes a password: then a refusal takes as long as a check.
    """
    subject = access().subject(email)
    _keep()
    if sign_ins.is_waiting(session(), subject, ambient.now()):
        if slow:
            hash_password("a check takes as long as this")
        said("refused", subject, what=kind, why="waiting")
        return False
    if passes():
        return True
    wait = sign_ins.note_failure(session(), subject, ambient.now())
    said("locked" if wait else "refused", subject, what=kind, **({"seconds": wait} if wait else {}))
    return False


def succeeded(email: str) -> None:
    """Forget the wrong attempts for an address: the person is in."""
    sign_ins.forget_failures(session(), access().subject(email))


def _keep() -> None:
    """What was counted stays counted, whatever the page answers."""

    @after_this_request
    def commit(response: Response) -> Response:
        db.commit(session())
        return response
