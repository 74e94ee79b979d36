"""What a password must not be: short, or made of what others try first. Kinds of characters are nobody's business."""

import pytest

from registry.domain.passwords import password_fault

ABOUT = ("anna.keller@example.org", "Anna Keller")


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "quiet harbour 7 lanterns",
        "zzyzx-Vlk9-0482-qmn",
        "пять разных слов здесь",
        "ein Satz, den nur ich kenne",
        "x7" * 3 + "Kp2vQm8wLz",
    ],
)
def test_a_password_of_ones_own_will_do(password: str) -> None:
    assert password_fault(password, ABOUT) is None


@pytest.mark.parametrize(
    "password",
    [
        "passwordpassword",
        "password12345678",
        "qwertyuiopasdfgh",
        "123456789012345",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabcabc",
        "Anna.Keller.anna1",
        "LunarSiteRegistry1",
        "letmeinletmein!!!",
    ],
)
def test_what_others_try_first_is_refused(password: str) -> None:
    fault = password_fault(password, ABOUT)
    assert fault is not None
    assert fault.startswith("it is made of what others try first")


@pytest.mark.parametrize(("length", "fine"), [(14, False), (15, True), (64, True), (256, True), (257, False)])
def test_length_is_counted_in_characters(length: int, fine: bool) -> None:
    assert (password_fault(("kT4ö-wq9Zx" * 30)[:length]) is None) is fine
