"""Delivery by a real mail server and SMS gateway: once, or nobody knows and it stays so."""

import os
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.communications.making import make_customer, note_consent, use_gateway, use_mail
from tests.communications.servers import Gateway, MailServer
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.change_sets import last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.communications import queries
from wayfolk.communications.delivery import outcomes
from wayfolk.communications.models import Communication, Delivery
from wayfolk.communications.operations import delivering, sending
from wayfolk.communications.operations.sending import send_message
from wayfolk.communications.rules import retrying
from wayfolk.customers import operations
from wayfolk.kit import clock, tenancy
from wayfolk.staff.rules import FieldAccess


def write(cast: Cast, customer=None, **values) -> Communication:
    given = {
        "address": "anna@example.com",
        "channel": "email",
        "subject": "Grüße – your trip",
        "body": "Dear Anna,\nÅll is booked. 🌊\n" + "long " * 400,
        **values,
    }
    return send_message(customer=customer or make_customer(cast.advisor), by=cast.advisor, **given)


def deliver(message: Communication) -> Communication:
    delivering.deliver(message.organization_id, message.id)
    return reload(message)


def reload(message: Communication) -> Communication:
    with tenancy.scope(message.organization_id):
        return Communication.objects.get(id=message.id)


def test_an_email_arrives_as_it_was_written(cast: Cast, mail: MailServer) -> None:
    """TQ-35, KP-39."""
    use_mail(mail, cast.administrator, reply_to="ida@azure.example")
    message = write(cast)
    sent = deliver(message)
    assert (sent.state, sent.attempts, sent.error) == ("sent", 1, "")
    assert sent.sent_at is not None
    (arrived,) = mail.mails
    assert mail.recipients == ["anna@example.com"]
    assert arrived["Subject"] == "Grüße – your trip"
    assert arrived["From"] == "Azure Coast <hello@azure.example>"
    assert arrived["Reply-To"] == "ida@azure.example"
    assert arrived["Message-ID"] == sent.message_id == f"<{message.id}@azure.example>"
    assert arrived.get_content().replace("\r\n", "\n").strip() == message.body.strip()
    assert max(len(line) for line in mail.raw[0].split(b"\r\n")) <= 998
    assert "List-Unsubscribe" not in arrived


