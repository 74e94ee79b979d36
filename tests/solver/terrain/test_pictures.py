"""Pictures and image layers: the same bytes each time, the origin in them, what is invented labelled, nothing off its place."""

import hashlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from matplotlib.figure import Figure
from matplotlib.image import imread

from solver.cli import main
from solver.terrain import marks
from solver.terrain.grid import Grid, Origin
from solver.terrain.pictures import Scene, picture, pixels
from solver.terrain.scenes import image
from solver.terrain.shading import hillshade, style_of
from tests.solver.terrain.made import hills, tif

SOURCE = Origin("LOLA", "public domain", 200.0)


def run(*words: object) -> None:
    result = CliRunner().invoke(main, ["terrain", *(str(word) for word in words), "--quiet"])
    assert result.exit_code == 0, result.output


def grid(values: np.ndarray, origin: Origin = SOURCE, x: float = -5000.0, y: float = 4000.0) -> Grid:
    return Grid(values.astype(np.float32), x, y, 200.0, origin)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A model, a product over it, candidates and a zone."""
    model = tif(tmp_path / "model.tif", hills(), tags={"SOURCE": "LOLA", "LICENCE": "public domain"})
    run("slope", model, "-o", tmp_path / "slope.tif")
    (tmp_path / "places.csv").write_text("id,x_m,y_m\nS-001,0,0\nS-002,4900,3000\n", "utf-8")
    (tmp_path / "point.json").write_text('{"type": "Point", "coordinates": [0, 0]}', "utf-8")
    run("zone", model, "--footprint", tmp_path / "point.json", "--keep-out", 2000, "-o", tmp_path / "zone.geojson")
    return tmp_path


def test_png_and_svg_are_the_same_bytes_each_time_and_name_source_and_licence(folder: Path) -> None:
    how = (
        "--layer",
        folder / "slope.tif",
        "--candidates",
        folder / "places.csv",
        "--zones",
        folder / "zone.geojson",
        "--title",
        "Slopes",
    )
    for name in ("a.png", "b.png", "a.svg", "b.svg"):  # drawn anew each time
        run("picture", folder / "model.tif", "-o", folder / name, *how)
    for kind in ("png", "svg"):
        assert (folder / f"a.{kind}").read_bytes() == (folder / f"b.{kind}").read_bytes()
    text = (folder / "a.svg").read_text("utf-8")
    ET.fromstring(text)
    # Names with a halo are outlines in the SVG; what has none is text.
    words = ("Slopes", "Source: LOLA. Licence: public domain. Cells of 200 m.", "2 km", "longitude 0 and the Earth up")
    assert [word for word in words if word not in text] == []
    assert "candidate, by order of choice" in text and "without terrain" in text and "degree" in text
    assert b"LOLA" in (folder / "a.png").read_bytes() and b"public domain" in (folder / "a.png").read_bytes()


def test_what_is_not_measured_is_labelled_across_the_picture() -> None:
    synthetic = Origin("invented", "none", 200.0, (), "synthetic")
    drawn = picture(Scene("Ground", grid(hills(), synthetic)), "svg").decode()
    assert "synthetic: not the Moon's ground" in drawn and "<dc:type" in drawn
    plain = picture(Scene("Ground", grid(hills())), "svg").decode()
    assert "synthetic" not in plain and len(drawn) > len(plain) + 1000  # the word in large letters across it


def test_away_from_the_pole_the_scale_is_that_of_the_ground_there() -> None:
    """At 82 S a map kilometre is 0.5 percent shorter on the ground: the bar of 2 km is 2010 m long on the map."""
    axes = Figure().add_axes((0, 0, 1, 1))
    marks.scale_bar(axes, grid(hills(), x=-5000.0, y=247_000.0))
    _, first, second = axes.patches
    assert first.get_width() + second.get_width() == pytest.approx(2000 * 1.00489, rel=1e-4)
    assert axes.texts[0].get_text() == "2 km"


def test_away_from_the_pole_an_arrow_leads_to_it_and_one_to_the_earth_everywhere() -> None:
    for x, names in ((80_000.0, {"Earth", "Pole"}), (-5000.0, {"Earth", "South Pole"})):
        axes = Figure().add_axes((0, 0, 1, 1))
        marks.directions(axes, grid(hills(), x=x))
        assert {text.get_text() for text in axes.texts if text.get_text()} == names


def test_slopes_towards_the_upper_left_are_bright() -> None:
    row, column = np.mgrid[0:20, 0:20]
    facing, averted = (hillshade(grid(sign * 20.0 * (row + column))) for sign in (1, -1))
    assert facing.mean() > 0.8 and averted.mean() < 0.4
    assert np.ptp(hillshade(grid(np.zeros((5, 5))))) == 0


def test_holes_have_a_colour_of_their_own_and_masks_let_the_ground_through() -> None:
    values = hills()
    values[3, 3] = np.nan
    assert pixels(Scene("", grid(values)))[3, 3].tolist() == [0.86, 0.84, 0.88]
    mask = np.zeros((40, 50))
    mask[5, 5] = 1
    ground, marked = (
        Scene("", grid(hills())),
        Scene("", grid(hills()), grid(mask), "permanent shadow", style_of("permanent shadow", "1 or 0")),
    )
    differing = np.argwhere((pixels(ground) != pixels(marked)).any(axis=2))
    assert differing.tolist() == [[5, 5]]


def test_a_layer_of_the_map_has_a_pixel_a_cell_its_place_and_its_origin(folder: Path) -> None:
    run("layer", folder / "model.tif", "--layer", folder / "slope.tif", "-o", folder / "slope.png")
    words = json.loads((folder / "slope.png.json").read_text("utf-8"))
    data = (folder / "slope.png").read_bytes()
    assert imread(folder / "slope.png").shape == (40, 50, 4)
    assert (words["sha256"], words["what"], words["crs"]) == (
        hashlib.sha256(data).hexdigest(),
        "slope",
        "IAU_2015:30135",
    )
    assert (words["bounds_m"], words["origin"]["source"]) == ([-5000.0, -4000.0, 5000.0, 4000.0], "LOLA")


def test_a_layer_of_invented_ground_is_striped_and_holes_are_transparent(tmp_path: Path) -> None:
    values = hills()
    values[3, 3] = np.nan
    shown = [Scene("", grid(values, Origin(kind=kind))) for kind in ("measured", "synthetic")]
    plain, striped = (image(scene, "a.png")[0] for scene in shown)
    for name, data in (("plain", plain), ("striped", striped)):
        (tmp_path / f"{name}.png").write_bytes(data)
    one, other = imread(tmp_path / "plain.png"), imread(tmp_path / "striped.png")
    assert one[3, 3, 3] == 0 and one[4, 4, 3] == 1
    assert 0.1 < np.mean((one != other).any(axis=2)) < 0.15


def test_a_product_of_another_place_and_files_that_are_none_are_refused(folder: Path) -> None:
    elsewhere = tif(folder / "elsewhere.tif", hills(), corner=(90_000.0, 90_000.0))
    (folder / "none.geojson").write_text("[]", "utf-8")
    for words, message in (
        (("--layer", elsewhere), "elsewhere.tif: it lies elsewhere than the model; bring a product of the same ground"),
        (
            ("--zones", folder / "none.geojson"),
            "none.geojson: it is no feature collection; give what `solver terrain zone` writes",
        ),
        (("--candidates", folder / "point.json"), "it has no columns id, x_m and y_m; give a table of candidates"),
    ):
        result = CliRunner().invoke(
            main,
            [
                "terrain",
                "picture",
                str(folder / "model.tif"),
                "-o",
                str(folder / "p.png"),
                *(str(word) for word in words),
            ],
        )
        assert result.exit_code == 2 and message in result.output, result.output
        assert not (folder / "p.png").exists()
