"""What is stated about norms, and the arrangements on their way to a universal body."""

from registry.domain.docking import Position
from registry.domain.norms.changes import PARAMETERS
from registry.exports.schemas.fields import schema

NORM_CHANGES = schema(
    "norm_changes",
    "What a provision would change in an instance, as this project reads it; used to compare norm profiles.",
    "id",
    """
    id            text!               | Id of the change.
    provision_id  text! provisions.id | The provision.
    kind          text!               | What is done to the instance.
    parameters    object!             | How.
    statement     text!               | The same in a sentence.
    source        text!               | What the reading rests on.
    """,
    {"kind": PARAMETERS},
)
CROSSWALK = schema(
    "crosswalk",
    "What each forum asks on each topic.",
    "id",
    """
    id            text!                | Id of the row.
    topic         text!                | The topic.
    forum_id      text! instruments.id | The treaty, accord, coalition or body of rules.
    provision_id  text provisions.id   | The provision that examinations check for it; empty: none.
    asks          text!                | What it asks, in the words that equal demands share.
    statement     text!                | What it asks, in a sentence.
    against       list!                | Ids of rows that cannot be met in full beside this one.
    because       text                 | Why they cannot.
    source        text!                | Where this is from.
    """,
)
DOCKING_RECORDS = schema(
    "docking_records",
    "Arrangements agreed somewhere, on their way to a universal body; none binds anybody.",
    "id",
    """
    id              text!              | Id of the record.
    title           text!              | Its title.
    origin_forum    text!              | Where it was agreed.
    agreed_on       day                | When it was agreed.
    text            text!              | What was agreed.
    evidence        list!              | References that anybody can follow.
    target_body     text!              | The body that is to take it up.
    agenda_item     text!              | At which item of its agenda.
    agreement_id    text agreements.id | The agreement of the register that it grew from.
    recorded_by_id  text parties.id    | The party that had it recorded; empty: the agency.
    recorded_at     instant!           | When it was recorded.
    illustrative    yes-no!            | Whether it is invented.
    """,
)
DOCKING_POSITIONS = schema(
    "docking_positions",
    "What parties say of these arrangements; of one party's words the last one counts.",
    "id",
    """
    id          whole!                   | Number of the statement.
    docking_id  text! docking_records.id | The arrangement.
    party_id    text! parties.id         | Who says it.
    position    text!                    | Adopts, dissents, or takes an earlier word back.
    statement   text                     | In its own words.
    stated_at   instant!                 | When.
    """,
    {"position": Position},
)
NORMS = (NORM_CHANGES, CROSSWALK, DOCKING_RECORDS, DOCKING_POSITIONS)
