"""`rules`: which behaviours the product promises, and the tests that name each of them."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from wayfolk.config import environment

RULES_FILE = environment.PROJECT_ROOT / "docs" / "rules.md"
TESTS_FOLDER = environment.PROJECT_ROOT / "tests"
GROUPS = {
    "TP": "Linking customers to itineraries",
    "TA": "Connecting stays and itineraries to bookings",
    "TQ": "Customer details, lists and merging",
    "KP": "Customer accounts and passengers",
    "D": "Decisions",
}
# A rule's line in docs/rules.md: "- TP-02 Customers linked: at least one point of contact."
_RULE = re.compile(r"^- ((?:TP|TA|TQ|KP|D)-\d{2}) (.+)$")
_ID = re.compile(
    r"(?<![A-Z0-9])(TP|TA|TQ|KP|D)[-_](\d\d)(?!\d)"
    r"(?:\s*(?:\.\.|–|TO)\s*(?:\1[-_])?(\d\d)(?!\d))?"
)
# "test_tq16_..." says the same as "test_tq_16_..."; in capitals it may be a flight, TP77.
_SHORT = re.compile(r"_(tp|ta|tq|kp|d)(?=\d\d(?!\d))")
_DECISION = re.compile(r"\bDECISION (\d{1,2})\b")
_TEST = re.compile(r"^\s*(?:async )?def (test_\w+)|^\s*class (Test\w+)")


@dataclass(frozen=True, slots=True)
class Rule:
    """One promised behaviour, and the tests ("tests/x/test_y.py::test_z") that name it."""

    id: str
    title: str
    tests: tuple[str, ...]

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]


@click.command()
@click.option("--json", "as_json", is_flag=True, help="As JSON, for programs.")
def rules(as_json: bool) -> None:
    """List the product's rules with the tests that name them."""
    if not RULES_FILE.exists():
        raise click.ClickException(f"There is no {RULES_FILE}: it comes with the source.")
    found = covered_rules(RULES_FILE, TESTS_FOLDER)
    if as_json:
        click.echo(json.dumps(_as_data(found), indent=2, ensure_ascii=False))
        return
    for group, title in GROUPS.items():
        members = [rule for rule in found if rule.group == group]
        named = sum(bool(rule.tests) for rule in members)
        click.echo(f"\n{group}  {title}: {named} of {len(members)} named by a test")
        for rule in members:
            click.echo(f"{rule.id}  {rule.title}")
            for test in rule.tests:
                click.echo(f"         {test}")


def covered_rules(rules_file: Path, tests: Path) -> list[Rule]:
    """Every rule of the file, in its order, with the tests below `tests` that name its id."""
    naming = mentions_by_rule(tests)
    return [
        Rule(rule_id, title, tuple(naming.get(rule_id, ())))
        for rule_id, title in read_rules(rules_file)
    ]


def read_rules(rules_file: Path) -> list[tuple[str, str]]:
    """(id, title) of each rule's line, in the order of the file."""
    lines = rules_file.read_text(encoding="utf-8").splitlines()
    return [match.groups() for line in lines if (match := _RULE.match(line))]  # type: ignore[misc]


def mentions_by_rule(tests: Path) -> dict[str, list[str]]:
    """Rule id -> the tests whose name, docstring or body names it, or a comment above them.

    Ranges count for each id in them ("TP-14 to TP-16"), "decision 7" counts as D-07. What a
    file says of itself as a whole proves nothing and is passed over; so are the tests of the
    code's own shape.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(tests.rglob("test_*.py")):
        if path.parent.name == "architecture":
            continue
        name = f"{tests.name}/{path.relative_to(tests)}"
        for where, rule_id in _named_in(name, path.read_text(encoding="utf-8").splitlines()):
            if where not in found[rule_id]:
                found[rule_id].append(where)
    return dict(found)


def _named_in(file: str, lines: list[str]) -> Iterator[tuple[str, str]]:
    """(where, rule id) for each mention; what stands above a test belongs to that test."""
    where = ""
    ahead: list[str] = []
    for line in lines:
        if line.startswith("#") or line.lstrip().startswith("@"):
            ahead += _ids_in(line)
            continue
        test = _TEST.match(line)
        if test:
            where = f"{file}::{test.group(1) or test.group(2)}"
        for rule_id in [*ahead, *_ids_in(line)] if where else []:
            yield where, rule_id
        ahead = []


def _ids_in(line: str) -> list[str]:
    # Names of tests are in lower case: test_tp_02_...
    said = _SHORT.sub(r"_\1_", line).upper().replace("TEST_", " ")
    text = _DECISION.sub(lambda found: f"D-{int(found[1]):02d}", said)
    return [
        f"{group}-{number:02d}"
        for group, first, last in _ID.findall(text)
        for number in range(int(first), int(last or first) + 1)
    ]


def _as_data(found: list[Rule]) -> dict[str, object]:
    groups = {
        group: {
            "title": title,
            "rules": sum(rule.group == group for rule in found),
            "named_by_tests": sum(rule.group == group and bool(rule.tests) for rule in found),
        }
        for group, title in GROUPS.items()
    }
    listed = [{"id": rule.id, "title": rule.title, "tests": list(rule.tests)} for rule in found]
    return {"groups": groups, "rules": listed}
