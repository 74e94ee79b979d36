"""What is known against the packages: whether it was asked in time, of these lock files, and mended in time."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from registry.checks.report import Line, fault, ok, warning
from registry.config import Settings
from registry.dependencies import asked

ROOT = Path(__file__).resolve().parents[2]
ABOUT, MEND = "packages", "registry audit dependencies"


def lines(settings: Settings, at: datetime, root: Path = ROOT, *, illustrative: bool) -> Iterator[Line]:
    """Faults for what is not mended in time; warnings for what was not asked in time, but for an exercise."""
    last = asked.last(settings.data)
    if last is None:
        said = "nobody has asked what is known against them"
        yield (
            ok(ABOUT, f"{said}: rounds of this register are illustrative")
            if illustrative
            else warning(ABOUT, said, MEND)
        )
        return
    late = [row for row in last.known if row.due <= at]
    for row in late:
        said = f"{row.package} {row.version}: {row.advisory} was to be mended by {row.due:%Y-%m-%d}"
        yield fault(ABOUT, said, "take a version without it, or switch its part off")
    yield from _asked(settings, last, at, root)


def _asked(settings: Settings, last: asked.Asked, at: datetime, root: Path) -> Iterator[Line]:
    when, days = f"{last.at:%Y-%m-%d}", settings.dependencies_days
    if changed := [name for name, digest in asked.locks(root).items() if last.locks.get(name) != digest]:
        yield warning(ABOUT, f"{', '.join(changed)} changed since it was asked on {when}", MEND)
    elif at - last.at > timedelta(days=days):
        yield warning(ABOUT, f"it was asked on {when}, more than {days} days ago", MEND)
    else:
        yield ok(ABOUT, f"asked on {when} what is known against them: {len(last.known)} to be mended")
