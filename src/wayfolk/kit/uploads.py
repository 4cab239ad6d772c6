"""How large a file may be that is being sent, by where it is sent to. Before any view looks."""

from django.conf import settings

# Beside the file a form sends its other fields and the marks between them.
FORM_BYTES = 64 * 1024
_IMPORTS = ("/imports/", "/api/v1/imports")


def limit_for(path: str) -> int:
    """Bytes: imports take whole databases, everything else a document."""
    most = settings.MAX_IMPORT_BYTES if path.startswith(_IMPORTS) else settings.MAX_UPLOAD_BYTES
    return int(most)
