"""The modules whose tests are tried, and the tests that have to find a fault in them; and what cannot be found."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
EQUIVALENT = Path(__file__).with_name("equivalent.json")
TAMPERING = "tests/drills/test_tampered_register.py"


@dataclass(frozen=True)
class Group:
    """Modules by pattern, the tests that are run for each fault in them (as pytest takes them), and the score wanted."""

    name: str
    modules: tuple[str, ...]
    tests: tuple[str, ...]
    wanted: float = 0.85

    def files(self) -> list[Path]:
        """The modules, in order."""
        found = {path for pattern in self.modules for path in ROOT.glob(pattern) if path.name != "__init__.py"}
        return sorted(found)


GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        Group(
            "verify",
            ("solver/verify.py", "solver/checks/*.py"),
            (
                *("tests/solver/test_verify.py", "tests/solver/test_certificates.py", "tests/solver/test_planted.py"),
                "tests/solver/test_limits.py",
                *("tests/solver/rules", "tests/solver/exante/test_verify_lottery.py", "tests/solver/test_access.py"),
                *(
                    "tests/solver/test_moves.py",
                    "tests/solver/exante/test_level_certificates.py",
                    "tests/solver/checks",
                ),
            ),
            wanted=0.95,
        ),
        Group(
            "log",
            ("registry/log/*.py",),
            ("tests/registry/log", "tests/registry/audit", "tests/registry/web/test_receipts.py", TAMPERING),
            wanted=0.95,
        ),
        Group(
            "geometry",
            ("solver/geometry.py", "solver/zones.py"),
            (
                *("tests/solver/test_geometry.py", "tests/solver/test_distances.py", "tests/solver/test_zones.py"),
                "tests/solver/test_areas.py",
            ),
        ),
        Group(
            "procedure",
            (
                "registry/domain/transitions.py",
                *(f"registry/services/{name}.py" for name in ("lives", "filing", "deciding", "entering", "rounds")),
            ),
            (
                "tests/registry/domain/test_transitions.py",
                *(f"tests/registry/services/test_{name}_of_the_procedure.py" for name in ("records", "refusals")),
                *(f"tests/registry/services/test_{name}.py" for name in ("filing", "rounds", "deciding", "entering")),
                *(f"tests/registry/services/test_{name}.py" for name in ("lives", "lives_edges", "late_duties")),
                *(f"tests/registry/services/test_{name}.py" for name in ("two_persons", "room", "resolving")),
                "tests/registry/services/test_bank_rounds.py",
            ),
        ),
        Group(
            "permission",
            ("registry/web/access/*.py", "registry/domain/visibility.py", "registry/domain/access.py"),
            (
                *("tests/registry/domain/test_access.py", "tests/registry/domain/test_visibility.py"),
                *(f"tests/registry/web/test_{name}.py" for name in ("access_by_itself", "sign_in", "second_factor")),
                *(f"tests/registry/web/test_{name}.py" for name in ("attempts", "reauthentication", "forms_of_access")),
                *("tests/registry/web/test_forms_by_themselves.py", "tests/registry/web/test_recovery_codes.py"),
            ),
        ),
        Group("audit", ("registry/audit/*.py",), ("tests/registry/audit", TAMPERING), wanted=0.95),
    )
}


@dataclass(frozen=True)
class Equivalent:
    """A change that no test can find, because the program does the same: where, the line as it is and became, and why."""

    file: str
    before: str
    after: str
    reason: str


def equivalents() -> dict[tuple[str, str, str], str]:
    """The reasons by file, line before and line after."""
    rows = [Equivalent(**row) for row in json.loads(EQUIVALENT.read_text("utf-8"))]
    return {(row.file, row.before, row.after): row.reason for row in rows}
