"""Rows that the records they are about do not accept. No Django here."""

from collections.abc import Mapping


class RowsRefused(Exception):
    """Nothing of the batch was written: these rows (number -> reason) must stay out of it."""

    def __init__(self, reasons: Mapping[int, str]) -> None:
        super().__init__(f"{len(reasons)} rows are refused")
        self.reasons = dict(reasons)
