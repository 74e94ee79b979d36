"""`solver show`: a table and a picture that say what the files say."""

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

import solver
from solver.cli import main
from solver.generate import Recipe, generate
from solver.instance import Instance
from solver.io import dump
from solver.show.maps import groups
from solver.show.picture import picture
from solver.show.rows import rows
from solver.show.svg import Frame, colours
from tests.solver.instances import claim, instance, phase, placement

SVG = "{http://www.w3.org/2000/svg}"


def problem() -> Instance:
    """A1 and B1 want one place; C1 is in force elsewhere, a hold lies beside it."""
    phases = [phase("hold", days=50)]
    return instance(
        claim("A1", placement("A1/1", points=90), placement("A1/2", points=40)),
        claim("B1", placement("B1/1"), credit={"B": 50, "A": 50}),
        claim("C1", placement("C1/1", at=(90_000, 0)), credit={"C": 100}, in_force={"placement": "C1/1", "start": -3}),
        holds=[{"id": "H", "footprint": {"type": "Point", "coordinates": [95_000, 0]}, "start": 0, "phases": phases}],
    )


def solved(found: Instance) -> solver.Solution:
    return solver.solve(found, limits=solver.SolveLimits(workers=1))


def texts(drawing: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(drawing).iter(f"{SVG}text")]


def hints(drawing: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(drawing).iter(f"{SVG}title")]


def test_the_table_says_what_is_asked_and_what_was_got() -> None:
    found = rows(problem(), solved(problem()))
    assert [(row.claim, row.credit, row.placements, row.windows) for row in found] == [
        ("A1", "A", "2 for 90..40 points", "day 0..0"),
        ("B1", "A 50, B 50", "1 for 100 points", "day 0..0"),
        ("C1", "C", "1 for 100 points", "day 0..0"),
    ]
    assert [(row.gets, row.from_to, row.points) for row in found] == [
        ("not served", "blocked by B1/1", ""),
        ("B1/1", "2027-01-01 to 2027-01-11", "100"),
        ("C1/1 (in force)", "2026-12-29 to 2027-01-08", "100"),
    ]


def test_the_picture_is_valid_svg_with_every_claim_and_who_is_not_served() -> None:
    drawing = picture(problem(), solved(problem()))
    assert {"A1", "B1", "C1", "hold H", "not served"} <= set(texts(drawing))
    assert "B1/1 from day 0, 100 points: operation 1000 m" in hints(drawing)
    assert "A1/1: asked, not allotted" in hints(drawing)
    assert "hold H: 1000 m" in hints(drawing)


def test_without_a_solution_the_best_placement_of_each_claim_is_drawn() -> None:
    drawing = picture(problem(), None)
    assert any("Not solved" in text for text in texts(drawing))
    assert "A1/1, 90 points: operation 1000 m" in hints(drawing)
    assert "not served" not in texts(drawing)


def test_equal_files_give_equal_pictures() -> None:
    assert picture(problem(), solved(problem())) == picture(problem(), solved(problem()))


def test_names_of_strangers_are_text_and_nothing_else() -> None:
    found = instance(claim("<script>alert(1)</script>\x1b[2J", placement("P&\"'/1")), id="<b>&")
    drawing = picture(found, None)
    assert b"<script" not in drawing
    assert b"\x1b" not in drawing
    assert "<b>&" in texts(drawing)


def test_sites_far_apart_are_groups_of_their_own() -> None:
    found = groups(problem())
    assert [sorted(p.id for p in group.placements) for group in found] == [["A1/1", "A1/2", "B1/1"], ["C1/1"]]
    assert [[hold.id for hold in group.holds] for group in found] == [[], ["H"]]


def test_instances_without_footprints_lines_and_hundreds_of_claims_are_drawn() -> None:
    by_pairs = instance(claim("A1", placement("A1/1")), claim("B1", placement("B1/1")), conflicts=[["A1/1", "B1/1"]])
    line = placement("A1/1") | {"footprint": {"type": "LineString", "coordinates": [[0, 0], [3000, 0]]}}
    many = solver.parse_instance(json.dumps(generate(Recipe(160, 60, windows="flexible"))).encode())
    for found in (by_pairs, instance(claim("A1", line)), many):
        assert ET.fromstring(picture(found, None)).tag == f"{SVG}svg"
    assert any("the chart shows the first 150 claims by id" in text for text in texts(picture(many, None)))


def test_no_two_of_forty_parties_have_one_colour() -> None:
    assert len(set(colours([f"P{i}" for i in range(40)]).values())) == 40


def test_up_on_the_map_is_up_on_the_page() -> None:
    frame = Frame((0.0, 0.0), 1000.0, 10.0, 20.0, 100.0)
    assert (frame.point(0, 0), frame.point(500, 500)) == ((60.0, 70.0), (110.0, 20.0))


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    (tmp_path / "i.json").write_bytes(dump(problem().document))
    (tmp_path / "s.json").write_bytes(dump(solver.to_document(solved(problem()))))
    return tmp_path / "i.json", tmp_path / "s.json"


def test_the_command_prints_the_table_and_writes_the_picture(files: tuple[Path, Path], tmp_path: Path) -> None:
    answer = CliRunner().invoke(main, ["show", *map(str, files), "--svg", str(tmp_path / "p.svg")])
    assert (answer.exit_code, "B1/1" in answer.output, "2 served, 1 not" in answer.output) == (0, True, True)
    assert (tmp_path / "p.svg").read_bytes() == picture(problem(), solved(problem()))


def test_a_solution_of_another_instance_is_refused(files: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "other.json").write_bytes(dump(instance(claim("A1", placement("A1/1"))).document))
    answer = CliRunner().invoke(main, ["show", str(tmp_path / "other.json"), str(files[1])])
    assert (answer.exit_code, "answers another instance" in answer.output) == (2, True)


def test_years_are_marked_where_they_begin() -> None:
    """From 1 October 2027 the first January is 92 days away."""
    rows = [claim("A1", placement("A1/1", start=(0, 3600)))]
    picture_ = picture(instance(*rows, epoch="2027-10-01", horizon_days=3650), None).decode()
    assert ">2028</text>" in picture_
    assert ">2027</text>" not in picture_
