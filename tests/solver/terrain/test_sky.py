"""The Sun's and the Earth's way over the Moon against published ranges and the library's own libration."""

from datetime import UTC, datetime, timedelta, timezone

import astronomy
import numpy as np
import pytest

from solver.terrain.sky import SUN_HIGHEST_LIMB_DEG, earth, sun

START, END = datetime(2027, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)


def test_the_sun_stays_within_the_seasons_of_the_moon() -> None:
    track = sun(START, END)
    assert len(track) == 8760
    assert -1.56 < track.sub_lat_deg.min() < -1.53
    assert 1.53 < track.sub_lat_deg.max() < 1.56
    assert track.radius_deg.min() == pytest.approx(0.2615, abs=0.0005)
    assert track.radius_deg.max() == pytest.approx(0.2717, abs=0.0005)
    assert np.max(track.elevation_deg + track.radius_deg) < SUN_HIGHEST_LIMB_DEG


def test_the_sun_goes_round_once_a_synodic_month_against_the_longitudes() -> None:
    track = sun(START, START + timedelta(days=59.0612))
    turned = np.unwrap(np.radians(track.azimuth_deg))
    assert np.degrees(turned[-1] - turned[0]) == pytest.approx(-720, abs=8)


def test_full_moon_has_the_sun_over_the_near_side() -> None:
    full = astronomy.SearchMoonPhase(180, astronomy.Time.Make(2027, 1, 1, 0, 0, 0), 40).Utc().replace(tzinfo=UTC)
    assert abs(sun(full, full + timedelta(hours=1)).sub_lon_deg[0]) < 8


def test_the_earth_swings_as_the_library_says() -> None:
    track = earth(START, END, 6.0)
    for index in range(0, len(track), 97):
        instant = track.at(index)
        libration = astronomy.Libration(astronomy.Time.Make(*instant.timetuple()[:5], 0.0))
        assert track.sub_lat_deg[index] == pytest.approx(libration.elat, abs=0.05)
        east = (libration.elon + 180) % 360 - 180
        assert track.sub_lon_deg[index] == pytest.approx(east, abs=0.05)


def test_from_the_pole_the_earth_stands_lower_than_from_the_centre() -> None:
    track = earth(START, END, 24.0)
    assert np.allclose(-track.sub_lat_deg - track.elevation_deg, 0.26, atol=0.02)
    assert track.radius_deg.mean() == pytest.approx(0.95, abs=0.01)


def test_between_days_directions_are_those_computed_for_the_instant() -> None:
    track = sun(START, START + timedelta(days=40))
    for index in (7, 503, 959):
        alone = sun(track.at(index), track.at(index) + timedelta(hours=1))
        assert track.elevation_deg[index] == pytest.approx(alone.elevation_deg[0], abs=0.001)
        assert track.azimuth_deg[index] == pytest.approx(alone.azimuth_deg[0], abs=0.001)


def test_a_period_holds_its_start_and_not_its_end() -> None:
    track = sun(START, START + timedelta(hours=6), 2.0)
    assert [track.at(i).hour for i in range(len(track))] == [0, 2, 4]
    assert track.end == START + timedelta(hours=6)
    part = track.part(START + timedelta(hours=1), START + timedelta(hours=4))
    assert (len(part), part.start) == (1, START + timedelta(hours=2))
    assert part.azimuth_deg[0] == track.azimuth_deg[1]


def test_an_instant_of_another_zone_is_the_same_instant() -> None:
    abroad = START.astimezone(timezone(timedelta(hours=5)))
    assert sun(abroad, END.astimezone(timezone(timedelta(hours=-3))), 500.0).azimuth_deg[0] == pytest.approx(
        sun(START, END, 500.0).azimuth_deg[0]
    )


@pytest.mark.parametrize(
    ("start", "end", "step_h", "text"),
    [
        (START.replace(tzinfo=None), END, 1.0, "time zone"),
        (END, START, 1.0, "holds no instant"),
        (START, END, 0.0, "holds no instant"),
    ],
)
def test_periods_that_hold_nothing_are_refused(start: datetime, end: datetime, step_h: float, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        sun(start, end, step_h)
