"""The open offers of a round, accepted at once."""

from collections.abc import Mapping
from typing import Any

from flask_babel import lazy_gettext as _
from wtforms import HiddenField

from registry.queries.names import places_by_id
from registry.queries.offers import OfferView, list_offers
from registry.services import entering
from registry.services.errors import ServiceError
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import StepForm
from registry.web.steps.of_rounds import AT_ONCE
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing
from registry.web.viewing import viewer


class OffersForm(StepForm):
    """The open offers as they were looked at; nothing is typed."""

    claims = HiddenField()

    def prepare(self, thing: Thing) -> None:
        """Carry the offers that the page shows."""
        self._there = " ".join(row.claim for row in offers_at_hand(thing))
        if not self.is_submitted():
            self.claims.data = self._there

    def refuse(self, error: ServiceError, default: str = "") -> None:
        """After a refusal the page shows the offers that there are now, and carries these."""
        super().refuse(error, default)
        self.claims.data = self._there


def offers_at_hand(thing: Thing) -> list[OfferView]:
    """The first open offers of the round that the person who looks may accept."""
    own = entering.offered_claims(session(), thing.id, actor("entering.accept_all"))[:AT_ONCE]
    found = {row.claim: row for row in list_offers(session(), round_id=thing.id, state="OPEN", viewer=viewer())}
    return [found[claim_id] for claim_id in own if claim_id in found]


def _shown_offers(thing: Thing) -> Mapping[str, Any]:
    return {"offers": offers_at_hand(thing), "places": places_by_id(session())}


def _accept_offers(taken: Taken) -> object:
    shown = (taken.form.claims.data or "").split()
    return entering.accept_all(taken.session, taken.thing.id, taken.actor, taken.at, claims=shown)


STEPS = (
    Step(
        "entering.accept_all",
        "round",
        "accept-offers",
        (
            _("Accept offers at once"),
            _(
                "Each claim gets an entry with its safety zones: a time-limited priority of use with duties, and no right "
                "in the place itself. All are accepted, or none. It cannot be taken back."
            ),
            _("Accept all of them"),
            _("The offers are accepted, and the entries recorded."),
        ),
        _accept_offers,
        form=OffersForm,
        states=("ADOPTED",),
        template="step_offers.html",
        more=_shown_offers,
        waits=lambda thing: bool(offers_at_hand(thing)),
    ),
)
