"""The documents of a round as files: policy, instance, draw and solution as programs read them, the verification
as a person does.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from registry.domain.decisions import Draw, Proposal
from registry.domain.instants import utc_text
from registry.exports.contents import Contents
from solver.io import canonical, dump


def documents(contents: Contents) -> Mapping[str, bytes]:
    """File name to bytes, for what there is yet.

    `instance.json`, `solution.json` and `policy.json` are RFC 8785 bytes, so that `sha256sum` of the file is the hash
    that the register holds.
    """
    files: dict[str, bytes] = {}
    if contents.policy:
        files["policy.json"] = canonical(contents.policy.content)
    if contents.instance:
        files["instance.json"] = canonical(contents.instance.content)
    if contents.draw:
        files["draw.json"] = dump(_draw(contents.draw))
    if contents.proposal:
        files["solution.json"] = canonical(contents.proposal.solution)
        files["verification.txt"] = _verification(contents, contents.proposal).encode()
    return files


def _draw(draw: Draw) -> dict[str, Any]:
    return {
        "format": "lunar-allocation-draw/1",
        "illustrative": draw.illustrative,
        "instance_sha256": draw.instance.sha256,
        "source": draw.source,
        "value_hex": draw.value_hex,
        "seed_hex": draw.seed_hex,
        "seed_rule": "SHA-256(instance hash bytes, 0x00, value bytes)",
        "drawn_at": utc_text(draw.drawn_at),
    }


def _verification(contents: Contents, proposal: Proposal) -> str:
    report = proposal.verification
    verdict = "VALID: no problem was found" if proposal.verified else "REFUSED"
    lines = [
        f"Verification of the official solution of round {contents.round.id}{_invented(contents)}",
        "",
        f"{verdict}.",
        f"Verified by a process of its own: {report['verifier']}. It loads no constraint solver.",
        f"Status of the solution: {proposal.status}",
        f"SHA-256 of instance.json: {proposal.instance.sha256}",
        f"SHA-256 of solution.json: {proposal.solution_sha256}",
        f"Seed: {proposal.solution['seed']}",
        "",
        "Checked:",
        *(f"  - {check}" for check in report["checks"]),
        *(f"Problem: {problem}" for problem in report["problems"]),
        "",
        "To repeat it: solver verify instance.json solution.json",
        f"To solve anew: solver solve instance.json -o mine.json --seed {proposal.solution['seed']}",
    ]
    return "\n".join(lines) + "\n"


def _invented(contents: Contents) -> str:
    return " (illustrative)" if contents.round.illustrative else ""


def sha256(data: bytes) -> str:
    """The hash of a file, lower-case hex."""
    return hashlib.sha256(data).hexdigest()
