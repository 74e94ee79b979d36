"""The matrix of role and operation: who may take which step of the procedure.

An operation is named after the service function that takes it, `module.function` in registry/services. The services
enforce what stands here (`acting.require_role`, the tables of moves); a test calls each operation in each role and
compares. Every public service function with an actor has its row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.domain.actors import SYSTEM_ROLE

REGISTRAR = ("registrar",)
DELEGATE = ("delegate",)
PARTY = ("delegate", "registrar")
CASE = ("delegate", "registrar", "observer")  # the parties of a case, the registrar, and who is invited to it
RUN = ("registrar", "planner")
COUNCIL = ("council",)
CLOCK = ("registrar", SYSTEM_ROLE)
CHOOSERS = ("registrar", "council")  # of the two sites of a pair
SENDERS = ("registrar", "administrator", SYSTEM_ROLE)
PEOPLE = ("administrator", SYSTEM_ROLE)
TOKENS = ("delegate", "registrar", SYSTEM_ROLE)  # each for programs that act for the same person
WITNESS = ("administrator", "delegate", SYSTEM_ROLE)


@dataclass(frozen=True, slots=True)
class Operation:
    """One row: the roles that may, the usual one first. With `own_party` a delegate acts for the own party only.

    What only reads (`changes` false) is here where not everybody may read it.
    """

    name: str
    roles: tuple[str, ...]
    own_party: bool = False
    changes: bool = True

    def role_for(self, held: Sequence[str]) -> str:
        """The first of its roles that a person has; who has none acts in one that the service will refuse.

        So there is one place that refuses.
        """
        return next((role for role in self.roles if role in held), held[0] if held else "none")


OPERATIONS = (
    Operation("agreements.accept", PARTY, own_party=True),
    Operation("agreements.end", PARTY, own_party=True),
    Operation("agreements.join", PARTY, own_party=True),
    Operation("agreements.propose", PARTY, own_party=True),
    Operation("attachments.add", DELEGATE, own_party=True),
    Operation("attachments.remove", DELEGATE, own_party=True),
    Operation("banking.choose", CHOOSERS),
    Operation("banking.offer", PARTY, own_party=True),
    Operation("banking.refuse", CHOOSERS),
    Operation("banking.release", REGISTRAR),
    Operation("comments.add", PARTY, own_party=True),
    Operation("comments.reply", PARTY, own_party=True),
    Operation("consultations.close", REGISTRAR),
    Operation("consultations.contact", PARTY, own_party=True),
    Operation("consultations.invite", REGISTRAR),
    Operation("consultations.remind", CLOCK),
    Operation("confirming.confirm", PARTY, own_party=True),
    Operation("coordination.make_ready", CLOCK),
    Operation("coordination.publish", REGISTRAR),
    Operation("coordination.start_coordination", REGISTRAR),
    Operation("deciding.decide", COUNCIL),
    Operation("docking.record", PARTY, own_party=True),
    Operation("docking.state", PARTY, own_party=True),
    Operation("drafting.discard", DELEGATE, own_party=True),
    Operation("drafting.file_draft", DELEGATE, own_party=True),
    Operation("drafting.own", DELEGATE, own_party=True, changes=False),
    Operation("drafting.save", DELEGATE, own_party=True),
    Operation("drafting.submit", DELEGATE, own_party=True),
    Operation("drawing.draw", RUN),
    Operation("entering.accept", PARTY, own_party=True),
    Operation("entering.accept_all", PARTY, own_party=True),
    Operation("examination.examine", REGISTRAR),
    Operation("erasures.ask", PEOPLE),
    Operation("erasures.confirm", PEOPLE),
    Operation("erasures.withdraw", PEOPLE),
    Operation("extending.extend", REGISTRAR),
    Operation("filing.amend", PARTY, own_party=True),
    Operation("filing.file_claim", PARTY, own_party=True),
    Operation("filing.withdraw", PARTY, own_party=True),
    Operation("freezing.freeze_round", RUN),
    Operation("keys.establish", PEOPLE),
    Operation("keys.rotate", PEOPLE),
    Operation("landing_slots.another", PARTY, own_party=True),
    Operation("landing_slots.confirm", PARTY, own_party=True),
    Operation("landing_slots.propose", RUN),
    Operation("landing_windows.ask", PARTY, own_party=True),
    Operation("landing_windows.withdraw", PARTY, own_party=True),
    Operation("milestones.show", PARTY, own_party=True),
    Operation("notes.add", PARTY, own_party=True),
    Operation("notes.agree", DELEGATE, own_party=True),
    Operation("notes.disclose", PARTY, own_party=True),
    Operation("notes.read", CASE, own_party=True, changes=False),
    Operation("notes.readings", CASE, own_party=True, changes=False),
    Operation("offers.decline", PARTY, own_party=True),
    Operation("offers.expire", CLOCK),
    Operation("outbox.mark_failed", SENDERS),
    Operation("outbox.mark_sent", SENDERS),
    Operation("proposing.keep_trial", RUN),
    Operation("proposing.propose", RUN),
    Operation("reference.load", ("administrator", "registrar", SYSTEM_ROLE)),
    Operation("relinquishing.demonstrate", PARTY, own_party=True),
    Operation("relinquishing.end", PARTY, own_party=True),
    Operation("returning.refuse", REGISTRAR),
    Operation("returning.return_claim", REGISTRAR),
    Operation("resolving.conclude", RUN),
    Operation("resolving.fall_back", RUN),
    Operation("resolving.resolve", RUN),
    Operation("rounds.announce", REGISTRAR),
    Operation("rounds.close_round", REGISTRAR),
    Operation("rounds.open_round", REGISTRAR),
    Operation("rounds.publish_policy", REGISTRAR),
    Operation("roles.change", PEOPLE),
    Operation("roles.confirm", PEOPLE),
    Operation("roles.withdraw", PEOPLE),
    Operation("runs.ask", RUN),
    Operation("runs.ask_why", ("delegate", "registrar", "planner"), own_party=True),
    Operation("runs.cancel", ("delegate", "registrar", "planner"), own_party=True),
    Operation("sharing.end", PARTY, own_party=True),
    Operation("sharing.leave", PARTY, own_party=True),
    Operation("sharing.offer", PARTY, own_party=True),
    Operation("sharing.rely", PARTY, own_party=True),
    Operation("suspending.suspend", PARTY, own_party=True),
    Operation("timers.do", CLOCK),
    Operation("tokens.make", TOKENS, own_party=True),
    Operation("tokens.of_person", TOKENS, own_party=True, changes=False),
    Operation("tokens.revoke", TOKENS, own_party=True),
    Operation("users.add_user", PEOPLE),
    Operation("users.close", PEOPLE),
    Operation("users.remove_second_factor", PEOPLE),
    Operation("users.reopen", PEOPLE),
    Operation("users.set_credentials", PEOPLE),
    Operation("users.tell_data", PEOPLE),
    Operation("using.bring_into_use", PARTY, own_party=True),
    Operation("witnesses.add", WITNESS, own_party=True),
    Operation("witnesses.cosign", ("delegate", "registrar", "administrator"), own_party=True),
    Operation("witnesses.keep_checkpoint", SENDERS),
    Operation("witnesses.retire", WITNESS, own_party=True),
    Operation("zone_requests.announce", PARTY, own_party=True),
    Operation("zone_requests.answer", PARTY, own_party=True),
    Operation("zone_requests.ask_basis", PARTY, own_party=True),
)
# The rooms whose steps call for a receipt: filings, comments, decisions, and what parties say and show afterwards.
RECEIPTED = frozenset(
    {
        "agreements", "comments", "confirming", "consultations", "deciding", "docking", "drafting", "drawing", "entering",
        "extending", "filing", "landing_slots", "landing_windows", "milestones", "notes", "offers", "relinquishing",
        "sharing", "suspending", "using", "zone_requests",
    }
)  # fmt: skip
_BY_NAME = {row.name: row for row in OPERATIONS}


def calls_for_receipt(name: str) -> bool:
    """Whether whoever takes a step of this name is given the receipts of its records."""
    return name.partition(".")[0] in RECEIPTED


def operation(name: str) -> Operation:
    """The row of this name; KeyError if there is none."""
    return _BY_NAME[name]
