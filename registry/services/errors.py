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


class ValidationError(ServiceError):
    """What was handed in cannot be used; `faults` lists all that is wrong, one line each: field, fault, mend."""

    def __init__(self, faults: Iterable[object]):
        self.faults = tuple(str(fault) for fault in faults)
        super().__init__("\n".join(self.faults))
