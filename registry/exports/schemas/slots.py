"""Windows of landings and ascents that parties ask for, and the slots proposed for them."""

from registry.domain.landing_slots import SlotState
from registry.exports.schemas.fields import schema
from solver.traffic.methods import KINDS
from solver.traffic.solution import PRECISIONS

LANDING_WINDOWS = schema(
    "landing_windows",
    "Windows of time that parties ask for to land or leave; the newest row of a claim and phase holds.",
    "id",
    """
    id                whole!                   | Number of the request.
    claim_id          text! claims.id          | The claim.
    phase             text!                    | The phase that is the landing or ascent.
    kind              text!                    | Which of the two.
    party_id          text! parties.id         | The party that filed the claim.
    windows           list!                    | First and last instant of each window, both within it.
    preferred_at      instant!                 | What the party prefers.
    azimuth_from_deg  number                   | First azimuth of the corridor on the map, degrees clockwise from up.
    azimuth_to_deg    number                   | Last azimuth, clockwise from the first.
    landed_mass_kg    number!                  | Mass on landing in kilograms.
    method_version    text!                    | Version of the method that gives the corridor.
    filed_at          instant!                 | When it was filed.
    supersedes_id     whole landing_windows.id | The request in whose place it stands.
    withdrawn_at      instant                  | When it was withdrawn.
    reason            text                     | Why it was withdrawn.
    illustrative      yes-no!                  | Whether it is invented.
    """,
    {"kind": KINDS},
)
SLOT_PROPOSALS = schema(
    "slot_proposals",
    "Proposals of slots: the instance that was solved and its verified solution, whole.",
    "id",
    """
    id               whole!   | Number of the proposal.
    first_day        day!     | First day for which there are slots.
    last_day         day!     | Last day.
    instance         object!  | The instance.
    instance_sha256  text!    | SHA-256, in hex, of its RFC 8785 form.
    solution         object!  | The solution.
    solution_sha256  text!    | SHA-256, in hex, of its RFC 8785 form.
    status           text!    | What the solver said of it.
    verification     object!  | What the independent check said.
    proposed_at      instant! | When it was published.
    illustrative     yes-no!  | Whether anything in it is invented.
    """,
)
LANDING_SLOTS = schema(
    "landing_slots",
    "The slots of proposals: when a craft touches down or lifts off, and what its party says.",
    "id",
    """
    id              whole!                   | Number of the slot.
    proposal_id     whole! slot_proposals.id | The proposal.
    claim_id        text! claims.id          | The claim.
    phase           text!                    | The phase that is the landing or ascent.
    kind            text!                    | Which of the two.
    slot_at         instant!                 | Touchdown or lift-off.
    precision       text!                    | To the minute, or to the day as long as orbits are not forecast.
    state           text!                    | Where it stands.
    state_since_at  instant!                 | Since when.
    reason          text                     | Why another is asked for, or the windows were withdrawn.
    illustrative    yes-no!                  | Whether it is invented.
    """,
    {"kind": KINDS, "precision": PRECISIONS, "state": SlotState},
)
SLOTS = (LANDING_WINDOWS, SLOT_PROPOSALS, LANDING_SLOTS)
