"""Files that a person downloads, answered the one way that every room uses."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

from huying.base.tables import XLSX


def download(content: bytes, name: str, kind: str = XLSX) -> HttpResponse:
    """``content`` of the media type ``kind``, to be kept under ``name``; a slash in it would be read as a folder."""
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name.replace("/", "-"))
    return response
