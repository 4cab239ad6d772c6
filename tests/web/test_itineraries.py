"""The itineraries' pages: full page, fragment, denied, switched off, invalid."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.identity.people import catch_up
from tests.itineraries.factories import MAY_1, MAY_14, contacts, customer, itinerary, links, names
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.customers import operations as customer_operations
from wayfolk.customers.models import Customer
from wayfolk.itineraries import queries
from wayfolk.itineraries.models import Itinerary
from wayfolk.itineraries.operations import linking, planning
from wayfolk.kit import clock, tenancy
from wayfolk.organization.models import Module
from wayfolk.staff.models import User
from wayfolk.staff.rules import Actor

FRAGMENT = {"HTTP_HX_REQUEST": "true"}


def signed_in(actor: Actor) -> Client:
    client = Client()
    user = User.objects.get(id=actor.user_id)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, name: str, *args: Any, **extra: Any) -> Any:
    return client.get(reverse(f"itineraries:{name}", args=args), **extra)


def text_of(response: Any) -> str:
    return " ".join(response.content.decode().split())


def after(client: Client, response: Any) -> str:
    """The page that a change leads to."""
    assert response.status_code == 303
    return text_of(client.get(response.headers["Location"]))


def switch_off(cast: Cast) -> None:
    with change_set(by=cast.administrator, operation="test", summary="Off"):
        Module.objects.filter(code="itineraries").update(is_on=False)


def test_the_list_shows_trip_id_name_people_and_stage(cast: Cast) -> None:
    itinerary(cast, customer(cast, "Anna", "Holm"), customer(cast, "Bent"), arrival_at=MAY_1)
    text = text_of(page(signed_in(cast.viewer), "list"))
    for part in ("T-00001", "Lisbon in May", "Anna Holm", "+1", "1 May 2026", "Quote", "Ida Lund"):
        assert part in text
    assert "New itinerary" not in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=lis", ["Lisbon"]),
        ("q=MAI", ["Lisbon im Mai"]),
        ("q=T-00002", ["Porto"]),
        ("q=2", ["Porto"]),
        ("arrival_from=2026-05-02", ["Porto"]),
        ("arrival_until=2026-05-01", ["Lisbon"]),
        ("stage=option", []),
        ("stage=quote&q=porto", ["Porto"]),
        ("sort=-name", ["Porto", "Lisbon"]),
        ("sort=arrival", ["Lisbon", "Porto"]),
        ("sort=nonsense&after=x&stage=none&assignee=none&arrival_from=soon", ["Porto", "Lisbon"]),
    ],
)
def test_the_list_is_searched_filtered_and_sorted(cast: Cast, query: str, found: list[str]) -> None:
    itinerary(cast, name="Lisbon im Mai", arrival_at=MAY_1)
    itinerary(cast, name="Porto", arrival_at=MAY_14)
    client = signed_in(cast.advisor)
    text = text_of(client.get(f"{reverse('itineraries:list')}?{query}"))
    shown = sorted(
        (text.find(f'title="{name}'), name)
        for name in ("Lisbon", "Porto")
        if f'title="{name}' in text
    )
    assert [name for _, name in shown] == [name.split()[0] for name in found]


def test_the_search_answers_htmx_with_the_rows_alone(cast: Cast) -> None:
    itinerary(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:list")
    response = client.get(f"{url}?q=lis", **FRAGMENT, HTTP_HX_TARGET="itineraries")
    assert "Lisbon in May" in text_of(response)
    assert "<html" not in text_of(response)


def test_an_empty_list_says_which_filter_hides_how_many(cast: Cast) -> None:
    itinerary(cast)
    client = signed_in(cast.advisor)
    assert "The filter Search “xyz” hides 1 itinerary." in text_of(
        client.get(reverse("itineraries:list") + "?q=xyz")
    )


def test_create_stores_trip_and_customers_together(cast: Cast) -> None:
    """TP-03: customers are linked while creating; times are the organisation's."""
    anna = customer(cast, "Anna")
    client = signed_in(cast.advisor)
    with tenancy.scope(cast.organization.id):
        stage = queries.list_stages()[2]
    response = client.post(
        reverse("itineraries:create"),
        {
            "name": "Lisbon in July",
            "stage_id": str(stage.id),
            "arrival_at": "2026-07-01T14:30",
            "departure_at": "2026-07-08T10:00",
            "adults": "2",
            "row": [str(anna.number), "new1"],
            "travelling": [str(anna.number), "new1"],
            "data-new1": '{"given_name": "Nina"}',
            "leader": "new1",
        },
    )
    assert response.status_code == 303
    with tenancy.scope(cast.organization.id):
        trip = Itinerary.objects.select_related("stage").get()
    assert (trip.name, trip.stage.label, trip.adults) == ("Lisbon in July", "Confirmed", 2)
    assert trip.arrival_at is not None
    assert trip.arrival_at.isoformat() == "2026-07-01T13:30:00+00:00"  # Lisbon in summer
    assert (names(trip), contacts(trip)) == (["Anna", "Nina"], ["Anna"])
    assert [link.is_leader for link in links(trip)] == [False, True]
    text = text_of(client.get(response.headers["Location"]))
    assert "Wed 1 Jul 2026, 14:30" in text


