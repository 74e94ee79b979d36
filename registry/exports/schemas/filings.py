"""Rounds with their policies, and what was filed in them: claims, revisions, credit, placements, examinations."""

from registry.domain.claims import ACTIVITIES, LEAST_CREDIT, ClaimState
from registry.domain.examinations import OUTCOMES
from registry.domain.provisions.rules import EFFECTS
from registry.domain.rounds import RoundState
from registry.exports.schemas.fields import schema

ROUNDS = schema(
    "rounds",
    "Filing windows, each with its state and the instants of its steps.",
    "id",
    """
    id            text!    | Id of the round.
    name          text!    | Its name.
    state         text!    | Where it stands.
    note          text     | What a reader has to know of it.
    opens_at      instant! | When its filing window opens, as announced.
    closes_at     instant! | When its filing window closes, as announced.
    announced_at  instant! | When it was announced.
    opened_at     instant  | When it was opened.
    closed_at     instant  | When it was closed.
    frozen_at     instant  | When its claims were frozen into an instance.
    drawn_at      instant  | When its seed was drawn.
    proposed_at   instant  | When the official solution was proposed.
    decided_at    instant  | When it was decided on.
    concluded_at  instant  | When it ended.
    illustrative  yes-no!  | Whether it is invented.
    """,
    {"state": RoundState},
)
POLICIES = schema(
    "policies",
    "The rules of each round, all versions, whole; published before the round opened and never changed.",
    "round version",
    """
    round         text! rounds.id | The round.
    version       whole! from:1   | Its number; a version after the first follows a rejection.
    sha256        text!           | SHA-256 of the policy's file under rounds/, in hex.
    published_at  instant!        | When it was published.
    content       object!         | The policy.
    illustrative  yes-no!         | Whether the round is invented.
    """,
)
CLAIMS = schema(
    "claims",
    "What was asked for: one row a claim, in its newest revision, with its state.",
    "id",
    """
    id                       text!                 | Id of the claim, given in order of receipt.
    round                    text! rounds.id       | The round in which it was filed.
    key                      text!                 | The name by which its party knows it.
    name                     text!                 | Its name.
    state                    text!                 | Where it stands.
    state_since_at           instant!              | Since when.
    filed_by                 text! parties.id      | The party that filed it.
    received_at              instant!              | Date of receipt.
    revision                 whole! from:1         | Number of the newest revision.
    sha256                   text!                 | SHA-256 of the filing's RFC 8785 form, in hex.
    operator                 text! operators.id    | Who flies the mission.
    authorising_party        text! parties.id      | The party that authorises the operator.
    authorisation_reference  text                  | Its licence or decree.
    state_of_registry        text! parties.id      | The party that registers the object.
    launching_parties        text                  | Ids of the launching parties, separated by spaces.
    designator               text                  | Designator of the object.
    activity                 text!                 | What will be done there.
    purpose                  text                  | Why.
    peaceful_statement       text                  | What is peaceful about it.
    military_personnel       yes-no                | Whether military personnel take part.
    term_days                whole! from:1         | How many days are asked for.
    disposal_method          text                  | How the operation ends.
    disposal_within_days     whole                 | Days to the end of the disposal.
    cospar_inventory         text                  | Organic materials on board.
    extracts_resources       yes-no                | Whether resources are taken.
    plan_url                 text                  | Where the plan is public.
    examined_favourably      yes-no                | Result of the newest examination of this revision.
    published_at             instant               | When it was published; empty: it is confidential.
    illustrative             yes-no!               | Whether it is invented.
    """,
    {"state": ClaimState, "activity": ACTIVITIES},
)
REVISIONS = schema(
    "revisions",
    "Every version of every claim, as it was received.",
    "claim number",
    """
    claim         text! claims.id | The claim.
    round         text! rounds.id | Its round.
    number        whole! from:1   | Number of the revision.
    filed_at      instant!        | When it was received.
    form          whole! from:1   | The form in which it was filed.
    sha256        text!           | SHA-256 of the filing's RFC 8785 form, in hex.
    content       object!         | The filing.
    illustrative  yes-no!         | Whether it is invented.
    """,
)
PARTICULARS = schema(
    "particulars",
    "What else each claim states, one row a field: contacts, object, disposal, access and more.",
    "claim field",
    """
    claim         text! claims.id | The claim.
    round         text! rounds.id | Its round.
    field         text!           | The field, for example contacts.visits.email.
    value         text            | What it says; numbers, yes and no as in the other tables.
    illustrative  yes-no!         | Whether it is invented.
    """,
)
CREDITS = schema(
    "credits",
    "The shares in which parties answer for a claim.",
    "claim party",
    f"""
    claim         text! claims.id                    | The claim.
    round         text! rounds.id                    | Its round.
    party         text! parties.id                   | The party credited.
    percent       whole! from:{LEAST_CREDIT} to:100  | Its share.
    illustrative  yes-no!                            | Whether it is invented.
    """,
)
CONTRIBUTIONS = schema(
    "contributions",
    "What each credited party brings, with its share or amount and the evidence.",
    "claim party position",
    """
    claim         text! claims.id  | The claim.
    round         text! rounds.id  | Its round.
    party         text! parties.id | The party credited.
    position      whole! from:1    | Its place in the list of the party's contributions.
    kind          text!            | Funds, hardware or operations.
    what          text             | What it is.
    percent       number           | Its share.
    amount        text             | Its amount.
    evidence      text             | What shows it.
    illustrative  yes-no!          | Whether it is invented.
    """,
)
PLACEMENTS = schema(
    "placements",
    "The ranked ways to meet each claim, of its newest revision. Days count from the policy's epoch.",
    "id",
    """
    id             text!           | Claim and rank, as in instance files.
    claim          text! claims.id | The claim.
    round          text! rounds.id | Its round.
    rank           whole! from:1   | Its rank; 1 is the first choice.
    place          text!           | Id of the region or feature.
    name           text            | Its name.
    geometry_type  text!           | Kind of the footprint; the footprint whole is in map/.
    x_m            number!         | First position of the footprint, metres of IAU_2015:30135.
    y_m            number!         | The same, y.
    first_day      whole! from:0   | First start day allowed.
    last_day       whole! from:0   | Last start day allowed.
    first_start    day             | The same as a date.
    last_start     day             | The same as a date.
    days           whole! from:1   | Days from its start to the end of its last phase.
    allotted       yes-no!         | Whether the official solution gives it to the claim.
    illustrative   yes-no!         | Whether it is invented.
    """,
)
PHASES = schema(
    "phases",
    "The phases of each placement, with the keep-out distance and the method that gave it, for normal operation and "
    "for a plausible anomaly. No agreed international radius for safety zones exists.",
    "placement position",
    """
    placement           text! placements.id | The placement.
    round               text! rounds.id     | Its round.
    position            whole! from:1       | Its place in the order of the phases.
    name                text!               | Landing, operation and so on.
    offset_days         whole! from:0       | Days from the start of the placement to its own.
    days                whole! from:1       | How long it lasts.
    keep_out_m          whole! from:1       | Keep-out distance in metres on the ground, rounded up.
    method              text!               | The sizing method.
    method_version      text!               | Its version.
    inputs              object!             | What the method was given.
    anomaly_keep_out_m  whole               | Keep-out distance for an anomaly, in metres on the ground.
    anomaly_method      text                | The sizing method for an anomaly.
    anomaly_inputs      object              | What that method was given.
    illustrative        yes-no!             | Whether it is invented.
    """,
)
ATTACHMENTS = schema(
    "attachments",
    "The files filed with claims, each with the hash that the log has.",
    "id",
    """
    id            whole!          | Number of the attachment.
    claim         text! claims.id | The claim.
    round         text! rounds.id | Its round.
    name          text!           | The file's name, as it was given.
    media_type    text!           | What kind of file it is.
    bytes         whole! from:1   | Its size.
    sha256        text!           | SHA-256 of its bytes, in hex.
    filed_at      instant!        | When it was filed.
    file          text            | Where it is in this package; empty: it was left out.
    illustrative  yes-no!         | Whether it is invented.
    """,
)
EXAMINATIONS = schema(
    "examinations",
    "Every examination of every revision.",
    "id",
    """
    id            whole!          | Number of the examination.
    claim         text! claims.id | The claim.
    round         text! rounds.id | Its round.
    revision      whole! from:1   | Number of the revision examined.
    examined_at   instant!        | When.
    examiner      text! person    | By whom.
    favourable    yes-no!         | Whether no finding returns the claim.
    illustrative  yes-no!         | Whether it is invented.
    """,
)
FINDINGS = schema(
    "findings",
    "What each examination found, one row for each provision: with what would mend it and what follows.",
    "examination position",
    """
    examination   whole! examinations.id | The examination.
    claim         text! claims.id        | The claim.
    round         text! rounds.id        | Its round.
    revision      whole! from:1          | Number of the revision examined.
    examined_at   instant!               | When.
    position      whole! from:0          | Its place in the examination.
    provision     text! provisions.id    | The provision.
    outcome       text!                  | What was found.
    reason        text!                  | Why.
    mend          text                   | What would mend it.
    effect        text!                  | What follows: the claim returns, the finding is noted, or there is a duty.
    due_at        instant                | When the duty is due.
    evidence      object                 | The figures behind it.
    illustrative  yes-no!                | Whether it is invented.
    """,
    {"outcome": OUTCOMES, "effect": EFFECTS},
)
FILINGS = (
    ROUNDS, POLICIES, CLAIMS, REVISIONS, PARTICULARS, CREDITS, CONTRIBUTIONS, PLACEMENTS, PHASES, ATTACHMENTS, EXAMINATIONS,
    FINDINGS,
)  # fmt: skip
