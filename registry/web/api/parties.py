"""Parties with their memberships, instruments, provisions and norm profiles."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from registry import ambient
from registry.queries import parties as reading
from registry.queries import provisions as rules
from registry.web.api.blueprint import listing, single
from registry.web.api.models import Model, says
from registry.web.api.paging import Asked, Paging
from registry.web.sessions import session


class Party(Model):
    """A State or intergovernmental organisation that answers for activities."""

    id: str = says("ISO 3166-1 alpha-3 code, or short name of an organisation")
    name: str = says("Its name")
    kind: str = says("What it is")
    groups: tuple[str, ...] = says("Instruments in which it certainly is a member on the day asked for")
    bridge: bool = says("Whether it is a member of both coalitions")
    source: str = says("Where this is known from")


class Membership(Model):
    """A status in an instrument, dated as its source dates it."""

    instrument: str = says("Id of the instrument")
    instrument_name: str = says("Its name")
    status: str = says("party, signatory, signed-not-ratified, partner, member or listed")
    since: str = says("From when: YYYY, YYYY-MM, YYYY-MM-DD, or empty")
    until: str = says("Until when, likewise")
    date_confirmed: bool = says("Whether a second source has the date")
    counts: bool = says("Whether it makes the party a member on the day asked for")
    source: str = says("Where this is known from")


class Operator(Model):
    """Who flies missions under the party's authority."""

    id: str = says("Its id")
    name: str = says("Its name")
    controller: str = says("Id of who ultimately controls it")


class WholeParty(Party):
    """A party with its memberships and operators."""

    memberships: tuple[Membership, ...] = says("Its dated statuses")
    operators: tuple[Operator, ...] = says("The operators it authorises")


class Instrument(Model):
    """A treaty, accord, coalition or list."""

    id: str = says("Its id")
    name: str = says("Its name")
    kind: str = says("treaty, accord, coalition or list")
    binding: bool = says("Whether it binds its members")
    source: str = says("Where this is known from")


class Provision(Model):
    """A numbered rule that claims are examined against."""

    id: str = says("Its id")
    name: str = says("Its name")
    severity: str = says("hard, soft, data or procedural")
    instrument: str = says("Instrument it comes from")
    standing: str = says("binding, non-binding or proposed")
    source: str = says("Article or section")
    statement: str = says("The rule in words")
    check: str = says("What is checked, in words")
    binds: str = says("Whether it is asked of all or of members of the instrument")
    timer: str = says("Timer of the policy that gives the deadline of its duty; empty for none")
    timer_default: str = says("What the timer is where the policy says nothing")


class NormProfile(Model):
    """A named group of provisions."""

    id: str = says("Its id")
    name: str = says("Its name")
    standing: str = says("binding, non-binding or proposed")
    provisions: tuple[str, ...] = says("Ids of its provisions")
    strict: bool = says("Whether it is asked of every claim, whoever is credited")
    statement: str = says("What it stands for")
    source: str = says("Where it comes from")


class Day(Asked):
    """On which day memberships are asked for."""

    day: date | None = says("Day on which memberships count; today if absent", default=None)


class PartiesQuery(Day, Paging):
    """Parties, filtered."""

    group: str | None = says("Only members of this instrument on the day", default=None, max_length=64)


class PartyPath(Model):
    """One party."""

    party_id: str = says("Id of the party, for example IND")


class InstrumentPath(Model):
    """One instrument."""

    instrument_id: str = says("Id of the instrument, for example OST")


class ProfilePath(Model):
    """One norm profile."""

    profile_id: str = says("Id of the profile")


class ProvisionPath(Model):
    """One provision."""

    provision_id: str = says("Id of the provision, for example OST-I-2")


@listing("/parties", Party, "parties")
def parties(query: PartiesQuery) -> Sequence[reading.PartyRow]:
    """The parties with the groups they are in on a day."""
    rows = reading.list_parties(session(), _day(query))
    return [row for row in rows if query.group is None or query.group in row.groups]


@single("/parties/<party_id>", WholeParty, "parties", "party")
def party(path: PartyPath, query: Day) -> dict[str, Any] | None:
    """One party with its dated memberships and its operators."""
    found = reading.party_page(session(), path.party_id, _day(query))
    if found is None:
        return None
    operators = [{"id": id_, "name": name, "controller": controller} for id_, name, controller in found.operators]
    of_party = Party.model_validate(found.row).model_dump()
    return {**of_party, "memberships": found.memberships, "operators": operators}


@listing("/instruments", Instrument, "parties")
def instruments(query: Paging) -> Sequence[Any]:
    """Treaties, accords, coalitions and lists, and whether they bind."""
    return reading.list_instruments(session())


@single("/instruments/<instrument_id>", Instrument, "parties", "instrument")
def instrument(path: InstrumentPath) -> Any:
    """One treaty, accord, coalition or list."""
    return _named(reading.list_instruments(session()), path.instrument_id)


@listing("/provisions", Provision, "norms")
def provisions(query: Paging) -> Sequence[rules.ProvisionView]:
    """The rules that claims are examined against."""
    return rules.list_provisions(session())


@single("/provisions/<provision_id>", Provision, "norms", "provision")
def provision(path: ProvisionPath) -> rules.ProvisionView | None:
    """One rule with its source and standing."""
    return rules.provision(session(), path.provision_id)


@listing("/norm-profiles", NormProfile, "norms")
def norm_profiles(query: Paging) -> Sequence[rules.ProfileView]:
    """The named groups of provisions."""
    return rules.list_profiles(session())


@single("/norm-profiles/<profile_id>", NormProfile, "norms", "norm profile")
def norm_profile(path: ProfilePath) -> Any:
    """One named group of provisions."""
    return _named(rules.list_profiles(session()), path.profile_id)


def _named(rows: Sequence[Any], id_: str) -> Any:
    return next((row for row in rows if row.id == id_), None)


def _day(query: Day) -> date:
    return query.day or ambient.now().date()
