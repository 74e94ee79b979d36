"""Draw files are read whole with every fault, and checked against an instance without a register."""

from typing import Any

import pytest

from registry.domain.draw import check_draw, read_draw_file, seed
from solver.fields import InputError

FILE: dict[str, Any] = {
    "format": "lunar-allocation-draw/1",
    "round": "2027-1",
    "source": "a beacon",
    "reference": "pulse 7",
    "value_hex": "00112233445566778899AABBCCDDEEFF",
    "published_at": "2027-09-08T12:00:00Z",
}
INSTANCE = "ab" * 32


def faults(**changes: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        read_draw_file({**FILE, **changes})
    return [str(fault) for fault in caught.value.faults]


def test_a_draw_file_is_read() -> None:
    found = read_draw_file(FILE)
    assert (found.round, found.value.source, found.value.reference) == ("2027-1", "a beacon", "pulse 7")
    assert found.value.value == bytes.fromhex("00112233445566778899aabbccddeeff")
    assert (found.value.published_at.isoformat(), found.value.illustrative) == ("2027-09-08T12:00:00+00:00", False)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"value_hex": "xyz"}, "value_hex: it is not whole bytes in hexadecimal; copy the published value"),
        ({"value_hex": "0011"}, "value_hex: it has 2 bytes; a public value has 16 or more"),
        ({"source": " "}, 'source: " " is not a text; give a text of at least one character'),
        (
            {"published_at": "2027-09-08T12:00:00"},
            "published_at: '2027-09-08T12:00:00' is no instant with its offset from UTC; give for example 2027-",
        ),
        ({"illustrative": "yes"}, "illustrative: it is neither true nor false; give true or false"),
        ({"format": "other/1"}, 'format: "other/1" is not the format wanted here; give lunar-allocation-draw/1'),
        ({"pulse": 3}, "pulse: unknown field; remove it or use one of"),
    ],
)
def test_a_fault_is_named_with_its_mend(changes: dict[str, Any], fault: str) -> None:
    found = faults(**changes)
    assert len(found) == 1
    assert found[0].startswith(fault)


def test_all_faults_are_told_at_once() -> None:
    assert len(faults(value_hex="0011", source="", published_at="soon")) == 3


def test_a_file_without_a_seed_or_with_the_right_one_passes() -> None:
    plain = read_draw_file(FILE)
    named = {"seed_hex": seed(INSTANCE, plain.value.value), "instance_sha256": INSTANCE}
    assert check_draw(plain, INSTANCE) == []
    assert check_draw(read_draw_file({**FILE, **named}), INSTANCE) == []


def test_another_instance_and_another_seed_are_found() -> None:
    other_instance = read_draw_file({**FILE, "instance_sha256": "cd" * 32})
    other_seed = read_draw_file({**FILE, "seed_hex": "00" * 32})
    assert check_draw(other_instance, INSTANCE) == [
        f"the draw names the instance {'cd' * 32}, the file given is {INSTANCE}; give that instance"
    ]
    assert check_draw(other_seed, INSTANCE) == [
        f"the draw names the seed {'00' * 32}, but its value gives another; do not use it"
    ]


def test_after_a_re_solve_the_instance_that_the_seed_was_made_from_counts() -> None:
    value = read_draw_file(FILE).value.value
    carried = {"instance_sha256": "cd" * 32, "seed_instance_sha256": INSTANCE, "seed_hex": seed(INSTANCE, value)}
    assert check_draw(read_draw_file({**FILE, **carried}), INSTANCE) == []
