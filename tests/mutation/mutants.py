"""Faults to put in: the mutations of mutmut, each as the whole text of its module.

mutmut's own runner copies the program and calls mutants through trampolines; classes of SQLAlchemy, tables of data at the
top of modules and tests that look at functions do not bear that. Its operators are taken, and each mutant is run whole.
"""

import difflib
import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import cast

import libcst as cst
from mutmut.mutation.file_mutation import create_mutations, deep_replace

from tests.mutation.groups import ROOT


@dataclass(frozen=True)
class Mutant:
    """One fault: the module, its number there, the line (from 1), the lines that differ, and the whole text with it."""

    file: str
    number: int
    line: int
    before: str
    after: str
    source: str

    @property
    def key(self) -> str:
        """By what its result is kept: a change of the module makes other mutants of it."""
        return f"{self.file}#{hashlib.sha256(self.source.encode()).hexdigest()[:20]}"


class Module:
    """A module with all its mutations; what comes of one is written when it is asked for."""

    def __init__(self, path: Path) -> None:
        self.file, self._code = path.relative_to(ROOT).as_posix(), path.read_text("utf-8")
        self._tree, self._mutations, *_ = create_mutations(str(path), self._code)

    def __len__(self) -> int:
        return len(self._mutations)

    def mutant(self, number: int) -> Mutant | None:
        """One of them; None where the mutated text is no program, or the same."""
        mutation = self._mutations[number]
        source = cast("cst.Module", deep_replace(self._tree, mutation.original_node, mutation.mutated_node)).code
        if source == self._code or not _compiles(source):
            return None
        line, before, after = _difference(self._code, source)
        return Mutant(self.file, number, line, before, after, source)


def mutants(modules: Sequence[Module], sample: int = 0, seed: int = 27) -> Iterator[Mutant]:
    """So many mutants of the modules, drawn by the seed; all if 0. A longer sample begins with the shorter."""
    places = [(module, number) for module in modules for number in range(len(module))]
    order = random.Random(seed).sample(places, len(places)) if sample else places
    found = (mutant for module, number in order if (mutant := module.mutant(number)))
    yield from islice(found, sample or None)


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _difference(code: str, source: str) -> tuple[int, str, str]:
    """The first line that differs, and the lines before and after, without their indent."""
    old, new = code.splitlines(), source.splitlines()
    for tag, i, k, j, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            return i + 1, " ".join(row.strip() for row in old[i:k]), " ".join(row.strip() for row in new[j:m])
    raise ValueError("no line differs")
