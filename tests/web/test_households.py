"""The pages of households: KP-19 to KP-22 where they show."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.bookings import making as booked
from tests.bookings import travelling
from tests.households.making import day, household, names_on, person
from tests.itineraries import factories
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.world import Cast
from wayfolk.customers.models import Customer
from wayfolk.households import queries
from wayfolk.households.models import Household, HouseholdMember
from wayfolk.households.operations import connecting, guarding, keeping, moving
from wayfolk.households.operations.moving import Placement
from wayfolk.kit import clock, tenancy


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_for(cast.advisor)


def page(client: Client, address: str, **headers: Any) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def only(cast: Cast) -> Household:
    with tenancy.scope(cast.organization.id):
        return Household.objects.get()


def member_of(cast: Cast, home: Household, customer: Customer) -> HouseholdMember:
    with tenancy.scope(cast.organization.id):
        return HouseholdMember.objects.get(household_id=home.id, customer_id=customer.id)


def new(customer: Customer, **changed: Any) -> dict[str, Any]:
    return {
        "people": [customer.number],
        f"role-{customer.number}": "head",
        "from_on": "2026-01-01",
        "name": "Hansen",
        "city": "Aarhus",
        "country": "DK",
        "channel": "post",
        **changed,
    }


def test_kp_19_a_household_is_made_of_a_customer_and_found(cast: Cast, client: Client) -> None:
    anna = person(cast, "Anna", lines="Elmevej 1", city="Aarhus")
    form = page(client, f"/households/new?people={anna.number}")
    for words in ("Anna Hansen", "Elmevej 1", 'value="Hansen"'):
        assert words in form
    answer = client.post("/households/new", new(anna))
    assert answer.status_code == 303
    shown = page(client, answer.headers["Location"])
    for words in ("H-1", "Anna Hansen", "Head", "Aarhus, Denmark", "Created household Hansen"):
        assert words in shown
    for query in ("hans", "anna", "H-1", "aarh"):
        part = page(client, f"/households/?q={query}", HTTP_HX_TARGET="households", **HTMX)
        assert "H-1" in part, query
        assert "<html" not in part
    assert "Hansen" not in page(client, "/households/?state=ended")


def test_a_refused_form_says_why_and_stores_nothing(cast: Cast, client: Client) -> None:
    anna = person(cast)
    for wrong, words in (
        ({"name": " "}, "A household needs a name"),
        ({"from_on": ""}, "together since is missing"),
        ({"from_on": "1500-01-01"}, "too far away"),
        ({f"role-{anna.number}": "king"}, "Select a valid choice"),
    ):
        answer = client.post("/households/new", new(anna, **wrong))
        assert answer.status_code == 422, words
        assert words in answer.content.decode()
    with tenancy.scope(cast.organization.id):
        assert not Household.objects.exists()


def test_who_lived_here_on_a_day_is_answered(cast: Cast, client: Client) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"), (bent, "partner"))
    moving.move_out(home.id, [bent.id], on=day(10), by=cast.advisor)
    address = f"/households/{home.number}/"
    part = page(client, f"{address}?on=2020-01-10", HTTP_HX_TARGET="residents", **HTMX)
    assert "Bent Hansen" in part
    assert "<html" not in part
    after = page(client, f"{address}?on=2020-01-11", HTTP_HX_TARGET="residents", **HTMX)
    assert "Bent" not in after
    assert "Nobody lived here on 1 Jan 1999" in page(client, f"{address}?on=1999-01-01")
    assert "is not a date" in page(client, f"{address}?on=someday")
    assert "Lived here formerly" in page(client, address)


def test_the_dialogs_move_people_and_offer_undo(cast: Cast, client: Client) -> None:
    anna, bent, emil = (person(cast, name) for name in ("Anna", "Bent", "Emil"))
    home = household(cast, (anna, "head"), (bent, "partner"))
    base = f"/households/{home.number}"
    assert "Search" not in page(client, f"{base}/members/new?customer={emil.number}", **HTMX)[:20]
    sent = {"customer": emil.number, "role": "child", "from_on": "2020-02-01", "to_on": ""}
    assert client.post(f"{base}/members/new", sent).status_code == 303
    assert names_on(cast, home, 40) == ["Anna", "Bent", "Emil"]
    gone = {"people": [bent.number], "on": "2020-03-01"}
    assert client.post(f"{base}/members/departure", gone).status_code == 303
    assert names_on(cast, home, 70) == ["Anna", "Emil"]
    shown = page(client, f"{base}/")
    assert "They moved out" in shown
    assert "/undo" in shown


def test_a_refusal_stands_at_its_field_in_the_dialog(cast: Cast, client: Client) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    home = household(cast, (anna, "head"), (emil, "child"))
    base = f"/households/{home.number}"
    cases = [
        ("members/new", {"customer": "", "role": "adult", "from_on": "2026-01-01"}, "Choose who"),
        (
            "members/new",
            {"customer": emil.number, "role": "adult", "from_on": "2026-01-01"},
            "cannot be there twice",
        ),
        ("members/departure", {"on": "2026-01-01"}, "Choose who moves out"),
        ("members/departure", {"people": [emil.number], "on": "2019-01-01"}, "cannot end on"),
        (
            "split",
            {"people": [anna.number, emil.number], "on": "2026-01-01", "where": "new"},
            "Nobody would stay",
        ),
        (
            "split",
            {"people": [emil.number], "on": "2026-01-01", "where": "existing", "into": "H-9"},
            "There is no such household",
        ),
        (
            "split",
            {"people": [emil.number], "on": "2026-01-01", "where": "existing"},
            "Choose the household",
        ),
        ("merge", {"households": "abc", "on": "2026-01-01"}, "There is no such household"),
        ("merge", {"on": "2026-01-01"}, "Choose the household"),
        (
            "merge",
            {"households": f"H-{home.number}", "more": "abc", "on": "2026-01-01"},
            "no Household No",
        ),
        ("merge", {"households": f"H-{home.number}", "on": "2026-01-01"}, "one or more other"),
        (
            "guardians/new",
            {"child": emil.number, "guardian": emil.number, "from_on": "2026-01-01"},
            "own guardian",
        ),
        (
            "connections/new",
            {"customer": anna.number, "kind": "payer", "from_on": "2026-01-01"},
            "lives in",
        ),
        ("end", {"on": "2019-01-01"}, "cannot end on"),
    ]
    for address, sent, words in cases:
        answer = client.post(f"{base}/{address}", sent)
        assert answer.status_code == 422, address
        assert words in answer.content.decode(), (address, words)
    assert names_on(cast, home, 9) == ["Anna", "Emil"]


def test_a_household_is_picked_by_number_name_city_or_member(cast: Cast, client: Client) -> None:
    anna, old = person(cast, "Anna"), person(cast, "Ove", "Friis")
    home = household(cast, (anna, "head"), city="Aarhus")
    ended = household(cast, (old, "head"), name="Friis")
    keeping.end_household(ended.id, on=day(9), by=cast.advisor)
    for query in ("hans", f"H-{home.number}", "aarh", "anna"):
        html = page(client, f"/household-picker/?field=into&into-query={query}")
        assert f'value="{home.number}"' in html, query
        assert f"H-{home.number} · Aarhus · Anna Hansen" in html
    missed = page(client, "/household-picker/?field=into&into-query=friis")
    assert "No household of today" in missed
    sent = {"into-query": "hans", "find": "into", "where": "existing", "on": "2026-01-01"}
    shown = client.post(f"/households/{home.number}/split", sent)
    assert shown.status_code == 200
    assert f'name="into" value="{home.number}"' in shown.content.decode()


def test_kp_19_the_list_of_customers_shows_where_people_live(cast: Cast, client: Client) -> None:
    anna, _ulla = person(cast, "Anna"), person(cast, "Ulla", "Friis")
    home = household(cast, (anna, "head"), name="Hansen family")
    for address in ("/customers/", "/customers/?q=anna"):
        html = page(client, address)
        assert f'href="/households/{home.number}/">Hansen family</a>' in html
        assert html.count("/households/1/") == 1
    switch_off(cast.advisor, "households")
    assert "Hansen family" not in page(client, "/customers/")


def test_split_merge_and_end_by_their_dialogs(cast: Cast, client: Client) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    home = household(cast, (anna, "head"), (emil, "child"), city="Aarhus")
    base = f"/households/{home.number}"
    sent = {"people": [emil.number], "on": "2020-02-01", "where": "new", "name": "Emil"}
    assert client.post(f"{base}/split", sent).status_code == 303
    with tenancy.scope(cast.organization.id):
        made = Household.objects.exclude(id=home.id).get()
    assert names_on(cast, made, 40) == ["Emil"]
    sent = {"households": f"H-{made.number}", "on": "2020-06-01"}
    assert client.post(f"{base}/merge", sent).status_code == 303
    assert names_on(cast, home, 200) == ["Anna", "Emil"]
    gone = page(client, f"/households/{made.number}/")
    assert f"merged into Hansen (H-{home.number})" in gone
    assert "Move in…" not in gone
    assert client.post(f"{base}/end", {"on": "2021-01-01"}).status_code == 303
    assert names_on(cast, home, 400) == []


def test_kp_20_a_members_own_address_and_preferences_show(cast: Cast, client: Client) -> None:
    emil = person(cast, "Emil", lines="Kollegiet 5", city="Odense")
    home = household(cast, (emil, "child"), lines="Elmevej 1", city="Aarhus")
    through = "Address through the household: Elmevej 1, Aarhus"
    assert through in page(client, f"/customers/{emil.number}/")
    member = member_of(cast, home, emil)
    address = f"/households/{home.number}/members/{member.id}"
    assert "Uses the household" in page(client, address)
    sent = {"role": "child", "from_on": "2020-01-01", "channel": "text", "version": 1}
    assert client.post(address, sent).status_code == 303
    shown = page(client, f"/households/{home.number}/")
    assert "own address: Kollegiet 5, Odense" in shown
    assert "own preferences: text message" in shown
    assert through not in page(client, f"/customers/{emil.number}/")
    assert client.post(address, sent).status_code == 422
    assert "changed by someone else" in client.post(address, sent).content.decode()


def test_kp_21_the_familys_bookings_say_who_lived_elsewhere(cast: Cast, client: Client) -> None:
    anna, bent = person(cast, "Anna"), person(cast, "Bent")
    home = household(cast, (anna, "head"))
    booked.booking(cast.advisor, anna, product="Fado dinner")
    later = clock.today(cast.advisor.time_zone) + timedelta(days=30)
    moving.move_in(home.id, [Placement(bent.id)], on=later, by=cast.advisor)
    booked.booking(cast.advisor, bent, product="Bike tour")
    shown = page(client, f"/households/{home.number}/")
    assert "Fado dinner" in shown
    assert "Bike tour" in shown
    assert shown.count(">lived elsewhere<") == 1
    assert "Moving in" in shown


def test_kp_21_a_booking_on_which_members_travel_is_the_familys_too(
    cast: Cast, client: Client
) -> None:
    agent, anna, emil = person(cast, "Agent", "Lund"), person(cast, "Anna"), person(cast, "Emil")
    home = household(cast, (anna, "head"), (emil, "child"))
    travelling.booked(cast, anna, emil, product="Fado dinner", booked_on=day(10))
    sold = booked.booking(cast.advisor, agent, product="Bike tour", booked_on=day(20))
    travelling.add(cast, sold, emil, anna)
    early = booked.booking(cast.advisor, agent, product="Ferry", booked_on=day(-9))
    travelling.add(cast, early, anna)
    booked.booking(cast.advisor, agent, product="Whisky tasting")
    page(client, f"/households/{home.number}/")
    with CaptureQueriesContext(connection) as few:
        shown = page(client, f"/households/{home.number}/")
    assert [shown.count(f">{product}</td>") for product in ("Fado dinner", "Bike tour")] == [1, 1]
    assert shown.index("Bike tour") < shown.index("Fado dinner") < shown.index("Ferry")
    assert ">Emil Hansen travels<" in shown
    assert ">Anna Hansen, Emil Hansen travel<" in shown
    assert ">Anna Hansen travels; lived elsewhere<" in shown
    assert "Whisky tasting" not in shown
    for _ in range(30):
        travelling.add(cast, booked.booking(cast.advisor, agent, product="Tram"), emil)
    with CaptureQueriesContext(connection) as many:
        shown = page(client, f"/households/{home.number}/")
    assert shown.count(">Tram</td>") == 25
    assert "Older</a>" in shown
    assert len(many) == len(few)


def test_kp_22_a_new_member_of_a_returning_household_is_recognised(
    cast: Cast, client: Client
) -> None:
    anna, emil = person(cast, "Anna"), person(cast, "Emil")
    household(cast, (anna, "head"), (emil, "child"))
    address = f"/customers/{emil.number}/"
    assert "first trip" not in page(client, address)
    factories.itinerary(cast, anna, arrival_at=factories.MAY_1, departure_at=factories.MAY_14)
    shown = page(client, address)
    assert "Returning household, first trip" in shown
    assert "Hansen (H-1)" in shown
    assert "first trip" not in page(client, f"/customers/{anna.number}/")


def test_kp_22_who_travelled_on_anothers_booking_has_travelled(cast: Cast, client: Client) -> None:
    agent, anna, emil = person(cast, "Agent", "Lund"), person(cast, "Anna"), person(cast, "Emil")
    household(cast, (anna, "head"), (emil, "child"))
    sold = booked.booking(cast.advisor, agent, departs_on=day(0))
    travelling.add(cast, sold, anna)
    assert "Returning household, first trip" in page(client, f"/customers/{emil.number}/")
    travelling.add(cast, sold, emil)
    assert "first trip" not in page(client, f"/customers/{emil.number}/")


def test_suggestions_are_offered_never_made_and_dismissed(cast: Cast, client: Client) -> None:
    anna = person(cast, "Anna", email="h@example.com")
    bent = person(cast, "Bent", email="h@example.com")
    lane = page(client, "/households/suggestions/")
    assert "Anna Hansen, Bent Hansen" in lane
    assert f"people={anna.number}&amp;people={bent.number}" in lane
    of_bent = f"/households/suggestions/{bent.number}"
    assert of_bent in page(client, f"/customers/{bent.number}/")
    assert "same email" in page(client, of_bent)
    part = client.get(of_bent, headers={"HX-Request": "true"}).content.decode()
    assert "same email" in part
    assert "<html" not in part
    sent = {"people": [anna.number, bent.number]}
    assert client.post("/households/suggestions/dismissal", sent).status_code == 303
    assert "Nothing to suggest here" in page(client, "/households/suggestions/")
    with tenancy.scope(cast.organization.id):
        assert not Household.objects.exists()


def test_guardians_and_connections_show_and_end(cast: Cast, client: Client) -> None:
    anna, emil, ulla = (person(cast, name) for name in ("Anna", "Emil", "Ulla"))
    home = household(cast, (anna, "head"), (emil, "child"))
    row = guarding.add_guardian(emil.id, ulla.id, from_on=day(0), by=cast.advisor)
    connecting.connect_person(
        home.id, ulla.id, kind="emergency", from_on=day(0), note="Grandmother", by=cast.advisor
    )
    base = f"/households/{home.number}"
    shown = page(client, f"{base}/")
    for words in ("Guardian of Emil Hansen", "Emergency contact", "Grandmother"):
        assert words in shown
    ended = client.post(f"{base}/guardians/{row.id}/end", {"on": "2021-05-01"})
    assert ended.status_code == 303
    with tenancy.scope(cast.organization.id):
        (connection_row,) = queries.list_connections(home.id, by=cast.advisor)
    ended = client.post(f"{base}/connections/{connection_row.id}/end", {"on": "2021-05-01"})
    assert ended.status_code == 303
    assert page(client, f"{base}/").count("– 1 May 2021") == 2
    assert "Minor in their care" in page(client, f"/customers/{ulla.number}/")


def test_an_edit_meanwhile_is_asked(cast: Cast, client: Client) -> None:
    home = household(cast, city="Aarhus")
    address = f"/households/{home.number}/edit"
    form = client.get(address).context["form"]
    opened = {f.html_name: f.value() for f in form if f.value() is not None}
    opened |= {f.html_initial_name: f.value() for f in form if f.value() is not None}
    opened = {k: v for k, v in opened.items() if v is not False} | {"version": 1}
    assert client.post(address, {**opened, "city": "Odense"}).status_code == 303
    answer = client.post(address, {**opened, "city": "Ribe"})
    assert answer.status_code == 409
    assert "Odense" in answer.content.decode()
    assert only(cast).city == "Odense"


def test_rights_and_module_close_the_pages(cast: Cast, client: Client) -> None:
    home = household(cast, (person(cast), "head"))
    viewer = client_for(cast.viewer)
    shown = page(viewer, f"/households/{home.number}/")
    assert "Move in…" not in shown
    for address in ("new", f"{home.number}/edit", f"{home.number}/split"):
        assert viewer.get(f"/households/{address}").status_code == 403
    assert client_for(cast.outsider).get(f"/households/{home.number}/").status_code == 404
    switch_off(cast.advisor, "households")
    assert client.get("/households/").status_code == 403
    assert "home-heart" not in page(client, "/customers/")


def test_history_speaks_of_people_and_households(cast: Cast, client: Client) -> None:
    anna = person(cast)
    home = household(cast, (anna, "head"))
    shown = page(client, f"/households/{home.number}/history")
    assert "Created household Hansen (H-1)" in shown
    moving.move_out(home.id, [anna.id], on=day(3), by=cast.advisor)
    assert "moved out of Hansen (H-1)" in page(client, f"/customers/{anna.number}/history")


def test_the_page_asks_the_same_few_questions_however_many_live_there(
    cast: Cast, client: Client
) -> None:
    alone = person(cast)
    small = household(cast, (alone, "head"))
    people = [(person(cast, f"P{n}", "Berg"), "adult") for n in range(9)]
    large = household(cast, *people, name="Berg")
    for customer in (alone, *(customer for customer, _ in people[:4])):
        booked.booking(cast.advisor, customer)
    counts = []
    for home in (small, large):
        page(client, f"/households/{home.number}/")
        with CaptureQueriesContext(connection) as captured:
            page(client, f"/households/{home.number}/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert counts[0] <= 24
