"""The catalogue of bad input: every item names the tests that hold it, and what no other test holds is here.

Each item ends in a refusal that names the field and the mend, with nothing stored, or in something stored safely. A name that is
gone fails; a new kind of bad input gets a row.
"""

import ast
import random
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.domain.attachments import LIMITS
from registry.domain.claims import Claim, Revision
from registry.domain.filing import Known, read_filing
from registry.imports.files import read_file
from registry.services import attachments, drafting, filing
from registry.services.errors import ConflictError, ValidationError
from solver import geometry
from solver.fields import InputError
from tests import factories as make
from tests.registry.imports.handed_in import csv_of, table

ROOT = Path(__file__).parents[2]
KNOWN = Known(
    parties={"CHE", "GHA", "IND", "JPN", "THA"},
    operators={"ISRO"},
    places={"ridge", "crater"},
    methods=("landing-plume", "static-science", "rover-corridor", "agency-hold"),
    ranks=3,
    horizon_days=1000,
)
HERE = "tests/registry/test_bad_inputs.py"
WEB = "tests/registry/web/test_bad_requests.py"
CELLS = "tests/registry/imports/test_bad_cells.py::test_a_cell_at_fault_is_told_with_its_line"
SHAPES = "tests/registry/imports/test_shapes_and_systems.py::test_a_broken_footprint_is_refused_and_never_mended"
FIELDS = "tests/registry/domain/test_filing.py::test_a_fault_is_named_with_its_field"
SOLVER = "tests/solver/test_bad_input.py::test_bad_input_is_refused_with_place_and_mend"
MARKUP = "tests/registry/web/test_pages.py::test_no_page_lets_a_chosen_text_become_markup"
ATTACHED = "tests/registry/services/test_attachments.py::test_a_file_of_another_kind_or_size_is_refused"
HANDED_OUT = "tests/registry/web/test_filing.py::test_a_file_is_handed_out_to_be_kept_and_never_shown"
MATRIX, ERRORS = "tests/registry/web/test_matrix.py", "tests/registry/web/test_errors.py"
BACKUPS = "tests/registry/backups/test_damaged.py"

