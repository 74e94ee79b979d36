"""Each rule of traffic with one case that it lets pass and one that it does not, and numbers worked out by hand."""

import json
import math

import pytest

from solver.fields import InputError
from solver.traffic.clashes import clashes
from solver.traffic.instance_file import parse_slots_instance
from solver.traffic.methods import ballistic_range_m, period_ms, reach_of, sheet_angle_deg
from solver.traffic.passes import half_stretch_s
from tests.solver.traffic.made import DAY, document, landing, read

WEEK = [[0, 7 * DAY]]


def told(instance: dict, **times: int) -> list[tuple[str, str, str | None]]:
    """Rule, movement and other of each clash at these times; names with _ for -."""
    found = clashes(read(instance), {name.replace("_", "-"): at for name, at in times.items()})
    return [(clash.rule, clash.movement, clash.other) for clash in found]


@pytest.mark.parametrize(("speed", "km"), [(30, 0.06), (100, 0.65), (300, 6.0), (500, 17.7), (1000, 100)])
def test_the_ballistic_range_is_that_of_the_facts(speed: int, km: float) -> None:
    assert ballistic_range_m(speed, 3) / 1000 == pytest.approx(km, rel=0.08)


def test_an_orbit_at_100_km_takes_its_two_hours_and_a_sheet_goes_forty_degrees() -> None:
    assert period_ms(100) == pytest.approx(7_068_000, rel=0.001)
    assert sheet_angle_deg() == pytest.approx(math.degrees(2000 * 660 / 1_737_400))
    assert reach_of("crew-outside").distance_m == 17_675


def test_two_craft_in_one_corridor_keep_36_minutes_apart() -> None:
    # 30 minutes before touchdown and 5 after; 12 km apart side by side, corridors of 5 km each way do not touch at 12 km.
    pair = document(landing("L-1", 0, WEEK), landing("L-2", 9_000, WEEK))
    assert told(pair, L_1=1000, L_2=1034)[0] == ("S2", "L-1", "L-2")
    assert told(pair, L_1=1000, L_2=1040) == []


def test_a_range_of_azimuths_is_every_corridor_in_it_and_no_more() -> None:
    # L-2 comes in along y = -70 km from the east, 40 km off at its nearest: only a way in from the south meets it.
    def pair(first: float, last: float) -> dict:
        one = landing("L-1", 0, WEEK, azimuth_deg=None, azimuth_range_deg=[first, last])
        other = landing("L-2", 40_000, WEEK, azimuth_deg=90) | {
            "site": {"type": "Point", "coordinates": [40_000, -70_000]}
        }
        return document(one, other)

    clash = ("S2", "L-1", "L-2")
    met = {
        span: clash in told(pair(*span), L_1=1000, L_2=1030)
        for span in ((0, 90), (90, 180), (200, 359), (140, 140), (350, 10), (180, 100), (220, 100))
    }
    assert met == {
        (0, 90): False, (90, 180): True, (200, 359): False, (140, 140): True, (350, 10): False, (180, 100): False,
        (220, 100): False,
    }  # fmt: skip


def test_a_fan_goes_around_every_line_in_it() -> None:
    fan = read(document(landing("L-1", 0, WEEK, azimuth_deg=None, azimuth_range_deg=[300, 170]))).movements[0]
    for turn in range(300, 300 + 231):
        line = read(document(landing("L-1", 0, WEEK, azimuth_deg=turn % 360))).movements[0]
        assert fan.corridor.distance(line.corridor.boundary.geoms[1]) < 1e-6, turn
        assert fan.corridor.buffer(1e-6).covers(line.corridor), turn
    assert fan.half_width_m == 5000
    assert (
        fan.corridor.distance(read(document(landing("L-9", 0, WEEK, azimuth_deg=235))).movements[0].corridor.boundary)
        == 0
    )
    assert not fan.corridor.buffer(10).covers(
        read(document(landing("L-9", 0, WEEK, azimuth_deg=235))).movements[0].corridor
    )


def test_ejecta_reach_a_craft_on_its_way_150_km_off_but_not_later() -> None:
    # 100 km of range and 5 km of corridor: L-2 lands 104 km away and is on its way while L-1 blows.
    pair = document(landing("L-1", 0, WEEK), landing("L-2", 104_000, WEEK))
    assert ("S3", "L-1", "L-2") in told(pair, L_1=1000, L_2=1020)
    assert told(pair, L_1=1000, L_2=1041) == []
    far = document(landing("L-1", 0, WEEK), landing("L-2", 110_000, WEEK))
    assert told(far, L_1=1000, L_2=1020) == []


def test_within_one_plume_a_day_passes_first() -> None:
    pair = document(landing("L-1", 0, WEEK), landing("L-2", 300, WEEK))
    assert told(pair, L_1=1000, L_2=1000 + DAY - 1) == [("S4", "L-1", "L-2")]
    assert told(pair, L_1=1000, L_2=1000 + DAY) == []


