"""Who looks at a page: the person who is signed in, or the public; for programs the person of a token, or the public."""

from flask import g, has_request_context, request
from flask_security import current_user

from registry.domain.visibility import PUBLIC, Viewer
from registry.web.api.paths import is_for_programs


def viewer() -> Viewer:
    """The viewer of this request."""
    if has_request_context() and is_for_programs(request.path):
        caller = g.get("api_caller")
        return caller.viewer if caller else PUBLIC
    if not current_user.is_authenticated:
        return PUBLIC
    return Viewer(frozenset(role.name for role in current_user.roles), current_user.party_id, current_user.email)
