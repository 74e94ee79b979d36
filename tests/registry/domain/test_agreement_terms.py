"""Terms of agreements: read with every fault at once, and met or not met for reasons that can be named."""

from datetime import date
from typing import Any

import pytest

from registry.domain.agreement_terms import Landing, landings, read_terms, unmet
from solver.fields import InputError

TERMS: dict[str, Any] = {
    "keep_out_m": 200,
    "conditions": [{"kind": "landing-notice", "days": 30}, {"kind": "built-pad"}],
    "text": "Landings on pads, announced a month before.",
}
LATE = {"kind": "landing-dates", "from": "2028-01-01", "until": "2028-03-01"}


def test_terms_are_a_distance_conditions_and_a_text() -> None:
    terms = read_terms(TERMS)
    assert (terms.keep_out_m, len(terms.conditions), terms.text[:8]) == (200, 2, "Landings")
    assert read_terms({"keep_out_m": 0, "text": "Side by side."}).conditions == ()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"keep_out_m": -1}, "keep_out_m"),
        ({"keep_out_m": 1.5}, "keep_out_m"),
        ({"keep_out_m": "near"}, "keep_out_m"),
        ({"text": "  "}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"price": 1}, "price"),
        ({"conditions": {}}, "conditions"),
        ({"conditions": ["pads"]}, "conditions[0]"),
        ({"conditions": [{"kind": "payment"}]}, "conditions[0].kind"),
        ({"conditions": [{"kind": ["x"]}]}, "conditions[0].kind"),
        ({"conditions": [{}]}, "conditions[0].kind"),
        ({"conditions": [{"kind": "landing-notice"}]}, "conditions[0].days"),
        ({"conditions": [{"kind": "landing-notice", "days": 0}]}, "conditions[0].days"),
        ({"conditions": [{"kind": "built-pad", "days": 1}]}, "conditions[0].days"),
        ({"conditions": [{**LATE, "until": "soon"}]}, "conditions[0].until"),
        ({"conditions": [{**LATE, "until": 5}]}, "conditions[0].until"),
        ({"conditions": [{**LATE, "until": "2028-01-01"}]}, "conditions[0].until"),
        ({"conditions": [{"kind": "other", "text": ""}]}, "conditions[0].text"),
    ],
)
def test_terms_at_fault_name_the_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(InputError) as caught:
        read_terms({**TERMS, **change})
    assert field in {fault.path for fault in caught.value.faults}


@pytest.mark.parametrize("document", [None, [], "terms", 7])
def test_what_is_no_object_is_refused(document: Any) -> None:
    with pytest.raises(InputError, match="is not an object"):
        read_terms(document)


def landing(built_pad: bool = True, window: tuple[int, int] = (0, 10)) -> list[Landing]:
    inputs = {"landed_mass_kg": 1000, "built_pad": built_pad}
    phases = [(0, 2, "landing-plume", inputs), (2, 100, "static-science", {"anomaly": False})]
    return list(landings(date(2028, 1, 1), "C-0001/1", window, phases))


def test_a_landing_covers_every_day_that_its_window_allows() -> None:
    assert landing() == [Landing("C-0001/1", date(2028, 1, 1), date(2028, 1, 13), True)]


def test_a_pad_that_is_not_built_is_named() -> None:
    assert unmet(TERMS["conditions"], landing()) == []
    assert unmet(TERMS["conditions"], landing(built_pad=False)) == ["placement C-0001/1 lands without a built pad"]


@pytest.mark.parametrize(("window", "count"), [((0, 58), 0), ((0, 59), 1), ((-1, 10), 1)])
def test_a_landing_has_to_fall_in_the_dates_whenever_it_starts(window: tuple[int, int], count: int) -> None:
    """From 1 January to 29 February 2028 are 60 days; a landing takes two."""
    assert len(unmet([LATE], landing(window=window))) == count


def test_duties_ask_nothing_of_the_filing() -> None:
    assert unmet([{"kind": "landing-notice", "days": 9}, {"kind": "other", "text": "Ask first."}], landing(False)) == []
