"""What parties said to one another in public: consultations, comments, agreements, and the hashes of notes."""

from registry.domain.consultations import CONSULTATION_OUTCOMES
from registry.exports.schemas.fields import schema

CONSULTATIONS = schema(
    "consultations",
    "Cases between the parties of two claims that could conflict, and what they came to.",
    "id",
    """
    id               text!            | Id of the consultation.
    round            text! rounds.id  | Its round.
    claim_a          text! claims.id  | One claim.
    party_a          text! parties.id | The party that filed it.
    contact_a        text person      | Whom to reach there.
    spoke_a_at       instant          | When that party last spoke.
    claim_b          text! claims.id  | The other claim.
    party_b          text! parties.id | The party that filed it.
    contact_b        text person      | Whom to reach there.
    spoke_b_at       instant          | When that party last spoke.
    opened_at        instant!         | When it was opened.
    deadline_at      instant!         | Until when it runs.
    last_contact_at  instant!         | When anybody was last in touch.
    closed_at        instant          | When it ended.
    outcome          text             | What it came to.
    summary          text             | The registrar's summary.
    illustrative     yes-no!          | Whether the round is invented.
    """,
    {"outcome": CONSULTATION_OUTCOMES},
)
OVERLAPS = schema(
    "overlaps",
    "The pairs of placements behind each case: how near they are, and which keep-out asks for more.",
    "consultation placement_a placement_b",
    """
    consultation  text! consultations.id | The consultation.
    round         text! rounds.id        | Its round.
    placement_a   text!                  | One placement.
    placement_b   text!                  | The other.
    distance_m    whole! from:0          | Their distance in metres on the ground, rounded down.
    keep_out_m    whole! from:0          | The keep-out that asks for more.
    illustrative  yes-no!                | Whether the round is invented.
    """,
)
COMMENTS = schema(
    "comments",
    "What parties said in public on claims, and the replies.",
    "id",
    """
    id            text!            | Id of the comment.
    claim         text! claims.id  | The claim.
    round         text! rounds.id  | Its round.
    party         text! parties.id | Who speaks.
    author        text! person     | The person who wrote it.
    made_at       instant!         | When.
    reply_to      text comments.id | The comment that it answers.
    text          text!            | What was said.
    illustrative  yes-no!          | Whether the round is invented.
    """,
)
AGREEMENTS = schema(
    "agreements",
    "Terms under which a smaller distance will do, with the pairs of claims they hold for.",
    "id",
    """
    id            text!            | Id of the agreement.
    round         text! rounds.id  | Its round.
    keep_out_m    whole! from:0    | The distance agreed on, in metres on the ground.
    conditions    list             | What filings have to show.
    text          text!            | The terms in words.
    proposed_by   text! parties.id | The party that proposed it.
    proposed_at   instant!         | When.
    in_force      yes-no!          | Whether two claims or more are bound by it.
    ended_at      instant          | When it ended.
    pairs         list             | The pairs of claims that it holds for.
    illustrative  yes-no!          | Whether the round is invented.
    """,
)
AGREEMENT_CLAIMS = schema(
    "agreement_claims",
    "The claims under each agreement, since when and until when.",
    "agreement claim",
    """
    agreement     text! agreements.id | The agreement.
    claim         text! claims.id     | The claim.
    round         text! rounds.id     | The agreement's round.
    party         text! parties.id    | The party that filed it.
    accepted_at   instant             | Since when; empty: its party has not answered.
    ended_at      instant             | Until when.
    illustrative  yes-no!             | Whether the round is invented.
    """,
)
NOTES = schema(
    "notes",
    "Confidential notes: the salted hash, SHA-256 of salt and text; text and salt only of those disclosed.",
    "id",
    """
    id                    text!                  | Id of the note.
    consultation          text! consultations.id | The consultation.
    round                 text! rounds.id        | Its round.
    party                 text parties.id        | The side that wrote it; empty: the registrar.
    written_at            instant!               | When.
    sha256                text!                  | SHA-256 of the 32 salt bytes and the text, in hex.
    disclosure_agreed_at  instant                | From when both sides let it be disclosed.
    disclosed_at          instant                | When it was disclosed.
    salt_hex              text                   | The salt.
    text                  text                   | The text.
    illustrative          yes-no!                | Whether the round is invented.
    """,
)
COORDINATION = (CONSULTATIONS, OVERLAPS, COMMENTS, AGREEMENTS, AGREEMENT_CLAIMS, NOTES)
