"""The draw of an `ex-ante` lottery: a public value, known only after the lottery was published, picks one allocation.

By hand, with N the least common denominator of the probabilities:

1. seed = SHA-256(instance hash as 32 bytes, 0x00, value bytes).
2. For k = 0, 1, 2, ...: number = SHA-256(seed, 0x00, "draw k" in ASCII), read as a whole number, most significant byte
   first (as many such digests of "draw k 0", "draw k 1", ... one after the other as N has need of, where N >= 2^248).
3. The first number below the largest multiple of N that 256 bits hold (as many bits as read) counts; all others are thrown
   away, so no remainder is likelier than another. Its remainder modulo N is the ticket drawn, 0 to N - 1.
4. Outcomes stand in the order of the file, each with probability times N tickets: the first has those from 0 on.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from math import lcm

from solver.distribution import Distribution, Drawn
from solver.instance import Instance
from solver.lottery import TRIAL_SEED
from solver.solution import FEASIBLE, OPTIMAL, Solution, Stage

ROOM_BITS = 248  # of 256: then a number is thrown away in fewer than 1 of 256 cases


def draw_seed(instance_sha256: str, value: bytes) -> bytes:
    """SHA-256(instance hash bytes, 0x00, value bytes)."""
    return hashlib.sha256(bytes.fromhex(instance_sha256) + b"\x00" + value).digest()


def picked(seed: bytes, probabilities: Sequence[Fraction]) -> int:
    """The number of the outcome that a seed draws, counted from 0; the probabilities MUST sum to 1."""
    tickets = lcm(*(share.denominator for share in probabilities))
    left = _ticket(seed, tickets)
    for number, share in enumerate(probabilities):
        left -= int(share * tickets)
        if left < 0:
            return number
    raise ValueError("the probabilities do not sum to 1")


def _ticket(seed: bytes, tickets: int) -> int:
    blocks = max(1, -(-tickets.bit_length() // ROOM_BITS))
    limit = 2 ** (256 * blocks) // tickets * tickets
    k = 0
    while True:
        number = _number(seed, k, blocks)
        if number < limit:
            return number % tickets
        k += 1


def _number(seed: bytes, k: int, blocks: int) -> int:
    names = [f"draw {k}"] if blocks == 1 else [f"draw {k} {block}" for block in range(blocks)]
    digests = (hashlib.sha256(seed + b"\x00" + name.encode("ascii")).digest() for name in names)
    return int.from_bytes(b"".join(digests), "big")


def before_the_draw(
    instance: Instance, stages: Sequence[Stage], distribution: Distribution, run: dict[str, object]
) -> Solution:
    """A solution whose lottery is not drawn yet: what depends on the draw stays empty, and no seed was needed."""
    return Solution(
        instance_sha256=instance.sha256,
        seed=TRIAL_SEED.hex(),
        rule=instance.policy.rule,
        status=OPTIMAL if all(stage.proved for stage in stages) else FEASIBLE,
        stages=tuple(stages),
        distribution=distribution,
        run=run,
    )


def drawn(solution: Solution, value: bytes) -> Solution:
    """The solution with the outcome that a public value picks, and all that it says."""
    distribution = solution.distribution
    assert distribution is not None
    seed = draw_seed(solution.instance_sha256, value)
    number = picked(seed, [outcome.probability for outcome in distribution.outcomes])
    answer = distribution.outcomes[number].answer
    return replace(
        answer,
        seed=seed.hex(),
        stages=solution.stages,
        distribution=replace(distribution, draw=Drawn(value, number + 1)),
        run=solution.run,
    )
