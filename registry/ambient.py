"""The only place that reads the clock and the machine's randomness; the rest is handed what it needs."""

import ctypes
import secrets
import sys
import time
from datetime import UTC, datetime


def now() -> datetime:
    """The present instant, aware and in UTC."""
    return datetime.now(UTC)


def random_bytes(size: int) -> bytes:
    """`size` bytes from the machine's secure source."""
    return secrets.token_bytes(size)


def token(size: int = 32) -> str:
    """A text of `size` secure random bytes, safe in addresses and files."""
    return secrets.token_urlsafe(size)


def seconds() -> float:
    """Seconds of a clock that never goes back, for how long something takes."""
    return time.monotonic()


def is_clock_kept() -> bool | None:
    """Whether the kernel says that something keeps this machine's clock right; None where it cannot be asked."""
    if sys.platform != "linux":
        return None
    state = ctypes.create_string_buffer(_TIMEX_BYTES)  # all zero: modes 0 only asks
    told = ctypes.CDLL(None).adjtimex(state)
    return None if told < 0 else told != _TIME_ERROR


_TIMEX_BYTES, _TIME_ERROR = 512, 5
