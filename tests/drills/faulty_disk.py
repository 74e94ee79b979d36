"""A disk that is full, can only be read, or fails, under a server that goes on running: on SQLite and on PostgreSQL."""

import os
import random
import resource
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from pathlib import Path

import sqlalchemy as sa

from registry import db
from registry.domain.attachments import Attachment
from registry.web.errors import STORAGE
from tests import factories
from tests.drills import planted
from tests.drills.accounting import Books, opened
from tests.drills.catalogue import Drill, Outcome
from tests.drills.cluster import Cluster
from tests.drills.filing_world import Filing, World, build
from tests.drills.preloaded import Preloaded, Server
from tests.drills.writers import Answer, Browser, email_of

SEED, PARTY = 4, "IND"
KINDS = ("full", "read-only", "io-error")
SMALLEST_FILE = 4096  # bytes: no file of the server may grow beyond, so that every write of the database fails
SMALL_DISK = "48m"  # room for the tables and little more
Faulty = Callable[[str, Server], AbstractContextManager[None]]


@contextmanager
def faulty(flag: Path, kind: str, server: Server) -> Iterator[None]:
    """The disk of a running server on SQLite with a fault, and sound again after."""
    _, hard = resource.prlimit(server.pid, resource.RLIMIT_FSIZE)
    if kind == "io-error":
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (SMALLEST_FILE, hard))
    else:
        flag.write_text(kind)
    try:
        yield
    finally:
        resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (hard, hard))
        flag.unlink(missing_ok=True)


@contextmanager
def faulty_postgresql(cluster: Cluster, disk: Path, kind: str, _server: Server) -> Iterator[None]:
    """The disk of a PostgreSQL server with a fault, and sound again after; what ended it is followed by a start, as by systemd.

    Full: a file takes what is left of the small disk that the tables lie on. Read-only: as on a standby. I/O error: no process
    of the server can write, so that the log of transactions fails, which ends it.
    """
    if kind == "full":
        with (disk / "all-the-rest").open("wb") as file, suppress(OSError):
            while True:
                file.write(bytes(1 << 20))
                file.flush()
    elif kind == "read-only":
        cluster.set("default_transaction_read_only", "on")
    else:
        cluster.limit_files(SMALLEST_FILE)
    try:
        yield
    finally:
        (disk / "all-the-rest").unlink(missing_ok=True)
        if kind == "read-only":
            cluster.set("default_transaction_read_only", "off")
        elif kind == "io-error":
            with suppress(FileNotFoundError):
                cluster.kill()
            cluster.restart()


@contextmanager
def small_disk(folder: Path, owner: str | None) -> Iterator[Path]:
    """A disk of a few megabytes of memory; RuntimeError where nobody may mount one."""
    place = folder / "small-disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={SMALL_DISK}", "tmpfs", str(place)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode != 0:
        raise RuntimeError(f"a small disk cannot be mounted here ({mounted.stderr.strip()}); run the drill as root")
    try:
        tables = place / "tables"
        tables.mkdir()
        if owner:
            shutil.chown(tables, owner)
        yield place
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def try_to_file(browser: Browser, filing: Filing, data: bytes) -> tuple[Answer, Answer]:
    """Attach a file to a draft and file it: both answers."""
    page = f"/filing/{filing.draft}"
    attached = browser.send_file(f"{page}/files", filing.file_name, data)
    return attached, browser.post(f"{page}/submit", {"sha256": filing.sha256, "request": filing.request})


def plain_fault(answer: Answer, what: str) -> list[str]:
    """What is wrong with the answer to somebody whose work could not be kept."""
    if answer.status != 503:
        return [f"{what}: {answer.status}, not 503"]
    heading = str(STORAGE.heading._func(*STORAGE.heading._args))
    if heading not in answer.text or "nothing was changed" not in answer.text or "Traceback" in answer.text:
        return [f"{what}: the page does not say plainly what is the matter"]
    return []


def run(counts: Mapping[str, int], folder: Path, fault: str = "obey-the-flag") -> Outcome:
    flag = folder / "flag"
    os.environ[planted.FLAG] = str(flag)
    world = build(folder / "data", f"sqlite:///{folder / 'registry.sqlite'}", 2 * counts["faults"], (PARTY,))
    return _drill(counts["faults"], folder, world, partial(faulty, flag), fault)


