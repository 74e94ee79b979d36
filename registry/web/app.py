"""The web application: wiring, and nothing else."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask
from flask_talisman import Talisman
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from registry.config import Settings
from registry.frontend_build import BUILD, MEND, missing
from registry.web import (
    account,
    account_tokens,
    calendar,
    cases,
    claims,
    comparisons,
    entries,
    equity,
    errors,
    exported,
    filing,
    formats,
    ground,
    health,
    home,
    keys,
    lasting,
    log,
    map_data,
    norms,
    notices,
    outbox,
    parties,
    polar_map,
    proof_check,
    receipts,
    reference,
    revisions,
    rounds,
    runs,
    shared_services,
    site_bank,
    staff,
    steps,
    terms,
    users,
    why_not,
)
from registry.web.api.wiring import add_api
from registry.web.headers import add_headers
from registry.web.hosts import add_trusted_hosts
from registry.web.languages import ComponentLoader, add_languages, password_words
from registry.web.receiving import add_scanner, let_files_in
from registry.web.request_log import Pages, add_request_log
from registry.web.sessions import add_sessions
from registry.web.sign_in import add_accounts
from registry.web.untrusted import add_careful_reading
from registry.web.words import WORDS

CONTENT_SECURITY_POLICY = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'none'",
    "img-src": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
}
BLUEPRINTS = (
    filing,
    health,
    home,
    rounds,
    runs,
    comparisons,
    claims,
    why_not,
    entries,
    calendar,
    equity,
    shared_services,
    site_bank,
    parties,
    reference,
    polar_map,
    map_data,
    ground,
    log,
    receipts,
    proof_check,
    notices,
    norms,
    exported,
    lasting,
    staff,
    account,
    account_tokens,
    users,
    keys,
    steps,
    cases,
    terms,
    outbox,
    revisions,
)


class FrontendMissingError(RuntimeError):
    """The style sheet and script of the pages have not been built."""


def create_app(settings: Settings, engine: sa.Engine) -> Flask:
    """The application on `engine`; the settings' secrets must be there (`Settings.with_secrets`).

    Raises FrontendMissingError if the front end has not been built.
    """
    _check_frontend()
    app = Pages(__name__)
    app.config.update(_configuration(settings))
    add_careful_reading(app)
    add_request_log(app)
    _trust_proxies(app, settings.trusted_proxies)
    add_trusted_hosts(app, settings.trusted_hosts)
    _add_templates(app)
    add_languages(app)
    errors.add_error_pages(app)
    let_files_in(app, {**filing.files.REQUEST_BYTES, **steps.REQUEST_BYTES})
    csrf = CSRFProtect(app)
    Talisman(
        app,
        force_https=False,  # the registry answers plain http to itself; https is the work of what stands in front
        session_cookie_secure=settings.secure_cookies,
        strict_transport_security=settings.secure_cookies,
        content_security_policy=CONTENT_SECURITY_POLICY,
        frame_options="DENY",
        referrer_policy="same-origin",
    )
    add_headers(app)
    sessions = add_sessions(app, engine)
    limiter = add_accounts(app, settings, sessions, engine)
    for feature in BLUEPRINTS:
        app.register_blueprint(feature.pages)
    add_api(app, csrf, limiter, settings)
    add_scanner(app, settings)
    return app


def _check_frontend() -> None:
    if lacking := missing(BUILD):
        raise FrontendMissingError(f"{' and '.join(lacking)} not found in {BUILD}; {MEND}")


def _configuration(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        # With the prefix a browser takes the cookie over https only, for this host alone, and from nobody but this host.
        "SESSION_COOKIE_NAME": "__Host-registry_session" if settings.secure_cookies else "registry_session",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=settings.session_hours),
        "MAX_CONTENT_LENGTH": 1_000_000,
        "MAX_FORM_MEMORY_SIZE": 500_000,
    }


def _trust_proxies(app: Flask, number: int) -> None:
    """Take address, scheme and host of a request from what so many proxies in front add, and from nobody else."""
    if number:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # as Flask's manual does it
            app.wsgi_app, x_for=number, x_proto=number, x_host=number, x_port=number
        )


def _add_templates(app: Flask) -> None:
    components = PrefixLoader({"govuk_frontend_jinja": ComponentLoader("govuk_frontend_jinja")})
    app.jinja_loader = ChoiceLoader([PackageLoader("registry.web"), components])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["words"] = WORDS
    app.jinja_env.globals["password_words"] = password_words
    formats.add_filters(app)
