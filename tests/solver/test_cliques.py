"""Clique covers: every pair covered, nothing invented, the same for any order."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from solver.cliques import clique_cover

names = st.sampled_from([f"P{i}" for i in range(9)])
pairs = st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), max_size=30)


def covered(cliques) -> set[frozenset[str]]:
    return {frozenset(pair) for clique in cliques for pair in itertools.combinations(clique, 2)}


def test_a_triangle_is_one_clique_and_a_path_is_two() -> None:
    assert clique_cover([("A", "B"), ("B", "C"), ("A", "C")], []) == [("A", "B", "C")]
    assert clique_cover([("A", "B"), ("B", "C")], []) == [("A", "B"), ("B", "C")]


def test_placements_of_a_claim_join_the_cliques_of_their_neighbours() -> None:
    assert clique_cover([("A/1", "B/1"), ("A/2", "B/1")], [["A/1", "A/2"], ["B/1"]]) == [("A/1", "A/2", "B/1")]


@given(pairs, st.randoms(use_true_random=False))
def test_a_cover_covers_exactly_the_pairs_whatever_their_order(given_pairs, random) -> None:
    cliques = clique_cover(given_pairs, [])
    assert covered(cliques) == {frozenset(pair) for pair in given_pairs}
    shuffled = [tuple(random.sample(pair, 2)) for pair in random.sample(given_pairs, len(given_pairs))]
    assert clique_cover(shuffled, []) == cliques
