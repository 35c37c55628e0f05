"""Files are opened here; they are added where they belong (an order's attachments)."""

from django.http import FileResponse, HttpRequest
from ninja import Router

from huying.base.events.recorder import record_access
from huying.base.files import selectors, store
from huying.base.files.types import shown_in_place

router = Router(tags=["files"])

# Nothing in a file may run, load or be framed. PDF viewers do not start inside a sandbox, but need nothing else.
_POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"
_FILE_BODY = {
    "responses": {
        200: {
            "description": "文件内容",
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


@router.get("/{public_id}", summary="打开附件", openapi_extra=_FILE_BODY)
def open_file(request: HttpRequest, public_id: str, download: bool = False):
    """Pictures, PDF and sound may be shown in place; everything else is downloaded. The look is written down first."""
    attachment = selectors.get_attachment(request.auth, public_id)
    record_access(
        actor=request.auth,
        verb="file.read",
        subject_type=attachment.subject_type,
        subject_id=attachment.subject_id,
        changes={"attachment": attachment.pk},
    )
    media_type = attachment.file.media_type
    in_place = shown_in_place(media_type) and not download
    response = FileResponse(
        store.path_of(attachment.file.sha256).open("rb"),
        as_attachment=not in_place,
        filename=attachment.name,
        content_type=media_type if in_place else "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _POLICY if media_type == "application/pdf" else f"sandbox; {_POLICY}"
    response["Cache-Control"] = "private, no-store"
    return response
