"""An environment is what its lock file says, file by file; whatever was changed, added or taken away is told by its name."""

import base64
import hashlib
import py_compile
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from registry.dependencies import installed
from registry.dependencies.installed import Pin

TAG = sys.implementation.cache_tag
HASH = "--hash=sha256:" + "a" * 64
ALPHA = Pin("alpha", frozenset({"1.0"}), always=True)


def install(site: Path, name: str = "alpha", version: str = "1.0") -> Path:
    """A package of one module and a command, listed as installers list them; the folder of the module."""
    home, info = site / name, site / f"{name}-{version}.dist-info"
    home.mkdir(parents=True)
    info.mkdir()
    (home / "__init__.py").write_text("ANSWER = 42\n")
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name.title()}\nVersion: {version}\n\nVersion: 9\n")
    command = site.parents[2] / "bin" / name
    command.parent.mkdir(exist_ok=True)
    command.write_text("run\n")
    lines = [f"{path},{_listed(site, path)},1" for path in (f"{name}/__init__.py", f"../../../bin/{name}")]
    (info / "RECORD").write_text("\n".join([*lines, f"{info.name}/METADATA,,", f"{info.name}/RECORD,,"]))
    return home


def _listed(site: Path, path: str) -> str:
    digest = hashlib.sha256((site / path).read_bytes()).digest()
    return "sha256=" + base64.urlsafe_b64encode(digest).decode().rstrip("=")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return tmp_path / "lib" / "python3.11" / "site-packages"


def faults(site: Path, *pins: Pin) -> list[str]:
    by_name = {pin.name: pin for pin in pins}
    return [fault.replace(f"{site}/", "") for fault in installed.look_at(site, by_name, by_name, "own-project").faults]


def test_what_is_installed_as_locked_has_no_fault(site: Path) -> None:
    py_compile.compile(str(install(site) / "__init__.py"))
    install(site, "own_project", "0.1")
    assert faults(site, ALPHA) == []


def _changed(home: Path) -> None:
    (home / "__init__.py").write_text("ANSWER = 43\n")


def _gone(home: Path) -> None:
    (home / "__init__.py").unlink()


def _added(home: Path) -> None:
    (home.parent / "sitecustomize.py").write_text("import os\n")


def _unlisted(home: Path) -> None:
    (home.parent / "alpha-1.0.dist-info" / "RECORD").unlink()


def _command(home: Path) -> None:
    (home.parents[3] / "bin" / "alpha").write_text("run something else\n")


def _byte_code(home: Path) -> None:
    other = home.parents[3] / "other.py"
    other.write_text("ANSWER = 43\n")
    py_compile.compile(str(other), cfile=str(home / "__pycache__" / f"__init__.{TAG}.pyc"))


@pytest.mark.parametrize(
    ("spoil", "file"),
    [
        (_changed, "alpha/__init__.py: not as alpha-1.0.dist-info lists it"),
        (_gone, "alpha/__init__.py: listed by alpha-1.0.dist-info and gone"),
        (_added, "sitecustomize.py: no package lists this file"),
        (_unlisted, "alpha-1.0.dist-info/RECORD: the list of the package's files is gone"),
        (_byte_code, f"alpha/__pycache__/__init__.{TAG}.pyc: byte code of something else than its source"),
    ],
)
def test_a_file_that_is_not_as_it_was_installed_is_named(site: Path, spoil: Callable[[Path], None], file: str) -> None:
    spoil(install(site))
    assert [fault for fault in faults(site, ALPHA) if fault.startswith(file)]


def test_a_command_outside_the_folder_of_packages_is_looked_at_too(site: Path) -> None:
    _command(install(site))
    [fault] = faults(site, ALPHA)
    assert fault.endswith("bin/alpha: not as alpha-1.0.dist-info lists it; delete .venv and run again")


def test_other_versions_and_packages_than_the_locked_are_named(site: Path) -> None:
    install(site)
    install(site, "beta", "2.0")
    beta, gamma = Pin("beta", frozenset({"2.1"}), always=True), Pin("gamma", frozenset({"3"}), always=True)
    here_only = Pin("delta", frozenset({"4"}), always=False)
    assert [fault.partition(";")[0] for fault in faults(site, beta, gamma, here_only)] == [
        "alpha 1.0 is installed, locked is not at all",
        "beta 2.0 is installed, locked is 2.1",
        "gamma is locked and not installed",
    ]


def test_a_lock_has_exact_versions_each_with_a_hash() -> None:
    text = f"# made by a tool\nAlpha_x[extra]==1.0 \\\n    {HASH}\nbeta==2 ; python_version < '3.12' \\\n    {HASH}\n"
    found, wrong = installed.pins(text + f"beta==3 ; python_version >= '3.12' \\\n    {HASH}\n", "run.txt")
    assert wrong == []
    assert found == {
        "alpha-x": Pin("alpha-x", frozenset({"1.0"}), always=True),
        "beta": Pin("beta", frozenset({"2", "3"}), always=False),
    }
    for line in ("gamma>=1", "gamma==1", f"gamma {HASH}", "gamma==1 --hash=md5:abc", "-e ./gamma"):
        assert installed.pins(line, "run.txt")[1] == [
            f"run.txt: {line.split()[0]} has no exact version with a SHA-256; make the lock anew"
        ]
    assert installed.pins(f"a==1 {HASH}\nA==2 {HASH}", "x")[1] == ["x: a stands there twice; make the lock anew"]


def test_the_locks_of_this_project_are_whole() -> None:
    locks = Path(__file__).parents[3] / "locks"
    read = {file.stem: installed.pins(file.read_text("utf-8"), file.name) for file in sorted(locks.glob("*.txt"))}
    assert [fault for _, wrong in read.values() for fault in wrong] == []
    run, test = read["run"][0], read["test"][0]
    assert len(run) > 60
    assert [name for name, pin in run.items() if test[name].versions != pin.versions] == []
