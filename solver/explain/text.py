"""An explanation as lines for people; every line says one thing."""

from collections.abc import Iterator

from solver.explain import granted
from solver.explain.account import IN_FORCE, UNSERVED, Explanation
from solver.explain.blockers import ConflictSet, Member
from solver.explain.granted import Verdict
from solver.explain.least import Change, Looked

MOVES_SHOWN = 12


def lines(explanation: Explanation) -> Iterator[str]:
    """The explanation, line by line."""
    yield _heading(explanation)
    if explanation.state == IN_FORCE:
        yield "It is an entry in force and stays as it is; no allocation was asked."
        return
    if not explanation.placements:
        yield "No placement of this claim is better than the one that it has."
        return
    if explanation.solution_status != "OPTIMAL":
        yield f"The solution is {explanation.solution_status}: it was cut short, so a better one may grant the claim."
    yield ""
    yield from _placements(explanation)
    yield ""
    yield from _if_granted(explanation)
    yield ""
    yield "Least changes that would have been granted (each solved again):"
    for looked in explanation.changes:
        yield f"  {looked.kind}: {_looked(looked)}"


def _heading(explanation: Explanation) -> str:
    if explanation.state == UNSERVED:
        return f"Claim {explanation.claim} is not served."
    gets = explanation.gets or {}
    asked = "" if explanation.state == IN_FORCE or not explanation.placements else " Why not a better one:"
    return f"Claim {explanation.claim} has {gets['placement']} from day {gets['start']}.{asked}"


def _placements(explanation: Explanation) -> Iterator[str]:
    for account in explanation.placements:
        yield f"{account.placement} ({account.points} points)"
        yield from (f"  closed by {_conflict(conflict)}" for conflict in account.blocked_by)
        if not account.blocked_by:
            yield "  open beside all that is allotted"
        yield f"  if granted: {_verdict(account.if_granted)}"


def _conflict(conflict: ConflictSet) -> str:
    confirmed = "" if conflict.confirmed else " (NOT confirmed by solving again)"
    members = "; ".join(_member(member) for member in conflict.members) or "itself alone"
    if conflict.rule == "C3":
        return f"C3 cap {conflict.cap} for {conflict.whom}, used by {members}{confirmed}"
    if conflict.rule == "C5":
        beside = f"beside {members} it" if conflict.members else "it alone"
        return f"C5 free access: {beside} would block the way of an access point on some day{confirmed}"
    return f"C2 {members}{confirmed}"


def _member(member: Member) -> str:
    who = f"{member.kind} {member.id} from day {member.start}"
    if member.distance_m is not None and member.keep_out_m is not None:
        return f"{who}, {member.distance_m:.0f} m away where {member.keep_out_m} m are kept"
    return f"{who} ({member.measure})" if member.measure is not None else who


def _verdict(verdict: Verdict) -> str:
    if verdict.outcome == granted.IMPOSSIBLE:
        return "impossible in any allocation: entries in force, holds and caps leave no room"
    if verdict.outcome == granted.UNDECIDED:
        return "not decided in the time given"
    if verdict.outcome == granted.EQUAL:
        return "every stage would be the same"
    change = f"{verdict.stage}: {verdict.value} would become {verdict.value_if_granted}"
    if verdict.outcome == granted.BETTER:
        return f"better at {change}; the solution is not the best"
    least = "at least " if verdict.outcome == granted.AT_LEAST else ""
    return f"worse first at {change} ({least}{verdict.by} worse)"


def _if_granted(explanation: Explanation) -> Iterator[str]:
    found = explanation.if_granted
    if found is None:
        return
    yield f"If one of them had been granted: {_verdict(found)}"
    for move in found.moves[:MOVES_SHOWN]:
        yield f"  {move['claim']}: {_gets(move['has'])} -> {_gets(move['would_have'])}"
    if len(found.moves) > MOVES_SHOWN:
        yield f"  and {len(found.moves) - MOVES_SHOWN} more claims would change (--json names them)"


def _gets(row: dict[str, object] | None) -> str:
    return "nothing" if row is None else f"{row['placement']} from day {row['start']}"


def _looked(looked: Looked) -> str:
    if looked.change is not None:
        unsure = "" if looked.finished else "; the time was up before less could be excluded"
        return f"{_change(looked.change)}{unsure}"
    return f"none found ({looked.bounds})" if looked.finished else f"not decided in the time given ({looked.bounds})"


def _change(change: Change) -> str:
    least = "" if change.least else " (less is not excluded)"
    gets = f"gets {change.gets['placement']} from day {change.gets['start']}"
    return f"{change.amount} {change.unit} at {change.placement}{least}; to {_to(change)}; {gets}"


def _to(change: Change) -> str:
    parts = []
    if "start" in change.to:
        first, last = change.to["start"]
        parts.append(f"window [{first}, {last}]")
    if "phases" in change.to:
        phases = [f"{p['name']} {p['days']} days {p['keep_out_m']} m" for p in change.to["phases"]]
        parts.append("phases " + ", ".join(phases))
    if "footprint" in change.to:
        parts.append(f"{change.to['footprint']['type']} {change.to['footprint']['coordinates']}")
    return " and ".join(parts)
