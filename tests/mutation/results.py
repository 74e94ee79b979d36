"""What came of mutants: kept by the text of mutant and tests, so that a run can be taken up again; and the report."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tests.mutation.groups import ROOT, Group, equivalents
from tests.mutation.mutants import Mutant

FORMAT = "lunar-site-registry-mutation/1"
KILLED, SURVIVED, TIMED_OUT = "killed", "survived", "timed out"


@dataclass(frozen=True)
class Result:
    """One mutant's: where it is, what it changes, what came of it, under which tests."""

    group: str
    file: str
    line: int
    before: str
    after: str
    outcome: str
    seconds: float
    tests_sha256: str


class Results:
    """The results in a file, by mutant."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "results.json"
        held = json.loads(self._path.read_text("utf-8")) if self._path.is_file() else {}
        self.rows: dict[str, Result] = {key: Result(**row) for key, row in held.items()}

    def known(self, group: Group, mutant: Mutant, tests: str) -> Result | None:
        """What is known: a mutant once killed stays so, one that survived only under the same tests."""
        found = self.rows.get(f"{group.name}/{mutant.key}")
        return found if found and (found.outcome != SURVIVED or found.tests_sha256 == tests) else None

    def keep(self, mutant: Mutant, result: Result) -> None:
        """Keep a result; at once, because the next mutant may never end."""
        self.rows[f"{result.group}/{mutant.key}"] = result
        part = self._path.with_suffix(".part")
        part.write_text(
            json.dumps({key: asdict(row) for key, row in self.rows.items()}, indent=0, ensure_ascii=False), "utf-8"
        )
        part.replace(self._path)


def tests_sha256(group: Group) -> str:
    """A hash over the files of the group's tests."""
    hashed = hashlib.sha256()
    for word in group.tests:
        place = ROOT / word.split("::")[0]
        for path in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            hashed.update(path.read_bytes())
    return hashed.hexdigest()


def summary(group: Group, count: int, tried: Sequence[Result]) -> dict[str, Any]:
    """Counts and scores of one group that has `count` mutants; `raw` is killed of all tried, nothing excused."""
    excused = equivalents()
    left = [row for row in tried if row.outcome == SURVIVED]
    equal = [row for row in left if (row.file, row.before, row.after) in excused]
    killed = len(tried) - len(left)
    counts = {
        "mutants": count,
        "tried": len(tried),
        "killed": killed,
        "survived": len(left),
        "equivalent": len(equal),
    }
    scores = {"raw": _share(killed, len(tried)), "without_equivalents": _share(killed, len(tried) - len(equal))}
    survivors = [
        {"file": row.file, "line": row.line, "before": row.before, "after": row.after,
         "equivalent_because": excused.get((row.file, row.before, row.after))}
        for row in sorted(left, key=lambda row: (row.file, row.line))
    ]  # fmt: skip
    timeouts = sum(row.outcome == TIMED_OUT for row in tried)
    return {
        "group": group.name,
        "wanted": group.wanted,
        **counts,
        "timed_out": timeouts,
        **scores,
        "survivors": survivors,
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def write_report(folder: Path, about: Mapping[str, Any], groups: list[dict[str, Any]]) -> None:
    """report.json and report.md."""
    document = {"format": FORMAT, **about, "groups": groups}
    (folder / "report.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")
    (folder / "report.md").write_text("\n".join(_lines(about, groups)) + "\n", "utf-8")


def _lines(about: Mapping[str, Any], groups: list[dict[str, Any]]) -> list[str]:
    head = [
        "group",
        "mutants",
        "tried",
        "killed",
        "of these timed out",
        "survived",
        "raw score",
        "without equivalents",
        "wanted",
    ]
    lines = ["# Mutation score", "", f"{', '.join(f'{name}: {value}' for name, value in about.items())}", ""]
    lines += [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}"]
    for row in groups:
        counts = [row["group"], *(row[name] for name in ("mutants", "tried", "killed", "timed_out", "survived"))]
        scores = [_percent(row["raw"]), _percent(row["without_equivalents"]), _percent(row["wanted"])]
        lines.append(f"| {' | '.join(map(str, (*counts, *scores)))} |")
    for row in groups:
        lines += ["", f"## Survivors: {row['group']}", ""]
        for left in row["survivors"]:
            why = f" (equivalent: {left['equivalent_because']})" if left["equivalent_because"] else ""
            lines += [f"- {left['file']}:{left['line']}{why}", f"  - `- {left['before']}`", f"  - `+ {left['after']}`"]
    return lines


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{100 * share:.1f} %"
