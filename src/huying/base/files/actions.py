"""Keeping files and attaching them to what they prove."""

from typing import IO

from django.db import transaction
from django.db.models import Model

from huying.base.calendars import clock
from huying.base.events.recorder import record
from huying.base.files import store as disk
from huying.base.files.models import Attachment, StoredFile
from huying.base.files.names import clean_name
from huying.base.files.photos import Facts, cleaned
from huying.base.org.models import Person

UNSAID = Facts()


def store_photo(
    *, actor: Person, subject: Model, name: str, stream: IO[bytes], kind: str, told: Facts = UNSAID
) -> Attachment:
    """Keep a photo turned and cleaned; what it says of time and place goes before what the page ``told``."""
    disk.measured(stream, kind)
    picture, said = cleaned(stream)
    facts = Facts(
        said.taken_at or told.taken_at,
        said.longitude if said.longitude is not None else told.longitude,
        said.latitude if said.longitude is not None else told.latitude,
    )
    return store(actor=actor, subject=subject, name=name, stream=picture, kind=kind, facts=facts)


def store(
    *,
    actor: Person,
    subject: Model,
    name: str,
    stream: IO[bytes],
    kind: str = "evidence",
    facts: Facts = UNSAID,
) -> Attachment:
    """Keep the bytes and attach them to ``subject``. The caller has checked that the actor may add to it.

    The bytes lie durably before the row is written: a row without its file can't be, a file without a row is removed
    by ``huying purge``. Raises :class:`Invalid` for a type that isn't taken and :class:`TooLarge`.
    """
    kept = disk.keep(stream, kind)
    with transaction.atomic():
        file, _ = StoredFile.objects.get_or_create(
            sha256=kept.sha256,
            defaults={"size": kept.size, "media_type": kept.type.media_type, "stored_at": clock.now()},
        )
        attachment = Attachment.objects.create(
            file=file,
            subject_type=subject._meta.label_lower,
            subject_id=subject.pk,
            name=clean_name(name, kept.type.extension),
            kind=kind,
            taken_at=facts.taken_at,
            longitude=facts.longitude,
            latitude=facts.latitude,
            added_at=clock.now(),
            added_by=actor,
        )
        record(
            actor=actor,
            verb="file.attach",
            subject=subject,
            payload={
                "attachment": attachment.pk,
                "sha256": kept.sha256,
                "size": kept.size,
                "media_type": kept.type.media_type,
                "kind": kind,
            },
        )
    return attachment
