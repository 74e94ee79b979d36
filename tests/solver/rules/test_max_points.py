"""Max points on instances worked out by hand."""

from solver import solve
from solver.verify import verify
from tests.solver.instances import claim, instance, placement

MAX_POINTS = {"policy": {"rule": "max-points"}}


def stages(solution) -> list[tuple[str, int, int]]:
    return [(stage.name, stage.value, stage.bound) for stage in solution.stages]


def test_two_middling_claims_at_the_sides_beat_the_best_one_between_them() -> None:
    """B at 0 excludes A and C, 600 m away at each side; 60 + 60 is more than 100."""
    rows = [
        claim("A1", placement("A1/1", (-600, 0), 60), credit={"A": 100}),
        claim("B1", placement("B1/1", (0, 0), 100), credit={"B": 100}),
        claim("C1", placement("C1/1", (600, 0), 60), credit={"C": 100}),
    ]
    problem = instance(*rows, **MAX_POINTS)
    solution = solve(problem)
    assert [row.claim for row in solution.allotments] == ["A1", "C1"]
    assert stages(solution) == [("shortfall", 0, 0), ("points", 120, 120), ("tie-break", 6, 6)]
    assert verify(problem, solution)


def test_a_party_may_be_left_with_nothing_where_equal_footing_would_share() -> None:
    """A's claims exclude B's only one, each of them 90 points to its 100; equal footing would serve B."""
    rows = [
        claim("A1", placement("A1/1", (-600, 0), 90), credit={"A": 100}),
        claim("A2", placement("A2/1", (600, 0), 90), credit={"A": 100}),
        claim("A3", placement("A3/1", (20000, 0), 10), credit={"A": 100}),
        claim("B1", placement("B1/1", (0, 0), 100), credit={"B": 100}),
    ]
    served = [row.claim for row in solve(instance(*rows, **MAX_POINTS)).allotments]
    assert served == ["A1", "A2", "A3"]
    assert [row.claim for row in solve(instance(*rows)).allotments] == ["A3", "B1"]


def test_of_equal_sums_the_party_of_the_smallest_ticket_has_more() -> None:
    rows = [claim(f"{p}1", placement(f"{p}1/1", (100 * i, 0)), credit={p: 100}) for i, p in enumerate("ABC")]
    problem = instance(*rows, **MAX_POINTS)
    for tickets, winner in (({"A": "03", "B": "01", "C": "02"}, "B"), ({"A": "01", "B": "02", "C": "03"}, "A")):
        given = tickets | {"A1": "04", "B1": "05", "C1": "06"}
        assert solve(problem, tickets=given).parties[winner] == 10000


def test_levels_of_the_policy_play_no_part() -> None:
    rows = [claim("A1", placement("A1/1", points=40)), claim("A2", placement("A2/1", (9000, 0), points=10))]
    with_levels = instance(*rows, policy={"rule": "max-points", "levels": [1, 2, 300]})
    assert stages(solve(with_levels)) == stages(solve(instance(*rows, **MAX_POINTS)))
