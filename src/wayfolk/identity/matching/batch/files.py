"""Records from a CSV file of anybody's, told by a mapping of its columns."""

import csv
import json
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from wayfolk.identity.matching.record import Record
from wayfolk.kit import contact, text
from wayfolk.kit.errors import InvalidValues

# Where several columns are mapped to one of these, their values are joined.
_JOINED = ("given_name", "middle_name", "family_name", "company_name", "lines", "city", "postcode")
_MANY = ("email", "phone", "document")
FIELDS = ("id", *_JOINED, *_MANY, "name", "birth_on", "birth_year", "birth_month", "birth_day",
          "gender", "country", "kind")  # fmt: skip
_DATES = ("%Y-%m-%d", "%Y%m%d", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d-%m-%Y")
_GENDERS = {"f": "female", "w": "female", "m": "male", "h": "male"}


def read_mapping(path: Path) -> dict[str, str]:
    """Column -> field; raises InvalidValues naming what is wrong with it."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise InvalidValues({"mapping": f"{path} cannot be read as JSON: {error}"}) from None
    if not isinstance(stored, dict):
        raise InvalidValues({"mapping": f'{path} must be like {{"surname": "family_name"}}.'})
    unknown = {str(field) for field in stored.values()} - set(FIELDS)
    if unknown:
        raise InvalidValues(
            {
                "mapping": f"{path} names “{min(unknown)}”, which is no field. Fields are:"
                f" {', '.join(FIELDS)}."
            }
        )
    if "id" not in stored.values():
        raise InvalidValues({"mapping": f"{path} does not say which column is the id."})
    return {str(column).strip(): str(field) for column, field in stored.items()}


def read_records(path: Path, mapping: Mapping[str, str], region: str = "") -> list[Record]:
    """region: of phones without a country."""
    rows = _rows(path)
    columns = [column for column in mapping if rows and column not in rows[0]]
    if columns:
        raise InvalidValues(
            {"mapping": f"{path} has no column “{columns[0]}”; it has {', '.join(rows[0])}."}
        )
    formats = _date_formats(rows, mapping)
    return [_record(row, mapping, region, formats) for row in rows]


def read_truth(path: Path) -> dict[str, str]:
    """Record id -> entity id, of the first two columns."""
    return {values[0]: values[1] for row in _rows(path) if len(values := list(row.values())) > 1}


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        content = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise InvalidValues({"file": f"{path} cannot be read as UTF-8 text: {error}"}) from None
    head = content.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(content.splitlines(), delimiter=delimiter, skipinitialspace=True)
    names = [name.strip() for name in next(reader, [])]
    return [
        {name: value.strip() for name, value in zip(names, row, strict=False)}
        for row in reader
        if row
    ]


def _record(
    row: Mapping[str, str], mapping: Mapping[str, str], region: str, formats: tuple[str, ...]
) -> Record:
    values: dict[str, list[str]] = {}
    for column, field in mapping.items():
        value = row.get(column, "")
        if value:
            values.setdefault(field, []).append(value)
    joined = {name: " ".join(values.get(name, ())) for name in _JOINED}
    if "name" in values and not joined["family_name"]:
        joined |= _parted(" ".join(values["name"]))
    return Record(
        id=" ".join(values.get("id", ())),
        kind=_one(values, "kind")
        or (
            "person"
            if not joined["company_name"] or joined["given_name"] or joined["family_name"]
            else "company"
        ),
        **joined,
        birth_on=_birth(values, formats),
        gender=_GENDERS.get(_one(values, "gender")[:1].lower(), ""),
        emails=tuple(contact.normalise_email(each) for each in values.get("email", ())),
        phones=tuple(contact.normalise_phone(each, region) for each in values.get("phone", ())),
        country=_one(values, "country"),
        documents=tuple(text.fold(each) for each in values.get("document", ())),
    )


def _one(values: Mapping[str, list[str]], field: str) -> str:
    return next(iter(values.get(field, ())), "")


def _parted(name: str) -> dict[str, str]:
    """First and last name of a whole one, written with a comma between them or without."""
    family, comma, given = name.partition(",")
    if not comma:
        given, _, family = name.rpartition(" ")
    return {"given_name": given.strip(), "family_name": family.strip()}


def _date_formats(rows: list[dict[str, str]], mapping: Mapping[str, str]) -> tuple[str, ...]:
    """Those that most dates of the file are written in come first."""
    columns = [column for column, field in mapping.items() if field == "birth_on"]
    sample = [row[column] for row in rows[:2_000] for column in columns if row.get(column)]
    fits = {each: sum(_parsed(value, (each,)) is not None for value in sample) for each in _DATES}
    return tuple(sorted(_DATES, key=lambda each: -fits[each]))


def _birth(values: Mapping[str, list[str]], formats: tuple[str, ...]) -> date | None:
    if "birth_on" in values:
        return _parsed(values["birth_on"][0], formats)
    parts = [_one(values, f"birth_{part}") for part in ("year", "month", "day")]
    try:
        return date(*(int(float(part)) for part in parts))
    except ValueError:
        return None


def _parsed(value: str, formats: tuple[str, ...]) -> date | None:
    for each in formats:
        try:
            return datetime.strptime(value[:10], each).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None
