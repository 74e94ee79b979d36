"""Components: what can never stand in each other's way is taken apart, and nothing else is."""

from solver.components import parts
from solver.options import open_options
from tests.solver.instances import claim, instance, placement

FAR = 20_000


def claims_of(problem) -> list[tuple[str, ...]]:
    found = parts(problem, open_options(problem))
    return [tuple(claim.id for claim in part.instance.claims) for part in found]


def test_claims_far_apart_are_components_of_their_own_and_the_smallest_come_first() -> None:
    problem = instance(
        claim("KA", placement("KA/1", (0, 0))),
        claim("KB", placement("KB/1", (500, 0))),
        claim("KC", placement("KC/1", (FAR, 0))),
    )
    assert claims_of(problem) == [("KC",), ("KA", "KB")]


def test_one_placement_that_reaches_both_joins_two_groups() -> None:
    problem = instance(
        claim("KA", placement("KA/1", (0, 0))),
        claim("KB", placement("KB/1", (FAR, 0))),
        claim("KC", placement("KC/1", (500, 0)), placement("KC/2", (FAR + 500, 0))),
    )
    assert claims_of(problem) == [("KA", "KB", "KC")]


def test_a_pair_that_depends_on_time_joins_too() -> None:
    problem = instance(
        claim("KA", placement("KA/1", (0, 0), start=(0, 40))), claim("KB", placement("KB/1", (500, 0), start=(0, 40)))
    )
    assert claims_of(problem) == [("KA", "KB")]


def test_a_part_has_the_pairs_and_starts_of_its_own_claims_and_no_caps() -> None:
    problem = instance(
        claim("KA", placement("KA/1", (0, 0))),
        claim("KB", placement("KB/1", (500, 0))),
        claim("KC", placement("KC/1", (FAR, 0))),
        caps=[{"id": "all", "placements": ["KA/1", "KC/1"], "measure": "placements", "max": 1, "per": "all"}],
    )
    alone, pair = parts(problem, open_options(problem))
    assert (dict(alone.options.starts), alone.options.exclusive) == ({"KC/1": ((0, 0),)}, ())
    assert (sorted(pair.options.starts), pair.options.exclusive) == (["KA/1", "KB/1"], (("KA/1", "KB/1"),))
    assert pair.instance.caps == ()


def test_a_claim_without_an_open_placement_is_in_no_part() -> None:
    hold = {"id": "H", "footprint": {"type": "Point", "coordinates": [0, 0]}, "start": 0,
            "phases": [{"name": "hold", "offset": 0, "days": 100, "keep_out_m": 1000}]}  # fmt: skip
    problem = instance(claim("KA", placement("KA/1", (0, 0))), claim("KB", placement("KB/1", (FAR, 0))), holds=[hold])
    assert claims_of(problem) == [("KB",)]
