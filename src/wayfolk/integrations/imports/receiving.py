"""Taking in a file: checked, decoded and stored without payment cards. No Django here.

The stored form is CSV in UTF-8, one record a row: number of the row in the file, problem that
keeps it from being read ("" for most), then its cells. The first record holds the headers.
"""

import csv
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO, TextIO

from wayfolk.integrations.imports import cards, decoding, records
from wayfolk.integrations.imports.records import Record
from wayfolk.kit import contact, text
from wayfolk.kit.errors import InvalidValue

SAMPLE = 200
COLUMNS_MAX = 300
HEADER_MAX = 120


@dataclass(frozen=True)
class Received:
    """What is known of a file once it is stored. `dropped`: columns with payment cards."""

    headers: list[str]
    rows: int
    size_bytes: int
    dropped: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class StoredRow:
    """One row of a stored file. `number` is its line in the file as it came."""

    number: int
    problem: str
    cells: list[str]


def receive(file: BinaryIO, *, name: str, into: Path, max_bytes: int) -> Received:
    """Store `file` at `into`, for its owner only. Raises InvalidValue and leaves nothing then."""
    size = file.seek(0, os.SEEK_END)
    if size > max_bytes:
        raise InvalidValue(
            f"“{name}” has {size / 1e6:,.0f} MB; at most {max_bytes / 1e6:,.0f} MB can be"
            " imported at once. Split the file.",
            field="file",
        )
    file.seek(0)
    decoding.require_text(file.read(4096), name)
    encoding = decoding.find_encoding(file)
    lines = decoding.read_lines(file, encoding)
    head = list(islice(lines, SAMPLE))
    if head and head[0].lower().startswith("sep=") and len(head[0].strip()) == 5:
        head = head[1:]  # a hint for Excel, not a header
    delimiter = records.find_delimiter(head[:50])
    rows = records.read_records(chain(head, lines), delimiter)
    header = next(rows, None)
    if header is None:
        raise InvalidValue(f"“{name}” is empty. Choose a file with a header row.", field="file")
    headers, notes = _headers(header, name)
    if encoding.note:
        notes.append(encoding.note)
    sample = list(islice(rows, SAMPLE))
    if not sample:
        raise InvalidValue(
            f"“{name}” has a header row and nothing below it: there is nothing to import.",
            field="file",
        )
    return _stored(headers, sample, rows, into=into, notes=notes, size=size)


def _headers(header: Record, name: str) -> tuple[list[str], list[str]]:
    if header.problem:
        raise InvalidValue(f"The header row of “{name}” cannot be read. {header.problem}")
    if len(header.cells) > COLUMNS_MAX:
        raise InvalidValue(
            f"“{name}” has {len(header.cells)} columns; at most {COLUMNS_MAX} can be read."
        )
    cells = [text.clean(cell)[:HEADER_MAX] for cell in header.cells]
    if any(contact.is_email(cell) or cards.is_card(cell) for cell in cells):
        raise InvalidValue(
            f"The first row of “{name}” looks like data (“{cards.without_cards(cells[0])}”), not"
            " like names of columns. Put a header row above it.",
            field="file",
        )
    return records.unique_headers(cells)


def _stored(
    headers: list[str],
    sample: list[Record],
    rows: Iterator[Record],
    *,
    into: Path,
    notes: list[str],
    size: int,
) -> Received:
    columns = [[r.cells[i] for r in sample if i < len(r.cells)] for i in range(len(headers))]
    dropped = {i for i, h in enumerate(headers) if cards.is_card_column(h, columns[i])}
    kept = [i for i in range(len(headers)) if i not in dropped]
    into.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", errors="replace", newline="") as out:
            count = _write(out, [headers[i] for i in kept], kept, len(headers), chain(sample, rows))
    except BaseException:
        into.unlink(missing_ok=True)
        raise
    names = [headers[i] for i in sorted(dropped)]
    if names:
        listed = ", ".join(f"“{name}”" for name in names)
        notes = [*notes, f"Payment cards are never stored: the column {listed} was left out."]
    return Received([headers[i] for i in kept], count, size, names, notes)


def _write(
    out: TextIO, headers: list[str], kept: list[int], width: int, rows: Iterator[Record]
) -> int:
    writer = csv.writer(out)
    writer.writerow(["", "", *headers])
    is_whole = len(kept) == width
    count = 0
    for row in rows:
        count += 1
        cells, problem = row.cells, row.problem
        if len(cells) > width and not any(map(str.strip, cells[width:])):
            cells = cells[:width]
        if problem or len(cells) != width:
            problem = problem or _ragged(len(cells), width)
            cells = [cards.without_cards(cell) for cell in cells]
        elif not is_whole:
            cells = [cells[i] for i in kept]
        writer.writerow([row.line, problem, *cells])
    return count


def _ragged(found: int, expected: int) -> str:
    return (
        f"The row has {found} cells and the header {expected}: a separator is missing or too many."
        " Put cells that contain the separator in quotation marks."
    )


def read_stored(path: Path, *, skip: int = 0) -> Iterator[StoredRow]:
    """The rows of a stored file after the first `skip`."""
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.reader(file)
        next(reader, None)
        for record in islice(reader, skip, None):
            yield StoredRow(int(record[0]), record[1], record[2:])
