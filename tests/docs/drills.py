"""What the last full run of the drills showed: the signed report `docs/drills.json`, and the page `docs/drills.md` made from it.

``python -m tests.docs.drills`` writes the page. With the report of mutants beside it (`docs/mutation.json`), those that no
test found are listed, too.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
REPORT, MUTANTS, PAGE = (ROOT / "docs" / name for name in ("drills.json", "mutation.json", "drills.md"))
HEAD = """\
# Drills: what was done to the program, and what it did

The report of `python3 -m registry drill` as it was signed, of every drill but `mutation`, whose own report stands below:
`drills.json`, with its note `drills.json.note`; `registry drill --check docs/drills.json` says whether either was changed since.
This page is made from it by `python -m tests.docs.drills`. What a drill promises, and in which size, is in `../registry/README.md` under Drills. All data in drills are invented (illustrative).
"""


def rendered(report: Mapping[str, Any], mutants: Mapping[str, Any]) -> str:
    """The page."""
    return "\n".join([HEAD, *_about(report), *_drills(report["drills"]), *_mutants(mutants)]) + "\n"


def _about(report: Mapping[str, Any]) -> Iterator[str]:
    held = sum(row["held"] for row in report["drills"])
    machine = report["machine"]
    yield f"{held} of {len(report['drills'])} promises held, on {machine['cores']} cores with {machine['memory_mb']:,} MB."
    yield ""
    yield "| held at commit | from | to | drills |"
    yield "|---|---|---|---|"
    before = {name for source in report["taken_from"] for name in source["drills"]}
    now = [row["drill"] for row in report["drills"] if row["drill"] not in before]
    for source in [*report["taken_from"], *([{**report, "drills": now}] if now else [])]:
        changed = " (with changes)" if source["changed"] else ""
        names = ", ".join(f"`{name}`" for name in source["drills"])
        yield f"| {source['commit'][:7]}{changed} | {source['started_at']} | {source['ended_at']} | {names} |"
    yield ""


def _drills(rows: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    yield "## What each showed\n"
    yield "| drill | properties | size | held | seen | minutes |"
    yield "|---|---|---|---|---|---:|"
    for row in rows:
        size = " ".join(f"{name}={count}" for name, count in row["counts"].items())
        size += "" if row["full_size"] else " (not the full size)"
        seen = ", ".join(f"{name} {value}" for name, value in row["figures"].items())
        held = "yes" if row["held"] else f"**no**: {'; '.join(row['faults'])}"
        minutes = f"{row['seconds'] / 60:.1f}"
        yield f"| `{row['drill']}` | {', '.join(row['properties'])} | {size} | {held} | {seen} | {minutes} |"
    yield ""


def _mutants(mutants: Mapping[str, Any]) -> Iterator[str]:
    yield "## Planted faults that no test found\n"
    yield (
        f"Drawn by seed {mutants['seed']}. Tests were written by what other seeds showed, but for two faults in `verify`. Four of those below have tests since: `verify.py:91`, `lottery.py:200`, `geometry.py:94`, `lives.py:168`. Raw: "
        "killed of all tried; beside it without changes that no test could find."
    )
    yield ""
    yield "| group | mutants | tried | killed | raw | without equivalents | wanted |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for row in mutants["groups"]:
        counts = " | ".join(str(row[name]) for name in ("mutants", "tried", "killed"))
        scores = " | ".join(f"{100 * row[name]:.1f} %" for name in ("raw", "without_equivalents", "wanted"))
        yield f"| {row['group']} | {counts} | {scores} |"
    yield ""
    for row in mutants["groups"]:
        for left in row["survivors"]:
            why = f" Equivalent: {left['equivalent_because']}." if left["equivalent_because"] else ""
            yield f"- `{left['file']}:{left['line']}` {_code(left['before'])} became {_code(left['after'])}.{why}"


def _code(text: str) -> str:
    """A line of the program as code of Markdown, whatever ticks are in it."""
    return f"`` {text} ``" if text else "nothing"


if __name__ == "__main__":
    PAGE.write_text(rendered(json.loads(REPORT.read_bytes()), json.loads(MUTANTS.read_bytes())), "utf-8")
