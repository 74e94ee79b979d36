"""The API as a part of the application: what is looked at before each operation, and who answers refusals."""

from flask import Flask, Response, request
from flask_limiter import Limiter
from flask_wtf import CSRFProtect

from registry.config import Settings
from registry.services.errors import ServiceError
from registry.web.api import callers, problems
from registry.web.api.answers import BYTES, GEOJSON, JSON, OPENAPI, check_forms, without_page
from registry.web.api.blueprint import v1
from registry.web.api.cookies import PageCookies
from registry.web.api.once import refuse_in_flight
from registry.web.api.paths import is_for_programs
from registry.web.api.problems import ProblemError

# Operations load with their modules; the order is that of the document.
from registry.web.api import parties, rounds, solutions, claims, files, filing, cases, entries, slots, landing  # isort: skip
from registry.web.api import bank, places, stated, log, own, collections, document  # isort: skip

PARTS = (
    *(parties, rounds, solutions, claims, files, filing, cases, entries, slots, landing),
    *(bank, places, stated, log, own, collections, document),
)
# In which forms an answer is to be had, where it is not only JSON.
FORMS = {"items": (GEOJSON, JSON), "feature": (GEOJSON, JSON), "file_bytes": (BYTES,), "openapi": (OPENAPI, JSON)}


def add_api(app: Flask, csrf: CSRFProtect, limiter: Limiter, settings: Settings) -> None:
    """Answer programs under /api/v1, and people who write them on /api."""
    app.session_interface = PageCookies()
    callers.add_limits(app, limiter, settings)
    csrf.exempt(v1)  # no cookie is read, so that no other site can make a browser file something
    app.validation_error_callback = problems.of_parameters  # type: ignore[attr-defined]  # where the library looks for it
    app.register_error_handler(ProblemError, _refused)
    app.after_request(_plain)
    app.register_blueprint(v1)
    app.register_blueprint(document.pages)


@v1.before_request
def _look() -> None:
    name = (request.endpoint or "").rpartition(".")[2]
    callers.identify()
    refuse_in_flight()
    callers.count_change()
    check_forms(FORMS.get(name, (JSON,)))


@v1.errorhandler(ServiceError)
def _refused_by_service(error: ServiceError) -> Response:
    return problems.of_service(error)


def _refused(error: ProblemError) -> Response:
    return problems.response(error.name, error.detail, error.faults, error.headers)


def _plain(response: Response) -> Response:
    return without_page(response) if is_for_programs(request.path) else response
