"""Non-discrimination as a test that anybody can run: changes that must not matter, each solved, each compared.

1. Rows in another order, and keys of objects in another order.
2. Parties renamed, their tickets carried along: the result is renamed and nothing else.
3. Claims and placements renamed, tickets carried along. Placement ids break ties between placements of one claim by
   their bytes, so they are renamed in an order that keeps it.
4. Labels of groups exchanged among the parties, unless a cap or reserve names them.
5. Other hours of receipt, unless the rule is first-come.
6. Other operators, and controllers renamed.

Solutions are compared whole, after renaming back, without `run` (times) and `instance_sha256` (another file). Runs that
were cut short cannot be compared; that counts as a difference.
"""

import copy
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from solver.instance import Instance
from solver.instance_file import parse_instance
from solver.lottery import ticket
from solver.solution import FEASIBLE, Solution, to_document

Document = dict[str, Any]
Solve = Callable[[Instance, bytes, Mapping[str, str]], Solution]
ORDERED = ("start", "phases", "coordinates", "levels", "extent", "gates", "at")  # lists whose order has a meaning
OUTSIDE = ("run", "instance_sha256")
SHOWN = 20
UNIQUE = ("expected", "chances", "exchangeable", "open", "draw")


@dataclass(frozen=True, slots=True)
class Change:
    """A changed document, with the old name of each id renamed; `left_out` says why there is nothing to change."""

    name: str
    document: Document | None
    old_names: Mapping[str, str]
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one change did: the differences found, path by path; none is what must be."""

    change: str
    differences: tuple[str, ...]
    left_out: str | None = None


@dataclass(frozen=True, slots=True)
class BlindReport:
    """All outcomes; true if and only if nothing differs."""

    outcomes: tuple[Outcome, ...]

    def __bool__(self) -> bool:
        return not any(outcome.differences for outcome in self.outcomes)

    def to_document(self) -> Document:
        """The same as JSON values."""
        rows = [{"change": o.change, "differences": list(o.differences), "left_out": o.left_out} for o in self.outcomes]
        return {"blind": bool(self), "outcomes": rows}


def blind(instance: Instance, seed: bytes, solve: Solve) -> BlindReport:
    """Solve an instance and each of its changes with the same tickets, and report what differs."""
    document = json.loads(json.dumps(instance.document))
    tickets = {name: ticket(seed, name) for name in _ids(document, "parties") + _ids(document, "claims")}
    plain = solve(instance, seed, tickets)
    if plain.status == FEASIBLE:
        cut_short = "the run was cut short, so nothing can be compared; give it more time"
        return BlindReport((Outcome("none", (cut_short,)),))
    wanted = to_document(plain)
    return BlindReport(tuple(_outcome(change, wanted, tickets, seed, solve) for change in changes(document)))


def _outcome(change: Change, wanted: Document, tickets: Mapping[str, str], seed: bytes, solve: Solve) -> Outcome:
    if change.document is None:
        return Outcome(change.name, (), change.left_out)
    problem = parse_instance(json.dumps(change.document).encode())
    new_names = {old: new for new, old in change.old_names.items()}
    carried = {new_names.get(name, name): value for name, value in tickets.items()}
    found = solve(problem, seed, carried)
    if found.status == FEASIBLE:
        return Outcome(change.name, ("the run was cut short, so nothing can be compared; give it more time",))
    itself = {old: old for old in new_names}
    pair = _comparable(wanted, itself), _comparable(to_document(found), change.old_names)
    return Outcome(change.name, tuple(differences(*pair)))


def changes(document: Document) -> Iterator[Change]:
    """The changes of an instance document that must not matter."""
    yield Change("rows in reverse order", _reordered(document, lambda rows: rows[::-1]), {})
    for number in (1, 2):
        yield Change(f"rows shuffled ({number})", _reordered(document, _shuffle(number)), {})
    yield _renamed(document, "parties renamed", _reverse_names(_ids(document, "parties"), "party"))
    yield _renamed(document, "claims renamed", _reverse_names(_ids(document, "claims"), "claim"))
    placements = sorted((p["id"] for claim in document["claims"] for p in claim["placements"]), key=str.encode)
    yield _renamed(document, "placements renamed", {name: f"placement-{i:06d}" for i, name in enumerate(placements)})
    yield _labels_swapped(document)
    yield _hours_changed(document)
    yield _flown_by_others(document)


def differences(wanted: Any, found: Any, path: str = "") -> Iterator[str]:
    """Where two JSON values differ, path by path."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted({*wanted, *found}):
            yield from differences(wanted.get(key), found.get(key), f"{path}.{key}".lstrip("."))
    elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
        for i, (a, b) in enumerate(zip(wanted, found, strict=True)):
            yield from differences(a, b, f"{path}[{i}]")
    elif wanted != found:
        yield f"{path}: {_short(wanted)} became {_short(found)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _comparable(document: Document, old_names: Mapping[str, str]) -> Document:
    """The solution with old names, rows by id again, without what belongs to the run or the file."""
    kept = {name: value for name, value in document.items() if name not in OUTSIDE}
    if kept.get("distribution") and old_names:
        kept = _unique_of_lottery(kept)
    found: Document = _named(json.loads(json.dumps(kept)), old_names)
    for stage in found["stages"]:
        # Rules that go by turns name whose turn it was; the new names are such as nothing else contains.
        for new, old in old_names.items():
            stage["name"] = stage["name"].replace(new, old)
    if found["distribution"]:
        found["distribution"] = _in_order(found["distribution"])
    for rows in ("allotments", "unserved"):
        found[rows].sort(key=lambda row: row["claim"])
    for row in found["unserved"] + found["shortfalls"]:
        for reason in row["reasons"]:
            reason["by"].sort()
        row["reasons"].sort(key=lambda reason: json.dumps(reason, sort_keys=True))
    return found


