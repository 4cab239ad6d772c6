"""Rules on the mapping page: added, written, refused, removed, all by plain posts."""

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.integrations.imports import mapping as mappings
from wayfolk.integrations.imports import queries, running
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun, RunState
from wayfolk.kit import tenancy
from wayfolk.stays.models import Stay

HEADER = "Guest,House,No,Y,M,D,Nights,Men,Women,State"
ROWS = ("Ann Lee,City,7,2026,July,9,3,1,1,Gone", "Bo Ek,City,8,2026,August,1,2,2,0,In bed")
STAY = {
    "column-0": "customer.full_name",
    "column-1": "stay.hotel",
    "column-2": "stay.reservation_number",
}


@pytest.fixture(autouse=True)
def media(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


class Page:
    """The mapping page as a browser without JavaScript has it: what it shows it sends back."""

    def __init__(self, cast: Cast, content: str = "") -> None:
        self.by = cast.manager
        self.client: Client = client_for(self.by)
        text = content or "\n".join([HEADER, *ROWS, ""])
        file = SimpleUploadedFile("guests.csv", text.encode(), content_type="text/csv")
        sent = self.client.post(reverse("imports:create"), {"file": file, "mapping": ""})
        self.url = sent.headers["Location"]
        self.show(self.url)

    def show(self, url: str) -> None:
        self._read(self.client.get(url))

    def _read(self, answer: Any) -> None:
        self.status = answer.status_code
        self.text = html.unescape(answer.content.decode())
        form = answer.content.decode().partition('<form id="import-mapping"')[2]
        inputs = re.findall(r'<input type="(?:hidden|text)" name="([^"]+)" value="([^"]*)"', form)
        selects = re.findall(r'<select name="([^"]+)".*?</select>', form, re.DOTALL)
        chosen = re.findall(
            r'<select name="([^"]+)"(?:(?!</select>).)*?<option value="([^"]*)" selected',
            form,
            re.DOTALL,
        )
        self.fields: dict[str, list[str]] = {name: [""] for name in selects}
        for name, value in (*inputs, *chosen):
            if name not in self.fields or self.fields[name] == [""]:
                self.fields[name] = []
            self.fields[name].append(html.unescape(value))

    def post(self, action: str, **changed: str) -> None:
        fields = {**self.fields, **{name.replace("__", "-"): v for name, v in changed.items()}}
        answer = self.client.post(self.url, {**fields, "action": action})
        if answer.status_code == 303:
            self.show(answer.headers["Location"])
        else:
            self._read(answer)

    def fill(self, **values: str) -> None:
        self.post("rule", **{f"rule__{name}": value for name, value in values.items()})

    def run(self) -> ImportRun:
        with tenancy.scope(self.by.organization_id):
            return queries.list_runs(by=self.by)[0]

    def rules(self) -> dict[str, Rule]:
        return {rule.target: rule for rule in mappings.from_json(self.run().mapping).rules}


def test_a_date_of_three_columns_is_built_by_hand(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.arrival_on")
    assert "Choose a column for: year, month, day." in page.text
    assert "Rule for Stay: arrival" in page.text
    page.fill(column__0="Y", column__1="M")
    assert "Choose a column for: day." in page.text
    page.fill(column__2="D")
    page.post("done")
    assert "= year, month and day from “Y”, “M” and “D”" in page.text
    assert page.rules()["stay.arrival_on"] == Rule("stay.arrival_on", "date_parts", ("Y", "M", "D"))
    assert "2026-07-09" in page.text  # the preview


def test_rules_of_every_kind_make_stays(cast: Cast) -> None:
    page = Page(cast)
    page.post("preview", **{name.replace("-", "__"): value for name, value in STAY.items()})
    page.post("add", new_rule="stay.arrival_on")
    page.fill(column__0="Y", column__1="M", column__2="D")
    page.post("add", new_rule="stay.departure_on")
    assert page.rules()["stay.departure_on"].columns == ("Nights",)  # proposed
    page.post("add", new_rule="stay.adults")
    page.fill(column__0="Men", column__1="Women")
    page.post("add", new_rule="stay.room")
    page.fill(value="{House}-{No}")
    page.post("add", new_rule="stay.meal_plan")
    page.fill(method="constant")
    page.fill(value="Half board")
    page.post("add", new_rule="stay.status")
    page.fill(column__0="State")
    page.fill(becomes__0="departed", becomes__1="in_house")
    page.post("start")
    assert page.run().state == RunState.QUEUED, page.text
    running.carry_out(page.run().id, by=page.by)
    with tenancy.scope(page.by.organization_id):
        first, second = Stay.objects.order_by("reservation_number")
        assert [str(first.arrival_on), str(first.departure_on)] == ["2026-07-09", "2026-07-12"]
        assert (first.adults, first.room, first.meal_plan) == (2, "City-7", "Half board")
        assert (first.status, second.status) == ("departed", "in_house")


def test_a_rule_is_edited_and_removed(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.adults")
    page.fill(column__0="Men", column__1="Women")
    page.post("add", new_rule="stay.room")
    page.fill(value="Room {No}")
    page.post("edit-0")
    assert "Rule for Stay: adults" in page.text
    page.fill(column__1="")
    assert page.rules()["stay.adults"].columns == ("Men",)
    assert page.rules()["stay.room"].value == "Room {No}"  # closed meanwhile, and kept
    page.post("remove-0")
    assert "stay.adults" not in page.rules()
    assert "the text “Room {No}”" in page.text


def test_another_method_and_another_field_keep_what_suits(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.room")
    page.fill(value="{House} {No}")
    page.fill(method="lookup")
    assert page.rules()["stay.room"].columns == ("House", "No")
    page.fill(method="template")
    assert page.rules()["stay.room"].value == "{House} {No}"
    page.fill(target="stay.children")
    assert (page.rules()["stay.children"].method, "stay.room" in page.rules()) == ("sum", False)


def test_a_column_can_be_put_into_a_text_without_typing_it(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="booking.reference")
    page.fill(value="PMS", insert="No")
    assert page.rules()["booking.reference"].value == "PMS {No}"


def test_a_rule_that_is_not_complete_keeps_the_import_from_starting(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="customer.notes")
    page.fill(value="Room {Floor}")
    assert "The text names “Floor”, which is no column of this file." in page.text
    page.post("start", column__0="customer.full_name")
    assert page.status == 422
    assert "Customer: notes: The text names “Floor”" in page.text
    assert page.run().state == RunState.DRAFT
    assert "Ann" in page.text  # what is sound is shown


def test_a_rule_without_a_field_is_refused_beside_the_box(cast: Cast) -> None:
    page = Page(cast)
    page.post("add")
    assert page.status == 422
    assert "Choose the field that the new rule fills." in page.text


@pytest.mark.parametrize(
    "sent",
    ["", "[]", "{", "9" * 5000, json.dumps({"target": "stay.room", "method": "copy"})]
    + [
        json.dumps(
            {"target": target, "method": method, "columns": columns, "value": value}
            | {"base": "", "table": {}}
        )
        for target, method, columns, value in [
            ("stay.nothing", "copy", ["No"], ""),
            ("stay.room", "guess", ["No"], ""),
            ("stay.room", "copy", [7], ""),
            ("stay.room", "copy", ["No"] * 400, ""),
            ("stay.room", "constant", [], "x" * 3000),
        ]
    ],
)
def test_a_damaged_rule_is_refused_and_changes_nothing(cast: Cast, sent: str) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.adults")
    before = page.rules()
    page.post("done", rule=sent)
    assert page.status == 422
    assert "arrived damaged" in page.text
    assert page.rules() == before


def test_numbers_of_rules_that_do_not_exist_change_nothing(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.adults")
    for action in ("edit-9", "edit-x", "remove-9", "remove-", "edit-²"):
        page.post(action)
        assert "stay.adults" in page.rules()
    page.show(f"{page.url}?rule=99")
    assert page.status == 200
    page.show(f"{page.url}?rule=0")
    assert "Rule for Stay: adults" in page.text


def test_a_choice_that_was_not_offered_is_refused(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.adults")
    page.fill(column__0="Nobody")
    assert page.status == 422
    assert "Nobody is not one of the available choices" in page.text


def test_the_page_answers_a_press_with_its_own_part(cast: Cast) -> None:
    page = Page(cast)
    answer = page.client.post(
        page.url,
        {**page.fields, "action": "add", "new_rule": "stay.adults"},
        headers={"HX-Request": "true", "HX-Target": "import-mapping"},
    )
    text = answer.content.decode()
    assert "<html" not in text
    assert "autofocus" in text


def test_rules_are_saved_under_a_name_and_fit_another_spelling(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="stay.arrival_on")
    page.fill(column__0="Y", column__1="M", column__2="D")
    page.post("save", column__0="customer.full_name", mapping_name="Houses")
    with tenancy.scope(page.by.organization_id):
        saved = queries.get_mapping("houses")
    assert Rule("stay.arrival_on", "date_parts", ("Y", "M", "D")) in saved.rules
    other = Page(cast, "\n".join([HEADER.lower(), *ROWS, ""]))
    other.client.post(other.url, {"action": "load", "use_mapping": "Houses"})
    other.show(other.url)
    assert "= year, month and day from “y”, “m” and “d”" in other.text


def test_columns_that_look_like_a_date_are_proposed(cast: Cast) -> None:
    page = Page(
        cast,
        "Name,Reservation ID,Hotel,Arrival year,Arrival month,Arrival day\n"
        "Ann,1,City,2026,7,31\nBo,2,City,2026,8,1\n",
    )
    assert "Stay: arrival = year, month and day from “Arrival year”" in re.sub(
        r"<[^>]+>", "", page.text
    )


def test_a_fixed_value_alone_makes_no_record_and_says_so(cast: Cast) -> None:
    page = Page(cast)
    page.post("add", new_rule="booking.currency")
    page.fill(method="constant")
    page.fill(value="EUR")
    page.post("done", column__0="customer.full_name")
    assert "always “EUR”" in page.text
    assert "Not used:" in page.text


def test_markup_in_headers_and_rules_is_shown_as_text(cast: Cast) -> None:
    page = Page(cast, 'Name,"<b onclick=x>{q}"\nAnn,1\n')
    page.post("add", new_rule="customer.notes")
    page.fill(insert="<b onclick=x>{q}")
    page.post("done")
    raw = page.client.get(page.url).content.decode()
    assert "<b onclick" not in raw
    assert page.rules()["customer.notes"] == Rule(
        "customer.notes", "template", ("<b onclick=x>{q}",), "{<b onclick=x>{q}}"
    )
    assert (
        mappings.fault_of(page.rules()["customer.notes"], _mapping(page), page.run().headers) == ""
    )


def _mapping(page: Page) -> Mapping:
    return mappings.from_json(page.run().mapping)
