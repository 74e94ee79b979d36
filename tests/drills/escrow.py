"""R14: from a full deposit and daily differences another agency rebuilds the register, and no deposit can be tampered with.

Everything in it is illustrative: days of random steps on a small register, a deposit at the end of each.
"""

import ast
import random
import shutil
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from registry import db
from registry.backups.snapshot import snapshot
from registry.backups.tables import Table, line_of
from registry.domain.claims import Claim
from registry.domain.users import User
from registry.escrow import open_deposit
from registry.escrow.depositing import deposit
from registry.escrow.state import deposited, lines_of
from registry.log import signed_note
from registry.log.erasing import erase_name
from registry.log.signed_note import Signer
from registry.services import comments, drafting, filing, notes, users
from tests import factories as make
from tests.drills.catalogue import Drill, Outcome
from tests.registry import canaries
from tests.registry.exports.small import SIGNER

FOREIGN = signed_note.signer("registry.example.net/log", bytes(range(1, 33)))
PROGRAMS = ("rebuild.py", "open_deposit.py")
BEGUN = make.utc("2028-03-05T18:00")


@dataclass
class Office:
    """A register at work: what is done on a day is drawn at random, from a seed."""

    engine: sa.Engine
    drawn: random.Random
    done: Counter[str] = field(default_factory=Counter)

    def day(self, at: datetime) -> None:
        """A few steps."""
        for _ in range(self.drawn.randint(1, 5)):
            step = self.drawn.choice(STEPS)
            with db.unit_of_work(self.engine) as session:
                self.done[step.__name__.strip("_")] += 1
                step(session, self, at)


def _comment(session: Session, office: Office, at: datetime) -> None:
    text = f"Day {at:%j}: {office.drawn.random()} — 'quoted', \u00e9\U0001f319"
    comments.add(session, office.drawn.choice(["C-0003", "C-0004"]), text, canaries.GHA, at)


def _note(session: Session, office: Office, at: datetime) -> None:
    notes.add(
        session, canaries.CASE, f"In confidence, {office.drawn.random()}", office.drawn.randbytes(32), canaries.IND, at
    )


def _user(session: Session, office: Office, at: datetime) -> None:
    number = office.done["user"]
    credentials = users.Credentials("argon-secret", f"uniquifier-secret-{number}")
    users.add_user(
        session, f"person{number}@people.example.org", f"Person {number}", ["auditor"], make.ADMINISTRATOR, at,
        credentials=credentials,
    )  # fmt: skip


def _erasure(session: Session, office: Office, at: datetime) -> None:
    names = session.scalars(sa.select(User.email).where(User.email.like("person%"))).all()
    if names:
        erase_name(session, office.drawn.choice(names))


def _filing(session: Session, office: Office, at: datetime) -> None:
    document = canaries.marked(f"late-{office.done['filing']}", "GHA")
    filing.file_claim(session, canaries.NEW, document, canaries.GHA, at)


def _attachment(session: Session, office: Office, at: datetime) -> None:
    claim = session.get_one(Claim, "C-0003")
    name, data = f"plan-{office.done['attachment']}.txt", office.drawn.randbytes(40).hex().encode()
    make.attached(session, claim, name, data, canaries.IND, at)


def _draft(session: Session, office: Office, at: datetime) -> None:
    drafting.save(
        session, canaries.NEW, {"key": "zzdraft", "filed_by": "GHA", "name": f"zzdraft {at:%j}"}, canaries.GHA, at
    )


def _removal(session: Session, office: Office, at: datetime) -> None:
    """Rows that go: no step of the procedure takes a row away but that of a draft, which is not deposited."""
    session.execute(sa.text("DELETE FROM notices WHERE id = (SELECT MAX(id) FROM notices)"))


STEPS: tuple[Callable[[Session, Office, datetime], None], ...] = (
    _comment, _comment, _note, _user, _erasure, _filing, _attachment, _draft, _removal,
)  # fmt: skip


