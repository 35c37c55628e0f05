"""Reading notices and the templates in force."""

from datetime import date

from django.apps import apps
from django.core.exceptions import FieldError
from django.db.models import Model, Q, QuerySet

from huying.base.errors import NotFound
from huying.base.notices.models import Notice, NoticeTemplate
from huying.base.notices.templates import DEFAULTS


def body_in_force(code: str, channel: str, on: date) -> str:
    """The centre's text for this use on this day: of this channel, else its SMS text, else the one Huying ships."""
    in_force = (
        NoticeTemplate.objects.filter(code=code, channel__in={channel, "sms"}, effective_from__lte=on)
        .filter(Q(effective_until__isnull=True) | Q(effective_until__gte=on))
        .order_by("-effective_from")
    )
    found = {template.channel: template.body for template in reversed(in_force)}
    if body := found.get(channel) or found.get("sms") or DEFAULTS.get(code):
        return body
    raise NotFound(f"没有用途为“{code}”的告知模板，请先建立。", code="no_template")


def templates() -> QuerySet[NoticeTemplate]:
    """All templates, the newest of each use first."""
    return NoticeTemplate.objects.order_by("code", "channel", "-effective_from")


def get_template(public_id: str) -> NoticeTemplate:
    found = NoticeTemplate.objects.filter(public_id=public_id).first()
    if found is None:
        raise NotFound("没有这个告知模板。")
    return found


def of_subject(subject: Model) -> list[Notice]:
    """The notices about an order or another thing, in order of time."""
    return list(_about(subject._meta.label_lower, subject.pk))


def of_public_subject(subject_type: str, public_id: str) -> list[Notice]:
    """The same for somebody outside, who knows only the type (``orders.workorder``) and the public id."""
    try:
        model = apps.get_model(subject_type)
        key = model._default_manager.values_list("pk", flat=True).get(public_id=public_id)
    except (LookupError, ValueError, FieldError) as error:
        raise NotFound("没有这类事项。") from error
    except model.DoesNotExist as error:
        raise NotFound("没有找到，或不在您的范围内。") from error
    return list(_about(model._meta.label_lower, key))


def _about(label: str, key: int) -> QuerySet[Notice]:
    return Notice.objects.filter(subject_type=label, subject_id=key).order_by("created_at", "pk")
