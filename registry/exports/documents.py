"""The documents of a round as files: policy, instance, draw and solution as programs read them, the verification
as a person does.
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from registry.domain.decisions import Draw, FrozenInstance, Proposal
from registry.domain.draw import FORMAT, SEED_RULE
from registry.domain.instants import utc_text
from registry.exports.contents import Contents
from solver.io import canonical, dump


def documents(contents: Contents) -> Mapping[str, bytes]:
    """File name to bytes, for what there is yet.

    `instance.json`, `solution.json` and `policy.json` are RFC 8785 bytes, so that `sha256sum` of the file is the hash
    that the register holds. Other instances of the round have files with their number, earlier policies with theirs.
    """
    files: dict[str, bytes] = {}
    for policy in contents.round.policies:
        files[_numbered("policy", policy.version, policy is contents.policy)] = canonical(policy.content)
    for instance in contents.instances:
        files |= _of_instance(contents, instance)
    if contents.proposal:
        files["verification.txt"] = _verification(contents, contents.proposal).encode()
    return files


def _of_instance(contents: Contents, instance: FrozenInstance) -> Mapping[str, bytes]:
    """Instance, draw file and official solution."""
    current = instance is contents.instance
    files = {_numbered("instance", instance.number, current): canonical(instance.content)}
    draw = contents.draws.get(instance.id)
    if draw is not None:
        files[_numbered("draw", instance.number, current)] = dump(_draw(draw))
    for proposal in contents.proposals:
        if proposal.official and proposal.instance_id == instance.id:
            files[_numbered("solution", instance.number, current)] = canonical(proposal.solution)
    return files


def _numbered(name: str, number: int, current: bool) -> str:
    return f"{name}.json" if current else f"{name}-{number}.json"


def _draw(draw: Draw) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "round": draw.instance.round_id,
        "illustrative": draw.illustrative,
        "source": draw.source,
        "reference": draw.reference,
        "value_hex": draw.value_hex,
        "published_at": utc_text(draw.published_at or draw.drawn_at),
        "instance_sha256": draw.instance.sha256,
        "seed_instance_sha256": draw.seed_instance_sha256,
        "seed_hex": draw.seed_hex,
        "seed_rule": SEED_RULE,
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
        *_second(report.get("second")),
        "",
        "To repeat it: solver verify instance.json solution.json",
        "The second opinion: solver confirm instance.json solution.json -o official.json",
        f"The seed: registry draw check draw.json --instance {_seed_file(contents, proposal)}",
        f"To solve anew: solver solve instance.json -o mine.json --seed {proposal.solution['seed']}",
    ]
    return "\n".join(lines) + "\n"


def _seed_file(contents: Contents, proposal: Proposal) -> str:
    """The instance file that the seed was made from: an earlier one after a re-solve."""
    made_from = proposal.draw.seed_instance_sha256
    instance = next(row for row in contents.instances if row.sha256 == made_from)
    return _numbered("instance", instance.number, instance is contents.instance)


def _second(second: Mapping[str, Any] | None) -> list[str]:
    """What the second opinion said, where one was asked for."""
    return [f"Second opinion ({second['confirmer']}): {second['said'] or second['problems'][0]}."] if second else []


def _invented(contents: Contents) -> str:
    return " (illustrative)" if contents.round.illustrative else ""


def sha256(data: bytes) -> str:
    """The hash of a file, lower-case hex."""
    return hashlib.sha256(data).hexdigest()
