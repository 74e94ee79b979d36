"""The quick canonical form is that of RFC 8785, byte for byte."""

from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from registry.log.canonical import canonical

LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
PLAIN = (
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
)
VALUES = st.recursive(
    PLAIN | LETTERS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(LETTERS, inner, max_size=4),
    max_leaves=12,
)


@given(VALUES)
def test_every_json_value_has_the_form_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, b"1"),
        (-0.0, b"0"),
        ([1.0, 2.0, {"a": 3.0}], b'[1,2,{"a":3}]'),
        ({"a": 1.0, "b": 2}, b'{"a":1,"b":2}'),
        ([1e-7, 2], b"[1e-7,2]"),
        (1e16, b"10000000000000000"),
        (["\ud7ff", "\ue000"], '["\ud7ff","\ue000"]'.encode()),
        ({"\ud7ff": 1, "\u00e9": 2}, '{"\u00e9":2,"\ud7ff":1}'.encode()),
        (1e21, b"1e+21"),
        (1e-7, b"1e-7"),
        (123456789012.5, b"123456789012.5"),
        ({"\ue000": 1, "\U0001f311": 2}, '{"\U0001f311":2,"\ue000":1}'.encode()),
        ('\x7f\u2028\x00"\\/\n', b'"\x7f\xe2\x80\xa8\\u0000\\"\\\\/\\n"'),
        ("version 1.5e3", b'"version 1.5e3"'),
        ({"b": [1, {"a": None}], "a": True}, b'{"a":true,"b":[1,{"a":null}]}'),
    ],
)
def test_what_python_would_write_otherwise_is_written_canonically(value: Any, written: bytes) -> None:
    assert canonical(value) == written


def test_what_is_no_json_number_is_refused() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical([float("nan")])


def test_most_values_are_written_by_the_quick_way_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(rfc8785, "dumps")
    quick = {"a": [1, 2.5, None, True, "1.0 e-7 and e+ are words \u00e9"], "b": {}}
    assert canonical(quick) == '{"a":[1,2.5,null,true,"1.0 e-7 and e+ are words \u00e9"],"b":{}}'.encode()
    with pytest.raises(AttributeError):
        canonical(1.0)
