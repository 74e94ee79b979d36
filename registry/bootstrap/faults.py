"""What can go wrong while setting up, each said in one sentence with what to do about it."""

import errno
import re
from pathlib import Path

AGAIN = "and run the same command again"

NO_PIP = (
    "this Python has no venv module or no pip, so it cannot install packages; add them "
    f"(Debian and Ubuntu: apt-get install python3-venv) {AGAIN}"
)
DISK_FULL = f"the disk is full; free some space {AGAIN}"
READ_ONLY = f"this folder cannot be written to; put the clone where you may write {AGAIN}"

# What pip, uv, npm, apt and the operating system write, first match wins.
HASHES = (
    "a downloaded file does not have the hash that the lock names, so nothing of it was installed; "
    f"look for a broken mirror or proxy between here and the package registry {AGAIN}"
)
CERTIFICATE = (
    "the package registry's certificate is not trusted here; name your organisation's certificates in "
    f"SSL_CERT_FILE and NODE_EXTRA_CA_CERTS {AGAIN}"
)
NO_NETWORK = f"the package registry cannot be reached; connect this machine to the network, or name its proxy, {AGAIN}"
NO_WHEEL = (
    "there is no ready-made package for this machine and Python; use 64-bit Linux, macOS or Windows with "
    f"Python 3.11 to 3.13 {AGAIN}"
)

SIGNS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("No space left on device", "ENOSPC", r"os error 28\b", "Disk quota exceeded", r"os error 122\b"), DISK_FULL),
    (("Read-only file system", "EROFS", r"os error 30\b", "Permission denied", "EACCES", r"os error 13\b"), READ_ONLY),
    (("hash mismatch", "DO NOT MATCH THE HASHES", "EINTEGRITY"), HASHES),
    (
        ("certificate verify failed", "UnknownIssuer", "invalid peer certificate", "SELF_SIGNED_CERT",
         "UNABLE_TO_GET_ISSUER"),
        CERTIFICATE,
    ),
    (
        ("dns error", "name resolution", "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT",
         "EHOSTUNREACH", "ENETUNREACH", "NewConnectionError", "ProxyError", "connection refused", "timed out",
         "network is unreachable", "error sending request", "failed to fetch", "tunnel error", "could not resolve",
         "socket hang up"),
        NO_NETWORK,
    ),
    (
        ("No matching distribution", r"no wheels? (?:are|is|with)", "not a supported wheel", "EBADPLATFORM",
         "doesn't have a source distribution or wheel"),
        NO_WHEEL,
    ),
)  # fmt: skip


class SetupFault(Exception):
    """A sentence for the person at the keyboard and the exit code that goes with it."""

    def __init__(self, sentence: str, exit_code: int = 1) -> None:
        super().__init__(sentence)
        self.exit_code = exit_code


def from_output(step: str, text: str, log: Path) -> SetupFault:
    """Return the fault that explains why the tool behind `step` failed, from what it wrote."""
    for patterns, sentence in SIGNS:
        if any(re.search(pattern, text, re.IGNORECASE) for pattern in patterns):
            return SetupFault(f"{step}: {sentence} (details: {log})")
    return SetupFault(f"{step}: failed for a reason not known here; read {log}, mend it {AGAIN}")


def from_os_error(error: OSError) -> SetupFault:
    """Return the fault that explains an error of the operating system, naming the file if there is one."""
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return SetupFault(DISK_FULL + place)
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return SetupFault(READ_ONLY + place)
    return SetupFault(f"{error.strerror or error}{place}; mend it {AGAIN}")
