"""Reading attachments within the reader's scope."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

from huying.base.errors import NotFound
from huying.base.files import access, store
from huying.base.files.models import Attachment, StoredFile
from huying.base.org.models import Person


def of_subject(subject: Model) -> QuerySet[Attachment]:
    """The files of an order or another thing, in order of time, with what is known of their bytes."""
    found = Attachment.objects.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)
    return found.select_related("file").order_by("added_at", "pk")


def get_attachment(reader: Person, public_id: str) -> Attachment:
    """The attachment, if the reader may see what it belongs to; otherwise it does not exist for them."""
    found = Attachment.objects.select_related("file").filter(public_id=public_id).first()
    if found is None or not access.allowed(reader, found.subject_type, found.subject_id):
        raise NotFound("没有这个附件，或不在您的范围内。")
    if not store.path_of(found.file.sha256).exists():
        raise NotFound("附件的内容已不在本机，请联系管理员。", code="file_missing")
    return found


def damaged() -> Iterator[StoredFile]:
    """Files whose bytes are missing or altered; reads all of them, for ``huying check``."""
    return (file for file in StoredFile.objects.order_by("pk").iterator() if not store.sound(file.sha256))