def _unique_of_lottery(document: Document) -> Document:
    """What of a lottery is unique, whatever the names: means, chances, what can be exchanged; not the outcomes, of which
    equally good ones are told apart by the ids of their placements.
    """
    lottery = document["distribution"]
    return document | {"distribution": {name: lottery[name] for name in UNIQUE}}


def _in_order(lottery: Document) -> Document:
    sets = sorted(sorted(names) for names in lottery["exchangeable"])
    return lottery | {"exchangeable": sets}


def _named(value: Any, names: Mapping[str, str]) -> Any:
    """The value with names replaced wherever they stand alone, keys of objects included."""
    if isinstance(value, dict):
        return {names.get(key, key): _named(inner, names) for key, inner in value.items()}
    if isinstance(value, list):
        return [_named(inner, names) for inner in value]
    return names.get(value, value) if isinstance(value, str) else value


# Changes


def _ids(document: Document, rows: str) -> list[str]:
    return [row["id"] for row in document[rows]]


def _reordered(value: Any, order: Callable[[list[Any]], list[Any]]) -> Any:
    if isinstance(value, dict):
        items = [(key, inner if key in ORDERED else _reordered(inner, order)) for key, inner in value.items()]
        return dict(order(items))
    return [_reordered(inner, order) for inner in order(value)] if isinstance(value, list) else value


def _shuffle(number: int) -> Callable[[list[Any]], list[Any]]:
    """An order that depends on nothing but the rows and a number."""

    def digest(row: Any) -> str:
        return hashlib.sha256(f"{number} {json.dumps(row, sort_keys=True)}".encode()).hexdigest()

    return lambda rows: sorted(rows, key=digest)


def _reverse_names(names: list[str], kind: str) -> dict[str, str]:
    """New names in the opposite order of the alphabet."""
    ordered = sorted(names, reverse=True)
    return {name: f"{kind}-{i:06d}" for i, name in enumerate(ordered)}


def _renamed(document: Document, name: str, new_names: Mapping[str, str]) -> Change:
    """The document with ids renamed where ids stand; texts of other fields that look like one are left alone."""
    found = copy.deepcopy(document)
    for row in [*found["parties"], *found["claims"]]:
        row["id"] = new_names.get(row["id"], row["id"])
    for claim in found["claims"]:
        claim["credit"] = {new_names.get(party, party): share for party, share in claim["credit"].items()}
        for placement in claim["placements"]:
            placement["id"] = new_names.get(placement["id"], placement["id"])
        if claim.get("in_force"):
            claim["in_force"]["placement"] = _named(claim["in_force"]["placement"], new_names)
    for agreement in found.get("agreements") or []:
        agreement["claims"] = _named(agreement["claims"], new_names)
    for row in [*(found.get("caps") or []), *(found.get("reserves") or [])]:
        row["placements"] = _named(row["placements"], new_names)
    moves = found["policy"].get("moves")
    if moves and isinstance(moves["allowed"], list):
        moves["allowed"] = _named(moves["allowed"], new_names)
    if found.get("conflicts"):
        found["conflicts"] = _named(found["conflicts"], new_names)
    return Change(name, found, {new: old for old, new in new_names.items()})


def _labels_swapped(document: Document) -> Change:
    name = "labels of groups exchanged"
    rules = [*(document.get("caps") or []), *(document.get("reserves") or [])]
    named = {row.get("group") for row in rules} | {str(row.get("per", "")).removeprefix("group:") for row in rules}
    labels = sorted({g for party in document["parties"] for g in party.get("groups") or []} - named)
    if not labels:
        return Change(name, None, {}, "no party has a group that no cap or reserve names")
    found = copy.deepcopy(document)
    # One label alone goes to those who do not have it; several change places in a ring.
    following = dict(zip(labels, labels[1:] + labels[:1], strict=True))
    for party in found["parties"]:
        groups = party.get("groups") or []
        others = [group for group in groups if group not in following]
        mine = [following[group] for group in groups if group in following]
        party["groups"] = others + (mine if len(labels) > 1 else [g for g in labels if g not in groups])
    return Change(name, found, {})


def _hours_changed(document: Document) -> Change:
    name = "hours of receipt changed"
    if document["policy"]["rule"] == "first-come":
        return Change(name, None, {}, "under first-come the hour of receipt decides")
    found = copy.deepcopy(document)
    for i, claim in enumerate(reversed(found["claims"])):
        claim["received_at"] = f"2027-03-{1 + i % 28:02d}T{i % 24:02d}:{i % 60:02d}:59+05:30"
    return Change(name, found, {})


def _flown_by_others(document: Document) -> Change:
    found = copy.deepcopy(document)
    controllers = sorted({claim["controller"] for claim in found["claims"] if claim.get("controller")}, reverse=True)
    for i, claim in enumerate(found["claims"]):
        claim["operator"] = f"operator {i}"
        if claim.get("controller"):
            claim["controller"] = f"controller {controllers.index(claim['controller']):06d}"
    return Change("operators changed, controllers renamed", found, {})


def lines(report: BlindReport) -> Iterator[str]:
    """The report, line by line."""
    for outcome in report.outcomes:
        if outcome.left_out:
            yield f"left out: {outcome.change} ({outcome.left_out})"
        elif not outcome.differences:
            yield f"no difference: {outcome.change}"
        else:
            yield f"DIFFERENT: {outcome.change}"
            yield from (f"  {difference}" for difference in outcome.differences[:SHOWN])
            if len(outcome.differences) > SHOWN:
                yield f"  and {len(outcome.differences) - SHOWN} more (--json names them)"