def test_tp_03_nothing_is_stored_while_the_pending_list_grows(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    client = signed_in(cast.advisor)
    url = reverse("itineraries:create")
    data = {"name": "Lisbon", "do": f"add:{anna.number}"}
    part = text_of(client.post(url, data, **FRAGMENT, HTTP_HX_TARGET="picker"))
    assert f'name="row" value="{anna.number}"' in part
    assert "<html" not in part
    whole = text_of(client.post(url, data))
    assert f'name="row" value="{anna.number}"' in whole
    assert 'value="Lisbon"' in whole
    with tenancy.scope(cast.organization.id):
        assert not Itinerary.objects.exists()


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": ""}, "needs a trip name"),
        ({"name": "x" * 201}, "201 characters"),
        (
            {"arrival_at": "2026-07-08T10:00", "departure_at": "2026-07-01T10:00"},
            "before the arrival",
        ),
        ({"arrival_at": "tomorrow"}, "not a date and time"),
        ({"arrival_at": "0001-01-01T00:00"}, "lies too far away"),
        ({"adults": "-1"}, "not a number of adults"),
        ({"adults": "99999999999999999999"}, "not a number of adults"),
        ({"adults": "two"}, "not a whole number"),
        ({"stage_id": "none"}, "not one of the available choices"),
        ({"name": "a\x00b"}, "Null characters"),
        ({"row": "new1", "data-new1": '{"given_name": "N", "email": "n.at.x"}'}, "not an email"),
        ({"new-given_name": "Nina"}, "not on the list"),
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_is_stored(
    cast: Cast, values: dict[str, str], message: str
) -> None:
    client = signed_in(cast.advisor)
    with tenancy.scope(cast.organization.id):
        stage = queries.list_stages()[0]
    data = {"name": "Lisbon", "stage_id": str(stage.id)} | values
    response = client.post(reverse("itineraries:create"), data)
    assert response.status_code == 422
    assert message in text_of(response)
    with tenancy.scope(cast.organization.id):
        assert not Itinerary.objects.exists()


def test_names_with_markup_are_shown_as_text(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "<b>Anna</b>"), name="<script>alert(1)</script>")
    client = signed_in(cast.advisor)
    for name, args in (("list", ()), ("detail", (trip.number,)), ("customers", (trip.number,))):
        text = text_of(page(client, name, *args))
        assert "<script>alert" not in text
        assert "<b>Anna" not in text


def test_edit_saves_what_was_changed(cast: Cast) -> None:
    trip = itinerary(cast, adults=2, arrival_at=MAY_1)
    client = signed_in(cast.advisor)
    form = page(client, "edit", trip.number).context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {
        n: v.strftime("%Y-%m-%dT%H:%M") if hasattr(v, "strftime") else v or ""
        for n, v in data.items()
    }
    response = client.post(
        reverse("itineraries:edit", args=[trip.number]),
        data | {"name": "Porto in May", "adults": "3"},
    )
    assert response.status_code == 303
    with tenancy.scope(cast.organization.id):
        changed = Itinerary.objects.get()
    assert (changed.name, changed.adults, changed.folded_name) == (
        "Porto in May",
        3,
        "porto in may",
    )


