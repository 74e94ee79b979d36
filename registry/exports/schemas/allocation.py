"""From the frozen instance to recorded entries: draws, solutions, votes, offers, entries with zones, notices."""

from registry.domain.decisions import CHOICES, INSTANCE_KINDS, REJECTION_GROUNDS, SOLUTION_STATUSES
from registry.domain.decisions import OUTCOMES as DECISIONS
from registry.domain.entries import CAUSES, EntryState
from registry.domain.notices import FIELDS, NoticeState
from registry.domain.offers import OfferState
from registry.exports.schemas.fields import schema

ENTRIES = schema(
    "entries",
    "The priorities of use recorded: valid from the first day, until the day on which they have ended.",
    "id",
    """
    id            text!           | Id of the entry.
    claim         text! claims.id | The claim that it came from.
    round         text! rounds.id | Its round.
    name          text!           | The claim's name.
    placement     text!           | The placement allotted.
    place         text!           | Id of the region or feature.
    state         text!           | Where it stands.
    start_day     whole!          | Start, in days from the policy's epoch.
    valid_from    day!            | First day.
    valid_until   day!            | The day on which it has ended.
    recorded_at   instant!        | When it was recorded.
    supersedes    text entries.id | The entry that it took the place of.
    cause         text            | Why it took its place; empty: it is the first of its claim.
    footprint     object          | What is left of the placement's footprint, in map metres; empty while it is whole.
    in_use_from   day             | Day of the landing that brought it into use.
    ended_on      day             | The day on which it ended or lapsed.
    illustrative  yes-no!         | Whether it is invented.
    """,
    {"state": EntryState, "cause": [cause for cause in CAUSES if cause]},
)
ZONES = schema(
    "zones",
    "The safety zone of each phase of an entry: for notice and coordination, for the time of one phase, without veto.",
    "entry position",
    """
    entry           text! entries.id | The entry.
    claim           text! claims.id  | Its claim.
    round           text! rounds.id  | Its round.
    placement       text!            | Its placement.
    position        whole! from:1    | The phase's place in the order.
    phase           text!            | The phase.
    start_day       whole!           | Start, in days from the policy's epoch.
    end_day         whole!           | End, in days from the policy's epoch.
    valid_from      day!             | First day.
    valid_until     day!             | The day on which it has ended.
    keep_out_m      whole! from:1    | Keep-out distance in metres on the ground.
    method          text!            | The sizing method.
    method_version  text!            | Its version.
    illustrative    yes-no!          | Whether it is invented.
    """,
)
UNSERVED = schema(
    "unserved",
    "Why not: for each claim without an entry every reason, with those in the way.",
    "",
    """
    claim         text! claims.id  | The claim.
    round         text! rounds.id  | Its round.
    name          text!            | Its name.
    filed_by      text! parties.id | The party that filed it.
    step          text!            | Where it failed.
    placement     text             | The placement in question; empty: the claim whole.
    rule          text!            | The constraint of the allocation, or the provision.
    by            text             | Ids of those in the way, separated by spaces.
    reason        text!            | The reason in words.
    illustrative  yes-no!          | Whether it is invented.
    """,
    {"step": ("allocation", "examination")},
)
PARTY_POINTS = schema(
    "party_points",
    "The points by which the rule compares parties, in the official solution.",
    "round party",
    """
    round         text! rounds.id  | The round.
    party         text! parties.id | The party.
    name          text!            | Its name.
    points        number!          | Points of its claims, each times its share.
    illustrative  yes-no!          | Whether the round is invented.
    """,
)
STAGES = schema(
    "stages",
    "The objectives of the official solution in their order: value reached, bound, and whether the two meet.",
    "round position",
    """
    round         text! rounds.id | The round.
    position      whole! from:1   | Place in the order.
    name          text!           | The objective.
    value         number          | What was reached.
    bound         number          | What cannot be passed.
    proved        yes-no!         | Whether no other solution does better.
    illustrative  yes-no!         | Whether the round is invented.
    """,
)
INSTANCES = schema(
    "instances",
    "Every frozen instance: why it was made, its hash, its draw and seed. The instances themselves are under rounds/.",
    "round number",
    """
    round                 text! rounds.id | The round.
    number                whole! from:1   | Number of the instance in its round.
    kind                  text!           | Made from the claims, by a fallback, or after declined offers.
    fallback              text            | The word of the policy's fallback.
    reason                text            | Why it was made.
    basis                 whole           | Number of the instance that it was made from.
    policy_version        whole! from:1   | Version of the policy.
    sha256                text!           | SHA-256 of the instance file, in hex.
    frozen_at             instant!        | When it was frozen.
    draw_source           text            | Source of the public value.
    draw_reference        text            | Which pulse, block or issue.
    value_hex             text            | The public value.
    published_at          instant         | When the source published it.
    drawn_at              instant         | When it was recorded.
    seed_hex              text            | The seed made from it.
    seed_instance_sha256  text            | Hash of the instance that the seed was made from.
    illustrative          yes-no!         | Whether the round is invented.
    """,
    {"kind": INSTANCE_KINDS},
)
PROPOSALS = schema(
    "proposals",
    "Official solutions and trials, how they were checked and what became of them.",
    "id",
    """
    id               whole!          | Number of the proposal.
    round            text! rounds.id | The round.
    instance         whole! from:1   | Number of the instance.
    official         yes-no!         | Whether it is the one that is decided on.
    status           text!           | Status of the solution.
    solution_sha256  text!           | SHA-256 of the solution file, in hex.
    verified         yes-no!         | Whether the check without a solver accepted it.
    confirmed        yes-no          | Whether a second engine or run agreed.
    second_opinion   text            | What that said.
    proposed_at      instant!        | When it was proposed.
    outcome          text            | What became of it.
    ground           text            | Ground of a rejection.
    decided_at       instant         | When it was decided on.
    illustrative     yes-no!         | Whether the round is invented.
    """,
    {"status": SOLUTION_STATUSES, "outcome": DECISIONS, "ground": REJECTION_GROUNDS},
)
VOTES = schema(
    "votes",
    "What each decider said, for which party, and whether that party is credited in a claim of the instance.",
    "proposal position",
    """
    proposal           whole! proposals.id | The proposal.
    round              text! rounds.id     | Its round.
    instance           whole! from:1       | Number of the instance.
    position           whole! from:1       | Place in the order of the votes.
    decider            text! person        | Who spoke.
    party              text! parties.id    | For which party.
    choice             text!               | What was said.
    ground             text                | Ground of a rejection.
    reason             text                | Reason given.
    voted_at           instant!            | When.
    party_is_credited  yes-no              | Whether the party is credited in a claim of the instance.
    illustrative       yes-no!             | Whether the round is invented.
    """,
    {"choice": CHOICES, "ground": REJECTION_GROUNDS},
)
OFFERS = schema(
    "offers",
    "What was offered to whom until when, and the answer.",
    "claim instance",
    """
    claim         text! claims.id | The claim.
    round         text! rounds.id | Its round.
    instance      whole! from:1   | Number of the instance.
    placement     text!           | The placement offered.
    start_day     whole!          | Start, in days from the policy's epoch.
    offered_at    instant!        | When it was offered.
    expires_at    instant!        | The last instant for an answer.
    state         text!           | Where it stands.
    answered_at   instant         | When it was answered.
    answered_by   text person     | By whom.
    reason        text            | Reason given.
    illustrative  yes-no!         | Whether it is invented.
    """,
    {"state": OfferState},
)
NOTICES = schema(
    "notices",
    "What the Secretary-General and the parties were told, and what came of the delivery.",
    "number",
    """
    number           whole!                    | Number of the notice.
    round            text rounds.id            | The round that it is about.
    kind             text! notice_templates.id | What it tells of.
    addressee        text!                     | To whom.
    subject          text!                     | What it is about.
    heading          text                      | Its heading; empty in a public package where it may name a person.
    text             text                      | Its text; empty in a public package where it may name a person.
    created_at       instant!                  | When it was written.
    state            text!                     | Where its delivery stands.
    attempts         whole! from:0             | How often delivery was tried.
    last_attempt_at  instant                   | When last.
    sent_at          instant                   | When it was sent.
    failure          text                      | Why it was not.
    illustrative     yes-no!                   | Whether the round is invented.
    """,
    {"kind": FIELDS, "state": NoticeState},
)
ALLOCATION = (
    ENTRIES, ZONES, UNSERVED, PARTY_POINTS, STAGES, INSTANCES, PROPOSALS, VOTES, OFFERS, NOTICES,
)  # fmt: skip
