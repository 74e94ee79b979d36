"""Who looks at a page: the person who is signed in, or the public."""

from flask_security import current_user

from registry.domain.visibility import PUBLIC, Viewer


def viewer() -> Viewer:
    """The viewer of this request."""
    if not current_user.is_authenticated:
        return PUBLIC
    return Viewer(frozenset(role.name for role in current_user.roles), current_user.party_id, current_user.email)
