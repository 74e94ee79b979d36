"""What any command that only reads prints for the public, in lines and as JSON, has nothing that is confidential."""

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from registry import db
from registry.cli import main
from tests.registry import canaries
from tests.registry.tables import new_tables

ROUND = ("--round", canaries.NEW)
# Every command that needs nobody's name, as somebody outside would type it: with each claim, case and record there is.
TYPED: dict[str, Sequence[Sequence[str]]] = {
    "agreement list": [[canaries.NEW]],
    "audit consistency": [],
    "claim diff": [[claim] for claim in canaries.HIDDEN],
    "entry grounds": [[]],
    "entry list": [[], ROUND, ["--party", "IND"], ["--state", "RECORDED"]],
    "entry show": [[claim] for claim in (*canaries.PUBLISHED, *canaries.HIDDEN)],
    "slots proposals": [[]],
    "slots show": [["1"], ["9"]],
    "slots windows": [[], ["C-0001"], *([claim] for claim in canaries.HIDDEN)],
    "timers due": [[], ["--at", "2040-01-01T00:00:00Z"]],
    "claim list": [ROUND, [*ROUND, "--state", "SUBMITTED"], [*ROUND, "--party", "GHA"]],
    "claim show": [[claim] for claim in (*canaries.PUBLISHED, *canaries.HIDDEN)],
    "comment list": [ROUND, ["--claim", "C-0003"], ["--claim", "C-0005"]],
    "consultation list": [ROUND],
    "consultation show": [["K-0001"], ["K-0002"], ["K-0003"], ["K-0004"]],
    "consultation waiting": [ROUND],
    "bank list": [[], ["--party", "IND"]],
    "bank show": [["B-0001"]],
    "equity": [[], ["--by", "coalition"], ["--by", "controller", "--round", canaries.OLD]],
    "docking list": [[]],
    "docking show": [["D-0001"]],
    "norms crosswalk": [[]],
    "norms statement": [[claim] for claim in (*canaries.PUBLISHED, *canaries.HIDDEN)],
    "examine profiles": [[]],
    "examine provisions": [[]],
    "examine show": [[claim, "--all"] for claim in (*canaries.PUBLISHED, *canaries.HIDDEN)],
    "keys list": [[]],
    "log list": [["--count", "1000"]],
    "log show": [[str(index)] for index in range(0, 100, 9)],
    "notice list": [[], ["--about", "claims/C-0005"]],
    "offer list": [[canaries.OLD], [canaries.NEW]],
    "party list": [[]],
    "party show": [["GHA"]],
    "receipt list": [["claims/C-0003"], ["claims/C-0005"]],
    "round show": [[canaries.OLD], [canaries.NEW]],
    "run list": [[]],
    "slots list": [[], ["--from", "2027-01-01"]],
    "service breaks": [["C-0001"], *([claim] for claim in canaries.HIDDEN)],
    "service list": [[]],
    "user list": [[]],
}
# Commands that need nobody's name and are left out here, each with the reason.
LEFT_OUT = {
    "audit consistency-file": "reads files, no register",
    "audit verify": "prints faults of the database to whoever keeps it",
    "audit sample": "prints indexes and hashes for auditors",
    "audit dependencies": "looks at the program, no register",
    "user export": "writes a person's data for whoever keeps the register, or an administrator",
    "user erase": "erases a person's data for whoever keeps the register, or an administrator",
    "backup": "writes the register for whoever keeps it",
    "check": "prints how settings, files and programs of the machine are",
    "copy": "writes the register for whoever keeps it",
    "restore": "writes the register for whoever keeps it",
    "escrow deposit": "writes the register for whoever keeps it",
    "escrow check": "reads files, no register",
    "bank holds": "writes a policy out of the file that it is given",
    "claim template": "writes an empty form",
    "slots instance": "writes what slots list prints, for the solver",
    "demo": "plays a round",
    "docking paper": "writes what docking show prints, and is asked for with the pages",
    "draw check": "reads files, no register",
    "export": "has a test of its own over every file",
    "keys new": "takes a step",
    "keys rotate": "takes a step",
    "log checkpoint": "prints size and hashes",
    "log proof": "prints hashes",
    "migrate": "prints the revision",
    "norms compare": "solves; a test of its own holds what it compares for the public",
    "receipt check": "reads files, no register",
    "receipt show": "signs, so it needs a key; the pages of receipts are crawled",
    "reference load": "takes a step",
    "round refreeze": "prints hashes",
    "serve": "serves the pages, which are crawled",
    "run show": "its page is crawled",
    "timers run": "takes a step",
    "user add": "takes a step",
    "user close": "takes a step",
    "user reopen": "takes a step",
    "user roles": "takes a step",
    "user reseal": "encrypts anew what is secret, for whoever keeps the register",
    "user second-factor": "takes a step",
    "user password": "takes a step",
    "user token list": "shows the tokens of a person to whoever keeps the data folder",
    "user token make": "takes a step",
    "user token revoke": "takes a step",
    "witness cosign": "signs a file",
    "worker": "takes runs",
    "witness new": "writes a key",
}