def test_an_orbiter_over_the_pole_closes_its_minutes_and_a_high_one_none() -> None:
    low = {"id": "O-1", "altitude_km": 100, "inclination_deg": 90, "south_at_s": 60_000}
    one = document(landing("L-1", 0, WEEK), orbiters=[low])
    assert told(one, L_1=1000) == [("S5", "L-1", "O-1")]
    half_s = half_stretch_s(read(one).orbiters[0], (0.0, 0.0))
    # At the pole the stretch is the angle itself: 43.53 of 360 degrees of two hours.
    assert half_s == math.ceil(2000 * 660 / 1_737_400 / (2 * math.pi) * period_ms(100) / 1000)
    after = 1000 + math.ceil((half_s + 60) / 60) + 1
    assert told(one, L_1=after) == []
    assert told(document(landing("L-1", 0, WEEK), orbiters=[low | {"altitude_km": 400}]), L_1=1000) == []
    assert told(one | {"orbits_until_min": 1000}, L_1=1000) == []


def test_a_sensitive_operation_closes_its_time_except_to_its_own_claim() -> None:
    work = {
        "id": "S-1",
        "activity": "seismic-quiet",
        "site": {"type": "Point", "coordinates": [900, 0]},
        "times": [[500, 600]],
        "claim": "C-1",
    }
    one = document(landing("L-1", 0, WEEK), operations=[work])
    assert [told(one, L_1=at) for at in (490, 491, 600, 601)] == [
        [], [("S6", "L-1", "S-1")], [("S6", "L-1", "S-1")], [],
    ]  # fmt: skip
    assert told(document(landing("L-1", 0, WEEK, claim="C-1"), operations=[work]), L_1=550) == []


def test_an_ascent_waits_for_its_landing_and_no_other_rule_binds_the_two() -> None:
    follows = {"movement": "L-1", "least_min": 60, "most_min": 120}
    ascent = landing("A-1", 0, WEEK) | {"kind": "ascent", "follows": follows}
    pair = document(landing("L-1", 0, WEEK), ascent)
    assert told(pair, L_1=100, A_1=159) == [("S7", "A-1", "L-1")]
    assert told(pair, L_1=100, A_1=160) == []
    assert told(pair, L_1=100, A_1=221) == [("S7", "A-1", "L-1")]


BAD = [
    ({"crs": "EPSG:4326"}, "crs: "),
    ({"epoch": "2027-13-01"}, "epoch: "),
    ({"horizon_min": 0}, "horizon_min: 0 is out of range"),
    ({"extra": 1}, "extra: unknown field"),
    ({"movements": [{"id": "L-1"}]}, "movements[0].windows: missing"),
    ({"movements": [landing("L-1", 1e6, WEEK)]}, "movements[0].site: "),
    ({"movements": [landing("L-1", 0, [[5, 4]])]}, "movements[0].windows[0]: [5, 4] is reversed"),
    ({"movements": [landing("L-1", 0, [[5, 9], [9, 12]])]}, "movements[0].windows: they overlap"),
    ({"movements": [landing("L-1", 0, [])]}, "movements[0].windows: the movement has none"),
    ({"movements": [landing("L-1", 0, WEEK, landed_mass_kg=-1)]}, "movements[0].landed_mass_kg: -1 is out of range"),
    ({"movements": [landing("L-1", 0, WEEK, azimuth_deg="north")]}, "movements[0].azimuth_deg: 'north' is not a number"),
    ({"movements": [landing("L-1", 0, WEEK, azimuth_range_deg=[0, 10])]},
     "movements[0].azimuth_range_deg: azimuth_deg is given too"),
    ({"movements": [landing("L-1", 0, WEEK, azimuth_deg=None, azimuth_range_deg=[0, 360])]},
     "movements[0].azimuth_range_deg: it is not two azimuths"),
    ({"movements": [landing("L-1", 0, WEEK, azimuth_deg=None, azimuth_range_deg=[5])]},
     "movements[0].azimuth_range_deg: it is not two azimuths"),
    ({"movements": [landing("L-1", 0, WEEK, kind="hop")]}, 'movements[0].kind: "hop" is unknown'),
    ({"movements": [landing("L-1", 0, WEEK), landing("L-1", 0, WEEK)]}, "movements[1].id: 'L-1' is also"),
    ({"movements": [landing("A-1", 0, WEEK) | {"kind": "ascent", "follows": {"movement": "L-9", "least_min": 1}}]},
     "movements[0].follows.movement: 'L-9' is not defined"),
    ({"orbiters": [{"id": "O", "altitude_km": 0, "inclination_deg": 90, "south_at_s": 0}]}, "orbiters[0].altitude_km: 0"),
    ({"operations": [{"id": "S", "activity": "party", "site": {}, "times": []}]}, "operations[0].activity: "),
]  # fmt: skip


@pytest.mark.parametrize(("change", "wanted"), BAD)
def test_unusable_instances_say_where_and_what(change: dict, wanted: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_slots_instance(json.dumps(document(landing("L-1", 0, WEEK)) | change).encode())
    assert any(str(fault).startswith(wanted) for fault in caught.value.faults), str(caught.value)


def test_all_faults_are_told_at_once() -> None:
    many = document(landing("L-1", 0, [[5, 4]], kind="hop"), epoch="soon", extra=1)
    with pytest.raises(InputError) as caught:
        parse_slots_instance(json.dumps(many).encode())
    assert len(caught.value.faults) == 4
