"""Which files a case takes, and whether a file is what its name says.

The content decides, not the name and not what the browser claims.
"""

import io
import re
import zipfile
from dataclasses import dataclass

import puremagic

from wayfolk.kit import text
from wayfolk.kit.errors import InvalidValue

SIZE_MAX = 10 * 1000**2
COUNT_MAX = 20
NAME_MAX = 120
_UNFIT = re.compile(r'[\\/:*?"<>|]+')
_ENTRIES_MAX = 10_000


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: in words, as a content type, and by what tells it.

    `signatures`: extensions under which puremagic knows the content. `part`: what the archive
    (Office Open XML, OpenDocument) or the compound file (older Office) must hold.
    """

    words: str
    content_type: str
    signatures: frozenset[str] = frozenset()
    part: str = ""


def _kind(words: str, content_type: str, *signatures: str, part: str = "") -> FileKind:
    return FileKind(words, content_type, frozenset(signatures), part)


_OOXML = "application/vnd.openxmlformats-officedocument."
_ODF = "application/vnd.oasis.opendocument."
_JPEG = _kind("a JPEG picture", "image/jpeg", ".jpg", ".jpeg", ".jfif")
KINDS: dict[str, FileKind] = {
    "pdf": _kind("a PDF document", "application/pdf", ".pdf"),
    "jpg": _JPEG,
    "jpeg": _JPEG,
    "png": _kind("a PNG picture", "image/png", ".png"),
    "gif": _kind("a GIF picture", "image/gif", ".gif"),
    "webp": _kind("a WebP picture", "image/webp", ".webp"),
    "heic": _kind("a HEIC picture", "image/heic", ".heic", ".heif"),
    "docx": _kind(
        "a Word document", f"{_OOXML}wordprocessingml.document", ".docx", part="word/document.xml"
    ),
    "xlsx": _kind(
        "an Excel workbook", f"{_OOXML}spreadsheetml.sheet", ".xlsx", part="xl/workbook.xml"
    ),
    "pptx": _kind(
        "a PowerPoint presentation",
        f"{_OOXML}presentationml.presentation",
        ".pptx",
        part="ppt/presentation.xml",
    ),
    "odt": _kind("an OpenDocument text", f"{_ODF}text", ".odt", ".zip", part="content.xml"),
    "ods": _kind("an OpenDocument table", f"{_ODF}spreadsheet", ".ods", ".zip", part="content.xml"),
    "doc": _kind("an older Word document", "application/msword", ".doc", part="WordDocument"),
    "xls": _kind("an older Excel workbook", "application/vnd.ms-excel", ".xls", part="Workbook"),
    "txt": _kind("a text file", "text/plain"),
    "csv": _kind("a table as text", "text/csv"),
    "eml": _kind("an email", "message/rfc822"),
}
_TEXTS = ("txt", "csv", "eml")
_ARCHIVES = ("docx", "xlsx", "pptx", "odt", "ods")
_COMPOUNDS = ("doc", "xls")
# What dangerous or common contents are called; in the order in which they are looked for.
_MARKS: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"#!", "a script"),
    (b"%PDF", "a PDF document"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"PK\x03\x04", "an archive or office document"),
    (b"\xd0\xcf\x11\xe0", "an older office document"),
)
_MARKUP = re.compile(rb"<\s*(!doctype\s+html|html|head|body|script|svg|iframe)\b", re.IGNORECASE)
_HEADER = re.compile(rb"[!-9;-~]+:")


def clean_name(given: str) -> str:
    """The last part of the name, without what file systems or readers could be fooled by."""
    last = re.split(r"[\\/]", given)[-1]
    cleaned = _UNFIT.sub("_", text.clean(last)).strip(" .")
    stem, dot, extension = cleaned.rpartition(".")
    if not dot:
        return cleaned[:NAME_MAX]
    return f"{stem[: NAME_MAX - len(extension) - 1].rstrip(' .')}.{extension}"


def checked(name: str, content: bytes) -> tuple[str, str]:
    """(clean name, content type) of a file that may be kept; raises InvalidValue.

    The message says what the file claims to be and what it is.
    """
    cleaned = clean_name(name)
    extension = cleaned.rpartition(".")[2].lower() if "." in cleaned else ""
    kind = KINDS.get(extension)
    if kind is None:
        known = ", ".join(sorted(KINDS))
        raise InvalidValue(
            f"“{cleaned[:80]}” is of no kind that a case takes. Take one of: {known}.", field="file"
        )
    if not content:
        raise InvalidValue(f"“{cleaned}” is empty. Choose it again.", field="file")
    if len(content) > SIZE_MAX:
        raise InvalidValue(
            f"“{cleaned}” has {len(content) / 1e6:,.1f} MB; a file may have at most"
            f" {SIZE_MAX // 10**6} MB.",
            field="file",
        )
    if not _is(extension, kind, content):
        raise InvalidValue(
            f"“{cleaned}” says that it is {kind.words}, but its content is {found_words(content)}."
            " It was not kept. Attach the original file under its true name.",
            field="file",
        )
    return cleaned, kind.content_type


def found_words(content: bytes) -> str:
    """What the content is, in words."""
    if _MARKUP.search(content[:4096]):
        return "a web page or drawing with markup"
    known = next((words for mark, words in _MARKS if content.startswith(mark)), "")
    if known:
        return known
    if _is_text(content):
        return "plain text"
    matches = _matches(content)
    return f"something else ({matches[0].name})" if matches and matches[0].name else "unknown data"


def _is(extension: str, kind: FileKind, content: bytes) -> bool:
    if extension in _TEXTS:
        return _is_plain(extension, content)
    if not any(match.extension in kind.signatures for match in _matches(content)):
        return False
    if extension in _ARCHIVES:
        return _archive_holds(content, kind)
    if extension in _COMPOUNDS:
        names = ("Workbook", "Book") if kind.part == "Workbook" else (kind.part,)
        return any(part.encode("utf-16-le") in content for part in names)
    return True


def _matches(content: bytes) -> list[puremagic.PureMagicWithConfidence]:
    try:
        return list(puremagic.magic_string(content))
    except (puremagic.PureError, ValueError):
        return []


def _is_plain(extension: str, content: bytes) -> bool:
    """Text without markup that a browser would run; a mail begins with its headers."""
    if extension == "eml":
        return _is_text(content) and bool(_HEADER.match(content.lstrip()))
    if any(content.startswith(mark) for mark, _ in _MARKS):
        return False
    return _is_text(content) and not _MARKUP.search(content[:4096])


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\0" in content:
        return False
    odd = sum(1 for byte in content[:65536] if byte < 32 and byte not in b"\t\n\r\f")
    return odd == 0


def _archive_holds(content: bytes, kind: FileKind) -> bool:
    """Whether the archive is a document of this kind, without macros. Nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in names[:_ENTRIES_MAX])
    if kind.content_type.startswith(_ODF):
        return kind.part in names and kind.content_type.encode() in content[:200]
    return kind.part in names and not has_macros
