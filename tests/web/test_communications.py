"""The pages of communications: timeline, composer, sends to many, settings (TQ-35, KP-39)."""

import re
from typing import Any

import pytest
from django.core import mail as django_mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.communications import servers
from tests.communications.making import make_customer, use_mail
from tests.web.signed_in import client_for
from tests.web.test_bookings import HTMX, switch_off
from tests.world import Cast
from wayfolk.audit.change_sets import change_set
from wayfolk.audit.models import Change, ChangeSet
from wayfolk.communications.models import BulkSend, Communication, MailServer, Secret
from wayfolk.communications.operations import bulk_running, unsubscribing
from wayfolk.communications.operations.noting import add_note
from wayfolk.communications.rules.notes import NoteData
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.staff.models import FieldRule, Membership, RolePermission
from wayfolk.staff.rules import Actor


def text_of(client: Client, address: str, status: int = 200, **headers: Any) -> str:
    response = client.get(address, **headers)
    assert response.status_code == status, response.content[:500]
    return response.content.decode()


def hide(cast: Cast, actor: Actor, field: str) -> None:
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="x"):
        role_id = Membership.objects.get(id=actor.author_id).role_id
        FieldRule.objects.create(role_id=role_id, field=field, access="hidden")


def said(customer: Customer) -> list[Communication]:
    with tenancy.scope(customer.organization_id):
        return list(Communication.objects.filter(customer_id=customer.id).order_by("-at", "-id"))


