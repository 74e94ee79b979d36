"""Serving the pages on this machine until Ctrl-C."""

import signal
import socket
import threading
from collections.abc import Callable
from types import FrameType
from typing import Any, NoReturn

import sqlalchemy as sa
from waitress.server import create_server

from registry.config import Settings


class ServingError(Exception):
    """The pages cannot be served; the text says why and names the mend."""


class PortTakenError(ServingError):
    """The address cannot be listened on."""


def check_port(settings: Settings) -> None:
    """Raise PortTakenError if the pages could not be served now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise _taken(settings, error) from error


def serve(settings: Settings, engine: sa.Engine, say: Callable[[str], None]) -> None:
    """Serve the pages until the process is asked to end; `say` gets the address.

    Raises
    ------
    ServingError
        Before anything is served.
    """
    from registry.web.app import FrontendMissingError, create_app

    try:
        app = create_app(settings, engine)
    except FrontendMissingError as error:
        raise ServingError(str(error)) from error
    try:
        server = listening(app, settings)
    except OSError as error:
        raise _taken(settings, error) from error
    say(f"Open http://{settings.host}:{server.effective_port}/ in a browser. Ctrl-C stops the pages.")
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    server.run()  # returns on KeyboardInterrupt, when the requests at work are answered
    say("Stopped; everything recorded is kept.")


def listening(app: Any, settings: Settings) -> Any:
    """The server of an application, bound to its address; what a proxy says reaches the pages only where one is trusted."""
    return create_server(
        app,
        host=settings.host,
        port=settings.port,
        threads=settings.threads,
        ident=None,
        clear_untrusted_proxy_headers=not settings.trusted_proxies,  # how far it is believed is for ProxyFix (web/app.py)
    )


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    """Turn a request to end into an orderly stop."""
    raise KeyboardInterrupt


def _taken(settings: Settings, error: OSError) -> PortTakenError:
    return PortTakenError(
        f"--port: {settings.host}:{settings.port} cannot be used ({error.strerror}); "
        "choose another with --port N, or --port 0 for a free one"
    )
