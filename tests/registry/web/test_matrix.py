"""Every route in every role with every method, from the application's own map of addresses and the table in routes.py."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registry import db
from registry.domain.actors import ROLES
from registry.web.app import create_app
from tests.registry.web.everybody import PEOPLE, peopled
from tests.registry.web.routes import ROUTES, VALUES, Route
from tests.registry.web.signing_in import enter, form_token, visit
from tests.registry.web.site import settings_for

EVERYONE = ("anonymous", *ROLES)
# Every page twice takes a while; the others look with --all.
QUICK = ("anonymous", "delegate")
LOOKING = [who if who in QUICK else pytest.param(who, marks=pytest.mark.slow) for who in EVERYONE]
# Two rules may have one endpoint, and two endpoints one address: what is asked is what the address answers.
OTHER_METHODS = ("PUT", "PATCH", "DELETE")


@pytest.fixture(scope="module")
def register(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a register with two rounds and somebody in every role. SQLite is enough: pages are asked."""
    app = peopled(tmp_path_factory.mktemp("matrix"))
    yield app
    app.extensions["test.engine"].dispose()


@pytest.fixture
def kept(register: Flask) -> Iterator[Flask]:
    """The same, as it was again after the test."""
    engine: sa.Engine = register.extensions["test.engine"]
    path = Path(str(engine.url.database))
    with engine.connect() as connection:
        connection.exec_driver_sql("SELECT 1")
    _checkpoint(engine)
    before = path.read_bytes()
    yield register
    engine.dispose()
    for part in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
        part.unlink(missing_ok=True)
    path.write_bytes(before)


def _checkpoint(engine: sa.Engine) -> None:
    engine.dispose()
    raw = engine.raw_connection()
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[attr-defined]  # sqlite3 has it
    raw.close()
    engine.dispose()


def digest(app: Flask) -> str:
    """The hash of every row of every table, but for the sessions with which the tests themselves go in and out."""
    found = hashlib.sha256()
    with db.reading(app.extensions["test.engine"]) as session:
        for table in db.Base.metadata.sorted_tables:
            if table.name in ("browser_sessions", "counted_requests", "sign_in_failures"):
                continue
            rows = session.execute(sa.select(table).order_by(*table.primary_key.columns))
            found.update(repr((table.name, [tuple(row) for row in rows])).encode())
    return found.hexdigest()


def test_the_digest_sees_one_changed_cell(kept: Flask) -> None:
    before = digest(kept)
    with db.unit_of_work(kept.extensions["test.engine"]) as session:
        session.execute(sa.text("UPDATE parties SET name = name || 'x' WHERE id = 'IND'"))
    assert digest(kept) != before


def client_of(app: Flask, who: str) -> FlaskClient:
    return visit(app) if who == "anonymous" else enter(app, PEOPLE[who])


def rules(app: Flask) -> list[Rule]:
    """The routes that have a row; one test fails for those that have none."""
    listed = (rule for rule in app.url_map.iter_rules() if rule.endpoint in ROUTES and rule.arguments <= set(VALUES))
    return sorted(listed, key=lambda rule: (rule.rule, rule.endpoint))


def address(app: Flask, rule: Rule) -> str:
    """The address of a route, filled with what is there."""
    with app.test_request_context():
        return app.url_for(rule.endpoint, **{name: VALUES[name] for name in rule.arguments})


def is_refused(answer: TestResponse) -> bool:
    """Whether somebody was turned away: a code from 400 on that is neither a wrong method nor a fault, or the sign-in."""
    if answer.status_code in (302, 303):
        return answer.headers["Location"].startswith("/sign-in")
    return 400 <= answer.status_code < 500 and answer.status_code != 405


def ask(client: FlaskClient, method: str, where: str, **fields: str) -> TestResponse:
    """An answer of which nothing was read: some go on for ever."""
    answer = client.open(where, method=method, data=fields or None, buffered=False)
    answer.close()
    return answer


def test_every_route_has_its_row_and_every_row_its_route(register: Flask) -> None:
    there = {rule.endpoint for rule in register.url_map.iter_rules()}
    assert there - set(ROUTES) == set(), "say in tests/registry/web/routes.py who may GET and POST these"
    assert set(ROUTES) - there == set(), "these rows of tests/registry/web/routes.py have no route"


def test_every_argument_of_a_route_has_a_value(register: Flask) -> None:
    arguments = {name for rule in register.url_map.iter_rules() for name in rule.arguments}
    assert arguments - set(VALUES) == set(), "give a value of something that is there in VALUES of routes.py"


def test_the_table_names_the_methods_that_routes_take(register: Flask) -> None:
    wrong = []
    for rule in rules(register):
        route = ROUTES[rule.endpoint]
        methods = set(rule.methods or ()) - {"HEAD", "OPTIONS"}
        named = {"GET"} if route.get or route.led_on else set()
        named |= {"POST"} if route.post else set()
        named |= route.token
        if not route.closed and methods != named:
            wrong.append(f"{rule.endpoint}: takes {sorted(methods)}, the table says {sorted(named)}")
    assert wrong == []


