"""The canonical form of JSON (RFC 8785) and the hash by which instances are known."""

import hashlib
from typing import Any

import rfc8785

from solver.fields import load_json


def canonical(document: Any) -> bytes:
    """The RFC 8785 form of a JSON value."""
    return rfc8785.dumps(document)


def instance_sha256(data: bytes) -> str:
    """SHA-256 of the RFC 8785 form of an instance file's JSON, in lower-case hex.

    Raises InputError for bytes that are not usable JSON.
    """
    return hashlib.sha256(canonical(load_json(data))).hexdigest()
