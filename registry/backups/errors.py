"""What can be wrong with a backup, or with the database that it is to go into."""

from registry.services.errors import ServiceError


class BackupError(ServiceError):
    """A backup that cannot be used; nothing was loaded."""


class TargetError(ServiceError):
    """A database, or a folder, that a backup cannot go into; it was left as it was."""
