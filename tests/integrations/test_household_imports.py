"""Households by a household key: KP-08 and KP-19 for files (members, days, roles, undo)."""

from datetime import date
from typing import Any

import pytest

from tests.integrations import making
from tests.world import Cast
from wayfolk.audit import undoing
from wayfolk.audit.models import ChangeSet
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import merging
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import HouseholdKey, ImportRun, RowProblem
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import Actor

FAMILIES = Mapping(
    (
        Rule("customer.full_name", columns=("Name",)),
        Rule("customer.primary_email", columns=("Email",)),
        Rule("customer.city", columns=("City",)),
        Rule("customer.household_key", columns=("Household",)),
        Rule("customer.household_name", columns=("Family",)),
        Rule("customer.household_role", columns=("Role",)),
        Rule("customer.household_from", columns=("From",)),
        Rule("customer.household_to", columns=("To",)),
        Rule("customer.household_address", columns=("Shares",)),
    ),
    system="club",
)
HEADER = "Name,Email,City,Household,Family,Role,From,To,Shares"
HANSEN = (
    "Bent Hansen,bent@example.com,Aarhus,7,Hansen,Head,2020-01-01,,yes",
    "Anna Hansen,anna@example.com,Odense,7,,Spouse,2020-01-01,,no",
    "Ida Hansen,ida@example.com,,7,,barn,2021-05-04,2024-09-01,",
)


def lines(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows, ""]).encode()


def run(by: Actor, *rows: str) -> ImportRun:
    return making.run(lines(*rows), FAMILIES, by)


def refusals(by: Actor, run: ImportRun) -> dict[int, str]:
    with tenancy.scope(by.organization_id):
        return dict(
            RowProblem.objects.filter(run=run, is_refusal=True).values_list("row_number", "text")
        )


def members(by: Actor) -> list[tuple[Any, ...]]:
    with tenancy.scope(by.organization_id):
        rows = HouseholdMember.objects.select_related("customer", "household")
        return sorted(
            (m.household.name, m.customer.given_name, m.role, m.from_on, m.to_on) for m in rows
        )


def test_rows_of_one_key_become_one_household(committed_cast: Cast) -> None:
    by = committed_cast.manager
    found = run(by, *HANSEN)
    assert found.counts["household"] == {"created": 1, "updated": 0, "unchanged": 0}
    with tenancy.scope(by.organization_id):
        home = Household.objects.get()
        shares = dict(
            HouseholdMember.objects.values_list("customer__given_name", "uses_household_address")
        )
    assert (home.name, home.city, home.folded_name) == ("Hansen", "Aarhus", "hansen")
    assert shares == {"Bent": True, "Anna": False, "Ida": True}
    assert members(by) == [
        ("Hansen", "Anna", "partner", date(2020, 1, 1), None),
        ("Hansen", "Bent", "head", date(2020, 1, 1), None),
        ("Hansen", "Ida", "child", date(2021, 5, 4), date(2024, 9, 1)),
    ]


def test_the_same_file_again_changes_nothing_and_a_later_one_adds(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run(by, *HANSEN)
    again = run(by, *HANSEN)
    with tenancy.scope(by.organization_id):
        assert not ChangeSet.objects.filter(id=again.change_set_id).exists()
    later = run(by, "Emil Hansen,emil@example.com,,7,,child,2023-02-01,,")
    assert later.counts["household"] == {"created": 0, "updated": 1, "unchanged": 0}
    assert len(members(by)) == 4
    with tenancy.scope(by.organization_id):
        assert Household.objects.count() == HouseholdKey.objects.count() == 1


def test_a_changed_row_corrects_the_membership_that_it_made(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run(by, *HANSEN)
    run(by, HANSEN[1].replace("2020-01-01,,no", "2020-01-01,2025-03-01,no"))
    assert ("Hansen", "Anna", "partner", date(2020, 1, 1), date(2025, 3, 1)) in members(by)


def test_a_household_is_called_after_its_head_where_nothing_names_it(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    run(
        by,
        "Ida Lund,ida@example.com,Odense,8,,child,,,",
        "Bo Berg,bo@example.com,Aarhus,8,,head,,,",
    )
    today = clock.today(by.time_zone)
    assert members(by) == [
        ("Berg", "Bo", "head", today, None), ("Berg", "Ida", "child", today, None)
    ]  # fmt: skip
    with tenancy.scope(by.organization_id):
        assert Household.objects.get().city == "Aarhus"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            "Bo Berg,,,8,,head,2024-02-01,2024-01-01,",
            "Customer: lived there to: 1 Jan 2024 is not after 1 Feb 2024",
        ),
        ("Bo Berg,,,8,,head,,2024-01-01,", "and not from when"),
        ("Bo Berg,,,8,,butler,,,", "“butler” is none of head, partner, child"),
        ("Bo Berg,,,8,,head,soon,,", "“soon”"),
        ("Bo Berg,,,8,,head,,,perhaps", "“perhaps” is none of yes, no"),
    ],
)
def test_a_wrong_row_is_refused_and_leaves_no_customer(
    committed_cast: Cast, row: str, words: str
) -> None:
    by = committed_cast.manager
    found = run(by, row, HANSEN[0])
    assert words in refusals(by, found)[2]
    with tenancy.scope(by.organization_id):
        assert [c.given_name for c in Customer.objects.all()] == ["Bent"]


