"""Login and logout. CSRF is checked on the login form too; every attempt leaves an audit row."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django_otp import login as verify_session
from django_otp import match_token, user_has_device
from ninja import Router, Status

from huying.base.errors import NotAllowed, TooMany, Unauthenticated
from huying.base.org import actions, lockout
from huying.base.org.access import ENTERING, PublicForm, passed_second_factor
from huying.base.org.models import Person
from huying.base.org.passwords import change_due
from huying.base.org.schemas import (
    EnrolmentOut,
    Login,
    Me,
    Otp,
    PasswordChange,
    RecoveryCodes,
    Session,
    named,
    roles_of,
)

router = Router(tags=["session"])


@router.get("/session", response=Session, auth=None)
def session(request: HttpRequest):
    """Who is logged in, and the CSRF token that every write must carry."""
    return _session(request)


@router.post("/session", response=Session, auth=PublicForm())
def log_in(request: HttpRequest, data: Login):
    """Log in. Administrators who have enrolled give the second factor (or a recovery code) in ``otp``."""
    known = Person.objects.filter(username=data.username).first()
    until = lockout.barred_until(data.username, request.META.get("REMOTE_ADDR", ""))
    if until is not None:  # nothing is compared any more: neither a right nor a wrong password is told apart
        actions.note_refused_login(person=known, reason="locked")
        raise lockout.locked(until)
    person = authenticate(request, username=data.username, password=data.password)
    if person is None:
        if getattr(request, "axes_locked_out", False):
            actions.note_refused_login(person=known, reason="locked")
            raise TooMany("密码错误次数过多，账号已锁定。", code="locked", title="账号已锁定")  # axes names the end
        actions.note_refused_login(person=known, reason="password")
        raise Unauthenticated("登录名或密码不对。", code="bad_credentials", title="未能登录")
    assert isinstance(person, Person)
    device = _second_factor(request, person, data.otp)
    login(request, person)
    if device is not None:
        verify_session(request, device)
    actions.note_login(person=person, second_factor=device is not None)
    return _session(request)


def _second_factor(request: HttpRequest, person: Person, otp: str):
    """The device that accepted ``otp``; none where the person has no device yet and must enrol first."""
    if not user_has_device(person, confirmed=True):
        return None
    if not otp:
        raise Unauthenticated("请输入手机验证器上的动态口令。", code="otp_required", title="需要二次验证")
    device = match_token(person, otp)
    if device is None:
        user_login_failed.send(sender=__name__, credentials={"username": person.username}, request=request)
        actions.note_refused_login(person=person, reason="second_factor")
        raise Unauthenticated("动态口令不对，请等下一个再试。", code="otp_wrong", title="未能登录")
    return device


@router.delete("/session", response={204: None}, auth=PublicForm())
def log_out(request: HttpRequest):
    """Log out. Without a session nothing happens."""
    if request.user.is_authenticated:
        actions.note_logout(person=request.user)  # type: ignore[arg-type]
        logout(request)
    return Status(204, None)


@router.post("/session/password", response=Session, auth=ENTERING)
def change_password(request: HttpRequest, data: PasswordChange):
    """Change one's own password; sessions elsewhere end."""
    _require_verified(request)
    person = actions.change_password(actor=request.user, old=data.old, new=data.new)
    update_session_auth_hash(request, person)
    request.user.must_change_password = False
    request.user.password_changed_at = person.password_changed_at
    return _session(request)


@router.post("/session/second-factor", response=EnrolmentOut, auth=ENTERING)
def enrol(request: HttpRequest):
    """Begin to enrol a second factor: the QR code to scan. It counts once confirmed."""
    _require_verified(request)
    enrolment = actions.enrol_second_factor(actor=request.user)
    return {"uri": enrolment.uri, "qr_svg": enrolment.qr_svg}


@router.put("/session/second-factor", response=RecoveryCodes, auth=ENTERING)
def confirm(request: HttpRequest, data: Otp):
    """Confirm with a code from the telephone; answers with recovery codes, shown once."""
    _require_verified(request)
    device, codes = actions.confirm_second_factor(actor=request.user, otp=data.otp)
    verify_session(request, device)
    return {"recovery_codes": codes}


def _require_verified(request: HttpRequest) -> None:
    """Who has a second factor must have passed it before changing how one comes in."""
    if user_has_device(request.user, confirmed=True) and not passed_second_factor(request.user):
        raise NotAllowed("须先完成二次验证。", code="second_factor")


def _session(request: HttpRequest) -> Session:
    person = request.user if isinstance(request.user, Person) and request.user.is_authenticated else None
    verified = person is not None and passed_second_factor(person)
    return Session(
        person=_me(person) if person else None,
        csrf=get_token(request),
        demo=settings.OPTIONS.demo,
        max_file_mb=settings.OPTIONS.max_body_mb,
        centre_name=settings.OPTIONS.centre_name,
        second_factor_required=person is not None and person.needs_second_factor and not verified,
        second_factor_enrolled=bool(verified),
        must_change_password=person is not None and change_due(person),
    )


def _me(person: Person) -> Me:
    return Me(
        id=person.public_id,
        name=person.name,
        username=person.username,
        roles=roles_of(person),
        unit=named(person.unit),
        firm=named(person.firm),
    )
