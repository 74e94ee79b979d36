"""What commands ask for: outputs, seeds and tickets checked, and every fault printed before anything is done."""

import sys
from pathlib import Path
from typing import NoReturn

import click

from solver.fields import Fault, InputError, Record, load_json
from solver.instance import Instance
from solver.io import read_bytes

REFUSED, UNUSABLE = 1, 2


def check_output(output: Path, instance: Path | None = None) -> None:
    """Refuse an output that cannot be written or is the input."""
    if output.is_dir() or not output.parent.is_dir():
        raise InputError([Fault(str(output), "cannot be written (no file in an existing folder)", "name a file")])
    if instance is not None and output.resolve() == instance.resolve():
        raise InputError([Fault("--output", "it is the instance itself", "name another file")])


def seed_bytes(text: str) -> bytes:
    """The bytes of a seed in hex."""
    return _hex_bytes("--seed", text)


def value_bytes(text: str) -> bytes:
    """The bytes of the public value of a draw in hex."""
    return _hex_bytes("--value", text)


def _hex_bytes(option: str, text: str) -> bytes:
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if not found:
        raise InputError([Fault(option, f"{text!r} is not whole bytes in hex", "give for example 1f00ab")])
    return found


def tickets_of(path: Path, problem: Instance) -> dict[str, str]:
    """Tickets by id from a JSON file; every party and claim needs one, and no two may be equal."""
    faults: list[Fault] = []
    names = [party.id for party in problem.parties] + [claim.id for claim in problem.claims]
    record = Record(load_json(read_bytes(path)), str(path), faults, dict.fromkeys(names, True))
    tickets = {name: record.text(name) for name in names}
    for name, ticket in tickets.items():
        if ticket and set(ticket) - set("0123456789abcdef"):
            record.fault(name, "the ticket is not lower-case hex", "give for example 0a1b")
    if not faults and len(set(tickets.values())) < len(tickets):
        faults.append(Fault(str(path), "two tickets are equal", "give every party and claim its own"))
    if faults:
        raise InputError(faults)
    return tickets


def refuse(error: InputError) -> NoReturn:
    """Print every fault and end with exit code 2."""
    for fault in error.faults:
        click.echo(str(fault), err=True)
    sys.exit(UNUSABLE)
