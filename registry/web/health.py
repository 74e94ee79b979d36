"""Two addresses for what watches over the process: `/health` (it answers) and `/ready` (it can work).

They tell no secret, count against no limit, need no session, and `/health` does not touch the database.
"""

from flask import Blueprint, Response, jsonify

from registry.checks.ready import reasons
from registry.web.access.context import access

pages = Blueprint("health", __name__)


@pages.get("/health")
def alive() -> Response:
    """The process answers."""
    return _said({"alive": True}, 200)


@pages.get("/ready")
def ready() -> Response:
    """Whether the process can work; if not, 503 with every reason."""
    found = [str(reason) for reason in reasons(access().settings, access().engine)]
    return _said({"ready": not found, "reasons": found}, 503 if found else 200)


def _said(content: dict[str, object], code: int) -> Response:
    response = jsonify(content)
    response.status_code = code
    response.headers["Cache-Control"] = "no-store"
    return response
