"""The pages of questionnaires, for staff and for guests (TQ-52, decision 9)."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from tests.api.conftest import client_of, restrict, switch_off
from tests.communications import servers
from tests.communications.making import use_mail
from tests.service import making
from tests.service.test_questionnaires import token_in
from tests.web.signed_in import client_for
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import ChangeSet
from wayfolk.bookings.models import Booking
from wayfolk.communications.models import Communication, PrivateLink
from wayfolk.communications.operations import delivering
from wayfolk.kit import clock, ids, tenancy
from wayfolk.service.models import Invitation, Question, Questionnaire, Response
from wayfolk.service.operations import inviting
from wayfolk.web import guests
from wayfolk.web.service import on_customers

FRAGMENT = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def _no_visits_yet() -> None:
    guests._visits.clear()


@pytest.fixture
def client(cast: Cast) -> Client:
    return client_for(cast.administrator)


def invited(cast: Cast) -> tuple[Booking, list[Question], str]:
    """A booking whose guest was asked, the questions, and the address of the link."""
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    with tenancy.scope(cast.organization.id):
        inviting.invite(asked.id, booking.id, by=cast.manager)
        return booking, questions, f"/answers/{token_in(booking)}"


def test_tq52_a_guest_answers_without_signing_in_and_without_scripts(cast: Cast) -> None:
    booking, questions, link = invited(cast)
    guest = Client(enforce_csrf_checks=True)
    page = guest.get(link)
    shown = page.content.decode()
    assert page.status_code == 200
    assert cast.organization.name in shown
    for question in questions:
        assert question.text in shown
    assert "Ann" not in shown
    assert (page["Cache-Control"], page["Referrer-Policy"]) == ("no-store", "same-origin")
    assert "noindex" in page["X-Robots-Tag"]
    sent = {
        "csrfmiddlewaretoken": guest.cookies["csrftoken"].value,
        f"q-{questions[0].id}": "4",
        f"q-{questions[1].id}": "5",
        f"q-{questions[3].id}": ["Spa"],
        f"q-{questions[4].id}": "Lovely",
    }
    assert "Thank you" in guest.post(link, sent).content.decode()
    assert "answered already" in guest.get(link).content.decode()
    assert "answered already" in guest.post(link, sent).content.decode()
    with tenancy.scope(cast.organization.id):
        assert Response.objects.get().entered_by == ""
        kept = Booking.objects.get(id=booking.id)
        done = ChangeSet.objects.get(operation="questionnaires.answer")
    assert (kept.customer_mark, kept.representative_mark) == (Decimal("4.50"), Decimal("5.00"))
    assert done.author_kind == "guest"


def test_what_a_guest_cannot_answer_is_told_at_the_question(cast: Cast) -> None:
    _, questions, link = invited(cast)
    answer = Client().post(link, {f"q-{questions[0].id}": "9"})
    assert answer.status_code == 422
    assert "Choose a mark from 1 to 5." in answer.content.decode()
    nothing = Client().post(link, {})
    assert nothing.status_code == 422
    assert "Answer at least one question" in nothing.content.decode()


def test_a_link_that_is_over_or_unknown_says_so_kindly(cast: Cast) -> None:
    _, _, link = invited(cast)
    with (
        tenancy.scope(cast.organization.id),
        change_set(by=cast.manager, operation="t", summary="T"),
    ):
        assert Invitation.objects.get().opened_at is None
        Invitation.objects.update(expires_at=clock.now())
    expired = Client().get(link)
    assert expired.status_code == 410
    assert "time for answering is over" in expired.content.decode()
    for address in ("/answers/x", link[:-3], f"{link}x", "/answers/1-abc.def"):
        unknown = Client().get(address)
        assert unknown.status_code == 404
        assert "not known" in unknown.content.decode()


def test_a_link_opens_nothing_where_the_module_is_off(cast: Cast) -> None:
    _, _, link = invited(cast)
    switch_off(cast.manager, "questionnaires")
    assert Client().get(link).status_code == 404


def test_guessing_links_is_slowed_down(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _, _, link = invited(cast)
    monkeypatch.setattr(guests, "PER_MINUTE", 3)
    answers = [Client().get(f"/answers/{n}").status_code for n in range(4)]
    assert answers == [404, 404, 404, 429]
    assert "One moment" in Client().get("/answers/once-more").content.decode()
    assert Client().get(link).status_code == 200  # another guest, behind the same proxy


def test_the_first_look_is_noted_and_staff_see_the_state(cast: Cast, client: Client) -> None:
    booking, _, link = invited(cast)

    def state() -> str:
        section = client.get(f"/questionnaires/of-booking/{booking.number}/", headers=FRAGMENT)
        return str(section.context["invitations"][0]["state"])

    assert state() == "sent"
    Client().get(link)
    assert state() == "opened"


def test_questionnaires_are_built_on_their_page(cast: Cast, client: Client) -> None:
    made = client.post(
        "/questionnaires/new/",
        {"name": "After the trip", "days": "3", "counted_from": "return", "introduction": "Hello"},
    )
    assert made.status_code == 303
    with tenancy.scope(cast.organization.id):
        found = Questionnaire.objects.get(name="After the trip")
    url = f"/questionnaires/{found.id}/"
    refused = client.post(f"{url}questions/new/", {"text": "", "kind": "choices", "topic": "trip"})
    assert refused.status_code == 422
    added = client.post(
        f"{url}questions/new/",
        {"text": "Which?", "kind": "choices", "topic": "hotel", "options": "Pool\nSpa"},
    )
    assert added.status_code == 303
    with tenancy.scope(cast.organization.id):
        question = Question.objects.get(text="Which?")
    assert question.options == ["Pool", "Spa"]
    client.post(f"{url}questions/{question.id}/position/", {"to": "up"})
    client.post(
        f"{url}questions/{question.id}/",
        {"text": "Which ones?", "kind": "choices", "topic": "hotel", "options": "Pool\nSpa"},
    )
    page = client.get(url).content.decode()
    assert page.index("Which ones?") < page.index("How was the hotel?")
    client.post(f"{url}questions/{question.id}/removal/")
    with tenancy.scope(cast.organization.id):
        assert not Question.objects.filter(id=question.id).exists()
    edited = client.post(
        f"{url}edit/",
        {"version": found.version, "name": "After", "initial-name": "After the trip", "days": "5",
         "initial-days": "3", "counted_from": "return", "initial-counted_from": "return",
         "introduction": "Hello", "initial-introduction": "Hello", "is_active": "on"},
    )  # fmt: skip
    assert edited.status_code == 303
    with tenancy.scope(cast.organization.id):
        found = Questionnaire.objects.get(id=found.id)
    assert (found.name, found.days, found.is_active) == ("After", 5, True)
    assert client_for(cast.manager).get(f"{url}edit/").status_code == 403
    assert client.post(f"{url}removal/").status_code == 303


def test_staff_enter_answers_and_read_the_results(cast: Cast, client: Client) -> None:
    asked, questions = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    url = f"/questionnaires/{asked.id}/bookings/{booking.number}/answers/"
    staff = client_for(cast.advisor)
    assert questions[0].text in staff.get(url).content.decode()
    sent = {f"q-{questions[0].id}": "5", f"q-{questions[4].id}": "<b>Loud</b>"}
    assert staff.post(url, sent).status_code == 303
    page = client.get(f"/questionnaires/{asked.id}/results/").content.decode()
    assert "5.00" in page
    assert "&lt;b&gt;Loud&lt;/b&gt;" in page
    assert "5.00 / –" in client.get(f"/bookings/{booking.number}/").content.decode()


def test_tq52_scores_that_a_role_does_not_see_are_nowhere(cast: Cast) -> None:
    asked, _ = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    making.answers(cast.manager, asked, booking, 4, text="Secretly loud")
    restrict(cast.viewer, customer_happiness="hidden")
    viewer = client_for(cast.viewer)
    assert viewer.get(f"/questionnaires/{asked.id}/results/").status_code == 403
    for url in (
        f"/bookings/{booking.number}/",
        f"/questionnaires/of-booking/{booking.number}/",
        f"/bookings/{booking.number}/history/",
    ):
        page = viewer.get(url).content.decode()
        assert "4.00" not in page
        assert "Secretly" not in page
        assert "RHM" not in page


def test_tq09_d09_indicators_by_the_organisations_own_names(cast: Cast, client: Client) -> None:
    asked, _ = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    making.answers(cast.manager, asked, booking, 5, 4)
    making.case(cast.manager, booking)
    saved = client.post(
        "/questionnaires/happiness/",
        {"overall_label": "Guests", "representative_label": "Guides", "link_days": "10",
         "shows_representative": "on"},
    )  # fmt: skip
    assert saved.status_code == 303
    with tenancy.scope(cast.organization.id):
        shown = on_customers.indicators(booking.customer, by=cast.viewer)
    number = booking.customer.number
    assert shown == [
        ("Guests", "4.50 (2 answers)", ""),
        ("Guides", "4.00 (1 answer)", ""),
        ("Total Complaints", "1", f"/cases/of-customer/{number}/"),
    ]


def test_a_guest_is_asked_from_the_booking_page(cast: Cast) -> None:
    asked, _ = making.questionnaire(cast)
    booking = making.booking(cast.manager)
    url = f"/questionnaires/{asked.id}/bookings/{booking.number}/invitation/"
    assert client_for(cast.viewer).post(url).status_code == 403
    client = client_for(cast.manager)
    assert client.post(url).status_code == 303
    with tenancy.scope(cast.organization.id):
        invitation: Any = Invitation.objects.get()
    assert invitation.sent_at is not None
    assert len(invitation.token_digest) == 64


def test_the_guests_link_is_in_the_mail_alone(cast: Cast) -> None:
    """TQ-52: whoever reads timeline, API or history cannot answer for the guest, old rows too."""
    by = cast.manager
    with servers.mail_server() as server:
        use_mail(server, cast.administrator)
        booking, _, link = invited(cast)
        with tenancy.scope(cast.organization.id):
            message = Communication.objects.get(about=booking.id)
        assert delivering.deliver(cast.organization.id, message.id) == "sent"
        assert link in server.mails[0].get_content()
    with tenancy.scope(cast.organization.id):
        number = booking.customer.number
        assert not PrivateLink.objects.exists()
        with change_set(by=by, operation="t", summary="T"):
            old = Communication.objects.get(id=message.id)
            old.id, old.body = ids.new_id(), f"Go to https://crm.example{link} until then"
            old.save(force_insert=True)
        with change_set(by=by, operation="communications.update_note", summary="T"):
            old.body = old.body.replace("Go to", "See")
            old.save_changes("body")
    client = client_for(cast.administrator)
    shown = [
        client.get(f"/communications/customers/{number}/").content.decode(),
        client.get(f"/customers/{number}/history").content.decode(),
        client_of(by).get(f"/customers/{number}/communications").content.decode(),
    ]
    for text in (message.body, *shown):
        assert link not in text
        assert "(a link for the recipient alone)" in text
    assert all("See (a link for the recipient alone) until then" in text for text in shown)
