"""Who acts on a page: the person who is signed in, in the role that the step is for."""

from flask_security import current_user

from registry.domain.actors import Actor
from registry.domain.operations import operation


def actor(name: str) -> Actor:
    """The person as actor of an operation, in the role that is for it."""
    held = [role.name for role in current_user.roles]
    return Actor(current_user.email, operation(name).role_for(held), current_user.party_id)


def may(name: str) -> bool:
    """Whether the person who is signed in has a role that may take this step."""
    return current_user.is_authenticated and any(role.name in operation(name).roles for role in current_user.roles)
