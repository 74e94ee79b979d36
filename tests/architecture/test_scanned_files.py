"""No file of a stranger is read or kept unless it was looked into; whoever takes files at all is listed here."""

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import LargeBinary

import registry.domain  # noqa: F401  # every table is known with it
from registry.db import Base
from tests.architecture.sources import PRODUCT, names_used, python_files, short, tree_of

# What is made in one place only: (dotted name, the file that makes it). A call is looked for, not a mention as a type.
MADE_BY = {
    "registry.services.scanned.ScannedFile": "registry/services/scanned.py",
    "registry.domain.attachments.AttachedFile": "registry/services/attachments.py",
}
# What stands in the place of a scanner where there is none; nobody else may hand it on.
NO_SCANNER = ("registry.scanning.unasked", "registry/scanning.py")
# Columns of bytes, and whose they are.
BYTES = {
    "attached_files.content": "strangers'",
    "records.leaf_hash": "the register's own",
    "records.salt": "the register's own",
    "tree_nodes.hash": "the register's own",
}
# Where the pages take files from forms, and what becomes of them.
TAKES_FILES = {
    "registry/web/filing/files.py": "received, and kept",
    "registry/web/filing/uploads.py": "received, and read",
    "registry/web/steps/of_entries.py": "received, and kept",
    "registry/web/steps/forms.py": "a JSON document, which the person may type as well: its values are kept, never its bytes",
    "registry/web/proof_check.py": "a paper of the log, which may be pasted as well: judged, and nothing of it is kept",
}
RECEIVED = "registry.web.receiving.received"


def mentioning(folders: Sequence[str], *words: str) -> list[Path]:
    """The files in which one of the words stands: only these need to be read as trees."""
    return [file for file in python_files(*folders) if any(word in file.read_text("utf-8") for word in words)]


def makes(tree: ast.Module, module: str) -> Iterator[str]:
    """The things of MADE_BY that a file makes by calling them, and calls of `insert` or `values` with them."""
    known = {name.rpartition(".")[2]: name for name in MADE_BY}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            for part in (node.func, *(node.args if _is_insert(node.func) else ())):
                name = ast.unparse(part).rpartition(".")[2]
                if name in known and MADE_BY[known[name]] != module:
                    yield known[name]


def _is_insert(function: ast.expr) -> bool:
    return ast.unparse(function).rpartition(".")[2] in ("insert", "replace", "copy")


def takes_files(tree: ast.Module) -> bool:
    """Whether a file of the pages takes files from forms."""
    return any(
        name.endswith(("request.files", ".FileField")) or ".request.files." in name for _, name in names_used(tree)
    )


def test_only_the_scanners_room_makes_what_may_be_kept() -> None:
    words = [name.rpartition(".")[2] for name in MADE_BY]
    files = mentioning(PRODUCT, *words)
    assert {short(file) for file in files} >= set(MADE_BY.values())
    assert {(short(file), name) for file in files for name in makes(tree_of(file), short(file))} == set()


def test_nobody_hands_on_a_scanner_that_does_not_look() -> None:
    name, home = NO_SCANNER
    using = {
        short(file)
        for file in mentioning(PRODUCT, name.rpartition(".")[2])
        if any(used == name for _, used in names_used(tree_of(file)))
    }
    assert using <= {home}


def test_every_column_of_bytes_is_known() -> None:
    found = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, LargeBinary)
    }
    assert found == set(BYTES)


def test_every_page_that_takes_files_is_listed_and_has_them_looked_into() -> None:
    files = mentioning(("registry/web",), "files", "FileField")
    taking = {short(file): tree_of(file) for file in files if takes_files(tree_of(file))}
    assert set(taking) == set(TAKES_FILES)
    receiving = {file for file, tree in taking.items() if any(used == RECEIVED for _, used in names_used(tree))}
    assert receiving == {file for file, becomes in TAKES_FILES.items() if becomes.startswith("received")}


@pytest.mark.parametrize(
    "source",
    ["ScannedFile(name, data)", "scanned.ScannedFile(name, data)", "AttachedFile(sha256=a, content=b)",
     "session.execute(insert(AttachedFile))", "replace(ScannedFile, data=b)"],
)  # fmt: skip
def test_a_planted_file_that_nobody_looked_into_is_found(source: str) -> None:
    assert len(list(makes(ast.parse(source), "registry/web/other.py"))) == 1


@pytest.mark.parametrize(
    "source",
    ["from flask import request\nrequest.files.get('file')", "import flask\nflask.request.files['file']",
     "from flask_wtf.file import FileField\nx = FileField()", "import wtforms\nx = wtforms.FileField()"],
)  # fmt: skip
def test_a_planted_page_that_takes_files_is_found(source: str) -> None:
    assert takes_files(ast.parse(source))
