"""The life of entries: duties and what was shown, extensions, events of zones, and what others asked."""

from registry.domain.duties import DutyKind, DutyState
from registry.domain.evidence import EvidenceKind
from registry.domain.zone_events import ZoneEventKind
from registry.domain.zone_requests import RequestKind
from registry.exports.schemas.fields import schema

DUTIES = schema(
    "duties",
    "What the party of an entry has to show until when, and what came of it.",
    "number",
    """
    number        whole!          | Number of the duty.
    claim         text! claims.id | The claim of the entry.
    round         text! rounds.id | Its round.
    kind          text!           | What is to be shown.
    count         whole! from:1   | The how many-th of its kind.
    opened_at     instant!        | When it began.
    due_at        instant!        | The last instant in time.
    final_at      instant!        | The last instant of the time of grace.
    state         text!           | Where it stands.
    closed_at     instant         | When it was met, missed, or not asked for any more.
    reminded_at   instant         | When its party was reminded.
    illustrative  yes-no!         | Whether the round is invented.
    """,
    {"kind": DutyKind, "state": DutyState},
)
EVIDENCE = schema(
    "evidence",
    "What parties showed of the use of their entries.",
    "number",
    """
    number        whole!               | Number of the evidence.
    claim         text! claims.id      | The claim of the entry.
    round         text! rounds.id      | Its round.
    kind          text!                | What it shows.
    party         text! parties.id     | The party that gave it.
    given_at      instant!             | When it was given.
    happened_on   day!                 | The day on which it happened.
    text          text!                | In words.
    sha256        text                 | SHA-256, in hex, of the document that shows it.
    attachment    whole attachments.id | The attached file with that document, where the register has it.
    ground        object               | Where it landed, or the footprint used, in map metres.
    illustrative  yes-no!              | Whether the round is invented.
    """,
    {"kind": EvidenceKind},
)
EXTENSIONS = schema(
    "extensions",
    "Deadlines that were extended, on a ground of the closed list.",
    "number",
    """
    number        whole!                 | Number of the extension.
    claim         text! claims.id        | The claim of the entry.
    round         text! rounds.id        | Its round.
    duty          whole! duties.number   | The duty.
    evidence      whole! evidence.number | The evidence.
    ground        text!                  | The ground, by its id in the list of its day.
    months        whole! from:1          | Months given.
    reason        text!                  | In words.
    due_before    instant!               | The deadline before.
    due_at        instant!               | The deadline since.
    granted_at    instant!               | When it was granted.
    illustrative  yes-no!                | Whether the round is invented.
    """,
)
EXTENSION_GROUNDS = schema(
    "extension_grounds",
    "The closed list of grounds on which deadlines are extended.",
    "id",
    """
    id           text!         | Id of the ground.
    says         text!         | What has to have happened.
    duties       list!         | The duties whose deadlines it extends.
    most_months  whole! from:1 | Months at most for one entry, in all.
    times        whole! from:1 | How often at most for one entry.
    source       text!         | Where it was learnt.
    """,
)
ZONE_EVENTS = schema(
    "zone_events",
    "Safety zones established, altered and ended.",
    "number",
    """
    number        whole!           | Number of the event.
    claim         text! claims.id  | The claim of the entry.
    round         text! rounds.id  | Its round.
    entry         text! entries.id | The entry that had the zone then.
    position      whole! from:1    | The phase's place in the order.
    phase         text!            | The phase.
    kind          text!            | What became of the zone.
    on_day        day!             | Its day.
    at            instant!         | When it was recorded.
    keep_out_m    whole! from:1    | Keep-out distance in metres on the ground.
    reason        text!            | Why.
    illustrative  yes-no!          | Whether the round is invented.
    """,
    {"kind": ZoneEventKind},
)
ZONE_REQUESTS = schema(
    "zone_requests",
    "What others asked of entries: notices that they work within zones, which nobody refuses, and the basis of zones.",
    "number",
    """
    number        whole!           | Number of the request.
    claim         text! claims.id  | The claim of the entry.
    round         text! rounds.id  | Its round.
    entry         text! entries.id | The entry.
    party         text! parties.id | The party that asked.
    kind          text!            | What it asked.
    position      whole            | The zone whose basis it asked for.
    purpose       text!            | What for.
    first_day     day              | First day within the zones.
    last_day      day              | Last day within the zones.
    asked_at      instant!         | When it was asked.
    answer_by_at  instant!         | Until when terms were asked for.
    answered_at   instant          | When terms were given.
    answer        text             | The terms.
    basis         object           | The basis that was given.
    illustrative  yes-no!          | Whether the round is invented.
    """,
    {"kind": RequestKind},
)
LIVES = (DUTIES, EVIDENCE, EXTENSION_GROUNDS, EXTENSIONS, ZONE_EVENTS, ZONE_REQUESTS)
