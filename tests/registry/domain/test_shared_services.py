"""What breaks, worked by hand: one wave, a cascade, redundancy and a circle."""

from registry.domain.shared_services import Loss, Offered, Relied, what_breaks

POWER, SPARE, RELAY = Offered("S-1", "power", "A"), Offered("S-2", "power", "D"), Offered("S-3", "relay", "B")


def test_what_nobody_relies_on_breaks_nothing() -> None:
    assert what_breaks([POWER], [], ending=["S-1"]) == ()
    assert what_breaks([POWER], [Relied("S-1", "B", vital=True)]) == ()


def test_who_relies_vitally_stops_and_who_does_not_goes_on_with_less() -> None:
    relied = [Relied("S-1", "B", vital=True), Relied("S-1", "C", vital=False)]
    assert what_breaks([POWER], relied, ending=["S-1"]) == (
        Loss(1, "B", "power", ("S-1",), stops=True),
        Loss(1, "C", "power", ("S-1",), stops=False),
    )


def test_what_a_stopped_entry_offers_stops_with_it() -> None:
    relied = [Relied("S-1", "B", vital=True), Relied("S-3", "C", vital=True)]
    assert what_breaks([POWER, RELAY], relied, entries=["A"]) == (
        Loss(1, "B", "power", ("S-1",), stops=True),
        Loss(2, "C", "relay", ("S-3",), stops=True),
    )


def test_another_service_of_the_kind_keeps_an_entry_going() -> None:
    relied = [Relied("S-1", "B", vital=True), Relied("S-2", "B", vital=True), Relied("S-3", "C", vital=True)]
    services = [POWER, SPARE, RELAY]
    assert what_breaks(services, relied, entries=["A"]) == (Loss(1, "B", "power", ("S-1",), stops=False),)
    assert what_breaks(services, relied, entries=["A", "D"]) == (
        Loss(1, "B", "power", ("S-1", "S-2"), stops=True),
        Loss(2, "C", "relay", ("S-3",), stops=True),
    )


def test_a_spare_that_goes_in_a_later_wave_stops_the_entry_then() -> None:
    relied = [
        Relied("S-1", "B", vital=True), Relied("S-2", "B", vital=False), Relied("S-1", "D", vital=True),
    ]  # fmt: skip
    assert what_breaks([POWER, SPARE], relied, ending=["S-1"]) == (
        Loss(1, "B", "power", ("S-1",), stops=False),
        Loss(1, "D", "power", ("S-1",), stops=True),
        Loss(2, "B", "power", ("S-2",), stops=True),
    )


def test_a_circle_ends() -> None:
    relied = [Relied("S-1", "B", vital=True), Relied("S-3", "A", vital=True)]
    assert what_breaks([POWER, RELAY], relied, ending=["S-1"]) == (
        Loss(1, "B", "power", ("S-1",), stops=True),
        Loss(2, "A", "relay", ("S-3",), stops=True),
    )


def test_an_entry_that_has_ended_or_stopped_loses_nothing_again() -> None:
    offered = [Offered("S-1", "power", "A"), Offered("S-2", "relay", "B")]
    relied = [Relied("S-1", "B", vital=True), Relied("S-2", "A", vital=True)]
    assert what_breaks(offered, relied, entries=["A"]) == (Loss(1, "B", "power", ("S-1",), stops=True),)
