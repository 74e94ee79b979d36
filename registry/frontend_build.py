"""The style sheet and the scripts of the pages, which are built once: where they lie, and which are missing."""

from pathlib import Path

BUILD = Path(__file__).parent / "web" / "static" / "build"
FILES = ("app.css", "app.js", "map.js", "filing.js")
MEND = (
    "run `npm ci --ignore-scripts && npm run build` in registry/web/frontend, or any of the README's commands, "
    "which do it"
)


def missing(folder: Path = BUILD) -> list[str]:
    """The files that have not been built."""
    return [name for name in FILES if not (folder / name).is_file()]
