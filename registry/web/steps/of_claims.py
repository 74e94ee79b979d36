"""The steps that move a claim, speak about it, or answer its offer."""

from collections.abc import Mapping
from typing import Any

from flask import url_for
from flask_babel import lazy_gettext as _
from wtforms import SelectField

from registry.domain.transitions import CLAIM_MOVES
from registry.queries.comments import find_comment
from registry.queries.names import party_names, places_by_id
from registry.queries.offers import list_offers
from registry.services import comments, coordination, entering, examination, filing, offers, returning
from registry.web.acting import actor
from registry.web.sessions import session
from registry.web.steps.forms import LongField, ReasonForm, StepForm, choices
from registry.web.steps.step import Step, Taken
from registry.web.steps.things import Thing
from registry.web.viewing import viewer


def sources(act: str) -> tuple[str, ...]:
    """The states from which a claim can take a move."""
    return tuple(str(row.source) for row in CLAIM_MOVES if row.act == act)


class CommentForm(StepForm):
    """A comment; the registrar names the party whose paper it is."""

    party = SelectField(_("Party"), description=_("The party that sent it on paper."), validate_choice=False)
    text = LongField(_("Comment"), description=_("Everybody can read it, with the name of the party."))

    def prepare(self, thing: Thing) -> None:
        """Delegates speak for the own party: they are not asked."""
        if actor("comments.add").role == "delegate":
            del self.party
        else:
            names = sorted(party_names(session()).items(), key=lambda row: row[1])
            self.party.choices = choices(names, _("Choose a party"))


class ReplyForm(StepForm):
    """The public answer to a comment."""

    text = LongField(_("Reply"), description=_("Everybody can read it."))


def _comment(taken: Taken) -> object:
    party = taken.form.party.data or None if "party" in taken.form else None
    return comments.add(taken.session, taken.thing.id, taken.form.text.data, taken.actor, taken.at, party=party)


def _offer(thing: Thing) -> Mapping[str, Any]:
    """The offer that is answered."""
    found = list_offers(session(), claim=thing.id, state="OPEN", viewer=viewer())
    return {"offer": found[0] if found else None, "places": places_by_id(session())}


def _replied(thing: Thing) -> Mapping[str, Any]:
    """The comment that is answered."""
    return {"comment": find_comment(session(), thing.id, viewer())}


def _to_comments(taken: Taken) -> str:
    return url_for("cases.comments_on", claim_id=taken.thing.id)


STEPS = (
    Step(
        "examination.examine",
        "claim",
        "examine",
        (
            _("Examine the claim"),
            _(
                "It is checked against every provision of the round's norm profile. A hard rule that is "
                "broken or data that are missing return it to its party, with all reasons."
            ),
            _("Examine"),
            _("The claim is examined."),
        ),
        lambda t: examination.examine(t.session, t.thing.id, t.actor, t.at),
        states=("SUBMITTED",),
    ),
    Step(
        "coordination.publish",
        "claim",
        "publish",
        (
            _("Publish the claim"),
            _("The newest revision, examined favourably, is shown to everybody as it was received."),
            _("Publish"),
            _("The claim is published."),
        ),
        lambda t: coordination.publish(t.session, t.thing.id, t.actor, t.at),
        states=sources("publish"),
    ),
    Step(
        "returning.return_claim",
        "claim",
        "return",
        (
            _("Return the claim"),
            _("A claim whose newest revision was examined unfavourably goes back to its party, which can amend it."),
            _("Return it"),
            _("The claim is returned to its party."),
        ),
        lambda t: returning.return_claim(t.session, t.thing.id, t.actor, t.at, t.form.reason.data),
        form=ReasonForm,
        states=sources("return"),
    ),
    Step(
        "returning.refuse",
        "claim",
        "refuse",
        (
            _("Refuse the claim"),
            _("A returned claim that was not amended leaves its round. Its party may file another."),
            _("Refuse it"),
            _("The claim is refused."),
        ),
        lambda t: returning.refuse(t.session, t.thing.id, t.actor, t.at, t.form.reason.data),
        form=ReasonForm,
        states=sources("refuse"),
    ),
    Step(
        "coordination.start_coordination",
        "claim",
        "coordinate",
        (
            _("Begin coordination"),
            _(
                "The time for coordination and comments runs from now. Each overlap with a claim of another "
                "party opens a consultation for both."
            ),
            _("Begin"),
            _("Coordination has begun."),
        ),
        lambda t: coordination.start_coordination(t.session, t.thing.id, t.actor, t.at),
        states=sources("coordinate"),
    ),
    Step(
        "coordination.make_ready",
        "claim",
        "ready",
        (
            _("Make the claim ready"),
            _(
                "Once the time for coordination is over the claim is ready, whatever its consultations have "
                "come to: silence is no veto."
            ),
            _("Make it ready"),
            _("The claim is ready."),
        ),
        lambda t: coordination.make_ready(t.session, t.thing.id, t.actor, t.at),
        states=sources("make-ready"),
    ),
    Step(
        "comments.add",
        "claim",
        "comment",
        (
            _("Comment on the claim"),
            _("Any party can say something in public on a published claim until the time for coordination is over."),
            _("Send the comment"),
            _("The comment is published."),
        ),
        _comment,
        form=CommentForm,
        states=("PUBLISHED", "COORDINATION"),
        concerned=False,
        after=_to_comments,
    ),
    Step(
        "entering.accept",
        "claim",
        "accept-offer",
        (
            _("Accept the offer"),
            _(
                "The claim gets an entry with its safety zones: a time-limited priority of use with duties, "
                "and no right in the place itself. It cannot be taken back."
            ),
            _("Accept the offer"),
            _("The offer is accepted, and the entry recorded."),
        ),
        lambda t: entering.accept(t.session, t.thing.id, t.actor, t.at),
        states=sources("record"),
        template="step_offer.html",
        more=_offer,
    ),
    Step(
        "offers.decline",
        "claim",
        "decline-offer",
        (
            _("Decline the offer"),
            _("The claim leaves the round, and the room is free for others. It cannot be taken back."),
            _("Decline the offer"),
            _("The offer is declined."),
        ),
        lambda t: offers.decline(t.session, t.thing.id, t.actor, t.at, t.form.reason.data),
        form=ReasonForm,
        states=sources("decline"),
        template="step_offer.html",
        more=_offer,
    ),
    Step(
        "filing.withdraw",
        "claim",
        "withdraw",
        (
            _("Withdraw the claim"),
            _(
                "The claim leaves the procedure at its party's wish, and its consultations end. It cannot be taken back."
            ),
            _("Withdraw it"),
            _("The claim is withdrawn."),
        ),
        lambda t: filing.withdraw(t.session, t.thing.id, t.actor, t.at, t.form.reason.data),
        form=ReasonForm,
        states=sources("withdraw"),
    ),
    Step(
        "comments.reply",
        "comment",
        "reply",
        (
            _("Reply to the comment"),
            _("The party that filed the claim answers in public, until the round is frozen."),
            _("Send the reply"),
            _("The reply is published."),
        ),
        lambda t: comments.reply(t.session, t.thing.id, t.form.text.data, t.actor, t.at),
        form=ReplyForm,
        states=("PUBLISHED", "COORDINATION", "READY"),
        template="step_comment.html",
        more=_replied,
    ),
)
