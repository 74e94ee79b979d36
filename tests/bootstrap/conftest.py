"""A clone in miniature: the files that the set-up looks at, and a .venv that only looks like one."""

import sys
from pathlib import Path

import pytest

from registry.bootstrap import environment, stamp
from registry.bootstrap.places import Places


@pytest.fixture
def clone(tmp_path: Path) -> Places:
    places = Places(tmp_path / "clone")
    places.locks.mkdir(parents=True)
    for name in ("uv", "run", "test", "node"):
        (places.locks / f"{name}.txt").write_text(f"{name}==1\n")
    (places.root / "pyproject.toml").write_text("[project]\n")
    (places.frontend / "styles").mkdir(parents=True)
    (places.frontend / "build.mjs").write_text("build\n")
    (places.frontend / "styles" / "app.scss").write_text("a {}\n")
    return places


@pytest.fixture
def ready(clone: Places) -> Places:
    """The clone with a finished environment of level `run`."""
    packages = clone.venv / "lib" / "python3.11" / "site-packages"
    for folder in (clone.scripts, packages / "click"):
        folder.mkdir(parents=True)
    clone.python.symlink_to(sys.executable)
    (clone.venv / "pyvenv.cfg").write_text("home = x\n")
    said = {**environment.wanted(clone, "run"), "listing": ["click", "python"]}
    stamp.write(clone.venv / "registry-setup.json", said)
    return clone
