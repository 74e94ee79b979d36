"""`registry receipt`: proof of one record for whoever filed it, and its check without a register."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, Reading, json_option, reads
from registry.commands.answers import finished, show
from registry.commands.trust import refuse, trusts, write_new

if TYPE_CHECKING:
    from registry.log.checkpoints import LogKey


@click.group("receipt")
def group() -> None:
    """Receipts: a record, the proof that it is in the log, and the signed checkpoint that says so."""


@group.command("show")
@click.argument("index", type=click.IntRange(0))
@click.option("--out", type=click.Path(path_type=Path), help="Write it into a new file instead.")
@reads()
def show_(reading: Reading, index: int, out: Path | None) -> Answer:
    """Print the receipt of record INDEX. Confidential values are opened to those who may see them (--as)."""
    from registry import signing
    from registry.log.receipts import file_bytes
    from registry.services.receipts import receipt

    note = signing.checkpoint(reading.session, reading.settings)
    made = receipt(reading.session, index, note, reading.viewer)
    if out is None:
        return Answer(file_bytes(made).decode().rstrip("\n"), made)
    write_new(out, file_bytes(made))
    return Answer(f"{out}: {_told(made)}", made)


@group.command("list")
@click.argument("subject")
@reads()
def list_(reading: Reading, subject: str) -> Answer:
    """List the records about SUBJECT, for example claims/C-0001 or rounds/2027-1, to choose a receipt from."""
    from registry.domain.instants import utc_text
    from registry.services.receipts import about

    rows = about(reading.session, subject, reading.viewer)
    lines = [f"{row.index}  {utc_text(row.at)}  {row.act}" for row in rows]
    return Answer([*lines, f"{len(rows)} records; each: registry receipt show INDEX"], rows)


@group.command("check")
@click.argument("files", metavar="FILE...", nargs=-1, required=True, type=click.Path(path_type=Path))
@trusts
@json_option
def check(trusted: "tuple[LogKey, ...]", /, files: Sequence[Path], *, as_json: bool) -> None:
    """Check receipts with the log's public key and nothing else: no register, no network."""
    checked = [(path, *_checked(path, trusted)) for path in files]
    refuse([f"{path}: {fault}" for path, _, faults in checked for fault in faults])
    lines = [f"{path}: holds; {_told(receipt)}" for path, receipt, _ in checked]
    data = [{"file": str(path), "index": receipt["index"], "size": receipt["size"]} for path, receipt, _ in checked]
    show(finished(Answer(lines, data)), as_json=as_json)


def _checked(path: Path, trusted: Sequence["LogKey"]) -> tuple[Any, Sequence[str]]:
    """The receipt in a file, and everything for which it must not be believed."""
    from registry.log.receipts import faults
    from solver.fields import InputError, load_json
    from solver.io import read_bytes

    try:
        receipt = load_json(read_bytes(path))
    except InputError as error:
        return None, [str(fault) for fault in error.faults]
    return receipt, faults(receipt, trusted)


def _told(receipt: dict[str, Any]) -> str:
    invented = " (illustrative)" if receipt["illustrative"] else ""
    return (
        f"record {receipt['index']}, {receipt['act']}, {receipt['subject']}, {receipt['at']}, in the log of "
        f"{receipt['size']} records of {receipt['origin']}{invented}"
    )
