"""Communications over the API (TQ-35, KP-39)."""

from tests.api.conftest import Api, client_of, restrict
from tests.communications.making import make_customer, use_mail
from tests.world import Cast
from wayfolk.kit import tenancy


class Closed:
    """A mail server of which only the port matters."""

    port = 2525


def test_kp39_messages_and_notes_stand_in_the_timeline(cast: Cast, api: Api) -> None:
    anna = make_customer(cast.advisor)
    path = f"/customers/{anna.number}"
    mail = {
        "channel": "email",
        "address": "anna@example.com",
        "subject": "Your trip",
        "body": "Hello",
    }
    sent = api.post(f"{path}/messages", mail)
    assert sent.status_code == 201, sent.content
    assert sent.json()["state"] == "queued"
    call = {"channel": "call", "direction": "in", "subject": "Pool", "minutes": 5}
    noted = api.post(f"{path}/notes", {**call, "at": "2026-01-31T14:30:00Z"}).json()
    listed = api.get(f"{path}/communications").json()["items"]
    assert [row["channel"] for row in listed] == ["email", "call"]
    assert api.get(f"{path}/communications?channel=call").json()["items"] == [noted]
    changed = api.patch(f"/communications/{noted['id']}", {"subject": "Two pools", "version": 1})
    assert (changed.json()["subject"], changed.json()["minutes"]) == ("Two pools", 5)
    stale = api.patch(f"/communications/{noted['id']}", {"subject": "X", "version": 1})
    assert stale.status_code in {409, 412}
    assert api.patch(f"/communications/{sent.json()['id']}", {"body": "Y"}).status_code == 409
    assert api.post(f"/communications/{sent.json()['id']}/cancel").json()["state"] == "cancelled"
    assert api.delete(f"/communications/{noted['id']}").status_code == 204


def test_tq35_refusals_in_words(cast: Cast, api: Api) -> None:
    anna = make_customer(cast.advisor)
    mail = {"channel": "email", "address": "anna", "subject": "A", "body": "B"}
    path = f"/customers/{anna.number}/messages"
    refused = api.post(path, mail)
    assert refused.status_code == 422
    assert "not an email address" in refused.content.decode()
    refused = api.post(path, {**mail, "address": "anna@example.com", "is_advertising": True})
    assert (refused.status_code, refused.json()["code"]) == (422, "not_to_be_written_to")
    assert api.post(path, {**mail, "subject": "A\r\nBcc: x@y.example"}).status_code == 422


def test_a_hidden_address_is_absent(cast: Cast) -> None:
    anna = make_customer(cast.advisor)
    api = client_of(cast.advisor)
    mail = {"channel": "email", "address": "anna@example.com", "subject": "A", "body": "B"}
    path = f"/customers/{anna.number}"
    assert api.post(f"{path}/messages", mail).json()["address"] == "anna@example.com"
    restrict(cast.advisor, **{"customer.email": "hidden"})
    (row,) = api.get(f"{path}/communications").json()["items"]
    assert "address" not in row
    assert api.post(f"{path}/messages", mail).status_code == 403


def test_tq35_a_send_to_many_says_who_is_left_out(cast: Cast) -> None:
    api = client_of(cast.administrator)
    anna = make_customer(cast.manager, newsletter=True)
    ben = make_customer(cast.manager, "Ben", email="ben@example.com")
    body = {
        "channel": "email",
        "subject": "News",
        "body": "Dear {first_name}",
        "customers": [anna.number, ben.number],
    }
    made = api.post("/bulk-sends", body)
    assert made.status_code == 201, made.content
    draft = made.json()
    assert (draft["state"], draft["waiting_count"]) == ("draft", 1)
    assert draft["left_out"] == [
        {
            "reason": "not_asked",
            "words": "They were never asked about the newsletter",
            "count": 1,
        }
    ]
    path = f"/bulk-sends/{draft['id']}"
    recipients = api.get(f"{path}/recipients").json()["items"]
    assert [row["outcome"] for row in recipients] == ["waiting", "left_out"]
    assert api.post(f"{path}/start").json()["code"] == "not_set_up"
    use_mail(Closed(), cast.administrator)
    assert api.post(f"{path}/start").json()["state"] == "queued"
    assert api.post(f"{path}/cancel").json()["state"] == "stopped"
    assert api.delete(path).status_code == 409
    assert [row["id"] for row in api.get("/bulk-sends").json()["items"]] == [draft["id"]]
    assert client_of(cast.advisor).get(path).status_code == 403


def test_secrets_are_written_and_never_read(cast: Cast) -> None:
    api = client_of(cast.administrator)
    assert api.get("/messaging").json() == {"mail": None, "sms": None}
    server = {
        "host": "smtp.example.com",
        "port": 587,
        "security": "starttls",
        "user": "crm",
        "password": "Pa55word",
        "from_address": "hello@azure.example",
    }
    answered = api.put("/messaging/mail", server)
    assert answered.json()["mail"]["has_password"] is True
    assert "Pa55word" not in answered.content.decode()
    moved = api.put("/messaging/mail", {**server, "host": "other.example.com", "password": None})
    assert moved.json()["mail"]["has_password"] is False
    gateway = {"url": "https://sms.example.com/messages", "token": "t0ken"}
    assert "t0ken" not in api.put("/messaging/sms", gateway).content.decode()
    assert client_of(cast.manager).get("/messaging").status_code == 403
    with tenancy.scope(cast.organization.id):
        assert api.get("/messaging").json()["sms"]["has_token"] is True
