"""The steps of a round, from its announcement to its end, and those taken for all its claims at once."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import url_for
from flask_babel import gettext
from flask_babel import lazy_gettext as _
from wtforms import BooleanField

from registry.domain.transitions import ROUND_MOVES
from registry.queries.claims import list_claims
from registry.queries.examinations import waiting
from registry.services import (
    consultations,
    coordination,
    drawing,
    examination,
    freezing,
    offers,
    resolving,
    rounds,
)
from registry.services.acting import get_claim
from registry.services.errors import ConflictError, ValidationError
from registry.web.steps.forms import DocumentForm, InstantField, LineField, LongField, ReasonForm, StepForm
from registry.web.steps.step import Step, Taken
from registry.web.viewing import viewer

AT_ONCE = 100  # claims in one step: more would hold the register from others for long


def sources(act: str) -> tuple[str, ...]:
    """The states from which a round can take a move."""
    return tuple(str(row.source) for row in ROUND_MOVES if row.act == act)


class AnnounceForm(StepForm):
    """Id, name and filing window of a new round."""

    round_id = LineField(_("Id"), description=_("For example 2028-1. It stands in addresses and ids."))
    name = LineField(_("Name"))
    opens_at = InstantField(_("Opens for filing"), description=_("In UTC, for example 2028-02-01 or 2028-02-01 10:00."))
    closes_at = InstantField(_("Closes for filing"), description=_("In UTC."))
    note = LongField(_("What a reader should know"), description=_("Optional."))
    illustrative = BooleanField(_("Everything in this round is invented"))


def _announce(taken: Taken) -> object:
    form = taken.form
    named = (("opens_at", form.opens_at.data), ("closes_at", form.closes_at.data))
    if missing := [name for name, value in named if value is None]:
        mend = gettext("missing; give the instant")
        raise ValidationError(f"{name}: {mend}" for name in missing)
    window = (form.opens_at.data, form.closes_at.data)
    return rounds.announce(
        taken.session,
        form.round_id.data.strip(),
        form.name.data,
        window,
        taken.actor,
        taken.at,
        note=form.note.data,
        illustrative=form.illustrative.data,
    )


def _draw(taken: Taken) -> object:
    value = drawing.value_of(taken.form.document.document, taken.thing.id)
    return drawing.draw(taken.session, taken.thing.id, value, taken.actor, taken.at)


def _for_each(chosen: Callable[[Taken], Iterable[str]], service: Callable[..., Any]) -> Callable[[Taken], object]:
    """A step for the first claims that it can be taken for: all of them, or none."""

    def take(taken: Taken) -> object:
        claims = list(chosen(taken))[:AT_ONCE]
        if not claims:
            raise ConflictError(gettext("no claim of the round waits for this"))
        return [service(taken.session, claim_id, taken.actor, taken.at) for claim_id in claims]

    return take


def _remind(taken: Taken) -> object:
    reminded = consultations.remind(taken.session, taken.thing.id, taken.actor, taken.at)
    if not reminded:
        raise ConflictError(gettext("no consultation of the round sleeps"))
    return reminded


def _in_state(state: str) -> Callable[[Taken], list[str]]:
    return lambda taken: [row.id for row in list_claims(taken.session, taken.thing.id, state=state, viewer=viewer())]


def _favourable(taken: Taken) -> list[str]:
    found = (get_claim(taken.session, claim_id, taken.actor) for claim_id in _in_state("SUBMITTED")(taken))
    return [row.id for row in found if examination.is_examined_favourably(taken.session, row.current.id)]


def _over(taken: Taken) -> list[str]:
    ends = (
        (claim_id, coordination.ends_at(taken.session, get_claim(taken.session, claim_id, taken.actor)))
        for claim_id in _in_state("COORDINATION")(taken)
    )
    return [claim_id for claim_id, ends_at in ends if ends_at is not None and ends_at <= taken.at]


BEFORE_FREEZING = ("OPEN", "CLOSED")
_MANY = _("All are done, or none. With very many claims, the first hundred are done; then send it again.")

STEPS = (
    Step(
        "rounds.announce",
        "register",
        "announce",
        (
            _("Announce a round"),
            _("The filing window is made known. The policy is published next, before the round opens."),
            _("Announce"),
            _("The round is announced."),
        ),
        _announce,
        form=AnnounceForm,
        after=lambda t: url_for("rounds.one_round", round_id=t.form.round_id.data.strip()),
    ),
    Step(
        "rounds.publish_policy",
        "round",
        "publish-policy",
        (
            _("Publish the policy"),
            _(
                "Rule, points, caps, reserves, holds, timers and draw source. It never changes once the round "
                "is open; after a rejection a new version names a new draw source."
            ),
            _("Publish"),
            _("The policy is published."),
        ),
        lambda t: rounds.publish_policy(t.session, t.thing.id, t.form.document.document, t.actor, t.at),
        form=DocumentForm,
        states=sources("publish-policy"),
        fault_field="document",
    ),
    Step(
        "rounds.open_round",
        "round",
        "open",
        (_("Open the round"), _("Parties can file from now on."), _("Open"), _("The round is open for filing.")),
        lambda t: rounds.open_round(t.session, t.thing.id, t.actor, t.at),
        states=sources("open"),
    ),
    Step(
        "rounds.close_round",
        "round",
        "close",
        (
            _("Close the round"),
            _("No claim is received from now on."),
            _("Close"),
            _("The round is closed for filing."),
        ),
        lambda t: rounds.close_round(t.session, t.thing.id, t.actor, t.at),
        states=sources("close"),
    ),
    Step(
        "examination.examine",
        "round",
        "examine",
        (_("Examine the claims that wait"), _MANY, _("Examine them"), _("The claims that waited are examined.")),
        _for_each(lambda t: waiting(t.session, t.thing.id), examination.examine),
        states=BEFORE_FREEZING,
    ),
    Step(
        "coordination.publish",
        "round",
        "publish",
        (_("Publish the claims examined favourably"), _MANY, _("Publish them"), _("The claims are published.")),
        _for_each(_favourable, coordination.publish),
        states=BEFORE_FREEZING,
    ),
    Step(
        "coordination.start_coordination",
        "round",
        "coordinate",
        (_("Begin coordination for the published claims"), _MANY, _("Begin"), _("Coordination has begun.")),
        _for_each(_in_state("PUBLISHED"), coordination.start_coordination),
        states=BEFORE_FREEZING,
    ),
    Step(
        "consultations.remind",
        "round",
        "remind",
        (
            _("Remind the parties of sleeping consultations"),
            _(
                "Both parties of every open consultation in which nobody was in touch for the time of the "
                "policy get a notice."
            ),
            _("Remind them"),
            _("The parties are reminded."),
        ),
        _remind,
        states=BEFORE_FREEZING,
    ),
    Step(
        "coordination.make_ready",
        "round",
        "ready",
        (
            _("Make claims ready whose time for coordination is over"),
            _MANY,
            _("Make them ready"),
            _("The claims are ready."),
        ),
        _for_each(_over, coordination.make_ready),
        states=BEFORE_FREEZING,
    ),
    Step(
        "freezing.freeze_round",
        "round",
        "freeze",
        (
            _("Freeze the round"),
            _(
                "The claims that are ready become one allocation problem with a hash. Nothing counts in it "
                "that comes later."
            ),
            _("Freeze"),
            _("The round is frozen."),
        ),
        lambda t: freezing.freeze_round(t.session, t.thing.id, t.actor, t.at),
        states=sources("freeze"),
    ),
    Step(
        "drawing.draw",
        "round",
        "draw",
        (
            _("Record the draw"),
            _("The public value that breaks ties, from the source that the policy names. It is recorded once."),
            _("Record the draw"),
            _("The draw is recorded."),
        ),
        _draw,
        form=DocumentForm,
        states=sources("draw"),
        fault_field="document",
    ),
    Step(
        "resolving.fall_back",
        "round",
        "fall-back",
        (
            _("Use the policy's fallback"),
            _(
                "When a stage cannot be proved, the round is frozen anew under the next fallback that its "
                "policy names. A verified trial that was cut short has to be there."
            ),
            _("Use the fallback"),
            _("The round is frozen anew under the fallback."),
        ),
        lambda t: resolving.fall_back(t.session, t.thing.id, t.actor, t.at, t.form.reason.data),
        form=ReasonForm,
        states=sources("fall-back"),
    ),
    Step(
        "offers.expire",
        "round",
        "expire-offers",
        (
            _("Let offers lapse whose time is over"),
            _("Offers that nobody answered in time are over; their claims leave the round."),
            _("Let them lapse"),
            _("Offers whose time is over have lapsed."),
        ),
        lambda t: offers.expire(t.session, t.thing.id, t.actor, t.at),
        states=("ADOPTED",),
    ),
    Step(
        "resolving.resolve",
        "round",
        "resolve",
        (
            _("Solve the round again"),
            _("Offers were declined or lapsed. What is left is frozen anew: accepted offers in force, the same seed."),
            _("Freeze what is left"),
            _("What is left is frozen."),
        ),
        lambda t: resolving.resolve(t.session, t.thing.id, t.actor, t.at),
        states=sources("resolve"),
    ),
    Step(
        "resolving.conclude",
        "round",
        "conclude",
        (
            _("Conclude the round"),
            _("The offers are answered. Claims that still wait leave the round, and their parties are told."),
            _("Conclude"),
            _("The round is concluded."),
        ),
        lambda t: resolving.conclude(t.session, t.thing.id, t.actor, t.at),
        states=sources("conclude"),
    ),
)
