"""Records from a CSV file of anybody's, told by a mapping of its columns."""

import codecs
import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import zip_longest
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


def read_all(
    paths: Sequence[Path], mapping: Mapping[str, str], region: str = ""
) -> tuple[list[Record], list[int]]:
    """The records of several files, and for each the number of its file."""
    records: list[Record] = []
    sources: list[int] = []
    for number, path in enumerate(paths):
        read = read_records(path, mapping, region)
        records += read
        sources += [number] * len(read)
    _require_ids(" and ".join(map(str, paths)), records)
    return records, sources


def read_records(path: Path, mapping: Mapping[str, str], region: str = "") -> list[Record]:
    """region: of phones without a country."""
    rows = _rows(path)
    columns = [column for column in mapping if rows and column not in rows[0]]
    if columns:
        raise InvalidValues(
            {"mapping": f"{path} has no column “{columns[0]}”; it has {', '.join(rows[0])}."}
        )
    formats = _date_formats(rows, mapping)
    records = [_record(row, mapping, region, formats) for row in rows]
    _require_ids(path, records)
    return records


def _require_ids(path: Path | str, records: list[Record]) -> None:
    """Each record must be told from the others: by an id of its own."""
    if not records:
        raise InvalidValues({"file": f"{path} has no records below its header."})
    ids = Counter(each.id for each in records)
    if ids[""]:
        raise InvalidValues({"file": f"{ids['']:,} records of {path} have no id."})
    twice = next((each for each, count in ids.items() if count > 1), None)
    if twice is not None:
        raise InvalidValues({"file": f"{ids[twice]} records of {path} have the id “{twice}”."})


def read_truth(path: Path) -> dict[str, str]:
    """Record id -> entity id, of the first two columns."""
    rows = _rows(path)
    if any(len(row) < 2 for row in rows):
        raise InvalidValues(
            {"truth": f"{path} must have two columns: the id of a record, the id of its entity."}
        )
    pairs = (tuple(row.values())[:2] for row in rows)
    return {record: entity for record, entity in pairs if record and entity}


def _rows(path: Path) -> list[dict[str, str]]:
    """Values by the names of the header; a row that ends early has empty ones."""
    content = _text(path)
    head = content.partition("\n")[0]
    delimiter = max(",;\t|", key=head.count)
    reader = csv.reader(io.StringIO(content), delimiter=delimiter, skipinitialspace=True)
    try:
        names = [name.strip() for name in next(reader, [])]
        return [
            {
                name: value.strip()
                for name, value in zip_longest(names, row[: len(names)], fillvalue="")
            }
            for row in reader
            if any(row)
        ]
    except csv.Error as error:
        raise InvalidValues(
            {"file": f"Line {reader.line_num} of {path} cannot be read: {error}."}
        ) from None


def _text(path: Path) -> str:
    """What is not UTF-8 is taken as the Western European writing of Windows (Latin-1, nearly)."""
    try:
        stored = path.read_bytes()
    except OSError as error:
        raise InvalidValues({"file": f"{path} cannot be read: {error}"}) from None
    if stored.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return stored.decode("utf-16", errors="replace")
    try:
        return stored.decode("utf-8-sig")
    except UnicodeDecodeError:
        return stored.decode("cp1252", errors="replace")


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
