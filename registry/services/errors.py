"""Refusals: one root, a plain sentence each that says what, why, and what would do."""

from collections.abc import Iterable


class ServiceError(Exception):
    """A step of the procedure was refused; nothing was changed."""


class NotFoundError(ServiceError):
    """What the step is about does not exist."""


class NotAllowedError(ServiceError):
    """The actor may not take this step."""


class ConflictError(ServiceError):
    """The step does not fit the present state of affairs."""


class KeyUsedError(ConflictError):
    """The idempotency key stands for another request of the same actor."""


class ValidationError(ServiceError):
    """What was handed in cannot be used; `faults` lists all that is wrong, one line each: field, fault, mend. `given` has them
    as they came, with the place apart where it was known.
    """

    def __init__(self, faults: Iterable[object]):
        self.given = tuple(faults)
        self.faults = tuple(str(fault) for fault in self.given)
        super().__init__("\n".join(self.faults))
