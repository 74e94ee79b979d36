"""The main job: round 2027-1 once as the command plays it, and small rounds that are stopped, changed and broken."""

import json
import re
import resource
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import children, db
from registry.children import Run, RunStatus, Task, Watch
from registry.config import Settings, load
from registry.demo import command
from registry.demo.command import STEPS, play
from registry.demo.fixtures import read_round
from registry.demo.job import DemoError, Job, StepError, run
from registry.domain.claims import Claim
from registry.domain.decisions import Decision, Draw, FrozenInstance, Proposal, Vote
from registry.domain.entries import Entry
from registry.domain.rounds import Round
from registry.domain.users import User
from registry.log import records
from registry.web.app import create_app
from tests.registry.played import ROOT, ROUND, Played, log_size, registry, small_fixtures

SMALL = 8
BEFORE_SOLVING = [step.name for step in STEPS].index("solve")
TO_THE_DECISION = STEPS[: [step.name for step in STEPS].index("decide and offer") + 1]


# Round 2027-1


def lines_of(played: Played, start: str) -> list[str]:
    return [line for line in played.output.splitlines() if line.strip().startswith(start)]


def test_each_step_has_one_line_with_its_seconds_and_key_figure(played: Played) -> None:
    steps = [line for line in played.output.splitlines() if re.match(r"[ \d]\d/24 ", line)]
    assert [re.sub(r" {2,}.*", "", line[16:]) for line in steps] == [step.name for step in STEPS]
    assert all(re.match(r"[ \d]\d/24  +\d+\.\d s  \S.* {2,}\S", line) for line in steps)
    assert lines_of(played, "All steps took ") != []


def test_the_round_ends_as_it_must(played_session: Session) -> None:
    count = {
        entity.__tablename__: played_session.scalar(select(func.count()).select_from(entity))
        for entity in (Claim, Entry, FrozenInstance, Draw, Proposal, Vote, Decision, User)
    }
    states = played_session.execute(select(Claim.state, func.count()).group_by(Claim.state)).all()
    assert count == {
        "claims": 67, "entries": 59, "frozen_instances": 1, "draws": 1, "proposals": 1, "votes": 2, "decisions": 1,
        "users": 3,
    }  # fmt: skip
    assert {row[0]: row[1] for row in states} == {"RECORDED": 59, "LAPSED": 6, "RETURNED": 2}
    assert played_session.scalars(select(Round.state)).all() == ["ADOPTED"]


def test_all_stages_are_proved_and_the_proposal_is_verified(played_session: Session) -> None:
    proposal = played_session.scalars(select(Proposal)).one()
    assert (proposal.status, proposal.official, proposal.verified, proposal.outcome) == (
        "OPTIMAL",
        True,
        True,
        "adopted",
    )
    assert {stage["proved"] for stage in proposal.solution["stages"]} == {True}
    assert proposal.verification["problems"] == []
    assert "C2 separation" in proposal.verification["checks"]


def test_two_persons_of_different_parties_decided(played_session: Session) -> None:
    votes = played_session.scalars(select(Vote).order_by(Vote.id)).all()
    assert [(vote.decider, vote.party_id, vote.choice) for vote in votes] == [
        ("anna.keller@example.org", "CHE", "adopt"),
        ("kwame.mensah@example.org", "GHA", "adopt"),
    ]


def test_instants_are_those_of_the_schedule(played_session: Session) -> None:
    round_ = played_session.scalars(select(Round)).one()
    at = [round_.announced_at, round_.opened_at, round_.frozen_at, round_.drawn_at, round_.decided_at]
    assert [moment.isoformat()[:16] for moment in at if moment] == [
        "2026-12-01T09:00", "2027-01-15T00:00", "2027-09-01T09:00", "2027-09-08T12:05", "2027-09-20T14:00",
    ]  # fmt: skip
    instants = played_session.scalars(select(records.Record.at).order_by(records.Record.index)).all()
    assert instants == sorted(instants)


def test_the_tables_fit_in_100_columns_and_name_every_claim(played: Played) -> None:
    report = played.output.partition("Who asked for what")[2]
    assert max(len(line) for line in played.output.partition("Where everything lies")[0].splitlines()) <= 100
    assert set(re.findall(r"^C-\d{4}", report, re.MULTILINE)) == {f"C-{number:04d}" for number in range(1, 68)}
    assert "67 claims received, 2 returned, 59 entries recorded, 6 not served" in report
    assert re.search(r"Stages proved optimal: (\d+) of \1; independent verification: valid", report)
    assert "Illustrative: real places and real States, but nobody has filed anything here." in report


