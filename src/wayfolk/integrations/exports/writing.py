"""The cells of an export. What a spreadsheet would run as a formula is quoted."""

import csv
from collections.abc import Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, Protocol

import xlsxwriter
from django.utils import timezone

from wayfolk.households.models import Household
from wayfolk.kit.money import Money
from wayfolk.kit.text import neutralise_formula

SHEET_ROWS_MAX = 1_048_575  # of an Excel sheet, below the heading
_WIDTH = 18


class Writer(Protocol):
    """Takes the lines one by one and keeps none of them."""

    def write(self, cells: Sequence[Any]) -> None: ...
    def close(self) -> None: ...


class CsvWriter:
    """RFC 4180 in UTF-8. `is_marked`: with the byte order mark that Excel needs."""

    def __init__(self, path: Path, *, is_marked: bool) -> None:
        encoding = "utf-8-sig" if is_marked else "utf-8"
        self._file = path.open("w", encoding=encoding, newline="")
        self._lines = csv.writer(self._file)

    def write(self, cells: Sequence[Any]) -> None:
        self._lines.writerow([_text(cell) for cell in cells])

    def close(self) -> None:
        self._file.close()


class ExcelWriter:
    """One sheet, written line by line; numbers, amounts and dates as such."""

    def __init__(self, path: Path) -> None:
        self._book = xlsxwriter.Workbook(
            str(path),
            {
                "constant_memory": True,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
                "default_date_format": "yyyy-mm-dd",
                "tmpdir": str(path.parent),
            },
        )
        self._sheet = self._book.add_worksheet("Customers")
        self._sheet.freeze_panes(1, 0)
        self._sheet.set_column(0, 40, _WIDTH)
        self._row = 0

    def write(self, cells: Sequence[Any]) -> None:
        for column, cell in enumerate(cells):
            self._write(column, _plain(cell))
        self._row += 1

    def _write(self, column: int, value: Any) -> None:
        if isinstance(value, str):
            self._sheet.write_string(self._row, column, neutralise_formula(value))
        elif isinstance(value, date):
            at = datetime.combine(value, time.min)
            self._sheet.write_datetime(self._row, column, at)
        elif value is not None:
            self._sheet.write_number(self._row, column, value)

    def close(self) -> None:
        self._book.close()


def writer_for(path: Path, file_format: str, *, is_marked: bool) -> Writer:
    return ExcelWriter(path) if file_format == "xlsx" else CsvWriter(path, is_marked=is_marked)


def _plain(cell: Any) -> Any:
    """Text, a number, a day, or None. Amounts lose their currency: the heading names it."""
    if isinstance(cell, Money):
        return cell.amount
    if isinstance(cell, Household):
        return cell.name
    return timezone.localtime(cell).date() if isinstance(cell, datetime) else cell


def _text(cell: Any) -> str:
    value = _plain(cell)
    if value is None:
        return ""
    return neutralise_formula(value) if isinstance(value, str) else str(value)
