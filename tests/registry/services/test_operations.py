"""The matrix of role and operation: complete, and every operation called in every role does what its row says."""

import ast
import inspect
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from registry import services
from registry.domain.actors import ROLES, SYSTEM, Actor
from registry.domain.operations import OPERATIONS, Operation, operation
from registry.log import records
from registry.services.errors import ConflictError, NotAllowedError, NotFoundError, ValidationError
from tests import factories as make
from tests.registry.services.cases import CASES

SERVICES = Path(next(iter(services.__path__)))
NAMES = [row.name for row in OPERATIONS]

# Public functions with an actor that are no step of their own: the services above call them.
HELPERS = {
    "acting": "roles and moves, for all services",
    "attachments.hand_over": "what filing a draft brings with it",
    "recording.record": "the record of a step",
    "lives": "what the steps in the life of an entry share",
    "relinquishing.finish": "what the end of an entry brings with it",
    "relinquishing.shrink": "what makes an entry smaller, for the services that do",
    "suspending.enter_suspension": "what a suspension brings with it",
    "idempotency": "a step under a key",
    "bank_duties": "what entries and the clock bring to the site bank",
    "pairs": "what the steps of the site bank share",
    "entering.offered_claims": "which offers somebody may accept, for pages and the service",
    "offers.make": "what an adoption brings with it",
    "casework.speaker_of": "for which side of a case somebody speaks",
    "consultations.open_for": "what entering coordination brings with it",
    "consultations.end_due": "what readiness brings with it",
    "consultations.end_with_claim": "what a withdrawal brings with it",
    "roles.ask": "what a change needs that one administrator may not make alone",
    "roles.needs_second": "who can be asked, for the services that change roles",
    "roles.refuse_self": "for the services that change accounts",
    "notes.may_read": "who may read notes, for the services and pages that ask",
}

# Steps on a subject that has no step yet, and those that wait for no clock: lapsing, reference data, access, keys.
FIRST_STEPS = (
    "attachments.add", "consultations.remind", "drafting.file_draft", "drafting.save", "drafting.submit", "filing.file_claim", "offers.expire",
    "reference.load", "rounds.announce", "runs.ask", "runs.ask_why", "runs.cancel",
    "users.add_user", "users.set_credentials", "users.close", "users.reopen", "users.remove_second_factor", "roles.change", "users.tell_data", "erasures.ask",
    "tokens.make", "tokens.of_person", "tokens.revoke", "docking.record", "keys.establish", "witnesses.add", "witnesses.cosign",
    "witnesses.keep_checkpoint",
)  # fmt: skip

OWN = Actor("delegate@example.org", "delegate", "IND")
FOREIGN = Actor("other@example.org", "delegate", "JPN")
ACTORS = (
    OWN,
    FOREIGN,
    *(Actor(f"{role}@example.org", role) for role in ROLES if role not in ("delegate", "council")),
    Actor("council@example.org", "council", "CHE"),
    SYSTEM,
)


def steps_of(source: str) -> Iterator[str]:
    """The public functions of a module that somebody takes."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            if any(argument.arg == "actor" or _is_actor(argument.annotation) for argument in arguments):
                yield node.name


def _is_actor(annotation: ast.expr | None) -> bool:
    return annotation is not None and "Actor" in ast.unparse(annotation).replace("|", " ").split()


def steps() -> set[str]:
    found = {f"{file.stem}.{name}" for file in SERVICES.glob("*.py") for name in steps_of(file.read_text("utf-8"))}
    return {name for name in found if not {name, name.partition(".")[0]} & set(HELPERS)}


def test_every_step_that_somebody_takes_is_in_the_matrix() -> None:
    assert steps() - set(NAMES) == set()


def test_every_row_of_the_matrix_is_a_step() -> None:
    assert set(NAMES) - steps() == set()


def test_every_row_of_the_matrix_has_a_case() -> None:
    assert set(NAMES) - set(CASES) == set()


def test_the_matrix_names_each_operation_once_and_roles_that_exist() -> None:
    assert sorted(set(NAMES)) == sorted(NAMES)
    assert {role for row in OPERATIONS for role in row.roles} <= {*ROLES, SYSTEM.role}


@pytest.mark.parametrize("source", ["def step(session, actor): ...", "def step(*, who: Actor | None): ..."])
def test_a_step_left_out_of_the_matrix_is_found(source: str) -> None:
    assert list(steps_of(source)) == ["step"]


def test_what_nobody_takes_is_no_step() -> None:
    assert (
        list(steps_of("def read(session): ...\ndef _step(actor: Actor): ...\nclass A:\n  def f(self, actor): ..."))
        == []
    )


# What the matrix may never say


def test_auditors_and_observers_change_nothing() -> None:
    assert [row.name for row in OPERATIONS if {"auditor", "observer"} & set(row.roles) and row.changes] == []


def test_administrators_have_people_reference_data_and_the_post_and_no_decisions() -> None:
    rooms = {row.name.partition(".")[0] for row in OPERATIONS if "administrator" in row.roles}
    assert rooms == {"users", "roles", "erasures", "reference", "outbox", "keys", "witnesses"}


def test_deciding_is_for_the_council_alone() -> None:
    assert operation("deciding.decide").roles == ("council",)


def test_whatever_a_delegate_may_is_for_the_own_party() -> None:
    assert [row.name for row in OPERATIONS if "delegate" in row.roles and not row.own_party] == []


# Every operation in every role


def allowed(row: Operation, actor: Actor) -> bool:
    return actor.role in row.roles and not (row.own_party and actor is FOREIGN)


@pytest.mark.parametrize("name", NAMES)
def test_each_role_may_what_the_matrix_says_and_nobody_at_an_odd_instant(register: Session, name: str) -> None:
    case, row = CASES[name], operation(name)
    case.prepare(register)
    register.flush()
    size = records.size(register)
    found = {}
    for actor in ACTORS:
        attempt = register.begin_nested()
        try:
            found[actor.name] = (
                case.call(register, actor, case.at) != []
            )  # a list of the own party's is empty for others
            register.flush()
        except (NotAllowedError, NotFoundError):  # what is another party's own paper is not there at all
            found[actor.name] = False
            assert records.size(register) == size
        attempt.rollback()
        register.expire_all()
    assert found == {actor.name: allowed(row, actor) for actor in ACTORS}
    if case.at:
        refuse_odd_instants(register, name, next(actor for actor in ACTORS if allowed(row, actor)))


def refuse_odd_instants(register: Session, name: str, who: Actor) -> None:
    """A naive instant is refused with its mend, and one before the last step on the subject, if there was any."""
    case = CASES[name]
    with pytest.raises(ValidationError, match=r"^at: .* has no offset from UTC; give an aware instant$"):
        case.call(register, who, case.at.replace(tzinfo=None))
    if name not in FIRST_STEPS:
        with pytest.raises(ConflictError, match=r"lies before the last step|was not written yet"):
            case.call(register, who, make.utc("2026-01-01"))


def test_cases_are_for_the_functions_they_are_named_after() -> None:
    for name, case in CASES.items():
        module, _, function = name.partition(".")
        assert f"{module}.{function}(" in inspect.getsource(case.call), name
