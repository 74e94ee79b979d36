"""The draw: a public value that nobody could know when the instance was frozen, and the seed made from both."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from registry.domain.actors import Actor
from registry.domain.decisions import Draw, FrozenInstance
from registry.domain.draw import PublicValue, read_draw_file, seed, value_faults
from registry.domain.instants import utc_text
from registry.domain.rounds import Round
from registry.services.acting import get_round, move_round
from registry.services.errors import ConflictError, ValidationError
from registry.services.freezing import newest_instance
from registry.services.instants import check_at, refuse_naive
from registry.services.recording import record
from solver.fields import InputError

__all__ = ["carried", "draw", "newest_instance", "seed", "value_of"]


def draw(session: Session, round_id: str, value: PublicValue, actor: Actor, at: datetime) -> Draw:
    """Record the one draw of a frozen round.

    Raises
    ------
    ConflictError
        If the round is drawn already, the value is from another source than the policy names, or it was published
        before the freezing or after `at`. An invented value is for illustrative rounds only.
    """
    round_ = get_round(session, round_id)
    check_at(session, f"rounds/{round_id}", at)
    refuse_naive("published_at", value.published_at)
    faults = [f"value_hex: {sentence}" for sentence in value_faults(value.value_hex)]
    if faults:
        raise ValidationError(faults)
    move_round(round_, "draw", actor)
    instance = newest_instance(session, round_id)
    refusals = _refusals(round_, instance, value, at)
    if refusals:
        raise ConflictError(f"this draw cannot be used: {'; '.join(refusals)}")
    drawn = Draw(
        instance=instance,
        source=value.source,
        reference=value.reference,
        value_hex=value.value.hex(),
        published_at=value.published_at,
        seed_hex=seed(instance.sha256, value.value),
        seed_instance_sha256=instance.sha256,
        drawn_at=at,
        illustrative=value.illustrative,
    )
    round_.drawn_at = at
    session.add(drawn)
    record(session, at, actor, "seed-drawn", f"rounds/{round_id}", [round_, drawn])
    return drawn


def value_of(document: Any, round_id: str) -> PublicValue:
    """The value in a draw file, which has to be for this round."""
    try:
        file = read_draw_file(document)
    except InputError as error:
        raise ValidationError(error.faults) from error
    if file.round != round_id:
        raise ConflictError(
            f"round: the draw file is for {file.round}, not for {round_id}; give the file of this round"
        )
    return file.value


def _refusals(round_: Round, instance: FrozenInstance, value: PublicValue, at: datetime) -> list[str]:
    reasons = []
    named = instance.policy.content["draw_source"]
    if value.illustrative and not round_.illustrative:
        reasons.append(f"round {round_.id} is not illustrative; draw a real public value")
    if value.source != named:
        reasons.append(f"its source is {value.source!r}, the policy names {named!r}; take the value from there")
    if value.published_at <= instance.frozen_at:
        reasons.append(
            f"it was published at {utc_text(value.published_at)}, not after the freezing at "
            f"{utc_text(instance.frozen_at)}; take a value published after it"
        )
    if value.published_at > at:
        reasons.append(f"it was published at {utc_text(value.published_at)}, after this step; give the true instant")
    return reasons


def carried(drawn: Draw, instance: FrozenInstance, at: datetime, *, same_seed: bool) -> Draw:
    """The draw of an earlier instance for a later one: with its seed, or with a new seed from the same value."""
    made_from = drawn.seed_instance_sha256 if same_seed else instance.sha256
    return Draw(
        instance=instance,
        source=drawn.source,
        reference=drawn.reference,
        value_hex=drawn.value_hex,
        published_at=drawn.published_at,
        seed_hex=seed(made_from, bytes.fromhex(drawn.value_hex)),
        seed_instance_sha256=made_from,
        drawn_at=at,
        illustrative=drawn.illustrative,
    )
