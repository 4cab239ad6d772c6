"""Febrl's generated Australian people (Christen, 2008): made to be matched, with typos galore.

Without the social-security number, which would give every pair away.
"""

from pathlib import Path

from wayfolk.identity.matching.batch import files
from wayfolk.identity.matching.record import Record

_FILES = {"febrl3": ("dataset3.csv",), "febrl4": ("dataset4a.csv", "dataset4b.csv")}
MAPPING = {
    "rec_id": "id",
    "given_name": "given_name",
    "surname": "family_name",
    "street_number": "lines",
    "address_1": "lines",
    "address_2": "lines",
    "suburb": "city",
    "postcode": "postcode",
    "date_of_birth": "birth_on",
}


def read(folder: Path, name: str) -> tuple[list[Record], dict[str, str]]:
    """The records, and record -> person: the number in its id."""
    records = [
        record for file in _FILES[name] for record in files.read_records(folder / file, MAPPING)
    ]
    return records, {str(each.id): str(each.id).split("-")[1] for each in records}
