"""Clock, environment, randomness, printing and commits each have one place. Whoever else needs one is listed here
with the reason.
"""

import ast
import functools
import re
from pathlib import Path

import pytest

from tests.architecture.sources import PRODUCT, methods_called, names_used, python_files, short, tree_of

BOOTSTRAP = "runs before anything is installed, with the standard library alone"

CLOCK = (
    r"datetime\.(datetime\.)?(now|utcnow|today)|datetime\.date\.today|"
    r"time\.((time|monotonic|perf_counter|process_time)(_ns)?|localtime|gmtime|ctime)"
)

RULES = {
    "clock": (
        CLOCK,
        {
            "registry/ambient.py": "the one look at the clock",
            "solver/clock.py": "seconds for limits and reports; no result depends on them",
            "registry/bootstrap/work.py": BOOTSTRAP,
        },
    ),
    "environment": (
        r"os\.(environ|environb|getenv|getenvb|putenv)(\..+)?",
        {
            "registry/config.py": "the settings are read here; pydantic does the reading",
            "registry/bootstrap/chromium.py": BOOTSTRAP,
            "registry/bootstrap/entry.py": BOOTSTRAP,
            "registry/bootstrap/frontend.py": BOOTSTRAP,
            "registry/bootstrap/suite.py": BOOTSTRAP,
            "registry/bootstrap/work.py": BOOTSTRAP,
        },
    ),
    "randomness": (
        r"(random|secrets|numpy\.random)(\..+)?|os\.urandom|uuid\.uuid[147]",
        {
            "registry/ambient.py": "the one source of secure random bytes",
            "solver/generate.py": "instances for trials, from the seed that the caller gives: the same seed, the same bytes",
            "solver/traffic/generate.py": "invented landings, from the seed that the caller gives: the same seed, the same bytes",
            "solver/terrain/synthetic.py": "invented ground, from the seed that the caller gives: the same seed, the same heights",
        },
    ),
    "print": (r"print|pprint(\..+)?", {}),
}


@functools.cache
def names_of(file: Path) -> list[tuple[int, str]]:
    """The names that a file uses, read once for all rules."""
    return list(names_used(tree_of(file)))


def uses(source: str, rule: str) -> list[int]:
    """The lines of `source` that break the rule."""
    pattern = re.compile(RULES[rule][0])
    return sorted({line for line, name in names_used(ast.parse(source)) if pattern.fullmatch(name)})


@pytest.mark.parametrize("rule", RULES)
def test_only_the_listed_files_use(rule: str) -> None:
    exempt = RULES[rule][1]
    pattern = re.compile(RULES[rule][0])
    found = {
        f"{short(file)}:{line}"
        for file in python_files(*PRODUCT)
        if short(file) not in exempt
        for line, name in names_of(file)
        if pattern.fullmatch(name)
    }
    assert found == set()


@pytest.mark.parametrize("file", [file for _, exempt in RULES.values() for file in exempt])
def test_every_exemption_is_for_a_file_that_exists(file: str) -> None:
    assert file in {short(path) for path in python_files(*PRODUCT)}


def commits(tree: ast.Module) -> list[int]:
    """The lines that commit past `registry.db.commit`."""
    return [line for line, name in methods_called(tree) if name.endswith(".commit") and name != "registry.db.commit"]


def test_only_db_commits() -> None:
    files = [file for file in python_files(*PRODUCT) if short(file) != "registry/db.py"]
    assert {f"{short(file)}:{line}" for file in files for line in commits(tree_of(file))} == set()


@pytest.mark.parametrize(
    "line", ["session.commit()", "self.db.session.commit()", "current().commit()", "a.begin().commit()"]
)
def test_a_planted_commit_is_found(line: str) -> None:
    assert commits(ast.parse(line)) == [1]


def test_the_one_commit_may_be_called() -> None:
    assert commits(ast.parse("from registry import db\ndb.commit(session)")) == []


@pytest.mark.parametrize(
    ("rule", "source"),
    [
        ("clock", "from datetime import datetime as d\nd.now()"),
        ("clock", "import datetime\ndatetime.date.today()"),
        ("clock", "from time import time\nx = time"),
        ("clock", "import time as t\nt.time()"),
        ("environment", "import os\nos.environ['HOME']"),
        ("environment", "from os import environ\nenviron.get('HOME')"),
        ("environment", "import os\nos.getenv('HOME')"),
        ("randomness", "import random\nrandom.random()"),
        ("randomness", "from uuid import uuid4\nuuid4()"),
        ("randomness", "import numpy as np\nnp.random.default_rng()"),
        ("print", "x = 1\nprint(x)"),
    ],
)
def test_a_planted_use_is_found(rule: str, source: str) -> None:
    assert uses(source, rule) == [2]


def test_names_that_only_look_alike_are_left_alone() -> None:
    assert uses("from app import time\ntime.time()\nblueprint(1)\nself.print()", "clock") == []
    assert uses("from app import time\ntime.time()\nblueprint(1)\nself.print()", "print") == []
