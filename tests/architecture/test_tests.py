"""Tests that never run and tests that cannot fail are found."""

import ast
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import names_used, python_files, short, tree_of

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
SKIPS = {"pytest.skip", "pytest.importorskip", "pytest.xfail", "pytest.mark.skip", "pytest.mark.skipif",
         "pytest.mark.xfail", "unittest.skip"}  # fmt: skip


def test_every_function_in_a_test_file_is_a_test_a_fixture_or_called() -> None:
    used = Counter(name for file in python_files("tests") for name in mentioned(tree_of(file)))
    found = {
        f"{short(file)}:{function.lineno} {function.name}"
        for file in files_with_tests()
        for function in idle_functions(tree_of(file))
        if not used[function.name]
    }
    assert found == set()


def test_every_test_asserts_something() -> None:
    found = {
        f"{short(file)}:{function.lineno} {function.name}"
        for file in files_with_tests()
        for function in unasserted_tests(tree_of(file))
    }
    assert found == set()


def test_no_test_is_skipped() -> None:
    found = {
        f"{short(file)}:{line} {name}"
        for file in python_files("tests")
        for line, name in names_used(tree_of(file))
        if name in SKIPS
    }
    assert found == set()


def test_a_planted_idle_function_is_found() -> None:
    tree = ast.parse("def tes_typo(): assert 1\ndef test_a(): assert 1\n@pytest.fixture\ndef f(): ...")
    assert [function.name for function in idle_functions(tree)] == ["tes_typo"]


def test_a_planted_misspelt_method_is_found() -> None:
    tree = ast.parse("class TestA:\n def tset_b(self): assert 1\n def test_c(self): assert 1")
    assert [function.name for function in idle_functions(tree)] == ["tset_b"]


@pytest.mark.parametrize("body", ["x = 1", "run()", "look()\ndef look(): return 1"])
def test_a_planted_test_without_assertion_is_found(body: str) -> None:
    head, _, rest = body.partition("\n")
    tree = ast.parse(f"def test_a(): {head}\n{rest}")
    assert [function.name for function in unasserted_tests(tree)] == ["test_a"]


@pytest.mark.parametrize(
    "body", ["assert 1", "check_all(1)", "m.assert_same(1)", "look()\ndef look(): assert 1", "expect(1).to_be()"]
)
def test_what_counts_as_an_assertion(body: str) -> None:
    head, _, rest = body.partition("\n")
    assert unasserted_tests(ast.parse(f"def test_a(): {head}\n{rest}")) == []


def test_this_file_is_among_those_looked_at() -> None:
    assert "tests/architecture/test_tests.py" in {short(file) for file in files_with_tests()}


def files_with_tests() -> list[Path]:
    return [file for file in python_files("tests") if file.name.startswith("test_") or file.stem.endswith("_test")]


def idle_functions(tree: ast.Module) -> list[FunctionNode]:
    """Functions of the file and methods of its test classes that are neither test nor fixture."""
    return [
        function
        for function in functions(tree)
        if not function.name.startswith(("test_", "__")) and not any(is_fixture(d) for d in function.decorator_list)
    ]


def functions(tree: ast.Module) -> Iterator[FunctionNode]:
    for node in tree.body:
        if isinstance(node, FunctionNode):
            yield node
        elif isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            yield from (child for child in node.body if isinstance(child, FunctionNode))


def is_fixture(decorator: ast.expr) -> bool:
    return "fixture" in ast.unparse(decorator) or "hookimpl" in ast.unparse(decorator)


def mentioned(tree: ast.Module) -> Iterator[str]:
    """Every name that is read in the file, as a variable or as an attribute."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr


def unasserted_tests(tree: ast.Module) -> list[FunctionNode]:
    """Tests that assert nothing, neither themselves nor through a function of the same file that they mention."""
    inside = {function.name: function for function in functions(tree)}
    asserting = {name for name, function in inside.items() if asserts(function)}
    while True:
        more = {n for n, f in inside.items() if n not in asserting and asserting & set(mentioned_in(f))}
        if not more:
            break
        asserting |= more
    return [f for name, f in inside.items() if name.startswith("test_") and name not in asserting]


def mentioned_in(function: FunctionNode) -> Iterator[str]:
    return mentioned(ast.Module(body=function.body, type_ignores=[]))


def asserts(function: FunctionNode) -> bool:
    return any(isinstance(node, ast.Assert) or is_asserting_call(node) for node in ast.walk(function))


def is_asserting_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = ast.unparse(node.func).rpartition(".")[2]
    return name.startswith(("assert_", "check_")) or name in {"raises", "warns", "fail", "expect"}
