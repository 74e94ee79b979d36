"""Coordination in public: consultations with the faces of their notes, agreements, docking records, shared services."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from registry.queries import agreements as agreed
from registry.queries import consultations as consulted
from registry.queries import docking, shared_services
from registry.web.api.blueprint import listing, single
from registry.web.api.models import Json, Model, says
from registry.web.api.paging import Paging
from registry.web.sessions import session
from registry.web.viewing import viewer


class Side(Model):
    """One side of a consultation. Its point of contact is not named to the public."""

    claim: str = says("Its claim")
    party: str = says("Its party")
    spoke_at: datetime | None = says("When the party last spoke")


class Consultation(Model):
    """Two parties whose claims affect one another, brought together."""

    id: str = says("Its id")
    round: str = says("Round it belongs to")
    sides: tuple[Side, Side] = says("The two sides")
    opened_at: datetime = says("When it was opened")
    deadline_at: datetime = says("Until when it is to end")
    last_contact_at: datetime = says("When somebody was last in touch")
    closed_at: datetime | None = says("When it ended")
    outcome: str = says("How it ended; empty while it is open")
    summary: str = says("What is said of it in public")
    illustrative: bool = says("Whether it is invented")


class NoteFace(Model):
    """What everybody may know of a confidential note; its text only once it is disclosed."""

    id: str = says("Its id")
    party: str | None = says("Party that wrote it")
    written_at: datetime = says("When")
    sha256: str = says("Salted hash of its text, logged at once")
    disclosure_agreed_at: datetime | None = says("Date on which it is to be disclosed, if one is agreed")
    disclosed_at: datetime | None = says("When it was disclosed")
    text: str | None = says("Its text; null before disclosure")
    salt_hex: str | None = says("Salt of the hash; null before disclosure")


class WholeConsultation(Consultation):
    """A consultation with what brought it about."""

    overlaps: tuple[Json, ...] = says("Where and when the two claims affect one another")
    observers: int = says("How many invited experts follow it")
    notes: tuple[NoteFace, ...] = says("Faces of its notes")


class Member(Model):
    """A claim under an agreement."""

    claim: str = says("Its number")
    party: str = says("Its party")
    accepted_at: datetime | None = says("When its party accepted")
    ended_at: datetime | None = says("When it left")


class Agreement(Model):
    """Technical terms under which a smaller distance will do, open to every claim that meets them."""

    id: str = says("Its id")
    round: str = says("Round it belongs to")
    keep_out_m: int = says("Distance between claims under it, metres")
    conditions: tuple[Json, ...] = says("What a claim has to meet")
    text: str = says("The terms in words")
    proposed_by: str = says("Party that proposed it")
    proposed_at: datetime = says("When")
    ended_at: datetime | None = says("When it ended")
    in_force: bool = says("Whether it holds")
    members: tuple[Member, ...] = says("Claims under it")
    pairs: tuple[tuple[str, str], ...] = says("Pairs of claims for which it holds now")
    illustrative: bool = says("Whether it is invented")


class Statement(Model):
    """What a party said of an arrangement."""

    party: str = says("Its id")
    position: str = says("adopts or dissents, or neither")
    statement: str = says("In words")
    stated_at: datetime = says("When")


class DockingRecord(Model):
    """An arrangement on its way to a universal body."""

    id: str = says("Its id")
    title: str = says("Its title")
    origin_forum: str = says("Where it was agreed")
    agreed_on: date | None = says("When")
    text: str = says("What it says")
    evidence: tuple[str, ...] = says("Where that is written")
    target_body: str = says("Body that it is brought to")
    agenda_item: str = says("Under which item")
    agreement: str | None = says("Agreement of the register that it comes from")
    recorded_by: str | None = says("Party that recorded it")
    recorded_at: datetime = says("When")
    illustrative: bool = says("Whether it is invented")
    adopters: tuple[str, ...] = says("Parties that adopt it")
    dissenters: tuple[str, ...] = says("Parties that dissent")
    statements: tuple[Statement, ...] = says("Every word that was said")


class Reliance(Model):
    """An entry that relies on a shared service."""

    claim: str = says("Claim of the entry")
    party: str = says("Its party")
    vital: bool = says("Whether it stops without the service")
    need: str = says("What for")
    since_at: datetime = says("Since when")


class Loss(Model):
    """What an entry loses when a service ends."""

    step: int = says("In which wave")
    claim: str = says("Claim of the entry")
    kind: str = says("Kind of service that it loses")
    services: tuple[str, ...] = says("Services that end")
    stops: bool = says("Whether its operation stops")


class SharedService(Model):
    """Power, relay, rescue or a pad that one entry offers to all."""

    id: str = says("Its id")
    kind: str = says("What it is")
    claim: str = says("Claim of the entry that offers it")
    party: str = says("Party that offers it")
    what: str = says("In words")
    serves: int = says("How many it can serve")
    offered_at: datetime = says("When it was offered")
    is_over: bool = says("Whether it ended, or its entry did")
    relied_on_by: tuple[Reliance, ...] = says("Who relies on it now")
    breaks: tuple[Loss, ...] = says("What follows if it ends")


class CasesQuery(Paging):
    """Consultations, filtered as on the page."""

    round: str | None = says("Only those of this round", default=None, max_length=64)
    claim: str | None = says("Only those of this claim", default=None, max_length=16)
    party: str | None = says("Only those of this party", default=None, max_length=16)
    state: Literal["open", "ended"] | None = says("Only those that are open, or that ended", default=None)


class AgreementsQuery(Paging):
    """Agreements, filtered."""

    round: str | None = says("Only those of this round", default=None, max_length=64)
    claim: str | None = says("Only those that this claim is under", default=None, max_length=16)


class CasePath(Model):
    """One consultation."""

    consultation_id: str = says("Id of the consultation, for example K-0001")


class AgreementPath(Model):
    """One agreement."""

    agreement_id: str = says("Id of the agreement, for example A-0001")


class ServicePath(Model):
    """One shared service."""

    service_id: str = says("Id of the service, for example S-0001")


class DockingPath(Model):
    """One docking record."""

    docking_id: str = says("Id of the docking record, for example D-0001")


@listing("/consultations", Consultation, "coordination")
def consultations(query: CasesQuery) -> Sequence[consulted.CaseRow]:
    """The consultations between parties whose claims affect one another."""
    rows = consulted.list_cases(session(), round_id=query.round, claim=query.claim, party=query.party, viewer=viewer())
    return [row for row in rows if query.state in (None, "ended" if row.closed_at else "open")]


@single("/consultations/<consultation_id>", WholeConsultation, "coordination", "consultation")
def consultation(path: CasePath) -> Json | None:
    """One consultation, with the overlaps behind it and the faces of its notes."""
    found = consulted.case_page(session(), path.consultation_id, viewer())
    if found is None:
        return None
    row = Consultation.model_validate(found.row).model_dump()
    return {**row, "overlaps": found.overlaps, "observers": len(found.observers), "notes": found.notes}


@listing("/agreements", Agreement, "coordination")
def agreements(query: AgreementsQuery) -> Sequence[agreed.AgreementView]:
    """The agreements on smaller distances."""
    return agreed.all_agreements(session(), round_id=query.round, claim=query.claim)


@single("/agreements/<agreement_id>", Agreement, "coordination", "agreement")
def agreement(path: AgreementPath) -> agreed.AgreementView | None:
    """One agreement with its terms and claims."""
    return agreed.find_agreement(session(), path.agreement_id)


@listing("/docking-records", DockingRecord, "coordination")
def docking_records(query: Paging) -> Sequence[docking.DockingView]:
    """Arrangements on their way to a universal body, with who adopts them and who dissents."""
    return docking.list_records(session())


@single("/docking-records/<docking_id>", DockingRecord, "coordination", "docking record")
def docking_record(path: DockingPath) -> docking.DockingView | None:
    """One arrangement with every word that was said of it."""
    return docking.find_record(session(), path.docking_id)


@listing("/shared-services", SharedService, "coordination")
def services(query: Paging) -> Sequence[Any]:
    """What entries offer to all, who relies on it, and what breaks if it ends."""
    return shared_services.list_services(session())


@single("/shared-services/<service_id>", SharedService, "coordination", "shared service")
def service(path: ServicePath) -> shared_services.ServiceView | None:
    """One shared service."""
    return shared_services.find_service(session(), path.service_id)
