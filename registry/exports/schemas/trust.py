"""Whose signatures count: the keys of the log, and those of the delegations that co-sign its checkpoints."""

from registry.exports.schemas.fields import schema

SIGNING_KEYS = schema(
    "signing_keys",
    "The keys that sign the log, in the order of their establishment.",
    "id",
    """
    id              text!    | Id of the key.
    vkey            text!    | The verifier key (C2SP signed note).
    origin          text!    | The origin of the log, which every key has as its name.
    established_at  instant! | Since when it is in force.
    retired_at      instant  | Until when.
    until_size      whole    | The largest log that it signs for.
    illustrative    yes-no!  | Whether the register shows invented rounds.
    """,
)
WITNESSES = schema(
    "witnesses",
    "The keys with which delegations co-sign checkpoints.",
    "id",
    """
    id              text!            | Id of the key.
    party_id        text! parties.id | The party whose delegation has it.
    name            text!            | Its name.
    vkey            text!            | The verifier key (C2SP tlog-cosignature).
    established_at  instant!         | Since when it counts.
    retired_at      instant          | Until when.
    illustrative    yes-no!          | Whether the register shows invented rounds.
    """,
)
TRUST = (SIGNING_KEYS, WITNESSES)
