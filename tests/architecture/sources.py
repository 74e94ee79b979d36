"""Reading the product's own source as a tree: which names it uses, with import aliases undone."""

import ast
import functools
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PRODUCT = ("registry", "solver", "migrations")
NOT_OURS = {"node_modules", "__pycache__"}


def python_files(*folders: str) -> list[Path]:
    """Every Python file below the folders, which may not exist yet."""
    files = [file for folder in folders for file in (ROOT / folder).rglob("*.py")]
    return sorted(file for file in files if not NOT_OURS & set(file.parts))


def short(path: Path) -> str:
    """The path as it is written in the tables of these tests."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def tree_of(path: Path) -> ast.Module:
    """The file as a tree, which many tests read and none changes."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything imported, wherever in the file; `from a import b` gives `a.b`."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def names_used(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every imported or built-in name that is used, `t.time` after `import time as t`
    giving `time.time`.
    """
    known = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Name | ast.Attribute):
            dotted = _dotted(node)
            head, _, rest = dotted.partition(".")
            if head:
                yield node.lineno, f"{known.get(head, head)}.{rest}".rstrip(".")


def methods_called(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full dotted name of every call of an attribute; of a call's result only `.name` is known."""
    known = _aliases(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            head, _, rest = _dotted(node.func).partition(".")
            yield node.lineno, f"{known.get(head, head)}.{rest or node.func.attr}"


def _aliases(tree: ast.Module) -> dict[str, str]:
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known.update((alias.asname, alias.name) for alias in node.names if alias.asname)
        elif isinstance(node, ast.ImportFrom):
            known.update((alias.asname or alias.name, f"{node.module}.{alias.name}") for alias in node.names)
    return known


def _dotted(node: ast.expr) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        head = _dotted(node.value)
        return f"{head}.{node.attr}" if head else ""
    return ""
