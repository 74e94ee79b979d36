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


@pytest.mark.parametrize("tool", COMMANDS)
def test_nothing_is_found_by(tool: str) -> None:
    answer = subprocess.run(COMMANDS[tool], cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
