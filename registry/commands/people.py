"""Who acts and who reads: users of the register as actors and viewers."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from registry.domain.actors import Actor
    from registry.domain.users import User
    from registry.domain.visibility import Viewer


def person(session: "Session", email: str, operation: str, role: str | None = None) -> "Actor":
    """The user as actor, in `role` or in the role that is for the operation."""
    from registry.domain.actors import Actor
    from registry.domain.operations import operation as row_of
    from registry.services.errors import NotAllowedError

    user, names = _account(session, email)
    if role is not None and role not in names:
        raise NotAllowedError(f"--role: {email} is {' and '.join(names)}, not {role}; name one of these")
    return Actor(user.email, role or row_of(operation).role_for(names), user.party_id)


def viewer_of(session: "Session", email: str | None, actor: "Actor | None" = None) -> "Viewer":
    """Who reads: the actor if there is one, else the user with this address in all of the roles, else the public."""
    from registry.domain.visibility import PUBLIC, Viewer

    if actor is not None:
        return Viewer.of(actor)
    if email is None:
        return PUBLIC
    user, names = _account(session, email)
    return Viewer(frozenset(names), user.party_id, user.email)


def _account(session: "Session", email: str) -> "tuple[User, list[str]]":
    import sqlalchemy as sa

    from registry.domain.users import User
    from registry.services.errors import NotAllowedError, NotFoundError

    user = session.scalars(sa.select(User).where(User.email == email.strip().lower())).one_or_none()
    if user is None:
        raise NotFoundError(f"--as: there is no user {email}; an administrator adds one with: registry user add")
    names = [row.name for row in user.roles]
    if not user.active or not names:
        raise NotAllowedError(f"--as: the account of {email} is closed or has no role; ask an administrator")
    return user, names
