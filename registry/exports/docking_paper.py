"""A docking record as a paper for the room in which its target body meets: one HTML file that prints on A4 sheets and opens in
word processors, with numbered paragraphs, who adopts and who dissents, and the records of the log that prove it.

The same state of the record gives the same bytes.
"""

from collections.abc import Iterable, Iterator
from html import escape

from sqlalchemy.orm import Session

from registry.domain.docking import Position
from registry.domain.instants import utc_text
from registry.log import reading
from registry.log.reading import RecordView
from registry.queries.docking import DockingView, StatementView, find_record
from registry.queries.names import party_names

SAID = {
    Position.ADOPTS: "adopts the arrangement",
    Position.DISSENTS: "dissents",
    Position.WITHDRAWN: "takes its earlier word back",
}
_STYLE = (
    "@page{size:A4;margin:25mm}"
    "body{font:12pt/1.45 'Times New Roman',Times,serif;max-width:42em;margin:2em auto;padding:0 1em;overflow-wrap:anywhere}"
    "h1{font-size:17pt;line-height:1.25}h2{font-size:13pt;margin-block-start:1.5em}"
    "header p{margin:.2em 0}hr{border:0;border-block-start:1pt solid}"
    "li{margin-block-end:.6em}blockquote{white-space:pre-line;margin-inline:1.5em}"
    "table{border-collapse:collapse}th,td{text-align:start;vertical-align:top;padding:.2em .8em .2em 0}"
    "td{white-space:nowrap}td:last-child{white-space:normal}th{overflow-wrap:normal}"
    "code{font-size:9pt}.note{border:1pt solid;padding:.5em .8em}"
)


def paper(session: Session, docking_id: str) -> bytes | None:
    """The paper as UTF-8 bytes; None where there is no such record."""
    found = find_record(session, docking_id)
    if found is None:
        return None
    records = reading.records_about(session, f"docking/{docking_id}")
    return "\n".join(_lines(found, party_names(session), records)).encode() + b"\n"


def _lines(row: DockingView, names: dict[str, str], records: Iterable[RecordView]) -> Iterator[str]:
    yield "<!DOCTYPE html>"
    yield f'<html lang="en"><head><meta charset="utf-8"><title>{escape(row.id)} {escape(row.title)}</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
    yield from _heading(row)
    yield "<main>"
    if row.illustrative:
        yield '<p class="note">Illustrative: this arrangement is invented, for an exercise.</p>'
    yield "<h2>I. What was agreed, and where</h2><ol>"
    when = f" on {row.agreed_on.isoformat()}" if row.agreed_on else ""
    yield f"<li>The following was agreed in {escape(row.origin_forum)}{when}:</li></ol>"
    yield f"<blockquote>{escape(row.text)}</blockquote>"
    yield "<h2>II. Who adopts it, and who dissents</h2><ol start=2>"
    yield from _positions(row, names)
    yield "</ol><h2>III. Evidence</h2>"
    yield from _evidence(row)
    yield "<h2>IV. What is asked of the meeting</h2><ol start=5>"
    yield (
        f"<li>The meeting may wish to take note of the arrangement under its agenda item “{escape(row.agenda_item)}”, and to "
        "consider whether it is fit for all States. The arrangement binds nobody; the register records it without taking "
        "a side.</li></ol>"
    )
    yield from _proof(records)
    yield "</main></body></html>"


def _heading(row: DockingView) -> Iterator[str]:
    yield f"<header><p>{escape(row.target_body)}</p><p>Agenda item: {escape(row.agenda_item)}</p>"
    yield f"<p>Conference room paper, from docking record {escape(row.id)} of the Lunar Site Registry</p><hr>"
    yield f"<h1>{escape(row.title)}</h1></header>"


def _positions(row: DockingView, names: dict[str, str]) -> Iterator[str]:
    brought = _named([row.recorded_by], names) if row.recorded_by else "the agency itself"
    yield f"<li>Recorded on {utc_text(row.recorded_at)} by {brought}.</li>"
    yield f"<li>Adopted by: {_named(row.adopters, names)}. In dissent: {_named(row.dissenters, names)}.</li>"
    yield "<li>What parties said, in their own words and order; of one party the last word counts:<ul>"
    yield from (f"<li>{_statement(said, names)}</li>" for said in row.statements)
    yield "</ul></li>" if row.statements else "<li>nothing yet</li></ul></li>"


def _statement(said: StatementView, names: dict[str, str]) -> str:
    words = f": {escape(said.statement)}" if said.statement else ""
    return f"{utc_text(said.stated_at)}, {_named([said.party], names)} {SAID[Position(said.position)]}{words}"


def _named(parties: Iterable[str], names: dict[str, str]) -> str:
    return "; ".join(escape(names.get(party, party)) for party in parties) or "nobody"


def _evidence(row: DockingView) -> Iterator[str]:
    if not row.evidence:
        yield "<p>None was given.</p>"
        return
    yield "<ul>"
    yield from (f"<li>{escape(one)}</li>" for one in row.evidence)
    yield "</ul>"


def _proof(records: Iterable[RecordView]) -> Iterator[str]:
    """The records of the log that say the same, each with the hash of its leaf."""
    yield "<h2>Annex: records of the public log</h2>"
    yield "<p>Each has a receipt; with the key of the register anybody can check that nothing was changed.</p>"
    yield '<table><tr><th scope="col">Record</th><th scope="col">When</th><th scope="col">Leaf hash (SHA-256)</th></tr>'
    for record in records:
        yield f"<tr><td>{record.index}</td><td>{utc_text(record.at)}</td><td><code>{record.leaf_hash}</code></td></tr>"
    yield "</table>"
