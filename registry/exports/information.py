"""The first sheet of the workbook: what the file is, and what in it is invented."""

from collections.abc import Iterator

from registry.domain.instants import utc_text
from registry.exports.readme import LICENCE, RADIUS
from registry.exports.register import Register
from registry.exports.scope import Scope


def information(register: Register, origin: str, as_of: str | None) -> Iterator[tuple[str, str]]:
    """The lines of the sheet, each a name and what it says."""
    yield "What this is", f"The tables of the Lunar Site Registry {origin}, a sheet each, as the CSV files beside it."
    invented = ", ".join(row.round.id for row in register.rounds if row.round.illustrative)
    if invented:
        yield "ILLUSTRATIVE", f"Invented, nobody has filed anything there: round {invented}."
    yield "Scope", _SCOPES[register.scope]
    yield "State", f"{register.log_size} records, the last of {utc_text(register.last_at)}"
    if as_of is not None:
        yield "As of", f"{as_of}: rebuilt from the records up to then"
    yield "Root of the log", register.log_root.hex()
    yield "Safety zones", RADIUS
    yield "Reading", "Instants are UTC. Texts are texts, whatever they begin with; nothing here is a formula."
    yield "Proof", "A workbook proves nothing by itself: README.txt says how to check the package that it came with."
    yield "Licence", LICENCE


_SCOPES = {
    Scope.PUBLIC: "public: without claims that are not published and without persons",
    Scope.FULL: "full: with claims that are not published and with persons; keep it confidential",
}
