"""A comparison of norms by hand, kept where the pages look for one."""

from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from registry import comparing, db
from registry.domain.claims import Claim
from registry.domain.norms import report
from registry.queries import instances
from tests.registry import canaries


def keep_comparison(app: Flask) -> None:
    """Keep one for the round that was played: one claim is the same, one is not served because of OST-I-2."""
    with db.reading(app.extensions["test.engine"]) as session:
        found = comparison(session)
    data = app.extensions["registry.access"].settings.data
    comparing.keep(data / "runs" / canaries.OLD / "norms", found)


def comparison(session: Session) -> dict[str, Any]:
    """The document, in words that the register has."""
    frozen = instances.newest_frozen(session, canaries.OLD)
    assert frozen is not None
    claims = {name: session.get_one(Claim, name).current.name for name in ("C-0001", "C-0002")}
    given = {"outcome": "allotted", "placement": "C-0001/1", "start": 0, "examined": {}, "cause": None}
    cause = {"provision": "OST-I-2", "how": "in-order", "others": [], "touches": False}
    cells = {
        "C-0001": [given, {**given, "outcome": "unserved", "placement": None, "start": None, "cause": cause}],
        "C-0002": [given, given],
    }
    profile = {
        "id": "IND",
        "name": claims["C-0001"],
        "provisions": 2,
        "served": 2,
        "returned": 0,
        "changed": 0,
        "causes": {},
    }
    return {
        "format": report.FORMAT, "round": canaries.OLD, "frozen_sha256": frozen.sha256, "illustrative": True, "reference": "IND",
        "profiles": [profile, {**profile, "id": "JPN", "name": claims["C-0002"], "served": 1, "changed": 1, "causes": {"OST-I-2": 1}}],
        "claims": [{"id": name, "name": claims[name], "parties": ["IND"], "cells": cells[name]} for name in claims],
        "changes": [{"id": "x", "provision": "OST-I-2", "kind": "x", "statement": claims["C-0001"], "source": claims["C-0002"]}],
    }  # fmt: skip