CATALOGUE: Mapping[str, tuple[str, ...]] = {
    # Numbers
    "not a number, infinite, too large for a number": (CELLS, SOLVER, FIELDS),
    "minus nought": ("tests/registry/log/test_canonical.py::test_what_python_would_write_otherwise_is_written_canonically",),
    "digits of other scripts, a decimal comma, hexadecimal, 400 digits": (CELLS,),
    "true and null for a number": (FIELDS, SOLVER),
    "a key that stands twice": (CELLS, SOLVER),
    "nested 10,000 deep": (CELLS, SOLVER),
    # Positions
    "north of -80, and exactly -80": (FIELDS, SOLVER, "tests/solver/test_bad_input.py::test_unusual_but_sound_input_is_accepted"),
    "the pole itself, and beyond it": (f"{HERE}::test_the_pole_is_a_place_and_nothing_lies_beyond_it",),
    "latitude and longitude swapped": ("tests/registry/imports/test_shapes_and_systems.py::test_swapped_longitude_and_latitude_are_told",),
    "degrees for metres": ("tests/registry/imports/test_shapes_and_systems.py::test_a_geojson_without_a_system_means_the_earth",),
    "one meridian counted in several ways": (
        "tests/registry/imports/test_shapes_and_systems.py::test_one_meridian_has_one_place_however_it_is_counted",
        f"{HERE}::test_a_meridian_past_the_circle_is_the_same_or_refused",
    ),
    "a polygon round the pole or over the date line": (f"{HERE}::test_a_polygon_round_the_pole_or_over_the_date_line_is_one_polygon",),
    "points a millimetre apart across the date line": (f"{HERE}::test_points_a_millimetre_apart_across_the_date_line_are_a_millimetre_apart",),
    "maps of other bodies, and other maps of the Moon": (
        "tests/registry/imports/test_shapes_and_systems.py::test_another_body_is_refused",
        "tests/registry/imports/test_shapes_and_systems.py::test_a_polar_file_with_another_latitude_of_true_scale_is_converted_and_said_so",
        "tests/registry/imports/test_shapes_and_systems.py::test_a_map_that_is_turned_is_turned_back",
    ),
    # Polygons
    "bow-tie, no area, too few corners, not closed, hole outside, overlapping parts": (SHAPES, SOLVER),
    "corners that stand twice, steps back": (f"{HERE}::test_corners_that_stand_twice_are_kept_and_steps_back_are_refused",),
    "a sliver of a millimetre": (f"{HERE}::test_a_sliver_is_stored_and_compared",),
    "a million corners": ("tests/registry/imports/test_shapes_and_systems.py::test_more_positions_than_the_limit_are_refused",),
    "collections in collections": (SHAPES, "tests/registry/imports/test_shapes_and_systems.py::test_a_footprint_nested_without_end_is_refused"),
    "heights, and heights that are no numbers": (SHAPES, f"{HERE}::test_a_height_is_refused_whatever_it_is"),
    "coordinates that are not finite reach no geometry": (FIELDS, SOLVER),
    "shapes that touch and overlap": ("tests/solver/test_geometry.py::test_touching_and_overlapping_footprints_are_at_distance_zero",),
    # Time
    "an end before its start": (FIELDS, "tests/registry/services/test_rounds.py::test_a_reversed_window_is_refused"),
    "years 0 and 10000, 30 February, a leap second, no offset": (f"{HERE}::test_an_instant_that_no_calendar_has_is_refused",),
    "one instant shared by two": ("tests/registry/domain/test_overlaps.py::test_placements_without_a_common_day_do_not_overlap",),
    "a window that is over": ("tests/registry/services/test_filing.py::test_a_filing_outside_the_window_is_refused",),
    # Texts
    "characters that turn the direction": (f"{HERE}::test_what_turns_the_direction_of_a_name_is_refused",),
    "nothing wide, look-alikes, two spellings of one letter": (f"{HERE}::test_keys_that_look_alike_are_two_claims_and_names_stay_what_they_were",),
    "control characters, halves of pairs": (FIELDS, CELLS, "tests/registry/services/test_users.py::test_what_no_table_or_terminal_can_take_is_refused"),
    "a field of a megabyte": (f"{WEB}::test_a_form_of_more_than_a_megabyte_is_refused",),
    "pictures and all languages": ("tests/registry/domain/test_filing.py::test_texts_of_every_language_are_read",),
    "line breaks in names": ("tests/registry/services/test_users.py::test_what_no_table_or_terminal_can_take_is_refused",),
    # Files
    "packed files that burst": (
        f"{BACKUPS}::test_a_zip_bomb_is_refused_before_it_is_unpacked",
        f"{BACKUPS}::test_a_part_that_says_less_than_it_unpacks_to_gives_no_more_than_it_said",
        f"{BACKUPS}::test_more_parts_than_a_backup_can_have_are_refused",
    ),
    "paths and links in packed files": (f"{BACKUPS}::test_a_name_that_no_part_has_is_refused", f"{BACKUPS}::test_parts_that_are_packed_otherwise_are_refused"),
    "shapefiles and other endings": ("tests/registry/imports/test_bad_cells.py::test_an_ending_that_imports_do_not_have_is_refused",),
    "GeoPackages with triggers and views": (
        "tests/registry/imports/test_geopackages.py::test_a_spoiled_geopackage_is_refused",
        "tests/registry/imports/test_geopackages.py::test_a_trigger_under_a_usual_name_does_not_fire",
    ),
    "pictures and pages with scripts, files of two kinds, a wrong ending, nothing": (ATTACHED, HANDED_OUT),
    "a PDF with a script": (HANDED_OUT,),
    "exactly the largest size, and a byte more": (f"{HERE}::test_a_file_of_exactly_the_largest_size_is_taken_and_a_byte_more_is_not",),
    "the same file twice": ("tests/registry/exports/test_attachments.py::test_the_same_bytes_under_two_names_are_one_file",),
    # What goes out
    "cells that begin a formula, and negative coordinates": (
        "tests/registry/exports/test_csv_files.py::test_a_text_that_could_be_a_formula_gets_an_apostrophe",
        "tests/registry/exports/test_csv_files.py::test_other_values_keep_their_one_spelling",
        "tests/registry/exports/test_workbooks.py::test_a_text_stays_a_text_whatever_it_begins_with",
    ),
    "markup in every field of pages, drawings and scripts": (
        MARKUP,
        "tests/registry/web/test_pages.py::test_the_picture_lets_no_chosen_text_become_markup",
        "tests/registry/web/test_pages.py::test_pages_carry_no_inline_style_or_script",
    ),
    "line breaks in names of files and calendars": (
        "tests/registry/services/test_attachments.py::test_a_name_keeps_no_folder_and_no_sign_that_deceives",
        "tests/registry/web/test_calendar.py::test_a_text_cannot_begin_a_line_of_its_own",
    ),
    "forged lines of a log": ("tests/registry/test_logs.py::test_an_event_that_is_no_word_is_left_out_too_and_no_line_can_be_forged",),
    # The web
    "commands to the database": (f"{ERRORS}::test_ids_are_no_commands_to_the_database",),
    "ids of others": ("tests/registry/web/test_foreign_ids.py::test_what_is_anothers_answers_like_what_never_was",),
    "a session known before": ("tests/registry/web/test_attempts.py::test_every_sign_in_has_a_token_of_its_own_that_dies_at_sign_out",),
    "forged forms": (f"{MATRIX}::test_a_form_without_a_token_or_with_that_of_somebody_else_is_refused",),
    "pages in frames": (f"{MATRIX}::test_every_answer_has_the_headers_that_keep_it_to_this_site",),
    "being sent elsewhere": ("tests/registry/web/test_sign_in.py::test_nobody_is_sent_elsewhere_after_signing_in",),
    "another host": (f"{WEB}::test_pages_do_not_repeat_the_host_that_was_asked",),
    "templates in texts": (f"{WEB}::test_a_template_in_a_text_is_a_text",),
    "paths out of a folder": ("tests/registry/web/test_public_portal.py::test_what_the_manifest_does_not_name_is_not_there",),
    "another method by a header": (f"{WEB}::test_a_method_in_a_header_or_field_changes_nothing",),
    "private pages in caches": (f"{WEB}::test_private_pages_are_for_no_cache",),
    "errors that tell of the inside": (f"{ERRORS}::test_a_fault_of_the_program_shows_a_calm_page_and_none_of_its_words",),
    "fields that a form does not have": ("tests/registry/web/test_forms_of_access.py::test_fields_that_a_form_does_not_have_change_nothing",),
    "searches that take for ever": (f"{WEB}::test_a_search_of_any_text_is_quick",),
    # The database
    "read, then write, while others write": ("tests/registry/log/test_writers.py::test_threads_that_write_at_once_leave_no_gap",),
    "two versions of one row": ("tests/registry/services/test_races.py::test_of_eight_answers_to_one_offer_one_counts",),
}  # fmt: skip


