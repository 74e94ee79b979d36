"""The tables of what was filed: claims, their particulars field by field, the credit and what each party brings."""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.domain.claims import Claim
from registry.exports.contents import Contents

Cell = Any
Named = tuple[str, str, Iterator[Sequence[Cell]]]


def tables(contents: Contents) -> list[Named]:
    """Name, columns and rows of each table."""
    return [
        ("claims", _CLAIMS, (_claim(contents, row) for row in contents.claims)),
        ("particulars", _PARTICULARS, _particulars(contents)),
        ("credits", _CREDITS, _credits(contents)),
        ("contributions", _CONTRIBUTIONS, _contributions(contents)),
    ]


_CLAIMS = """id round key name state state_since_at filed_by received_at revision sha256 operator
    authorising_party authorisation_reference state_of_registry launching_parties designator activity purpose
    peaceful_statement military_personnel term_days disposal_method disposal_within_days cospar_inventory
    extracts_resources plan_url examined_favourably illustrative"""


def _claim(contents: Contents, claim: Claim) -> Sequence[Cell]:
    now, examination = claim.current, contents.examination(claim)
    said = now.particulars
    filed = (claim.id, claim.round_id, claim.key, now.name, claim.state, claim.state_since_at, claim.filed_by_id)
    asked = (
        now.authorising_party_id, now.authorisation_reference, now.state_of_registry_id,
        " ".join(now.launching_parties), said["registration"]["designator"], now.activity, now.purpose,
        now.peaceful_statement, said["military"]["personnel"], now.term_days, said["disposal"]["method"],
        said["disposal"]["within_days"], now.cospar_inventory, said["resources"]["extracts"],
        said["publication"]["plan_url"],
    )  # fmt: skip
    verdict = examination.favourable if examination else None
    return (*filed, claim.received_at, now.number, now.sha256, now.operator_id, *asked, verdict, claim.illustrative)


_PARTICULARS = "claim field value illustrative"


def _particulars(contents: Contents) -> Iterator[Sequence[Cell]]:
    for claim in contents.claims:
        for field, value in leaves(claim.current.particulars):
            yield claim.id, field, value, claim.illustrative


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Cell]]:
    """Every single value of an object with its path, objects in the order of their names: contacts.visits.email."""
    if isinstance(value, dict):
        rows = sorted(value.items())
    elif isinstance(value, list):
        rows = [(str(number), item) for number, item in enumerate(value, start=1)]
    else:
        yield path, value
        return
    for name, item in rows:
        yield from leaves(item, f"{path}.{name}".lstrip("."))


_CREDITS = "claim party percent illustrative"


def _credits(contents: Contents) -> Iterator[Sequence[Cell]]:
    for claim in contents.claims:
        for credit in claim.current.credits:
            yield claim.id, credit.party_id, credit.percent, claim.illustrative


_CONTRIBUTIONS = "claim party position kind what percent amount evidence illustrative"


def _contributions(contents: Contents) -> Iterator[Sequence[Cell]]:
    for claim in contents.claims:
        for credit in claim.current.credits:
            for position, row in enumerate(credit.contributions, start=1):
                given = (row["kind"], row["what"], row["percent"], row["amount"], row["evidence"])
                yield claim.id, credit.party_id, position, *given, claim.illustrative
