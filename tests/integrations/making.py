"""Files to import, and imports carried out at once."""

import io
from pathlib import Path
from typing import Any

from wayfolk.integrations.imports import operations, running
from wayfolk.integrations.imports.mapping import Mapping, Rule
from wayfolk.integrations.models import ImportRun
from wayfolk.staff.rules import Actor

PEOPLE = Mapping(
    (
        Rule("customer.full_name", columns=("Name",)),
        Rule("customer.primary_email", columns=("Email",)),
        Rule("customer.primary_phone", columns=("Phone",)),
        Rule("customer.city", columns=("City",)),
    )
)
RESERVATION_HEADER = (
    "row_id,hotel,is_canceled,lead_time,arrival_date_year,arrival_date_month,"
    "arrival_date_week_number,arrival_date_day_of_month,stays_in_weekend_nights,"
    "stays_in_week_nights,adults,children,babies,meal,country,market_segment,"
    "distribution_channel,is_repeated_guest,previous_cancellations,"
    "previous_bookings_not_canceled,reserved_room_type,assigned_room_type,booking_changes,"
    "deposit_type,agent,days_in_waiting_list,customer_type,adr,required_car_parking_spaces,"
    "total_of_special_requests,reservation_status,reservation_status_date,name,email,"
    "phone-number,credit_card"
)


def people(*rows: str) -> bytes:
    return "\n".join(["Name,Email,Phone,City", *rows, ""]).encode()


def reservation(number: int, **changed: Any) -> str:
    """One line of the PMS export."""
    values: dict[str, Any] = {
        "row_id": number, "hotel": "City Hotel", "is_canceled": 0, "lead_time": 30,
        "arrival_date_year": 2026, "arrival_date_month": "July", "arrival_date_week_number": 27,
        "arrival_date_day_of_month": 10, "stays_in_weekend_nights": 1, "stays_in_week_nights": 2,
        "adults": 2, "children": 0, "babies": 0, "meal": "BB", "country": "PRT",
        "market_segment": "Online TA", "distribution_channel": "TA/TO", "is_repeated_guest": 0,
        "previous_cancellations": 0, "previous_bookings_not_canceled": 0,
        "reserved_room_type": "A", "assigned_room_type": "D", "booking_changes": 0,
        "deposit_type": "No Deposit", "agent": 9, "days_in_waiting_list": 0,
        "customer_type": "Transient", "adr": "100.50", "required_car_parking_spaces": 0,
        "total_of_special_requests": 0, "reservation_status": "Check-Out",
        "reservation_status_date": "13-07-26", "name": f"Guest{number:05} Holm",
        "email": f"guest{number}@example.com", "phone-number": f"669-792-{number:04}",
        "credit_card": "************4322",
    }  # fmt: skip
    return ",".join(str(v) for v in (values | changed).values())


def reservations(*lines: str) -> bytes:
    return "\n".join([RESERVATION_HEADER, *lines, ""]).encode()


def receive(content: bytes, by: Actor, name: str = "list.csv") -> ImportRun:
    return operations.receive_file(io.BytesIO(content), name=name, by=by)


def run(content: bytes, mapping: Mapping, by: Actor, name: str = "list.csv") -> ImportRun:
    """Receive, map and carry out, as the command line does."""
    received = receive(content, by, name)
    operations.start_run(received.id, mapping, by=by, is_job=False)
    return running.carry_out(received.id, by=by)


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
