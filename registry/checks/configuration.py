"""Settings that are each fine and do not go together."""

import importlib.util
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from registry import config, connections
from registry.checks.report import Line, fault, ok, warning
from registry.config import Settings

LEAST_SECRET = 32
CONNECT_S = 3
CONNECTIONS_OF_A_THREAD = 2
"""One for the request, one for what is counted or looked up apart from it."""


def lines(settings: Settings) -> Iterator[Line]:
    """Everything about the settings that needs no database."""
    found = [
        *_unknown(),
        *_web(settings),
        *_secrets(settings),
        *_log(settings),
        *_plain(settings),
        *_scheduler(settings),
    ]
    yield from found or [ok("settings", "each can be used, and they go together")]


def of_register(settings: Settings, *, illustrative: bool) -> Iterator[Line]:
    """What may be so for an exercise, and not in a register of real rounds."""
    if settings.rehearsal and not illustrative:
        said = "in this register anybody at the command line may choose the instant of a step"
        yield fault("REGISTRY_REHEARSAL", said, "unset it")
    if settings.second_factor == "optional" and not illustrative:
        said = "staff and council can sign in with a password alone"
        yield warning("REGISTRY_SECOND_FACTOR", said, "set it to staff")
    if not settings.secure_cookies and not illustrative and not connections.is_local(settings.host):
        said = f"sign-ins travel over plain http to {settings.host}"
        yield fault("REGISTRY_SECURE_COOKIES", said, "put https in front and set it")


def _unknown() -> Iterator[Line]:
    for name, alike in config.unknown().items():
        yield warning(name, "there is no such setting", f"write {alike}" if alike else "remove it")


def _web(settings: Settings) -> Iterator[Line]:
    if settings.secure_cookies and not settings.trusted_proxies:
        said = "https is in front, but no proxy is trusted: all visitors count as one address"
        yield warning("REGISTRY_TRUSTED_PROXIES", said, "set it to the number of proxies in front, mostly 1")
    if settings.trusted_proxies and not settings.secure_cookies:
        said = "a proxy is in front, and cookies may still travel over plain http"
        yield warning("REGISTRY_SECURE_COOKIES", said, "set it, and serve https in the proxy")
    if settings.trusted_proxies and not settings.trusted_hosts:
        said = "pages answer to any name, and addresses that the API gives repeat it"
        yield warning("REGISTRY_TRUSTED_HOSTS", said, "set it to the public names of the register")
    if settings.trusted_proxies and not connections.is_local(settings.host):
        said = f"pages are served on {settings.host}: whoever reaches it past the proxy can claim any address"
        yield warning("REGISTRY_HOST", said, "serve on 127.0.0.1, or let only the proxy reach the port")
    if settings.database_connections < CONNECTIONS_OF_A_THREAD * settings.threads:
        least = CONNECTIONS_OF_A_THREAD * settings.threads
        said = f"{settings.threads} threads may need {least} connections, and a process keeps {settings.database_connections}"
        yield fault("REGISTRY_DATABASE_CONNECTIONS", said, f"set it to {least} or more, or lower REGISTRY_THREADS")
    if settings.session_idle_minutes > settings.session_hours * 60:
        said = "a sign-in may rest for longer than it lasts"
        yield warning("REGISTRY_SESSION_IDLE_MINUTES", said, "set it lower")


def _secrets(settings: Settings) -> Iterator[Line]:
    given = {name: value for name in config.SECRETS if (value := getattr(settings, name))}
    for name, value in given.items():
        if len(value) < LEAST_SECRET:
            said = f"it has {len(value)} characters, which can be guessed"
            yield fault(f"REGISTRY_{name.upper()}", said, f"give {LEAST_SECRET} random ones, or leave it to be made")
    if len(set(given.values())) < len(given):
        yield fault("secrets", "two of them are the same", "give each a value of its own")


def _log(settings: Settings) -> Iterator[Line]:
    if settings.log_file is not None and not settings.log_file.parent.is_dir():
        said = f"its folder {settings.log_file.parent} is not there"
        yield fault("REGISTRY_LOG_FILE", said, "make the folder, writable for the register's user")


def _plain(settings: Settings) -> Iterator[Line]:
    for row in connections.plain(settings):
        yield fault(row.setting, row.said, row.mend)


def _scheduler(settings: Settings) -> Iterator[Line]:
    if settings.dask_scheduler is None:
        return
    if importlib.util.find_spec("distributed") is None:
        yield fault("REGISTRY_DASK_SCHEDULER", "the library distributed is not installed", "install the extra `dask`")
        return
    address = urlsplit(settings.dask_scheduler)
    try:
        socket.create_connection((address.hostname or "", address.port or 8786), CONNECT_S).close()
    except (OSError, ValueError):
        yield fault("REGISTRY_DASK_SCHEDULER", f"{settings.dask_scheduler} does not answer", "start it, or unset it")
    else:
        yield ok("scheduler", f"{settings.dask_scheduler} answers")
