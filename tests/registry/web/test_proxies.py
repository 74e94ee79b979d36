"""Proxies in front: their word about where a request came from counts only as far as the setting says."""

from collections.abc import Callable

import pytest
from flask import Flask, request


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
