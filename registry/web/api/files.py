"""The files that were filed with a claim: what each is, and its very bytes. Nobody has looked into them."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote

from flask import Response

from registry.domain.attachments import Attachment
from registry.queries import claims as reading
from registry.queries import drafts
from registry.web.api.answers import BYTES, answer
from registry.web.api.blueprint import listing, operation
from registry.web.api.claims import ClaimPath
from registry.web.api.models import Model, says
from registry.web.api.paging import Paging
from registry.web.api.rounds import MOST
from registry.web.sessions import no_such, session
from registry.web.viewing import viewer


class File(Model):
    """A file of a claim."""

    id: int = says("Its number")
    claim_id: str = says("Its claim")
    name: str = says("Its name")
    media_type: str = says("What it is, as far as its first bytes say")
    size: int = says("How many bytes it has")
    sha256: str = says("SHA-256 of its bytes")
    at: datetime = says("When it was filed")


class FilePath(ClaimPath):
    """One file of a claim."""

    file_id: int = says("Number of the file", ge=1, le=MOST)


_BYTES = {200: {"content": {BYTES: {"schema": {"type": "string", "format": "binary"}}}}}


@listing("/claims/<claim_id>/files", File, "claims", key=lambda row: f"{row.id:010}")
def files(path: ClaimPath, query: Paging) -> Sequence[Attachment]:
    """The files that were filed with a claim; `after` takes a number with ten digits, as `next` has it."""
    if reading.claim_page(session(), path.claim_id, viewer()) is None:
        no_such("claim", path.claim_id)
    return drafts.files_of_claim(session(), path.claim_id, viewer())


@operation("/claims/<claim_id>/files/<int:file_id>", _BYTES, "claims")
def file_bytes(path: FilePath) -> Response:
    """One file, as it was filed; its ETag is its SHA-256."""
    there = {row.id: row for row in drafts.files_of_claim(session(), path.claim_id, viewer())}
    row = there.get(path.file_id) or no_such("file", f"{path.claim_id}/{path.file_id}")
    named = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row.name)}"}
    return answer(drafts.content(session(), row), media=BYTES, tag=row.sha256, headers=named)
