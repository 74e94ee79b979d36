"""Facts with their sources; they hold whatever the round is."""

from registry.domain.instruments import INSTRUMENT_KINDS, STATUSES
from registry.domain.parties import CONTROLLER_KINDS, PARTY_KINDS
from registry.domain.places import PROTECTED_KINDS
from registry.domain.provisions.rules import BINDS, SEVERITIES, STANDINGS
from registry.exports.schemas.fields import schema

PARTIES = schema(
    "parties",
    "States and intergovernmental organisations that answer for activities.",
    "id",
    """
    id      text! | ISO 3166-1 alpha-3 code, or acronym.
    name    text! | Its name.
    kind    text! | State or intergovernmental organisation.
    source  text! | Where this is from.
    """,
    {"kind": PARTY_KINDS},
)
CONTROLLERS = schema(
    "controllers",
    "Who ultimately controls an operator.",
    "id",
    """
    id      text! | Id of the controller.
    name    text! | Its name.
    kind    text! | Agency or company.
    source  text! | Where this is from.
    """,
    {"kind": CONTROLLER_KINDS},
)
OPERATORS = schema(
    "operators",
    "Who flies the missions.",
    "id",
    """
    id             text!                | Id of the operator.
    name           text!                | Its name.
    party_id       text! parties.id     | The party that it answers to.
    controller_id  text! controllers.id | Who controls it.
    source         text!                | Where this is from.
    """,
)
INSTRUMENTS = schema(
    "instruments",
    "Treaties, accords, coalitions and lists.",
    "id",
    """
    id       text!   | Id of the instrument.
    name     text!   | Its name.
    kind     text!   | What it is.
    binding  yes-no! | Whether it binds.
    source   text!   | Where this is from.
    """,
    {"kind": INSTRUMENT_KINDS},
)
MEMBERSHIPS = schema(
    "memberships",
    "The dated status of parties in instruments. Dates are as partial as their source gives them.",
    "",
    """
    instrument_id   text! instruments.id | The instrument.
    party_id        text! parties.id     | The party.
    status          text!                | Its status.
    since           text                 | Since when: a year, a month or a day; empty: not said.
    until           text                 | Until when.
    date_confirmed  yes-no!              | Whether a second source has the date.
    source          text!                | Where this is from.
    """,
    {"status": STATUSES},
)
PROVISIONS = schema(
    "provisions",
    "The numbered rules that examinations check.",
    "id",
    """
    id             text! | Id of the provision.
    name           text! | Its name.
    severity       text! | What an unfavourable finding does.
    instrument     text! | Where it comes from.
    standing       text! | Whether that binds.
    binds          text! | Whether it is asked of all claims or of those of members.
    timer          text  | The timer of a duty.
    timer_default  text  | The time where the policy has none.
    source         text! | Where this is from.
    statement      text! | What a claim has to do.
    check_text     text! | How it is checked.
    """,
    {"severity": SEVERITIES, "standing": STANDINGS, "binds": BINDS},
)
NORM_PROFILES = schema(
    "norm_profiles",
    "Named groups of provisions.",
    "id",
    """
    id          text!   | Id of the profile.
    name        text!   | Its name.
    standing    text!   | Whether it binds.
    provisions  list!   | Ids of its provisions.
    strict      yes-no! | Whether all claims are asked, not only those of members.
    statement   text!   | What it stands for.
    source      text!   | Where this is from.
    """,
    {"standing": STANDINGS},
)
NOTICE_TEMPLATES = schema(
    "notice_templates",
    "The words of each kind of notice.",
    "id",
    """
    id          text! | Kind of notice.
    addressees  text! | To whom it goes, separated by spaces.
    heading     text! | Its heading.
    text        text! | Its text, with fields in braces.
    source      text! | Where this is from.
    """,
)
PROTECTED_PLACES = schema(
    "protected_places",
    "Heritage sites with the uncertainty of their coordinates; degrees are east-positive.",
    "id",
    """
    id                  text!                   | Id of the place.
    name                text!                   | Its name.
    kind                text!                   | How the object came down.
    party_id            text parties.id         | The party whose object it is.
    year                whole                   | Since when it is there.
    lat_deg             number! from:-90 to:-80 | Latitude, degrees.
    lon_deg             number!                 | Longitude, degrees.
    coordinate_sigma_m  number! from:0          | Uncertainty of the coordinates, metres.
    radius_m            number!                 | Radius of the place, metres.
    enforced            yes-no!                 | Whether its buffer is enforced.
    candidate_of_id     text claims.id          | The claim whose operation left it; nothing is enforced of such a candidate.
    remark              text                    | What else is known.
    source              text!                   | Where this is from.
    """,
    {"kind": PROTECTED_KINDS},
)
REGIONS = schema(
    "regions",
    "Named regions, polygons in metres of IAU_2015:30135.",
    "id",
    """
    id         text!   | Id of the region.
    name       text!   | Its name.
    kind       text!   | What it is.
    footprint  object! | GeoJSON geometry in metres of IAU_2015:30135.
    accuracy   text    | How well its outline is known.
    source     text!   | Where this is from.
    """,
)
FEATURES = schema(
    "features",
    "Named craters and other landforms; degrees are east-positive.",
    "id",
    """
    id            text!                   | Id of the feature.
    name          text!                   | Its name.
    kind          text!                   | What it is.
    lat_deg       number! from:-90 to:-60 | Latitude of its centre, degrees.
    lon_deg       number!                 | Longitude of its centre, degrees.
    diameter_km   number                  | Its diameter, kilometres.
    psr_area_km2  number                  | Ground in lasting shadow, square kilometres.
    source        text!                   | Where this is from.
    """,
)
MISSIONS = schema(
    "missions",
    "Planned and flown missions as public sources tell of them: positions approximate, nothing filed.",
    "id",
    """
    id              text!           | Id of the mission.
    name            text!           | Its name.
    operator        text            | Who flies it, as the source says.
    party_id        text parties.id | The party that answers for it.
    partner         text            | Who takes part.
    lat_deg         number          | Latitude, degrees.
    lon_deg         number          | Longitude, degrees, east-positive.
    year            text            | When.
    landed_mass_kg  number          | Landed mass, kilograms.
    remark          text            | What else is known.
    source          text!           | Where this is from.
    """,
)
REFERENCE = (
    PARTIES, CONTROLLERS, OPERATORS, INSTRUMENTS, MEMBERSHIPS, PROVISIONS, NORM_PROFILES, NOTICE_TEMPLATES, PROTECTED_PLACES,
    REGIONS, FEATURES, MISSIONS,
)  # fmt: skip
