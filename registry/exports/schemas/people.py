"""Persons: in a full package only, and never with a secret."""

from registry.domain.actors import ROLES
from registry.exports.schemas.fields import schema

USERS = schema(
    "users",
    "The people who have an account.",
    "id",
    """
    id          whole!          | Number of the account.
    email       text! person    | The person's address.
    name        text! person    | The person's name.
    party       text parties.id | The party that the person speaks for.
    active      yes-no!         | Whether the account is open.
    created_at  instant         | Since when it is there.
    """,
    of_persons=True,
)
ACCOUNT_ROLES = schema(
    "account_roles",
    "Who could act in which role, from when to when, as the log tells it; closing an account ends its roles.",
    "account role given_by_record",
    """
    account          whole! users.id | Number of the account, as the log names it.
    role             text!           | What the person may do.
    party            text parties.id | The party that the person speaks for.
    given_at         instant!        | Since when.
    given_by_record  whole! from:0   | The record of the log that gave the role, or opened the account again.
    ended_at         instant         | Until when; empty: to this day.
    ended_by_record  whole from:0    | The record that took it away, or closed the account.
    """,
    {"role": ROLES},
    of_persons=True,
)
OBSERVERS = schema(
    "observers",
    "The experts invited to consultations.",
    "consultation observer",
    """
    consultation  text! consultations.id | The consultation.
    round         text! rounds.id        | Its round.
    observer      text! person           | The person invited.
    invited_by    text! person           | By whom.
    invited_at    instant!               | When.
    ended_at      instant                | Until when.
    """,
    of_persons=True,
)
NOTE_READS = schema(
    "note_reads",
    "Who has read which confidential note.",
    "id",
    """
    id       whole!          | Number of the reading.
    note     text! notes.id  | The note.
    reader   text! person    | Who read it.
    role     text!           | In which role.
    party    text parties.id | For which party.
    read_at  instant!        | When.
    """,
    of_persons=True,
)
PEOPLE = (USERS, ACCOUNT_ROLES, OBSERVERS, NOTE_READS)
