"""One text to many: who gets it, who is left out and why, and never twice (TQ-35)."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from tests.api.conftest import restrict, switch_off
from tests.communications.making import make_customer, note_consent, use_gateway, use_mail
from tests.communications.servers import Gateway, MailServer
from tests.world import Cast
from wayfolk.audit import history, taking_back
from wayfolk.audit.change_sets import change_set
from wayfolk.communications import tasks
from wayfolk.communications.models import BulkSend, BulkState, Communication
from wayfolk.communications.operations import bulk, bulk_running, delivering
from wayfolk.communications.operations.settings import NotSetUp
from wayfolk.communications.queries import bulk as queries
from wayfolk.communications.queries import choices
from wayfolk.communications.rules import many, retrying
from wayfolk.customers import operations
from wayfolk.customers.models import Customer
from wayfolk.customers.rules import CustomerData
from wayfolk.kit import clock, tenancy
from wayfolk.kit.errors import InvalidValue, InvalidValues, NotAllowed
from wayfolk.staff.models import Membership, RolePermission
from wayfolk.staff.rules import Actor


def draft(by: Actor, customers: list[Customer], **values) -> BulkSend:
    given = {
        "channel": "email",
        "subject": "Spring in {first_name}'s garden",
        "body": "Dear {title} {first_name},\nwe have news.",
        "is_advertising": True,
        **values,
    }
    with tenancy.scope(by.organization_id):
        chosen = Customer.objects.filter(id__in=[customer.id for customer in customers])
        return bulk.create_draft(chosen, by=by, **given)


def tally(send: BulkSend) -> queries.Tally:
    with tenancy.scope(send.organization_id):
        return queries.tally(send)


def reasons(send: BulkSend) -> dict[str, int]:
    return {left.reason: left.count for left in tally(send).left_out}


def run(send: BulkSend, by: Actor) -> BulkSend:
    bulk.start_bulk(send.id, by=by)
    return bulk_running.carry_out(send.id, by=by)


def people(by: Actor, count: int) -> list[Customer]:
    return [
        make_customer(by, f"Guest{n:02}", email=f"guest{n}@example.com", newsletter=True)
        for n in range(count)
    ]


def test_the_preview_says_who_is_left_out_and_why(cast: Cast) -> None:
    """TQ-35, TP-40."""
    by = cast.manager
    fine, again = (
        make_customer(by, name, email="one@example.com", newsletter=True) for name in ("A", "B")
    )
    unasked = make_customer(by, "C", email="c@example.com")
    declined = make_customer(by, "D", email="d@example.com", newsletter=False)
    without = make_customer(by, "E", email="", newsletter=True)
    relayed = make_customer(by, "F", email="f@guest.booking.com", newsletter=True)
    quiet = make_customer(by, "G", email="g@example.com", newsletter=True)
    operations.set_status([quiet.id], "inactive", by=by)
    barred = make_customer(by, "H", email="h@example.com", newsletter=True)
    with change_set(by=by, operation="customers.update", summary="x"):
        barred.status = "restricted"
        barred.save_changes("status")
    umlaut = make_customer(by, "J", email="jörg@example.com", newsletter=True)
    gone = make_customer(by, "K", email="k@example.com", newsletter=True)
    operations.delete_customer(gone.id, by=by)
    everybody = [fine, again, unasked, declined, without, relayed, quiet, barred, umlaut, gone]
    send = draft(by, everybody)
    assert (send.state, send.chosen_count) == (BulkState.DRAFT, 10)
    assert tally(send).of("waiting") == 1
    assert reasons(send) == {
        "duplicate": 1,
        "not_asked": 1,
        "declined": 1,
        "no_address": 1,
        "relay": 1,
        "inactive": 1,
        "restricted": 1,
        "invalid": 1,
        "deleted": 1,
    }
    with tenancy.scope(by.organization_id):
        rows = list(queries.read_recipients(send, by=by))
    assert [row[1] for row in rows if row[3] == "Not attempted"] == ["A"]
    assert rows[1][1:] == (
        "B",
        "",
        "Left out",
        "Another recipient of the list has the same address",
    )


def test_tq08_the_primary_email_is_the_one_written_to(cast: Cast) -> None:
    by = cast.manager
    contacts = {("secondary", "email"): "b@example.com", ("primary", "email"): "a@example.com"}
    with tenancy.scope(by.organization_id):
        anna = operations.create_customer(CustomerData({"given_name": "Anna"}, contacts), by=by)
        offered = choices(anna, "email", by=by)
    assert [choice.value for choice in offered] == ["a@example.com", "b@example.com"]
    send = draft(by, [anna], is_advertising=False)
    with tenancy.scope(by.organization_id):
        assert [row[2] for row in queries.read_recipients(send, by=by)] == ["a@example.com"]


def test_an_address_shared_by_many_gets_no_advertising(cast: Cast) -> None:
    by = cast.manager
    desk = [
        make_customer(by, f"P{n}", email="desk@firm.example", newsletter=True) for n in range(5)
    ]
    assert reasons(draft(by, desk)) == {"shared": 5}
    service = draft(by, desk, is_advertising=False)
    assert (tally(service).of("waiting"), reasons(service)) == (1, {"duplicate": 4})


def test_it_goes_to_each_with_their_own_values(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    send = run(draft(cast.manager, people(cast.manager, 3)), cast.manager)
    assert send.state == BulkState.FINISHED
    assert sorted(mail.recipients) == [f"guest{n}@example.com" for n in range(3)]
    assert min(m["Subject"] for m in mail.mails) == "Spring in Guest00's garden"
    assert "Dear Guest0" in mail.mails[0].get_content()
    assert all(m["List-Unsubscribe"] for m in mail.mails)
    counted = tally(send)
    assert many.counted_words(counted.counts) == "3 sent, 0 refused, 0 not attempted"
    with tenancy.scope(cast.organization.id):
        assert Communication.objects.filter(bulk_send_id=send.id, state="sent").count() == 3


def test_the_history_has_it_as_one_change_that_cannot_be_taken_back(
    cast: Cast, mail: MailServer
) -> None:
    use_mail(mail, cast.administrator)
    send = run(draft(cast.manager, people(cast.manager, 2)), cast.manager)
    with tenancy.scope(cast.organization.id):
        entry = history.get_entry(send.id, by=cast.administrator)
    assert entry.change_set.summary == "Sent “Spring in {first_name}'s garden” to 2 customers"
    with pytest.raises(NotAllowed):
        taking_back.take_back(send.id, by=cast.administrator)


def test_consent_is_asked_again_for_every_recipient(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    anna, ben, cleo = people(cast.manager, 3)
    send = draft(cast.manager, [anna, ben, cleo])
    note_consent(ben, False, cast.manager)
    send = run(send, cast.manager)
    assert sorted(mail.recipients) == ["guest0@example.com", "guest2@example.com"]
    assert reasons(send) == {"declined": 1}


def test_consent_declined_after_the_chunk_was_read(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_mail(mail, cast.administrator)
    anna, ben = people(cast.manager, 2)
    send = draft(cast.manager, [anna, ben])
    next_chunk = bulk_running._next_chunk

    def read_then_decline(run):
        chunk = next_chunk(run)
        note_consent(ben, False, cast.manager)
        return chunk

    monkeypatch.setattr(bulk_running, "_next_chunk", read_then_decline)
    assert reasons(run(send, cast.manager)) == {"declined": 1}
    assert mail.recipients == ["guest0@example.com"]


def test_a_new_address_since_the_preview_is_used_and_never_twice(
    cast: Cast, mail: MailServer
) -> None:
    use_mail(mail, cast.administrator)
    anna, ben, cleo = people(cast.manager, 3)
    send = draft(cast.manager, [anna, ben, cleo])
    for customer, email in ((ben, "new@example.com"), (cleo, "guest0@example.com")):
        data = CustomerData(contacts={("primary", "email"): email})
        operations.update_customer(customer.id, data, by=cast.manager)
    send = run(send, cast.manager)
    assert sorted(mail.recipients) == ["guest0@example.com", "new@example.com"]
    assert reasons(send) == {"duplicate": 1}


def test_refused_by_the_server(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    mail.answer_recipient = "550 5.1.1 No such user"
    send = run(draft(cast.manager, people(cast.manager, 2)), cast.manager)
    assert many.counted_words(tally(send).counts) == "0 sent, 2 refused, 0 not attempted"
    with tenancy.scope(cast.organization.id):
        rows = list(queries.read_recipients(send, by=cast.manager))
    assert rows[0][3:] == ("Refused", "550 5.1.1 No such user")


def test_a_server_that_is_down_pauses_it(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator, port=1)
    send = run(draft(cast.manager, people(cast.manager, 3)), cast.manager)
    assert (send.state, "cannot be reached" in send.failure) == (BulkState.RUNNING, True)
    assert (tally(send).of("taken"), tally(send).of("waiting")) == (1, 2)
    use_mail(mail, cast.administrator)
    send = bulk_running.carry_out(send.id, by=cast.manager)
    assert (send.state, len(mail.raw)) == (BulkState.FINISHED, 2)
    assert "1 still on their way" in many.counted_words(tally(send).counts)


def test_cancelled_half_way(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator)
    send = draft(cast.manager, people(cast.manager, 4))
    bulk.start_bulk(send.id, by=cast.manager)
    bulk.cancel_bulk(send.id, by=cast.manager)
    send = bulk_running.carry_out(send.id, by=cast.manager)
    assert (send.state, mail.raw) == (BulkState.STOPPED, [])
    assert many.counted_words(tally(send).counts) == "0 sent, 0 refused, 4 not attempted"
    with pytest.raises(bulk.WrongState):
        bulk.start_bulk(send.id, by=cast.manager)


def test_what_was_to_be_tried_again_does_not_go_after_the_cancelling(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_mail(mail, cast.administrator, port=1)
    send = run(draft(cast.manager, people(cast.manager, 1)), cast.manager)
    bulk.cancel_bulk(send.id, by=cast.manager)
    use_mail(mail, cast.administrator)
    with tenancy.scope(cast.organization.id):
        message = Communication.objects.get()
    later = clock.now() + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert delivering.deliver(cast.organization.id, message.id) == "cancelled"
    assert (mail.raw, tally(send).of("refused")) == ([], 1)


def test_an_sms_to_many(cast: Cast, gateway: Gateway) -> None:
    use_gateway(gateway, cast.administrator)
    anna = make_customer(cast.manager, mobile="912 345 678")
    fax = make_customer(cast.manager, "Fay", mobile="12345")
    with pytest.raises(InvalidValues):
        draft(cast.manager, [anna], channel="sms", subject="", body="Hi {nick}")
    send = draft(
        cast.manager,
        [anna, fax],
        channel="sms",
        subject="",
        body="Hi {first_name}, gate 7",
        is_advertising=False,
    )
    run(send, cast.manager)
    assert [posted["text"] for posted in gateway.posted] == ["Hi Anna, gate 7"]


@pytest.mark.parametrize("body", ["Dear {name", "Dear {frist_name}", "{}", "a } b"])
def test_placeholders_are_checked_before(cast: Cast, body: str) -> None:
    with pytest.raises(InvalidValues, match="stands for nothing"):
        draft(cast.manager, people(cast.manager, 1), body=body)


def test_who_may(cast: Cast) -> None:
    with pytest.raises(NotAllowed, match="many"):
        draft(cast.advisor, people(cast.manager, 1))
    with pytest.raises(InvalidValue, match="Nobody is chosen"):
        draft(cast.manager, [])
    with pytest.raises(NotSetUp):
        bulk.start_bulk(draft(cast.manager, people(cast.manager, 1)).id, by=cast.manager)


def _lose_permission(cast: Cast) -> None:
    with change_set(by=cast.administrator, operation="staff.edit_roles", summary="x"):
        role_id = Membership.objects.get(id=cast.manager.author_id).role_id
        RolePermission.objects.filter(role_id=role_id, permission="communications.send").delete()


def _lose_sight(cast: Cast) -> None:
    restrict(cast.manager, **{"customer.email": "hidden"})


def _lose_module(cast: Cast) -> None:
    switch_off(cast.manager, "communications")


def _leave(cast: Cast) -> None:
    with change_set(by=cast.administrator, operation="staff.edit_members", summary="x"):
        Membership.objects.filter(id=cast.manager.author_id).update(is_active=False)


@pytest.mark.parametrize(
    ("lose", "words"),
    [
        (_lose_permission, "may not write to many any more"),
        (_lose_sight, "may not see email addresses of customers any more"),
        (_lose_module, "was switched off"),
        (_leave, "does not work here any more"),
    ],
)
def test_tq35_what_the_sender_may_not_do_any_more_is_not_sent(
    cast: Cast, mail: MailServer, lose: Callable[[Cast], None], words: str
) -> None:
    """Asked when the job runs, not only when it was ordered."""
    use_mail(mail, cast.administrator)
    send = draft(cast.manager, people(cast.manager, 3))
    bulk.start_bulk(send.id, by=cast.manager)
    lose(cast)
    tasks.send_to_many(send.organization_id, str(send.id))
    with tenancy.scope(send.organization_id):
        ended = BulkSend.objects.get(id=send.id)
    assert (ended.state, words in ended.failure) == (BulkState.STOPPED, True)
    assert (mail.recipients, reasons(send)) == ([], {"sender": 3})


def test_rights_that_go_while_it_runs_end_it(
    cast: Cast, mail: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_running, "CHUNK", 1)
    use_mail(mail, cast.administrator)
    send = draft(cast.manager, people(cast.manager, 3))
    next_chunk = bulk_running._next_chunk

    def after_the_first(run):
        if mail.raw:
            _lose_permission(cast)
        return next_chunk(run)

    monkeypatch.setattr(bulk_running, "_next_chunk", after_the_first)
    assert run(send, cast.manager).state == BulkState.STOPPED
    assert (len(mail.recipients), reasons(send)) == (1, {"sender": 2})


def test_advertising_needs_a_way_out(cast: Cast, mail: MailServer) -> None:
    use_mail(mail, cast.administrator, link_base="")
    send = draft(cast.manager, people(cast.manager, 1))
    with pytest.raises(NotSetUp, match="declined"):
        bulk.start_bulk(send.id, by=cast.manager)


_CARRY_OUT = """
import sys, uuid, django
django.setup()
from wayfolk.communications import tasks
tasks.send_to_many(int(sys.argv[1]), sys.argv[2])
"""


@pytest.mark.slow
def test_killed_half_way_nobody_gets_it_twice(committed_cast: Cast, mail: MailServer) -> None:
    """kill -9 while the server reads the third text; another worker goes on."""
    by = committed_cast.manager
    use_mail(mail, committed_cast.administrator)
    send = draft(by, people(by, 6))
    bulk.start_bulk(send.id, by=by)
    reached, go_on = threading.Event(), threading.Event()

    def hold() -> None:
        if len(mail.raw) == 2 and not reached.is_set():
            reached.set()
            go_on.wait(30)

    mail.on_text = hold
    server = os.environ["DATABASE_URL"].rsplit("/", 1)[0]
    environment = os.environ | {
        "DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}",
        "DJANGO_SETTINGS_MODULE": "wayfolk.config.settings_test",
    }
    command = [sys.executable, "-c", _CARRY_OUT, str(send.organization_id), str(send.id)]
    worker = subprocess.Popen(command, env=environment)
    assert reached.wait(60)
    worker.send_signal(signal.SIGKILL)
    worker.wait()
    go_on.set()
    assert tally(send).counts == {"sent": 2, "taken": 1, "waiting": 3}
    ended = bulk_running.carry_out(send.id, by=by)
    assert ended.state == BulkState.FINISHED
    assert tally(send).counts == {"sent": 5, "taken": 1}
    late = clock.now() + retrying.LOST_AFTER + timedelta(seconds=1)
    assert delivering.give_up_lost(send.organization_id, now=late) == 1
    words = many.counted_words(tally(send).counts)
    assert words == "5 sent, 0 refused, 0 not attempted, 1 may have been sent"
    assert len(mail.recipients) == len(set(mail.recipients))