def test_every_path_that_is_named_is_there(played: Played) -> None:
    named = re.findall(r"^  (?:database|instance, solution|export|map) +(\S+)$", played.output, re.MULTILINE)
    assert len(named) == 4
    assert [path for path in named if not Path(path).exists()] == []


def test_staff_get_passwords_that_are_kept_nowhere(played: Played, tmp_path: Path) -> None:
    shown = re.findall(r"^  (\S+@example\.org) +(\S{16}) ", played.output, re.MULTILINE)
    kept = b"".join(path.read_bytes() for path in played.copy(tmp_path / "data").data.rglob("*") if path.is_file())
    assert [email for email, _ in shown] == [
        "elena.duarte@example.org", "anna.keller@example.org", "kwame.mensah@example.org",
    ]  # fmt: skip
    assert len({password for _, password in shown}) == 3
    assert [password for _, password in shown if password.encode() in kept] == []


def test_the_passwords_that_are_shown_sign_in(played: Played, tmp_path: Path) -> None:
    copy = load(played.copy(tmp_path / "data").data).with_secrets()
    engine = db.make_engine(copy.url)
    client = create_app(copy, engine).test_client()
    for email, password in re.findall(r"^  (\S+@example\.org) +(\S{16}) ", played.output, re.MULTILINE):
        token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get("/sign-in").text)
        assert token is not None
        form = {"csrf_token": token[1], "email": email, "password": password}
        answer = client.post("/sign-in", data=form)
        assert (answer.status_code, answer.location) == (302, "/staff")
        client.delete_cookie("registry_session")
    engine.dispose()


def test_a_second_run_says_what_is_there_and_changes_nothing(played: Played, tmp_path: Path) -> None:
    again = played.copy(tmp_path / "data")
    before = {path: path.read_bytes() for path in again.export.rglob("*") if path.is_file()}
    ended = registry("demo", "--no-serve", "--data", again.data)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.count("already there") == len(STEPS) - 1  # all but the export
    assert "registry user password EMAIL" in ended.stdout
    assert {path: path.read_bytes() for path in again.export.rglob("*") if path.is_file()} == before
    assert log_size(again.url) == log_size(played.url)


# Small rounds


@pytest.fixture(scope="session")
def fixtures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small_fixtures(tmp_path_factory.mktemp("small") / "fixtures", SMALL)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "data").mkdir()
    return load(tmp_path / "data").with_secrets()


@pytest.fixture
def new_job(settings: Settings, fixtures: Path) -> Iterator[Callable[..., Job]]:
    """Makes the job as a new process would have it."""
    engine = db.make_engine(settings.url)

    def make(folder: Path = fixtures) -> Job:
        return Job(settings, engine, folder, read_round(folder))

    yield make
    engine.dispose()


