"""What a file may be, and what is said of one that cannot be read. No database."""

import io
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayfolk.integrations.imports import cards, receiving
from wayfolk.integrations.imports.receiving import Received
from wayfolk.kit.errors import InvalidValue


def take(content: bytes, into: Path, max_bytes: int = 10**8) -> tuple[Received, list[list[str]]]:
    received = receiving.receive(
        io.BytesIO(content), name="list.csv", into=into / "stored.csv", max_bytes=max_bytes
    )
    return received, [row.cells for row in receiving.read_stored(into / "stored.csv")]


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        ("Name;City\nJosé;Åbo\n", "utf-8"),
        ("Name;City\nJosé;Åbo\n", "utf-8-sig"),
        ("Name;City\nJosé;Åbo\n", "utf-16"),
        ("Name\tCity\r\nJosé\tÅbo\r\n", "utf-16-le"),
        ("Name|City\rJosé|Åbo\r", "utf-16-be"),
        ("sep=,\nName,City\nJosé,Åbo", "utf-8"),
        ("Name,City\nJosé,Åbo\n", "latin-1"),
    ],
)
def test_encodings_and_separators_are_recognised(tmp_path: Path, content: str, codec: str) -> None:
    received, rows = take(content.encode(codec), tmp_path)
    assert received.headers == ["Name", "City"]
    assert rows == [["José", "Åbo"]]
    assert bool(received.notes) == (codec in {"latin-1", "utf-16-le", "utf-16-be"})


def test_latin_1_behind_a_utf_8_mark_is_read_and_said(tmp_path: Path) -> None:
    received, rows = take(b"\xef\xbb\xbfName,City\nJos\xe9,X\n", tmp_path)
    assert rows == [["José", "X"]]
    assert "Windows-1252" in received.notes[0]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "is empty"),
        (b"\x00" * 5000, "NUL bytes and no text"),
        (b"\n\n  \n", "is empty"),
        (b"Name,City\n", "nothing below it"),
        (b"PK\x03\x04" + bytes(100), "zip archive or an Excel workbook"),
        (b"%PDF-1.7\n...", "PDF document"),
        (b"\x89PNG\r\n\x1a\n", "image (PNG)"),
        (b"\xff\xd8\xff\xe0", "image (JPEG)"),
        (b"\xd0\xcf\x11\xe0", "old Excel workbook"),
        (b"ann@example.com,Ann\nbob@example.com,Bob\n", "looks like data"),
        (b'"Name,City\nAnn,Lisbon\n', "cannot be read"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(InvalidValue, match=words.replace("(", r"\(").replace(")", r"\)")):
        take(content, tmp_path)
    assert not (tmp_path / "stored.csv").exists()


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    with pytest.raises(InvalidValue, match="at most 0 MB"):
        take(b"Name\nAnn\n" * 100, tmp_path, max_bytes=100)


def test_rows_that_cannot_be_read_cost_only_themselves(tmp_path: Path) -> None:
    content = (
        'Name,City\nAnn,Lisbon\nBob\nCid,Porto,x\nDan,Faro,,\n"Eve,Braga\nFay,"Two\nlines"\n'
        '\nGus,5" pipe\n' + "Hal," + "x" * 10_000_000 + "\nIna,Oslo\n"
    )
    take(content.encode(), tmp_path)
    rows = list(receiving.read_stored(tmp_path / "stored.csv"))
    good = [row.cells for row in rows if not row.problem]
    assert good == [
        ["Ann", "Lisbon"], ["Dan", "Faro"], ["Fay", "Two\nlines"], ["Gus", '5" pipe'],
        ["Ina", "Oslo"],
    ]  # fmt: skip
    bad = {row.number: row.problem for row in rows if row.problem}
    assert "1 cells and the header 2" in bad[3]
    assert "3 cells and the header 2" in bad[4]
    assert "never closed" in bad[6]
    assert "characters" in bad[11]
    assert (tmp_path / "stored.csv").stat().st_size < 10_000


def test_payment_cards_are_stored_nowhere(tmp_path: Path) -> None:
    content = (
        b"Name,credit_card,Payment ref\n"
        b"Ann,4111 1111 1111 1111,5500005555555559\n"
        b"Bob,************4322,4111111111111111\n"
        b"Cid,x,************1881,4111-1111-1111-1111\n"
    )
    received, rows = take(content, tmp_path)
    assert received.headers == ["Name"]
    assert received.dropped == ["credit_card", "Payment ref"]
    stored = (tmp_path / "stored.csv").read_text()
    assert not any(digits in stored for digits in ("4111", "4322", "5500", "1881"))
    assert rows[:2] == [["Ann"], ["Bob"]]


@pytest.mark.parametrize("header", ["Credit Card", "card_number", "CVV", "cc-number", "PAN"])
def test_card_columns_are_known_by_name(header: str) -> None:
    assert cards.is_card_header(header)


@pytest.mark.parametrize("header", ["discard", "company", "account", "postcard sent", "cardinal"])
def test_other_columns_are_not_taken_for_cards(header: str) -> None:
    assert not cards.is_card_header(header)


def test_stored_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    take(b"Name\nAnn\n", tmp_path / "a")
    assert stat.S_IMODE((tmp_path / "a" / "stored.csv").stat().st_mode) == 0o600


def test_headers_that_repeat_or_are_empty_get_names(tmp_path: Path) -> None:
    received, _ = take(b"Name,Name,\nAnn,Lee,x\n", tmp_path)
    assert received.headers == ["Name", "Name (2)", "column 3"]
    assert "Two columns are called" in received.notes[0]


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_read_or_refused_in_words(
    tmp_path_factory: pytest.TempPathFactory, content: bytes
) -> None:
    into = tmp_path_factory.mktemp("any")
    try:
        received, rows = take(content, into)
    except InvalidValue as error:  # a refusal is an answer, with words
        assert error.message  # noqa: PT017 - either outcome is right
    else:
        assert received.rows == len(rows)
