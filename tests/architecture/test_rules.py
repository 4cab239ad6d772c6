"""The rules of docs/rules.md, and the report of the tests that name them."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.architecture.sources import ROOT
from wayfolk.commands.main import cli
from wayfolk.commands.rules import GROUPS, RULES_FILE, covered_rules, mentions_by_rule, read_rules

_SPECIFICATION = ROOT.parent / "shared" / "spec" / "rules.md"


def test_every_group_is_numbered_without_gaps_or_doubles() -> None:
    ids = [rule_id for rule_id, _ in read_rules(RULES_FILE)]
    for group in GROUPS:
        numbers = [int(i.partition("-")[2]) for i in ids if i.startswith(f"{group}-")]
        assert numbers == list(range(1, len(numbers) + 1))
        assert numbers


def test_the_list_is_that_of_the_specification() -> None:
    if not _SPECIFICATION.exists():
        pytest.skip("the specification lies beside the checkout of its authors only")
    specified = set(
        re.findall(r"^- ((?:TP|TA|TQ|KP)-\d\d)\b", _SPECIFICATION.read_text(), re.MULTILINE)
    )
    listed = {rule_id for rule_id, _ in read_rules(RULES_FILE) if not rule_id.startswith("D-")}
    assert listed == specified


def test_tests_name_only_rules_that_exist() -> None:
    known = {rule_id for rule_id, _ in read_rules(RULES_FILE)}
    named = mentions_by_rule(ROOT / "tests")
    assert {rule_id: tests for rule_id, tests in named.items() if rule_id not in known} == {}


@pytest.fixture
def written(tmp_path: Path) -> Path:
    (tmp_path / "test_links.py").write_text(
        '"""All of it is about TP-97."""\n'
        "def test_tp_98_is_in_the_name():\n"
        "    pass\n"
        "\n"
        "def test_tp99_ta96b_in_short():\n"
        "    fly('TP77')\n"
        "\n"
        "# TP-91 and TP-92 stand above their test\n"
        "@pytest.mark.slow\n"
        "def test_two():\n"
        '    """TA-94 to TA-96; TP-91 again; decision 7."""\n'
    )
    return tmp_path


def test_a_rule_is_found_in_names_docstrings_comments_and_ranges(written: Path) -> None:
    file = f"{written.name}/test_links.py"
    two = f"{file}::test_two"
    short = f"{file}::test_tp99_ta96b_in_short"
    assert mentions_by_rule(written) == {
        "TP-98": [f"{file}::test_tp_98_is_in_the_name"],
        "TP-99": [short],
        "TP-91": [two],
        "TP-92": [two],
        "TA-94": [two],
        "TA-95": [two],
        "TA-96": [short, two],
        "D-07": [two],
    }


def test_a_rule_without_a_test_is_listed_all_the_same(tmp_path: Path) -> None:
    rules = tmp_path / "rules.md"
    rules.write_text("# Rules\n- TP-97 Something is promised.\n- no rule\n")
    (rule,) = covered_rules(rules, tmp_path)
    assert (rule.id, rule.title, rule.tests) == ("TP-97", "Something is promised.", ())


def test_the_command_prints_every_rule_with_its_tests() -> None:
    answer = CliRunner().invoke(cli, ["rules"])
    assert answer.exit_code == 0
    assert "TP-02  An itinerary with customers has at least one point of contact" in answer.output
    assert re.search(r"TP  Linking customers to itineraries: \d+ of 44 named", answer.output)


def test_the_command_speaks_json() -> None:
    data = json.loads(CliRunner().invoke(cli, ["rules", "--json"]).output)
    assert data["groups"]["KP"]["rules"] == 48
    assert len(data["rules"]) == sum(group["rules"] for group in data["groups"].values())
    assert set(data["rules"][0]) == {"id", "title", "tests"}
