"""Which files are what they say (issue 5: attachments that lie about their type)."""

import pytest

from tests.service import making
from wayfolk.kit.errors import InvalidValue
from wayfolk.service.rules import attachments

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
WORD = OLE + "WordDocument".encode("utf-16-le") + b"\0" * 100
MAIL = b"Received: from mx\r\nFrom: a@example.org\r\nSubject: Noise\r\n\r\nLoud.\r\n"
TRUE = {
    "a.pdf": making.PDF,
    "a.PNG": making.PNG,
    "a.jpg": b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + b"\0" * 20,
    "a.gif": b"GIF89a" + b"\0" * 20,
    "a.docx": making.office_file("word/document.xml"),
    "a.xlsx": making.office_file("xl/workbook.xml"),
    "a.doc": WORD,
    "a.txt": "Größe: 3 < 4\n".encode(),
    "a.csv": b"name;amount\nAnn;3\n",
    "a.eml": MAIL,
}


@pytest.mark.parametrize("name", TRUE)
def test_tq48_what_is_what_it_says_is_taken(name: str) -> None:
    cleaned, content_type = attachments.checked(name, TRUE[name])
    assert cleaned == name
    assert content_type == attachments.KINDS[name[2:].lower()].content_type


@pytest.mark.parametrize("claimed", ["pdf", "png", "jpg", "gif", "docx", "xlsx", "doc", "webp"])
@pytest.mark.parametrize("name", TRUE)
def test_no_file_passes_under_another_name(name: str, claimed: str) -> None:
    if name.lower().endswith(claimed):
        pytest.skip("that is its true name")
    with pytest.raises(InvalidValue) as refused:
        attachments.checked(f"x.{claimed}", TRUE[name])
    assert "its content is" in refused.value.message


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.txt", b"MZ\x90\0", "a Windows program"),
        ("run.txt", b"#!/bin/sh\nrm -r x\n", "a script"),
        ("page.txt", b"<!DOCTYPE html><script>alert(1)</script>", "a web page"),
        ("drawing.csv", b'<svg xmlns="http://www.w3.org/2000/svg">', "a web page"),
        ("page.eml", b"<html><body>", "a web page"),
        ("macro.docx", making.office_file("word/document.xml", "word/vbaProject.bin"), "archive"),
        ("zip.docx", making.office_file("notes.txt"), "archive"),
        ("broken.docx", b"PK\x03\x04" + b"\xff" * 60, "archive"),
        ("binary.txt", b"a\0b", "unknown data"),
    ],
)
def test_the_refusal_says_what_it_is(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        attachments.checked(name, content)
    assert words in refused.value.message


@pytest.mark.parametrize("name", ["x.html", "x.svg", "x.exe", "x", "x.js", ".pdf.exe", "x.docm"])
def test_other_kinds_are_not_taken_whatever_they_hold(name: str) -> None:
    with pytest.raises(InvalidValue) as refused:
        attachments.checked(name, making.PDF)
    assert "of no kind that a case takes" in refused.value.message


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("C:\\Users\\ann\\letter.pdf", "letter.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\u202efdp.pdf", "afdp.pdf"),
        ("line\r\nbreak.pdf", "line break.pdf"),
        ('qu"ote<>.pdf', "qu_ote_.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_cleaned(given: str, cleaned: str) -> None:
    assert attachments.checked(given, making.PDF)[0] == cleaned


def test_empty_and_too_large_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidValue, match="empty"):
        attachments.checked("x.pdf", b"")
    monkeypatch.setattr(attachments, "SIZE_MAX", 20)
    with pytest.raises(InvalidValue, match="at most"):
        attachments.checked("x.pdf", making.PDF)
