"""The look follows the direction of the script: no side is named left or right, in our own sources or in what is built."""

import re
from pathlib import Path

import registry.web

WEB = Path(registry.web.__file__).parent
SIDES = re.compile(
    r"(?:^|[;{\s])(?:left|right)\s*:|\b(?:margin|padding|border)-(?:left|right)\b(?=[-:\s])"
    r"|\btext-align\s*:\s*(?:left|right)\b|\bfloat\s*:\s*(?:left|right)\b"
)

# Four values are top, right, bottom, left.
SHORT = re.compile(r"(?<![-\w])(?:margin|padding|inset)\s*:\s*([^;{}]+)")


def sides(text: str) -> list[str]:
    return [found.strip() for found in SIDES.findall(text)] + uneven(text)


def uneven(text: str) -> list[str]:
    """Short forms that give the right side another value than the left."""
    found = [match.split() for match in SHORT.findall(text)]
    return [" ".join(values) for values in found if len(values) == 4 and values[1] != values[3]]


def test_no_style_of_ours_names_a_side() -> None:
    sources = sorted((WEB / "frontend" / "styles").glob("*.scss"))
    assert {path.name: sides(path.read_text("utf-8")) for path in sources} == {path.name: [] for path in sources}
    assert len(sources) == 6


def test_what_is_built_names_no_side_either() -> None:
    assert sides((WEB / "static" / "build" / "app.css").read_text("utf-8")) == []


def test_a_planted_side_is_found() -> None:
    assert sides("p{margin-left:1px}") == ["margin-left"]
    assert sides("p {\n  left: 1px;\n  text-align: right;\n}") == ["left:", "text-align: right"]
    assert sides("p{color:red;float:left}q{border-right-color:red}") == ["float:left", "border-right"]
    assert sides("p{padding:0 0 spacing(4) 36px}q{margin:1px 2px 3px 2px}") == ["0 0 spacing(4) 36px"]
    assert sides("p{margin-inline-start:1px;grid-template:left}") == []
