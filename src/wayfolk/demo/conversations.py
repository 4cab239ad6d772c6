"""What was said with the cast in the last weeks, and who takes the newsletter."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from wayfolk.audit.change_sets import change_set
from wayfolk.communications.models import Communication, Direction, State
from wayfolk.communications.operations import noting, settings
from wayfolk.communications.rules.notes import NoteData
from wayfolk.customers.models import Customer
from wayfolk.demo.capturing import Ports
from wayfolk.kit import clock
from wayfolk.staff.rules import Actor

SMS, EMAIL, CALL, NOTE, FORM = "sms", "email", "call", "note", "form"
_TAKE_IT = ("karin", "jonas", "moreau", "helena", "piet", "agency", "nguyen")
_DECLINED = ("duarte", "kuznetsova")


class Said(NamedTuple):
    """key: of the cast; at this hour of a day so many days ago; minutes: of a call."""

    key: str
    days_ago: int
    hour: int
    channel: str
    direction: str
    subject: str
    body: str
    minutes: int | None = None


_SAID = (
    Said(
        "karin",
        27,
        10,
        FORM,
        "in",
        "Request from the website",
        "Two adults, two children, a week in"
        " July by the sea. A pool would be nice, and no stairs for the pushchair.",
    ),
    Said(
        "karin",
        27,
        15,
        CALL,
        "out",
        "Talked the request over",
        "She would like the Algarve again."
        " Elsa is afraid of high waves: a bay rather than the open coast.",
        14,
    ),
    Said(
        "karin",
        26,
        9,
        EMAIL,
        "out",
        "Your week in the Algarve",
        "Dear Karin,\n\nhere are the two"
        " houses that we talked about. The first one has the pool with shade.\n\nBest wishes\nIda",
    ),
    Said(
        "karin",
        21,
        18,
        EMAIL,
        "in",
        "Re: Your week in the Algarve",
        "We take the first one! Could we have the family suite on the ground floor?",
    ),
    Said(
        "karin",
        20,
        11,
        NOTE,
        "within",
        "Ground floor",
        "The hotel keeps suite 14 for them, by phone with reception. Nothing in writing yet.",
    ),
    Said(
        "karin",
        6,
        16,
        SMS,
        "out",
        "",
        "Your transfer from Faro is booked: 10:40, sign with your name.",
    ),
    Said(
        "karin",
        2,
        12,
        CALL,
        "in",
        "Nils has a peanut allergy",
        "Told the hotel kitchen and the boat company. Both have confirmed.",
        6,
    ),
    Said(
        "moreau",
        12,
        10,
        EMAIL,
        "out",
        "Douro wine walk: two flight numbers missing",
        "Bonjour,\n\nwe need the flights of two of you to order the bus.",
    ),
    Said(
        "moreau",
        5,
        14,
        CALL,
        "out",
        "Still no flight numbers",
        "Voicemail. Try again on Monday.",
        1,
    ),
    Said(
        "tom",
        9,
        9,
        CALL,
        "in",
        "Table by the window",
        "For the silver wedding dinner. It is to be a surprise for Grace: not a word to her.",
        8,
    ),
    Said("tom", 1, 10, SMS, "out", "", "Room 512 is ready. Have a good journey!"),
    Said(
        "agency",
        30,
        11,
        EMAIL,
        "out",
        "Autumn series: dates",
        "Dear colleagues,\n\nthe dates of the autumn series are fixed, see below.",
    ),
    Said(
        "agency",
        14,
        13,
        CALL,
        "in",
        "Two more seats",
        "They want two more seats on the second departure. Offer follows.",
        11,
    ),
    Said("helena", 3, 17, CALL, "in", "Spa for two", "Wants the treatment on the second day.", 4),
)


def tell(customers: Mapping[str, Customer], *, by: Actor) -> None:
    """Once, while the cast is written. Needs an open scope."""
    for said in _SAID:
        _say(customers[said.key], said, by=by)
    for key in (*_TAKE_IT, *_DECLINED):
        customer = customers[key]
        with change_set(
            by=by,
            operation="customers.update",
            summary=f"Asked {customer.name} about the newsletter",
        ):
            customer.refresh_from_db()
            customer.takes_newsletter = key in _TAKE_IT
            customer.save_changes("takes_newsletter")


def point_at(ports: Ports, *, by: Actor) -> None:
    """Let the demo write by its own mail server and gateway; changes nothing where it does."""
    server = {
        "host": "127.0.0.1",
        "port": ports.mail,
        "security": "none",
        "from_name": by.organization_name,
        "from_address": "hello@azure-coast.example",
        "reply_to": "ida@wayfolk.example",
        "link_base": ports.web_url,
    }
    settings.save_mail_server(server, by=by)
    settings.save_gateway({"url": ports.gateway_url, "sender": "AzureCoast"}, by=by, token="demo")  # noqa: S106


def _say(customer: Customer, said: Said, *, by: Actor) -> None:
    day = clock.today(by.time_zone) - timedelta(days=said.days_ago)
    at = datetime.combine(day, time(said.hour, 5), ZoneInfo(by.time_zone))
    if said.channel in {CALL, NOTE, FORM}:
        data = NoteData(said.channel, said.body, said.subject, said.direction, at, said.minutes)
        noting.add_note(customer.id, data, by=by)
        return
    with change_set(by=by, operation="communications.send", summary=f"Wrote to {customer.name}"):
        is_ours = said.direction == Direction.OUT
        Communication.objects.create(
            customer=customer,
            author_id=by.author_id if is_ours else None,
            at=at,
            channel=said.channel,
            direction=said.direction,
            subject=said.subject,
            body=said.body,
            address=_address(customer, said.channel),
            state=State.SENT if is_ours else State.NOTED,
            sent_at=at if is_ours else None,
        )


def _address(customer: Customer, channel: str) -> str:
    points = {point.kind: point.value for point in customer.contact_points.all()}
    return points.get("email" if channel == EMAIL else "mobile", "")
