"""The solver's only look at a clock: seconds passed, for limits and reports. No result depends on it."""

import time


class Stopwatch:
    """Seconds since it was made, on a clock that never jumps."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    @property
    def seconds(self) -> float:
        """Seconds passed."""
        return time.monotonic() - self._started
