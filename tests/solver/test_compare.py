"""Rules side by side: measures worked out by hand, and files that programs and spreadsheets can take."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from click.testing import CliRunner

from solver import InputError, solve
from solver.cli import main
from solver.compare import Comparison, compare, usable_rules
from solver.compare_plot import svg_bytes
from solver.compare_text import csv_bytes
from solver.instance import Instance
from solver.verify import verify
from tests.solver.instances import claim, document, instance, phase, placement

ALL = ["equal-footing", "max-points", "nash", "first-come", "serial"]


def rows() -> list[dict]:
    """A's two claims of 90 at the sides exclude B's one of 100 between them; A has a site of 10 apart, B one of 5."""
    stay = [phase(days=10, keep_out_m=1000)]
    made = [
        claim("A1", placement("A1/1", (-600, 0), 90, phases=stay), credit={"A": 100}, controller="north"),
        claim("A2", placement("A2/1", (600, 0), 90, phases=stay), credit={"A": 100}, controller="north"),
        claim("A3", placement("A3/1", (20000, 0), 10, phases=stay), credit={"A": 100}),
        claim("=B1", placement("B1/1", (0, 0), 100, phases=stay), credit={"B": 100}, controller="south"),
        claim("B2", placement("B2/1", (40000, 0), 5, phases=stay), credit={"B": 100}, controller="south"),
    ]
    return [row | {"received_at": f"2027-02-0{5 - i}T10:00:00Z"} for i, row in enumerate(made)]


PARTIES = [{"id": "A", "groups": ["blue"]}, {"id": "B", "groups": ["ldc", "red"]}]
MORE = {"parties": PARTIES, "reserves": [{"id": "late", "group": "ldc", "placements": ["B2/1"], "min": 1}]}


@pytest.fixture(scope="module")
def problem() -> Instance:
    return instance(*rows(), **MORE)


@pytest.fixture(scope="module")
def found(problem: Instance) -> Comparison:
    return compare(problem, ALL, solve)


def test_points_and_prices_are_those_of_hand_work(found: Comparison) -> None:
    """Equal footing gives A 10 and B 105; max points A 190 and B 5; 10 x 105 is more than 190 x 5; B came first."""
    assert {rule: outcome.solution.parties for rule, outcome in found.outcomes.items()} == {
        "equal-footing": {"A": 1000, "B": 10500},
        "max-points": {"A": 19000, "B": 500},
        "nash": {"A": 1000, "B": 10500},
        "first-come": {"A": 1000, "B": 10500},
        "serial": {"A": 1000, "B": 10500},
    }  # fmt: skip
    assert (found.reference, found.is_reference_proved) == (195, True)
    assert found.outcomes["max-points"].price_percent == 0.0
    assert found.outcomes["equal-footing"].price_percent == 41.03  # 80 of 195


def test_shares_are_of_all_points_by_coalition_equity_group_and_controller(found: Comparison) -> None:
    """A group that a reserve names is an equity group. 10 and 105 of 115 points; 190 and 5 of 195."""
    fair, most = found.outcomes["equal-footing"], found.outcomes["max-points"]
    assert fair.by_coalition == {"blue": 8.7, "red": 91.3}
    assert fair.by_equity_group == {"ldc": 91.3}
    assert fair.by_controller == {"": 8.7, "north": 0.0, "south": 91.3}
    assert most.by_controller == {"": 5.13, "north": 92.31, "south": 2.56}


def test_km2_days_are_rounded_up_once_a_placement(found: Comparison) -> None:
    """Each placement takes pi x 1 km2 x 10 days = 31.4, rounded up 32."""
    assert (found.outcomes["equal-footing"].km2_days, found.outcomes["max-points"].km2_days) == (3 * 32, 4 * 32)


def test_envy_is_found_only_where_one_placement_less_does_not_end_it(found: Comparison) -> None:
    """Under max points B's claim between A's two needs both gone, and envies neither alone; nobody envies B for one site."""
    assert found.outcomes["max-points"].envious == ()
    assert found.outcomes["equal-footing"].envious == ()


def test_the_claims_that_change_are_those_and_no_others(found: Comparison) -> None:
    assert list(found.changes) == ["=B1", "A1", "A2"]
    assert found.changes["A1"]["equal-footing"] is None
    assert found.changes["A1"]["max-points"].placement == "A1/1"


def test_each_outcome_is_a_solution_that_verifies_under_its_rule(found: Comparison, problem: Instance) -> None:
    from solver.compare import under

    for rule, outcome in found.outcomes.items():
        assert outcome.solution.rule == rule
        assert verify(under(problem, rule), outcome.solution).problems == ()


def test_max_points_is_the_reference_even_when_it_is_not_asked_for(problem: Instance) -> None:
    found = compare(problem, ["equal-footing"], solve)
    assert list(found.outcomes) == ["equal-footing"]
    assert (found.reference, found.outcomes["equal-footing"].price_percent, found.changes) == (195, 41.03, {})


def test_rules_that_lack_what_they_need_are_refused_by_name(problem: Instance) -> None:
    bare = instance(*({k: v for k, v in row.items() if k != "received_at"} for row in rows()))
    assert usable_rules(bare) == ("equal-footing", "max-points", "nash", "serial")
    assert usable_rules(problem) == tuple(ALL)
    for rules, fragment in (
        (["first-come"], "claims[0].received_at: missing"),
        (["auction"], "--rules: 'auction' is unknown"),
        (["nash", "nash"], "--rules: 'nash' is named 2 times"),
        ([], "--rules: there is none"),
    ):
        with pytest.raises(InputError) as refused:
            compare(bare, rules, solve)
        assert fragment in str(refused.value.faults[0])


def test_contradicting_entries_leave_nothing_to_compare() -> None:
    made = [row | {"in_force": {"placement": row["placements"][0]["id"], "start": 0}} for row in rows()]
    with pytest.raises(InputError) as refused:
        compare(instance(*made), ["nash"], solve)
    assert "break C2: there is nothing to compare" in str(refused.value.faults[0])


def test_the_csv_is_safe_in_a_spreadsheet_and_has_one_row_a_measure(found: Comparison) -> None:
    table = list(csv.reader(io.StringIO(csv_bytes(found).decode())))
    assert table[0] == ["measure", "of", *ALL]
    cells = {(row[0], row[1]): row[2:] for row in table[1:]}
    assert cells["sum of points", ""][:3] == ["115", "195", "115"]
    assert cells["points", "A"][:2] == ["10", "190"]
    assert cells["allotment", "'=B1"][:2] == ["B1/1 day 0", "unserved"]
    assert not any(cell.startswith(("=", "+", "@")) for row in table for cell in row)


def test_the_document_is_json_and_names_measures_and_stages(found: Comparison) -> None:
    made = json.loads(json.dumps(found.to_document()))
    assert made["format"] == "lunar-allocation-comparison/1"
    assert made["rules"]["max-points"]["fairness"]["gini"] == 0.4744  # (190 - 5) / (2 x 195)
    assert made["rules"]["nash"]["stages"][1] == {"name": "parties above 0", "value": 2, "bound": 2, "proved": True}
    assert made["changes"][0]["allotments"]["max-points"] is None


def test_the_picture_has_a_mark_for_each_party_and_rule_and_escapes_names(problem: Instance) -> None:
    strange = instance(claim("X1", placement("X1/1"), credit={"<&>": 100}), id='"quoted" & <cut>')
    for made, marks in ((compare(problem, ALL, solve), 5 + 2 * 5), (compare(strange, ["nash"], solve), 1 + 1)):
        root = ET.fromstring(svg_bytes(made))
        assert len(root.findall(".//{http://www.w3.org/2000/svg}path")) == marks


def test_the_command_prints_the_tables_and_writes_the_files(tmp_path: Path) -> None:
    path = tmp_path / "instance.json"
    path.write_text(json.dumps(document(*rows(), **MORE)))
    files = [f"--{form}={tmp_path / form}" for form in ("json", "csv", "plot")]
    done = CliRunner().invoke(main, ["compare", str(path), "--rules", "equal-footing, nash", "--quiet", *files])
    assert done.exit_code == 0, done.output
    assert "price of fairness" in done.stdout and "equal-footing" in done.stdout
    assert list(json.loads((tmp_path / "json").read_text())["rules"]) == ["equal-footing", "nash"]
    assert (tmp_path / "csv").read_text().startswith("measure,of,equal-footing,nash\n")
    assert (tmp_path / "plot").read_text().startswith("<svg ")


@pytest.mark.parametrize(
    ("arguments", "fragment"),
    [
        (["--rules", "auction"], "--rules: 'auction' is unknown"),
        (["--rules", ""], "--rules: '' is unknown"),
        (["--seed", "xyz"], "--seed: 'xyz' is not whole bytes in hex"),
        (["--json", "instance.json"], "it is the instance itself"),
        (["--json", "one", "--csv", "one"], "two are the same file"),
        (["--plot", "no/where.svg"], "cannot be written"),
    ],
)
def test_misuse_exits_2_and_writes_nothing(
    arguments: list[str], fragment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("instance.json").write_text(json.dumps(document(*rows())))
    done = CliRunner().invoke(main, ["compare", "instance.json", *arguments])
    assert (done.exit_code, done.stdout) == (2, "")
    assert fragment in done.stderr
    assert [entry.name for entry in tmp_path.iterdir()] == ["instance.json"]
