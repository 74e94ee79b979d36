"""Whether what goes to another host is encrypted, and that host shows who it is: database server, scheduler, scanner of files.

Sources: OWASP ASVS 5.0 (12.3.1, 12.3.2, 13.2.1); PostgreSQL, "Protection Provided in Different Modes" (of sslmode only
verify-full keeps out whoever stands in between); Dask, "TLS/SSL".
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from registry.config import Settings

CERTIFICATES = ("ca.pem", "certificate.pem", "key.pem")
MEND_ELSE = "or, where the way between the hosts is encrypted by other means, set REGISTRY_PRIVATE_NETWORK"


@dataclass(frozen=True, slots=True)
class Plain:
    """A connection to another host that anybody in between can read or answer: its setting, what is so, and the mend."""

    setting: str
    said: str
    mend: str

    def __str__(self) -> str:
        return f"{self.setting}: {self.said}; {self.mend}"


def plain(settings: "Settings") -> list[Plain]:
    """All of them; none where the settings say that the network is private."""
    return [] if settings.private_network else [*_database(settings), *_scheduler(settings), *_scanner(settings)]


def is_local(host: str) -> bool:
    """Whether a host is this machine: a loopback address, or a folder of sockets."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.startswith(("/", "@"))


def _database(settings: "Settings") -> Iterator[Plain]:
    import sqlalchemy as sa

    address = sa.make_url(settings.url)
    if address.get_backend_name() == "sqlite":
        return
    names = [address.host or "", *(part for name in ("host", "hostaddr") for part in _many(address.query.get(name)))]
    bare = {name.partition(":")[0] if name.count(":") == 1 else name for name in names}
    far = sorted(name for name in bare if name and not is_local(name))
    far += ["a service file"] if "service" in address.query else []
    mode = ",".join(_many(address.query.get("sslmode"))) or "none"
    if far and mode != "verify-full":
        said = f"it names {', '.join(far)} with sslmode {mode}: others can read it, or answer in the server's place"
        mend = "add ?sslmode=verify-full&sslrootcert=FILE to the address"
        yield Plain("REGISTRY_DATABASE_URL", said, f"{mend}, {MEND_ELSE}")


def _many(value: str | tuple[str, ...] | None) -> list[str]:
    values = (value,) if isinstance(value, str) else value or ()
    return [part for text in values for part in text.split(",")]


def _scheduler(settings: "Settings") -> Iterator[Plain]:
    address = settings.dask_scheduler
    if address is None or is_local(urlsplit(address).hostname or ""):
        return
    folder = settings.dask_certificates
    missing = [name for name in CERTIFICATES if folder is None or not (folder / name).is_file()]
    if not address.startswith("tls://"):
        said = f"{address} is on another host and not encrypted: whoever reaches it can run programs on its workers"
        yield Plain(
            "REGISTRY_DASK_SCHEDULER", said, f"write tls://HOST:PORT and set REGISTRY_DASK_CERTIFICATES, {MEND_ELSE}"
        )
    elif missing:
        said = f"{address} cannot be asked who it is without {', '.join(missing)}"
        yield Plain("REGISTRY_DASK_CERTIFICATES", said, f"name the folder that has them, {MEND_ELSE}")


def _scanner(settings: "Settings") -> Iterator[Plain]:
    address = settings.file_scanner or ""
    if address.startswith("tcp:") and not is_local(urlsplit(address).hostname or ""):
        said = f"{address} is on another host and not encrypted: others can read files that are confidential, or answer for it"
        yield Plain("REGISTRY_FILE_SCANNER", said, f"run the scanner on this one, {MEND_ELSE}")
