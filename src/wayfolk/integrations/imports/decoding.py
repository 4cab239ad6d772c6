"""From bytes to lines: what kind of file it is, and in which encoding. No Django here."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from wayfolk.kit.errors import InvalidValue

CHUNK_BYTES = 256 * 1024
LINE_MAX = 1024 * 1024

_SIGNATURES = (
    (b"PK\x03\x04", "a zip archive or an Excel workbook (.xlsx)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "an image (PNG)"),
    (b"\xff\xd8\xff", "an image (JPEG)"),
    (b"GIF8", "an image (GIF)"),
    (b"\x1f\x8b", "a compressed file (gzip)"),
    (b"7z\xbc\xaf", "a compressed file (7-Zip)"),
    (b"Rar!", "a compressed file (RAR)"),
    (b"SQLite format 3", "a database file"),
    (b"{\\rtf", "a text document (RTF)"),
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {"cp1252": "Western European (Windows-1252)", "utf-8": "UTF-8"}


@dataclass(frozen=True, slots=True)
class Encoding:
    """`skip`: bytes of the byte order mark. `note` tells the user of a guess, else ""."""

    codec: str
    skip: int = 0
    note: str = ""


def require_text(head: bytes, name: str) -> None:
    """Refuse what is no text table, by its first bytes. Raises InvalidValue."""
    if not head.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        if b"\x00" in head:
            raise InvalidValue(
                f"“{name}” begins with NUL bytes and no text: it is damaged or no table. Export"
                " it again as CSV."
            )
        raise InvalidValue(f"“{name}” is empty. Choose a file with a header row and rows below it.")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise InvalidValue(
                f"“{name}” is {kind}, not a CSV file. Open it in a spreadsheet program and save"
                " it as “CSV UTF-8”."
            )


def find_encoding(file: BinaryIO) -> Encoding:
    """By the byte order mark, else by whether all of the file is valid UTF-8."""
    file.seek(0)
    head = file.read(CHUNK_BYTES)
    for bom, codec in _BOMS:
        if head.startswith(bom):
            if codec == "utf-8" and not _is_utf8(file):
                return _western(len(bom))
            return Encoding(codec, len(bom))
    unmarked = _unmarked_utf16(head)
    if unmarked:
        return Encoding(unmarked, 0, "Read as UTF-16, which the file does not say itself.")
    return Encoding("utf-8") if _is_utf8(file) else _western(0)


def _western(skip: int) -> Encoding:
    return Encoding(
        "cp1252",
        skip,
        "The file is not UTF-8. It was read as Western European (Windows-1252): check names with"
        " accents in the preview; if they look wrong, save the file as UTF-8 and choose it again.",
    )


def _unmarked_utf16(head: bytes) -> str:
    """Text of mostly Latin letters in UTF-16 has a zero in every second byte."""
    even, odd = head[0:2000:2].count(0), head[1:2000:2].count(0)
    half = max(1, len(head[:2000]) // 2)
    if odd > 0.7 * half and even < 0.1 * half:
        return "utf-16-le"
    if even > 0.7 * half and odd < 0.1 * half:
        return "utf-16-be"
    return ""


def _is_utf8(file: BinaryIO) -> bool:
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while chunk := file.read(CHUNK_BYTES):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def read_lines(file: BinaryIO, encoding: Encoding) -> Iterator[str]:
    r"""Lines with their ends. One longer than LINE_MAX comes cut, without an end.

    Only \n, \r\n and \r end a line: other separators occur inside cells.
    """
    file.seek(encoding.skip)
    decoder = codecs.getincrementaldecoder(encoding.codec)(errors="replace")
    pending, is_cut = "", False
    while True:
        chunk = file.read(CHUNK_BYTES)
        text = pending + decoder.decode(chunk, final=not chunk)
        if not chunk:
            if text and not is_cut:
                yield text
            return
        *complete, pending = _split(text)
        if is_cut and complete:  # the rest of a line whose beginning was given already
            complete, is_cut = complete[1:], False
        yield from complete
        if len(pending) > LINE_MAX:
            if not is_cut:
                yield pending
            pending, is_cut = "", True


def _split(text: str) -> list[str]:
    r"""Lines with ends, then what has no end yet; a last \r waits for its \n."""
    if "\r" not in text:
        parts = text.split("\n")
        return [*(f"{part}\n" for part in parts[:-1]), parts[-1]]
    held = "\r" if text.endswith("\r") else ""
    body = (text[:-1] if held else text).replace("\r\n", "\n").replace("\r", "\n")
    parts = body.split("\n")
    return [*(f"{part}\n" for part in parts[:-1]), parts[-1] + held]
