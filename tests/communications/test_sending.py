"""Who may be written to, and what is written down when somebody is (TQ-35)."""

from uuid import uuid4

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from tests.communications.making import make_customer, note_consent
from tests.world import Cast
from wayfolk.audit import taking_back
from wayfolk.audit.change_sets import change_set, last_written_id
from wayfolk.audit.models import ChangeSet
from wayfolk.communications.models import Communication, State
from wayfolk.communications.operations import sending
from wayfolk.communications.operations.sending import NotToBeWrittenTo, send_message
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.kit import tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed


def write(customer: Customer | None, by, **values) -> Communication:
    given = {
        "address": "anna@example.com",
        "channel": "email",
        "subject": "Your trip",
        "body": "Dear Anna,\nall is booked.",
        **values,
    }
    return send_message(customer=customer, by=by, **given)


def jobs_of(message: Communication) -> int:
    return ProcrastinateJob.objects.filter(
        task_name=sending.DELIVER_TASK, args__message_id=str(message.id)
    ).count()


def test_a_message_is_written_down_and_queued(cast: Cast) -> None:
    """KP-39: it stands in the timeline at once, and a job delivers it."""
    anna = make_customer(cast.advisor)
    about = uuid4()
    message = write(anna, cast.advisor, about=about)
    with tenancy.scope(cast.organization.id):
        stored = Communication.objects.get(id=message.id)
    assert (stored.state, stored.direction, stored.customer_id) == ("queued", "out", anna.id)
    assert (stored.author_id, stored.about) == (cast.advisor.author_id, about)
    assert stored.body == "Dear Anna,\nall is booked."
    assert jobs_of(message) == 1


def test_it_joins_an_open_change_set(cast: Cast) -> None:
    anna = make_customer(cast.advisor)
    with change_set(by=cast.advisor, operation="offers.send", summary="Sent offer 7"):
        write(anna, cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert ChangeSet.objects.get(id=last_written_id()).summary == "Sent offer 7"


def test_somebody_who_is_no_customer_yet_can_be_written_to(cast: Cast) -> None:
    message = write(None, cast.advisor, address=" Guest@Example.com ")
    assert (message.customer_id, message.address) == (None, "Guest@Example.com")
    with pytest.raises(NotToBeWrittenTo, match="no customer yet"):
        write(None, cast.advisor, is_advertising=True)


def test_a_number_is_sent_to_in_its_international_form(cast: Cast) -> None:
    anna = make_customer(cast.advisor, mobile="912 345 678")
    message = write(anna, cast.advisor, channel="sms", address="912 345 678")
    assert (message.address, message.subject) == ("+351912345678", "")


@pytest.mark.parametrize(
    ("status", "is_advertising", "reason"),
    [
        ("restricted", False, "restricted"),
        ("restricted", True, "restricted"),
        ("merged", False, "deleted"),
        ("inactive", True, "inactive"),
    ],
)
def test_status_stands_in_the_way(
    cast: Cast, status: str, is_advertising: bool, reason: str
) -> None:
    """TQ-35."""
    anna = make_customer(cast.advisor, newsletter=True)
    with change_set(by=cast.advisor, operation="customers.update", summary="x"):
        anna.status = status
        anna.save_changes("status")
    with pytest.raises(NotToBeWrittenTo) as refused:
        write(anna, cast.advisor, is_advertising=is_advertising)
    assert refused.value.details["reason"] == reason
    assert "Anna" in refused.value.message


def test_a_service_message_reaches_the_inactive_and_those_who_were_not_asked(cast: Cast) -> None:
    anna = make_customer(cast.advisor)
    operations.set_status([anna.id], "inactive", by=cast.advisor)
    assert write(anna, cast.advisor).state == State.QUEUED


@pytest.mark.parametrize(("consent", "reason"), [(None, "not_asked"), (False, "declined")])
def test_advertising_needs_consent(cast: Cast, consent: bool | None, reason: str) -> None:
    anna = make_customer(cast.advisor, newsletter=consent)
    with pytest.raises(NotToBeWrittenTo) as refused:
        write(anna, cast.advisor, is_advertising=True)
    assert refused.value.details["reason"] == reason
    note_consent(anna, True, cast.advisor)
    assert write(anna, cast.advisor, is_advertising=True).is_advertising


def test_consent_is_that_of_the_database(cast: Cast) -> None:
    """The page may have read the customer before they declined."""
    anna = make_customer(cast.advisor, newsletter=True)
    with tenancy.scope(cast.organization.id):
        note_consent(Customer.objects.get(id=anna.id), False, cast.advisor)
    with pytest.raises(NotToBeWrittenTo):
        write(anna, cast.advisor, is_advertising=True)


def test_a_deleted_customer_is_not_written_to(cast: Cast) -> None:
    anna = make_customer(cast.manager)
    operations.delete_customer(anna.id, by=cast.manager)
    with pytest.raises(NotToBeWrittenTo, match="deleted or merged"):
        write(anna, cast.advisor)


@pytest.mark.parametrize(
    ("channel", "address"),
    [
        ("email", ""),
        ("email", "anna"),
        ("email", "anna@example.com\r\nBcc: all@example.com"),
        ("email", "a@example.com, b@example.com"),
        ("email", "Anna <anna@example.com>"),
        ("sms", "anna@example.com"),
        ("sms", "12"),
    ],
)
def test_an_address_that_cannot_be_right_is_refused(cast: Cast, channel: str, address: str) -> None:
    anna = make_customer(cast.advisor)
    with pytest.raises(InvalidValue) as refused:
        write(anna, cast.advisor, channel=channel, address=address)
    assert refused.value.field == "address"


def test_a_subject_cannot_begin_another_header(cast: Cast) -> None:
    with pytest.raises(InvalidValues) as refused:
        write(make_customer(cast.advisor), cast.advisor, subject="Hi\r\nBcc: all@example.com")
    assert "subject" in refused.value.errors


def test_an_email_needs_subject_and_text(cast: Cast) -> None:
    with pytest.raises(InvalidValues) as refused:
        write(make_customer(cast.advisor), cast.advisor, subject=" ", body="\n")
    assert set(refused.value.errors) == {"subject", "body"}


def test_rights_come_first(cast: Cast) -> None:
    anna = make_customer(cast.advisor)
    with pytest.raises(NotAllowed):
        write(anna, cast.viewer)


def test_undo_takes_a_waiting_message_back(cast: Cast) -> None:
    message = write(make_customer(cast.advisor), cast.advisor)
    change = last_written_id()
    assert change is not None
    report = taking_back.take_back(change, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert not Communication.objects.filter(id=message.id).exists()
    assert report.change_set_id is not None
    taking_back.take_back(report.change_set_id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert Communication.objects.get(id=message.id).state == State.QUEUED
    # Whatever waits is found by the watch of every minute: see test_delivering.


def test_a_waiting_message_can_be_cancelled_and_the_cancelling_taken_back(cast: Cast) -> None:
    message = write(make_customer(cast.advisor), cast.advisor)
    sending.cancel_message(message.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        assert Communication.objects.get(id=message.id).state == State.CANCELLED
    with pytest.raises(sending.AlreadyOnItsWay, match="cancelled"):
        sending.cancel_message(message.id, by=cast.advisor)
    taking_back.take_back(last_written_id() or message.id, by=cast.advisor)
    with tenancy.scope(cast.organization.id):
        stored = Communication.objects.get(id=message.id)
    assert (stored.state, stored.cancelled_at) == (State.QUEUED, None)
