"""The site bank."""

from registry.domain.site_bank import PairState
from registry.exports.schemas.fields import schema

BANKED_SITES = schema(
    "banked_sites",
    "Pairs of sites of equal score: one of the two is kept free for others. What is owed and was not offered is a duty of the "
    "kind second-site.",
    "id",
    """
    id                text!            | Number of the pair.
    claim_id          text! claims.id  | The claim whose entry brought the duty to offer it.
    duty_id           whole!           | The duty that it meets.
    party_id          text! parties.id | The party that filed the claim.
    entry_claim_id    text! claims.id  | The claim for whose entry it was offered.
    entry_id          text! entries.id | That entry as it was.
    first_place       text!            | The place of the site of the entry.
    first_name        text!            | Its name.
    first_footprint   object!         | Where it is, in map metres.
    second_place      text!            | The place of the second site.
    second_name       text!            | Its name.
    second_footprint  object!         | Where it is, in map metres.
    second_placement  text             | The placement that it was filed as, if it was.
    first_score       number!          | Its score, 0 to 100.
    second_score      number!          | Its score, 0 to 100.
    scores            object!          | By what the scores were computed: way, scale, measures, tolerance.
    source            text!            | Where the measures come from, as the party says.
    room              object!          | Method and inputs by which the banked site is kept free.
    state             text!            | State of the pair.
    offered_at        instant!         | When it was offered.
    choose_by_at      instant!         | Until when the agency could choose.
    chosen            text             | The site that is kept: first or second.
    chosen_at         instant          | When it was chosen.
    chosen_by         text             | The agency, or its silence.
    reason            text             | Why.
    held_until        day              | The first day on which it is kept no more.
    closed_at         instant          | When it was refused, released, taken or over.
    taken_by_id       text claims.id   | The claim that has the place now.
    illustrative      yes-no!          | Whether it is invented.
    """,
    {"state": PairState},
)
BANK = (BANKED_SITES,)
