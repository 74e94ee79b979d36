"""What the program meets of OWASP ASVS 5.0.0: the table `docs/asvs.csv`, and the page `docs/security.md` made from it.

``python -m tests.docs.asvs`` writes the page. Ids and levels are OWASP's, the words are our own.
"""

import csv
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DATA, PAGE = ROOT / "docs" / "asvs.csv", ROOT / "docs" / "security.md"
FIELDS = ["requirement", "level", "wording", "status", "evidence"]
TEST, REASON, NOT_APPLICABLE, OPEN = STATUSES = ("test", "reason", "not-applicable", "open")
CHAPTERS = (
    "Encoding and sanitization", "Validation and business logic", "Web frontend", "API and web service", "File handling",
    "Authentication", "Session management", "Authorization", "Self-contained tokens", "OAuth and OIDC", "Cryptography",
    "Secure communication", "Configuration", "Data protection", "Secure coding and architecture", "Logging and errors", "WebRTC",
)  # fmt: skip
LEFT_OUT = (9, 10, 17)  # whole chapters about what is not there
HEAD = """\
# Security: what is asked and what answers it

OWASP Application Security Verification Standard 5.0.0, levels 1 and 2 whole and {others} of level 3. Ids and levels are OWASP's; the
words are ours and short, so read the standard beside them. A **test** is named by its node id and run with all others; a **reason** says
why nothing has to be tested here, or who has to see to it; **open** is not met, and says what is missing. This page is made from
`asvs.csv` by `python -m tests.docs.asvs`, and a test holds the two together and every named test in its place. Who threatens what, and
what stands against it, is in `../registry/README.md` under Threats.
"""


@dataclass(frozen=True)
class Row:
    """One requirement: its id, level, our words, and what answers it."""

    requirement: str
    level: int
    wording: str
    status: str
    evidence: str

    @property
    def number(self) -> tuple[int, ...]:
        """The id as numbers, by which rows are in order."""
        return tuple(int(part) for part in self.requirement.split("."))

    @property
    def chapter(self) -> int:
        """The number of its chapter."""
        return self.number[0]


def rows(path: Path = DATA) -> list[Row]:
    """The table; ValueError if its columns are others."""
    with path.open(encoding="utf-8", newline="") as file:
        read = csv.DictReader(file)
        if read.fieldnames != FIELDS:
            raise ValueError(f"{path.name} has the columns {read.fieldnames}, not {FIELDS}")
        return [Row(row["requirement"], int(row["level"]), *(row[name] for name in FIELDS[2:])) for row in read]


def rendered(table: Sequence[Row]) -> str:
    """The page."""
    others = sum(row.level == 3 for row in table)
    return "\n".join([HEAD.format(others=others), *_counts(table), *_open(table), *_chapters(table)]) + "\n"


def _counts(table: Sequence[Row]) -> Iterator[str]:
    yield "| level | " + " | ".join(STATUSES) + " | all |"
    yield "|---|" + "---:|" * 5
    for level in (1, 2, 3):
        counted = Counter(row.status for row in table if row.level == level)
        numbers = " | ".join(str(counted[status]) for status in STATUSES)
        yield f"| {level} | {numbers} | {counted.total()} |"
    yield ""


def _open(table: Sequence[Row]) -> Iterator[str]:
    found = [row for row in table if row.status == OPEN]
    yield f"## Open: {len(found)}\n"
    yield from (f"- {row.requirement} (level {row.level}) {row.wording}. {row.evidence}." for row in found)
    yield ""


def _chapters(table: Sequence[Row]) -> Iterator[str]:
    for number, name in enumerate(CHAPTERS, 1):
        yield f"## {number} {name}\n"
        yield "| id | level | asked | status | answered by |"
        yield "|---|---:|---|---|---|"
        for row in table:
            if row.chapter == number:
                yield f"| {row.requirement} | {row.level} | {row.wording} | {row.status} | {_evidence(row)} |"
        yield ""


def _evidence(row: Row) -> str:
    return "<br>".join(f"`{node}`" for node in row.evidence.split()) if row.status == TEST else row.evidence


if __name__ == "__main__":
    PAGE.write_text(rendered(rows()), "utf-8")
