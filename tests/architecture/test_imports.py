"""Who may import whom: the contracts of pyproject.toml, and what they cannot say."""

import ast
import sys

import pytest

from tests.architecture.sources import ROOT, imports, python_files, short, tree_of

# Plain data, geodesy and sizing; solving and verifying are child processes.
SOLVER_FOR_REGISTRY = (
    "solver.geometry",
    "solver.zones",
    "solver.instance",
    "solver.solution",
    "solver.io",
    "solver.fields",
    "solver.areas",
    "solver.checks.limits",  # what entries in force break among themselves, without any search
    "solver.checks.passage",
    "solver.checks.separation",
    "solver.traffic.clashes",  # who would be in whose way at given times, without any search
    "solver.traffic.icalendar",
    "solver.traffic.instance",
    "solver.traffic.instance_file",
    "solver.traffic.methods",
    "solver.traffic.solution",
)


def foreign(source: str, room: str) -> list[str]:
    """What the source imports from `room` beyond the modules that are open to the registry."""
    found = [name for _, name in imports(ast.parse(source)) if name == room or name.startswith(f"{room}.")]
    return [name for name in found if not any(f"{name}.".startswith(f"{open_}.") for open_ in SOLVER_FOR_REGISTRY)]


def test_the_registry_uses_only_plain_data_geodesy_and_sizing_of_the_solver() -> None:
    found = {short(file): foreign(file.read_text("utf-8"), "solver") for file in python_files("registry")}
    assert {file: names for file, names in found.items() if names} == {}


@pytest.mark.parametrize("line", ["import solver", "from solver import verify", "from solver.model.search import X"])
def test_a_planted_import_of_the_solver_is_found(line: str) -> None:
    assert foreign(line, "solver") != []


@pytest.mark.parametrize("line", ["from solver import geometry", "from solver.io import X", "import solver.zones"])
def test_the_open_rooms_of_the_solver_may_be_imported(line: str) -> None:
    assert foreign(line, "solver") == []


def test_the_bootstrap_needs_nothing_but_the_standard_library() -> None:
    files = [*python_files("registry/bootstrap"), *(f for f in python_files("registry") if f.name == "__main__.py")]
    allowed = {*sys.stdlib_module_names, "registry.bootstrap"}
    found = {
        f"{short(file)}:{line} {name}"
        for file in files
        for line, name in imports(tree_of(file))
        if name.partition(".")[0] not in allowed and not name.startswith("registry.bootstrap")
    }
    # the hand-over at the very end, inside .venv
    assert {item.rpartition(" ")[2] for item in found} == {"registry.cli.main"}


def test_the_package_itself_imports_nothing() -> None:
    assert list(imports(tree_of(ROOT / "registry" / "__init__.py"))) == []
