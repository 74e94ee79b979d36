"""What belongs to another delegation answers, byte for byte, like something that never was.

Every route with an argument in FOREIGN is asked with the ids of things that Japan's delegation may not see, by its delegate,
by an observer and by nobody. A new kind of thing that is somebody's own needs its ids here.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from registry import db, signing
from registry.domain.drafts import Draft
from registry.services import runs
from registry.web.app import create_app
from tests import factories as make
from tests.registry import canaries
from tests.registry.tables import new_tables
from tests.registry.web.routes import ROUTES, VALUES
from tests.registry.web.signing_in import enter, form_token, visit
from tests.registry.web.site import settings_for

RUN = 424242  # a number that is nothing else on a page, for a run and for Ghana's draft
# The ids of what Japan may not see, and one that nothing has, of the same length.
FOREIGN: Mapping[str, tuple[Sequence[object], object]] = {
    "claim_id": (canaries.HIDDEN, "C-9999"),
    "draft_id": ((RUN,), 939393),
    "run_id": ((RUN,), 939393),
}
# Arguments of things that are open to all, or only to people for whom no id is foreign.
OF_EVERYBODY = frozenset(VALUES) - set(FOREIGN)
# Routes that answer by the place of the record in the log, which everybody may know; its content is sealed.
WHO = {"anonymous": None, "delegate": canaries.JPN, "observer": canaries.OBSERVER}


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("foreign")
    settings = settings_for(folder, second_factor="optional")
    new_tables(settings.url)
    engine = db.make_engine(settings.url)
    with signing.new_key(settings, "illustrative.example/log") as verifier, db.unit_of_work(engine) as session:
        canaries.fill(session, verifier.vkey)
        runs.ask_why(session, "C-0001", canaries.IND, make.RECORDED).id = RUN
        session.query(Draft).filter_by(filed_by_id="GHA").one().id = RUN
    app = create_app(settings, engine)
    app.extensions["test.engine"] = engine
    yield app
    engine.dispose()


def asked(app: Flask) -> list[tuple[Rule, str]]:
    """The routes that have an argument which may be foreign, with its name."""
    found = [(rule, name) for rule in app.url_map.iter_rules() for name in rule.arguments if name in FOREIGN]
    return [(rule, name) for rule, name in found if rule.arguments <= set(VALUES) and rule.endpoint in ROUTES]


def plain(answer: TestResponse, of: object, instead: object) -> tuple[int, bytes, list[tuple[str, str]]]:
    """An answer as it is compared: code, body and headers, the asked id replaced by the other one."""
    body = answer.get_data().replace(str(of).encode(), str(instead).encode())
    body = re.sub(rb'name="csrf_token" value="[^"]*"', b"", body)  # signed with the second in which it is made
    kept = sorted(
        (name, value) for name, value in answer.headers.items() if name not in ("Set-Cookie", "Content-Length")
    )
    return answer.status_code, body, [(name, value.replace(str(of), str(instead))) for name, value in kept]


def test_every_argument_is_somebodys_own_or_everybodys() -> None:
    assert set(FOREIGN) | OF_EVERYBODY == set(VALUES)
    assert {"claim_id", "draft_id", "run_id"} <= set(FOREIGN)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
def test_what_is_anothers_answers_like_what_never_was(marked: Flask, method: str, who: str) -> None:
    person = WHO[who]
    client = enter(marked, person.name) if person else visit(marked)
    fields = {"csrf_token": form_token(marked)} if method == "POST" else None
    wrong, compared = [], 0
    for rule, name in asked(marked):
        if method not in (rule.methods or ()):
            continue
        ids, nothing = FOREIGN[name]
        with marked.test_request_context():
            where = {
                value: marked.url_for(rule.endpoint, **{**{n: VALUES[n] for n in rule.arguments}, name: value})
                for value in (*ids, nothing)
            }
        never = client.open(where[nothing], method=method, data=fields)
        for value in ids:
            answer = client.open(where[value], method=method, data=fields)
            compared += 1
            if plain(answer, value, "#") != plain(never, nothing, "#"):
                wrong.append(
                    f"{method} {where[value]} ({answer.status_code}) and {where[nothing]} ({never.status_code})"
                )
    assert wrong == []
    assert compared >= len(canaries.HIDDEN)


def test_a_note_between_two_others_is_not_there_to_be_read(marked: Flask) -> None:
    client, fields = enter(marked, canaries.GHA.name), {"csrf_token": form_token(marked)}
    for step in ("read", "agree", "disclose"):
        other, never = (client.post(f"/notes/{note}/{step}", data=fields) for note in ("N-0001", "N-9999"))
        if step == "read":  # that there is a note, and its hash, everybody may know; its text is not there for others
            assert plain(other, "N-0001", "#") == plain(never, "N-9999", "#")
        assert other.status_code >= 400


def test_the_comparison_sees_a_difference(marked: Flask) -> None:
    client = enter(marked, canaries.GHA.name)
    own, never = client.get("/claims/C-0005"), client.get("/claims/C-9999")
    assert plain(own, "C-0005", "#") != plain(never, "C-9999", "#")