def commands(node: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    if isinstance(node, click.Group):
        for name in node.list_commands(click.Context(node)):
            inner = node.get_command(click.Context(node), name)
            assert inner is not None
            yield from commands(inner, (*path, name))
    else:
        yield " ".join(path), node


def needs_a_name(command: click.Command) -> bool:
    return any("--as" in option.opts and option.required for option in command.params)


def test_every_command_that_needs_nobodys_name_is_typed_here_or_left_out_with_a_reason() -> None:
    open_to_all = {name for name, command in commands(main) if not needs_a_name(command)}
    assert open_to_all - set(TYPED) - set(LEFT_OUT) == set()
    assert set(TYPED) - open_to_all == set()


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of the marked register."""
    data = tmp_path_factory.mktemp("marked") / "data"
    url = f"sqlite:///{data / 'registry.sqlite'}"
    new_tables(url)
    engine = db.make_engine(url)
    with db.unit_of_work(engine) as session:
        canaries.fill(session)
    engine.dispose()
    return data


def printed(data: Path, *words: str) -> str:
    ended = CliRunner().invoke(main, [*words, "--data", str(data)], prog_name="registry")
    assert ended.exit_code in (0, 1), (words, ended.output)
    return ended.output


@pytest.mark.parametrize("name", [name for name, typed in TYPED.items() if typed])
def test_the_public_is_told_nothing_confidential(marked: Path, name: str) -> None:
    for words in TYPED[name]:
        for form in ((), ("--json",)):
            text = printed(marked, *name.split(), *words, *form)
            assert canaries.found(text) == [], (name, words, text)


@pytest.mark.parametrize("name", ["claim show", "claim diff", "examine show"])
def test_an_unpublished_claim_is_answered_like_one_that_never_was(marked: Path, name: str) -> None:
    nothing = printed(marked, *name.split(), "C-9999")
    for claim in canaries.HIDDEN:
        assert printed(marked, *name.split(), claim) == nothing.replace("C-9999", claim)


@pytest.mark.parametrize(
    ("words", "marks"),
    [
        (("claim", "list", *ROUND), canaries.CLAIMS),
        (("examine", "show", "C-0003"), ("C-0005/1",)),
        (("log", "list", "--count", "1000"), canaries.PERSONS[:1]),
        (("user", "list"), canaries.PERSONS[:2]),
        (("consultation", "waiting", *ROUND), ("zzperson",)),
    ],
)
def test_what_is_looked_for_is_there_for_the_registrar(
    marked: Path, words: tuple[str, ...], marks: tuple[str, ...]
) -> None:
    assert canaries.found(printed(marked, *words, "--as", canaries.REGISTRAR.name), marks) == list(marks)


def test_another_party_that_takes_a_step_is_told_nothing(marked: Path, tmp_path: Path) -> None:
    data = shutil.copytree(marked, tmp_path / "data")
    note = tmp_path / "text.txt"
    note.write_text("Hello")
    filing = tmp_path / "filing.json"
    filing.write_text("{}")
    by = ("--as", canaries.JPN.name)
    steps = (
        ("claim", "amend", "{}", str(filing)),
        ("claim", "withdraw", "{}", "--reason", "no"),
        ("comment", "add", "{}", str(note)),
        ("offer", "decline", "{}", "--reason", "no"),
        ("offer", "accept", "{}"),
    )
    for words in steps:
        nothing = printed(data, *(word.replace("{}", "C-9999") for word in words), *by)
        assert "there is no claim C-9999" in nothing
        for claim in canaries.HIDDEN:
            answer = printed(data, *(word.replace("{}", claim) for word in words), *by)
            assert answer == nothing.replace("C-9999", claim)
