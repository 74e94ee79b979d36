"""Make .venv hold exactly the locked packages and the project itself."""

import importlib.util
import shutil
import subprocess
import sys
from contextlib import suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

from registry.bootstrap import stamp
from registry.bootstrap.faults import NO_PIP, SetupFault
from registry.bootstrap.places import Places
from registry.bootstrap.work import progress, run, say, tool_environment

LEVELS = ("run", "test")  # the second holds all of the first, in the same versions
NEEDED_BYTES = {"run": 800 * 10**6, "test": 1300 * 10**6}  # measured 521 and 720 MB, and the tools' own caches


def wanted(places: Places, level: str) -> dict[str, Any]:
    """What the stamp of a whole environment must say."""
    locks = [places.locks / f"{name}.txt" for name in LEVELS]
    project = places.root / "pyproject.toml"
    return {
        "level": level,
        "packages": stamp.digest(locks, places.root),
        "project": stamp.digest([project], places.root),
    }


def is_whole(places: Places, level: str) -> bool:
    """Whether .venv is finished for `level`, from its stamp and the presence of what it lists."""
    said = stamp.read(_stamp(places))
    want = wanted(places, level)
    return (
        _is_sound(places)
        and said.get("level") in LEVELS[LEVELS.index(level) :]
        and all(said.get(key) == want[key] for key in ("packages", "project"))
        and set(said.get("listing", ["?"])) <= _listing(places)
    )


def make(places: Places, level: str) -> None:
    """Make .venv whole for `level`; what is there already and fits is kept."""
    said = stamp.read(_stamp(places))
    if said.get("level") == "test":
        level = "test"  # what the test command installed is not taken away again
    if not _is_sound(places) or not set(said.get("listing", [])) <= _listing(places):
        _make_venv(places, level)
        said = {}
    want = wanted(places, level)
    _stamp(places).unlink(missing_ok=True)
    _unfinished(places).touch()
    if any(said.get(key) != want[key] for key in ("packages", "level")):
        _install_packages(places, level)
    _install_project(places)
    _unfinished(places).unlink()
    stamp.write(_stamp(places), {**want, "listing": sorted(_listing(places))})


def uv(places: Places) -> Path:
    """Return the locked uv, fetched with this Python's pip if it is not there yet."""
    mark = places.uv_folder / "registry-lock.json"
    want = {"lock": stamp.digest([places.locks / "uv.txt"], places.root)}
    if stamp.read(mark) != want:
        with progress("uv, the installer"):
            shutil.rmtree(places.uv_folder, ignore_errors=True)
            quick = ["--retries", "2", "--no-input", "--target", str(places.uv_folder)]
            hashed = ["--require-hashes", "--no-deps", "--only-binary", ":all:", "-r", str(places.locks / "uv.txt")]
            command = [*_pip(), "install", *quick, *hashed]
            run(places, "installer", command, env=tool_environment(places))
            stamp.write(mark, want)
    return places.uv_folder / "bin" / ("uv.exe" if (places.uv_folder / "bin" / "uv.exe").exists() else "uv")


def _pip() -> list[str]:
    """The command that runs pip: this Python's, else the one that Python carries for making environments."""
    if _spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    spec = _spec("ensurepip")
    folders = spec.submodule_search_locations if spec else None
    wheels = sorted(Path(folders[0], "_bundled").glob("pip-*.whl")) if folders else []
    if not wheels:
        raise SetupFault(NO_PIP)
    return [sys.executable, str(wheels[-1] / "pip")]


def _spec(module: str) -> ModuleSpec | None:
    with suppress(ImportError):
        return importlib.util.find_spec(module)
    return None


def _make_venv(places: Places, level: str) -> None:
    try:
        import venv  # noqa: F401  some distributions leave it out
    except ImportError:
        raise SetupFault(NO_PIP) from None
    _pip()
    if places.venv.is_symlink() or places.venv.is_file():
        places.venv.unlink()
    elif places.venv.exists():
        say("the old .venv is damaged or unfinished; making it anew")
        shutil.rmtree(places.venv)
    _check_room(places, level)
    with progress(f"environment in {places.venv}"):
        command = [sys.executable, "-m", "venv", "--without-pip", str(places.venv)]
        run(places, "environment", command, env=tool_environment(places))


def _check_room(places: Places, level: str) -> None:
    free = shutil.disk_usage(places.root).free
    if free < NEEDED_BYTES[level]:
        raise SetupFault(
            f"the disk is nearly full: setting up needs about {NEEDED_BYTES[level] / 1e9:.1f} GB, "
            f"{free / 1e9:.2f} GB are free at {places.root}; free some space and run the same command again"
        )


def _install_packages(places: Places, level: str) -> None:
    installer = uv(places)
    with progress(f"Python packages of locks/{level}.txt"):
        options: list[str | Path] = ["--require-hashes", "--compile-bytecode", "--python", places.python]
        command = [installer, "pip", "sync", *options, places.locks / f"{level}.txt"]
        run(places, "python-packages", command, env=tool_environment(places))


def _install_project(places: Places) -> None:
    installer = uv(places)
    with progress("the commands registry and solver"):
        options: list[str | Path] = ["--no-deps", "--no-build-isolation", "--python", places.python]
        command = [installer, "pip", "install", *options, "-e", places.root]
        run(places, "project", command, env=tool_environment(places))


def _is_sound(places: Places) -> bool:
    """Whether .venv has a Python that starts and no step in it was cut short."""
    if _unfinished(places).exists() or not (places.venv / "pyvenv.cfg").is_file() or not places.python.exists():
        return False
    if _stamp(places).exists():
        return True  # it started when the stamp was written; a fresh start is not paid for every time
    trial = subprocess.run([places.python, "-c", ""], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return trial.returncode == 0


def _listing(places: Places) -> set[str]:
    """The names in the environment's package folder and of its commands, byte code aside."""
    folders = [*places.venv.glob("lib/python*/site-packages"), places.venv / "Lib" / "site-packages", places.scripts]
    names = {entry.name for folder in folders if folder.is_dir() for entry in folder.iterdir()}
    return names - {"__pycache__"}


def _stamp(places: Places) -> Path:
    return places.venv / "registry-setup.json"


def _unfinished(places: Places) -> Path:
    return places.venv / "registry-unfinished"
