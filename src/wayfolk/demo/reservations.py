"""The reservation file of the demo, its dates moved to around today."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

from wayfolk.kit.dates import month_number

MONTHS = (
    "January February March April May June July August September October November December"
).split()
# This day of the file becomes today: three months of history, half a year to come.
ANCHOR = date(2015, 10, 1)
COLUMNS = (
    "row_id hotel is_canceled lead_time arrival_date_year arrival_date_month"
    " arrival_date_week_number arrival_date_day_of_month stays_in_weekend_nights"
    " stays_in_week_nights adults children babies meal country market_segment"
    " distribution_channel reserved_room_type assigned_room_type agent adr"
    " reservation_status reservation_status_date name email phone-number"
).split()


def write_moved(source: Path, target: Path, *, today: date) -> int:
    """Copy a reservation file with arrivals moved by whole weeks; returns the number of rows.

    What lies ahead is no longer "checked out", and card numbers are left behind.
    """
    shift = timedelta(weeks=(today - ANCHOR).days // 7)
    with source.open(newline="", encoding="utf-8") as old:
        reader = csv.DictReader(old)
        columns = [name for name in reader.fieldnames or [] if name != "credit_card"]
        return _write(target, columns, (_moved(row, shift, today) for row in reader))


def write_made_up(target: Path, *, today: date, rows: int = 10_000, seed: int = 7) -> int:
    """A file of the same columns from a seed, where the real reservations are not at hand."""
    rng = random.Random(seed)
    return _write(target, COLUMNS, (_made_up(number, rng, today) for number in range(1, rows + 1)))


def _write(target: Path, columns: Sequence[str], rows: Iterator[dict[str, str]]) -> int:
    count = 0
    with target.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        for count, row in enumerate(rows, 1):  # noqa: B007 - the number of the last row is wanted
            writer.writerow(row)
    return count


def _moved(row: dict[str, str], shift: timedelta, today: date) -> dict[str, str]:
    month = month_number(row["arrival_date_month"]) or 1
    arrival = date(int(row["arrival_date_year"]), month, int(row["arrival_date_day_of_month"]))
    nights = int(row["stays_in_weekend_nights"]) + int(row["stays_in_week_nights"])
    moved = _dated(arrival + shift, nights, row["reservation_status"], today)
    # Whoever arrives in half a year has booked by now.
    lead_days, ahead = int(row["lead_time"] or 0), (arrival + shift - today).days
    if lead_days < ahead:
        lead_days = ahead + lead_days % 120
    return row | moved | {"lead_time": str(lead_days)}


def _dated(arrival: date, nights: int, status: str, today: date) -> dict[str, str]:
    departure = arrival + timedelta(days=nights)
    if status != "Canceled" and arrival > today:
        status = "Expected"
    elif status == "Check-Out" and departure > today:
        status = "In house"
    return {
        "arrival_date_year": str(arrival.year),
        "arrival_date_month": MONTHS[arrival.month - 1],
        "arrival_date_week_number": str(arrival.isocalendar().week),
        "arrival_date_day_of_month": str(arrival.day),
        "reservation_status": status,
        "reservation_status_date": min(departure, today).strftime("%d-%m-%y"),
    }


_GIVEN = (
    "Ana Bruno Carla Dora Emil Freya Goran Hana Ines Jan Kirsten Luis Mia Noor Otto Pia"
).split()
_FAMILY = ("Almeida Berg Costa Dahl Evans Ferrari García Horvat Ivanov Jansen Kim Lopes").split()


def _made_up(number: int, rng: random.Random, today: date) -> dict[str, str]:
    given, family = rng.choice(_GIVEN), rng.choice(_FAMILY)
    nights = rng.randint(1, 10)
    arrival = today + timedelta(days=rng.randint(-90, 200))
    cancelled = rng.random() < 0.3
    room = rng.choice("ABCDE")
    return {
        "row_id": str(number),
        "hotel": rng.choice(("Resort Hotel", "City Hotel")),
        "is_canceled": str(int(cancelled)),
        "lead_time": str(rng.randint(200, 300)),
        "stays_in_weekend_nights": str(nights // 4),
        "stays_in_week_nights": str(nights - nights // 4),
        "adults": str(rng.choice((1, 2, 2, 2, 3))),
        "children": str(rng.choice((0, 0, 0, 1, 2))),
        "babies": "0",
        "meal": rng.choice(("BB", "HB", "FB")),
        "country": rng.choice(("PRT", "ESP", "GBR", "FRA", "DEU")),
        "market_segment": rng.choice(("Direct", "Online TA", "Groups")),
        "distribution_channel": rng.choice(("Direct", "TA/TO", "Corporate")),
        "reserved_room_type": room,
        "assigned_room_type": room,
        "agent": rng.choice(("", "", "9", "240")),
        "adr": f"{rng.randint(45, 260)}.{rng.choice(('00', '50'))}",
        "name": f"{given} {family}",
        "email": f"{given}.{family}{number}@example.com".lower(),
        "phone-number": f"{rng.randint(200, 999)}-555-{rng.randint(1000, 9999)}",
        **_dated(arrival, nights, "Canceled" if cancelled else "Check-Out", today),
    }
