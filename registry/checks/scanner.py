"""The scanner of files: whether there is one, answers, takes the largest file, and knows what is new."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from registry.checks.report import Line, fault, ok, warning
from registry.config import Settings
from registry.domain.attachments import LIMITS
from registry.imports.limits import LIMITS as IMPORTED
from registry.scanning import TOO_LARGE, Clamd
from registry.services.scanned import UnscannedError

SETTING = "REGISTRY_FILE_SCANNER"
LARGEST = max(LIMITS.file_bytes, IMPORTED.file_bytes)
# ClamAV itself warns from then on (libclamav/cvd.c: "The virus database is older than 7 days!").
OLD = timedelta(days=7)


def lines(settings: Settings, at: datetime, *, illustrative: bool) -> Iterator[Line]:
    """Ask it, with a file of the largest size that is nothing but noughts."""
    if settings.file_scanner is None:
        if not illustrative:
            mend = "install ClamAV's daemon and name its socket (deploy/README.md)"
            yield warning(SETTING, "nobody looks into the files that people hand in", mend)
        return
    clamd = Clamd(settings.file_scanner)
    try:
        version = clamd.version()
        clamd.scan(bytes(LARGEST))
    except UnscannedError as error:
        yield _unanswered(settings.file_scanner, error.why)
        return
    yield ok("scanner", f"{version.program} takes files of {LARGEST // 1_000_000} MB")
    yield from _signatures(version.signatures_at, at)


def _unanswered(address: str, why: str) -> Line:
    if why == TOO_LARGE:
        said = f"it takes no file of {LARGEST} bytes, so that large ones are refused"
        return fault(SETTING, said, f"set StreamMaxLength in clamd.conf to {LARGEST // 1_000_000 + 1}M or more")
    return fault(SETTING, f"{address} gives no answer ({why}): no file is taken", "start clamd, or correct the address")


def _signatures(made_at: datetime | None, at: datetime) -> Iterator[Line]:
    if made_at is None:
        yield warning("scanner", "it does not say of when its signatures are", "let freshclam fetch ClamAV's own")
    elif at - made_at > OLD:
        said = f"its signatures are {(at - made_at).days} days old"
        yield warning("scanner", said, "see that freshclam runs and reaches its mirror")
