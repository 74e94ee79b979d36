"""What lies under the pages fails: the disk, the database, the machine's randomness."""

import sqlite3
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.exc import DBAPIError, InternalError, OperationalError, ProgrammingError

from registry import ambient
from registry.web import errors
from tests.registry.web.signing_in import signed_in

ELENA = "elena@example.org"


def of_sqlite(name: str) -> OperationalError:
    fault = sqlite3.OperationalError(name)
    fault.sqlite_errorname = name
    return OperationalError("INSERT", {}, fault)


@pytest.mark.parametrize(
    ("error", "is_of_storage"),
    [
        (of_sqlite("SQLITE_FULL"), True),
        (of_sqlite("SQLITE_IOERR_WRITE"), True),
        (of_sqlite("SQLITE_READONLY"), True),
        (of_sqlite("SQLITE_BUSY"), False),
        (of_sqlite("SQLITE_BUSY_SNAPSHOT"), False),
        (OperationalError("INSERT", {}, SimpleNamespace(sqlstate="53100")), True),
        (OperationalError("INSERT", {}, SimpleNamespace(sqlstate=None)), True),
        (OperationalError("INSERT", {}, SimpleNamespace(sqlstate="55P03")), False),
        (InternalError("INSERT", {}, SimpleNamespace(sqlstate="25006")), True),  # it can only be read
        (InternalError("INSERT", {}, SimpleNamespace(sqlstate="XX000")), True),  # a file may not grow
        (InternalError("INSERT", {}, SimpleNamespace(sqlstate="25P02")), False),
        (InternalError("INSERT", {}, SimpleNamespace(sqlstate=None)), False),
        (ProgrammingError("INSERT", {}, SimpleNamespace(sqlstate="42501")), True),  # a file may not be opened
        (ProgrammingError("INSERT", {}, SimpleNamespace(sqlstate="42601")), False),
        (ValueError("x"), False),
    ],
)
def test_a_disk_that_fails_is_told_from_a_register_that_is_busy(error: Exception, is_of_storage: bool) -> None:
    assert errors.is_of_storage(error) == is_of_storage


def test_a_fault_is_numbered_without_randomness(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(_size: int) -> bytes:
        raise OSError(5, "the source of randomness does not answer")

    monkeypatch.setattr(ambient, "random_bytes", nothing)
    answer = empty.test_client().get("/sign-in")
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("kind", "state"), [(OperationalError, "57P03"), (InternalError, "25006"), (ProgrammingError, "42501")]
)
def test_somebody_who_is_signed_in_is_told_plainly_too(
    filled: Flask, kind: type[DBAPIError], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(filled, ELENA)

    def away(*_: object) -> None:
        raise kind("SELECT", {}, SimpleNamespace(sqlstate=state))

    monkeypatch.setattr("registry.services.sign_ins.find_session", away)
    monkeypatch.setattr("registry.web.sign_in.Accounts.find_user", away)
    answer = client.get("/rounds")
    assert answer.status_code == 503
    assert "The register cannot keep anything now" in answer.text
