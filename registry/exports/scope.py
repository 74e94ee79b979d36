"""For whom a package is: everybody, or those who may read all that is recorded."""

from collections.abc import Mapping
from enum import StrEnum

from registry.domain.visibility import PUBLIC, REGISTER, Viewer

FULL_ROLES = ("auditor", "registrar")


class Scope(StrEnum):
    """`public` has no unpublished claim and no person; `full` has both. Neither has the text of a confidential note."""

    PUBLIC = "public"
    FULL = "full"


VIEWERS: Mapping[Scope, Viewer] = {Scope.PUBLIC: PUBLIC, Scope.FULL: REGISTER}
