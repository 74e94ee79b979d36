"""Headers and cookies: what a browser is told to allow."""

from collections.abc import Callable

from flask import Flask
from flask.testing import FlaskClient

from tests.registry.web.site import ROUND_PLAYED, public

POLICY = {
    "default-src 'none'", "base-uri 'none'", "connect-src 'self'", "font-src 'self'", "form-action 'self'",
    "frame-ancestors 'none'", "object-src 'none'", "img-src 'self'", "script-src 'self'", "style-src 'self'",
}  # fmt: skip


def test_every_page_has_the_strict_policy_and_its_companions(filled: Flask) -> None:
    client = filled.test_client()
    for address in public(filled, ROUND_PLAYED).values():
        headers = client.get(address).headers
        assert set(headers["Content-Security-Policy"].split("; ")) == POLICY, address
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_public_pages_set_no_cookie(filled: Flask) -> None:
    client = filled.test_client()
    for name, address in public(filled, ROUND_PLAYED).items():
        if name not in ("security.login", "proof_check.form"):  # a form needs a token, which is in the cookie
            assert "Set-Cookie" not in client.get(address).headers, address


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(client: FlaskClient) -> None:
    cookie = client.get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("registry_session=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie  # plain http on this machine would lose it


def test_behind_https_the_cookie_is_secure_and_the_browser_stays_there(make_app: Callable[..., Flask]) -> None:
    client = make_app(secure_cookies=True).test_client()
    response = client.get("/sign-in", base_url="https://registry.example")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-registry_session=")
    assert "Secure" in cookie
    assert "Path=/" in cookie
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"] == "max-age=31556926; includeSubDomains"


def test_plain_http_on_this_machine_is_not_sent_elsewhere(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Strict-Transport-Security" not in response.headers
