"""The files attached to the claims of a package: rows of a table, and the bytes of each once, under the name of their hash.

Files above a size can be left out. The table still has them, and the manifest names them.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.attachments import LIMITS, AttachedFile, Attachment
from registry.domain.claims import Claim
from registry.exports.errors import ExportError

FOLDER = "attachments"
_ENDINGS: Mapping[str, str] = {kind.media_type: kind.ends[0].lstrip(".") for kind in LIMITS.kinds}
Attached = tuple[Claim, Attachment]


def of_claims(session: Session, claims: Sequence[Claim]) -> Sequence[Attached]:
    """The files of these claims, by their numbers."""
    by_id = {claim.id: claim for claim in claims}
    rows = session.scalars(select(Attachment).order_by(Attachment.id))
    return [(by_id[row.claim_id], row) for row in rows if row.claim_id in by_id]


def path_of(row: Attachment) -> str:
    """Where the bytes of a file are in a package: the same for all attachments with these bytes."""
    return f"{FOLDER}/{row.sha256}.{_ENDINGS.get(row.media_type, 'bin')}"


def table(attached: Sequence[Attached], up_to_bytes: int | None) -> Iterator[Sequence[Any]]:
    """The rows of the table; those of files that are left out name no path."""
    for claim, row in attached:
        path = path_of(row) if _is_in(row, up_to_bytes) else None
        said = (row.name, row.media_type, row.size, row.sha256, row.at)
        yield row.id, claim.id, claim.round_id, *said, path, claim.illustrative


def heading(attached: Sequence[Attached], up_to_bytes: int | None) -> dict[str, Any]:
    """What the manifest says of attached files: the limit, and each one that was left out."""
    left_out = [
        {"claim": row.claim_id, "name": row.name, "bytes": row.size, "sha256": row.sha256}
        for _, row in attached
        if not _is_in(row, up_to_bytes)
    ]
    return {"up_to_bytes": up_to_bytes, "left_out": left_out}


def write_files(folder: Path, live: Session, attached: Sequence[Attached], up_to_bytes: int | None) -> None:
    """Write the bytes of all files that are not left out; no folder where there are none.

    Raises
    ------
    ExportError
        If bytes are not those that were recorded.
    """
    for _, row in attached:
        path = folder / path_of(row)
        if _is_in(row, up_to_bytes) and not path.exists():
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(_bytes(live, row))


def _is_in(row: Attachment, up_to_bytes: int | None) -> bool:
    return up_to_bytes is None or row.size <= up_to_bytes


def _bytes(live: Session, row: Attachment) -> bytes:
    found = live.scalar(select(AttachedFile.content).where(AttachedFile.sha256 == row.sha256))
    if not isinstance(found, bytes) or hashlib.sha256(found).hexdigest() != row.sha256:
        said = f"attachment {row.id} of {row.claim_id} has not the bytes that were recorded"
        raise ExportError(f"{said}; run registry audit verify")
    return found
