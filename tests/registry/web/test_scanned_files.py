"""Files that people send are looked into first: harm is refused by name, and without an answer nothing is taken or lost."""

import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from registry import ambient, db, logs
from registry.domain.actors import SYSTEM
from registry.domain.attachments import LIMITS, AttachedFile, Attachment, DraftAttachment
from registry.log import records
from registry.scanning import Clamd
from registry.services import users
from registry.services.scanned import HarmError, UnscannedError
from registry.web.api.problems import of_service
from tests import factories as make
from tests.registry.clamd import HARM, NAME, StandIn, standing_in
from tests.registry.services.life_cases import USED, recorded
from tests.registry.web.filing_site import IND, begun, fill_with_delegates, hidden
from tests.registry.web.signing_in import enter, signed_in
from tests.registry.web.site import settings_for

NO_ANSWER = "the scanner that has to look into it does not answer"
FAULTS = (
    "tells an error",
    "says nothing",
    "breaks off",
    "closes in the middle",
    "is silent",
    "is too small",
    "is away",
)
MILESTONE = "/claims/C-0001/milestone"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StandIn]:
    with standing_in(tmp_path_factory.mktemp("clamd")) as stand_in:
        yield stand_in


@pytest.fixture
def clamd(running: StandIn) -> Iterator[StandIn]:
    running.seen.clear()
    yield running
    running.behaves, running.most_bytes, running.meanwhile = "well", 26_000_000, None


@pytest.fixture(autouse=True, scope="module")
def _on_a_day() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ambient, "now", lambda: make.FILED)
        yield


@pytest.fixture(scope="module")
def filing(make_app: Callable[..., Flask], running: StandIn) -> Flask:
    """An open round, with a scanner."""
    return make_app(fill_with_delegates, file_scanner=running.address)


@pytest.fixture(scope="module")
def entries(make_app: Callable[..., Flask], running: StandIn) -> Flask:
    """An entry of India, with a scanner."""

    def fill(session: Session) -> None:
        recorded(session)
        who = make.DELEGATE
        token = users.Credentials(None, "token")
        users.add_user(session, who.name, who.name, [who.role], SYSTEM, make.ANNOUNCED, party="IND", credentials=token)

    return make_app(fill, second_factor="optional", file_scanner=running.address)


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Path]:
    logs.begin(settings_for(tmp_path, log_file=tmp_path / "log"))
    yield tmp_path / "log"
    logs.end()


def told(log: Path) -> list[dict[str, object]]:
    """What operators read of files that were not taken."""
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    wanted = ("event", "level", "endpoint", "bytes", "why", "signature")
    return [{key: line[key] for key in wanted if key in line} for line in lines if "bytes" in line]


def send(client: FlaskClient, address: str, name: str, data: bytes, **fields: str) -> TestResponse:
    return post(client, address, hidden(client.get(address).text, "csrf_token"), name, data, **fields)


def post(client: FlaskClient, address: str, token: str, name: str, data: bytes, **fields: str) -> TestResponse:
    """Send a form in parts, written in memory: the client leaves the file open in which it writes large ones."""
    sent = FileStorage(io.BytesIO(data), name)
    boundary, body = encode_multipart({"csrf_token": token, "file": sent, **fields})
    return client.post(address, data=body, content_type=f'multipart/form-data; boundary="{boundary}"')


def kept(app: Flask) -> int:
    """How many files are kept, under whatever name."""
    with db.reading(app.extensions["test.engine"]) as session:
        kinds = (AttachedFile, Attachment, DraftAttachment)
        return sum(session.scalar(sa.select(sa.func.count()).select_from(kind)) or 0 for kind in kinds)


