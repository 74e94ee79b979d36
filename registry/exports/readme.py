"""README.txt of a package: what to check, in which order, with which commands, and what that cannot show."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from registry.domain.instants import utc_text
from registry.exports.register import Register
from registry.exports.scope import Scope
from registry.exports.tables import Table

WIDTH = 90
_SCOPES = {
    Scope.PUBLIC: (
        "This is the PUBLIC package. Claims that are not published and all that was said about them, names and addresses "
        "of persons, and texts of confidential notes are not in it: in the log's records they stand as salted hashes."
    ),
    Scope.FULL: (
        "This is the FULL package: it has claims that are not published, and names and addresses of persons. Keep it "
        "confidential. Texts of confidential notes are not in it before their disclosure."
    ),
}
_CHECKS = """
1. Get what you trust from elsewhere: the register's verifier key (from the agency, in print, or
   from a delegation; not from this package), any checkpoint or receipt that you kept, and
   verify_export.py from a place that you trust or after reading it: it is short, and needs
   Python 3.9 or newer and the package `cryptography`, nothing of the register.

2. Is the package whole, and signed by the register?

     python3 verify_export.py . --key "ORIGIN+HASH+KEY"

   Without --key it checks the same with the keys in log/keys.json: then you know that nothing
   was changed by accident, and not who made it. Exit code 0: no fault; 1: each fault is one
   line with file, record and field; 2: it could not run.

3. Is it the history that you were shown before?

     python3 verify_export.py . --key "..." --checkpoint earlier.txt --receipt receipt.json

   An earlier checkpoint that does not fit, or a receipt whose record is another one, means that
   history was rewritten or that you and others were shown different ones. Compare the root in
   log/checkpoint.txt with that of other people; co-signatures of delegations stand below it,
   and their keys, which you should know from them, in tables/witnesses.csv: add --key for each.

4. Do the tables say what the records say? The records are the proof, the tables are made from
   them for reading. Every row of every table stands in a record: log/leaves.jsonl has one
   record a line, "content" has the rows that the step made, by table of the database. Values
   that were sealed are opened in log/openings.jsonl. Take a sample: choose rows by lot, find
   the newest record with that row, compare. Filers can compare with their receipts.

5. Was the allocation right? For each round, in rounds/ID:

     sha256sum policy.json instance.json solution.json      the hashes that the tables name
     registry draw check draw.json --instance instance.json the seed from the public value
     solver verify instance.json solution.json --optimality every rule and stage, without the
                                                            program that found the solution
     solver solve instance.json -o mine.json --seed SEED    the same solution, found anew

   Compare the public value in draw.json with its source: it had to be published after the
   instance was frozen. These commands are the register's program; draw.json says the formula
   of the seed, which SHA-256 of any other program repeats.

6. Do the tables fit together? datapackage.json has kinds, limits and references of all columns:

     frictionless validate datapackage.json
"""
_CANNOT = """
- That what was recorded is true: a register can record a wrong statement correctly.
- That nothing was left out before it was recorded: only those who filed and hold no receipt
  know. A filing with a receipt cannot vanish.
- That you see what others see, unless you compare checkpoints or trust one that delegations
  have co-signed.
- Who made the package, unless you gave the verifier key yourself.
- That a table was made from the records: step 4 is for that, or make the package anew.
- What is sealed: a hash shows that a value has not changed, not what it is.
- blocks.txt helps to find a changed byte. It proves nothing.
"""
_FILES = """
tables/              all tables as CSV, all rounds in each; what every column means is in
                     datapackage.json
register.json        the same tables in one JSON file
register.xlsx        the same tables as sheets of a workbook, without formulas
attachments/         the files filed with claims, each under its SHA-256; tables/attachments.csv
                     has their names; manifest.json names any that were left out for their size
map/map.gpkg         GeoPackage in IAU_2015:30135: regions, protected_places, placements,
                     entries, zones; opens in its place in a GIS that knows the Moon
