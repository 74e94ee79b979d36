"""`registry note`: confidential notes of a consultation. To all but its readers a note does not exist."""

from datetime import datetime

import click

from registry.commands.acting import Answer, Deed, Desk, Reading, acts, reads, works
from registry.commands.inputs import INSTANT, TEXT


@click.group("note")
def group() -> None:
    """Confidential notes: for the two parties, the registrar and an invited observer."""


@group.command("add")
@click.argument("consultation_id", metavar="CONSULTATION")
@click.argument("text", metavar="FILE", type=TEXT)
@click.option("--disclose-at", type=INSTANT, help="From when your party lets it be disclosed; without it, never.")
@acts("notes.add")
def add(deed: Deed, consultation_id: str, text: str, disclose_at: datetime | None) -> Answer:
    """Write the note in FILE; its salted hash is recorded at once, its text is not."""
    from registry import ambient
    from registry.domain.notes import SALT_BYTES
    from registry.services import notes

    salt = ambient.random_bytes(SALT_BYTES)
    note = notes.add(deed.session, consultation_id, text, salt, deed.actor, deed.at, disclose_at=disclose_at)
    return Answer(f"note {note.id} in consultation {consultation_id}, sha256 {note.sha256}", note)


@group.command("read")
@click.argument("note_id", metavar="NOTE")
@works("notes.read")
def read(desk: Desk, note_id: str) -> Answer:
    """Read NOTE; who reads is noted. The answer is kept nowhere, under no key."""
    from registry.services import notes

    with desk.unit() as deed:
        secret = notes.read(deed.session, note_id, deed.actor, deed.at)
        return Answer(secret.text, {"note": note_id, "text": secret.text, "salt_hex": secret.salt_hex})


@group.command("readers")
@click.argument("note_id", metavar="NOTE")
@reads("notes.readings")
def readers(reading: Reading, note_id: str) -> Answer:
    """List who has read NOTE and when."""
    from registry.domain.instants import utc_text
    from registry.services import notes

    assert reading.actor is not None, "this command asks who reads"
    rows = notes.readings(reading.session, note_id, reading.actor)
    lines = [
        f"{utc_text(row.read_at)}  {row.reader} ({row.role}{f', {row.party_id}' if row.party_id else ''})"
        for row in rows
    ]
    return Answer([*lines, f"read {len(rows)} times"], rows)


@group.command("agree")
@click.argument("note_id", metavar="NOTE")
@click.option("--disclose-at", type=INSTANT, help="From when your party lets it be disclosed; without it, never.")
@acts("notes.agree")
def agree(deed: Deed, note_id: str, disclose_at: datetime | None) -> Answer:
    """State the date for NOTE; it counts once both parties have stated the same."""
    from registry.services import notes

    note = notes.agree(deed.session, note_id, disclose_at, deed.actor, deed.at)
    agreed = f"may be disclosed from {note.agreed_at.date()}" if note.agreed_at else "stays confidential"
    return Answer(f"note {note_id} {agreed}", note)


@group.command("disclose")
@click.argument("note_id", metavar="NOTE")
@acts("notes.disclose")
def disclose(deed: Deed, note_id: str) -> Answer:
    """Publish text and salt of NOTE, from the date on which both parties have agreed."""
    from registry.services import notes

    note = notes.disclose(deed.session, note_id, deed.actor, deed.at)
    return Answer(f"note {note_id} is public; anyone can check it against sha256 {note.sha256}", note)
