"""Drills that are tests already: each a selection, run with its slow ones."""

from tests.drills.catalogue import of_tests

DRILLS = (
    of_tests(
        name="restored-backups",
        properties=("R13",),
        promise="A backup taken under load is one state, restores row by row into an empty register, and is refused damaged.",
        selection=("tests/registry/backups",),
        minutes=4,
    ),
    of_tests(
        name="migrations",
        properties=("R15",),
        promise="Every revision of the tables goes up, down and up with rows in it, alike on SQLite and on PostgreSQL.",
        selection=("tests/migrations",),
        minutes=4,
    ),
    of_tests(
        name="programs",
        properties=("R11", "R25"),
        promise="Programs that send again get the same bytes, and what schemathesis makes of the description meets no fault.",
        selection=(
            "tests/registry/web/api/test_api_filing.py",
            "tests/registry/web/api/test_api_landings.py",
            "tests/registry/web/api/test_api_bank.py",
            "tests/registry/web/api/test_api_document.py",
            "tests/registry/services/test_idempotency.py",
        ),
        minutes=3,
    ),
    of_tests(
        name="stateful",
        properties=("R26",),
        promise="Random sequences of 30 steps are taken and refused as the reference model of the procedure says.",
        selection=("tests/registry/services/test_procedure.py",),
        minutes=6,
    ),
)
