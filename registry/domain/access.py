"""The rules of access as data: how long a sign-in lasts, when wrong attempts lock, and who needs a second factor.

Sources: NIST SP 800-63B-4 (at most 100 consecutive failures, 3.2.2; 15 characters for a password alone, 3.1.1.2; 12 hours
and 30 minutes at its second level, 2.2.3), OWASP ASVS 5.0 (7.2.4, 7.3.1, 7.3.2, 7.5.1).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

STAFF_ROLES = frozenset({"registrar", "planner", "council", "administrator"})


@dataclass(frozen=True, slots=True)
class LockRule:
    """When wrong attempts for one address make it wait.

    From the `free`-th consecutive failure on, each one doubles the wait, from `first_s` to `longest_s` seconds. After `most`
    only an administrator's new password helps. Failures are forgotten after a sign-in, or `forget_after` the last one.
    """

    free: int = 10
    first_s: int = 60
    longest_s: int = 3600
    most: int = 100
    forget_after: timedelta = timedelta(days=30)

    def wait_s(self, failures: int) -> int:
        """Seconds to wait after this many consecutive failures; 0 for none."""
        if failures < self.free:
            return 0
        return int(min(self.first_s * 2 ** min(failures - self.free, 20), self.longest_s))

    def is_closed(self, failures: int) -> bool:
        """Whether no waiting helps any more."""
        return failures >= self.most


LOCK = LockRule()
FRESH = timedelta(minutes=5)  # how long a password counts for a decision
CODE_WITHIN = timedelta(minutes=10)  # how long the code may take after the password
LEAST_PASSWORD = 15  # characters
LONGEST_PASSWORD = 256
RECOVERY_CODES = 10


def ended(started_at: datetime, seen_at: datetime, at: datetime, idle: timedelta, longest: timedelta) -> str | None:
    """Why a sign-in that began at `started_at` and was last used at `seen_at` is over at `at`: `idle`, `long`, or None."""
    if at - started_at >= longest:
        return "long"
    return "idle" if at - seen_at >= idle else None


def needs_second_factor(roles: frozenset[str]) -> bool:
    """Whether one of the roles acts for the agency or decides."""
    return not roles.isdisjoint(STAFF_ROLES)
