"""Tiny random instances whose policy allows entries in force to move: those of `tests.solver.generate` with more entries."""

import random
from typing import Any

from tests.solver import oracle
from tests.solver.generate import combinations, inside, instance

Document = dict[str, Any]
MOST_ALLOCATIONS = 2500
KNOWN = 1800  # numbers of `tests.solver.generate` that give an instance
RULES = ("equal-footing", "max-points", "nash")


def put_in_force(rng: random.Random, document: Document) -> list[Document]:
    """Put one to three claims in force, on a day of their windows or before day 0, and no others."""
    for claim in document["claims"]:
        claim["in_force"] = None
    held = rng.sample(document["claims"], rng.randint(1, min(3, len(document["claims"]))))
    for claim in held:
        chosen = rng.choice(claim["placements"])
        start = rng.choice([*chosen["start"], *chosen["start"], -2])
        claim["in_force"] = {"placement": chosen["id"], "start": start}
    return held


def moves_instance(number: int) -> Document:
    """Return the instance of a number: one to three entries in force, all or some of which may be moved; all but a tenth stand together."""
    rng = random.Random(f"tiny moves {number}")
    while True:
        document = instance(rng.randrange(KNOWN))
        held = put_in_force(rng, document)
        small = combinations(document | {"claims": [claim | {"in_force": None} for claim in document["claims"]]})
        if small > MOST_ALLOCATIONS or (document["conflicts"] is None and not inside(document)):
            continue
        if number % 10 == 0 or oracle.stands(document, oracle.Separation(document), oracle.Worth(document), None):
            break
    document["id"] = f"tiny-moves-{number}"
    allowed = rng.choice(["all", "all", [held[0]["id"]], [claim["id"] for claim in held]])
    document["policy"] |= {"rule": RULES[number % 3], "moves": {"allowed": allowed}}
    return document
