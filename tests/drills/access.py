"""R22 to R24 and R28 to R31: who may do what, what looking does, what is asked of security, how people sign in, what needs two
persons, and what stays confidential. Each is a selection of the tests that hold it every day.
"""

from tests.drills.catalogue import of_tests

WEB, SERVICES = "tests/registry/web", "tests/registry/services"
DRILLS = (
    of_tests(
        name="role-matrix",
        properties=("R22",),
        promise="Every route in every role with every method answers as one table says, and a route that is not in it fails.",
        selection=(f"{WEB}/test_matrix.py", f"{SERVICES}/test_operations.py", f"{WEB}/steps/test_refusals.py"),
    ),
    of_tests(
        name="foreign-ids",
        properties=("R23",),
        promise="What belongs to another delegation answers, byte for byte, like something that never was.",
        selection=(
            f"{WEB}/test_foreign_ids.py",
            f"{WEB}/test_canaries.py::test_an_unpublished_claim_answers_like_one_that_never_was",
            f"{WEB}/test_canaries.py::test_counts_leave_out_what_is_not_published",
            f"{WEB}/test_filing.py::test_a_draft_of_another_party_answers_like_one_that_never_was",
            "tests/registry/commands/test_canaries.py",
        ),
    ),
    of_tests(
        name="posts-and-csrf",
        properties=("R24",),
        promise="No row changes by looking, and no form without its own token is taken.",
        selection=(
            f"{WEB}/test_matrix.py::test_each_role_may_look_at_what_the_table_says_and_looking_changes_nothing",
            f"{WEB}/test_matrix.py::test_a_form_without_a_token_or_with_that_of_somebody_else_is_refused",
            f"{WEB}/test_matrix.py::test_no_route_takes_a_method_that_it_does_not_name",
            f"{WEB}/test_pages.py::test_looking_at_every_page_changes_nothing",
            f"{WEB}/test_pages.py::test_a_request_that_only_asks_cannot_write",
        ),
    ),
    of_tests(
        name="asvs",
        properties=("R28",),
        promise="Every requirement of ASVS 5 at levels 1 and 2 has a test that exists, a reason, or says what is missing.",
        selection=("tests/docs/test_asvs.py",),
        minutes=0.1,
    ),
    of_tests(
        name="sign-in",
        properties=("R29",),
        promise="Guessing, copying and outlasting a sign-in fail, and nobody learns who has an account.",
        selection=(
            f"{WEB}/test_attempts.py",
            f"{WEB}/test_sign_in.py",
            f"{WEB}/test_second_factor.py",
            f"{WEB}/test_reauthentication.py",
            f"{WEB}/test_forms_of_access.py",
            f"{WEB}/test_proxies.py",
            "tests/registry/domain/test_passwords.py",
        ),
    ),
    of_tests(
        name="two-persons",
        properties=("R30",),
        promise="What two have to do is done by two different persons, also at once and in several roles.",
        selection=(
            f"{SERVICES}/test_two_persons.py",
            f"{SERVICES}/test_roles.py",
            f"{SERVICES}/test_deciding.py",
            f"{SERVICES}/test_erasures.py",
            f"{SERVICES}/test_races.py::test_of_eight_deciders_at_once_two_decide_and_the_others_are_told",
            f"{WEB}/test_users.py",
        ),
    ),
    of_tests(
        name="confidential",
        properties=("R31",),
        promise="Before its day nothing confidential is on any surface, and what is told then is what was hashed at first.",
        selection=(
            f"{WEB}/test_canaries.py",
            "tests/registry/commands/test_canaries.py",
            "tests/registry/exports/test_confidential.py",
            "tests/registry/domain/test_confidential.py",
            "tests/registry/log/test_openings.py",
            f"{SERVICES}/test_notes.py",
        ),
    ),
)
