"""Sizing methods: the numbers of their sources, clamps, rounding up, and refusals."""

import pytest

from solver.zones import METHODS, ZoneInputError, km2_days, size


@pytest.mark.parametrize(
    ("mass_kg", "pad", "keep_out_m"),
    [(7300, False, 2000), (500, False, 315), (300, False, 300), (100, False, 300), (20000, False, 4010),
     (100000, False, 12000), (200000, False, 12000), (7300, True, 600), (100, True, 90)],
)  # fmt: skip
def test_landing_plume_follows_its_power_law_and_clamps(mass_kg: float, pad: bool, keep_out_m: int) -> None:
    assert size("landing-plume", {"landed_mass_kg": mass_kg, "built_pad": pad}).keep_out_m == keep_out_m


def test_a_fraction_of_a_metre_rounds_up() -> None:
    assert size("landing-plume", {"landed_mass_kg": 7301}).keep_out_m == 2001


def test_extrapolation_above_the_fitted_masses_is_said() -> None:
    assert size("landing-plume", {"landed_mass_kg": 9000}).notes == ("extrapolated above 7300 kg",)


@pytest.mark.parametrize(
    ("method", "nominal_m", "anomaly_m"),
    [("static-science", 200, 500), ("rover-corridor", 50, 200), ("drilling-isru", 500, 1000), ("crewed-habitat", 1000, 2000)],
)  # fmt: skip
def test_activities_have_a_nominal_and_an_anomaly_radius(method: str, nominal_m: int, anomaly_m: int) -> None:
    assert size(method, {}).keep_out_m == nominal_m
    assert size(method, {"anomaly": True}).keep_out_m == anomaly_m


def test_reactors_are_sized_by_their_shielding() -> None:
    assert size("fission-unshielded", {}).keep_out_m == 2500
    assert size("fission-buried", {"shielded_radius_m": 250.5}).keep_out_m == 251


def test_heritage_grows_by_three_sigma_of_its_coordinates() -> None:
    assert size("heritage-lander", {"coordinate_sigma_m": 100}).keep_out_m == 2300
    assert size("heritage-impact", {"coordinate_sigma_m": 0}).keep_out_m == 500


@pytest.mark.parametrize(
    ("method", "inputs", "fragment"),
    [
        ("warp-drive", {}, "'warp-drive' is not registered"),
        ("landing-plume", {}, "'landed_mass_kg' is None"),
        ("landing-plume", {"landed_mass_kg": -5}, "'landed_mass_kg' is -5"),
        ("landing-plume", {"landed_mass_kg": True}, "'landed_mass_kg' is True"),
        ("landing-plume", {"landed_mass_kg": float("nan")}, "'landed_mass_kg' is nan"),
        ("landing-plume", {"landed_mass_kg": 1, "built_pad": "yes"}, "'built_pad' is 'yes'"),
        ("static-science", {"radius_m": 9000}, "'radius_m' is not one of method static-science"),
        ("fission-buried", {"shielded_radius_m": 50}, "from 100 to 1000"),
        ("agency-hold", {"radius_m": 9000}, "from 100 to 5000"),
    ],
)
def test_unusable_inputs_are_refused_by_name(method: str, inputs: dict, fragment: str) -> None:
    with pytest.raises(ZoneInputError) as refused:
        size(method, inputs)
    assert fragment in str(refused.value)


def test_every_method_states_version_validity_status_and_source() -> None:
    assert len(METHODS) == 10
    assert all(m.version and m.validity and m.status and m.source for m in METHODS.values())


@pytest.mark.parametrize(
    ("phases", "expected"),
    [([(1000, 1)], 4), ([(1000, 100)], 315), ([(4000, 2), (500, 400)], 415), ([(0, 50)], 0), ([(1, 1)], 1), ([], 0)],
)
def test_zone_area_times_days_is_rounded_up_once(phases: list[tuple[int, int]], expected: int) -> None:
    assert km2_days(phases) == expected
