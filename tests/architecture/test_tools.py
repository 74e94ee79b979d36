"""The checkers that pyproject.toml sets up find nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

TOOLS = Path(sys.executable).parent

COMMANDS = {
    "import contracts": [TOOLS / "lint-imports", "--no-cache"],
    "ruff": [TOOLS / "ruff", "check", "."],
    "mypy": [TOOLS / "mypy"],
}


# Types take longer than everything else of this folder together.
@pytest.mark.parametrize(
    "tool", [pytest.param(tool, marks=pytest.mark.slow) if tool == "mypy" else tool for tool in COMMANDS]
)
def test_nothing_is_found_by(tool: str) -> None:
    answer = subprocess.run(COMMANDS[tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
