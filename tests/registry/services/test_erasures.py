"""A person's data are erased by two administrators; what was proved stays proved, and no trace of the person is left."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from registry import db
from registry.audit.verifying import verify
from registry.db import Base
from registry.domain.actors import SYSTEM, Actor
from registry.domain.sign_ins import AccountState, BrowserSession, SignInFailures
from registry.domain.users import User
from registry.domain.visibility import REGISTER, Viewer
from registry.exports.package import write_export
from registry.exports.scope import Scope
from registry.exports.verify_export import Package, key_of
from registry.log import checkpoints, proofs, reading, records, tree
from registry.log.receipts import faults as receipt_faults
from registry.services import (
    comments,
    drafting,
    erasures,
    filing,
    forgetting,
    idempotency,
    receipts,
    roles,
    sign_ins,
    users,
)
from registry.services.erasures import Secrets
from registry.services.errors import ConflictError, NotAllowedError, ValidationError
from registry.services.own_data import own_data
from tests import factories as make
from tests.registry import canaries
from tests.registry.exports.small import SIGNER
from tests.registry.services.people_cases import number, user

ADA, ABE = Actor("ada@example.org", "administrator"), Actor("abe@example.org", "administrator")
IND, PERSON = canaries.IND, "ZZCanary Person 1"
TRACES = (IND.name, PERSON)
AT = make.utc("2028-04-01")
SECRETS = Secrets("a-fresh-token", lambda email: f"subject-of-{email}"[:64])
AUDITOR = Viewer(frozenset({"auditor"}))


@pytest.fixture(scope="module")
def two_rounds(engine: Engine) -> Iterator[Connection]:
    """Two rounds, of which one is over; the delegate of India has left traces of every kind in them. Filled once for all
    tests of this file, each of which takes its own changes back.
    """
    with engine.connect() as connection:
        transaction = connection.begin()
        with Session(connection, join_transaction_mode="create_savepoint") as session:
            fill(session)
            session.commit()
        yield connection
        transaction.rollback()


@pytest.fixture
def filled(two_rounds: Connection) -> Iterator[Session]:
    step = two_rounds.begin_nested()
    with Session(two_rounds, join_transaction_mode="create_savepoint") as session:
        yield session
    step.rollback()


def fill(session: Session) -> None:
    canaries.fill(session)
    for actor in (ADA, ABE):
        user(session, actor.name, "administrator")
    comments.add(session, "C-0004", "We come by in May.", IND, canaries.SAID)
    drafting.save(session, canaries.NEW, {"key": "own", "filed_by": "IND"}, IND, canaries.SAID)
    change = roles.change(session, who(session), ["delegate", "council"], f"{PERSON} has two posts", ADA, canaries.SAID)
    assert change is not None
    roles.confirm(session, change.id, ABE, canaries.SAID)
    idempotency.once(session, "k1", "users.add_user", {}, lambda: {"email": IND.name}, IND, canaries.SAID)
    account = session.get_one(User, who(session))
    account.password, account.tf_totp_secret, account.mf_recovery_codes = "digest", "sealed secret", ["code"]
    sign_ins.begin_session(session, account, "token", canaries.SAID)
    sign_ins.mark_password(session, account.id, one_time=True)
    sign_ins.note_failure(session, SECRETS.subject_of(IND.name), canaries.SAID)
    session.flush()


def who(session: Session) -> int:
    return number(session, IND.name)


def erase(session: Session) -> int:
    """Ask and confirm; the number of the account."""
    user_id = who(session)
    asked = erasures.ask(session, user_id, SECRETS, "asked for by letter of 3 March", ADA, AT)
    erasures.confirm(session, asked.id, SECRETS, ABE, AT)
    return user_id


def everything(session: Session) -> str:
    """The text of every row of every table."""
    session.flush()
    rows = (row for table in Base.metadata.tables.values() for row in session.execute(sa.select(table)))
    return "\n".join(repr(tuple(row)) for row in rows)


def traces(text: str) -> list[str]:
    return [trace for trace in TRACES if trace.lower() in text.lower()]


def differences(session: Session, checkpoint: str | None = None) -> list[str]:
    """What an audit finds: rows of reference data that the rounds of the tests take without a record, and nothing else."""
    kept = {"older.txt": checkpoint} if checkpoint else {}
    return [str(row) for row in verify(session, kept).differences]


def test_one_asks_and_another_erases(filled: Session) -> None:
    assert traces(everything(filled)) == list(TRACES)
    asked = erasures.ask(filled, who(filled), SECRETS, "asked for by letter of 3 March", ADA, AT)
    assert asked.state == "OPEN"
    assert traces(everything(filled)) == list(TRACES)
    with pytest.raises(NotAllowedError, match="needs two; somebody else has to confirm"):
        erasures.confirm(filled, asked.id, SECRETS, ADA, AT)
    user_id = who(filled)
    made = erasures.confirm(filled, asked.id, SECRETS, ABE, AT)
    assert (made.state, made.asked_by, made.answered_by) == ("MADE", ADA.name, ABE.name)
    assert traces(everything(filled)) == []
    gone = filled.get_one(User, user_id)
    assert (gone.email, gone.name) == (f"person-{user_id}@erased.invalid", f"Erased person {user_id}")
    assert (gone.active, gone.roles, gone.password, gone.tf_totp_secret) == (False, [], None, None)
    counts = [filled.query(entity).count() for entity in (BrowserSession, AccountState, SignInFailures)]
    assert counts == [0, 0, 0]
    [last] = reading.records_about(filled, f"users/{user_id}", REGISTER)[-1:]
    assert (last.act, last.content["roles"]) == ("user-erased", [])


def test_every_proof_receipt_and_checkpoint_from_before_still_holds(filled: Session) -> None:
    size, root = records.size(filled), records.root(filled)
    signed = checkpoints.signed_checkpoint(filled, SIGNER)
    held = [receipts.receipt(filled, index, signed, AUDITOR) for index in range(size)]
    proved = [proofs.inclusion(filled, index) for index in range(size)]
    leaves = [row.leaf() for row in filled.scalars(sa.select(records.Record).order_by(records.Record.index))]
    unrecorded = differences(filled, signed)
    erase(filled)
    now = filled.scalars(sa.select(records.Record).order_by(records.Record.index)).all()
    assert [row.leaf() for row in now[:size]] == leaves
    assert records.root(filled, size) == root
    assert differences(filled, signed) == unrecorded
    trusted = checkpoints.log_keys(filled)
    assert [fault for receipt in held for fault in receipt_faults(receipt, trusted)] == []
    for index, proof in enumerate(proved):
        assert tree.verify_inclusion(index, size, now[index].leaf_hash, proof.proof, root)


def test_packages_verify_alone_and_name_nobody_who_is_gone(filled: Session, tmp_path: Path) -> None:
    erase(filled)
    for scope in (Scope.PUBLIC, Scope.FULL):
        folder = tmp_path / scope
        write_export(filled, folder, SIGNER, scope)
        assert Package(folder, dict([key_of(SIGNER.verifier.vkey)])).check().faults == []
        texts = (file.read_bytes().decode("utf-8", "replace") for file in folder.rglob("*") if file.is_file())
        assert [trace for text in texts for trace in traces(text)] == []


def test_the_person_gets_everything_and_nobody_else_s_address(filled: Session) -> None:
    told = own_data(filled, filled.get_one(User, who(filled)), AT)
    text = json.dumps(told)
    assert (told["account"]["email"], told["account"]["roles"]) == (IND.name, ["council", "delegate"])
    assert told["sign_ins"] == ["2028-03-01T00:00:00Z"]
    assert {"comments", "drafts", "role_changes"} <= {row["table"] for row in told["rows"]}
    assert {"claim-filed", "comment-made", "user-added"} <= {row["act"] for row in told["records"]}
    assert [row["key"] for row in told["kept_requests"]] == ["k1"]
    assert [
        mark for mark in (ADA.name, ABE.name, canaries.JPN.name, "sealed secret", "digest", "zznote") if mark in text
    ] == []


def test_what_stays_is_told_before(filled: Session) -> None:
    contacts = make.particulars()["contacts"]
    named = {name: {**row, "email": IND.name} for name, row in contacts.items()}
    filing.file_claim(filled, canaries.NEW, make.claim_document("named", "IND", contacts=named), IND, canaries.SAID)
    comments.add(filled, "C-0003", f"Write to {PERSON}.", canaries.JPN, canaries.SAID)
    told = forgetting.outlook(filled, filled.get_one(User, who(filled)))
    assert told.cells == 3
    assert told.values == 13
    text = "\n".join(told.stays)
    assert "C-0008, revision 1, particulars.contacts.visits.email" in text
    assert "comments M-" in text
    assert "records of the log say it in their leaves" in text  # the public words of the comment
    assert "backups, full packages and receipts that were made before" in text
    user_id = erase(filled)
    assert traces(everything(filled)) == list(TRACES)  # exactly what was told
    assert [row for row in differences(filled) if "no record has this row" not in row] == []
    assert filled.get_one(User, user_id).name == f"Erased person {user_id}"


def test_records_from_before_values_were_sealed_keep_their_leaves_and_the_tables_forget(filled: Session) -> None:
    before = reading.records_about(filled, "comments/M-0003", REGISTER) or reading.records_about(
        filled, "claims/C-0004", REGISTER
    )
    assert before
    content = {"rows": {"drafts": [{"id": 99, "saved_by": IND.name}]}}
    records.append(filled, AT, SYSTEM, "draft-noted", "drafts/99", content)
    told = forgetting.outlook(filled, filled.get_one(User, who(filled)))
    assert [line for line in told.stays if line.startswith("records of the log say it in their leaves")]
    erase(filled)
    left = [row for row in filled.scalars(sa.select(records.Record)) if traces(json.dumps([row.actor, row.content]))]
    assert [row.act for row in left] == ["draft-noted"]


def test_a_sole_administrator_and_the_program_need_no_second(register: Session) -> None:
    make.world(register)
    user(register)
    user(register, ADA.name, "administrator")
    assert erasures.ask(register, number(register), SECRETS, "asked for", ADA, AT).state == "MADE"
    user(register, "b@b.org")
    made = erasures.ask(register, number(register, "b@b.org"), Secrets("another", str), "asked for", SYSTEM, AT)
    assert (made.state, made.answered_by) == ("MADE", None)


def test_what_cannot_be_asked_for_says_why(filled: Session) -> None:
    user_id = who(filled)
    for reason, fault in (("", "reason: it has 0 characters"), (f"{IND.name} wrote", "reason: it names the person")):
        with pytest.raises(ValidationError, match=fault):
            erasures.ask(filled, user_id, SECRETS, reason, ADA, AT)
    with pytest.raises(NotAllowedError, match="nobody may erase the own data"):
        erasures.ask(filled, number(filled, ADA.name), SECRETS, "mine", ADA, AT)
    asked = erasures.ask(filled, user_id, SECRETS, "asked for", ADA, AT)
    with pytest.raises(ConflictError, match="waits already"):
        erasures.ask(filled, user_id, SECRETS, "again", ABE, AT)
    erasures.withdraw(filled, asked.id, ABE, AT)
    assert traces(everything(filled)) == list(TRACES)
    with pytest.raises(ConflictError, match="this erasure is withdrawn already"):
        erasures.confirm(filled, asked.id, SECRETS, ABE, AT)
    erase(filled)
    with pytest.raises(ConflictError, match="are erased already"):
        erasures.ask(filled, user_id, SECRETS, "again", ADA, AT)


def test_an_address_within_a_longer_one_is_another_address(register: Session) -> None:
    make.world(register)
    user(register, "ann@example.org")
    user(register, "joann@example.org")
    erasures.ask(register, number(register, "ann@example.org"), SECRETS, "asked for", SYSTEM, AT)
    assert register.scalars(sa.select(User.email).where(User.email == "joann@example.org")).all() == [
        "joann@example.org"
    ]


def _bytes_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("registry.sqlite*")))


def test_the_files_of_the_database_forget_too(tmp_path: Path) -> None:
    engine = db.make_engine(f"sqlite:///{tmp_path / 'registry.sqlite'}")
    db.migrate(str(engine.url))
    with db.unit_of_work(engine) as session:
        users.add_user(session, IND.name, PERSON, ["auditor"], SYSTEM, AT, credentials=users.Credentials(None, "t"))
    assert PERSON.encode() in _bytes_of(tmp_path)
    with db.unit_of_work(engine) as session:
        erasures.ask(session, who(session), SECRETS, "asked for", SYSTEM, AT)
    assert db.sweep(engine)
    assert [trace for trace in TRACES if trace.encode() in _bytes_of(tmp_path)] == []
    engine.dispose()