map/map_lonlat.geojson, map/map_metres.geojson
                     the same in lunar longitude and latitude, and in metres of the polar map
rounds/ID/           policy.json, instance.json, draw.json, solution.json: the documents of each
                     round, whose SHA-256 the tables name; with -N the earlier ones;
                     verification.txt, the verdict of the independent check; incentives.json, if
                     studied: what other filings would have gained; map.svg
log/leaves.jsonl     the log: line N+1 is the exact text that was hashed as record N
log/openings.jsonl   what opens sealed values: the value with its salt
log/checkpoint.txt   size and root of the log, signed (C2SP signed note and tlog-checkpoint)
log/keys.json        the register's keys in their order; a retired one signs up to until_size
log/proofs.jsonl     for filings, comments, agreements, votes, decisions, draws and entries:
                     the proof that the record is in the log (RFC 9162)
log/consistency.jsonl
                     that the log begins with each earlier checkpoint
datapackage.json     the package in the terms of Frictionless Data
manifest.json        size and SHA-256 of every other file; manifest.note is its signature
blocks.txt           beginnings of hashes of every 128 bytes, to find a change
"""
_READING = (
    "Texts are UTF-8, lines end with a line feed. Dates are ISO 8601, instants are UTC. An empty cell means that nothing "
    "was given. In CSV files a text that a spreadsheet would take for a formula has an apostrophe before it. Metres are "
    "those of the map IAU_2015:30135 (Moon, south polar stereographic, sphere of radius 1737400 m); keep-outs are metres "
    "on the ground."
)
_PRIORITY = (
    "An entry is a time-limited priority of use with duties. It gives nobody sovereignty over a place or a right to keep "
    "others out: a safety zone is an area where notice and coordination apply, for the time of one phase, without veto "
    "and without exclusion of access."
)
RADIUS = (
    "No agreed international radius for safety zones exists. The keep-out distances here come from the methods named in "
    "the table phases; several are placeholders fitted to few cases, and say so."
)
_REPEATED = (
    "The same record gives the same bytes: whoever keeps the register can export it again, now or with --as-of, and "
    "compare manifest.json."
)
LICENCE = "The agency that keeps the register says under which licence the data may be used; none is stated here."


def readme(
    register: Register, origin: str, as_of: str | None, tables: Sequence[Table], programs: Iterable[str]
) -> bytes:
    """The text of README.txt; `programs` are the scripts that come with the package."""
    parts = [
        f"Export of the Lunar Site Registry {origin}",
        *map(_paragraph, _heading(register, as_of)),
        "WHAT TO CHECK, IN THIS ORDER" + _CHECKS.rstrip(),
        "WHAT ALL THIS CANNOT SHOW" + _CANNOT.rstrip(),
        "FILES" + _FILES.rstrip() + _programs(programs),
        "TABLES\n" + "\n".join(_line(table) for table in tables),
        *map(_paragraph, (_READING, _PRIORITY, RADIUS, _REPEATED, LICENCE)),
    ]
    return ("\n\n".join(parts) + "\n").encode()


def _heading(register: Register, as_of: str | None) -> Iterator[str]:
    for contents in register.rounds:
        if contents.round.illustrative:
            yield f"ILLUSTRATIVE, {contents.round.id}: {contents.round.note or contents.round.name}"
    yield _SCOPES[register.scope]
    state = f"State after {register.log_size} records, the last of {utc_text(register.last_at)}"
    yield f"{state}; rebuilt from the records up to {as_of} alone." if as_of else f"{state}."


def _programs(programs: Iterable[str]) -> str:
    return "".join(f"\n{name:<20} checks all this, without the register's program" for name in programs)


def _line(table: Table) -> str:
    says = f"{table.name + '.csv':<22} {table.schema.says}"
    return textwrap.fill(says, WIDTH, subsequent_indent=" " * 23, break_long_words=False, break_on_hyphens=False)


def _paragraph(text: str) -> str:
    return textwrap.fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)
