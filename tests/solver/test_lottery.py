"""Tickets, against hashes computed with sha256sum."""

from solver.lottery import in_ticket_order, ticket


def test_a_ticket_is_the_hash_of_seed_zero_byte_and_id() -> None:
    """printf '\\000\\000C-0001' | sha256sum"""
    assert ticket(b"\x00", "C-0001") == "67af34000dbbb736f72c38f6c6df7622a6b78513a4d689576b2b361984b102d3"


def test_the_smallest_ticket_comes_first_and_other_names_do_not_move_anybody() -> None:
    names = ["IND", "JPN", "USA", "CHN"]
    order = in_ticket_order(names, b"\x00")
    assert order == sorted(names, key=lambda name: ticket(b"\x00", name))
    assert [name for name in in_ticket_order([*names, "FRA"], b"\x00") if name != "FRA"] == order


def test_given_tickets_replace_the_seed() -> None:
    assert in_ticket_order(["A", "B"], b"\x00", {"A": "02", "B": "01"}) == ["B", "A"]
