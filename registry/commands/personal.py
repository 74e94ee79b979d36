"""`registry user export` and `registry user erase`: what the register holds about a person, given out and erased."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, Desk, works
from registry.commands.trust import write_new

if TYPE_CHECKING:
    from registry.commands.acting import Deed
    from registry.domain.erasures import Erasure
    from registry.services.erasures import Secrets


@click.command("export")
@click.argument("email", metavar="EMAIL")
@click.argument("out", metavar="OUT", type=click.Path(path_type=Path))
@works("users.tell_data", by_program=True)
def export(desk: Desk, *, email: str, out: Path) -> Answer:
    """Write everything that the register holds about a person into a new JSON file; that it was given out is recorded."""
    from registry.services import users
    from registry.services.own_data import own_data

    with desk.unit() as deed:
        user = users.tell_data(deed.session, users.by_address(deed.session, email).id, deed.actor, deed.at)
        found = own_data(deed.session, user, deed.at)
        write_new(out, f"{json.dumps(found, indent=1, ensure_ascii=False)}\n".encode())
    counts = {name: len(found[name]) for name in ("rows", "records", "named_in_filings", "sign_ins")}
    told = f"wrote {out}: {counts['rows']} rows, {counts['records']} records, {counts['named_in_filings']} places in filings"
    return Answer(told, {"file": str(out), **counts})


@click.command("erase")
@click.argument("email", metavar="EMAIL")
@click.option("--reason", required=True, help="Why, without the name and the address of the person: it stays.")
@click.option("--confirm", "step", flag_value="confirm", help="Make the erasure that another administrator asked for.")
@click.option("--withdraw", "step", flag_value="withdraw", help="Take the request back, or refuse it.")
@click.option(
    "--preview", "step", flag_value="preview", help="Say what would be erased and what stays, and do nothing."
)
@works("erasures.ask", by_program=True)
def erase(desk: Desk, *, email: str, reason: str, step: str | None) -> Answer:
    """Erase a person's data: pseudonyms in tables, hashes in records. With --as it waits for a second administrator.

    What cannot be erased is told. It cannot be taken back.
    """
    from registry import db
    from registry.domain.erasures import MADE
    from registry.services import forgetting, users

    with desk.unit() as deed:
        user = users.by_address(deed.session, email)
        outlook = forgetting.outlook(deed.session, user)
        told = _expected(outlook)
        if step == "preview":
            return Answer(told, {"preview": outlook})
        erasure = _step(deed, step, user.id, reason, _secrets(desk))
        done, data = _outcome(erasure), {"user": user.id, "state": erasure.state, "stays": outlook.stays}
        swept = erasure.state == MADE
    if swept and not db.sweep(desk.engine):
        done.append(
            "the files of the database are in use and may hold traces; erasing ends when nothing else is running"
        )
    return Answer([*told, *done], data)


def _secrets(desk: Desk) -> "Secrets":
    import functools

    from registry import accounts, ambient
    from registry.services.erasures import Secrets

    return Secrets(ambient.token(), functools.partial(accounts.subject, desk.settings))


def _step(deed: "Deed", step: str | None, user_id: int, reason: str, keyed: "Secrets") -> "Erasure":
    from registry.services import erasures, forgetting
    from registry.services.errors import ConflictError

    if step is None:
        return erasures.ask(deed.session, user_id, keyed, reason, deed.actor, deed.at)
    waits = forgetting.waiting_for(deed.session, user_id)
    if waits is None:
        raise ConflictError(f"no erasure waits for person {user_id}; ask for one without --{step}")
    if step == "confirm":
        return erasures.confirm(deed.session, waits.id, keyed, deed.actor, deed.at)
    return erasures.withdraw(deed.session, waits.id, deed.actor, deed.at)


def _expected(outlook: Any) -> list[str]:
    return [
        f"to be erased: {outlook.cells} cells and {outlook.values} values of records",
        *(f"stays: {row}" for row in outlook.stays),
    ]


def _outcome(erasure: "Erasure") -> list[str]:
    said = {
        "OPEN": "waits until another administrator confirms it (--confirm, or the page of the person)",
        "MADE": f"erased; the log knows person {erasure.user_id} by this number alone",
        "WITHDRAWN": "withdrawn; nothing is erased",
    }
    return [said[erasure.state]]
