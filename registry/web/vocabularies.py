"""The closed lists of codes that pages spell out, so that translators get the words of each."""

from collections.abc import Iterator

from registry.domain import decisions, instruments, parties, places, policy
from registry.domain.actors import ROLES, SYSTEM_ROLE
from registry.domain.claims import ACTIVITIES
from registry.domain.consultations import CONSULTATION_OUTCOMES
from registry.domain.duties import DutyKind, DutyState
from registry.domain.entries import CAUSES
from registry.domain.evidence import EvidenceKind
from registry.domain.filing import particulars
from registry.domain.notices import FIELDS, NoticeState
from registry.domain.provisions.guidelines import ILRS_PHASES
from registry.domain.provisions.rules import STANDINGS
from registry.domain.runs import RunKind, RunState
from registry.domain.shared_services import ServiceKind
from registry.domain.site_bank import PairState, Which
from registry.domain.site_bank_policy import CONSEQUENCES
from registry.domain.site_scores import WAYS
from registry.domain.zone_events import ZoneEventKind

# What records say was done.
ACTS = (
    "agreement-accepted", "agreement-ended", "agreement-joined", "agreement-proposed", "arrangement-position",
    "arrangement-recorded", "attachments-filed",
    "checkpoint-cosigned", "checkpoint-kept", "claim-amended", "claim-examined", "claim-filed", "claim-lapsed",
    "claim-offered", "claim-published", "claim-ready", "claim-refused", "claim-returned", "claim-withdrawn", "comment-made",
    "comment-replied", "consultation-closed", "consultation-contact", "consultation-opened", "consultation-reminder",
    "coordination-started", "entry-recorded", "fallback-used", "key-established", "key-retired", "note-date-stated",
    "note-disclosed", "note-read", "note-written", "notice-failed", "notice-sent", "observer-invited", "offer-accepted",
    "offer-declined", "offer-lapsed", "offer-made", "policy-published", "proposal-adopted", "proposal-rejected",
    "reference-loaded", "role-change-asked", "role-change-withdrawn", "round-announced", "round-closed", "round-concluded",
    "round-frozen", "round-opened", "round-resolved", "seed-drawn", "service-ended", "service-left", "service-offered",
    "service-relied-on", "solution-proposed", "trial-kept", "user-added",
    "user-closed", "user-credentials-set", "user-password-changed", "user-reopened", "user-roles-changed",
    "user-second-factor-removed", "user-token-made", "user-token-revoked", "vote-cast", "witness-added", "witness-retired",
    "milestone-shown", "entry-in-use",
    "entry-confirmed", "entry-resumed", "entry-suspended", "entry-shrunk", "entry-ended", "entry-lapsed",
    "deadline-extended", "duties-begun", "duty-reminded",
    "second-site-offered", "second-site-missed", "second-site-refused", "site-banked", "banked-site-closed",
    "zone-established", "zone-altered", "zone-ended",
    "zone-entry-announced",
    "zone-request-answered", "zone-basis-given", "landing-windows-filed", "landing-windows-amended",
    "landing-windows-withdrawn", "slots-proposed", "slot-confirmed", "another-slot-asked",
)  # fmt: skip
# Times of a policy, by name.
TIMERS = (
    "examine", "publish", "coordination", "consultation_reminder", "offer", "contract", "launch_contract", "licence",
    "landing", "confirmation", "confirmation_grace", "suspension", "shrink", "information", "mission_information",
    "progress_report", "same_area", "zone_notice", "term_cap",
)  # fmt: skip
# States of what has no table of moves.
STATES_OF_THINGS = ("open", "answered", "in force", "over")
# Names of fields that errors are told at, where the page has no label of its own for them.
FIELDS_OF_FORMS = ("email", "name", "roles", "party", "password", "reason", "role", "address")


def _codes() -> Iterator[str]:
    """Every code of the lists."""
    for listed in (
        ROLES, (SYSTEM_ROLE, "none"), ACTS, FIELDS, TIMERS, ACTIVITIES, particulars.CONTRIBUTION_KINDS,
        particulars.DISPOSAL_METHODS, STANDINGS, ILRS_PHASES, NoticeState, RunState, RunKind, ServiceKind, CONSULTATION_OUTCOMES,
        decisions.REJECTION_GROUNDS, decisions.OUTCOMES, decisions.INSTANCE_KINDS, decisions.SOLUTION_STATUSES,
        instruments.INSTRUMENT_KINDS, instruments.STATUSES, parties.PARTY_KINDS, parties.CONTROLLER_KINDS,
        places.PROTECTED_KINDS, DutyKind, DutyState, EvidenceKind, ZoneEventKind, CAUSES[1:],
        PairState, Which, CONSEQUENCES, WAYS, ("agency", "silence"),
        policy.RULES, policy.TIE_BREAKS, policy.RECUSALS, FIELDS_OF_FORMS, STATES_OF_THINGS,
    ):  # fmt: skip
        yield from (str(code) for code in listed)


CODES = frozenset(_codes())
