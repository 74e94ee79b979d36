"""From a height model to an answer: ground too steep to drive on closes cells, and a zone in the only pass is refused."""

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from solver.cli import main
from tests.solver.instances import claim, phase, placement
from tests.solver.terrain.made import hills, tif
from tests.solver.walled import access, walled

PASS, CREST, FLOOR = (-1500, -400), (2500, 2000), (-3900, -2600)


def run(*words: object) -> str:
    result = CliRunner().invoke(main, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return result.output


def site(name: str, at: tuple[float, float], keep_out_m: int, points: int) -> dict[str, Any]:
    """Return a claim to a place from day 0 on."""
    place = placement(f"{name}/1", at=at, points=points, phases=[phase(days=10, keep_out_m=keep_out_m)])
    return claim(name, place, credit={"B" if name == "PASS" else "A": 100})


def document() -> dict[str, Any]:
    """Return two stretches of gentle ground with one pass between them, and the dearest of three claims in it."""
    return walled(
        site("PASS", PASS, 1400, 100),
        site("CREST", CREST, 500, 90),
        site("FLOOR", FLOOR, 500, 80),
        access=access(
            cell_m=200,
            extent=[-5000, -4000, 3800, 4000],
            blocked=None,
            gates=[[2500, -2900]],
            points=[{"id": "mast", "at": [-4500, 2700]}, {"id": "base", "at": [2900, 2700]}],
        ),
    )


def test_a_zone_in_the_only_pass_between_steep_ground_is_refused_and_the_ways_are_drawn(tmp_path: Path) -> None:
    model, asked = tif(tmp_path / "model.tif", hills()), tmp_path / "asked.json"
    instance, solution, svg = (tmp_path / name for name in ("instance.json", "solution.json", "map.svg"))
    asked.write_text(json.dumps(document()), "utf-8")
    run("terrain", "blocked", model, "--slope", 20, "--instance", asked, "-o", instance, "--quiet")
    run("solve", instance, "-o", solution, "--quiet")
    assert run("verify", instance, solution).startswith("valid: status OPTIMAL")
    answer = json.loads(solution.read_text("utf-8"))
    assert [row["claim"] for row in answer["allotments"]] == ["CREST", "FLOOR"]
    assert answer["unserved"] == [
        {"claim": "PASS", "reasons": [{"placement": "PASS/1", "rule": "C5", "by": ["PASS/1"]}]}
    ]
    assert [(way["point"], way["path"][-1]) for way in answer["access"]] == [("base", [37, 5]), ("mast", [37, 5])]
    passed = [{tuple(cell) for cell in way["path"]} & {(i, 18) for i in range(11, 24)} for way in answer["access"]]
    assert [len(cells) for cells in passed] == [1, 1], "both go through the pass"
    run("show", instance, solution, "--svg", svg)
    drawn = svg.read_text("utf-8")
    assert drawn.count("Way of ") == 2
    assert "closed ground" in drawn


def test_without_the_steep_ground_the_same_claim_is_served(tmp_path: Path) -> None:
    instance, solution = tmp_path / "instance.json", tmp_path / "solution.json"
    instance.write_text(json.dumps(document()), "utf-8")
    run("solve", instance, "-o", solution, "--quiet")
    rows = json.loads(solution.read_text("utf-8"))["allotments"]
    assert [row["claim"] for row in rows] == ["CREST", "FLOOR", "PASS"]