def on_postgresql(counts: Mapping[str, int], folder: Path, fault: str = "") -> Outcome:
    with Cluster(folder) as cluster, small_disk(folder, cluster.server.system_user) as disk:
        url = cluster.make("faulty_disk", place=disk / "tables")
        world = build(folder / "data", url, 2 * counts["faults"], (PARTY,))
        outcome = _drill(counts["faults"], folder, world, partial(faulty_postgresql, cluster, disk), fault)
        cluster.kill()
        return outcome


def _drill(number_of: int, folder: Path, world: World, faulty: Faulty, fault: str) -> Outcome:
    """So many faults, each while somebody files; after each the same is filed again, on the same server."""
    books, faults, refused, chance = Books(world), list[str](), 0, random.Random(SEED)
    with Preloaded(folder) as servers:
        server = servers.start(world.data, world.url, factories.FILED, fault)
        browser = Browser(server.port)
        browser.sign_in(email_of(PARTY))
        for number in range(number_of):
            kind, during, after = KINDS[number % len(KINDS)], *world.filings[PARTY][2 * number : 2 * number + 2]
            data = chance.randbytes(100_000).hex().encode()
            with faulty(kind, server):
                statuses, told = _refused(browser, during, data, kind, f"fault {number} ({kind})", world)
            refused += statuses.count(503)
            faults += told
            for filing in (during, after):
                faults += _files_again(browser, filing, data, f"after fault {number} ({kind})")
        server.kill()
    faults += [*books.after_a_kill(files=None), *_lost_files(world), *books.whole_audit()]
    filed = sum(filing.claim is not None for filing in world.all)
    figures = {"faults": number_of, "refused_503": refused, "filed_without_restart": filed, "records": books.size}
    return Outcome(figures, tuple(faults))


def _refused(
    browser: Browser, filing: Filing, data: bytes, kind: str, when: str, world: World
) -> tuple[list[int], list[str]]:
    """Try while the disk has its fault: the codes of a file and a claim, and what was not told plainly."""
    attached, submitted = try_to_file(browser, filing, data)
    told = plain_fault(attached, f"{when}, a file")
    # Where nothing but a few rows have to be kept, a full disk may still have room for them.
    if submitted.status != 303 or kind != "full":
        told += plain_fault(submitted, f"{when}, a claim")
    looked = browser.get("/rounds")
    if looked.status != 200 and kind == "io-error" and not world.url.startswith("sqlite"):
        told += plain_fault(looked, f"{when}, a page")  # the server of the database is gone, or just coming back
    elif looked.status != 200:
        told.append(f"{when}: reading answers {looked.status}")
    return [attached.status], told


def _files_again(browser: Browser, filing: Filing, data: bytes, when: str) -> list[str]:
    """File what could not be filed, on the same server: its claim has to be there and to be the only one."""
    attached, answer = try_to_file(browser, filing, data)
    filing.attached = attached.status == 303
    if answer.status != 303:
        return [f"{when}: filing answers {answer.status}, without a restart it does not recover"]
    filing.claim = answer.location.split("/")[2]
    page = browser.get(f"/claims/{filing.claim}/filed")
    return [] if page.status == 200 else [f"{when}: claim {filing.claim} was acknowledged and answers {page.status}"]


def _lost_files(world: World) -> Iterator[str]:
    """Files that were acknowledged, and are with no claim."""
    with opened(world.url) as engine, db.reading(engine) as session:
        kept = set(session.scalars(sa.select(Attachment.claim_id)))
    for filing in world.all:
        if filing.attached and filing.claim not in kept:
            yield f"the file of claim {filing.claim} was acknowledged and is not there"


PROMISE = "is full, read-only or failing people get a plain 503 and lose nothing, and after it all goes on by itself."
DRILLS = (
    Drill("faulty-disk", ("R4",), f"While the disk {PROMISE}", {"faults": 20}, {"faults": 3}, run, minutes=0.7),
    Drill("faulty-disk-postgresql", ("R4",), f"While the disk of PostgreSQL {PROMISE}",
          {"faults": 20}, {"faults": 3}, on_postgresql, minutes=1),
)  # fmt: skip
