"""Allocation of landing sites: proven, explained, checkable. No database, no web, no registry.

The public names below are resolved when first used, so that `import solver.verify` loads no constraint solver.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "EngineError": "solver.model.search",
    "InputError": "solver.io",
    "Instance": "solver.instance",
    "Solution": "solver.solution",
    "SolveLimits": "solver.model.search",
    "drawn": "solver.drawing",
    "parse_instance": "solver.io",
    "parse_solution": "solver.io",
    "solve": "solver.allocate",
    "to_document": "solver.solution",
}

__all__ = [
    "EngineError",
    "InputError",
    "Instance",
    "Solution",
    "SolveLimits",
    "drawn",
    "parse_instance",
    "parse_solution",
    "solve",
    "to_document",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'solver' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
