"""A disk that is full, can only be read, or fails, under a server that goes on running."""

import os
import random
import resource
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from registry.web.errors import STORAGE
from tests import factories
from tests.drills import planted
from tests.drills.accounting import Books
from tests.drills.catalogue import Drill, Outcome
from tests.drills.filing_world import Filing, build
from tests.drills.preloaded import Preloaded, Server
from tests.drills.writers import Answer, Browser, email_of

SEED, PARTY = 4, "IND"
KINDS = ("full", "read-only", "io-error")
SMALLEST_FILE = 4096  # bytes: no file of the server may grow beyond, so that every write of the database fails


@contextmanager
def faulty(kind: str, server: Server, flag: Path) -> Iterator[None]:
    """The disk of a running server with a fault, and sound again after."""
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
    flag, chance = folder / "flag", random.Random(SEED)
    os.environ[planted.FLAG] = str(flag)
    world = build(folder / "data", f"sqlite:///{folder / 'registry.sqlite'}", 2 * counts["faults"], (PARTY,))
    books, faults, refused = Books(world), list[str](), 0
    with Preloaded(folder) as servers:
        server = servers.start(world.data, world.url, factories.FILED, fault)
        browser = Browser(server.port)
        browser.sign_in(email_of(PARTY))
        for number in range(counts["faults"]):
            kind, during, after = KINDS[number % len(KINDS)], *world.filings[PARTY][2 * number : 2 * number + 2]
            data = chance.randbytes(100_000).hex().encode()
            with faulty(kind, server, flag):
                attached, submitted = try_to_file(browser, during, data)
                told = plain_fault(attached, f"fault {number} ({kind}), a file")
                # Where nothing but a few rows have to be kept, a full disk may still have room for them.
                if submitted.status != 303 or kind != "full":
                    told += plain_fault(submitted, f"fault {number} ({kind}), a claim")
                looked = browser.get("/rounds")
                told += [] if looked.status == 200 else [f"fault {number} ({kind}): reading answers {looked.status}"]
            refused += attached.status == 503
            faults += told
            for filing in (during, after):
                faults += _files_again(browser, filing, data, f"after fault {number} ({kind})")
        server.kill()
    faults += books.after_a_kill(files=None) + books.whole_audit()
    filed = sum(filing.claim is not None for filing in world.all)
    figures = {
        "faults": counts["faults"],
        "refused_503": refused,
        "filed_without_restart": filed,
        "records": books.size,
    }
    return Outcome(figures, tuple(faults))


def _files_again(browser: Browser, filing: Filing, data: bytes, when: str) -> list[str]:
    """File what could not be filed, on the same server: its claim has to be there and to be the only one."""
    _, answer = try_to_file(browser, filing, data)
    if answer.status != 303:
        return [f"{when}: filing answers {answer.status}, without a restart it does not recover"]
    filing.claim = answer.location.split("/")[2]
    page = browser.get(f"/claims/{filing.claim}/filed")
    return [] if page.status == 200 else [f"{when}: claim {filing.claim} was acknowledged and answers {page.status}"]


DRILL = Drill(
    "faulty-disk",
    ("R4",),
    "While the disk is full, read-only or failing people get a plain 503 and lose nothing, and after it all goes on by itself.",
    {"faults": 20},
    {"faults": 3},
    run,
    minutes=0.7,
)