def run(counts: Mapping[str, int], folder: Path) -> Outcome:
    """Days of work with a deposit each; the rebuilt register against the real one; and every way of tampering."""
    engine = begun(f"sqlite:///{folder / 'registry.sqlite'}", SIGNER)
    office, data, chain = Office(engine, random.Random(14)), folder / "data", folder / "deposits"
    faults: list[str] = []
    for day in range(counts["days"] + 1):
        at = BEGUN + timedelta(days=day)
        if day:
            office.day(at)
        deposit(engine, chain, data, SIGNER, at)
    made = deposit(engine, folder / "at-the-end", folder / "other-data", SIGNER, at, "full")
    faults += rebuilt_faults(engine, chain, made.folder, folder)
    faults += encrypted_faults(engine, folder)
    told = tampered_faults(chain, foreign_deposit(folder), folder, random.Random(counts["flips"]), counts["flips"])
    engine.dispose()
    size = sum(path.stat().st_size for path in chain.rglob("*") if path.is_file())
    figures = {"deposits": counts["days"] + 1, "steps": office.done.total(), "log": made.log_size, "rows": made.rows}
    return Outcome({**figures, "bytes": size, "tampered": told[0], "refused": told[1]}, (*faults, *told[2]))


def begun(url: str, signer: Signer) -> sa.Engine:
    """A register with something of everything."""
    db.migrate(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        canaries.fill(session, signer.verifier.vkey)
    return engine


# The rebuilt register


def rebuilt_faults(engine: sa.Engine, chain: Path, whole: Path, folder: Path) -> list[str]:
    """What differs between the register, what is rebuilt from the chain, and a full deposit of the same moment."""
    vkey, out, full = SIGNER.verifier.vkey, folder / "rebuilt.sqlite", folder / "full"
    ended = rebuild(chain, "--key", vkey, "--out", str(out), "--full", str(full))
    if ended.returncode:
        return [f"rebuild.py refused good deposits: {ended.stderr.strip()}"]
    faults = [f"{name}: imports {word}" for name in PROGRAMS for word in foreign_imports(newest(chain) / name)]
    faults += [f"the rebuilt full deposit has another {name}" for name in unequal(full, whole)]
    with snapshot(engine) as state:
        there = {
            table.name: [sha256(row.line).digest() for row in lines_of(state.connection, table)]
            for table in deposited(state)
        }
        found = {table.name: [sha256(line).digest() for line in read_back(out, table)] for table in deposited(state)}
    return faults + [
        f"{name}: the rebuilt rows are not those of the register" for name in there if there[name] != found[name]
    ]


def rebuild(chain: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """The script in the newest deposit, run where none of the program's code lies."""
    script = newest(chain) / "rebuild.py"
    command = [sys.executable, "-I", str(script), str(chain), *words]
    return subprocess.run(command, cwd=chain.parent, capture_output=True, text=True, check=False)


def newest(chain: Path) -> Path:
    """The folder of the last deposit."""
    return max(chain.glob("[0-9]*"), key=lambda path: int(path.name.split("-")[0]))


def foreign_imports(script: Path) -> list[str]:
    """Modules that a script imports and that are neither of Python itself nor `cryptography`."""
    tree = ast.parse(script.read_text("utf-8"))
    named = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    roots = {name.split(".")[0] for name in named}
    return sorted(roots - sys.stdlib_module_names - {"cryptography"})


def unequal(rebuilt: Path, whole: Path) -> list[str]:
    """Files of a full deposit's data that are not the same bytes in the rebuilt one."""
    data = ["state.json", *(f"tables/{path.name}" for path in sorted((whole / "tables").iterdir()))]
    more = {path.name for path in (rebuilt / "tables").iterdir()} - {Path(name).name for name in data}
    return [name for name in data if (rebuilt / name).read_bytes() != (whole / name).read_bytes()] + sorted(more)


def read_back(path: Path, table: Table) -> Iterator[bytes]:
    """The rows of a rebuilt table as the register itself would write them, from its cells."""
    names = [column.name for column in table.columns]
    order = ", ".join(f'"{name}"' for name in table.key)
    columns = ", ".join(f'"{name}"' for name in names)
    base = sqlite3.connect(path)
    for cells in base.execute(f'SELECT {columns} FROM "{table.name}" ORDER BY {order}'):
        yield line_of(table, [_cell(column.kind, cell) for column, cell in zip(table.columns, cells, strict=True)])
    base.close()


def _cell(kind: str, cell: Any) -> Any:
    from registry.backups.tables import _READERS

    return (
        cell
        if cell is None or kind in {"bytes", "number"}
        else bool(cell)
        if kind == "bool"
        else _READERS[kind][1](cell)
    )


def encrypted_faults(engine: sa.Engine, folder: Path) -> list[str]:
    """Deposits encrypted to an agent: nothing confidential in clear, and opened they are the same."""
    chain, data, key = folder / "encrypted", folder / "agent-data", folder / "agent.key"
    open_deposit.new_key(key)
    agent = open_deposit.key_in(key.with_name("agent.key.pub").read_text("utf-8"), open_deposit.PUBLIC)
    for number in range(2):
        deposit(engine, chain, data, SIGNER, BEGUN + timedelta(days=100 + number), agent=agent)
    told = [path for path in chain.rglob("*") if path.is_file() and any(mark in path.read_bytes() for mark in SECRETS)]
    faults = [f"{path.relative_to(chain)}: what is confidential stands in clear" for path in told]
    closed = rebuild(chain, "--out", str(folder / "closed.sqlite"))
    if "is encrypted" not in closed.stderr:
        faults.append("encrypted deposits were rebuilt without the agent's key")
    open_deposit.open_all(chain, open_deposit.key_in(key.read_text("utf-8"), open_deposit.PRIVATE))
    if (ended := rebuild(chain, "--key", SIGNER.verifier.vkey, "--out", str(folder / "opened.sqlite"))).returncode:
        faults.append(f"opened deposits were refused: {ended.stderr.strip()}")
    return faults


SECRETS = tuple(mark.encode() for mark in ("zznote", "ZZCanary Person", "zzdraft", "@people.example.org"))


# Tampering


def foreign_deposit(folder: Path) -> Path:
    """The second deposit of another register."""
    engine = begun(f"sqlite:///{folder / 'foreign.sqlite'}", FOREIGN)
    for _ in range(2):
        made = deposit(engine, folder / "foreign", folder / "foreign-data", FOREIGN, BEGUN)
    engine.dispose()
    return made.folder


def tampered_faults(
    chain: Path, foreign: Path, folder: Path, drawn: random.Random, flips: int
) -> tuple[int, int, list[str]]:
    """Every kind of tampering on a copy: how many were tried, how many refused by name, and what was not."""
    names = sorted((path.name for path in chain.glob("[0-9]*")), key=lambda name: int(name.split("-")[0]))
    tried = [*_moves(names, foreign), *(_flip(chain, name, drawn) for name in drawn.choices(names, k=flips))]
    refused, faults = 0, []
    for about, wanted, change in tried:
        copy = folder / "tampered"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(chain, copy, copy_function=_link)
        change(copy)
        said = _said(copy)
        if any(name in said for name in wanted):
            refused += 1
        else:
            faults.append(f"{about}: {said or 'accepted'}")
    return len(tried), refused, faults


Tampering = tuple[str, tuple[str, ...], Callable[[Path], object]]


def _moves(names: list[str], foreign: Path) -> Iterator[Tampering]:
    for one, two in pairwise(names):
        yield f"{one} missing", (two, one.split("-")[0]), partial(_remove, name=one)
    for one, two in pairwise(names[1:]):
        yield f"{one} and {two} swapped", (one, two), partial(_swap, one=one, two=two)
    for name in names[1:]:
        yield f"{name} foreign", (name,), partial(_replace, name=name, other=foreign)


def _remove(copy: Path, name: str) -> None:
    shutil.rmtree(copy / name)


def _swap(copy: Path, one: str, two: str) -> None:
    (copy / one).rename(copy / "x")
    (copy / two).rename(copy / one)
    (copy / "x").rename(copy / two)


def _replace(copy: Path, name: str, other: Path) -> None:
    _remove(copy, name)
    shutil.copytree(other, copy / name)


def _flip(chain: Path, name: str, drawn: random.Random) -> Tampering:
    path = drawn.choice(
        sorted(path.relative_to(chain) for path in (chain / name).rglob("*") if path.is_file() and path.stat().st_size)
    )
    at, bit = drawn.randrange((chain / path).stat().st_size), 1 << drawn.randrange(8)

    def change(copy: Path) -> None:
        data = bytearray((copy / path).read_bytes())
        data[at] ^= bit
        (copy / path).unlink()
        (copy / path).write_bytes(data)

    return f"{path} byte {at} bit {bit}", (name,), change


def _link(source: str, target: str) -> None:
    Path(target).hardlink_to(source)


def _said(copy: Path) -> str:
    """What the check refuses these deposits with; nothing if it takes them."""
    from registry.escrow import rebuild as script

    try:
        script.examined(copy, [SIGNER.verifier.vkey], ())
    except script.RefusedError as error:
        return str(error)
    return ""


DRILL = Drill(
    name="escrow",
    properties=("R14",),
    promise="From a full deposit and daily differences a foreign script rebuilds the same rows and the same log, and no "
    "missing, exchanged, altered or foreign deposit is taken.",
    counts={"days": 30, "flips": 300},
    smoke={"days": 4, "flips": 12},
    run=run,
    minutes=2,
)