@lru_cache
def functions(file: str) -> frozenset[str]:
    return frozenset(
        node.name for node in ast.parse((ROOT / file).read_text("utf-8")).body if isinstance(node, ast.FunctionDef)
    )


def gone(catalogue: Mapping[str, tuple[str, ...]]) -> list[str]:
    """The items without a test, and the named tests that are not there."""
    named = [node.partition("::") for nodes in catalogue.values() for node in nodes]
    missing = [
        f"{file}::{name}" for file, _, name in named if not (ROOT / file).is_file() or name not in functions(file)
    ]
    return [*(item for item, nodes in catalogue.items() if not nodes), *missing]


def test_every_item_names_tests_that_are_there() -> None:
    assert gone(CATALOGUE) == []
    assert gone({"an item": (), "another": (f"{HERE}::test_of_nothing",)}) == ["an item", f"{HERE}::test_of_nothing"]


def faults(document: Any) -> list[str]:
    """What a filing is refused for; nothing if it is read."""
    try:
        read_filing(document, KNOWN)
    except InputError as error:
        return [str(fault) for fault in error.faults]
    return []


def footprint(kind: str, coordinates: Any) -> dict[str, Any]:
    return make.claim_document(placements=[make.placement(footprint={"type": kind, "coordinates": coordinates})])


def box(x0: float, y0: float, x1: float, y1: float) -> list[list[float]]:
    return [[x0, y0], [x1, y0], [x1, y1], [x0, y1], [x0, y0]]


def test_the_pole_is_a_place_and_nothing_lies_beyond_it() -> None:
    assert faults(footprint("Point", [0, 0])) == faults(footprint("Point", [-0.0, -0.0])) == []
    assert [round(value, 9) for value in geometry.to_map(-90, 17)] == [0, 0]
    rows = [
        {**{k: v for k, v in row.items() if k != "wkt"}, "lon_deg": "17", "lat_deg": "-90.0000001"} for row in table()
    ]
    assert [fault.what for fault in read_file("claims.csv", csv_of(rows)).faults] == [
        "latitude -90 is beyond the pole"
    ] * 3


def test_a_meridian_past_the_circle_is_the_same_or_refused() -> None:
    assert geometry.to_map(-85, 360) == pytest.approx(geometry.to_map(-85, 0), abs=1e-6)
    assert geometry.to_map(-85, 180) == pytest.approx(geometry.to_map(-85, -180), abs=1e-6)


