"""How fast reservations are imported, in slices of the run, and how much memory that takes.

Writes a file of hotel reservations (the columns and flaws of a PMS export: impossible rows, names
in one column, dates in three, masked cards), imports it by the shipped mapping into a database
of its own, and once more to see that nothing changes. `of="partners"` and `of="households"` do
the same with a hierarchy of trade partners in random order, and with families.
"""

import csv
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


def run(rows: int = 100_000, seed: int = 1, of: str = "reservations") -> dict[str, Any]:
    """Figures of one import of `rows` of a kind, and of its repetition."""
    mapping_name, write = _KINDS[of]
    name = f"wayfolk_bench_import_{rows}_{seed}" + ("" if of == "reservations" else f"_{of}")
    ground.own_database(name, lambda _url: None)
    from wayfolk.integrations.imports import operations, shipped
    from wayfolk.organization import actors, founding

    organization = founding.found_organization(
        name="Import benchmark", country="PT", currency="EUR", time_zone="Europe/Lisbon"
    )
    by = actors.get_system_actor(organization, "Benchmark")
    mapping = shipped.SHIPPED[mapping_name]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{of}.csv"
        write(path, rows, random.Random(seed))
        backend = _backend_seconds()
        first = _Watch(rows)
        done = operations.import_file(path, mapping, by=by, on_progress=first.note)
        backend = _backend_seconds() - backend
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
        "CPU seconds of the database": round(backend, 1),
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


def _backend_seconds() -> float:
    """CPU time of the database process that works for us; the system counts hundredths."""
    stat = Path(f"/proc/{ground.backend_pid()}/stat").read_text().rpartition(")")[2].split()
    return (int(stat[11]) + int(stat[12])) / 100


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


def _write_columns(path: Path, mapping_name: str, rows: Iterator[dict[str, object]]) -> None:
    """A file with the columns of the template of this name."""
    from wayfolk.integrations.imports import shipped

    template = next(each for each in shipped.TEMPLATES if each.name == mapping_name)
    headers = {target: header for header, target, _ in template.columns}
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(headers.values()), restval="")
        writer.writeheader()
        for row in rows:
            writer.writerow({headers[target]: value for target, value in row.items()})


def _write_partners(path: Path, rows: int, chance: random.Random) -> None:
    """A hundredth consortia, a tenth agencies, the rest agents; children before their parents."""
    levels = [(rows // 100, "consortium"), (rows // 10, "agency"), (rows, "agent")]

    def partner(number: int) -> dict[str, object]:
        level = next(name for below, name in levels if number < below)
        above = {"agency": rows // 100, "agent": rows // 10}.get(level)
        parent = "" if above is None else f"P{chance.randrange(above)}"
        given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
        return {
            "partner.key": f"P{number}", "partner.name": f"Travel {family} {number}",
            "partner.level": level, "partner.parent": parent,
            "partner.email": f"office{number}@example.com", "partner.city": "Porto",
            "partner.contact_name": f"{given} {family}", "partner.contact_role": "sales",
            "partner.contact_email": f"contact{number}@example.com",
            "partner.term_value": chance.choice((8, 10, 12)), "partner.term_from": "2026-01-01",
        }  # fmt: skip

    order = list(range(rows))
    chance.shuffle(order)
    _write_columns(path, "Trade partners", map(partner, order))


def _write_households(path: Path, rows: int, chance: random.Random) -> None:
    """Three people to a household."""

    def person(number: int) -> dict[str, object]:
        home, place = divmod(number, 3)
        family = _FAMILY[home % len(_FAMILY)]
        return {
            "customer.given_name": chance.choice(_GIVEN), "customer.family_name": family,
            "customer.primary_email": f"person{number}@example.com",
            "customer.lines": f"Rua {home}", "customer.city": "Porto",
            "customer.household_key": f"H{home}", "customer.household_name": family,
            "customer.household_role": ("head", "partner", "child")[place],
            "customer.household_from": "2019-08-01",
        }  # fmt: skip

    _write_columns(path, "Customers with households", map(person, range(rows)))


_KINDS = {
    "reservations": ("hotel reservations", _write),
    "partners": ("Trade partners", _write_partners),
    "households": ("Customers with households", _write_households),
}


def main() -> None:
    """Without the `bench` command: rows, seed and kind as arguments, DATABASE_URL set."""
    rows, seed, of = [*sys.argv[1:], *("100000", "1", "reservations")[len(sys.argv) - 1 :]][:3]
    for key, value in run(int(rows), int(seed), of).items():
        print(f"{key}: {value}")


if __name__ == "__main__":
    main()
