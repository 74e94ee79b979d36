"""Sizing methods: the numbers of their sources, clamps, rounding up, and refusals."""

import pytest

from solver.zones import METHODS, Sized, ZoneInputError, km2_days, size


@pytest.mark.parametrize(
    ("mass_kg", "pad", "keep_out_m"),
    [(7300, False, 2000), (500, False, 315), (300, False, 300), (100, False, 300), (20000, False, 4010),
     (100000, False, 12000), (200000, False, 12000), (7300, True, 600), (100, True, 90)],
)  # fmt: skip
def test_landing_plume_follows_its_power_law_and_clamps(mass_kg: float, pad: bool, keep_out_m: int) -> None:
    assert size("landing-plume", {"landed_mass_kg": mass_kg, "built_pad": pad}).keep_out_m == keep_out_m


def test_a_fraction_of_a_metre_rounds_up() -> None:
    assert size("landing-plume", {"landed_mass_kg": 7301}).keep_out_m == 2001


@pytest.mark.parametrize(
    ("mass_kg", "notes"),
    [
        (7300, ()),
        (7301, ("extrapolated above 7300 kg",)),
        (100, ("clamped to 300..12000 m",)),
        (200000, ("extrapolated above 7300 kg", "clamped to 300..12000 m")),
    ],
)
def test_extrapolation_above_the_fitted_masses_and_clamping_are_said(mass_kg: float, notes: tuple[str, ...]) -> None:
    assert size("landing-plume", {"landed_mass_kg": mass_kg}).notes == notes


def test_what_is_sized_says_method_version_and_that_a_radius_is_the_claimants() -> None:
    stated = Sized(251, "fission-buried", "1", ("shielded_radius_m as stated by the claimant",))
    assert size("fission-buried", {"shielded_radius_m": 250.5}) == stated
    assert size("static-science", {"anomaly": False}) == Sized(200, "static-science", "1", ())
    assert size("heritage-lander", {"coordinate_sigma_m": 0.1}) == Sized(2001, "heritage-lander", "1", ())
    assert size("agency-hold", {"radius_m": 100}).keep_out_m == 100
    assert size("agency-hold", {"radius_m": 5000}).keep_out_m == 5000
    assert size("landing-plume", {"landed_mass_kg": 0.001}).keep_out_m == 300
    assert size("landing-plume", {"landed_mass_kg": 1e9}).keep_out_m == 12000
    assert size("heritage-impact", {"coordinate_sigma_m": 1e6}).keep_out_m == 3_000_500


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


REGISTERED = (
    "landing-plume, static-science, rover-corridor, drilling-isru, crewed-habitat, fission-unshielded, fission-buried, "
    "heritage-lander, heritage-impact, agency-hold"
)
MASS = "give a number from 0.001 to 1e+09"
SIGMA = "give a number from 0 to 1e+06"


@pytest.mark.parametrize(
    ("method", "inputs", "said"),
    [
        ("warp-drive", {}, f"method 'warp-drive' is not registered; use one of {REGISTERED}"),
        ("landing-plume", {}, f"input 'landed_mass_kg' is None; {MASS}"),
        ("landing-plume", {"landed_mass_kg": -5}, f"input 'landed_mass_kg' is -5; {MASS}"),
        ("landing-plume", {"landed_mass_kg": 0}, f"input 'landed_mass_kg' is 0; {MASS}"),
        ("landing-plume", {"landed_mass_kg": 1.1e9}, f"input 'landed_mass_kg' is 1.1e+09; {MASS}"),
        ("landing-plume", {"landed_mass_kg": True}, f"input 'landed_mass_kg' is True; {MASS}"),
        ("landing-plume", {"landed_mass_kg": "7"}, f"input 'landed_mass_kg' is '7'; {MASS}"),
        ("landing-plume", {"landed_mass_kg": float("nan")}, f"input 'landed_mass_kg' is nan; {MASS}"),
        ("landing-plume", {"landed_mass_kg": 1, "built_pad": "yes"}, "input 'built_pad' is 'yes'; give true or false"),
        ("crewed-habitat", {"anomaly": 1}, "input 'anomaly' is 1; give true or false"),
        ("heritage-lander", {}, f"input 'coordinate_sigma_m' is None; {SIGMA}"),
        ("heritage-impact", {"coordinate_sigma_m": -1}, f"input 'coordinate_sigma_m' is -1; {SIGMA}"),
        ("heritage-impact", {"coordinate_sigma_m": 1.1e6}, f"input 'coordinate_sigma_m' is 1.1e+06; {SIGMA}"),
        ("static-science", {"radius_m": 9000, "b": 1},
         "input 'b' is not one of method static-science (inputs: anomaly); remove it"),
        ("landing-plume", {"landed_mass_kg": 1, "pad": True},
         "input 'pad' is not one of method landing-plume (inputs: landed_mass_kg, built_pad); remove it"),
        ("fission-unshielded", {"radius_m": 9000},
         "input 'radius_m' is not one of method fission-unshielded (inputs: none); remove it"),
        ("fission-buried", {"shielded_radius_m": 50}, "input 'shielded_radius_m' is 50; give a number from 100 to 1000"),
        ("agency-hold", {"radius_m": 9000}, "input 'radius_m' is 9000; give a number from 100 to 5000"),
    ],
)  # fmt: skip
def test_unusable_inputs_are_refused_by_name_with_the_mend(method: str, inputs: dict, said: str) -> None:
    with pytest.raises(ZoneInputError) as refused:
        size(method, inputs)
    assert str(refused.value) == said


def test_every_method_states_version_validity_status_and_source() -> None:
    assert len(METHODS) == 10
    assert all(m.version and m.validity and m.status and m.source for m in METHODS.values())
    with pytest.raises(TypeError):
        METHODS["another"] = METHODS["agency-hold"]  # type: ignore[index]  # read only: that is what is tried


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ([(1000, 1)], 4),
        ([(1000, 100)], 315),
        ([(4000, 2), (500, 400)], 415),
        ([(0, 50)], 0),
        ([(1, 1)], 1),
        ([], 0),
        ([(10**9, 10**10)], 31415926535897932384627),
        ([(10**23, 10**9)], 31415926535897932384626433832795028841971693993751),
    ],
)
def test_zone_area_times_days_is_rounded_up_once(phases: list[tuple[int, int]], expected: int) -> None:
    assert km2_days(phases) == expected