def edited(client: Client, trip: Itinerary, **values: str) -> dict[str, Any]:
    form = page(client, "edit", trip.number).context["form"]
    return {n: form[n].value() or "" for n in form.fields} | values


def test_edit_keeps_what_another_changed_elsewhere_and_asks_about_the_same_field(
    cast: Cast,
) -> None:
    trip = itinerary(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:edit", args=[trip.number])
    data = edited(client, trip, name="Mine")
    planning.update_itinerary(trip.id, {"notes": "Theirs"}, by=cast.manager)
    assert client.post(url, data).status_code == 303
    with tenancy.scope(cast.organization.id):
        assert [(x.name, x.notes) for x in Itinerary.objects.all()] == [("Mine", "Theirs")]
    data = edited(client, trip, name="Mine again")
    planning.update_itinerary(trip.id, {"name": "Theirs again"}, by=cast.manager)
    asked = client.post(url, data)
    assert asked.status_code == 409
    for part in ("Mats Berg changed the same field", "Mine again", "Theirs again", "was Mine"):
        assert part in text_of(asked)
    with tenancy.scope(cast.organization.id):
        assert Itinerary.objects.get().name == "Theirs again"
    assert client.post(url, data | {"keep-name": "yours"}).status_code == 303
    with tenancy.scope(cast.organization.id):
        assert Itinerary.objects.get().name == "Mine again"


def test_stage_and_assignee_are_changed_from_the_page(cast: Cast) -> None:
    trip = itinerary(cast)
    client = signed_in(cast.advisor)
    with tenancy.scope(cast.organization.id):
        stage = queries.list_stages()[1]
    url = reverse("itineraries:stage", args=[trip.number])
    text = after(client, client.post(url, {"stage_id": str(stage.id)}))
    assert "T-00001 is now in Option." in text
    assert reverse("changes:undo", args=["00000000-0000-0000-0000-000000000000"])[:9] in text
    client.post(reverse("itineraries:assignee", args=[trip.number]), {"assignee_id": ""})
    assert client.post(url, {"stage_id": "x"}).status_code == 422
    with tenancy.scope(cast.organization.id):
        changed = Itinerary.objects.select_related("stage").get()
    assert (changed.stage.label, changed.assignee_id) == ("Option", None)


def test_tp_09_tp_13_page_and_dialog_show_the_linked_customers(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna", email="a@example.com"), customer(cast, "Bent"))
    client = signed_in(cast.advisor)
    text = text_of(page(client, "detail", trip.number))
    assert text.count("Point of contact</span>") == 1  # TP-15
    assert "a@example.com" in text
    dialog = text_of(page(client, "customers", trip.number, **FRAGMENT, HTTP_HX_TARGET="dialog"))
    assert "<html" not in dialog
    assert dialog.index("Anna") < dialog.index("Bent")


def test_ta24_the_head_of_an_itinerary(cast: Cast) -> None:
    anna = customer(cast, "Anna", "Holm", email="anna@example.com", phone="+45 45123456")
    party = {"adults": 2, "children": 1, "infants": 1}
    trip = itinerary(cast, anna, arrival_at=MAY_1, departure_at=MAY_14, **party)
    client = signed_in(cast.advisor)
    client.post(reverse("itineraries:leader", args=[trip.number, anna.number]), {"is_leader": "1"})
    response = page(client, "detail", trip.number)
    facts = {fact["label"]: fact for fact in response.context["facts"]}
    said = {label: str(fact["value"]) for label, fact in facts.items()}
    assert said["Trip ID"] == "T-00001"
    assert "1 May 2026" in said["Arrival"]
    assert "14 May 2026" in said["Departure"]
    assert said["Guests"] == "2 adults, 1 child, 1 infant"
    assert (said["Trip leader"], said["Assignee"]) == ("Anna Holm", cast.advisor.name)
    assert facts["Trip leader"]["note"] == "+45 45123456 · anna@example.com"
    assert f"{clock.today(cast.advisor.time_zone):%-d %b %Y}" in said["Created"]
    text = text_of(response)
    for shown in (*said.values(), "Lisbon in May", "Quote", facts["Trip leader"]["note"]):
        assert shown in text


def pending(
    trip: Itinerary, *rows: Customer, poc: tuple[Customer, ...] = (), **more: Any
) -> dict[str, Any]:
    """The dialog's form with this pending list."""
    with tenancy.scope(trip.organization_id):
        seen = [str(link.customer.number) for link in links(trip)]
    return {
        "seen": seen,
        "row": [str(row.number) for row in rows],
        "poc": [str(row.number) for row in poc],
        "travelling": [str(row.number) for row in rows],
        **more,
    }


def expected(cast: Cast, trip: Itinerary) -> str:
    with tenancy.scope(cast.organization.id):
        return queries.fingerprint(queries.list_links(trip.id, by=cast.advisor))


def test_tp_06_tp_08_the_dialog_changes_stored_links_on_save_only(cast: Cast) -> None:
    """D-01."""
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    state = pending(trip, anna, poc=(anna,), expected=expected(cast, trip))
    for do in (f"add:{bent.number}", f"remove:{anna.number}", "search", f"up:{anna.number}"):
        assert client.post(url, state | {"do": do, "q": "be"}).status_code == 200
    assert names(trip) == ["Anna"]
    state = pending(trip, anna, bent, poc=(anna,), expected=expected(cast, trip))
    assert client.post(url, state).status_code == 303
    assert names(trip) == ["Anna", "Bent"]


def test_tp_40_tp_42_results_tell_people_apart_and_leave_out_inactive_ones(cast: Cast) -> None:
    anna = customer(cast, "Anna", "Holm", email="anna@example.com", phone="+45 45123456")
    gone = customer(cast, "Anne", "Holm")
    customer_operations.set_status([gone.id], "inactive", by=cast.advisor)
    trip = itinerary(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    search = {"do": "search", "q": "holm"}
    part = text_of(client.post(url, search, **FRAGMENT, HTTP_HX_TARGET="picker-results"))
    assert f"anna@example.com · +45 45123456 · No {anna.number}" in part
    assert f"add:{anna.number}" in part
    assert f"add:{gone.number}" not in part
    more = client.post(
        url, search | {"with_inactive": "1"}, **FRAGMENT, HTTP_HX_TARGET="picker-results"
    )
    assert f"add:{gone.number}" in text_of(more)
    assert "Inactive" in text_of(more)


def test_kp_02_the_dialog_says_why_and_offers_a_new_customer_for_nobody(cast: Cast) -> None:
    anna = customer(cast, "Anna", "Holm")
    catch_up(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[itinerary(cast).number])
    part = text_of(client.post(url, {"do": "search", "q": "anna hlom"}))
    assert f"add:{anna.number}" in part
    assert '<span class="wf-option-reason">spelled Holm</span>' in part
    assert 'data-found="1 customer found"' in part
    nobody = text_of(client.post(url, {"do": "search", "q": "nina krag"}))
    assert "Nobody found for “nina krag”" in nobody
    filled = text_of(client.post(url, {"do": "fill", "q": "nina krag"}))
    assert 'name="new-given_name" value="Nina"' in filled
    assert 'name="new-family_name" value="Krag"' in filled
    hint = text_of(client.post(url, {"do": "search", "q": "%%"}))
    assert "There is no letter or digit" in hint


def test_tp_33_the_dialog_is_refused_with_the_list_as_it_was_typed(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    refused = client.post(url, pending(trip, bent, expected=expected(cast, trip)))
    assert refused.status_code == 422
    assert "another customer point of contact first" in text_of(refused)
    assert f'name="row" value="{bent.number}"' in text_of(refused)
    assert names(trip) == ["Anna", "Bent"]
    fine = client.post(url, pending(trip, bent, poc=(bent,), expected=expected(cast, trip)))
    assert fine.status_code == 303
    assert contacts(trip) == ["Bent"]


def test_a_list_changed_meanwhile_comes_back_with_both_changes(cast: Cast) -> None:
    anna, bent, cora = (customer(cast, name) for name in ("Anna", "Bent", "Cora"))
    trip = itinerary(cast, anna)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    state = pending(trip, anna, bent, poc=(anna,), expected=expected(cast, trip))
    linking.link_customers(trip.id, [cora.id], by=cast.manager)
    answer = client.post(url, state, **FRAGMENT, HTTP_HX_TARGET="dialog")
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == "#picker"
    assert "Somebody else added Cora meanwhile" in text_of(answer)
    assert names(trip) == ["Anna", "Cora"]
    picker = answer.context["picker"]
    assert [row.name for row in picker.rows] == ["Anna", "Bent", "Cora"]
    both = pending(trip, anna, bent, cora, poc=(anna,), expected=picker.expected)
    assert client.post(url, both).status_code == 303
    assert names(trip) == ["Anna", "Bent", "Cora"]


def test_tp_24_tp_27_a_new_customer_is_pending_after_a_look_at_similar_ones(cast: Cast) -> None:
    customer(cast, "Nina", "Holm", email="nina@example.com")
    trip = itinerary(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    typed = {"new-given_name": "Nina", "new-email": "nina@example.com"}
    answer = client.post(url, typed | {"do": "new"})
    asked = text_of(answer)
    assert "Is it one of these?" in asked
    assert "same email" in asked.lower()
    assert answer.context["picker"].rows == []
    shown = [str(found.id) for found in answer.context["picker"].panel.shown]
    added = client.post(url, typed | {"do": "new!", "alike-asked": shown})
    assert [(row.key, row.name) for row in added.context["picker"].rows] == [("new1", "Nina")]
    nameless = text_of(client.post(url, {"new-email": "x@example.com", "do": "new"}))
    assert "A first name is needed" in nameless
    with tenancy.scope(cast.organization.id):
        assert Customer.objects.filter(given_name="Nina").count() == 1


def test_tp_17_tp_18_the_checkbox_saves_at_once_as_form_and_by_htmx(cast: Cast) -> None:
    """D-01."""
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:point_of_contact", args=[trip.number, bent.number])
    assert client.post(url, {"poc": [str(bent.number)]}).status_code == 303
    assert contacts(trip) == ["Anna", "Bent"]
    part = client.post(url, {}, **FRAGMENT, HTTP_HX_TARGET="customers")
    assert part.status_code == 200
    assert "Bent is no longer point of contact." in text_of(part)
    assert "Undo" in text_of(part)
    assert contacts(trip) == ["Anna"]


def test_tp_19_a_refused_checkbox_comes_back_as_stored_with_the_reason(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:point_of_contact", args=[trip.number, anna.number])
    for extra in ({}, FRAGMENT | {"HTTP_HX_TARGET": "customers"}):
        refused = client.post(url, {}, **extra)
        assert refused.status_code == 422
        assert "another customer point of contact first, or remove all" in text_of(refused)
        assert f'id="poc-{anna.number}" checked' in text_of(refused)
    assert contacts(trip) == ["Anna"]


def test_tp_22_the_warning_is_shown_and_stays_on_the_row(cast: Cast) -> None:
    trip = itinerary(cast, customer(cast, "Anna"))
    bent = customer(cast, "Bent", email="b@example.com")
    linking.link_customers(trip.id, [bent.id], by=cast.advisor)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:point_of_contact", args=[trip.number, bent.number])
    text = after(client, client.post(url, {"poc": [str(bent.number)]}))
    assert "Bent is point of contact but has no phone number" in text
    text = text_of(page(client, "detail", trip.number))
    assert "No email or phone" in text  # Anna
    assert "No phone" in text  # Bent


def test_tp_23_ta_21_travelling_and_leader_are_facts_of_their_own(cast: Cast) -> None:
    """D-03."""
    anna = customer(cast, "Anna", phone="+45 45123456")
    trip = itinerary(cast, anna)
    client = signed_in(cast.advisor)
    client.post(reverse("itineraries:travelling", args=[trip.number, anna.number]), {})
    client.post(reverse("itineraries:leader", args=[trip.number, anna.number]), {"is_leader": "1"})
    link = links(trip)[0]
    assert (link.is_poc, link.is_travelling, link.is_leader) == (True, False, True)
    assert "Trip leader" in text_of(page(client, "detail", trip.number))


def test_tp_29_nothing_is_removed_without_the_confirmation(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:remove", args=[trip.number, bent.number])
    assert "Remove Bent?" in text_of(client.get(url))
    assert names(trip) == ["Anna", "Bent"]
    assert client.post(url).status_code == 303
    assert names(trip) == ["Anna"]


def test_tp_31_tp_32_the_only_contact_is_refused_but_all_may_go(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.advisor)
    refused = client.post(reverse("itineraries:remove", args=[trip.number, anna.number]))
    assert refused.status_code == 422
    assert "another customer point of contact first, or remove all" in text_of(refused)
    url = reverse("itineraries:remove_all", args=[trip.number])
    assert "Anna, Bent" in text_of(client.get(url))
    assert client.post(url).status_code == 303
    assert names(trip) == []


def test_tp_36_a_customers_name_opens_edit_customer_in_place(cast: Cast) -> None:
    anna = customer(cast, "Anna")
    trip = itinerary(cast, anna)
    text = text_of(page(signed_in(cast.advisor), "detail", trip.number))
    edit = reverse("customers:edit", args=[anna.number])
    back = reverse("itineraries:detail", args=[trip.number])
    assert f'href="{edit}?next={back}" hx-get="{edit}?next={back}" hx-target="#dialog"' in text


def test_a_viewer_sees_and_changes_nothing(cast: Cast) -> None:
    anna, bent = customer(cast, "Anna"), customer(cast, "Bent")
    trip = itinerary(cast, anna, bent)
    client = signed_in(cast.viewer)
    text = text_of(page(client, "detail", trip.number))
    assert "Anna" in text
    assert "<form" not in text.split('id="main"')[1].split("</main>")[0]
    for name, args in (
        ("create", ()),
        ("edit", (trip.number,)),
        ("customers", (trip.number,)),
        ("remove", (trip.number, anna.number)),
        ("remove_all", (trip.number,)),
    ):
        assert page(client, name, *args).status_code == 403
    for name in ("point_of_contact", "travelling", "leader", "remove"):
        url = reverse(f"itineraries:{name}", args=[trip.number, bent.number])
        assert client.post(url, {"poc": [str(bent.number)]}).status_code == 403
    assert contacts(trip) == ["Anna"]


def test_another_organisations_itinerary_is_not_there(cast: Cast) -> None:
    trip = itinerary(cast)
    assert page(signed_in(cast.outsider), "detail", trip.number).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "99999999999999999999999/",
        "7/",
        "1/customers/99999999999999999999999/removal",
        "1/customers/4711/removal",
    ],
)
def test_numbers_that_are_none_are_not_found(cast: Cast, path: str) -> None:
    itinerary(cast)
    response = signed_in(cast.advisor).get(f"/itineraries/{path}")
    assert response.status_code == 404


@pytest.mark.parametrize(
    "state",
    [
        {"do": "search", "q": "a\x00b%_'\\\\"},
        {"do": "add:99999999999999999999"},
        {"do": "add:x", "row": ["x", "new", "new1", "new99999999999999999999", "4711", "-1"]},
        {"do": "up:1", "leader": "4711", "row": []},
        {"do": "remove:"},
        {"do": "nonsense:1"},
        {"do": "new", "new-given_name": "\ud800"[:0], "row": "new1", "data-new1": "[1]"},
        {"do": "search", "row": "new1", "data-new1": '{"given_name": "\\ud800N"}'},
    ],
)
def test_a_tampered_pending_list_is_read_as_far_as_it_makes_sense(
    cast: Cast, state: dict[str, Any]
) -> None:
    trip = itinerary(cast)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    assert client.post(url, state).status_code == 200
    assert links(trip) == []


def test_with_the_module_off_there_are_no_pages_and_no_navigation(cast: Cast) -> None:
    trip = itinerary(cast)
    switch_off(cast)
    client = signed_in(cast.advisor)
    refused = page(client, "detail", trip.number)
    assert refused.status_code == 403
    assert "switched off" in text_of(refused)
    assert page(client, "list").status_code == 403
    assert f'href="{reverse("itineraries:list")}"' not in text_of(refused)


def test_hidden_fields_are_on_no_page_and_in_no_result(cast: Cast) -> None:
    from wayfolk.staff.models import FieldRule, Role

    with change_set(by=cast.administrator, operation="test", summary="Hide"):
        role = Role.objects.get(code="consultant")
        for field in ("customer.email", "customer.phone"):
            FieldRule.objects.create(role=role, field=field, access="hidden")
    anna = customer_operations.create_customer(
        linking.CustomerData(
            {"given_name": "Anna"},
            {("primary", "email"): "anna@example.com", ("primary", "phone"): "+45 45123456"},
        ),
        by=cast.administrator,
    )
    trip = itinerary(cast, anna)
    client = signed_in(cast.advisor)
    url = reverse("itineraries:customers", args=[trip.number])
    for answer in (
        page(client, "detail", trip.number),
        page(client, "customers", trip.number),
        client.post(url, {"do": "search", "q": "anna"}),
        client.post(url, {"do": "search", "q": "anna@example"}),
    ):
        assert "anna@example.com" not in text_of(answer)
        assert "45123456" not in text_of(answer)
    for query in ("anna@example", "4512"):
        assert "add:" not in text_of(client.post(url, {"do": "search", "q": query}))
    assert "add:" in text_of(client.post(url, {"do": "search", "q": "anna"}))


def count_queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    statements = [query["sql"] for query in captured.captured_queries]
    assert len(statements) <= 30, "\n".join(statements)
    return len(statements)


def test_the_number_of_queries_does_not_grow_with_the_rows(cast: Cast) -> None:
    client = signed_in(cast.advisor)
    group = [customer(cast, f"Guest{n}", email=f"g{n}@example.com") for n in range(12)]
    few, many = itinerary(cast, *group[:2]), itinerary(cast, *group, name="Many")
    for name in ("detail", "customers"):
        urls = [reverse(f"itineraries:{name}", args=[trip.number]) for trip in (few, many)]
        assert count_queries(client, urls[0]) == count_queries(client, urls[1])
    listed = reverse("itineraries:list")
    itinerary(cast, *group, name="Many more")
    itinerary(cast, *group, name="Many others")
    assert count_queries(client, f"{listed}?q=many") == count_queries(client, f"{listed}?q=lis")


def test_settings_stages_are_added_renamed_ordered_closed_and_removed(cast: Cast) -> None:
    """TP-43"""
    itinerary(cast)
    client = signed_in(cast.administrator)
    url = reverse("stages:list")
    client.post(url, {"label": "Waiting list"})
    with tenancy.scope(cast.organization.id):
        stages = {stage.label: stage for stage in queries.list_stages()}
    waiting, quote = stages["Waiting list"], stages["Quote"]
    client.post(reverse("stages:rename", args=[waiting.id]), {"label": "Waitlisted"})
    client.post(reverse("stages:move", args=[waiting.id]), {"to": "up"})
    client.post(reverse("stages:closing", args=[quote.id]), {"is_closed": "1"})
    used = client.post(reverse("stages:remove", args=[quote.id]))
    assert used.status_code == 422
    assert "Close it instead" in text_of(used)
    client.post(reverse("stages:remove", args=[stages["Option"].id]))
    with tenancy.scope(cast.organization.id):
        now = [(stage.label, stage.is_closed) for stage in queries.list_stages()]
    assert now[0] == ("Quote", True)
    assert [label for label, _ in now][-2:] == ["Waitlisted", "Cancelled"]
    assert ("Option", False) not in now
    double = client.post(url, {"label": "confirmed"})
    assert double.status_code == 422
    assert "already" in text_of(double)
    assert signed_in(cast.manager).get(url).status_code == 403
