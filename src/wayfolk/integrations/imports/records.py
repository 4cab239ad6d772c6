"""From lines to records: delimiter, quotes, rows that cannot be read. No Django here."""

import csv
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

DELIMITERS = ",;\t|"
DELIMITER_NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
CELL_MAX = 50_000
RECORD_LINES_MAX = 500
SHOWN_OF_BROKEN = 300
_OPEN = "unexpected end of data"  # as the csv module says it


@dataclass(frozen=True, slots=True)
class Record:
    """One row as it stands in the file; `problem` says why it cannot be read, "" if it can."""

    line: int
    cells: list[str]
    problem: str = ""


@dataclass
class _Lines:
    """Numbered lines that can be put back."""

    source: Iterator[str]
    number: int = 0
    waiting: deque[str] = field(default_factory=deque)

    def take(self) -> str | None:
        line = self.waiting.popleft() if self.waiting else next(self.source, None)
        if line is not None:
            self.number += 1
        return line

    def put_back(self, lines: list[str]) -> None:
        self.waiting.extendleft(reversed(lines))
        self.number -= len(lines)


def find_delimiter(lines: Iterable[str]) -> str:
    """The separator that divides most of these lines as it divides the first."""
    sample = [line for line in lines if line.strip() and len(line) <= CELL_MAX]
    if not sample:
        return ","

    def score(delimiter: str) -> tuple[float, int]:
        widths = [len(_parsed(line, delimiter)) for line in sample]
        head = widths[0]
        return (sum(w == head for w in widths) / len(widths) if head > 1 else 0.0, head)

    best = max(DELIMITERS, key=score)
    return best if score(best)[1] > 1 else ","


def read_records(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """All rows that are not blank. A quote that is never closed costs its own line only."""
    source = _Lines(lines)
    while (line := source.take()) is not None:
        number = source.number
        if '"' in line and line.count('"') % 2 and _is_open(line, delimiter):
            yield _multi_line(line, source, delimiter, number)
            continue
        record = _record(line, delimiter, number)
        if record.problem or any(map(str.strip, record.cells)):
            yield record


def _multi_line(first: str, source: _Lines, delimiter: str, number: int) -> Record:
    more: list[str] = []
    text = first
    while len(more) < RECORD_LINES_MAX and len(text) <= CELL_MAX:
        line = source.take()
        if line is None:
            break
        more.append(line)
        text += line
        if line.count('"') % 2 and (fault := _quote_fault(text, delimiter)) != _OPEN:
            if fault:  # two rows run into each other: the first was never closed
                break
            return _record(text, delimiter, number)
    source.put_back(more)
    return Record(
        number,
        [first.rstrip("\n")[:SHOWN_OF_BROKEN]],
        "A quotation mark is opened in this row and never closed. Close it, or double it inside"
        " a quoted cell.",
    )


def _record(text: str, delimiter: str, number: int) -> Record:
    try:
        cells = _parsed(text, delimiter)
    except csv.Error:
        cells, longest = [text[:SHOWN_OF_BROKEN]], len(text)
    else:
        longest = max(map(len, cells), default=0)
    if longest <= CELL_MAX:
        return Record(number, cells)
    return Record(
        number,
        [cell[:SHOWN_OF_BROKEN] for cell in cells],
        f"A cell has more than {CELL_MAX:,} characters. Shorten it.",
    )


def _parsed(text: str, delimiter: str) -> list[str]:
    return next(csv.reader(_lines_of(text), delimiter=delimiter), [])


def _lines_of(text: str) -> list[str]:
    return [text] if text.count("\n") <= 1 else text.splitlines(keepends=True)


def _is_open(text: str, delimiter: str) -> bool:
    """Whether the text ends inside a quoted cell (not so: 5" in the middle of a plain one)."""
    return _quote_fault(text, delimiter) == _OPEN


def _quote_fault(text: str, delimiter: str) -> str:
    """What a strict reader says against the quotes; "" for nothing."""
    try:
        list(csv.reader(_lines_of(text), delimiter=delimiter, strict=True))
    except csv.Error as error:
        return str(error)
    return ""


def unique_headers(cells: list[str]) -> tuple[list[str], list[str]]:
    """Names for the columns, and notes about those that had none or shared one."""
    notes: list[str] = []
    names: list[str] = []
    counts: Counter[str] = Counter()
    for position, cell in enumerate(cells, 1):
        name = cell or f"column {position}"
        counts[name] += 1
        if counts[name] > 1:
            notes.append(f"Two columns are called “{name}”; the later is shown as “{name} (2)”.")
            name = f"{name} ({counts[name]})"
        names.append(name)
    return names, list(dict.fromkeys(notes))