@pytest.fixture(scope="session")
def to_the_draw(fixtures: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a small round whose seed is drawn."""
    data = tmp_path_factory.mktemp("drawn") / "data"
    data.mkdir()
    settings = load(data).with_secrets()
    engine = db.make_engine(settings.url)
    run(Job(settings, engine, fixtures, read_round(fixtures)), STEPS[:BEFORE_SOLVING], unheard)
    engine.dispose()
    return data


@pytest.fixture
def drawn_job(to_the_draw: Path, settings: Settings, new_job: Callable[..., Job]) -> Callable[..., Job]:
    """The same as `new_job`, for a job that has come to the draw."""
    shutil.copytree(to_the_draw, settings.data, dirs_exist_ok=True)
    return new_job


def unheard(_line: str) -> None:
    """Say nothing."""


def state_of(job: Job) -> str | None:
    with job.reading() as session:
        return session.scalar(select(Round.state))


def test_a_job_that_is_stopped_after_this_or_that_step_goes_on_from_there(new_job: Callable[..., Job]) -> None:
    sizes = []
    for count in (1, 5, 7, 11, 18, len(STEPS)):
        run(new_job(), STEPS[:count], unheard)
        with new_job().reading() as session:
            sizes.append(records.size(session))
    assert state_of(new_job()) == "ADOPTED"
    assert sizes == sorted(sizes)
    run(new_job(), STEPS[:-1], unheard)  # the last writes the package again, as a second run of the command shows
    with new_job().reading() as session:
        assert records.size(session) == sizes[-1]
        assert session.scalar(select(func.count()).select_from(Entry)) == SMALL


def test_a_step_that_is_stopped_in_the_middle_leaves_nothing_of_itself(
    new_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    from registry.demo import steps

    job = new_job()
    run(job, STEPS[:7], unheard)
    real, calls = steps.filing.file_claim, []

    def interrupted(*arguments: object, **options: object) -> object:
        calls.append(1)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return real(*arguments, **options)

    monkeypatch.setattr(steps.filing, "file_claim", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(job, STEPS[:8], unheard)
    with job.reading() as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == 0
    monkeypatch.setattr(steps.filing, "file_claim", real)
    run(new_job(), STEPS[:8], unheard)
    with job.reading() as session:
        assert session.scalar(select(func.count()).select_from(Claim)) == SMALL


def test_whoever_got_a_password_learns_it_even_if_a_later_step_fails(
    settings: Settings, new_job: Callable[..., Job], fixtures: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    monkeypatch.setattr(children, "here", lambda *_: Run(RunStatus.FAILED, 1, 0.1, "no solver here"))
    with pytest.raises(StepError, match="step 'solve' failed: no solver here"):
        play(settings, new_job().engine, said.append, serve_pages=False, fixtures=fixtures)
    assert len([line for line in said if "@example.org" in line]) == 3
    assert state_of(new_job()) == "DRAWN"


def test_without_a_solver_the_step_is_named_and_the_round_stays_drawn(
    drawn_job: Callable[..., Job], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "none"))
    with pytest.raises(StepError) as caught:
        run(drawn_job(), STEPS, unheard)
    assert str(caught.value).startswith("step 'solve' failed: the solver could not be started (No such file")
    assert state_of(drawn_job()) == "DRAWN"  # from where the next run goes on, as after a solution that was refused


def test_a_solution_that_fails_its_verification_is_not_proposed(
    drawn_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = children.here

    def tampering(task: Task, watch: Watch | None) -> Run:
        ended = real(task, watch)
        if task.who != "the solver":
            return ended
        [solution] = task.writes
        document = json.loads(solution.read_text())
        document["allotments"][0]["start"] += 1
        solution.write_text(json.dumps(document))
        return ended

    monkeypatch.setattr(children, "here", tampering)
    with pytest.raises(StepError, match="step 'verify' failed: the verifier refused: "):
        run(drawn_job(), STEPS, unheard)
    assert state_of(drawn_job()) == "DRAWN"
    monkeypatch.undo()
    run(drawn_job(), TO_THE_DECISION, unheard)
    assert state_of(drawn_job()) == "ADOPTED"


def test_an_answer_that_is_not_proven_is_not_proposed(
    drawn_job: Callable[..., Job], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unproven(task: Task, _watch: Watch | None) -> Run:
        [solution] = task.writes
        stage = {"name": "points", "value": 1, "bound": 2, "proved": False}
        solution.write_text(json.dumps({"status": "FEASIBLE", "stages": [stage], "allotments": []}))
        return Run(RunStatus.DONE, 0, 0.1, "")

    monkeypatch.setattr(children, "here", unproven)
    with pytest.raises(StepError) as caught:
        run(drawn_job(), STEPS, unheard)
    assert str(caught.value) == (
        "step 'solve' failed: the answer after 600 s is FEASIBLE (0 of 1 stages proved), and only a proven one can be "
        "proposed; give REGISTRY_SOLVER_TIME_LIMIT_S more seconds and run the demo again"
    )


def changed(fixtures: Path, folder: Path, name: str, old: str, new: str) -> Path:
    """The small fixtures with one text changed in one file."""
    copy = small_fixtures(folder, SMALL)
    for path in (copy / name, copy / "rounds" / ROUND / name):
        if path.is_file():
            text = path.read_text()
            assert old in text
            path.write_text(text.replace(old, new, 1))
    return copy


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("policy.json", '"max": 3,', '"max": 4,', "step 'publish the policy' failed: policy.json changed since "),
        (
            "claims.json",
            "Drill to two",
            "Drill to three",
            "step 'receive claims' failed: claims.json (luna-27a) changed",
        ),
        (
            "parties.csv",
            "Angola",
            "Republic of Angola",
            "step 'load reference data' failed: parties.csv changed since ",
        ),
    ],
)
def test_fixtures_that_changed_since_are_refused_and_nothing_is_stored(
    new_job: Callable[..., Job], fixtures: Path, tmp_path: Path, name: str, old: str, new: str, words: str
) -> None:
    run(new_job(), STEPS[:8], unheard)
    with new_job().reading() as session:
        before = records.size(session)
    with pytest.raises(StepError) as caught:
        run(new_job(changed(fixtures, tmp_path / "changed", name, old, new)), STEPS[:8], unheard)
    assert str(caught.value).startswith(words)
    assert str(caught.value).endswith("choose a new folder with --data, or move this one away")
    with new_job().reading() as session:
        assert records.size(session) == before


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("round.json", "{", "round.json: "),
        ("claims.json", None, "claims.json: cannot be read (No such file or directory)"),
        ("round.json", "{}", "the round's files lack the field 'registrar'"),
    ],
)
def test_fixtures_that_cannot_be_read_are_named(
    settings: Settings, new_job: Callable[..., Job], tmp_path: Path, name: str, content: str | None, words: str
) -> None:
    folder = small_fixtures(tmp_path / "broken", SMALL)
    path = folder / "rounds" / ROUND / name
    path.unlink() if content is None else path.write_text(content)
    with pytest.raises(DemoError) as caught:
        play(settings, new_job().engine, unheard, serve_pages=False, fixtures=folder)
    assert words in str(caught.value)


def test_two_demos_in_one_folder_at_once_are_refused(
    settings: Settings, new_job: Callable[..., Job], fixtures: Path
) -> None:
    with command._alone(settings.data), pytest.raises(DemoError, match="another demo is at work in "):
        play(settings, new_job().engine, unheard, serve_pages=False, fixtures=fixtures)


def small_command(settings: Settings, fixtures: Path) -> list[str]:
    """`registry demo` with the small fixtures."""
    code = "import pathlib; from registry import cli; from registry.demo import command"
    code += f"; command.play.__kwdefaults__['fixtures'] = pathlib.Path({str(fixtures)!r}); cli.main()"
    return [sys.executable, "-c", code, "demo", "--no-serve", "--data", str(settings.data)]


def test_ctrl_c_while_solving_ends_with_a_sentence_and_the_next_run_goes_on(
    settings: Settings, new_job: Callable[..., Job], fixtures: Path
) -> None:
    words = small_command(settings, fixtures)
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("15/24"):
                process.send_signal(signal.SIGINT)
                break
        rest, errors = process.communicate(timeout=60)
    assert process.returncode == 130
    assert errors.strip() == "registry: stopped; the same command takes up where this one left off"
    assert rest.count("@example.org") == 3
    assert state_of(new_job()) == "DRAWN"
    run(new_job(), TO_THE_DECISION, unheard)
    assert state_of(new_job()) == "ADOPTED"


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_the_next_run_goes_on(
    settings: Settings, new_job: Callable[..., Job], fixtures: Path
) -> None:
    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))

    words = small_command(settings, fixtures)
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, preexec_fn=little_room)
    assert ended.returncode == 1
    assert re.fullmatch(r"registry: step '[a-z ]+' failed: .*\n", ended.stderr), ended.stderr
    assert "file too large" in ended.stderr.lower() or "full" in ended.stderr or "disk" in ended.stderr
    run(new_job(), TO_THE_DECISION, unheard)
    assert state_of(new_job()) == "ADOPTED"


@pytest.mark.slow
def test_postgresql_gives_the_same_tables_as_sqlite(
    settings: Settings, fixtures: Path, tmp_path: Path, postgresql_url: Callable[[], str]
) -> None:
    folders = []
    for name, url in (("sqlite", None), ("postgresql", postgresql_url())):
        data = tmp_path / name
        data.mkdir()
        there = settings.model_copy(update={"data": data, "database_url": url})
        engine = db.make_engine(there.url)
        play(there, engine, unheard, serve_pages=False, fixtures=fixtures)
        engine.dispose()
        folders.append(data / "exports" / "public")
    # The solution tells of its run, the seconds included, and two tables hold its hash; each register makes a key of its own.
    own = {"proposals.csv", "notices.csv", "signing_keys.csv"}
    paths = [(*(folder / "tables").iterdir(), *(folder / "map").iterdir()) for folder in folders]
    files = [{path.name: path.read_bytes() for path in found if path.name not in own} for found in paths]
    assert files[0] == files[1]
