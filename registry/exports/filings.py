"""The tables of what was filed: rounds and policies, claims with their particulars field by field, the credit and what each
party brings, and what examinations found.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from registry.domain.claims import Claim, Revision
from registry.domain.examinations import Examination
from registry.domain.rounds import Policy, Round
from registry.exports.contents import Contents

Row = Sequence[Any]
Named = tuple[str, Iterator[Row]]


def tables(contents: Contents) -> Iterator[Named]:
    """Name and rows of each table."""
    yield "rounds", iter([_round(contents.round)])
    yield "policies", (_policy(contents.round, row) for row in contents.round.policies)
    yield "claims", (_claim(contents, row) for row in contents.claims)
    yield "revisions", _revisions(contents)
    yield "particulars", _particulars(contents)
    yield "credits", _credits(contents)
    yield "contributions", _contributions(contents)
    yield "examinations", (_examination(*row) for row in _examined(contents))
    yield "findings", _findings(contents)


def _round(row: Round) -> Row:
    steps = (row.announced_at, row.opened_at, row.closed_at, row.frozen_at, row.drawn_at, row.proposed_at)
    window = (row.opens_at, row.closes_at)
    ends = (row.decided_at, row.concluded_at)
    return (row.id, row.name, row.state, row.note, *window, *steps, *ends, row.illustrative)


def _policy(round_: Round, row: Policy) -> Row:
    return round_.id, row.version, row.sha256, row.published_at, row.content, round_.illustrative


def _claim(contents: Contents, claim: Claim) -> Row:
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
    seen = (examination.favourable if examination else None, claim.published_at)
    return (*filed, claim.received_at, now.number, now.sha256, now.operator_id, *asked, *seen, claim.illustrative)


def _revisions(contents: Contents) -> Iterator[Row]:
    for claim in contents.claims:
        for row in claim.revisions:
            version = (row.number, row.filed_at, row.form, row.sha256, row.content)
            yield claim.id, claim.round_id, *version, claim.illustrative


def _particulars(contents: Contents) -> Iterator[Row]:
    for claim in contents.claims:
        for field, value in leaves(claim.current.particulars):
            yield claim.id, claim.round_id, field, value, claim.illustrative


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
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


def _credits(contents: Contents) -> Iterator[Row]:
    for claim in contents.claims:
        for credit in claim.current.credits:
            yield claim.id, claim.round_id, credit.party_id, credit.percent, claim.illustrative


def _contributions(contents: Contents) -> Iterator[Row]:
    for claim in contents.claims:
        for credit in claim.current.credits:
            for position, row in enumerate(credit.contributions, start=1):
                given = (row["kind"], row["what"], row["percent"], row["amount"], row["evidence"])
                yield claim.id, claim.round_id, credit.party_id, position, *given, claim.illustrative


def _examined(contents: Contents) -> Iterator[tuple[Claim, Revision, Examination]]:
    for claim in contents.claims:
        for revision in claim.revisions:
            for row in contents.examinations[revision.id]:
                yield claim, revision, row


def _examination(claim: Claim, revision: Revision, row: Examination) -> Row:
    found = (row.examined_at, row.examiner, row.favourable)
    return (row.id, claim.id, claim.round_id, revision.number, *found, claim.illustrative)


def _findings(contents: Contents) -> Iterator[Row]:
    for claim, revision, examination in _examined(contents):
        of = (examination.id, claim.id, claim.round_id, revision.number, examination.examined_at)
        for row in examination.findings:
            said = (row.provision_id, row.outcome, row.reason, row.mend, row.effect, row.due_at, row.evidence)
            yield *of, row.position, *said, claim.illustrative