@pytest.mark.parametrize("who", LOOKING)
def test_each_role_may_look_at_what_the_table_says_and_looking_changes_nothing(register: Flask, who: str) -> None:
    client, wrong = client_of(register, who), []
    before = digest(register)
    for rule in rules(register):
        route, where = ROUTES[rule.endpoint], address(register, rule)
        if "GET" not in (rule.methods or ()):
            continue
        answer, head = ask(client, "GET", where), ask(client, "HEAD", where)
        if not _as_said(answer, route, who):
            wrong.append(f"{rule.endpoint} {where}: {answer.status_code} {answer.headers.get('Location', '')}")
        if head.status_code != answer.status_code:
            wrong.append(f"{rule.endpoint} {where}: HEAD {head.status_code}, GET {answer.status_code}")
    assert wrong == []
    assert digest(register) == before


def _as_said(answer: TestResponse, route: Route, who: str) -> bool:
    if route.closed:
        return answer.status_code == 404
    if who in route.led_on:
        return answer.status_code in (302, 303)
    if who in route.get:
        return answer.status_code == 200
    return is_refused(answer)


@pytest.mark.parametrize("who", EVERYONE)
def test_each_role_may_send_what_the_table_says_and_a_refusal_changes_nothing(kept: Flask, who: str) -> None:
    client, wrong, token = client_of(kept, who), [], form_token(kept)
    before = digest(kept)
    sent = [rule for rule in rules(kept) if "POST" in (rule.methods or ()) and not ROUTES[rule.endpoint].closed]
    for rule in (rule for rule in sent if who not in ROUTES[rule.endpoint].post):
        answer = ask(client, "POST", address(kept, rule), csrf_token=token)
        if not is_refused(answer) and who not in ROUTES[rule.endpoint].led_on:
            wrong.append(f"{rule.endpoint}: {answer.status_code} for {who}, who may not")
    assert wrong == []
    assert digest(kept) == before
    for rule in (rule for rule in sent if who in ROUTES[rule.endpoint].post):
        answer = ask(client_of(kept, who), "POST", address(kept, rule), csrf_token=token)
        if answer.status_code in (401, 403, 405) or answer.status_code >= 500:
            wrong.append(f"{rule.endpoint}: {answer.status_code} for {who}, who may")
    assert wrong == []


@pytest.mark.parametrize("token", [None, "", "foreign"])
def test_a_form_without_a_token_or_with_that_of_somebody_else_is_refused(register: Flask, token: str | None) -> None:
    other = create_app(settings_for(Path(), secret_key="x" * 40), register.extensions["test.engine"])
    fields = {} if token is None else {"csrf_token": form_token(other) if token else ""}
    clients = {who: client_of(register, who) for who in EVERYONE}
    wrong, before = [], digest(register)
    for rule in rules(register):
        if "POST" in (rule.methods or ()):
            for who in ROUTES[rule.endpoint].post:
                answer = ask(clients[who], "POST", address(register, rule), **fields)
                if answer.status_code != 400:
                    wrong.append(f"{rule.endpoint} for {who}: {answer.status_code}")
    assert wrong == []
    assert digest(register) == before


# A method is refused before anybody asks who it is: others than the public look with --all.
@pytest.mark.parametrize("who", ["anonymous", *(pytest.param(who, marks=pytest.mark.slow) for who in ROLES)])
def test_no_route_takes_a_method_that_it_does_not_name(register: Flask, who: str) -> None:
    client, wrong, before = client_of(register, who), [], digest(register)
    token = form_token(register)
    taken: dict[str, set[str]] = {}
    for rule in rules(register):
        taken.setdefault(address(register, rule), set()).update(rule.methods or ())
    for where, methods in taken.items():
        for method in {*OTHER_METHODS, "GET", "POST"} - methods:
            answer = ask(client, method, where, csrf_token=token)
            if answer.status_code not in (400, 404, 405):
                wrong.append(f"{method} {where}: {answer.status_code}")
        if ask(client, "OPTIONS", where).status_code not in (200, 302, 303, 404):
            wrong.append(f"OPTIONS {where}")
    assert wrong == []
    assert digest(register) == before


@pytest.mark.parametrize("who", ["anonymous", "delegate"])
def test_every_answer_has_the_headers_that_keep_it_to_this_site(register: Flask, who: str) -> None:
    client, wrong = client_of(register, who), []
    for rule in rules(register):
        for method in {"GET", "POST"} & set(rule.methods or ()):
            headers = ask(client, method, address(register, rule)).headers
            policy = headers.get("Content-Security-Policy", "")
            strict = "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
            if not strict or headers.get("X-Content-Type-Options") != "nosniff":
                wrong.append(f"{method} {rule.endpoint}: policy")
            if (
                who != "anonymous"
                and method == "GET"
                and rule.endpoint != "static"
                and not rule.endpoint.startswith("api.")  # the same for everybody, who is signed in or not
                and "no-store" not in headers.get("Cache-Control", "")
            ):
                wrong.append(f"{method} {rule.endpoint}: may be kept by a cache")
    assert wrong == []