def test_kp39_an_email_from_the_customer_page(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    page = text_of(client, f"/customers/{anna.number}/")
    assert f"/communications/customers/{anna.number}/" in page
    address = f"/communications/customers/{anna.number}/email/"
    assert "anna@example.com (email)" in text_of(client, address)
    sent = {"address": "anna@example.com", "subject": "Your trip", "body": "Hello"}
    response = client.post(address, sent)
    assert response.status_code == 303
    assert response.headers["Location"].startswith(f"/customers/{anna.number}/")
    (message,) = said(anna)
    assert (message.state, message.subject) == ("queued", "Your trip")
    timeline = text_of(client, f"/communications/customers/{anna.number}/", **HTMX)
    assert "Your trip" in timeline
    assert "Waiting to be sent" in timeline
    assert "<html" not in timeline
    client.post(f"/communications/{message.id}/cancellation/")
    assert said(anna)[0].state == "cancelled"


def test_only_the_customers_own_addresses_can_be_chosen(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    make_customer(cast.advisor, "Ben")  # has the same address
    address = f"/communications/customers/{anna.number}/email/"
    assert "also used by 1 other" in text_of(client, address)
    response = client.post(address, {"address": "x@evil.example", "subject": "A", "body": "B"})
    assert response.status_code == 422
    assert said(anna) == []


def test_refusals_are_told_in_the_form_and_what_was_written_stays(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    address = f"/communications/customers/{anna.number}/email/"
    given = {"address": "anna@example.com", "subject": "Offer", "body": "Long text <b>", "x": "1"}
    response = client.post(address, {**given, "is_advertising": "on"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "never asked about the newsletter" in page
    assert "Long text &lt;b&gt;" in page
    assert "data-guard" in page


def test_a_call_is_noted_mended_and_removed(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    address = f"/communications/customers/{anna.number}/call/"
    text_of(client, address)
    call = {"direction": "in", "subject": "Asked for the pool", "body": "", "minutes": "7"}
    assert client.post(address, call).status_code == 303
    (noted,) = said(anna)
    assert (noted.channel, noted.direction, noted.minutes) == ("call", "in", 7)
    edit = f"/communications/{noted.id}/"
    assert "Asked for the pool" in text_of(client, edit)
    changed = {**call, "subject": "Asked for two pools", "version": noted.version}
    assert client.post(edit, changed).status_code == 303
    assert client.post(edit, changed).status_code == 422  # somebody was faster
    assert said(anna)[0].subject == "Asked for two pools"
    assert client.post(f"{edit}removal/").status_code == 303
    assert said(anna) == []


def test_an_empty_note_is_refused(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    response = client.post(f"/communications/customers/{anna.number}/note/", {"body": "  "})
    assert response.status_code == 422
    assert "nothing to note" in response.content.decode()


def test_the_timeline_is_paged_and_filtered_in_a_fixed_number_of_queries(cast: Cast) -> None:
    client, anna = client_for(cast.advisor), make_customer(cast.advisor)
    address = f"/communications/customers/{anna.number}/"
    counts = []
    for amount in (3, 40):
        for n in range(amount):
            add_note(anna.id, NoteData("note", f"Note {amount}-{n}"), by=cast.advisor)
        text_of(client, address, **HTMX)
        with CaptureQueriesContext(connection) as queries:
            page = text_of(client, address, **HTMX)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert page.count("<details>") == 25
    assert "Older" in page
    assert "hides everything" in text_of(client, f"{address}?channel=email", **HTMX)


def test_a_hidden_address_is_shown_nowhere(cast: Cast) -> None:
    """Parity: not in the timeline, not to choose from, not to write to."""
    anna = make_customer(cast.advisor, mobile="912 345 678")
    client = client_for(cast.advisor)
    for channel, address in (("email", "anna@example.com"), ("sms", "+351912345678")):
        sent = {"address": address, "subject": "Hi", "body": "Hello"}
        client.post(f"/communications/customers/{anna.number}/{channel}/", sent)
    page = text_of(client, f"/communications/customers/{anna.number}/")
    assert "anna@example.com" in page
    assert "+351912345678" in page
    hide(cast, cast.advisor, "customer.email")
    hide(cast, cast.advisor, "customer.phone")
    page = text_of(client, f"/communications/customers/{anna.number}/")
    assert "anna@example.com" not in page
    assert "+351912345678" not in page
    assert "/email/" not in page
    text_of(client, f"/communications/customers/{anna.number}/email/", 403)
    history = text_of(client, reverse("customers:history", args=[anna.number]), **HTMX)
    assert "anna@example.com" not in history


def test_who_may_see_and_write(cast: Cast) -> None:
    anna = make_customer(cast.advisor)
    viewer = client_for(cast.viewer)
    page = text_of(viewer, f"/communications/customers/{anna.number}/")
    assert "Note a call" not in page
    text_of(viewer, f"/communications/customers/{anna.number}/email/", 403)
    text_of(client_for(cast.advisor), "/communications/many/", 403)
    text_of(client_for(cast.outsider), f"/communications/customers/{anna.number}/", 404)
    switch_off(cast.administrator, "communications")
    text_of(client_for(cast.manager), "/communications/many/", 403)
    assert "/communications/" not in text_of(viewer, f"/customers/{anna.number}/")


@pytest.fixture
def mail() -> Any:
    with servers.mail_server() as server:
        yield server


def test_tq35_one_text_to_the_ticked_ones(cast: Cast, mail: servers.MailServer) -> None:
    use_mail(mail, cast.administrator)
    by = cast.manager
    anna = make_customer(by, newsletter=True)
    ben = make_customer(by, "Ben", email="ben@example.com")
    client = client_for(by)
    chosen = {"number": [anna.number, ben.number], "channel": "email"}
    page = client.post("/communications/many/new/", chosen).content.decode()
    assert "2 chosen" in page
    text = {"kind": "advertising", "subject": "News for {first_name}", "body": "Dear {first_name}"}
    wrong = client.post("/communications/many/new/", {**chosen, **text, "body": "Dear {nick}"})
    assert wrong.status_code == 422
    assert "stands for nothing" in wrong.content.decode()
    response = client.post("/communications/many/new/", {**chosen, **text})
    assert response.status_code == 303, response.content
    address = response.headers["Location"]
    preview = text_of(client, address)
    assert "<strong>1</strong> of 2 get it" in preview
    assert "never asked about the newsletter" in preview
    assert "Dear Anna" in preview
    assert mail.raw == []
    listed = client.get(f"{address}recipients.csv").content.decode()
    assert "Ben" in listed
    assert "They were never asked about the newsletter" in listed
    assert client.post(f"{address}start/").status_code == 303
    assert "Sending" in text_of(client, f"{address}progress/", **HTMX)
    with tenancy.scope(by.organization_id):
        send = BulkSend.objects.get()
    bulk_running.carry_out(send.id, by=by)
    ended = text_of(client, address)
    assert "Finished" in ended
    assert mail.recipients == ["anna@example.com"]
    assert "News for {first_name}" in text_of(client, "/communications/many/")


def test_the_list_of_recipients_needs_the_permission_to_export(cast: Cast) -> None:
    by = cast.manager
    anna = make_customer(by, newsletter=True)
    text = {"kind": "advertising", "subject": "News", "body": "Dear {first_name}"}
    client = client_for(by)
    made = client.post(
        "/communications/many/new/", {"number": [anna.number], "channel": "email"} | text
    )
    address = made.headers["Location"]
    assert "List of recipients" in text_of(client, address)
    assert "anna@example.com" in text_of(client, f"{address}recipients.csv")
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="x"):
        role_id = Membership.objects.get(id=by.author_id).role_id
        RolePermission.objects.filter(role_id=role_id, permission="exports.run").delete()
    assert "List of recipients" not in text_of(client, address)
    assert "Export lists" in text_of(client, f"{address}recipients.csv", 403)


def test_the_settings_never_show_a_secret(cast: Cast, mail: servers.MailServer, caplog) -> None:
    client = client_for(cast.administrator)
    text_of(client, "/settings/messages/")
    given = {
        "host": "127.0.0.1",
        "port": mail.port,
        "security": "none",
        "user": "crm",
        "password": "Pa55-word-äöü",
        "from_address": "hello@azure.example",
        "link_base": "https://crm.azure.example/",
    }
    assert client.post("/settings/messages/", given).status_code == 303
    page = text_of(client, "/settings/messages/")
    assert "One is stored" in page
    assert "Pa55" not in page
    with tenancy.scope(cast.organization.id):
        assert Secret.objects.get().value == "Pa55-word-äöü"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT value FROM communications_secret WHERE organization_id = %s",
                [cast.organization.id],
            )
            assert "Pa55" not in cursor.fetchone()[0]
        assert not Change.objects.filter(table_name="communications_secret").exists()
        assert "Pa55" not in str(list(Change.objects.values_list("before", "after")))
    assert "Pa55" not in caplog.text
    # Elsewhere the password is not taken along: it has to be entered again.
    client.post("/settings/messages/", {**given, "password": "", "host": "elsewhere.example"})
    assert "None is stored for this server" in text_of(client, "/settings/messages/")
    tried = client.post("/settings/messages/test/", {"channel": "email", "address": "a@b.example"})
    assert "password of crm for elsewhere.example is not known" in tried.content.decode()


def test_a_test_says_what_the_server_answered(cast: Cast, mail: servers.MailServer) -> None:
    client = client_for(cast.administrator)
    use_mail(mail, cast.administrator)
    sent = {"channel": "email", "address": "ana@example.com"}
    assert client.post("/settings/messages/test/", sent).status_code == 303
    assert mail.mails[0]["Subject"] == "Test from Wayfolk"
    mail.answer_recipient = "550 5.7.1 Relaying denied"
    assert "Relaying denied" in client.post("/settings/messages/test/", sent).content.decode()
    text_of(client_for(cast.manager), "/settings/messages/", 403)
    assert django_mail.outbox == []  # the real server was used


def test_wrong_settings_are_refused_by_field(cast: Cast) -> None:
    client = client_for(cast.administrator)
    wrong = {"host": "a b", "port": "0", "security": "none", "from_address": "x", "link_base": "j"}
    page = client.post("/settings/messages/", wrong)
    assert page.status_code == 422
    for words in ("not the name of a server", "is not a port", "not an email address"):
        assert words in page.content.decode()
    for url in ("file:///etc/passwd", "https://user:pw@sms.example/", "gopher://x", "https://"):
        refused = client.post("/settings/messages/gateway/", {"url": url, "sender": "Azure"})
        assert refused.status_code == 422, url
    with tenancy.scope(cast.organization.id):
        assert not MailServer.objects.exists()


def test_advertising_is_declined_by_the_link_without_signing_in(cast: Cast) -> None:
    anna = make_customer(cast.advisor, newsletter=True)
    link = unsubscribing.link_for("", cast.organization.id, anna.id)
    client = Client(enforce_csrf_checks=True)
    page = text_of(client, link)
    assert "Anna" not in page
    assert "anna@" not in page
    assert takes_newsletter(anna) is True  # programs follow links
    known = client.post(link, {"List-Unsubscribe": "One-Click"})
    assert takes_newsletter(anna) is False
    unknown = client.post("/unsubscribe/abc:def/")
    again = client.post(link)
    assert known.status_code == unknown.status_code == again.status_code == 200
    token = re.compile(rb'"X-CSRFToken": "[^"]*"')
    answers = {token.sub(b"", answer.content) for answer in (known, unknown, again)}
    assert len(answers) == 1
    with tenancy.scope(cast.organization.id):
        newest = ChangeSet.objects.order_by("-started_at").first()
    assert newest.summary == "Anna declined the newsletter by the link in a message"


def test_a_link_that_was_tampered_with_declines_nothing(cast: Cast) -> None:
    anna, ben = (make_customer(cast.advisor, n, newsletter=True) for n in ("Anna", "Ben"))
    link = unsubscribing.link_for("", cast.organization.id, anna.id)
    other = unsubscribing.link_for("", cast.organization.id, ben.id)
    swapped = other.rpartition(":")[0] + ":" + link.rpartition(":")[2]
    Client().post(swapped)
    assert takes_newsletter(anna) is takes_newsletter(ben) is True


def takes_newsletter(customer: Customer) -> bool | None:
    with tenancy.scope(customer.organization_id):
        return Customer.objects.get(id=customer.id).takes_newsletter