def fail(app: Flask, clamd: StandIn, fault: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the scanner fail; nobody waits long for one that is silent."""
    clamd.behaves = fault
    clamd.most_bytes = 2 if fault == "is too small" else clamd.most_bytes
    address = "unix:/none/clamd.ctl" if fault == "is away" else clamd.address
    monkeypatch.setitem(app.extensions, "registry.scan", Clamd(address, 0.3).scan)


def test_a_file_with_harm_is_refused_by_name_and_not_kept_beside_a_draft(
    filing: Flask, clamd: StandIn, log: Path
) -> None:
    india = signed_in(filing, IND)
    address = f"{begun(india, 'Harm')}/files"
    refused = send(india, address, "plan.txt", b"a plan with " + HARM)
    assert refused.status_code == 422
    assert f"the scanner knows {NAME} in plan.txt, which does harm" in refused.text
    assert "give one without it, made on a clean machine" in refused.text
    assert kept(filing) == 0
    assert told(log) == [
        {"event": "harm-found", "level": "error", "endpoint": "filing.attach", "bytes": 29, "signature": NAME}
    ]
    assert "plan" not in log.read_text("utf-8")
    assert send(india, address, "plan.txt", b"a plan").status_code == 303
    assert clamd.seen == [b"a plan with " + HARM, b"a plan"]
    india.post(f"{address}/1/remove", data={"csrf_token": hidden(india.get(address).text, "csrf_token")})
    assert kept(filing) == 0


@pytest.mark.parametrize("fault", FAULTS)
def test_without_an_answer_no_file_is_kept_beside_a_draft(
    filing: Flask, clamd: StandIn, fault: str, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    india = signed_in(filing, IND)
    address = f"{begun(india, fault)}/files"
    fail(filing, clamd, fault, monkeypatch)
    refused = send(india, address, "plan.txt", b"a plan")
    assert (refused.status_code, NO_ANSWER in refused.text, kept(filing)) == (503, True, 0)
    assert "tell those who run the register" in refused.text
    [line] = told(log)
    assert (line["event"], line["bytes"], "why" in line) == ("file-not-scanned", 6, True)


@pytest.mark.parametrize(("data", "fault", "code"), [(HARM, "well", 422), (b"x", "tells an error", 503)])
def test_a_file_of_claims_is_looked_into_before_it_is_read(
    filing: Flask, clamd: StandIn, data: bytes, fault: str, code: int
) -> None:
    clamd.behaves = fault
    refused = send(signed_in(filing, IND), "/filing/upload", "claims.geojson", data)
    assert refused.status_code == code
    assert (NAME if code == 422 else NO_ANSWER) in refused.text
    assert "JSON" not in "".join(refused.text.split("govuk-error-summary")[1:2])


@pytest.mark.parametrize(("data", "fault", "code"), [(HARM, "well", 422), *((b"x", fault, 503) for fault in FAULTS)])
def test_nothing_typed_is_lost_where_the_document_of_a_report_is_refused(
    entries: Flask, clamd: StandIn, data: bytes, fault: str, code: int, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient, "now", lambda: USED)
    fail(entries, clamd, fault, monkeypatch)
    typed = {"kind": "contract", "happened_on": "2027-10-12", "text": "The contract is <signed>."}
    refused = send(enter(entries, make.DELEGATE.name), MILESTONE, "contract.txt", data + b"yz", **typed)
    assert refused.status_code == code
    said = f"The scanner knows {NAME} in contract.txt, which does harm" if code == 422 else NO_ANSWER
    assert said in refused.text
    for value in ('value="contract" selected', 'value="2027-10-12"', "The contract is &lt;signed&gt;."):
        assert value in refused.text
    assert kept(entries) == 0
    assert [line["endpoint"] for line in told(log)] == ["steps.claim_milestone"]


def test_a_document_without_harm_is_kept_and_others_may_write_while_it_is_looked_into(
    entries: Flask, clamd: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient, "now", lambda: USED)
    written = []

    def write() -> None:
        with db.unit_of_work(entries.extensions["test.engine"]) as session:
            records.lock(session)
            written.append(records.size(session))

    clamd.meanwhile = write
    typed = {"kind": "contract", "happened_on": "2027-10-12", "text": "The contract is signed."}
    answer = send(enter(entries, make.DELEGATE.name), MILESTONE, "contract.txt", b"the contract", **typed)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/claims/C-0001")
    assert (len(written), kept(entries), clamd.seen) == (1, 2, [b"the contract"])


def test_nobody_waits_while_a_file_beside_a_draft_is_looked_into(filing: Flask, clamd: StandIn) -> None:
    india, written = signed_in(filing, IND), []
    address = f"{begun(india, 'Meanwhile')}/files"

    def write() -> None:
        with db.unit_of_work(filing.extensions["test.engine"]) as session:
            records.lock(session)
            written.append(records.size(session))

    clamd.meanwhile = write
    assert send(india, address, "plan.txt", b"a plan").status_code == 303
    assert len(written) == 1


def test_programs_are_refused_with_problem_documents(filing: Flask) -> None:
    with filing.test_request_context("/api/v1/claims"):
        harm, unscanned = of_service(HarmError("plan.txt", NAME)), of_service(UnscannedError("no connection"))
    assert (harm.status_code, harm.json["type"]) == (422, "/api#invalid")
    assert f"the scanner knows {NAME} in plan.txt" in harm.get_data(as_text=True)
    assert (unscanned.status_code, unscanned.json["type"]) == (503, "/api#not-scanned")
    assert NO_ANSWER in unscanned.json["detail"]
    assert "connection" not in unscanned.get_data(as_text=True)


def test_no_operation_for_programs_takes_a_file(filing: Flask) -> None:
    document = filing.test_client().get("/api/v1/openapi.json").json
    bodies = [
        one["requestBody"] for path in document["paths"].values() for one in path.values() if "requestBody" in one
    ]
    assert len(bodies) > 5
    assert {media for body in bodies for media in body["content"]} == {"application/json"}


def test_files_of_the_largest_size_come_through_and_larger_ones_are_refused_in_words(
    filing: Flask, clamd: StandIn
) -> None:
    india = signed_in(filing, IND)
    address, whole = f"{begun(india, 'Large')}/files", b"%PDF-1.7" + random.Random(7).randbytes(LIMITS.file_bytes)
    before = kept(filing)
    assert send(india, address, "plan.pdf", whole[: LIMITS.file_bytes]).status_code == 303
    assert (len(clamd.seen[0]), kept(filing) - before) == (LIMITS.file_bytes, 2)
    refused = send(india, address, "more.pdf", whole)
    assert (refused.status_code, "give at most 5 MB" in refused.text) == (422, True)
    refused = send(india, "/filing/upload", "claims.csv", bytes(25_000_001))
    assert (refused.status_code, "it has 25000001 bytes" in refused.text) == (422, True)


def test_a_document_of_a_report_may_be_as_large(
    entries: Flask, clamd: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ambient, "now", lambda: USED)
    document = b"%PDF-1.7" + random.Random(7).randbytes(LIMITS.file_bytes)
    typed = {"kind": "licence", "happened_on": "2027-10-12", "text": "The contract is signed."}
    refused = send(enter(entries, make.DELEGATE.name), MILESTONE, "contract.pdf", document, **typed)
    assert "give at most 5 MB" in refused.text
    assert len(clamd.seen[0]) == LIMITS.file_bytes + 8


@pytest.mark.parametrize("address", ["/filing/1/files", "/filing/upload", MILESTONE])
def test_nobody_who_has_not_signed_in_sends_more_than_a_megabyte(filing: Flask, clamd: StandIn, address: str) -> None:
    stranger = filing.test_client()
    key = hidden(stranger.get("/sign-in").text, "csrf_token")
    answer = post(stranger, address, key, "plan.pdf", bytes(1_100_000))
    assert (answer.status_code, clamd.seen) == (413, [])
