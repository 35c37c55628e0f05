"""Writing notices: what is to be sent, the sending itself, and the templates."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model, Q

from huying.base.calendars import clock
from huying.base.errors import Conflict, Invalid
from huying.base.events.obligations import Due, TryAgain
from huying.base.events.recorder import record
from huying.base.notices import adapters, selectors
from huying.base.notices.delivery import Refused
from huying.base.notices.models import Notice, NoticeTemplate
from huying.base.notices.templates import CODES, FIELDS, check, fill, moment
from huying.base.org.models import Person
from huying.base.org.selectors import system_person
from huying.base.parties.models import Citizen
from huying.base.parties.phones import is_mobile
from huying.base.parties.selectors import reveal
from huying.base.versions import hold

KIND = "notice.send"


def prepare(
    *,
    citizen: Citizen | None,
    subject: Model,
    code: str,
    channel: str = "sms",
    fields: dict[str, Any],
    number: int = 1,
    due_at: datetime | None = None,
) -> Due:
    """The obligation to send one notice; writes nothing, so that an action can insert all its obligations at once.

    ``number`` tells the second notice of one kind about one subject from the first. Times become words here.
    """
    unknown = fields.keys() - FIELDS.keys()
    assert not unknown, f"no such notice fields: {unknown}"
    words = {name: moment(value) if isinstance(value, datetime) else str(value) for name, value in fields.items()}
    label = subject._meta.label_lower
    return Due(
        kind=KIND,
        key=f"notice:{code}:{label}:{subject.pk}:{number}",
        due_at=due_at or clock.now(),
        payload={
            "code": code,
            "subject_type": label,
            "subject_id": subject.pk,
            "citizen_id": citizen.pk if citizen is not None else None,
            "channel": channel,
            "fields": words,
        },
    )


def send(*, key: str, payload: dict[str, Any]) -> Notice:
    """Render, write the row once, hand the text to the adapter, mark. Safe to call again with the same key.

    The phone is opened for the moment of sending only. A citizen who can't be reached by SMS, or does not want it, and
    a refusal for good are written down and not tried again; :class:`TryAgain` passes through to the obligation.
    """
    text = selectors.body_in_force(payload["code"], payload["channel"], clock.today())
    notice = _row(key, payload, fill(text, payload["fields"], hide_secrets=True))
    if notice.adapter:
        return notice
    adapter = adapters.chosen()
    phone, obstacle = _address(notice.citizen)
    try:
        if obstacle:
            raise Refused(obstacle)
        adapter.send(phone=phone, text=fill(text, payload["fields"]), message_id=notice.public_id)
    except Refused as error:
        return _settle(notice, adapter="none", error=str(error))
    except TryAgain as error:
        Notice.objects.filter(pk=notice.pk).update(error=str(error)[:300])
        raise
    return _settle(notice, adapter=adapter.name, error="")


def _row(key: str, payload: dict[str, Any], body: str) -> Notice:
    """The row of this obligation. Until it is settled its text follows the template, as the message does."""
    values = {name: payload[name] for name in ("code", "subject_type", "subject_id", "citizen_id", "channel")}
    notice, _ = Notice.objects.select_related("citizen").get_or_create(
        key=key, defaults={**values, "body": body, "created_at": clock.now()}
    )
    if not notice.adapter:
        notice.body = body
    return notice


def _address(citizen: Citizen | None) -> tuple[str, str]:
    """``(phone, "")`` or ``("", why there is none)``."""
    if citizen is None:
        return "", "匿名诉求，没有联系方式"
    if citizen.preferences.get("sms") is False:
        return "", "诉求人不愿接收短信"
    phone = reveal(citizen, "phone")
    return (phone, "") if is_mobile(phone) else ("", "没有能接收短信的手机号")


def _settle(notice: Notice, *, adapter: str, error: str) -> Notice:
    notice.adapter, notice.error = adapter, error[:300]
    notice.sent_at = None if error else clock.now()
    with transaction.atomic():
        notice.save(update_fields=["body", "adapter", "error", "sent_at"])
        record(
            actor=system_person(),
            verb="notice.refused" if error else "notice.sent",
            subject=notice,
            payload={
                "code": notice.code,
                "adapter": adapter,
                "subject_type": notice.subject_type,
                "subject_id": notice.subject_id,
            },
            reason=error,
        )
    return notice


def set_template(*, actor: Person, code: str, channel: str = "sms", body: str, effective_from: date) -> NoticeTemplate:
    """A new text for one use from a day on; the one in force until then ends the day before. Never overlapping."""
    if code not in CODES:
        raise Invalid(f"没有“{code}”这种告知。", errors=[{"field": "code", "message": "、".join(CODES)}])
    text = check(body)
    with transaction.atomic():
        series = NoticeTemplate.objects.select_for_update().filter(code=code, channel=channel)
        following = series.filter(effective_from__gt=effective_from).order_by("effective_from").first()
        previous = series.filter(effective_from__lt=effective_from).filter(
            Q(effective_until__isnull=True) | Q(effective_until__gte=effective_from)
        )
        previous.update(effective_until=effective_from - timedelta(days=1))
        until = following.effective_from - timedelta(days=1) if following else None
        try:
            with transaction.atomic():
                template = NoticeTemplate.objects.create(
                    code=code, channel=channel, body=text, effective_from=effective_from, effective_until=until
                )
        except IntegrityError as error:
            raise Conflict("这一天已有同一用途的模板，请直接修改它。", code="template_exists") from error
        _recorded(actor, "notice_template.set", template)
    return template


def correct_template(
    *, actor: Person, template: NoticeTemplate, body: str, expected_version: int | None = None
) -> NoticeTemplate:
    """Correct the words of a template. Notices already sent keep the text they were sent with."""
    text = check(body)
    with transaction.atomic():
        row = hold(template, expected_version)
        row.body, row.version = text, row.version + 1
        row.save(update_fields=["body", "version"])
        _recorded(actor, "notice_template.correct", row)
    return row


def end_template(
    *, actor: Person, template: NoticeTemplate, effective_until: date, expected_version: int | None = None
) -> NoticeTemplate:
    """The template's last day. Afterwards the text that Huying ships holds, unless another was set."""
    with transaction.atomic():
        row = hold(template, expected_version)
        if effective_until < row.effective_from:
            raise Invalid("停用日期不能早于启用日期。", errors=[{"field": "effective_until", "message": "过早"}])
        if row.effective_until is not None and effective_until > row.effective_until:
            raise Invalid(
                "这个模板已经停用，不能延长；请新建一个。", errors=[{"field": "effective_until", "message": "过晚"}]
            )
        row.effective_until, row.version = effective_until, row.version + 1
        row.save(update_fields=["effective_until", "version"])
        _recorded(actor, "notice_template.end", row)
    return row


def _recorded(actor: Person, verb: str, template: NoticeTemplate) -> None:
    record(
        actor=actor,
        verb=verb,
        subject=template,
        payload={
            "code": template.code,
            "channel": template.channel,
            "effective_from": str(template.effective_from),
            "effective_until": str(template.effective_until or ""),
        },
    )