def test_the_job_may_run_any_number_of_times(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    message = write(cast)
    for _ in range(3):
        assert deliver(message).state == "sent"
    assert len(mail.raw) == 1


def test_delivery_is_no_history(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    message = write(cast)
    with tenancy.scope(cast.organization.id):
        before = ChangeSet.objects.count()
        deliver(message)
        assert ChangeSet.objects.count() == before


def test_what_was_sent_stays_when_its_change_is_taken_back(cast: Cast, mail: MailServer) -> None:
    """An undo cannot unsend; it says so."""
    use_mail(mail, cast.administrator)
    message = write(cast)
    change = last_written_id()
    deliver(message)
    assert change is not None
    report = taking_back.take_back(change, by=cast.advisor)
    assert reload(message).state == "sent"
    assert report.kept_count == 1
    assert "may have left already" in report.kept[0]["reason"]


def test_what_was_taken_back_while_it_waited_is_not_sent(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    message = write(cast)
    change = last_written_id()
    assert change is not None
    taking_back.take_back(change, by=cast.advisor)
    assert delivering.deliver(message.organization_id, message.id) == ""
    assert mail.raw == []


def test_the_servers_words_do_not_tell_a_hidden_address(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    mail.answer_recipient = "550 5.1.1 <Anna@example.com>: user unknown"
    message = deliver(write(cast))
    assert "Anna@example.com" in queries.shown_error(message, by=cast.advisor)
    blind = replace(cast.advisor, field_access={"customer.email": FieldAccess.HIDDEN})
    shown = queries.shown_error(message, by=blind)
    assert "550 5.1.1 <(hidden)>: user unknown" in shown


def test_what_was_cancelled_is_not_sent(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    message = write(cast)
    sending.cancel_message(message.id, by=cast.advisor)
    assert deliver(message).state == "cancelled"
    assert mail.raw == []


def test_consent_and_status_are_asked_again_when_it_leaves(cast: Cast, mail: MailServer) -> None:
    """TQ-35."""
    use_mail(mail, cast.administrator)
    anna = make_customer(cast.advisor, newsletter=True)
    message = write(cast, anna, is_advertising=True)
    note_consent(anna, False, cast.advisor)
    refused = deliver(message)
    assert (refused.state, mail.raw) == ("failed", [])
    assert "declined the newsletter" in refused.error
    ben = make_customer(cast.manager, "Ben")
    message = write(cast, ben)
    operations.delete_customer(ben.id, by=cast.manager)
    deletion = last_written_id()
    assert deliver(message).state == "cancelled"
    assert mail.raw == []
    assert deletion is not None
    taking_back.take_back(deletion, by=cast.manager)
    assert deliver(message).state == "sent"


@pytest.mark.parametrize(
    ("answers", "state"),
    [
        ({"answer_recipient": "550 5.1.1 No such user"}, "failed"),
        ({"answer_text": "554 5.7.1 Spam"}, "failed"),
        ({"answer_recipient": "450 4.2.1 Mailbox busy"}, "queued"),
        ({"answer_text": "452 4.3.1 Disk full"}, "queued"),
    ],
)
def test_the_servers_words_are_kept(
    cast: Cast, mail: MailServer, answers: dict[str, str], state: str
) -> None:
    use_mail(mail, cast.administrator)
    for name, answer in answers.items():
        setattr(mail, name, answer)
    refused = deliver(write(cast))
    assert (refused.state, refused.error) == (state, next(iter(answers.values())))
    assert (refused.next_at is not None) == (state == "queued")


def test_a_temporary_failure_is_tried_again_later(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    mail.answer_text = "451 4.3.0 Try again"
    message = write(cast)
    waiting = deliver(message)
    assert waiting.next_at is not None
    assert waiting.next_at - clock.now() > timedelta(seconds=50)
    later = ProcrastinateJob.objects.filter(
        args__message_id=str(message.id), scheduled_at__isnull=False
    )
    assert later.count() == 1
    assert deliver(message).attempts == 1  # not before its time
    mail.answer_text = "250 OK"
    make_due(message)
    assert deliver(message).state == "sent"
    assert len(mail.raw) == 1


def test_after_the_last_attempt_it_has_failed(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    mail.answer_text = "451 4.3.0 Try again"
    message = write(cast)
    for _ in range(len(retrying.PAUSES) + 1):
        make_due(message)
        deliver(message)
    failed = reload(message)
    assert (failed.state, failed.error) == ("failed", "451 4.3.0 Try again")
    assert failed.attempts == len(retrying.PAUSES) + 1


def test_a_server_that_cannot_be_reached_is_tried_again(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator, port=1)
    waiting = deliver(write(cast))
    assert waiting.state == "queued"
    assert "cannot be reached" in waiting.error


def test_without_a_mail_server_it_waits_and_says_so(cast: Cast) -> None:
    waiting = deliver(write(cast))
    assert waiting.state == "queued"
    assert "No mail server is set up" in waiting.error


def test_a_connection_that_breaks_after_the_text_leaves_it_unknown(
    cast: Cast, mail: MailServer
) -> None:
    """It may have arrived: it is never sent a second time."""
    use_mail(mail, cast.administrator)
    mail.breaks = True
    message = write(cast)
    unknown = deliver(message)
    assert unknown.state == "unknown"
    assert "may have been sent" in unknown.error
    mail.breaks = False
    delivering.wake_waiting(cast.organization.id, now=clock.now() + timedelta(days=3))
    assert deliver(message).state == "unknown"
    assert mail.raw == []


def test_a_sender_that_dies_half_way_leaves_it_unknown(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_mail(mail, cast.administrator)
    message = write(cast)

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt  # nothing after the claim runs, as after kill -9

    monkeypatch.setattr(delivering, "hand_over", die)
    with pytest.raises(KeyboardInterrupt):
        delivering.deliver(message.organization_id, message.id)
    monkeypatch.undo()
    assert deliver(message).state == "sending"  # perhaps another process is at it
    assert delivering.give_up_lost(cast.organization.id) == 0
    late = clock.now() + retrying.LOST_AFTER + timedelta(seconds=1)
    assert delivering.give_up_lost(cast.organization.id, now=late) == 1
    assert deliver(message).state == "unknown"
    assert mail.raw == []
    with tenancy.scope(cast.organization.id):
        assert Delivery.objects.get(communication_id=message.id).outcome == outcomes.UNKNOWN


def test_the_claim_is_committed_before_anything_leaves(
    committed_cast: Cast, mail: MailServer
) -> None:
    """What another connection sees while the mail server reads the text."""
    use_mail(mail, committed_cast.administrator)
    message = write(committed_cast)
    seen: list[str] = []

    def look() -> None:
        url = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
        with psycopg.connect(f"{url}/{connection.settings_dict['NAME']}") as other:
            row = other.execute(
                "SELECT c.state FROM communications_communication c"
                " JOIN communications_delivery d ON d.communication_id = c.id WHERE c.id = %s",
                [message.id],
            ).fetchone()
            seen.append(row[0] if row else "")

    mail.on_text = look
    assert deliver(message).state == "sent"
    assert seen == ["sending"]


def test_whatever_waits_too_long_gets_a_job(cast: Cast) -> None:
    message = write(cast)
    jobs = ProcrastinateJob.objects.filter(args__message_id=str(message.id))
    assert delivering.wake_waiting(cast.organization.id) == 0
    late = clock.now() + retrying.OVERDUE_AFTER + timedelta(seconds=1)
    assert delivering.wake_waiting(cast.organization.id, now=late) == 1
    assert jobs.count() == 2
    assert delivering.wake_waiting(cast.organization.id, now=late) == 0


def test_advertising_can_be_declined_by_its_own_headers(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    deliver(write(cast, make_customer(cast.advisor, newsletter=True), is_advertising=True))
    (arrived,) = mail.mails
    link = arrived["List-Unsubscribe"].strip(" <>")
    assert link.startswith("https://crm.azure.example/unsubscribe/")
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in arrived.get_content()


def test_an_sms_goes_to_the_gateway(cast: Cast, gateway: Gateway) -> None:
    use_gateway(gateway, cast.administrator)
    message = write(cast, channel="sms", address="912 345 678", body="Gate 7 – until 10:00")
    assert deliver(message).state == "sent"
    assert gateway.posted == [
        {
            "to": "+351912345678",
            "from": "Azure",
            "text": "Gate 7 – until 10:00",
            "reference": str(message.id),
        }
    ]
    assert gateway.headers[0]["Authorization"] == "Bearer s3cret-token"
    assert gateway.headers[0]["Idempotency-Key"] == str(message.id)
    assert gateway.headers[0]["Host"] == f"127.0.0.1:{gateway.port}"


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"status": 422, "words": "no such number"}, "failed"),
        ({"status": 503, "words": "maintenance"}, "queued"),
        ({"status": 401, "words": "who are you"}, "queued"),
        ({"status": 302, "location": "http://127.0.0.1:1/elsewhere"}, "queued"),
        ({"status": 504, "words": "upstream"}, "unknown"),
        ({"breaks": True}, "unknown"),
    ],
)
def test_what_the_gateway_answers(cast: Cast, gateway: Gateway, answer: dict, state: str) -> None:
    use_gateway(gateway, cast.administrator)
    for name, value in answer.items():
        setattr(gateway, name, value)
    message = write(cast, channel="sms", address="912 345 678", body="Hello")
    settled = deliver(message)
    assert settled.state == state
    assert str(answer.get("words", "")) in settled.error
    assert gateway.posted == []


def test_a_gateway_in_the_own_network_is_not_called(cast: Cast, gateway: Gateway, settings) -> None:
    """Unless whoever runs Wayfolk allows it: the token is not to reach what stands inside."""
    use_gateway(gateway, cast.administrator)
    settings.PRIVATE_GATEWAYS = False
    message = write(cast, channel="sms", address="912 345 678", body="Hello")
    assert "address of this machine" in deliver(message).error
    assert gateway.headers == []


def make_due(message: Communication) -> None:
    from wayfolk.audit.change_sets import change_set
    from wayfolk.staff.rules import system_actor

    with change_set(by=system_actor(message.organization_id, "Clock"), operation="x", summary=""):
        Communication.objects.filter(id=message.id).update(next_at=clock.now())
