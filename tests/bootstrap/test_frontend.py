"""The front end is built when its sources change, from packages that are pinned to the last digit."""

import json
import re
from pathlib import Path

import pytest

from registry.bootstrap import frontend, stamp
from registry.bootstrap.places import Places, of_this_clone

SOURCES = of_this_clone().frontend
BUILT = of_this_clone().built


def built(places: Places) -> Places:
    places.built.mkdir(parents=True)
    for name in frontend.BUILT:
        (places.built / name).write_text("x")
    stamp.write(places.cache / "frontend.json", frontend._wanted(places))
    return places


def test_what_is_built_and_unchanged_is_whole(clone: Places) -> None:
    assert frontend.is_whole(built(clone))


def test_nothing_built_is_not_whole(clone: Places) -> None:
    assert not frontend.is_whole(clone)


def test_a_changed_style_sheet_is_seen(clone: Places) -> None:
    built(clone)
    (clone.frontend / "styles" / "app.scss").write_text("b {}\n")
    assert not frontend.is_whole(clone)


def test_a_missing_file_is_seen(clone: Places) -> None:
    built(clone)
    (clone.built / "app.js").unlink()
    assert not frontend.is_whole(clone)


def test_installed_packages_and_notes_do_not_count_as_sources(clone: Places) -> None:
    built(clone)
    (clone.frontend / "node_modules" / "sass").mkdir(parents=True)
    (clone.frontend / "node_modules" / "sass" / "x.js").write_text("x")
    (clone.frontend / "README.md").write_text("words")
    assert frontend.is_whole(clone)


def machine_with(folder: Path, version: str | None, *, npm: bool) -> str:
    """A PATH with a Node that answers `version`, and maybe an npm."""
    folder.mkdir()
    programs = {"node": f"echo {version}"} if version else {}
    programs |= {"npm": "true"} if npm else {}
    for name, line in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{line}\n")
        (folder / name).chmod(0o755)
    return str(folder)


@pytest.mark.parametrize(
    ("version", "npm", "usable"),
    [("v20.0.0", True, True), ("v24.19.0", True, True), ("v18.20.4", True, False), ("v20.0.0", False, False),
     (None, True, False), ("nonsense", True, False), ("v9.0.0", True, False)],
)  # fmt: skip
def test_the_machines_node_is_used_if_it_is_20_or_newer_with_npm(
    version: str | None, npm: bool, usable: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", machine_with(tmp_path / "bin", version, npm=npm))
    assert (frontend.machine_node() is not None) == usable


def test_every_npm_package_is_pinned_exactly() -> None:
    pins = json.loads((SOURCES / "package.json").read_text())["devDependencies"]
    assert [f"{name}@{pin}" for name, pin in pins.items() if not re.fullmatch(r"\d+\.\d+\.\d+", pin)] == []


def test_the_npm_lock_has_hashes_and_names_no_address() -> None:
    packages = json.loads((SOURCES / "package-lock.json").read_text())["packages"]
    entries = {name: entry for name, entry in packages.items() if name}
    assert [name for name, entry in entries.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert [name for name, entry in entries.items() if "resolved" in entry] == []


def test_the_style_sheet_has_no_foreign_font_crown_or_picture() -> None:
    text = (BUILT / "app.css").read_text("utf-8")
    assert [word for word in ("GDS Transport", "crown", "crest", "url(", "@font-face") if word in text] == []


def test_the_style_sheet_has_the_components_and_our_own_layer() -> None:
    text = (BUILT / "app.css").read_text("utf-8")
    names = (".govuk-error-summary", ".govuk-table", ".govuk-summary-list", ".registry-header", ".registry-illustrative",
             ".registry-scroll", "svg.map", "@media print")  # fmt: skip
    assert [name for name in names if name not in text] == []


def test_the_script_starts_the_components_without_reaching_out() -> None:
    text = (BUILT / "app.js").read_text("utf-8")
    assert "govuk-frontend-supported" in text
    assert [word for word in ("eval(", "new Function", "fetch(", "XMLHttpRequest") if word in text] == []


def test_the_script_of_maps_runs_no_text_and_names_no_other_machine() -> None:
    text = (BUILT / "map.js").read_text("utf-8")
    assert "IAU_2015:30135" in text
    assert [word for word in ("eval(", "new Function") if word in text] == []
    named = set(re.findall(r"https?://([\w.-]+)", text))
    assert named <= {"www.opengis.net"}, "these are names of coordinate systems; nothing else may be named"


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb; WCAG 2.2, definition of relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21.0)


@pytest.mark.parametrize(
    ("text", "ground"),
    [("text", "#ffffff"), ("text", "ground"), ("text", "ground-deep"), ("text-muted", "#ffffff"), ("text-muted", "ground"),
     ("link", "#ffffff"), ("link", "ground"), ("link-visited", "#ffffff"), ("error", "#ffffff"), ("success", "#ffffff"),
     ("#ffffff", "night"), ("notice-text", "notice"), ("#ffffff", "notice-text"), ("#114630", "#e1efe7"),
     ("#143a6c", "#e2eaf5"), ("#7a1a14", "#f8e3e1")],
)  # fmt: skip
def test_text_stands_out_from_its_ground(text: str, ground: str) -> None:
    palette = dict(
        re.findall(r"^\$([\w-]+): (#[0-9a-f]{6});", (SOURCES / "styles" / "_palette.scss").read_text(), re.MULTILINE)
    )
    assert contrast(palette.get(text, text), palette.get(ground, ground)) >= 4.5
