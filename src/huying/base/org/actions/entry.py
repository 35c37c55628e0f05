"""Coming in and going out: logins, passwords, the second factor."""

import io
from dataclasses import dataclass

import qrcode
from axes.utils import reset as forget_failures
from django.db import transaction
from qrcode.image.svg import SvgPathImage

from huying.base.calendars import clock
from huying.base.errors import Invalid, NotFound
from huying.base.events.recorder import record, record_access, record_refusal
from huying.base.org import rules
from huying.base.org.access import require_role
from huying.base.org.devices import Authenticator, RecoveryCodes
from huying.base.org.models import Person
from huying.base.org.passwords import require_good
from huying.base.versions import hold

RECOVERY_CODES = 10


@dataclass(frozen=True)
class Enrolment:
    """What an authenticator application needs: the address inside the QR code, and the code as an SVG picture."""

    uri: str
    qr_svg: str


def note_login(*, person: Person, second_factor: bool) -> None:
    record_access(
        actor=person,
        verb="session.login",
        subject_type="org.person",
        subject_id=person.pk,
        changes={"second_factor": second_factor},
    )


def note_refused_login(*, person: Person | None, reason: str) -> None:
    """A refused login. What was typed is never written down: people type passwords into the wrong field."""
    record_refusal(actor=None, verb="session.refused", reason=reason, subject=person)


def note_logout(*, person: Person, idle: bool = False) -> None:
    verb = "session.expired" if idle else "session.logout"
    record_access(actor=person, verb=verb, subject_type="org.person", subject_id=person.pk, changes={})


def change_password(*, actor: Person, old: str, new: str) -> Person:
    """One's own password. The new one keeps the rules and differs from the old one."""
    with transaction.atomic():
        person = hold(actor)
        if not person.check_password(old):
            raise Invalid("原密码不对。", code="wrong_password", errors=[{"field": "old", "message": "原密码不对"}])
        if old == new:
            raise Invalid("新密码不能与原密码相同。", errors=[{"field": "new", "message": "与原密码相同"}])
        require_good(new, person)
        person.set_password(new)
        person.must_change_password = False
        person.password_changed_at = clock.now()
        person.version += 1
        person.save(update_fields=["password", "must_change_password", "password_changed_at", "version"])
        record(actor=person, verb="person.change_password", subject=person)
    return person


def enrol_second_factor(*, actor: Person) -> Enrolment:
    """Begin enrolment: a new secret that counts only once :func:`confirm_second_factor` has seen a code from it."""
    with transaction.atomic():
        Authenticator.objects.filter(user=actor, confirmed=False).delete()
        device = Authenticator.objects.create(user=actor, name="手机验证器", confirmed=False)
        record(actor=actor, verb="person.enrol_second_factor", subject=actor)
    picture = io.BytesIO()
    qrcode.make(device.config_url, image_factory=SvgPathImage, box_size=8, border=2).save(picture)
    return Enrolment(device.config_url, picture.getvalue().decode())


def confirm_second_factor(*, actor: Person, otp: str) -> tuple[Authenticator, list[str]]:
    """Finish enrolment. Returns the device and ten recovery codes, told once; an earlier device stops working."""
    device = Authenticator.objects.filter(user=actor, confirmed=False).first()
    if device is None:
        raise NotFound("没有待确认的二次验证，请重新扫码。")
    if not device.verify_token(otp):  # outside the transaction: the count of wrong tries must not be rolled back
        raise Invalid(
            "动态口令不对，请看手机上最新的六位数字。", code="otp_wrong", errors=[{"field": "otp", "message": "不对"}]
        )
    with transaction.atomic():
        Authenticator.objects.filter(user=actor).exclude(pk=device.pk).delete()
        device.confirmed = True
        device.save(update_fields=["confirmed"])
        codes = RecoveryCodes.issue(actor, RECOVERY_CODES)
        record(actor=actor, verb="person.confirm_second_factor", subject=actor)
    return device, codes


def reset_second_factor(*, actor: Person, person: Person) -> None:
    """Somebody lost the telephone: the devices go, the person enrols anew at the next login."""
    require_role(actor, rules.RIGHTS)
    if person.pk == actor.pk:
        raise Invalid("不能重置自己的二次验证，请另一位安全管理员办理。")
    with transaction.atomic():
        Authenticator.objects.filter(user=person).delete()
        RecoveryCodes.objects.filter(user=person).delete()
        record(actor=actor, verb="person.reset_second_factor", subject=person)


def unlock(*, actor: Person, person: Person) -> None:
    """Lift the lock after too many wrong passwords before it ends by itself."""
    require_role(actor, rules.RIGHTS)
    with transaction.atomic():
        forget_failures(username=person.username)
        record(actor=actor, verb="person.unlock", subject=person)