def test_two_households_at_once_only_in_different_roles(committed_cast: Cast) -> None:
    """KP-19, KP-20: the households' own words, and nothing of the refused row is written."""
    by = committed_cast.manager
    run(by, *HANSEN)
    found = run(
        by,
        "Anna Hansen,anna@example.com,Ribe,9,Weekend,partner,2022-01-01,,",
        "Bent Hansen,bent@example.com,,9,Weekend,relative,2022-01-01,,",
        "Per Dahl,per@example.com,,9,Weekend,head,2022-01-01,,",
    )
    assert "Anna Hansen lives in Hansen" in refusals(by, found)[2]
    assert "their roles must differ" in refusals(by, found)[2]
    assert [m[1:3] for m in members(by) if m[0] == "Weekend"] == [
        ("Bent", "relative"), ("Per", "head")
    ]  # fmt: skip
    with tenancy.scope(by.organization_id):
        remark = RowProblem.objects.get(run=found, is_refusal=False)
    assert "Bent Hansen lives in Hansen" in remark.text


def test_the_same_person_twice_in_one_file_meets_the_same_rule(committed_cast: Cast) -> None:
    by = committed_cast.manager
    ids = Mapping((Rule("customer.external_id", columns=("Id",)), *FAMILIES.rules), system="club")
    content = "\n".join(
        [
            f"Id,{HEADER}",
            "1,Bo Berg,,,8,Berg,head,2024-01-01,,",
            "2,Ida Berg,,,8,Berg,child,2024-01-01,,",
            "2,Ida Berg,,,9,Lund,child,2024-01-01,,",
            "",
        ]
    )
    found = making.run(content.encode(), ids, by)
    assert "about the same record and says something else" in refusals(by, found)[4]
    assert len(members(by)) == 2


def test_nobody_moves_into_a_household_that_has_ended_but_into_the_one_it_joined(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    run(by, *HANSEN, "Bo Berg,bo@example.com,,8,Berg,head,2020-01-01,,")
    with tenancy.scope(by.organization_id):
        homes = {home.name: home for home in Household.objects.all()}
        merging.merge_households(homes["Berg"].id, [homes["Hansen"].id], on=date(2025, 1, 1), by=by)
    run(by, "Emil Hansen,emil@example.com,,7,,child,2025-02-01,,")
    assert ("Berg", "Emil", "child", date(2025, 2, 1), None) in members(by)


def test_nobody_who_was_deleted_moves_into_a_household(committed_cast: Cast) -> None:
    by = committed_cast.manager
    run(by, *HANSEN)
    with tenancy.scope(by.organization_id):
        anna = Customer.objects.get(given_name="Anna")
        operations.delete_customer(anna.id, by=by)
    before = members(by)
    moved = HANSEN[1].replace(",7,,Spouse,2020-01-01", ",9,Weekend,Spouse,2026-02-01")
    found = run(by, moved, HANSEN[0].replace("yes", "no"))
    assert refusals(by, found) == {
        2: f"Anna Hansen (No {anna.number}) was deleted here. Take the deletion back, or give the"
        " row another key if it means somebody else."
    }
    assert (found.done_count, members(by)) == (1, before)
    assert found.counts["household"] == {"created": 0, "updated": 1, "unchanged": 0}


def test_a_company_and_a_key_without_its_household(committed_cast: Cast) -> None:
    by = committed_cast.manager
    companies = Mapping(
        (Rule("customer.company_name", columns=("Name",)), *FAMILIES.rules[1:]), system="club"
    )
    found = making.run(lines("Acme Ltd,,,7,,,,,", "Beta Ltd,,,,Family,head,,,"), companies, by)
    assert "Acme Ltd is a company" in refusals(by, found)[2]
    assert members(by) == []
    with tenancy.scope(by.organization_id):
        assert "without its key" in RowProblem.objects.get(run=found, row_number=3).text


def test_undo_under_a_member_of_a_later_file_says_what_stays_and_why(
    committed_cast: Cast,
) -> None:
    by = committed_cast.manager
    found = run(by, *HANSEN[:2])
    run(by, "Emil Hansen,emil@example.com,,7,,child,2023-02-01,,")
    assert found.change_set_id is not None
    report = undoing.undo_change_set(found.change_set_id, by=by)
    reasons = {(kept["table"], kept["reason"]) for kept in report.kept}
    assert {reason for table, reason in reasons if table == "households_household"} == {
        "It is used by household members added since."
    }
    assert {reason for table, reason in reasons if table == "households_householdmember"} == {
        "It belongs to a record that stays."
    }
    assert {reason for table, reason in reasons if table == "customers_customer"} == {
        "It is used by household members that stay."
    }
    assert len(members(by)) == 3


def test_undo_takes_households_members_and_keys_with_it(committed_cast: Cast) -> None:
    by = committed_cast.manager
    found = run(by, *HANSEN)
    assert found.change_set_id is not None
    undoing.undo_change_set(found.change_set_id, by=by)
    with tenancy.scope(by.organization_id):
        for model in (Household, HouseholdMember, HouseholdKey, Customer):
            assert model.objects.count() == 0
    again = run(by, *HANSEN)
    assert again.counts["household"]["created"] == 1
