"""How fast reservations are imported, in slices of the run, and how much memory that takes.

Writes a file of hotel reservations (the columns and flaws of a PMS export: impossible rows, names
in one column, dates in three, masked cards), imports it by the shipped mapping into a database
of its own, and once more to see that nothing changes.
"""

import random
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import ground

SLICES = 10
_HEADER = (
    "row_id,hotel,is_canceled,lead_time,arrival_date_year,arrival_date_month,"
    "arrival_date_week_number,arrival_date_day_of_month,stays_in_weekend_nights,"
    "stays_in_week_nights,adults,children,babies,meal,country,market_segment,"
    "distribution_channel,is_repeated_guest,previous_cancellations,"
    "previous_bookings_not_canceled,reserved_room_type,assigned_room_type,booking_changes,"
    "deposit_type,agent,days_in_waiting_list,customer_type,adr,required_car_parking_spaces,"
    "total_of_special_requests,reservation_status,reservation_status_date,name,email,"
    "phone-number,credit_card"
)
_MONTHS = (
    "January February March April May June July August September October November December".split()
)
_GIVEN = (
    "Ana Bruno Carla Dinis Eva Filipe Gisela Hugo Inês João Karin Lars Maja Nils Oda Pia".split()
)
_FAMILY = "Silva Santos Ferreira Pereira Costa Holm Berg Lund Dahl Novak Smith Brown Jones".split()
_SYLLABLES = "ba ce di fo gu la me ni po ru sa te vi xo zu".split()
_COUNTRIES = ("PRT", "PRT", "PRT", "GBR", "ESP", "FRA", "DEU", "IRL", "CN", "")
_CHANNELS = ("Direct", "TA/TO", "TA/TO", "TA/TO", "Corporate", "GDS")
_STATES = ("Check-Out", "Check-Out", "Check-Out", "Canceled", "No-Show")


def run(rows: int = 100_000, seed: int = 1) -> dict[str, Any]:
    """Figures of one import of `rows` reservations and of its repetition."""
    name = f"wayfolk_bench_import_{rows}_{seed}"
    ground.own_database(name, lambda _url: None)
    from wayfolk.integrations.imports import operations, shipped
    from wayfolk.organization import actors, founding

    organization = founding.found_organization(
        name="Import benchmark", country="PT", currency="EUR", time_zone="Europe/Lisbon"
    )
    by = actors.get_system_actor(organization, "Benchmark")
    mapping = shipped.SHIPPED[shipped.HOTEL_RESERVATIONS]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "reservations.csv"
        _write(path, rows, random.Random(seed))
        first = _Watch(rows)
        done = operations.import_file(path, mapping, by=by, on_progress=first.note)
        again = _Watch(rows)
        repeated = operations.import_file(path, mapping, by=by, on_progress=again.note)
    return {
        "rows": rows,
        "done": done.done_count,
        "refused": done.refused_count,
        "rows per second": round(rows / first.seconds),
        "rows per second, the same file again": round(rows / again.seconds),
        "created or updated by the same file again": sum(
            repeated.count(kind, outcome)
            for kind in repeated.counts
            for outcome in ("created", "updated")
        ),
        "CPU seconds of this process": round(first.cpu, 1),
        "peak memory (MB)": _peak(resource.RUSAGE_SELF),
        "peak memory of the reading process (MB)": _peak(resource.RUSAGE_CHILDREN),
        "slices": first.slices,
    }


class _Watch:
    """Pace and memory, slice by slice. The first slice holds the reading of the whole file."""

    def __init__(self, rows: int) -> None:
        self._size = max(1, rows // SLICES)
        self._began = self._since = time.monotonic()
        self._cpu = time.process_time()
        self._position = 0
        self.slices: list[dict[str, Any]] = []
        self.seconds = self.cpu = 0.0

    def note(self, run: Any) -> None:
        now = time.monotonic()
        self.seconds, self.cpu = now - self._began, time.process_time() - self._cpu
        rows = run.position - self._position
        if rows < self._size and run.position < run.row_count:
            return
        self.slices.append(
            {
                "up to row": run.position,
                "rows per second": round(rows / (now - self._since)),
                "peak memory (MB)": _peak(resource.RUSAGE_SELF),
            }
        )
        self._since, self._position = now, run.position


def _peak(whose: int) -> int:
    return resource.getrusage(whose).ru_maxrss // 1024


def _write(path: Path, rows: int, chance: random.Random) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.write(_HEADER + "\n")
        file.writelines(_reservation(number, chance) for number in range(1, rows + 1))


def _reservation(number: int, chance: random.Random) -> str:
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    if chance.random() < 0.6:
        family = "".join(chance.choices(_SYLLABLES, k=3)).capitalize()
    prefix = "Dr. " if chance.random() < 0.02 else ""
    # One guest in twenty comes back: the same person on another row.
    person = chance.randrange(max(1, number // 2)) if chance.random() < 0.05 else number
    status = chance.choice(_STATES)
    nobody = chance.random() < 0.0015
    values: Iterator[object] = iter(
        (
            number, chance.choice(("Resort Hotel", "City Hotel")), int(status == "Canceled"),
            chance.randrange(400), chance.randrange(2015, 2026), chance.choice(_MONTHS), 27,
            chance.randrange(1, 29), chance.randrange(3), chance.randrange(6),
            0 if nobody else chance.randrange(1, 4), "" if nobody else 0, 0,
            chance.choice(("BB", "HB", "FB", "SC")), chance.choice(_COUNTRIES), "Online TA",
            chance.choice(_CHANNELS), 0, 0, 0, chance.choice("AAADE"), chance.choice("AADEF"), 0,
            "No Deposit", chance.choice(("", 9, 240, 304)), 0, "Transient",
            round(chance.random() * 200, 2), 0, chance.randrange(4), status, "01-07-15",
            f"{prefix}{given} {family}", f"guest{person}@example.com",
            f"{chance.randrange(200, 999)}-{chance.randrange(999):03}-{number % 10_000:04}",
            f"************{chance.randrange(10_000):04}",
        )
    )  # fmt: skip
    return ",".join(map(str, values)) + "\n"


def main() -> None:
    """Without the `bench` command: rows and seed as arguments, DATABASE_URL set."""
    rows, seed = (int(argument) for argument in [*sys.argv[1:], "100000", "1"][:2])
    for key, value in run(rows, seed).items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
