"""A study as plain data for files: every variant with its hash, and the summary by kind of change."""

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from solver.compare_text import cell
from solver.incentives.study import (
    DECIDED,
    NO_GAIN,
    NOT_BEGUN,
    NOT_DECIDED,
    RULE,
    SOLVED,
    TIE_BREAK,
    UNCHANGED,
    Finding,
    Study,
)
from solver.incentives.variants import KINDS

INCENTIVES_FORMAT = "lunar-allocation-incentives/1"
CAVEAT = (
    "No rule of this program is strategy-proof. This is a what-if about the rule and this instance: nothing here says "
    "that anybody filed otherwise than in good faith."
)
COLUMNS = (
    "party", "kind", "claim", "ally", "detail", "decided", "gain", "gain_with_ally", "gain_at_least", "gain_at_most",
    "others_lose", "others_gain", "cause", "mean_gain_of_other_draws", "instance_sha256",
)  # fmt: skip


def points(hundredths: Fraction | None) -> int | float | None:
    """Points from hundredths, whole where they are whole, with at most four decimals."""
    if hundredths is None:
        return None
    value = hundredths / 100
    return int(value) if value.denominator == 1 else float(round(value, 4))


def to_document(study: Study) -> dict[str, Any]:
    """The whole study as a JSON object."""
    return {
        "format": INCENTIVES_FORMAT,
        "instance": study.instance.id,
        "instance_sha256": study.instance.sha256,
        "rule": study.instance.policy.rule,
        "tie_break": study.instance.policy.tie_break,
        "seed": study.seed,
        "status": study.truth.status,
        "caveat": CAVEAT,
        "summary": summary(study),
        "variants": [_document(finding) for finding in study.findings],
        "run": {"seconds": round(study.seconds, 3), "solved": study.solved},
    }


def summary(study: Study) -> dict[str, Any]:
    """Counts and largest gains, over all and by kind of change; no party is named."""
    return {
        "parties_looked_at": len(study.parties),
        "allies_of_each": study.allies,
        "whole": study.is_whole and all(f.decided in DECIDED for f in study.findings),
        "all": _counts(study.findings),
        "by_kind": {kind: _counts([f for f in study.findings if f.variant.kind == kind]) for kind in KINDS},
    }


def _counts(findings: Sequence[Finding]) -> dict[str, Any]:
    gaining = [finding for finding in findings if finding.is_gain]
    joint = [finding for finding in findings if finding.is_joint_gain]
    decided = [finding.decided for finding in findings]
    return {
        "variants": len(findings),
        "solved": decided.count(SOLVED),
        "unchanged": decided.count(UNCHANGED),
        "no_gain_possible": decided.count(NO_GAIN),
        "not_decided": decided.count(NOT_DECIDED),
        "not_begun": decided.count(NOT_BEGUN),
        "gains": len(gaining),
        "gains_from_the_rule": sum(finding.cause == RULE for finding in gaining),
        "gains_from_the_tie_break_alone": sum(finding.cause == TIE_BREAK for finding in gaining),
        "parties_that_could_have_gained": len({finding.variant.party for finding in gaining}),
        "largest_gain": points(max((f.gain for f in gaining if f.gain is not None), default=Fraction(0))),
        "gains_with_ally": len(joint),
        "largest_gain_with_ally": points(max((f.with_ally for f in joint if f.with_ally is not None), default=Fraction(0))),
        "most_that_others_lose_by_a_gain": points(max(map(others_lose, gaining), default=Fraction(0))),
    }  # fmt: skip


def others_lose(finding: Finding) -> Fraction:
    """What all others together lose, those who gain not counted."""
    return -sum((by for by in (finding.others or {}).values() if by < 0), Fraction(0))


def others_gain(finding: Finding) -> Fraction:
    """What all others together gain, those who lose not counted."""
    return sum((by for by in (finding.others or {}).values() if by > 0), Fraction(0))


def _document(finding: Finding) -> dict[str, Any]:
    average = finding.average
    return {
        "party": finding.variant.party,
        "kind": finding.variant.kind,
        "claim": finding.variant.claim,
        "ally": finding.variant.ally,
        "detail": finding.variant.detail,
        "instance_sha256": finding.sha256,
        "decided": finding.decided,
        "gain": points(finding.gain),
        "gain_at_least": points(finding.least),
        "gain_at_most": points(finding.most),
        "gain_with_ally": points(finding.with_ally),
        "others": None if finding.others is None else {p: points(by) for p, by in sorted(finding.others.items())},
        "cause": finding.cause,
        "other_draws": None
        if average is None
        else {
            "draws": average.draws,
            "mean_gain": points(average.mean),
            "least_gain": points(average.least),
            "most_gain": points(average.most),
        },
    }


def csv_bytes(study: Study) -> bytes:
    """One row a variant as CSV (RFC 4180, UTF-8); a text that a spreadsheet could compute gets an apostrophe first."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(_rows(study))
    return stream.getvalue().encode()


def _rows(study: Study) -> Iterator[list[Any]]:
    for finding in study.findings:
        row = _document(finding)
        known = finding.others is not None
        row["others_lose"] = points(others_lose(finding)) if known else None
        row["others_gain"] = points(others_gain(finding)) if known else None
        row["mean_gain_of_other_draws"] = None if finding.average is None else points(finding.average.mean)
        yield ["" if row[name] is None else cell(row[name]) for name in COLUMNS]