def test_a_polygon_round_the_pole_or_over_the_date_line_is_one_polygon() -> None:
    for corners in (box(-500, -500, 500, 500), box(-500, -20_000, 500, -19_000)):
        assert faults(footprint("Polygon", [corners])) == []
    around = geometry.footprint({"type": "Polygon", "coordinates": [box(-500, -500, 500, 500)]})
    assert geometry.distance_m(around, geometry.footprint({"type": "Point", "coordinates": [0, 0]})) == 0


def test_points_a_millimetre_apart_across_the_date_line_are_a_millimetre_apart() -> None:
    near = [geometry.footprint({"type": "Point", "coordinates": [x, -20_000]}) for x in (-0.0005, 0.0005)]
    assert geometry.distance_m(*near) == pytest.approx(0.001, rel=1e-3)


def test_corners_that_stand_twice_are_kept_and_steps_back_are_refused() -> None:
    twice = [[0, 0], [0, 0], [900, 0], [900, 900], [0, 0]]
    assert faults(footprint("Polygon", [twice])) == []
    back = [[0, 0], [900, 0], [400, 0], [900, 900], [0, 0]]
    assert faults(footprint("Polygon", [back])) == [
        "placements[0].footprint: the shape is not valid (Self-intersection[900 0]); draw it anew"
    ]


def test_a_sliver_is_stored_and_compared() -> None:
    assert faults(footprint("Polygon", [box(0, 0, 900, 0.001)])) == []


@pytest.mark.parametrize("height", [5, float("nan"), None])
def test_a_height_is_refused_whatever_it_is(height: Any) -> None:
    assert "a position has 3 numbers; give two" in faults(footprint("Point", [0, 0, height]))[0]


@pytest.mark.parametrize(
    "instant",
    [
        "0000-01-01T00:00:00Z", "10000-01-01T00:00:00Z", "2027-02-30T00:00:00Z", "2016-12-31T23:59:60Z", "2027-02-01T00:00:00",
        "2027-13-01T00:00:00Z", "2027-02-01T24:00:01Z", "2027-02-01", "1e9", "now",
    ],
)  # fmt: skip
def test_an_instant_that_no_calendar_has_is_refused(instant: str) -> None:
    [found] = faults(make.claim_document(received_at=instant))
    assert found.startswith("received_at: it is not an instant with its offset")


@pytest.mark.parametrize("mark", ["\u202a", "\u202b", "\u202c", "\u202d", "\u202e"])
def test_what_turns_the_direction_of_a_name_is_refused(mark: str) -> None:
    [found] = faults(make.claim_document(name=f"abc{mark}def"))
    assert found == f"name: character 4 (U+{ord(mark):04X}) cannot be stored or shown; leave it out"
    assert faults(make.claim_document(name="\u0642\u0645\u0631 \u2067abc\u2069 \u200f")) == []


def test_keys_that_look_alike_are_two_claims_and_names_stay_what_they_were(register: Session) -> None:
    make.open_round(register)
    keys = ("caf\u00e9", "cafe\u0301", "\u0430lpha", "alpha", "al\u200bpha")
    claims = make.filed(register, *(make.claim_document(key=key, name=f"Claim {key}") for key in keys))
    assert len({claim.id for claim in claims}) == len(keys)
    assert register.scalars(select(Claim.key).order_by(Claim.id)).all() == list(keys)
    assert register.scalars(select(Revision.name).order_by(Revision.claim_id)).all() == [f"Claim {key}" for key in keys]
    with pytest.raises(ConflictError):
        filing.file_claim(register, make.ROUND, make.claim_document(key="alpha"), make.REGISTRAR, make.FILED)


def test_a_file_of_exactly_the_largest_size_is_taken_and_a_byte_more_is_not(register: Session) -> None:
    make.open_round(register)
    draft = drafting.save(register, make.ROUND, make.claim_document(), make.DELEGATE, make.FILED)
    whole = b"%PDF-1.7" + random.Random(1).randbytes(LIMITS.file_bytes)
    plan = make.handed_in("plan.pdf", whole[: LIMITS.file_bytes])
    kept = attachments.add(register, draft.id, plan, make.DELEGATE, make.FILED)
    assert kept.size == LIMITS.file_bytes
    more = make.handed_in("more.pdf", whole[: LIMITS.file_bytes + 1])
    with pytest.raises(ValidationError, match="give at most"):
        attachments.add(register, draft.id, more, make.DELEGATE, make.FILED)
