"""The one file that any Python may meet."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAIN = ROOT / "registry" / "__main__.py"

# What Python 2.7 and 3.x both parse; anything else in the file needs a look first.
COMMON = (
    ast.Module, ast.Expr, ast.Constant, ast.Import, ast.ImportFrom, ast.alias, ast.Assign, ast.Name, ast.Load, ast.Store,
    ast.Tuple, ast.FunctionDef, ast.arguments, ast.arg, ast.If, ast.Compare, ast.Lt, ast.Eq, ast.Subscript, ast.Slice,
    ast.Attribute, ast.Call, ast.GeneratorExp, ast.comprehension, ast.BinOp, ast.Mod, ast.Return, ast.Try,
    ast.ExceptHandler,
)  # fmt: skip


def faults_of_syntax(source: str) -> list[str]:
    """What in the source an old Python might not parse."""
    found = [type(node).__name__ for node in ast.walk(ast.parse(source)) if not isinstance(node, COMMON)]
    arguments = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.arguments)]
    found += ["keyword-only" for node in arguments if node.kwonlyargs or node.posonlyargs]
    found += ["annotation" for node in arguments for arg in node.args if arg.annotation]
    found += [
        "annotation" for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef) and node.returns
    ]
    return found + ([] if source.isascii() else ["not ASCII"])


def test_the_file_holds_only_what_python_2_can_parse() -> None:
    assert faults_of_syntax(MAIN.read_text("utf-8")) == []
    ast.parse(MAIN.read_text("utf-8"), feature_version=(3, 7))


@pytest.mark.parametrize(
    "line",
    ["f'{1}'", "x: int = 1", "def f(*, a): pass", "def f(a: int): pass", "def f() -> int: pass", "(x := 1)",
     "async def f(): pass", "nonlocal_ = 1; print('é')", "def f():\n x = 1\n def g():\n  nonlocal x"],
)  # fmt: skip
def test_newer_syntax_is_found(line: str) -> None:
    assert faults_of_syntax(line) != []


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_is_told_in_one_sentence_and_nothing_is_set_up(version: tuple[int, ...], tmp_path: Path) -> None:
    answer = run_main(f"sys.version_info = {(*version, 'final', 0)}", tmp_path)
    assert answer.returncode == 2
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "Python 3.11 or newer is needed, this is Python " + ".".join(map(str, version)) in answer.stderr


def test_an_interruption_is_one_sentence_and_130(tmp_path: Path) -> None:
    answer = run_main(
        "import registry.bootstrap.entry as e\ndef stop(_): raise KeyboardInterrupt\ne.start = stop", tmp_path
    )
    assert answer.returncode == 130
    assert answer.stderr == "\nregistry: stopped; the same command takes up where this one left off\n"


def run_main(before: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    program = f"import sys, runpy\nsys.path.insert(0, {str(ROOT)!r})\n{before}\n"
    program += "runpy.run_module('registry', run_name='__main__')"
    return subprocess.run([sys.executable, "-c", program], cwd=folder, capture_output=True, text=True, check=False)
