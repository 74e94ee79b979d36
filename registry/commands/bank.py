"""`registry bank`: second sites that are owed, the pairs offered, the choice between them, and the holds that follow."""

import json
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import DOCUMENT, Answer, Deed, Reading, acts, reads

if TYPE_CHECKING:
    from registry.domain.site_bank import BankedSite


@click.group("bank")
def group() -> None:
    """The site bank: whoever has many entries offers a second site of equal score, and the agency keeps one of the two."""


@group.command("list")
@click.option("--party", metavar="ID", help="Only what this party owes and offered.")
@reads()
def list_(reading: Reading, party: str | None) -> Answer:
    """List what is owed by whom until when, and every pair with its scores and what became of it."""
    from registry.domain.instants import utc_text
    from registry.queries.site_bank import bank

    found = bank(reading.session)
    owed = [row for row in found.owed if party in (None, row.party)]
    pairs = [row for row in found.pairs if party in (None, row.party_id)]
    lines = [
        f"owed   by {row.party} for claim {row.claim} (round {row.round}) until {utc_text(row.due_at)}"
        + (f", OVERDUE: {row.consequence}" if row.is_overdue else "")
        for row in owed
    ]
    lines += [f"{row.id} {_words(row)}" for row in pairs]
    return Answer(
        [*lines, f"{len(owed)} owed, {len(pairs)} pairs, {found.banked} banked now"], {"owed": owed, "pairs": pairs}
    )


@group.command("show")
@click.argument("site_id", metavar="SITE")
@reads()
def show(reading: Reading, site_id: str) -> Answer:
    """Show pair SITE whole: both sites, how their scores came about, and the choice."""
    pair = _pair(reading, site_id)
    lines = [
        f"{pair.id}  {_words(pair)}",
        f"owed for claim {pair.claim_id}, offered by {pair.party_id} for the entry of claim {pair.entry_claim_id}",
        f"first   {pair.first_score:g}  {pair.first_name} ({pair.first_place})  {json.dumps(pair.first_footprint)}",
        f"second  {pair.second_score:g}  {pair.second_name} ({pair.second_place})  {json.dumps(pair.second_footprint)}",
        f"scores by {json.dumps(pair.scores, sort_keys=True)}",
        f"source  {pair.source}",
        *([f"reason  {pair.reason}"] if pair.reason else []),
    ]
    return Answer(lines, pair)


@group.command("offer")
@click.argument("claim_id", metavar="CLAIM")
@click.argument("document", metavar="FILE", type=DOCUMENT)
@acts("banking.offer")
def offer(deed: Deed, claim_id: str, document: Any) -> Answer:
    """Offer the pair that is owed for CLAIM: a second site beside that of an entry, as a JSON document."""
    from registry.services import banking

    made = banking.offer(deed.session, claim_id, document, deed.actor, deed.at)
    return Answer(f"{made.id} {_words(made)}", made)


@group.command("choose")
@click.argument("site_id", metavar="SITE")
@click.option("--which", required=True, type=click.Choice(["first", "second"]), help="The site to keep for others.")
@click.option("--reason", required=True, help="Why, in public words.")
@acts("banking.choose")
def choose(deed: Deed, site_id: str, which: str, reason: str) -> Answer:
    """Keep one of the two sites of pair SITE for others; with the first one the entry moves to the second."""
    from registry.services import banking

    made = banking.choose(deed.session, site_id, which, reason, deed.actor, deed.at)
    return Answer(f"{made.id} {_words(made)}", made)


@group.command("refuse")
@click.argument("site_id", metavar="SITE")
@click.option("--reason", required=True, help="What does not hold, in public words.")
@acts("banking.refuse")
def refuse(deed: Deed, site_id: str, reason: str) -> Answer:
    """Refuse pair SITE, because what it states does not hold; another one is owed."""
    from registry.services import banking

    made = banking.refuse(deed.session, site_id, reason, deed.actor, deed.at)
    return Answer(f"{made.id} {_words(made)}", made)


@group.command("release")
@click.argument("site_id", metavar="SITE")
@click.option("--reason", required=True, help="Why, in public words.")
@acts("banking.release")
def release(deed: Deed, site_id: str, reason: str) -> Answer:
    """Keep banked site SITE free no more."""
    from registry.services import banking

    made = banking.release(deed.session, site_id, reason, deed.actor, deed.at)
    return Answer(f"{made.id} {_words(made)}", made)


@group.command("holds")
@click.argument("policy", metavar="POLICY", type=DOCUMENT)
@click.option(
    "--release",
    "released",
    multiple=True,
    metavar="SITE=GROUP",
    help="Let claims of the group have the place; repeat it.",
)
@reads()
def holds(reading: Reading, policy: Any, released: tuple[str, ...]) -> Answer:
    """Print the policy in file POLICY with a hold for every banked site, ready to be published.

    Holds that it has for banked sites are replaced; everything else stays as it is.
    """
    from registry.queries.site_bank import with_holds
    from registry.services.errors import ValidationError

    wanted = dict(word.partition("=")[::2] for word in released)
    faults, merged = with_holds(reading.session, policy, wanted)
    if faults:
        raise ValidationError(faults)
    return Answer(json.dumps(merged, indent=1, ensure_ascii=False), merged)


def _pair(reading: Reading, site_id: str) -> "BankedSite":
    from registry.domain.site_bank import BankedSite
    from registry.services.errors import NotFoundError

    found = reading.session.get(BankedSite, site_id)
    if found is None:
        raise NotFoundError(f"there is no pair {site_id}; `registry bank list` has them")
    return found


def _words(pair: "BankedSite") -> str:
    from registry.domain.instants import utc_text

    said = (
        f"{pair.state:<8} by {pair.party_id} for claim {pair.claim_id}: {pair.first_score:g} and {pair.second_score:g}"
    )
    if pair.state == "OFFERED":
        return f"{said}; to be chosen from until {utc_text(pair.choose_by_at)}"
    if pair.chosen is None:
        return f"{said}; {pair.reason}"
    taken = f"; taken by claim {pair.taken_by_id}" if pair.taken_by_id else ""
    return f"{said}; the {pair.chosen} is kept until {pair.held_until}{taken}"
