"""What lies under the pages fails: the disk, the database, the machine's randomness."""

import sqlite3
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from registry import ambient
from registry.web import errors


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
