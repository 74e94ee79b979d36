"""Generated instances: valid, as large and as contested as the recipe says, the same bytes for the same recipe."""

import dataclasses
import hashlib
import json

import pytest

from solver.fields import InputError
from solver.generate import Recipe, generate
from solver.io import dump, parse_instance

PINNED = "067981f485f3ee544e7c4ceaeb16da1e800c462e60879a065dddf962fccebd77"
RECIPE = Recipe(claims=24, parties=7)


def parsed(recipe: Recipe):
    return parse_instance(json.dumps(generate(recipe)).encode())


def test_the_same_recipe_gives_the_same_bytes() -> None:
    assert dump(generate(RECIPE)) == dump(generate(RECIPE))


def test_the_bytes_do_not_depend_on_the_machine() -> None:
    """Pinned, so that measurements of one year can be repeated in another."""
    digest = hashlib.sha256(dump(generate(Recipe(claims=3, parties=2, seed=7)))).hexdigest()
    assert digest == PINNED


def test_another_seed_gives_other_sites() -> None:
    assert generate(RECIPE)["claims"] != generate(dataclasses.replace(RECIPE, seed=2))["claims"]


@pytest.mark.parametrize(
    "recipe",
    [
        RECIPE,
        dataclasses.replace(RECIPE, windows="flexible", joint=40, points="rank"),
        dataclasses.replace(RECIPE, levels=10, rule="max-points", keep_out_m=(200, 200)),
        dataclasses.replace(RECIPE, claims=1, parties=1, joint=100, cluster=99),
        dataclasses.replace(RECIPE, horizon_days=121),
    ],
)
def test_every_recipe_gives_a_valid_instance_that_says_it_was_generated(recipe: Recipe) -> None:
    instance = parsed(recipe)
    assert (len(instance.claims), len(instance.parties)) == (recipe.claims, recipe.parties)
    assert instance.document["note"].startswith("generated")


def test_fixed_windows_have_one_start_and_about_12_placements_a_claim() -> None:
    placements = parsed(Recipe(claims=200, parties=40)).placement_by_id.values()
    assert all(p.first_start == p.last_start and 30 <= p.end <= 120 for p in placements)
    assert 12 <= len(placements) / 200 <= 13


def test_flexible_windows_have_three_placements_over_ten_years() -> None:
    instance = parsed(dataclasses.replace(RECIPE, windows="flexible"))
    assert {len(claim.placements) for claim in instance.claims} == {3}
    assert instance.horizon_days == 3650
    assert all(p.last_start - p.first_start >= 90 for p in instance.placement_by_id.values())


def test_keep_outs_lie_in_the_range_asked() -> None:
    placements = parsed(dataclasses.replace(RECIPE, keep_out_m=(1500, 1700))).placement_by_id.values()
    assert {1500 <= phase.keep_out_m <= 1700 for p in placements for phase in p.phases} == {True}


def test_points_by_rank_fall_from_100_to_40() -> None:
    claim = parsed(dataclasses.replace(RECIPE, windows="flexible", points="rank")).claims[0]
    assert [placement.points for placement in claim.placements] == [100, 70, 40]


def test_joint_claims_share_their_credit() -> None:
    shares = [sorted(c.credit.values()) for c in parsed(dataclasses.replace(RECIPE, joint=100)).claims]
    assert shares == [[50, 50]] * 24


def test_levels_are_equal_steps_up_to_100() -> None:
    assert parsed(dataclasses.replace(RECIPE, levels=4)).policy.levels == (25, 50, 75, 100)


@pytest.mark.parametrize(
    ("change", "fragment"),
    [
        ({"horizon_days": 120}, "too short for fixed windows"),
        ({"windows": "flexible", "horizon_days": 1000}, "too short for flexible windows"),
        ({"keep_out_m": (2, 1)}, "no range of metres"),
        ({"keep_out_m": (0, 1)}, "no range of metres"),
    ],
)
def test_an_impossible_recipe_is_refused_by_name(change: dict, fragment: str) -> None:
    with pytest.raises(InputError, match=fragment):
        generate(dataclasses.replace(RECIPE, **change))
