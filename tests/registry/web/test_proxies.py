"""Proxies in front: their word about where a request came from counts only as far as the setting says."""

import http.client
import threading
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request

from registry import serving
from tests.registry.web.site import settings_for


@pytest.mark.parametrize(
    ("proxies", "said", "address"),
    [
        (0, "203.0.113.7", "127.0.0.1"),
        (1, "203.0.113.7", "203.0.113.7"),
        (1, "198.51.100.1, 203.0.113.7", "203.0.113.7"),  # what the asker wrote itself is not believed
        (2, "198.51.100.1, 203.0.113.7, 192.0.2.9", "203.0.113.7"),
        (2, "203.0.113.7", "127.0.0.1"),  # one of them was passed by
    ],
)
def test_the_address_that_counts_is_the_one_that_the_outermost_trusted_proxy_saw(
    make_app: Callable[..., Flask], proxies: int, said: str, address: str
) -> None:
    app = make_app(trusted_proxies=proxies)
    seen: list[str | None] = []
    app.before_request(lambda: seen.append(request.remote_addr))
    app.test_client().get("/", headers={"X-Forwarded-For": said})
    assert seen == [address]


@pytest.mark.parametrize(("proxies", "passed_on"), [(0, b""), (1, b"https")])
def test_the_server_passes_on_what_a_proxy_says_only_where_one_is_trusted(
    tmp_path: Path, proxies: int, passed_on: bytes
) -> None:
    def said(environ: dict[str, Any], start: Callable[..., object]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_PROTO", "").encode()]

    server = serving.listening(said, settings_for(tmp_path, port=0, threads=1, trusted_proxies=proxies))
    answers: list[bytes] = []

    def ask() -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", server.effective_port, timeout=10)) as connection:
            connection.request("GET", "/", headers={"X-Forwarded-Proto": "https", "Connection": "close"})
            answers.append(connection.getresponse().read())

    asker = threading.Thread(target=ask)
    asker.start()
    while asker.is_alive():
        server.asyncore.loop(timeout=0.05, map=server._map, count=1)
    server.task_dispatcher.shutdown()
    for channel in [*server.active_channels.values()]:
        channel.handle_close()
    server.close()
    assert answers == [passed_on]


def test_behind_https_browsers_stay_there_and_links_are_https(make_app: Callable[..., Flask]) -> None:
    client = make_app(trusted_proxies=1, secure_cookies=True).test_client()
    told = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "registry.example.org", "X-Forwarded-Port": "443"}
    answer = client.get("/api/v1/claims", headers=told)
    assert "max-age=31" in answer.headers["Strict-Transport-Security"]
    assert "http://" not in answer.text
